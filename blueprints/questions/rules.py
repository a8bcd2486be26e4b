"""Which questions are asked of whom, as pure functions: definitions and answers in, ids and facts out. No database.

`static/js/modules/questions.js` follows `asked_of` in the browser, so that people see only what is asked of them; the server
decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from core.errors import Refused
from models import AskedAt, QuestionKind

#: The kinds whose answers are one of a few, so that another question may depend on them.
CHOOSING = (QuestionKind.YES_NO, QuestionKind.ONE_OF, QuestionKind.MANY_OF)
WITH_OPTIONS = (QuestionKind.ONE_OF, QuestionKind.MANY_OF)
MOST_OPTIONS = 50


@dataclass(frozen=True)
class Condition:
    """Asked when the answer to an earlier question is, or holds, one of `values` ("yes" and "no" of a yes/no question)."""

    question_id: int
    values: frozenset[str]


@dataclass(frozen=True)
class Rule:
    """Of whom one question is asked. None in `category_ids`: of every category."""

    id: int
    category_ids: frozenset[int] | None = None
    condition: Condition | None = None


def asked_of(rules: Iterable[Rule], category_id: int, answers: Mapping[int, Any]) -> list[int]:
    """The ids of the questions for someone of this category with these answers, in order.

    A condition on a question that is not asked itself is never met, whatever was answered to it before.
    """
    asked: list[int] = []
    for rule in rules:
        if rule.category_ids is not None and category_id not in rule.category_ids:
            continue
        condition = rule.condition
        if condition and (condition.question_id not in asked or not condition.values & said(answers.get(condition.question_id))):
            continue
        asked.append(rule.id)
    return asked


def said(answer: Any) -> set[str]:
    """An answer as the set of values that a condition may name."""
    if answer is None or answer == "":
        return set()
    if isinstance(answer, bool):
        return {"yes" if answer else "no"}
    return {str(value) for value in answer} if isinstance(answer, list | tuple) else {str(answer)}


@dataclass(frozen=True)
class Option:
    """One thing to choose. The key means this for ever; a new option has none yet."""

    key: str
    th: str
    en: str = ""


@dataclass(frozen=True)
class Definition:
    """A question as its editor wrote it. `low` and `high` bound a number, or how many of many."""

    kind: QuestionKind
    label_th: str
    label_en: str = ""
    help_th: str = ""
    help_en: str = ""
    options: Sequence[Option] = ()
    low: int | None = None
    high: int | None = None
    asked: AskedAt = AskedAt.FORM
    required: bool = False
    sensitive: bool = False
    category_ids: frozenset[int] | None = None
    condition: Condition | None = field(default=None)


class LabelMissing(Refused):
    message = _l("Please write the question in Thai.")
    field = "label_th"


class TooFewOptions(Refused):
    message = _l("Please write at least two answers to choose from.")
    field = "options"


class OptionTwice(Refused):
    message = _l("Two answers read the same in Thai. Please change one.")
    field = "options"


class BoundsCrossed(Refused):
    message = _l("The greatest must not be less than the least.")
    field = "high"


class ConditionUnfit(Refused):
    message = _l("A question can depend only on an earlier one in which people choose, and on answers of one question. Please choose again.")
    field = "condition"


class FileAtDoor(Refused):
    message = _l("A file cannot be asked for at the door. Ask for it on the form.")
    field = "asked"


def check(definition: Definition, earlier: Mapping[int, Sequence[str]]) -> None:
    """Whether a question may be so; `earlier` are the choosing questions before it, with the values they can have.

    Raises `LabelMissing`, `FileAtDoor`, `TooFewOptions`, `OptionTwice`, `BoundsCrossed`, `ConditionUnfit`.
    """
    if not definition.label_th:
        raise LabelMissing
    if definition.kind == QuestionKind.FILE and definition.asked == AskedAt.DOOR:
        raise FileAtDoor
    if definition.kind in WITH_OPTIONS:
        if len(definition.options) < 2:
            raise TooFewOptions
        if len({option.th for option in definition.options}) < len(definition.options):
            raise OptionTwice
    if definition.low is not None and definition.high is not None and definition.high < definition.low:
        raise BoundsCrossed
    condition = definition.condition
    if condition and not (condition.values and condition.values <= set(earlier.get(condition.question_id, ()))):
        raise ConditionUnfit
