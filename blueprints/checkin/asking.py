"""What is asked at the door: whoever has not answered a question that must be is let in once the staff have asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from blueprints.questions import answers, queries, rules
from blueprints.questions.fields import AnswersForm, answers_form
from blueprints.questions.queries import Asked
from models import Answer, AskedAt, Question, QuestionKind, Registration, db

#: Whether the event of a registration asks something at the door; a column of the statement that reads people anyway.
asks_at_door = exists().where(Question.event_id == Registration.event_id, Question.asked == AskedAt.DOOR, Question.required,
                              Question.removed_at.is_(None)).correlate(Registration)


def unanswered(event_id: int, categories: Mapping[int, int]) -> set[int]:
    """Of the registrations (id → category), those who still have to be asked; two statements however many they are."""
    questions = queries.asked(event_id)
    given: dict[int, dict[int, Any]] = {}
    for registration_id, question_id, value in db.session.execute(
            select(Answer.registration_id, Answer.question_id, Answer.value).where(Answer.registration_id.in_(categories))):
        given.setdefault(registration_id, {})[question_id] = value
    return {one for one, category in categories.items() if any(
        question.question.required and question.id not in given.get(one, {}) for question in _at_door(questions, category, given.get(one, {})))}


def _at_door(questions: list[Asked], category_id: int, given: Mapping[int, Any]) -> list[Asked]:
    """What is asked at the door of someone of this category with these answers."""
    ids = set(rules.asked_of([one.rule for one in questions], category_id, given))
    return [one for one in questions if one.id in ids and one.question.asked == AskedAt.DOOR and one.kind != QuestionKind.FILE]


def form_for(registration: Registration) -> type[AnswersForm]:
    """The form with the questions that are asked of this person at the door, filled in with what was answered before."""
    stored = answers.of(registration)
    given = {question_id: answer.value for question_id, answer in stored.items()}
    questions = queries.asked(registration.event_id)
    asked = [one for one in questions if one.question.asked == AskedAt.DOOR and one.kind != QuestionKind.FILE]
    return answers_form(asked, stored, all_rules=[one.rule for one in questions], known=given)
