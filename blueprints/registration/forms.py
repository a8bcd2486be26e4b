"""The forms of registration, for participants and for organisers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.events.queries import seats_left
from blueprints.questions.answers import Given
from blueprints.registration import choices, notices, seats
from blueprints.registration.changes import NameCommand
from blueprints.registration.details import TEXTS, Details, RegisterCommand
from blueprints.registration.facts import GroupDoesNotFit, ReasonMissing
from core.codes import is_code, new_code
from core.errors import Refused
from core.forms import EmailField, Form, ParagraphField, PhoneField, TextField, VersionField, optional, required
from core.locale import both, language, short_date, time_range
from models import Category, ConsentPurpose, Event, EventSession, Registration, RegistrationSource

SESSION_RAN_OUT = _l("This page was open for a long time, so we cannot be sure that it was you. What you typed is still here: "
                     "please send it once more.")
EXTENSION_TOO_LONG = _l("Please shorten the extension: up to 10 digits.")
EMAIL = _l("E-mail")


def _number(value: Any) -> int:
    """A category's id; 0, which is none, for what is no number."""
    return int(value) if str(value).isdecimal() else 0


class SessionsField(SelectMultipleField):
    """A box to tick for each bookable session."""

    widget, option_widget = ListWidget(prefix_label=False), CheckboxInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, [optional()], coerce=_number, validate_choice=False, choices=[], **kwargs)


class ConsentsField(SelectMultipleField):
    """A box, never ticked beforehand, for each consent that the event asks for."""

    widget, option_widget = ListWidget(prefix_label=False), CheckboxInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        choices = [SelectChoice(purpose.value, "") for purpose in notices.ON_THE_FORM]
        super().__init__(label, [optional()], choices=choices, **kwargs)

    def offer(self, event: Event) -> None:
        """Ask for the event's own consents, in their exact words."""
        self.choices = [SelectChoice(purpose.value, notices.consent_text(purpose)) for purpose in notices.asked(event)]


