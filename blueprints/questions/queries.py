"""What people see of an event's questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import and_, exists, func, select

from blueprints.questions.rules import CHOOSING, Condition, Rule
from core.locale import both
from models import Answer, AskedAt, Question, QuestionKind, QuestionVersion, db


@dataclass(frozen=True)
class Asked:
    """A question in its newest wording."""

    question: Question
    wording: QuestionVersion

    @property
    def id(self) -> int:
        return self.question.id

    @property
    def kind(self) -> QuestionKind:
        return self.question.kind

    @property
    def label(self) -> str:
        return both(self.wording.label_th, self.wording.label_en)

    @property
    def help(self) -> str:
        return both(self.wording.help_th, self.wording.help_en)

    @property
    def options(self) -> list[tuple[str, str]]:
        """Key and words of each option."""
        return [(option["key"], both(option["th"], option["en"])) for option in self.wording.options]

    @property
    def rule(self) -> Rule:
        """Of whom it is asked."""
        question = self.question
        condition = Condition(question.condition["question_id"], frozenset(question.condition["values"])) if question.condition else None
        return Rule(question.id, None if question.category_ids is None else frozenset(question.category_ids), condition)


def asked(event_id: int, where: Collection[AskedAt] = tuple(AskedAt)) -> list[Asked]:
    """The questions of an event in their order, in one statement."""
    rows = db.session.execute(
        select(Question, QuestionVersion)
        .join(QuestionVersion, and_(QuestionVersion.question_id == Question.id, QuestionVersion.version == Question.version))
        .where(Question.event_id == event_id, Question.removed_at.is_(None), Question.asked.in_(where))
        .order_by(Question.position, Question.id))
    return [Asked(*row) for row in rows]


def values(one: Asked) -> list[tuple[str, str]]:
    """What the answer to a choosing question can be, with its words."""
    return [("yes", _("Yes")), ("no", _("No"))] if one.kind == QuestionKind.YES_NO else one.options


def before(questions: Sequence[Asked], question_id: int | None) -> list[Asked]:
    """The choosing questions before this one; a new one comes last."""
    found = []
    for one in questions:
        if one.id == question_id:
            break
        if one.kind in CHOOSING:
            found.append(one)
    return found


def in_event(event_id: int, question_id: int) -> Question | None:
    """One question of this event, removed ones too."""
    return db.session.scalar(select(Question).where(Question.id == question_id, Question.event_id == event_id))


def removed(event_id: int) -> list[Asked]:
    """The questions that are asked no more, but were answered."""
    rows = db.session.execute(
        select(Question, QuestionVersion)
        .join(QuestionVersion, and_(QuestionVersion.question_id == Question.id, QuestionVersion.version == Question.version))
        .where(Question.event_id == event_id, Question.removed_at.is_not(None)).order_by(Question.position, Question.id))
    return [Asked(*row) for row in rows]


def answered(question_id: int) -> bool:
    """Whether anybody has answered."""
    return bool(db.session.scalar(select(exists().where(Answer.question_id == question_id))))


def counts(event_id: int) -> dict[int, int]:
    """How many answers each question has."""
    rows = db.session.execute(select(Answer.question_id, func.count(Answer.id)).join(Question, Question.id == Answer.question_id)
                              .where(Question.event_id == event_id).group_by(Answer.question_id))
    return dict(rows.all())
