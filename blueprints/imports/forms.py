"""The forms of an import."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from blueprints.imports.headings import FIELDS, NATIONAL_ID
from blueprints.imports.workbooks import MOST_BYTES, Sheet
from core.forms import Form, IntegerField, optional
from core.locale import both
from models import Event, ImportBatch

LABELS = {
    "name": _l("Name (with title, in one cell)"), "title": _l("Title"), "first_name": _l("First name"), "last_name": _l("Last name"),
    "organisation": _l("Organisation"), "position": _l("Position"), "email": _l("E-mail"), "phone": _l("Telephone"), "category": _l("Category"),
    "phone_extension": _l("Extension"), "status": _l("Status"), "name_en": _l("Name in English"),
    "certificate_name": _l("Name on the certificate"), "staff_note": _l("Note for the door staff"),
    "vip": _l("VIP"), "wheelchair": _l("Wheelchair (only with consent)"),
    NATIONAL_ID: _l("National ID number: never imported"),
}


class UploadForm(Form):
    """The file."""

    file = FileField(_l("Excel workbook (.xlsx) or CSV"), render_kw={"accept": ".xlsx,.csv,.txt"})

    def validate_file(self, field: FileField) -> None:
        """Something was chosen; what it is decides its content."""
        self.data_read, self.name = b"", ""
        if not field.data:
            raise ValidationError(str(_l("Please choose a file.")))
        self.data_read, self.name = field.data.read(MOST_BYTES + 1), field.data.filename or ""


class MatchForm(Form):
    """Which sheet, which row of headings, what each column is."""

    sheet = SelectField(_l("Sheet"), coerce=int)
    heading = IntegerField(_l("Row with the headings"), [optional()], description=_l("0 if there are none."))
    default = SelectField(_l("Category of those without one"), coerce=int)


def match_form(event: Event, batch: ImportBatch, sheets: list[Sheet]) -> MatchForm:
    """The form with a choice for each column of the chosen sheet."""
    choices: dict[str, Any] = batch.choices
    width = len(sheets[choices["sheet"]].rows[0])
    offered = [SelectChoice("", _l("Leave out")), *(SelectChoice(name, LABELS[name]) for name in (*FIELDS, NATIONAL_ID))]
    fields = {f"column{n}": SelectField(_column_letter(n), choices=offered, default=choices["columns"].get(str(n), "")) for n in range(width)}
    form = type("MatchForm", (MatchForm,), fields)(data={
        "sheet": choices["sheet"], "heading": choices["last"] + 1, "default": choices["default"],
        **{f"column{n}": choices["columns"].get(str(n), "") for n in range(width)}})
    form.sheet.choices = [SelectChoice(n, sheet.name) for n, sheet in enumerate(sheets)]
    form.default.choices = [SelectChoice(category.id, both(category.name_th, category.name_en)) for category in event.categories]
    form.width = width
    return form


def _column_letter(number: int) -> str:
    """A, B … Z, AA …, as Excel names columns."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class ConfirmForm(Form):
    """All good rows or the ticked ones; with tickets by e-mail or without."""

    tell = BooleanField(_l("Send each a ticket by e-mail"))
