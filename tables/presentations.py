"""The slots of a result presentation: who presents when, and how far the meeting is."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import LINE, TITLE, Key, choice, db, pk

if TYPE_CHECKING:
    from tables.events import Event, EventFile
    from tables.programmes import Organisation


class SlotKind(enum.StrEnum):
    TALK = "talk"
    BREAK = "break"


class Slot(db.Model):
    """One presentation, or a break between two. Its time follows from its place in the order, unless it begins at a time of its own."""

    __tablename__ = "slot"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[SlotKind] = mapped_column(choice(SlotKind), default=SlotKind.TALK)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    organisation_name: Mapped[str] = mapped_column(LINE, default="")  # as typed
    title_th: Mapped[str] = mapped_column(TITLE, default="")
    title_en: Mapped[str] = mapped_column(TITLE, default="")
    presenters: Mapped[str] = mapped_column(TITLE, default="")
    minutes: Mapped[int] = mapped_column(default=10)
    question_minutes: Mapped[int] = mapped_column(default=0)
    begins_at: Mapped[datetime | None]  # None: when the one before ends
    withdrawn: Mapped[bool] = mapped_column(default=False)
    event: Mapped[Event] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    files: Mapped[list[EventFile]] = relationship(secondary="slot_file", order_by="EventFile.position, EventFile.id")
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 600", name="minutes_range"),
        CheckConstraint("question_minutes BETWEEN 0 AND 600", name="question_minutes_range"),
    )


class SlotFile(db.Model):
    """A file of the event that is handed out with a slot."""

    __tablename__ = "slot_file"
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("event_file.id", ondelete="CASCADE"), primary_key=True, index=True)


class Stage(db.Model):
    """How far the presentations of an event are: the slot that runs, since when, and what was added. Every screen reads this row."""

    __tablename__ = "stage"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id", ondelete="SET NULL"))
    started_at: Mapped[datetime | None]  # moved on by every pause, so that only time that ran counts
    paused_at: Mapped[datetime | None]
    extra_seconds: Mapped[int] = mapped_column(default=0)
