"""The slots of a result presentation: who presents when, and how far the meeting is."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import DIGEST, LINE, TITLE, Key, choice, db, pk

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
    scores_closed_at: Mapped[datetime | None]  # judges change nothing any more


class Criterion(db.Model):
    """By what judges score a talk: from 0 to `most` points, with its weight in the total."""

    __tablename__ = "criterion"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name_th: Mapped[str] = mapped_column(TITLE)
    name_en: Mapped[str] = mapped_column(TITLE, default="")
    most: Mapped[int] = mapped_column(default=10)
    weight: Mapped[int] = mapped_column(default=1)
    __table_args__ = (CheckConstraint("most BETWEEN 1 AND 100", name="most_range"), CheckConstraint("weight BETWEEN 1 AND 100", name="weight_range"))


class Judge(db.Model):
    """Somebody who scores, by a private link of which only the digest is kept. One who belongs to an organisation does not score its talks."""

    __tablename__ = "judge"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(LINE)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    organisation_name: Mapped[str] = mapped_column(LINE, default="")  # as typed
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    event: Mapped[Event] = relationship()


class Score(db.Model):
    """The points that a judge gave to a talk for a criterion."""

    __tablename__ = "score"
    judge_id: Mapped[int] = mapped_column(ForeignKey("judge.id", ondelete="CASCADE"), primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), primary_key=True, index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", ondelete="CASCADE"), primary_key=True, index=True)
    points: Mapped[int]
    __table_args__ = (CheckConstraint("points BETWEEN 0 AND 100", name="points_range"),)


class Remark(db.Model):
    """What a judge wrote about a talk, for the organisers."""

    __tablename__ = "remark"
    judge_id: Mapped[int] = mapped_column(ForeignKey("judge.id", ondelete="CASCADE"), primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), primary_key=True, index=True)
    words: Mapped[str] = mapped_column(Text)
