"""The people of an event as a workbook or as CSV. What is exported here is understood by the import (`imports.headings`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.locale import both, local, when
from models import Registration, RegistrationStatus
from thai.phones import format_phone

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
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
    """One line each, in UTF-8 with a byte-order mark, without which Excel garbles Thai. No cell can be a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(table.headings())
    for registration in registrations:
        writer.writerow([_plain(when(cell) if isinstance(cell, datetime) else cell) for cell in table.row(registration)])
    return file.getvalue().encode("utf-8-sig")


def xlsx_of(table: Table, registrations: Iterable[Registration], zone: str) -> bytes:
    """A workbook with a frozen, filtered heading; every text is a text, so that Excel keeps the 0 of a telephone number."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                      "strings_to_numbers": False, "remove_timezone": True})
    sheet = book.add_worksheet()
    bold, moment = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "d/m/yyyy hh:mm"})
    headings = table.headings()
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, 28 if column in (3, 5) else 18)
        sheet.write_string(0, column, heading, bold)
    last = 0
    for last, registration in enumerate(registrations, 1):
        for column, cell in enumerate(table.row(registration)):
            if isinstance(cell, datetime):
                sheet.write_datetime(last, column, local(cell, zone), moment)
            elif cell:
                sheet.write_string(last, column, cell)
    sheet.freeze_panes(1, 0)
    if headings:
        sheet.autofilter(0, 0, last, len(headings) - 1)
    book.close()
    return file.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
