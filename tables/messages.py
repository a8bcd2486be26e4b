"""E-mails: the outbox, mailings, templates and who wants none."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import DIGEST, LINE, Key, choice, db, now, pk

if TYPE_CHECKING:
    from tables.events import Event
    from tables.registration import Registration


class MessageState(enum.StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Message(db.Model):
    """One e-mail in the outbox. It is written with what it reports and rendered when it is sent, from `kind` and `params`."""

    __tablename__ = "message"
    id: Key = pk()
    kind: Mapped[str] = mapped_column(String(40))
    to: Mapped[str] = mapped_column("to_address", String(254))
    language: Mapped[str] = mapped_column(String(2), default="th")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)  # emptied once sent: links in it are secrets
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"))
    access_code_id: Mapped[int | None] = mapped_column(ForeignKey("access_code.id", ondelete="CASCADE"), index=True)  # an invitation
    state: Mapped[MessageState] = mapped_column(choice(MessageState), default=MessageState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    bounce_note: Mapped[str] = mapped_column(String(500), default="")
    registration: Mapped[Registration | None] = relationship()
    mailing: Mapped[Mailing | None] = relationship()
    __table_args__ = (Index("ix_message_state_due_at", "state", "due_at"), UniqueConstraint("mailing_id", "registration_id"))


class MessageTemplate(db.Model):
    """A text to write from, for all events of a programme. {placeholders} are declared in `messages.placeholders`."""

    __tablename__ = "message_template"
    id: Key = pk()
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(LINE)
    subject_th: Mapped[str] = mapped_column(LINE)
    subject_en: Mapped[str] = mapped_column(LINE, default="")
    body_th: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("programme_id", "name"),)
    __mapper_args__ = {"version_id_col": version}


class MailingState(enum.StrEnum):
    """draft → scheduled → sending → sent; a scheduled one may be called off."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    CALLED_OFF = "called_off"


class Mailing(db.Model):
    """One text to an audience of an event, at once or at its time; who belongs to the audience is found when it leaves."""

    __tablename__ = "mailing"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    state: Mapped[MailingState] = mapped_column(choice(MailingState), default=MailingState.DRAFT)
    subject_th: Mapped[str] = mapped_column(LINE)
    subject_en: Mapped[str] = mapped_column(LINE, default="")
    body_th: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # About the person's own registration; anything else respects `Unsubscription` and carries the way out.
    about_registration: Mapped[bool] = mapped_column(default=True)
    due_at: Mapped[datetime | None]
    hours_before: Mapped[int | None]  # a reminder: so many hours before the event starts, wherever it is moved to
    recipients: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    event: Mapped[Event] = relationship()
    __table_args__ = (Index("ix_mailing_state_due_at", "state", "due_at"),)
    __mapper_args__ = {"version_id_col": version}


class Unsubscription(db.Model):
    """An address that wants no messages of a programme except about its own registrations. Only its digest is kept."""

    __tablename__ = "unsubscription"
    id: Key = pk()
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    email_digest: Mapped[str] = mapped_column(DIGEST)
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("programme_id", "email_digest"),)
