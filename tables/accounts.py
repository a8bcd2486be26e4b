"""Accounts, roles and the links that bring them."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import DIGEST, LINE, Key, choice, db, now, pk

if TYPE_CHECKING:
    from tables.events import Event
    from tables.programmes import Programme


class Role(enum.StrEnum):
    """What an account may do in a programme or an event, weakest first."""

    VIEWER = "viewer"
    DOOR_SUPERVISOR = "door_supervisor"
    ORGANISER = "organiser"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class User(db.Model):
    """Someone with an account: organisers and administrators. Participants and door staff have none."""

    __tablename__ = "user_account"
    id: Key = pk()
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(LINE)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(2), default="th")
    # Part of every signed-in session: raising it signs the account out everywhere.
    session_epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    deactivated_at: Mapped[datetime | None]
    grants: Mapped[list[Grant]] = relationship(back_populates="user", cascade="all, delete-orphan")


class Grant(db.Model):
    """One account's role in one programme (and all its events) or in one event."""

    __tablename__ = "role_grant"
    id: Key = pk()
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    created_at: Mapped[datetime] = mapped_column(default=now)
    user: Mapped[User] = relationship(back_populates="grants")
    programme: Mapped[Programme | None] = relationship()
    event: Mapped[Event | None] = relationship()
    __table_args__ = (
        CheckConstraint("(programme_id IS NULL) <> (event_id IS NULL)", name="one_scope"),
        UniqueConstraint("user_id", "programme_id"),
        UniqueConstraint("user_id", "event_id"),
    )


class Identity(db.Model):
    """An account at a provider of single sign-on that opens an account here. Issuer and subject name it for ever; an e-mail
    address may pass to somebody else (OpenID Connect Core 1.0, 5.7)."""

    __tablename__ = "identity"
    id: Key = pk()
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    email: Mapped[str] = mapped_column(String(254), default="")  # as the provider said then, for its holder to recognise
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))


class LinkPurpose(enum.StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


class AccountLink(db.Model):
    """A single-use link sent by e-mail: an invitation (with the role it brings) or a password reset. Only its digest is kept."""

    __tablename__ = "account_link"
    id: Key = pk()
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose))
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(LINE, default="")
    makes_admin: Mapped[bool] = mapped_column(default=False)
    role: Mapped[Role | None] = mapped_column(choice(Role))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_by: Mapped[User | None] = relationship()
