"""The organiser's forms for access codes and invitation lists."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, TextAreaField, ValidationError

from blueprints.registration import code_changes
from blueprints.registration.code_changes import MOST_USES, CodeDetails, Invited
from core.errors import Refused
from core.forms import DateField, EmailField, Form, IntegerField, TextField, TimeField, between, moment, optional, required
from core.locale import both, local
from models import AccessCode, Event

LONGEST_FILE = 1_000_000  # bytes


class FileUnreadable(Refused):
    message = _l("This file could not be read as a list. Save it as CSV, or copy the cells and paste them here.")
    field = "file"


class _Terms(Form):
    """What both kinds of codes have: category, held seats, end."""

    category_id = SelectField(_l("Category"), [required()], coerce=int, validate_choice=False)
    reserves = BooleanField(_l("Hold seats"))
    expires_day = DateField(_l("Good until"))
    expires_time = TimeField(_l("Time"))

    def offer(self, event: Event) -> None:
        """The event's categories; those that are hidden say so."""
        hidden = _("hidden")
        self.category_id.choices = [SelectChoice(0, _("Any that is open to everyone"))] + [
            SelectChoice(one.id, both(one.name_th, one.name_en) + (f" ({hidden})" if one.hidden else "")) for one in event.categories]

    def validate_expires_day(self, field: DateField) -> None:
        if self.expires_time.typed and not field.typed:
            raise ValidationError(str(_l("Please type the day too.")))

    def details(self, zone: str, label: str = "", max_uses: int = 1) -> CodeDetails:
        """What was typed; a day without a time counts to its end."""
        day = self.expires_day.data
        return CodeDetails(label, self.category_id.data or None, max_uses, bool(self.reserves.data),
                           moment(day, self.expires_time.data or time(23, 59), zone) if day else None)


class CodeForm(_Terms):
    """Make or change a code; `seen` is what was on the page."""

    code = TextField(_l("Code"), [optional()], limit=40, render_kw={"autocomplete": "off", "autocapitalize": "characters"},
                     description=_l("Letters and digits that people type, such as VIP2569. Leave it empty and we make one."))
    label = TextField(_l("What it is for"), [optional()], description=_l("Only organisers see this."))
    max_uses = IntegerField(_l("How many people may use it"), [
        required(), between(1, MOST_USES, _l("Please type a number between 1 and 10,000."))])
    seen = HiddenField()

    def to_command(self, event: Event) -> CodeDetails:
        return self.details(event.timezone, self.label.data or "", self.max_uses.data or 1)


def _language_field() -> RadioField:
    return RadioField(_l("Language of the letter"), [required()], default="th", choices=[SelectChoice("th", "ไทย"), SelectChoice("en", "English")])


class InvitationForm(_Terms):
    """Change one invitation; `seen` is what was on the page."""

    email = EmailField(_l("E-mail"), [required()], render_kw={"type": "email"})
    name = TextField(_l("Name"), [optional()])
    organisation_name = TextField(_l("Organisation"), [optional()])
    language = _language_field()
    seen = HiddenField()

    def to_command(self, event: Event) -> CodeDetails:
        return self.details(event.timezone)

    def to_invited(self) -> Invited:
        return Invited(self.email.data, self.name.data or "", self.organisation_name.data or "", self.language.data)


class InviteForm(_Terms):
    """Whom to invite."""

    people = TextAreaField(_l("People to invite"), render_kw={"rows": 8, "spellcheck": "false", "wrap": "off"}, description=_l(
        "One person a line: e-mail, name and organisation in any order, with commas or tabs between them. You may paste cells from a spreadsheet."))
    file = FileField(_l("Or a file (CSV or text)"), render_kw={"accept": ".csv,.txt,.tsv,text/csv,text/plain"})
    language = _language_field()

    def take_file(self) -> None:
        """Put what an uploaded file says into the text area. Raises `FileUnreadable`."""
        if self.file.data and (data := self.file.data.read(LONGEST_FILE + 1)):
            self.people.data = f"{_text(data)}\n{self.people.data or ''}".strip("\n")


def of_code(code: AccessCode, event: Event) -> dict[str, Any]:
    """What the form about this code starts with."""
    ends = local(code.expires_at, event.timezone) if code.expires_at else None
    return {"label": code.label, "category_id": code.category_id or 0, "max_uses": code.max_uses, "reserves": code.reserves,
            "expires_day": ends.date() if ends else None, "expires_time": ends.time() if ends else None,
            "seen": code_changes.fingerprint(code), "email": code.email, "name": code.name, "organisation_name": code.organisation_name,
            "language": code.language}


def _text(data: bytes) -> str:
    if len(data) > LONGEST_FILE or data.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise FileUnreadable
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp874")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable
