"""What people answered: kept with the wording it was given to, and read in that wording ever after."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, delete, exists, select
from sqlalchemy.orm import joinedload

from blueprints.questions import queries
from core.locale import both, medium_date
from models import Answer, AskedAt, Question, QuestionKind, QuestionVersion, Registration, db, now
from thai.phones import format_phone


@dataclass(frozen=True)
class Given:
    """One answer as plain data, to one wording; None: left empty. Of a file the value is its name."""

    version_id: int
    value: Any
    file_sha256: str | None = None


def save(registration: Registration, given: Mapping[int, Given]) -> bool:
    """Keep what was answered; an answer left empty goes. Whether anything changed."""
    stored = of(registration)
    changed = False
    for question_id, one in given.items():
        answer = stored.get(question_id)
        if one.value is None:
            if answer is not None:
                db.session.delete(answer)
                changed = True
            continue
        if answer is None:
            answer = Answer(registration_id=registration.id, question_id=question_id)
            db.session.add(answer)
        elif (answer.value, answer.file_sha256) == (one.value, one.file_sha256):
            continue  # it stays an answer to the wording that the person read
        answer.version_id, answer.value, answer.answered_at = one.version_id, one.value, now()
        answer.file_sha256, answer.file_name = one.file_sha256, str(one.value)[:200] if one.file_sha256 else ""
        changed = True
    db.session.flush()
    if changed:
        db.session.expire(registration, ["answers"])
    return changed


def _sensitive(registration: Registration) -> ColumnElement[bool]:
    return and_(Answer.registration_id == registration.id, Answer.question_id.in_(select(Question.id).where(Question.sensitive)))


def has_sensitive(registration: Registration) -> bool:
    """Whether the person answered something that needs explicit consent (PDPA s.26)."""
    return bool(db.session.scalar(select(exists().where(_sensitive(registration)))))


def forget_sensitive(registration: Registration) -> None:
    """The person withdrew the consent: those answers go."""
    db.session.execute(delete(Answer).where(_sensitive(registration)).execution_options(synchronize_session=False))
    db.session.expire(registration, ["answers"])


def of(registration: Registration) -> dict[int, Answer]:
    """The answers of one person by question, with their wordings, in one statement."""
    rows = db.session.scalars(_whole().where(Answer.registration_id == registration.id))
    return {answer.question_id: answer for answer in rows}


def _whole() -> Select[tuple[Answer]]:
    return (select(Answer).join(Answer.question).options(joinedload(Answer.question), joinedload(Answer.wording))
            .order_by(Question.position, Question.id))


@dataclass(frozen=True)
class Line:
    """An answer to read: question and words, and the digest of a file."""

    question: Question
    label: str
    text: str
    file_sha256: str | None = None


def lines(registration: Registration, where: Collection[AskedAt] = tuple(AskedAt)) -> list[Line]:
    """What one person answered, as it was asked then, in the reader's language."""
    return [Line(answer.question, both(answer.wording.label_th, answer.wording.label_en), text(answer.question.kind, answer.wording, answer.value),
                 answer.file_sha256) for answer in of(registration).values() if answer.question.asked in where]


def text(kind: QuestionKind, wording: QuestionVersion, value: Any) -> str:
    """An answer in words, in the reader's language."""
    if kind == QuestionKind.YES_NO:
        return _("Yes") if value else _("No")
    if kind in (QuestionKind.ONE_OF, QuestionKind.MANY_OF):
        words = {option["key"]: both(option["th"], option["en"]) for option in wording.options}
        return ", ".join(words.get(key, key) for key in (value if isinstance(value, list) else [value]))
    if kind == QuestionKind.DATE:
        return medium_date(date.fromisoformat(value))
    if kind == QuestionKind.TIME:
        return f"{time.fromisoformat(value):%H.%M}"
    return format_phone(*value) if kind == QuestionKind.PHONE else str(value)


def columns(event_id: int) -> list[tuple[int, str]]:
    """The questions of an event as headings of a list, removed ones that were answered last."""
    return [(one.id, one.label) for one in [*queries.asked(event_id), *queries.removed(event_id)]]


def texts(registration_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """The answers of many people in words, by person and question, in one statement."""
    found: dict[int, dict[int, str]] = {}
    for answer in db.session.scalars(_whole().where(Answer.registration_id.in_(registration_ids))):
        found.setdefault(answer.registration_id, {})[answer.question_id] = text(answer.question.kind, answer.wording, answer.value)
    return found


def of_event(event_id: int) -> dict[int, dict[int, str]]:
    """Every answer at an event in words, by person and question, for a file; read a thousand rows at a time."""
    found: dict[int, dict[int, str]] = {}
    rows = db.session.scalars(_whole().where(Question.event_id == event_id).execution_options(yield_per=1000))
    for answer in rows:
        found.setdefault(answer.registration_id, {})[answer.question_id] = text(answer.question.kind, answer.wording, answer.value)
    return found


def file_of(registration_id: int, question_id: int) -> Answer | None:
    """The answer that is a file."""
    return db.session.scalar(select(Answer).options(joinedload(Answer.question)).where(
        Answer.registration_id == registration_id, Answer.question_id == question_id, Answer.file_sha256.is_not(None)))
