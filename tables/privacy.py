"""What was asked for under data protection, what was purged, and what was done to whom."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import Key, choice, db, now, pk

if TYPE_CHECKING:
    from tables.accounts import User
    from tables.events import Event
    from tables.registration import Registration

class HistoryEntry(db.Model):
    """Something that was done to a registration, an organisation, an event or a programme: what, when, by whom. Never edited;
    `details` are emptied when the person's data go."""

    __tablename__ = "history_entry"
    id: Key = pk()
    at: Mapped[datetime] = mapped_column(default=now)
    verb: Mapped[str] = mapped_column(String(40))  # such as "registration.substituted"
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))  # None: the participant or a job
    by_participant: Mapped[bool] = mapped_column(default=False)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    user: Mapped[User | None] = relationship()


class RequestKind(enum.StrEnum):
    """What a person may ask for (PDPA s.19, 30–36)."""

    ACCESS = "access"
    COPY = "copy"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    ERASE = "erase"
    OBJECT = "object"


class RequestState(enum.StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class DataRequest(db.Model):
    """The record of a request about personal data (PDPA s.39). It outlives the data: no name stands in it."""

    __tablename__ = "data_request"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    kind: Mapped[RequestKind] = mapped_column(choice(RequestKind))
    state: Mapped[RequestState] = mapped_column(choice(RequestState), default=RequestState.OPEN)
    note: Mapped[str] = mapped_column(String(500), default="")
    made_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    event: Mapped[Event] = relationship()
    registration: Mapped[Registration | None] = relationship()


class Purge(db.Model):
    """One field group of one event was erased when its time had come, and how many rows that was."""

    __tablename__ = "purge"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    field_group: Mapped[str] = mapped_column(String(30), primary_key=True)
    rows: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime] = mapped_column(default=now)
