"""The door's desk through HTTP: a colleague instead, a whole enterprise, the form for walk-ins; and who waits for a seat is found."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from blueprints.checkin import texts
from blueprints.checkin.judge import Verdict
from blueprints.registration import past, people
from models import Checkpoint, EntryPolicy, Message, Registration, RegistrationStatus, RetiredCode, Role, Signature, db, now
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_checkin import Phone

GRANTS = ("search", "substitute", "walk_in", "force")


@pytest.fixture
def phone(app: Flask, make: Factory) -> Phone:
    return Phone(app, make.event(), GRANTS)


def person(make: Factory, phone: Phone, **given: Any) -> Registration:
    one = make.registration(phone.event, **given)
    people.describe(one)
    db.session.flush()
    return one


def checkpoint_of(phone: Phone) -> Checkpoint:
    return db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == phone.event.id).order_by(Checkpoint.id)).first()


def replace(by: Phone, one: Registration | int, **given: Any) -> TestResponse:
    number = one if isinstance(one, int) else one.id
    body = {"registration": number, "title": "นาย", "first_name": "มานะ", "last_name": "อดทน", "phone": "", "email": ""}
    return by.browser.open("POST", "/door/api/substitute", json=body | given)


def test_a_colleague_comes_instead(phone: Phone, make: Factory) -> None:
    one = person(make, phone, first_name="กัญญา", last_name="", email="kanya@example.org", vip=True)
    old = one.code
    answer = replace(phone, one, phone="081 234 5678", email="Mana@example.org")
    assert (answer.status_code, answer.json) == (200, {"registration": one.id, "name": "นายมานะ อดทน"})
    assert (one.phone, one.email, one.organisation_name, one.vip) == ("+66812345678", "mana@example.org", "บริษัท ตัวอย่าง จำกัด", False)
    assert phone.scan(old)["verdict"] == "replaced" and db.session.get(RetiredCode, old) is not None
    assert phone.scan(one.code)["verdict"] == "ok"
    assert {row.kind for row in db.session.scalars(select(Message))} == {"registration_handed_over", "registration_confirmed"}
    line = past.of(one)[0]
    assert line.who == phone.device.label and line.changes == [("", "นางสาวกัญญา", "นายมานะ อดทน")]


@pytest.mark.parametrize(("given", "sentence"), [
    ({"first_name": ""}, "ชื่อ"), ({"phone": "12"}, "081 234 5678"), ({"email": "x@"}, "name@example.com"), ({"last_name": "1101700230708"}, "ประชาชน"),
    ({"phone": "1101700230708"}, "ประชาชน")])
def test_what_is_wrong_is_said(phone: Phone, make: Factory, given: dict[str, Any], sentence: str) -> None:
    one = person(make, phone)
    before = one.code
    answer = replace(phone, one, **given)
    assert answer.status_code == 409 and sentence in answer.json["detail"]
    assert one.code == before


def test_whom_nobody_can_replace(app: Flask, phone: Phone, make: Factory) -> None:
    came, waits, elsewhere = person(make, phone), person(make, phone, status=RegistrationStatus.WAITLISTED), make.registration(make.event())
    phone.scan(came.code)
    assert [replace(phone, one).status_code for one in (came, waits, elsewhere, 999_999)] == [409] * 4
    assert replace(Phone(app, phone.event, ("search", "force")), person(make, phone)).status_code == 409
    assert elsewhere.first_name != "มานะ"


@pytest.mark.parametrize("body", [[], {}, {"registration": "1"}, {"registration": True}, {"registration": 1, "title": 5},
                                  {"registration": 1, "email": "a\x00"}])
def test_rubbish_is_refused(phone: Phone, body: Any) -> None:
    assert phone.browser.open("POST", "/door/api/substitute", json=body).status_code == 400
    assert phone.browser.open("POST", "/door/api/substitute", data="x").status_code == 415


def organisation(phone: Phone, checkpoint: Checkpoint | None = None, **args: Any) -> TestResponse:
    args["checkpoint"] = (checkpoint or checkpoint_of(phone)).id
    return phone.browser.open("GET", "/door/api/organisation", query_string=args)


def test_a_whole_enterprise(phone: Phone, make: Factory) -> None:
    ours = make.organisation()
    first, second = (person(make, phone, first_name=name, last_name="", organisation_id=ours.id) for name in ("ไก่", "กา"))
    offer = person(make, phone, first_name="เก้า", last_name="", organisation_id=ours.id, status=RegistrationStatus.NOT_CONFIRMED)
    person(make, phone, organisation_id=ours.id, status=RegistrationStatus.CANCELLED)
    person(make, phone, organisation_id=make.organisation().id)
    make.registration(make.event(), organisation_id=ours.id)
    phone.scan(first.code)
    found = organisation(phone, registration=first.id).json
    assert [(one["registration"], one["in"], one["status"]) for one in found["people"]] == [
        (second.id, False, "confirmed"), (offer.id, False, "not_confirmed"), (first.id, True, "confirmed")]
    assert found["more"] is False and found["people"][0]["name"] == "นางสาวกา"
    assert not {"email", "phone"} & set(found["people"][0])
    assert organisation(phone, id=ours.id).json == found
    again = make.checkpoint(phone.event, policy=EntryPolicy.REENTRY)
    assert [one["in"] for one in organisation(phone, again, id=ours.id).json["people"]] == [False] * 3


def test_one_enterprise_in_many_spellings(phone: Phone, make: Factory) -> None:
    names = ("บริษัท น้ำตาลไทย จำกัด", "บจก. น้ำตาลไทย", "น้ำตาลไทย", "น้ำตาลไทยใหญ่", "")
    ids = [person(make, phone, organisation_name=name).id for name in names]
    assert {one["registration"] for one in organisation(phone, registration=ids[0]).json["people"]} == set(ids[:3])
    assert organisation(phone, registration=ids[-1]).json["people"] == []


def test_it_is_bounded(phone: Phone, make: Factory, statements: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = make.organisation()
    for _n in range(4):
        person(make, phone, organisation_id=ours.id)
    monkeypatch.setattr("blueprints.checkin.door_desk.MOST", 3)
    with statements() as few:
        found = organisation(phone, id=ours.id).json
    assert len(found["people"]) == 3 and found["more"]
    assert len(few) <= 8


def test_who_may_see_an_enterprise(app: Flask, phone: Phone, make: Factory) -> None:
    stranger = make.registration(make.event())
    assert organisation(phone, registration=stranger.id).json["people"] == []
    assert organisation(phone, make.checkpoint(make.event()), id=1).status_code == 400
    assert organisation(phone, id="x").json["people"] == [] == organisation(phone, id=2**70).json["people"]
    assert organisation(Phone(app, phone.event, ("walk_in",)), id=1).status_code == 409


def test_the_form_for_walk_ins(app: Flask, phone: Phone) -> None:
    facts = phone.browser.open("GET", "/door/api/walk-in").json
    assert [one["id"] for one in facts["categories"]] == [phone.event.categories[0].id] and facts["full"] is False
    assert Phone(app, phone.event, ("search",)).browser.open("GET", "/door/api/walk-in").status_code == 409
    assert Browser(app).open("GET", "/door/api/walk-in").status_code == 401


@pytest.mark.parametrize("status", [RegistrationStatus.WAITLISTED, RegistrationStatus.PENDING_APPROVAL, RegistrationStatus.NOT_CONFIRMED])
def test_who_waits_is_found_and_may_be_let_in_by_right(phone: Phone, make: Factory, status: RegistrationStatus) -> None:
    one = person(make, phone, first_name="รอที่นั่ง", status=status)
    found = phone.browser.open("GET", "/door/api/search?q=รอที่นั่ง").json["people"]
    assert [row["registration"] for row in found] == [one.id]
    sent = {"source": "search", "registration": one.id}
    assert phone.scan("", **sent)["verdict"] == status.value
    assert phone.scan("", **sent, forced=True)["verdict"] == "ok"


@pytest.mark.parametrize("status", [RegistrationStatus.CANCELLED, RegistrationStatus.BLOCKED])
def test_who_is_out_is_not_found(phone: Phone, make: Factory, status: RegistrationStatus) -> None:
    person(make, phone, first_name="รอที่นั่ง", status=status, cancelled_at=now())
    assert phone.browser.open("GET", "/door/api/search?q=รอที่นั่ง").json["people"] == []


def test_staff_with_and_without_the_right_read_what_they_may_do(app: Flask) -> None:
    for verdict in (Verdict.WAITLISTED, Verdict.PENDING_APPROVAL, Verdict.NOT_CONFIRMED):
        assert "โต๊ะผู้จัด" in str(texts.sentence(verdict, False)) and "ให้เข้างานได้" in str(texts.sentence(verdict, True))
    assert texts.sentence(Verdict.CANCELLED, True) == texts.sentence(Verdict.CANCELLED, False)


def test_the_organiser_sees_what_somebody_signed(app: Flask, phone: Phone, make: Factory) -> None:
    one = person(make, phone)
    user = make.user()
    make.grant(user, Role.VIEWER, phone.event)
    page = f"/organiser/events/{phone.event.id}/registrations/{one.id}"
    assert not Browser(app).sign_in(user).get(page).all(".signature")
    db.session.add(Signature(registration_id=one.id, checkpoint_id=checkpoint_of(phone).id, path="M1 1L2 2", signed_at=now()))
    shown = Browser(app).sign_in(user).get(page)
    assert shown.one(".signature svg path")["d"] == "M1 1L2 2" and "ทางเข้างาน" in shown.text(".signature figcaption")