class PersonForm(Form):
    """Who comes, in which category and sessions. `offer` fills in what the event has."""

    title = TextField(_l("Title"), [optional()], limit=100, render_kw={"list": "titles", "autocomplete": "honorific-prefix"})
    first_name = TextField(_l("First name"), [required()], limit=100, render_kw={"autocomplete": "given-name"})
    last_name = TextField(_l("Last name"), [optional()], limit=100, render_kw={"autocomplete": "family-name"})
    organisation_name = TextField(_l("Organisation"), [optional()],
                                  render_kw={"list": "organisations", "data-module": "suggest", "autocomplete": "organization"})
    position = TextField(_l("Position"), [optional()], render_kw={"autocomplete": "organization-title"})
    email = EmailField(EMAIL, [required()], render_kw={"type": "email", "autocomplete": "email", "inputmode": "email"})
    phone = PhoneField(_l("Telephone"), [optional()], render_kw={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
    category_id = RadioField(_l("Category"), [required(_l("Please choose one of these."))], coerce=_number, validate_choice=False)
    session_ids = SessionsField(_l("Sessions"))

    answers: Any = None  # the event's questions, where it has some (`questions.fields.with_answers`)
    fixed_category = 0  # of a form that does not ask for it

    def validate(self, extra_validators: Any = None) -> bool:
        """As every form; and the answers, which depend on the category."""
        good = super().validate(extra_validators)
        return (self.answers is None or self.answers.form.check(self._category())) and good

    def to_answers(self) -> dict[int, Given]:
        """The answers to the event's questions."""
        return self.answers.form.given(self._category()) if self.answers is not None else {}

    def _category(self) -> int:
        return self.category_id.data or 0 if self.category_id else self.fixed_category

    def offer(self, event: Event, categories: Sequence[Category], held: Registration | None = None, *, wait: bool = False) -> None:
        """Show the categories and sessions with the seats left. A full one cannot be chosen, unless it is held already or the
        person may `wait` for it."""
        holds = {session.id for session in held.sessions} if held else set()
        self.category_id.choices = [_category_choice(event, one, wait or bool(held and one.id == held.category_id)) for one in categories]
        self.session_ids.choices = [_session_choice(event, one, wait or one.id in holds) for one in choices.bookable(event)]
        if len(categories) == 1 and not self.category_id.data:
            self.category_id.data = categories[0].id

    def validate_phone(self, field: PhoneField) -> None:
        if field.data and len(field.data[1]) > 10:
            raise ValidationError(str(EXTENSION_TOO_LONG))

    def to_details(self) -> Details:
        phone, extension = self.phone.data or ("", "")
        texts = {name: self[name].data or "" for name in TEXTS if name in self}
        return Details(category_id=self.category_id.data, phone=phone, phone_extension=extension,
                       session_ids=tuple(self.session_ids.data or ()), **texts)

    def explain_csrf(self) -> None:
        """Say in a sentence that the session ran out."""
        if self.csrf_token.errors:
            self.csrf_token.errors = []
            self.refuse(Refused(SESSION_RAN_OUT))


class ColleagueRow(Form):
    """A colleague on the same form: the organisation, category and sessions are those of the person who fills it in."""

    class Meta:
        csrf = False

    title = TextField(_l("Title"), [optional()], limit=100, render_kw={"list": "titles"})
    first_name = TextField(_l("First name"), limit=100)
    last_name = TextField(_l("Last name"), [optional()], limit=100)
    position = TextField(_l("Position"), [optional()])
    email = EmailField(EMAIL, [optional()], render_kw={"type": "email", "inputmode": "email"})
    phone = PhoneField(_l("Telephone"), [optional()], render_kw={"type": "tel", "inputmode": "tel"})

    def used(self) -> bool:
        """Whether something stands in this row."""
        return any(getattr(field, "typed", None) or field.data for field in self)

    def validate_first_name(self, field: TextField) -> None:
        if self.used() and not field.data:
            raise ValidationError(str(_l("Please type the first name, or leave this whole person empty.")))

    def to_details(self, leader: Details) -> Details:
        phone, extension = self.phone.data or ("", "")
        return Details(leader.category_id, self.first_name.data, self.title.data or "", self.last_name.data or "", leader.organisation_name,
                       self.position.data or "", self.email.data or "", phone, extension, session_ids=leader.session_ids)


class RegistrationForm(PersonForm):
    """The public form. `notice` is the digest of the notice shown; `form_key` makes a second sending harmless."""

    form_key = HiddenField(default=new_code)
    notice = HiddenField()
    access_code = TextField(_l("Code, if you were given one"), [optional()], limit=60, render_kw={"autocomplete": "off"})
    join_waitlist = BooleanField(_l("Put me on the waitlist if no seat is free"))
    colleagues = FieldList(FormField(ColleagueRow), max_entries=49)
    consents = ConsentsField(_l("If you like"))

    def to_command(self) -> RegisterCommand:
        consents = frozenset(ConsentPurpose(purpose) for purpose in self.consents.data or ())
        key = self.form_key.data or ""
        return RegisterCommand(self.to_details(), language(), form_key=key if is_code(key) else None,
                               notice_digest=self.notice.data or "", consents=consents, access_code=self.access_code.data or "",
                               join_waitlist=self.join_waitlist.data, answers=self.to_answers())

    full = False  # whether a seat was wanted and none was left

    def refuse(self, fact: Refused) -> None:
        """As every form, and remember that it was for want of seats: then the person may wait for one."""
        self.full = self.full or isinstance(fact, seats.Full | GroupDoesNotFit)
        super().refuse(fact)

    def prefill(self, values: dict[str, str]) -> None:
        """Fill in what an invitation knows."""
        for name, value in values.items():
            self[name].data = self[name].data or value

    def to_colleagues(self, leader: Details) -> list[Details]:
        """The colleagues on the form; empty rows are nobody."""
        return [entry.form.to_details(leader) for entry in self.colleagues if entry.form.used()]


class EditForm(PersonForm):
    """A participant's own change; `version` is what was on the page."""

    version = VersionField()


class SubstituteForm(PersonForm):
    """The colleague who comes instead. The category and the sessions stay."""

    category_id = session_ids = None
    version = VersionField()

    def to_details(self, category_id: int) -> Details:  # type: ignore[override]
        phone, extension = self.phone.data or ("", "")
        texts = {name: self[name].data or "" for name in TEXTS if name in self}
        return Details(category_id=category_id, phone=phone, phone_extension=extension, **texts)


class NameForm(Form):
    """The name as the certificate shall show it."""

    title = TextField(_l("Title"), [optional()], limit=100, render_kw={"list": "titles"})
    first_name = TextField(_l("First name"), [required()], limit=100)
    last_name = TextField(_l("Last name"), [optional()], limit=100)
    name_en = TextField(_l("Name in English"), [optional()])
    certificate_name = TextField(_l("Name on the certificate"), [optional()],
                                 description=_l("Only if it differs from title, first and last name."))
    version = VersionField()

    def to_command(self) -> NameCommand:
        return NameCommand(*(self[name].data or "" for name in ("title", "first_name", "last_name", "name_en", "certificate_name")))


class RejectForm(Form):
    """Why someone gets no seat."""

    reason = ParagraphField(_l("Reason"), [required(ReasonMissing.message)], limit=500, render_kw={"rows": 3})


class StaffForm(PersonForm):
    """What an organiser types for somebody else."""

    email = EmailField(EMAIL, [optional()], render_kw={"type": "email"})
    name_en = TextField(_l("Name in English"), [optional()])
    certificate_name = TextField(_l("Name on the certificate"), [optional()],
                                 description=_l("Only if it differs from title, first and last name."))
    staff_note = TextField(_l("Note for the door staff"), [optional()], limit=500,
                           description=_l("Shown when the ticket is scanned, such as “speaker of the afternoon”."))
    vip = BooleanField(_l("VIP"), description=_l("The door and the master of ceremonies are told of the arrival."))
    wheelchair = BooleanField(_l("Wheelchair"), description=_l(
        "Only if the person agrees that we keep this: it is about health (PDPA s.26). The door is told, and it is erased soon after the event."))
    overbook = BooleanField(_l("Give a seat even if none is free"),
                            description=_l("Goes beyond every limit. It is recorded who did it."))
    form_key = HiddenField(default=new_code)
    version = VersionField()

    def to_details(self) -> Details:
        return replace(super().to_details(), vip=bool(self.vip.data), wheelchair=bool(self.wheelchair.data))

    def to_command(self, may_overbook: bool) -> RegisterCommand:
        key = self.form_key.data or ""
        return RegisterCommand(self.to_details(), source=RegistrationSource.STAFF, form_key=key if is_code(key) else None,
                               overbook=bool(self.overbook.data) and may_overbook, answers=self.to_answers())


def of_registration(registration: Registration) -> dict[str, Any]:
    """What a form about this registration starts with."""
    stored = {name: getattr(registration, name) for name in (*TEXTS, "category_id", "version", "vip", "wheelchair")}
    return stored | {"phone": (registration.phone, registration.phone_extension),
                     "session_ids": [session.id for session in registration.sessions]}


def _category_choice(event: Event, category: Category, choosable: bool) -> SelectChoice:
    label, left = both(category.name_th, category.name_en), seats_left(event, category)
    if category.approval:
        label += f" – {_('the organiser decides')}"
    return _choice(category.id, label, left, choosable)


def _session_choice(event: Event, session: EventSession, choosable: bool) -> SelectChoice:
    left = None if session.capacity is None else max(session.capacity - session.taken, 0)
    when = f"{short_date(session.starts_at)} {time_range(session.starts_at, session.ends_at)}"
    label = " · ".join(filter(None, (when, both(session.title_th, session.title_en), session.room)))
    return _choice(session.id, label, left, choosable)


def _choice(value: int, label: str, left: int | None, choosable: bool) -> SelectChoice:
    if left:
        label += f" – {ngettext('%(num)s seat left', '%(num)s seats left', left)}"
    elif left == 0:
        label += f" – {_('Full')}"
    return SelectChoice(value, label, {"disabled": True} if left == 0 and not choosable else {})
