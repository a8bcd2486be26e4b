"""The outbox: e-mails are rows written in the transaction that they report, and leave after its commit.

Each row is sent by a job at once and, should that job be lost, by the sweep each minute. A failed try waits longer each time;
a refusal for good, such as of an address that does not exist, is not tried again.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Iterable
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
MOST_TRIES = len(LADDER) + 1
LEASE = timedelta(minutes=5)  # a message that a killed worker was sending is taken up again after this
SWEPT = 200  # messages a minute that the sweep takes up

Renderer = Callable[[Message], mail.Letter | None]
_RENDERERS: dict[str, Renderer] = {}
_ONCE: set[str] = set()


def renders(kind: str, *, once: bool = False) -> Callable[[Renderer], Renderer]:
    """Register how messages of `kind` are written. The renderer may return None: there is nothing to send any more.

    `once`: it needs its `params`, which are gone when it was sent, so it cannot be sent a second time.
    """

    def keep(renderer: Renderer) -> Renderer:
        _RENDERERS[kind] = renderer
        if once:
            _ONCE.add(kind)
        return renderer

    return keep


def repeatable(kind: str) -> bool:
    """Whether a message of this kind can be written again after it was sent."""
    return kind in _RENDERERS and kind not in _ONCE


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
    """Send a failed or a sent message again, from the first step of the ladder, to the address that the person has now.

    It is rendered anew; what was sent already must be `repeatable`. What is not, such as a word to someone whose seat a colleague
    has now, stays with its address.
    """
    if message.registration and message.registration.email and repeatable(message.kind):
        message.to = message.registration.email
    message.state, message.attempts, message.due_at, message.last_error = MessageState.QUEUED, 0, now(), ""
    message.bounced_at, message.bounce_note = None, ""
    deliver(message.id)


_CLAIM = (update(Message)
          .where(Message.id == bindparam("message_id"), Message.due_at <= bindparam("moment"),
                 Message.state.in_((MessageState.QUEUED, MessageState.SENDING)))
          .values(state=MessageState.SENDING, due_at=bindparam("until"), attempts=Message.attempts + 1)
          .execution_options(synchronize_session=False))
_SENT = (update(Message).where(Message.id == bindparam("message_id"))
         .values(state=MessageState.SENT, sent_at=bindparam("moment"), last_error="", params={}, to=bindparam("address"))
         .execution_options(synchronize_session=False))
# The renderer says that there is nothing to send any more: done with, and never sent.
_NOT_NEEDED = (update(Message).where(Message.id == bindparam("message_id"))
               .values(state=MessageState.SENT, last_error="", params={}).execution_options(synchronize_session=False))


@jobs.task
def deliver(message_id: int) -> bool:
    """Send one message, unless somebody else is sending it or has sent it. Whether the mail server could be reached."""
    moment = now()
    with transaction():
        claimed = db.session.execute(_CLAIM, {"message_id": message_id, "moment": moment, "until": moment + LEASE}).rowcount
    message = db.session.get(Message, message_id, populate_existing=True) if claimed else None
    if message is None:
        return True
    again = str(int(message.sent_at.timestamp())) if message.sent_at else ""
    try:
        with in_language(message.language):
            letter = _RENDERERS[message.kind](message)
        # The read transaction ends here: a slow mail server must not hold the database.
        db.session.rollback()
        if letter is not None:
            mail.send(letter, message_id, again)
    except (OSError, smtplib.SMTPException) as error:
        with transaction():
            _failed(db.session.get_one(Message, message_id), error)
        return _reached(error)
    except Exception as error:
        with transaction():
            message = db.session.get_one(Message, message_id)
            message.attempts = MOST_TRIES  # a message that cannot be written will not be written later either
            _failed(message, error)
        raise
    with transaction():
        if letter is None:
            db.session.execute(_NOT_NEEDED, {"message_id": message_id})
        else:
            db.session.execute(_SENT, {"message_id": message_id, "moment": now(), "address": letter.to})
    return True


def deliver_all(message_ids: Iterable[int]) -> bool:
    """Send these, one after the other, until the mail server cannot be reached: the rest keep their tries. Whether it could."""
    with mail.one_connection():
        return all(_delivered(message_id) for message_id in message_ids)


def _delivered(message_id: int) -> bool:
    try:
        return deliver.now(message_id)  # type: ignore[attr-defined]
    except Exception:
        log.exception("message %s could not be written", message_id)  # shown as failed; the others need not wait for it
        return True


def refusal(error: Exception) -> str | None:
    """What the mail server said when it refused the letter for good (5xx, RFC 5321 section 4.2.1); None: worth another try.

    A refused sender or sign-in is a matter of our own settings, so it is tried again once they are mended.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = list(error.recipients.values())
        if not codes or any(code < 500 for code, _words in codes):
            return None
        code, words = codes[0]
    elif isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500:
        code, words = error.smtp_code, error.smtp_error
    else:
        return None
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"[:500]


def _reached(error: Exception) -> bool:
    return isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError))


def _failed(message: Message, error: Exception) -> None:
    message.last_error = f"{type(error).__name__}: {error}"[:500]
    if (said := refusal(error)) is not None:
        message.state, message.bounced_at, message.bounce_note = MessageState.FAILED, now(), said
    elif message.attempts >= MOST_TRIES:
        message.state = MessageState.FAILED
    else:
        message.state, message.due_at = MessageState.QUEUED, now() + LADDER[message.attempts - 1]


@jobs.every_minute
def sweep() -> None:
    """Send what is due: retries, and messages whose job was lost. Letters to one person come before letters to many."""
    due = db.session.scalars(
        select(Message.id)
        .where(or_(Message.state == MessageState.QUEUED, Message.state == MessageState.SENDING), Message.due_at <= now())
        .order_by(Message.mailing_id.is_not(None), Message.due_at, Message.id).limit(SWEPT)).all()
    db.session.rollback()
    deliver_all(due)
