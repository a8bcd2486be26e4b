"""The people of an event as a workbook or as CSV. What is exported here is understood by the import (`imports.headings`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core import sheets
from core.locale import both
from models import Registration, RegistrationStatus
from thai.phones import format_phone

Getter = Callable[[Registration], Any]
STATUSES = {
    RegistrationStatus.CONFIRMED: _l("Confirmed"), RegistrationStatus.PENDING_APPROVAL: _l("Awaiting approval"),
    RegistrationStatus.WAITLISTED: _l("On the waitlist"), RegistrationStatus.NOT_CONFIRMED: _l("Not confirmed yet"),
    RegistrationStatus.CANCELLED: _l("Cancelled"), RegistrationStatus.BLOCKED: _l("Blocked"),
}

def _yes(mark: bool) -> str:
    return _("yes") if mark else ""


#: Name → heading and value of each column, in the order of the file.
COLUMNS: dict[str, tuple[Any, Getter]] = {
    "title": (_l("Title"), lambda r: r.title),
    "first_name": (_l("First name"), lambda r: r.first_name),
    "last_name": (_l("Last name"), lambda r: r.last_name),
    "organisation": (_l("Organisation"), lambda r: r.organisation_name),
    "position": (_l("Position"), lambda r: r.position),
    "email": (_l("E-mail"), lambda r: r.email),
    "phone": (_l("Telephone"), lambda r: format_phone(r.phone, r.phone_extension)),
    "category": (_l("Category"), lambda r: both(r.category.name_th, r.category.name_en)),
    "sessions": (_l("Sessions"), lambda r: ", ".join(both(s.title_th, s.title_en) for s in r.sessions)),
    "status": (_l("Status"), lambda r: str(STATUSES[r.status])),
    "created_at": (_l("Registered at"), lambda r: r.created_at),
    "code": (_l("Code"), lambda r: r.code),
    "name_en": (_l("Name in English"), lambda r: r.name_en),
    "certificate_name": (_l("Name on the certificate"), lambda r: r.certificate_name),
    "staff_note": (_l("Note for the door staff"), lambda r: r.staff_note),
    "vip": (_l("VIP"), lambda r: _yes(r.vip)),
    "wheelchair": (_l("Wheelchair"), lambda r: _yes(r.wheelchair)),
}
#: For organisers alone: PDPA s.26.
SENSITIVE = ("wheelchair",)
#: What a file holds unless its reader chose otherwise.
USUAL = tuple(name for name in COLUMNS if name != "sessions" and name not in SENSITIVE)


class Table:
    """Headings and rows of a file; `more` are further columns: heading and, by registration id, text."""

    def __init__(self, names: Sequence[str], more: Sequence[tuple[str, dict[int, str]]] = ()) -> None:
        self.names, self.more = [name for name in names if name in COLUMNS], more

    def headings(self) -> list[str]:
        """In the reader's language."""
        return [str(COLUMNS[name][0]) for name in self.names] + [heading for heading, _texts in self.more]

    def row(self, registration: Registration) -> list[Any]:
        """Texts, and moments as such."""
        return [COLUMNS[name][1](registration) for name in self.names] + [texts.get(registration.id, "") for _heading, texts in self.more]


def csv_of(table: Table, registrations: Iterable[Registration]) -> bytes:
    """One line each (`core.sheets.csv_of`)."""
    return sheets.csv_of(table.headings(), map(table.row, registrations))


def xlsx_of(table: Table, registrations: Iterable[Registration], zone: str) -> bytes:
    """A workbook (`core.sheets.xlsx_of`)."""
    return sheets.xlsx_of(table.headings(), map(table.row, registrations), zone, wide=(3, 5))
