"""Whatever an organiser does with a question, what was answered reads as it was answered."""

from __future__ import annotations

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprints.questions import answers, queries, services
from blueprints.questions.answers import Given
from blueprints.questions.copying import copy_questions
from blueprints.questions.rules import Condition, Definition, Option
from core.errors import Refused
from models import Event, Question, QuestionKind, db
from tests.factories import Factory

YES_NO = Definition(QuestionKind.YES_NO, "ต้องการที่จอดรถหรือไม่")
FOOD = Definition(QuestionKind.ONE_OF, "อาหาร", "Food", options=(Option("", "ทั่วไป", "Any"), Option("", "ฮาลาล", "Halal"), Option("", "เจ", "Vegan")))


def answer(make: Factory, event: Event, question: Question, value: object) -> int:
    one = make.registration(event)
    asked = next(a for a in queries.asked(event.id) if a.id == question.id)
    answers.save(one, {question.id: Given(asked.wording.id, value)})
    return one.id


def keys(event: Event, question: Question) -> list[str]:
    return [key for a in queries.asked(event.id) if a.id == question.id for key, _words in a.options]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(["answer", "reword", "drop_option", "add_option", "remove", "restore", "up", "down"]),
                                st.integers(0, 2)), max_size=14))
def test_an_answer_reads_for_ever_as_it_was_given(app: Flask, make: Factory, steps: list[tuple[str, int]]) -> None:
    event = make.event()
    services.add(event, YES_NO)
    question = services.add(event, FOOD)
    given_: dict[int, str] = {}
    for number, (verb, which) in enumerate(steps):
        try:
            with db.session.begin_nested():
                _step(make, event, question, verb, which, number, given_)
        except Refused:
            pass
        assert {person: answers.texts([person])[person][question.id] for person in given_} == given_


def _step(make: Factory, event: Event, question: Question, verb: str, which: int, number: int, given_: dict[int, str]) -> None:
    wording = question.versions[-1] if question.versions else None
    db.session.refresh(question, ["versions"])
    wording = question.versions[-1]
    options = tuple(Option(o["key"], o["th"], o["en"]) for o in wording.options)
    if verb == "answer" and question.removed_at is None:
        key = keys(event, question)[which % len(options)]
        given_[answer(make, event, question, key)] = next(o["th"] for o in wording.options if o["key"] == key)
    elif verb == "reword":
        new = (Option(options[0].key, f"ใหม่ {number}"), *options[1:])
        services.change(event, question, Definition(QuestionKind.ONE_OF, f"อาหาร {number}", options=new), question.version)
    elif verb == "drop_option":
        services.change(event, question, Definition(QuestionKind.ONE_OF, wording.label_th, options=options[1:]), question.version)
    elif verb == "add_option":
        services.change(event, question, Definition(QuestionKind.ONE_OF, wording.label_th, options=(*options, Option("", f"อื่น {number}"))),
                        question.version)
    elif verb == "remove":
        if given_:  # without an answer it would go for good
            services.remove(event, question)
    elif verb == "restore":
        services.restore(event, question)
    else:
        services.move(event, question, -1 if verb == "up" else 1)


def test_what_another_question_hangs_on_stays(make: Factory) -> None:
    event = make.event()
    first = services.add(event, FOOD)
    halal = keys(event, first)[1]
    second = services.add(event, Definition(QuestionKind.SHORT_TEXT, "รายละเอียด", condition=Condition(first.id, frozenset({halal}))))
    kept = [o for o in first.versions[-1].options if o["key"] != halal]
    fewer = Definition(QuestionKind.ONE_OF, "อาหาร", options=tuple(Option(o["key"], o["th"]) for o in kept))
    for act in (lambda: services.remove(event, first), lambda: services.move(event, second, -1), lambda: services.move(event, first, 1),
                lambda: services.change(event, first, fewer, first.version)):
        try:
            with db.session.begin_nested():
                act()
        except services.StillNeeded:
            continue
        raise AssertionError("a question lost the answer it hangs on")


def test_a_copy_asks_the_same(make: Factory) -> None:
    source, target = make.event(), make.event()
    first = services.add(source, FOOD)
    condition = Condition(first.id, frozenset({keys(source, first)[1]}))
    services.add(source, Definition(QuestionKind.SHORT_TEXT, "รายละเอียด", category_ids=frozenset({source.categories[0].id}), condition=condition))
    known = copy_questions(source, target, {source.categories[0].id: target.categories[0].id})
    one, two = queries.asked(target.id)
    assert one.options == queries.asked(source.id)[0].options
    assert two.rule.condition == Condition(known[first.id], condition.values) and two.rule.category_ids == {target.categories[0].id}
