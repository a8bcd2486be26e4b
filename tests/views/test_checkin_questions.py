"""Questions that are asked at the door: who still has to be asked is amber, is asked, and is green at the next scan."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from blueprints.questions import answers, services
from blueprints.questions.rules import Condition, Definition
from models import AskedAt, HistoryEntry, QuestionKind, db
from tests.factories import Factory
from tests.views.test_checkin import Phone
from tests.views.test_registration import fields


@pytest.fixture
def phone(app: Flask, make: Factory) -> Phone:
    return Phone(app, make.event())


def ask(phone: Phone, label: str = "ขนาดเสื้อ", **given: Any) -> int:
    usual = {"kind": QuestionKind.SHORT_TEXT, "label_th": label, "asked": AskedAt.DOOR, "required": True}
    return services.add(phone.event, Definition(**(usual | given))).id


def test_amber_then_asked_then_green(phone: Phone, make: Factory) -> None:
    question = ask(phone)
    person = make.registration(phone.event)
    result = phone.scan(person.code)
    assert result["verdict"] == "needs_answers" and result["ask"]
    page = phone.browser.get(result["ask"])
    assert "ขนาดเสื้อ" in page.text()
    assert phone.browser.post(result["ask"], fields(page), 422).error(f"q{question}") == "โปรดตอบข้อนี้"
    phone.browser.post(result["ask"], fields(page) | {f"q{question}": "XL"})
    assert answers.of(person)[question].value == "XL"
    assert phone.scan(person.code)["verdict"] == "ok"
    assert db.session.scalar(select(HistoryEntry).where(HistoryEntry.verb == "registration.answered_at_door")) is not None


def test_only_of_whom_it_is_asked(phone: Phone, make: Factory) -> None:
    first = services.add(phone.event, Definition(QuestionKind.YES_NO, "มารถหรือไม่")).id
    ask(phone, condition=Condition(first, frozenset({"yes"})))
    walker, driver = make.registration(phone.event), make.registration(phone.event)
    wording = db.session.scalar(select(services.QuestionVersion.id).where(services.QuestionVersion.question_id == first))
    answers.save(driver, {first: answers.Given(wording, True)})
    assert [phone.scan(one.code)["verdict"] for one in (walker, driver)] == ["ok", "needs_answers"]


def test_a_question_that_may_stay_open_stops_nobody(phone: Phone, make: Factory) -> None:
    ask(phone, required=False)
    assert phone.scan(make.registration(phone.event).code)["verdict"] == "ok"


def test_a_phone_learns_nothing_of_those_it_has_not_scanned(phone: Phone, make: Factory) -> None:
    ask(phone)
    stranger = make.registration(phone.event)
    phone.browser.get(f"/door/questions/{stranger.id}", 404)
    other = make.registration(make.event())
    phone.scan(other.code)
    phone.browser.get(f"/door/questions/{other.id}", 404)


def test_an_event_that_asks_nothing_pays_nothing(phone: Phone, make: Factory, statements: Any) -> None:
    def cost() -> int:
        person = make.registration(phone.event)
        with statements() as sent:
            assert phone.scan(person.code)["verdict"] in ("ok", "needs_answers")
        return len(sent)

    cost()
    nothing = cost()
    ask(phone)
    assert cost() == nothing + 2


def test_no_file_at_the_door(phone: Phone) -> None:
    with pytest.raises(services.rules.FileAtDoor):
        ask(phone, kind=QuestionKind.FILE)
