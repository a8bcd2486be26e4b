"""What organisers can do with messages. Facts that stop them are `Refused`; services flush and never commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from blueprints.messages import letters, placeholders, tasks
from blueprints.messages.audience import Audience
from core import outbox
from core.errors import ChangedMeanwhile, Refused, explain
from core.history import record
from models import (
    Event,
    EventStatus,
    Mailing,
    MailingState,
    MessageTemplate,
    Programme,
    Registration,
    User,
    db,
    now,
)

EDITABLE = (MailingState.DRAFT, MailingState.CALLED_OFF)
MOST_HOURS = 720
TEXTS = ("subject_th", "subject_en", "body_th", "body_en")


@dataclass(frozen=True)
class Texts:
    """A text in two languages; one of them may be empty."""

    subject_th: str
    subject_en: str
    body_th: str
    body_en: str


@dataclass(frozen=True)
class MailingCommand:
    """What an organiser says about a mailing."""

    texts: Texts
    audience: Audience
    about_registration: bool = True


class UnknownPlaceholder(Refused):
    """A word in braces means nothing."""

    def __init__(self, found: placeholders.Unknown, field: str) -> None:
        message = _l("{%(word)s} is no placeholder. Did you mean {%(nearest)s}?", word=found.word, nearest=found.nearest) if found.nearest \
            else _l("{%(word)s} is no placeholder. Choose one from the list below the text.", word=found.word)
        super().__init__(message, field)


class TextMissing(Refused):
    message = _l("Please write the subject and the text, in Thai, in English, or in both.")
    field = "body_th"


class HalfWritten(Refused):
    message = _l("This language has a subject or a text, not both. Please fill in the other, or empty both.")


class NobodyChosen(Refused):
    message = _l("Please choose at least one status.")
    field = "statuses"


class NotEditable(Refused):
    message = _l("This message has been scheduled or sent already. Call it off first, or write a new one from its text.")


class NotScheduled(Refused):
    message = _l("This message is not waiting any more, so it cannot be called off.")


class TimePassed(Refused):
    message = _l("This time has passed. Please choose a later one, or send the message now.")
    field = "day"


class EventBegan(Refused):
    message = _l("The event has begun or is cancelled, so no reminder can go out before it.")
    field = "hours_before"


class NameTaken(Refused):
    message = _l("Another template of this programme has this name. Please choose another.")
    field = "name"


explain("uq_message_template_programme_id_name", "name", NameTaken.message)


def check_texts(texts: letters.Text) -> None:
    """Whether it can be sent. Raises `TextMissing`, `HalfWritten`, `UnknownPlaceholder`."""
    for language in ("th", "en"):
        subject, body = getattr(texts, f"subject_{language}"), getattr(texts, f"body_{language}")
        if bool(subject) != bool(body):
            raise HalfWritten(field=f"subject_{language}" if body else f"body_{language}")
    if not letters.languages(texts):
        raise TextMissing
    for field in TEXTS:
        if found := placeholders.unknown(getattr(texts, field)):
            raise UnknownPlaceholder(found, field)


def write(event: Event, command: MailingCommand, author: User | None) -> Mailing:
    """A new draft. Raises as `check_texts`, and `NobodyChosen`."""
    mailing = Mailing(event_id=event.id, created_by_id=author.id if author else None)
    _put(mailing, command)
    db.session.add(mailing)
    db.session.flush()
    return mailing


def rewrite(mailing: Mailing, command: MailingCommand, version: int) -> None:
    """Change a draft as seen in `version`. Raises `ChangedMeanwhile`, `NotEditable`, and as `write`."""
    _hold(mailing, *EDITABLE)
    if mailing.version != version:
        raise ChangedMeanwhile
    _put(mailing, command)
    mailing.state = MailingState.DRAFT
    db.session.flush()


def delete(mailing: Mailing) -> None:
    """Throw a draft away. Raises `NotEditable`."""
    _hold(mailing, *EDITABLE)
    db.session.delete(mailing)
    db.session.flush()


def schedule(mailing: Mailing, at: datetime) -> None:
    """It leaves at that moment. Raises `TimePassed`, `NotEditable`."""
    _hold(mailing, *EDITABLE)
    if at <= now():
        raise TimePassed
    _leaves(mailing, MailingState.SCHEDULED, due_at=at)
    record("mailing.scheduled", event=mailing.event, mailing=mailing.id, at=at.isoformat())


def remind(mailing: Mailing, hours_before: int) -> None:
    """It leaves so many hours before the event starts, wherever the event is moved to. Raises `EventBegan`, `TimePassed`, `NotEditable`."""
    _hold(mailing, *EDITABLE)
    event = mailing.event
    if now() >= event.starts_at or event.status == EventStatus.CANCELLED:
        raise EventBegan
    if event.starts_at - timedelta(hours=hours_before) <= now():
        raise TimePassed(field="hours_before")
    _leaves(mailing, MailingState.SCHEDULED, hours_before=hours_before)
    record("mailing.scheduled", event=event, mailing=mailing.id, hours_before=hours_before)


def send_now(mailing: Mailing) -> None:
    """It leaves at once. Raises `NotEditable`: twice is too often."""
    _hold(mailing, *EDITABLE)
    _leaves(mailing, MailingState.SENDING, due_at=now())
    record("mailing.sent", event=mailing.event, mailing=mailing.id)
    tasks.leave(mailing.id)


def call_off(mailing: Mailing) -> None:
    """It stays here; it can be changed and scheduled again. Raises `NotScheduled`."""
    try:
        _hold(mailing, MailingState.SCHEDULED)
    except NotEditable:
        raise NotScheduled from None
    mailing.state = MailingState.CALLED_OFF
    record("mailing.called_off", event=mailing.event, mailing=mailing.id)
    db.session.flush()


def send_test(mailing: Mailing, person: Registration, user: User) -> int:
    """Send what `person` would get to `user`, once for each language written; how many letters."""
    written = letters.languages(mailing)
    for language in written:
        outbox.queue("mailing_test", user.email, language, {"mailing": mailing.id, "person": person.id})
    return len(written)


def save_template(programme: Programme, name: str, texts: Texts, template: MessageTemplate | None = None, version: int = 0) -> MessageTemplate:
    """A text for all events of the programme: a new one, or `template` changed as seen in `version`.

    Raises `ChangedMeanwhile`, `ConstraintBroken` for a name that is taken, and as `check_texts`.
    """
    check_texts(texts)
    if template is not None and template.version != version:
        raise ChangedMeanwhile
    template = template or MessageTemplate(programme_id=programme.id)
    template.name = name
    for field in TEXTS:
        setattr(template, field, getattr(texts, field))
    db.session.add(template)
    db.session.flush()
    return template


def delete_template(template: MessageTemplate) -> None:
    """Take a template away; what was written from it stays."""
    db.session.delete(template)
    db.session.flush()


def _put(mailing: Mailing, command: MailingCommand) -> None:
    check_texts(command.texts)
    if not command.audience.statuses:
        raise NobodyChosen
    for field in TEXTS:
        setattr(mailing, field, getattr(command.texts, field))
    mailing.audience, mailing.about_registration = command.audience.to_json(), command.about_registration


def _hold(mailing: Mailing, *states: MailingState) -> None:
    """Hold the row until the transaction ends, as it is now. Raises `NotEditable` when it is in none of `states`."""
    db.session.refresh(mailing, with_for_update=True)
    if mailing.state not in states:
        raise NotEditable


def _leaves(mailing: Mailing, state: MailingState, **when: Any) -> None:
    mailing.state, mailing.due_at, mailing.hours_before = state, when.get("due_at"), when.get("hours_before")
    db.session.flush()
