"""The list of an event as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from flask_babel import gettext as _

from core.locale import both, when
from models import Registration
from thai.phones import format_phone

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(registrations: Iterable[Registration]) -> bytes:
    """One line each, in UTF-8 with a byte-order mark, without which Excel garbles Thai. No cell can be a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow((_("Title"), _("First name"), _("Last name"), _("Organisation"), _("Position"), _("E-mail"), _("Telephone"),
                     _("Category"), _("Status"), _("Registered at"), _("Code")))
    for r in registrations:
        writer.writerow(map(_plain, (
            r.title, r.first_name, r.last_name, r.organisation_name, r.position, r.email,
            format_phone(r.phone, r.phone_extension),
            both(r.category.name_th, r.category.name_en), r.status.value, when(r.created_at), r.code)))
    return file.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
