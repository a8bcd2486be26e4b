"""What an organiser can do with the questions of an event."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.questions import queries, rules
from blueprints.questions.rules import Definition, Option
from core import history
from core.codes import new_code
from core.errors import ChangedMeanwhile, Refused
from models import Event, Question, QuestionVersion, db, now

MOST_QUESTIONS = 60


class TooManyQuestions(Refused):
    message = _l("An event can have up to 60 questions. Please remove one first.")


class KindFixed(Refused):
    message = _l("People have answered this question, so its kind must stay. Remove it and add another instead.")
    field = "kind"


class StillNeeded(Refused):
    message = _l("Another question depends on this one. Please change that one first.")


def add(event: Event, definition: Definition) -> Question:
    """A new question at the end. Raises `TooManyQuestions` and `rules.check`'s facts."""
    _hold(event)
    there = queries.asked(event.id)
    if len(there) >= MOST_QUESTIONS:
        raise TooManyQuestions
    rules.check(definition, _earlier(there, None))
    last = db.session.scalar(select(func.max(Question.position)).where(Question.event_id == event.id)) or 0
    question = Question(event_id=event.id, position=last + 1, kind=definition.kind, version=1)
    _fill(question, definition)
    db.session.add(question)
    db.session.flush()
    db.session.add(_wording(question, definition))
    db.session.flush()
    history.record("question.added", event=event, label=definition.label_th)
    return question


def change(event: Event, question: Question, definition: Definition, version: int) -> None:
    """Change a question as seen in `version`. New words are a new version; those answered before keep theirs.

    Raises `ChangedMeanwhile`, `KindFixed`, `StillNeeded` (an answer on which another question depends would go) and
    `rules.check`'s facts.
    """
    _hold(event)
    db.session.refresh(question)
    if question.version != version:
        raise ChangedMeanwhile
    there = queries.asked(event.id)
    rules.check(definition, _earlier(there, question.id))
    if definition.kind != question.kind and queries.answered(question.id):
        raise KindFixed
    question.kind = definition.kind
    new, old = _wording(question, definition), _newest(question)
    if any(getattr(new, name) != getattr(old, name) for name in ("label_th", "label_en", "help_th", "help_en", "options", "limits")):
        new.version = question.version = question.version + 1
        db.session.add(new)
    _fill(question, definition)
    db.session.flush()
    _check_dependents(event, question)
    history.record("question.changed", event=event, label=definition.label_th)


def move(event: Event, question: Question, step: int) -> None:
    """One place up (-1) or down (+1). Raises `StillNeeded` when a question would come before the one it depends on."""
    _hold(event)
    there = [one.question for one in queries.asked(event.id)]
    at = next((n for n, one in enumerate(there) if one.id == question.id), None)
    if at is None or not 0 <= at + step < len(there):
        return
    first, second = sorted((at, at + step))
    if there[second].condition and there[second].condition["question_id"] == there[first].id:
        raise StillNeeded
    there[first], there[second] = there[second], there[first]
    for position, one in enumerate(there, 1):
        one.position = position
    db.session.flush()


def remove(event: Event, question: Question) -> None:
    """Ask it no more. Answers stay readable; a question that nobody answered goes for good. Raises `StillNeeded`."""
    _hold(event)
    if any(one.question.condition and one.question.condition["question_id"] == question.id for one in queries.asked(event.id)):
        raise StillNeeded
    label = _newest(question).label_th
    if queries.answered(question.id):
        question.removed_at = now()
    else:
        db.session.delete(question)
    db.session.flush()
    history.record("question.removed", event=event, label=label)


def restore(event: Event, question: Question) -> None:
    """Ask it again, at the end; a condition on a question that is gone is dropped. Raises `TooManyQuestions`."""
    _hold(event)
    there = queries.asked(event.id)
    if len(there) >= MOST_QUESTIONS:
        raise TooManyQuestions
    question.removed_at = None
    question.position = max((one.question.position for one in there), default=0) + 1
    if question.condition and question.condition["question_id"] not in {one.id for one in there}:
        question.condition = None
    db.session.flush()


def _hold(event: Event) -> None:
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())


def _earlier(there: list[queries.Asked], question_id: int | None) -> dict[int, list[str]]:
    return {one.id: [key for key, _words in queries.values(one)] for one in queries.before(there, question_id)}


def _check_dependents(event: Event, question: Question) -> None:
    """Whether every condition still stands on answers that can be given."""
    there = queries.asked(event.id)
    for one in there:
        condition = one.rule.condition
        if condition and condition.question_id == question.id and not condition.values <= set(_earlier(there, one.id).get(question.id, ())):
            raise StillNeeded


def _newest(question: Question) -> QuestionVersion:
    return db.session.execute(select(QuestionVersion).where(
        QuestionVersion.question_id == question.id, QuestionVersion.version == question.version)).scalar_one()


def _fill(question: Question, definition: Definition) -> None:
    question.asked, question.required, question.sensitive = definition.asked, definition.required, definition.sensitive
    question.category_ids = None if definition.category_ids is None else sorted(definition.category_ids)
    condition = definition.condition
    question.condition = {"question_id": condition.question_id, "values": sorted(condition.values)} if condition else None


def _wording(question: Question, definition: Definition) -> QuestionVersion:
    options = [_with_key(option) for option in definition.options] if definition.kind in rules.WITH_OPTIONS else []
    limits = {name: value for name, value in (("min", definition.low), ("max", definition.high)) if value is not None}
    return QuestionVersion(
        question_id=question.id, version=question.version, label_th=definition.label_th, label_en=definition.label_en,
        help_th=definition.help_th, help_en=definition.help_en, limits=limits,
        options=[{"key": option.key, "th": option.th, "en": option.en} for option in options])


def _with_key(option: Option) -> Option:
    return option if option.key else replace(option, key=new_code()[:8].lower())
