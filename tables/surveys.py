"""Surveys: what is asked, who has answered, and the answers, which carry no link to the person.

By construction: an answer sheet has a random key, no time and no row number; a completion names the person and nothing else. No
column of either leads to the other, and tables without row numbers keep no order of arrival.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import CODE, TITLE, Key, choice, db, now, pk

if TYPE_CHECKING:
    from tables.events import Event


class ItemKind(enum.StrEnum):
    """A heading, five points of agreement, the same before and after the event, one of several, or free words."""

    SECTION = "section"
    LIKERT = "likert"
    BEFORE_AFTER = "before_after"
    CHOICE = "choice"
    OPEN = "open"


class BandSet(enum.StrEnum):
    """How a mean is put into words (thai.md): 4.51–5.00 is `most`, or 4.21–5.00 is."""

    HALVES = "halves"
    FIFTHS = "fifths"


class Survey(db.Model):
    """The survey of one event. It takes answers from `opened_at` until `closed_at`; once somebody answered, its items stay as they are."""

    __tablename__ = "survey"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    title_th: Mapped[str] = mapped_column(TITLE)
    title_en: Mapped[str] = mapped_column(TITLE, default="")
    intro_th: Mapped[str] = mapped_column(Text, default="")
    intro_en: Mapped[str] = mapped_column(Text, default="")
    bands: Mapped[BandSet] = mapped_column(choice(BandSet), default=BandSet.HALVES)
    everyone: Mapped[bool] = mapped_column(default=False)  # whoever holds a seat may answer; else only those who came
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    event: Mapped[Event] = relationship()
    items: Mapped[list[SurveyItem]] = relationship(
        back_populates="survey", order_by="SurveyItem.position, SurveyItem.id", cascade="all, delete-orphan")


class SurveyItem(db.Model):
    """One line of a survey."""

    __tablename__ = "survey_item"
    id: Key = pk()
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[ItemKind] = mapped_column(choice(ItemKind))
    label_th: Mapped[str] = mapped_column(TITLE)
    label_en: Mapped[str] = mapped_column(TITLE, default="")
    options: Mapped[list[Any]] = mapped_column(default=list)  # of a choice: [{"key": "a1", "th": "กิจการ", "en": "Enterprise"}]
    required: Mapped[bool] = mapped_column(default=False)
    survey: Mapped[Survey] = relationship(back_populates="items")


class SurveyCompletion(db.Model):
    """That this person has answered, and nothing about what or when."""

    __tablename__ = "survey_completion"
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True, index=True)
    __table_args__ = {"sqlite_with_rowid": False}


class SurveySheet(db.Model):
    """One answer sheet. Its key is random, so that neither key nor order says who filled it in."""

    __tablename__ = "survey_sheet"
    id: Mapped[str] = mapped_column(CODE, primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    __table_args__ = {"sqlite_with_rowid": False}


class SurveyAnswer(db.Model):
    """What one sheet says to one item: a score, two scores, the key of a choice, or words."""

    __tablename__ = "survey_answer"
    sheet_id: Mapped[str] = mapped_column(ForeignKey("survey_sheet.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("survey_item.id"), primary_key=True)
    score: Mapped[int | None]
    before: Mapped[int | None]
    option: Mapped[str | None] = mapped_column(String(10))
    words: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score_range"),
        CheckConstraint("before BETWEEN 1 AND 5", name="before_range"),
        Index("ix_survey_answer_item_id_score", "item_id", "score"),
        {"sqlite_with_rowid": False},
    )
