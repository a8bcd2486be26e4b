"""Mail that came back: noted on its message by an organiser or from a delivery status notification (RFC 3464)."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Mail
from email.policy import default

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from core import outbox
from core.errors import Refused
from core.history import record
from models import Message, MessageState, db, now

_OURS = re.compile(r"<ruam-(\d+)(?:\.\d+)?@[^>\s]+>")


class NotSent(Refused):
    message = _l("Only a message that was sent can have come back.")


class StillWaiting(Refused):
    message = _l("This message is on its way already.")


class NotAgain(Refused):
    message = _l("A message of this kind held a link for one use and cannot be sent again.")


@dataclass(frozen=True)
class Bounce:
    """What a notification says: which message, and why."""

    message_id: int
    reason: str


def note(message: Message, reason: str, at: datetime | None = None) -> None:
    """Remember that a sent message came back. Raises `NotSent`."""
    if message.state not in (MessageState.SENT, MessageState.FAILED):
        raise NotSent
    message.bounced_at, message.bounce_note = at or now(), reason[:500]
    _record("message.bounced", message)
    db.session.flush()


def take_back(message: Message) -> None:
    """It did arrive after all."""
    message.bounced_at, message.bounce_note = None, ""
    _record("message.bounce_taken_back", message)
    db.session.flush()


def send_again(message: Message) -> None:
    """Send a failed or sent message once more, to the person's address of today. Raises `StillWaiting`, `NotAgain`."""
    db.session.execute(select(Message.id).where(Message.id == message.id).with_for_update())
    db.session.refresh(message)
    if message.state not in (MessageState.FAILED, MessageState.SENT):
        raise StillWaiting
    if message.state == MessageState.SENT and not outbox.repeatable(message.kind):
        raise NotAgain
    _record("message.resent", message)
    outbox.resend(message)


def read(notification: bytes) -> Bounce | None:
    """The final failure that a delivery status notification reports, or None: a delay, a receipt, or about mail of others."""
    mail = email.message_from_bytes(notification, policy=default)
    reason = next(filter(None, map(_failure, mail.walk())), None)
    found = next((found for part in mail.walk() if (found := _OURS.search(_original_id(part)))), None)
    return Bounce(int(found[1]), reason) if reason and found else None


def _failure(part: Mail) -> str | None:
    """Of a per-recipient block (section 2.3), what the other server said, if its action is "failed"."""
    if part.get("Action", "").strip().lower() != "failed":
        return None
    said = part.get("Diagnostic-Code", "").partition(";")[2] or part.get("Status", "")
    return " ".join(said.split()) or "failed"


def _original_id(part: Mail) -> str:
    """The Message-ID of the returned letter or of its returned headers."""
    if part.get_content_type() == "text/rfc822-headers":
        return email.message_from_string(part.get_content(), policy=default).get("Message-ID", "")
    return str(part.get("Message-ID", ""))


def _record(verb: str, message: Message) -> None:
    record(verb, registration=message.registration, message=message.id, kind=message.kind)
