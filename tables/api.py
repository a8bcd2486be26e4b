"""What programs of other houses work with: tokens that act for an account, their calls, and webhooks that tell them what happened."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import CODE, DIGEST, LINE, Key, db, now, pk

if TYPE_CHECKING:
    from tables.accounts import User
    from tables.events import Event
    from tables.programmes import Programme


class ApiToken(db.Model):
    """A secret by which a program acts for an account, within `scopes`, until `expires_at`. Only its digest is kept."""

    __tablename__ = "api_token"
    id: Key = pk()
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(LINE)
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    hint: Mapped[str] = mapped_column(String(8))  # its last characters, to know it by
    scopes: Mapped[list[Any]]  # such as "registration:read"; the feature of an address, and whether it changes anything
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))  # None: all that the account may see
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]  # to the hour
    revoked_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()
    programme: Mapped[Programme | None] = relationship()


class ApiCall(db.Model):
    """A changing call that named an Idempotency-Key, written with the first thing that it changed. `status` is empty until it has
    been answered; `body` is that answer, for whoever asks again."""

    __tablename__ = "api_call"
    id: Key = pk()
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(LINE)
    digest: Mapped[str] = mapped_column(DIGEST)  # of address and content: the same key with another call is refused
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    __table_args__ = (UniqueConstraint("token_id", "key"),)


class Webhook(db.Model):
    """An address that is told, in a programme or in one event, of the deeds named in `subjects`."""

    __tablename__ = "webhook"
    id: Key = pk()
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(100))  # what deliveries are signed with; shown once
    subjects: Mapped[list[Any]]  # of which deeds: "registration", "certificate" …
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    stopped_at: Mapped[datetime | None]  # by a person, or after days without one success
    event: Mapped[Event | None] = relationship()


class WebhookDelivery(db.Model):
    """One message to a webhook, written in the deed's own transaction and tried until it arrives or is given up."""

    __tablename__ = "webhook_delivery"
    id: Key = pk()
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    verb: Mapped[str] = mapped_column(String(60))
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(default=now, index=True)  # None: nothing more to do
    delivered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(LINE, default="")  # the last one's status, or what went wrong
    webhook: Mapped[Webhook] = relationship()
    __table_args__ = (CheckConstraint("tries >= 0", name="tries_not_negative"),)
