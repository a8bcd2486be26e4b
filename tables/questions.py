"""The questions of an event, and what people answered."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import LINE, TITLE, Key, choice, db, now, pk


class QuestionKind(enum.StrEnum):
    SHORT_TEXT = "short_text"
    PARAGRAPH = "paragraph"
    NUMBER = "number"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    MANY_OF = "many_of"
    DATE = "date"
    TIME = "time"
    PHONE = "phone"
    EMAIL = "email"
    FILE = "file"


class AskedAt(enum.StrEnum):
    """Where a question is asked: on the form, at the door, or of the staff alone."""

    FORM = "form"
    DOOR = "door"
    STAFF = "staff"


class Question(db.Model):
    """A question of an event. What people read is in its versions; the newest is asked, and an answer names the one it was given to."""

    __tablename__ = "question"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[QuestionKind] = mapped_column(choice(QuestionKind))
    asked: Mapped[AskedAt] = mapped_column(choice(AskedAt), default=AskedAt.FORM)
    required: Mapped[bool] = mapped_column(default=False)
    sensitive: Mapped[bool] = mapped_column(default=False)  # PDPA s.26: explicit consent, own retention
    category_ids: Mapped[list[Any] | None]  # None: every category
    condition: Mapped[dict[str, Any] | None]  # {"question_id": 3, "values": ["yes"]}: asked when an earlier answer is one of these
    version: Mapped[int] = mapped_column(default=1)  # of the newest wording
    removed_at: Mapped[datetime | None]  # asked no more; its answers stay
    created_at: Mapped[datetime] = mapped_column(default=now)
    versions: Mapped[list[QuestionVersion]] = relationship(
        back_populates="question", order_by="QuestionVersion.version", cascade="all, delete-orphan")


class QuestionVersion(db.Model):
    """One wording of a question; never edited once somebody answered it."""

    __tablename__ = "question_version"
    id: Key = pk()
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    version: Mapped[int]
    label_th: Mapped[str] = mapped_column(TITLE)
    label_en: Mapped[str] = mapped_column(TITLE, default="")
    help_th: Mapped[str] = mapped_column(Text, default="")
    help_en: Mapped[str] = mapped_column(Text, default="")
    options: Mapped[list[Any]] = mapped_column(default=list)  # [{"key": "a1", "th": "ฮาลาล", "en": "Halal"}]; a key means one thing for ever
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)  # "min", "max" of a number or of how many of many_of
    created_at: Mapped[datetime] = mapped_column(default=now)
    question: Mapped[Question] = relationship(back_populates="versions")
    __table_args__ = (UniqueConstraint("question_id", "version"),)


class Answer(db.Model):
    """What one person answered to one question, as plain data: text, a number, true or false, option keys, ISO dates, E.164."""

    __tablename__ = "answer"
    id: Key = pk()
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    value: Mapped[Any] = mapped_column(JSON)
    file_name: Mapped[str] = mapped_column(LINE, default="")
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    answered_at: Mapped[datetime] = mapped_column(default=now)
    question: Mapped[Question] = relationship()
    wording: Mapped[QuestionVersion] = relationship()
    __table_args__ = (UniqueConstraint("registration_id", "question_id"),)
