"""The outbox: e-mails are rows written in the transaction that they report, and leave after its commit.

Each row is sent by a job at once and, should that job be lost, by the sweep each minute. A failed try waits longer each time.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from core import jobs, mail
from core.locale import in_language
from core.transaction import transaction
from models import Message, MessageState, Registration, db, now

log = logging.getLogger(__name__)

# Waits before the 2nd, 3rd … try. After the last one the message is given up and shown as failed.
LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
LEASE = timedelta(minutes=5)  # a message that a killed worker was sending is taken up again after this

Renderer = Callable[[Message], mail.Letter | None]
_RENDERERS: dict[str, Renderer] = {}


def renders(kind: str) -> Callable[[Renderer], Renderer]:
    """Register how messages of `kind` are written. The renderer may return None: there is nothing to send any more."""

    def keep(renderer: Renderer) -> Renderer:
        _RENDERERS[kind] = renderer
        return renderer

    return keep


def queue(kind: str, to: str, language: str, params: dict[str, Any] | None = None,
          registration: Registration | None = None) -> Message:
    """Put an e-mail into the outbox; it leaves after the commit."""
    if kind not in _RENDERERS:
        raise KeyError(f"nobody renders messages of kind {kind}")
    message = Message(kind=kind, to=to, language=language, params=params or {},
                      registration_id=registration.id if registration else None)
    db.session.add(message)
    db.session.flush()
    deliver(message.id)
    return message


def resend(message: Message) -> None:
    """Try a failed message again from the first step of the ladder."""
    message.state, message.attempts, message.due_at, message.last_error = MessageState.QUEUED, 0, now(), ""
    deliver(message.id)


_CLAIM = (update(Message)
          .where(Message.id == bindparam("message_id"), Message.due_at <= bindparam("moment"),
                 Message.state.in_((MessageState.QUEUED, MessageState.SENDING)))
          .values(state=MessageState.SENDING, due_at=bindparam("until"), attempts=Message.attempts + 1)
          .execution_options(synchronize_session=False))
_SENT = (update(Message).where(Message.id == bindparam("message_id"))
         .values(state=MessageState.SENT, sent_at=bindparam("moment"), last_error="", params={})
         .execution_options(synchronize_session=False))


@jobs.task
def deliver(message_id: int) -> None:
    """Send one message, unless somebody else is sending it or has sent it."""
    moment = now()
    with transaction():
        claimed = db.session.execute(_CLAIM, {"message_id": message_id, "moment": moment, "until": moment + LEASE}).rowcount
    message = db.session.get(Message, message_id, populate_existing=True) if claimed else None
    if message is None:
        return
    try:
        with in_language(message.language):
            letter = _RENDERERS[message.kind](message)
        # The read transaction ends here: a slow mail server must not hold the database.
        db.session.rollback()
        if letter is not None:
            mail.send(letter, message_id)
    except (OSError, smtplib.SMTPException) as error:
        with transaction():
            _failed(db.session.get_one(Message, message_id), error)
        return
    except Exception as error:
        with transaction():
            message = db.session.get_one(Message, message_id)
            message.attempts = len(LADDER) + 1  # a message that cannot be written will not be written later either
            _failed(message, error)
        raise
    with transaction():
        db.session.execute(_SENT, {"message_id": message_id, "moment": now()})


def _failed(message: Message, error: Exception) -> None:
    message.last_error = f"{type(error).__name__}: {error}"[:500]
    if message.attempts > len(LADDER):
        message.state = MessageState.FAILED
    else:
        message.state, message.due_at = MessageState.QUEUED, now() + LADDER[message.attempts - 1]


@jobs.every_minute
def sweep() -> None:
    """Send what is due: retries, and messages whose job was lost."""
    due = db.session.scalars(
        select(Message.id)
        .where(or_(Message.state == MessageState.QUEUED, Message.state == MessageState.SENDING), Message.due_at <= now())
        .order_by(Message.due_at, Message.id).limit(200)).all()
    db.session.rollback()
    for message_id in due:
        deliver.now(message_id)  # type: ignore[attr-defined]
