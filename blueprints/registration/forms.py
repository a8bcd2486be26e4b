"""The forms of registration, for participants and for organisers."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from blueprints.events.queries import seats_left
from blueprints.registration import notices
from blueprints.registration.services import TEXTS, Details, RegisterCommand
from core.codes import is_code, new_code
from core.errors import Refused
from core.forms import EmailField, Form, PhoneField, TextField, optional, required
from core.locale import both, language
from models import Category, Event, Registration, RegistrationSource

SESSION_RAN_OUT = _l("This page was open for a long time, so we cannot be sure that it was you. What you typed is still here: "
                     "please send it once more.")
EXTENSION_TOO_LONG = _l("Please shorten the extension: up to 10 digits.")
EMAIL = _l("E-mail")


def _number(value: Any) -> int:
    """A category's id; 0, which is none, for what is no number."""
    return int(value) if str(value).isdecimal() else 0


class PersonForm(Form):
    """Who comes, in which category. `offer` fills in the event's categories."""

    title = TextField(_l("Title"), [optional()], limit=100, render_kw={"list": "titles", "autocomplete": "honorific-prefix"})
    first_name = TextField(_l("First name"), [required()], limit=100, render_kw={"autocomplete": "given-name"})
    last_name = TextField(_l("Last name"), [optional()], limit=100, render_kw={"autocomplete": "family-name"})
    organisation_name = TextField(_l("Organisation"), [optional()],
                                  render_kw={"list": "organisations", "data-module": "suggest", "autocomplete": "organization"})
    position = TextField(_l("Position"), [optional()], render_kw={"autocomplete": "organization-title"})
    email = EmailField(EMAIL, [required()], render_kw={"type": "email", "autocomplete": "email", "inputmode": "email"})
    phone = PhoneField(_l("Telephone"), [optional()], render_kw={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
    category_id = RadioField(_l("Category"), [required(_l("Please choose one of these."))], coerce=_number, validate_choice=False)

    def offer(self, event: Event, held: int | None = None) -> None:
        """Show the event's categories with the seats left; a full one cannot be chosen, unless it is the one `held`."""
        self.category_id.choices = [_choice(event, category, category.id == held) for category in event.categories]
        if len(event.categories) == 1 and not self.category_id.data:
            self.category_id.data = event.categories[0].id

    def validate_phone(self, field: PhoneField) -> None:
        if field.data and len(field.data[1]) > 10:
            raise ValueError(str(EXTENSION_TOO_LONG))

    def to_details(self) -> Details:
        phone, extension = self.phone.data or ("", "")
        texts = {name: self[name].data or "" for name in TEXTS if name in self}
        return Details(category_id=self.category_id.data, phone=phone, phone_extension=extension, **texts)

    def explain_csrf(self) -> None:
        """Say in a sentence that the session ran out."""
        if self.csrf_token.errors:
            self.csrf_token.errors = []
            self.refuse(Refused(SESSION_RAN_OUT))


class RegistrationForm(PersonForm):
    """The public form. `notice` is the digest of the notice shown; `form_key` makes a second sending harmless."""

    form_key = HiddenField(default=new_code)
    notice = HiddenField()
    photos = BooleanField(_l("I agree that pictures and video of me may be used to tell about the event."))
    contact_sharing = BooleanField(_l("I agree that my name, organisation and contact details are shared with other "
                                      "participants."))

    def to_command(self) -> RegisterCommand:
        consents = frozenset(purpose for purpose in notices.ASKED if self[purpose.value].data)
        key = self.form_key.data or ""
        return RegisterCommand(self.to_details(), language(), form_key=key if is_code(key) else None,
                               notice_digest=self.notice.data or "", consents=consents)


class EditForm(PersonForm):
    """A participant's own change; `version` is what was on the page."""

    version = HiddenField()


class StaffForm(PersonForm):
    """What an organiser types for somebody else."""

    email = EmailField(EMAIL, [optional()], render_kw={"type": "email"})
    name_en = TextField(_l("Name in English"), [optional()])
    certificate_name = TextField(_l("Name on the certificate"), [optional()],
                                 description=_l("Only if it differs from title, first and last name."))
    staff_note = TextField(_l("Note for the door staff"), [optional()], limit=500,
                           description=_l("Shown when the ticket is scanned, such as “wheelchair”."))
    form_key = HiddenField(default=new_code)
    version = HiddenField()

    def to_command(self) -> RegisterCommand:
        key = self.form_key.data or ""
        return RegisterCommand(self.to_details(), source=RegistrationSource.STAFF, form_key=key if is_code(key) else None)


def of_registration(registration: Registration) -> dict[str, Any]:
    """What a form about this registration starts with."""
    stored = {name: getattr(registration, name) for name in (*TEXTS, "category_id", "version")}
    return stored | {"phone": (registration.phone, registration.phone_extension)}


def _choice(event: Event, category: Category, held: bool) -> SelectChoice:
    label, left = both(category.name_th, category.name_en), seats_left(event, category)
    if left:
        label += f" – {ngettext('%(num)s seat left', '%(num)s seats left', left)}"
    elif left == 0:
        label += f" – {_('Full')}"
    return SelectChoice(category.id, label, {"disabled": True} if left == 0 and not held else {})
