"""The forms of messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.messages import audience, services
from blueprints.messages.audience import Audience
from blueprints.messages.services import MailingCommand, Texts
from blueprints.messages.texts import ATTENDANCE, CERTIFICATE, STATUSES
from core.forms import DateField, Form, IntegerField, ParagraphField, TextField, TimeField, VersionField, between, moment, optional, required
from core.locale import both, local
from models import Event, Mailing, MessageTemplate

ABOUT = {"own": _l("About their own registration"), "news": _l("News of other events and offers")}


class TicksField(SelectMultipleField):
    """Some of several choices, each a check box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TextsForm(Form):
    """Subject and text in both languages."""

    subject_th = TextField(_l("Subject in Thai"), [optional()])
    body_th = ParagraphField(_l("Text in Thai"), [optional()], limit=10000, render_kw={"rows": 14})
    subject_en = TextField(_l("Subject in English"), [optional()])
    body_en = ParagraphField(_l("Text in English"), [optional()], limit=10000, render_kw={"rows": 14})

    def to_texts(self) -> Texts:
        return Texts(*(self[name].data or "" for name in services.TEXTS))


class MailingForm(TextsForm):
    """A message and its audience. `offer` fills in what the event has to choose among."""

    version = VersionField()
    about = RadioField(_l("What it is about"), [required(_l("Please choose one of these."))],
                       choices=[SelectChoice(*row) for row in ABOUT.items()], default="own")
    statuses = TicksField(_l("Status"), [required(services.NobodyChosen.message)],
                          choices=[SelectChoice(key.value, label) for key, label in STATUSES.items()])
    attendance = RadioField(_l("At the door"), choices=[SelectChoice(*row) for row in ATTENDANCE.items()], default="")
    certificate = RadioField(_l("Certificate"), choices=[SelectChoice(*row) for row in CERTIFICATE.items()], default="")
    unanswered = BooleanField(_l("Only those who have not answered the survey"))
    categories = TicksField(_l("Category"), coerce=int, description=_l("None ticked: all of them"))
    sessions = TicksField(_l("Sessions chosen"), coerce=int, description=_l("None ticked: whatever people chose"))
    organisations = TicksField(_l("Organisation"), coerce=int, description=_l("None ticked: all of them"))

    def offer(self, event: Event) -> None:
        """Show what this event has."""
        self.categories.choices = [SelectChoice(row.id, both(row.name_th, row.name_en)) for row in event.categories]
        self.sessions.choices = [SelectChoice(row.id, both(row.title_th, row.title_en)) for row in event.sessions if row.bookable]
        self.organisations.choices = [SelectChoice(*row) for row in audience.organisations_in(event)]

    @property
    def news(self) -> bool:
        return self.about.data == "news"

    def to_audience(self) -> Audience:
        chosen = {name: tuple(self[name].data or ()) for name in ("statuses", "categories", "sessions", "organisations")}
        chosen["statuses"] = tuple(status for status in chosen["statuses"] if status in list(STATUSES))
        attendance = self.attendance.data if self.attendance.data in ATTENDANCE else ""
        certificate = self.certificate.data if self.certificate.data in CERTIFICATE else ""
        return Audience(**chosen, attendance=attendance, certificate=certificate, unanswered=self.unanswered.data)

    def to_command(self) -> MailingCommand:
        return MailingCommand(self.to_texts(), self.to_audience(), not self.news)


class SendForm(Form):
    """When a message leaves."""

    when = RadioField(_l("When"), [required(_l("Please choose one of these."))], choices=[
        SelectChoice("now", _l("Now")), SelectChoice("at", _l("At a time")), SelectChoice("before", _l("Before the event starts"))])
    day = DateField(_l("Day"), [optional()])
    clock = TimeField(_l("Time"), [optional()])
    hours_before = IntegerField(_l("Hours before the start"), [
        optional(), between(1, services.MOST_HOURS, _l("Please type a number between 1 and %(most)s.", most=services.MOST_HOURS))])

    def validate_when(self, field: RadioField) -> None:
        """What the choice needs is filled in."""
        needed = {"at": (self.day, self.clock), "before": (self.hours_before,)}.get(field.data, ())
        for other in needed:
            if other.data is None and not other.errors:
                other.errors = [str(_l("Please fill this in."))]
                raise ValidationError(str(_l("Please say exactly when, below.")))

    def at(self, zone: str) -> datetime:
        return moment(self.day.data, self.clock.data, zone)


class TemplateForm(TextsForm):
    """A text to write from."""

    version = VersionField()
    name = TextField(_l("Name"), [required()])


class BounceForm(Form):
    """That a message came back."""

    day = DateField(_l("Day"), [required()])
    note = TextField(_l("What the returned e-mail says"), [required()], limit=500)


def of_texts(text: Any) -> dict[str, Any]:
    """What a form starts with from a starter, a template or a mailing."""
    return {name: getattr(text, name) for name in services.TEXTS}


def of_audience(chosen: Audience, about_registration: bool = True) -> dict[str, Any]:
    """What a form starts with from an audience."""
    return chosen.to_json() | {"about": "own" if about_registration else "news"}


def of_mailing(mailing: Mailing) -> dict[str, Any]:
    """What the form of a draft shows."""
    return of_texts(mailing) | of_audience(Audience.of(mailing), mailing.about_registration) | {"version": mailing.version}


def of_times(mailing: Mailing) -> dict[str, Any]:
    """What the form of sending starts with: the hours of a reminder that was called off or taken over from another event."""
    return {"when": "before", "hours_before": mailing.hours_before} if mailing.hours_before else {}


def of_template(template: MessageTemplate) -> dict[str, Any]:
    """What the form of a template shows."""
    return of_texts(template) | {"name": template.name, "version": template.version}


def of_moment(when: datetime, zone: str) -> dict[str, Any]:
    """Day and time on the clock of `zone`."""
    there = local(when, zone)
    return {"day": there.date(), "clock": there.time()}
