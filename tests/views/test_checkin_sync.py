"""What a phone is told of the participants: complete, then only what is new, and nothing that a finder of the phone could read."""

from __future__ import annotations

import gzip
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from sqlalchemy import select, update

from blueprints.checkin import roster
from blueprints.checkin.sealing import find_key
from blueprints.privacy import erasing
from blueprints.questions import services as questions
from blueprints.questions.rules import Definition
from blueprints.registration import services as registrations
from core.codes import new_code
from models import AskedAt, Checkpoint, Event, QuestionKind, Registration, RegistrationStatus, RetiredCode, Scan, SessionChoice, db, now
from tests.factories import Factory
from tests.views.test_checkin import Phone, scan
from tests.views.test_registration import fields

Listening = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def phone(app: Flask, make: Factory) -> Phone:
    return Phone(app, make.event())


def ask(phone: Phone, **args: Any) -> dict[str, Any]:
    """One page of the roster."""
    answer = phone.browser.open("GET", "/door/api/roster", query_string=args)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    return json.loads(answer.get_data())


def everything(phone: Phone, **args: Any) -> list[dict[str, Any]]:
    """The pages of one synchronisation, as static/door/sync.js asks for them."""
    pages = [ask(phone, **args)]
    while pages[-1]["more"] is not None:
        pages.append(ask(phone, **args, after=pages[-1]["more"]))
    return pages


def unseal(code: str, sealed: str) -> list[str]:
    """What static/door/roster.js reads with the code in hand."""
    data = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    plain = AESGCM(sha256(b"ruam door open:" + code.encode()).digest()[:16]).decrypt(data[:12], data[12:], None)
    return plain[1:].decode({1: "cp874", 2: "utf-8"}[plain[0]]).split("\n")


def entry(page: dict[str, Any], code: str) -> list[Any] | None:
    """[category, status, since when, has to be asked, sessions] of a code, where the page has it."""
    return next((rest for find, _sealed, *rest in page["people"] if find == find_key(code)), None)


def an_hour_passes(event: Event) -> None:
    """Everything so far happened an hour ago: the two minutes that are told again do not reach it."""
    ago = timedelta(hours=1)
    db.session.execute(update(Registration).where(Registration.event_id == event.id).values(updated_at=now() - ago))
    for row in db.session.scalars(select(Scan).where(Scan.event_id == event.id)):
        row.received_at -= ago
    db.session.flush()


# --- complete ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (1, 1), (3, 2), (7, 3), (9, 4)])
def test_the_first_time_everybody_comes_over_the_pages(phone: Phone, make: Factory, monkeypatch: pytest.MonkeyPatch, people: int,
                                                      pages: int) -> None:
    monkeypatch.setattr(roster, "PAGE", 3)
    codes = [make.registration(phone.event).code for _ in range(people)]
    make.registration(make.event())
    if codes:
        phone.scan(codes[-1])
    told = everything(phone)
    assert len(told) == pages and all(len(page["people"]) <= 3 for page in told)
    assert [person[0] for page in told for person in page["people"]] == [find_key(code) for code in codes]
    assert [("log" in page, "retired" in page) for page in told] == [(True, True)] + [(False, False)] * (pages - 1)
    assert [line[0] for line in told[0]["log"]] == [find_key(code) for code in codes[-1:]]
    assert all(page["event"] == told[0]["event"] and page["checkpoints"] for page in told)


def test_what_cannot_be_a_time_is_everything(phone: Phone, make: Factory) -> None:
    make.registration(phone.event)
    an_hour_passes(phone.event)
    for since in ("yesterday", "2026-11-22T09:00:00", (now() + timedelta(days=1)).isoformat(), ""):
        assert len(ask(phone, since=since)["people"]) == 1, since
    assert ask(phone, after=-1)["people"] and ask(phone, after=10**9)["people"] == []


def test_what_each_has(phone: Phone, make: Factory) -> None:
    first = phone.event.categories[0].id
    other = make.category(phone.event).id
    talk = make.session(phone.event, bookable=True)
    checkpoint = make.checkpoint(phone.event, session_id=talk.id, signature=True)
    plain, chose = make.registration(phone.event), make.registration(phone.event, category_id=other)
    db.session.add(SessionChoice(registration_id=chose.id, session_id=talk.id))
    cancelled_at = now()
    gone = make.registration(phone.event, status=RegistrationStatus.CANCELLED, cancelled_at=cancelled_at)
    kept_out = make.registration(phone.event, status=RegistrationStatus.BLOCKED)
    others = {status: make.registration(phone.event, status=status).code for status in (
        RegistrationStatus.WAITLISTED, RegistrationStatus.PENDING_APPROVAL, RegistrationStatus.NOT_CONFIRMED)}
    page = ask(phone)
    assert entry(page, plain.code) == [first]
    assert entry(page, chose.code) == [other, "", 0, 0, [talk.id]]
    assert entry(page, gone.code) == [first, "x", int(cancelled_at.timestamp() * 1000)]
    assert entry(page, kept_out.code) == [first, "b", int(kept_out.updated_at.timestamp() * 1000)]
    assert [entry(page, code) for code in others.values()] == [[first, "w"], [first, "p"], [first, "n"]]
    point = next(one for one in page["checkpoints"] if one["id"] == checkpoint.id)
    assert (point["sessions"], point["signature"], point["policy"]) == ([talk.id], True, "once")


# --- only what is new -------------------------------------------------------------------------------


def test_only_what_is_new(app: Flask, phone: Phone, make: Factory) -> None:
    desk = Phone(app, phone.event, ("undo", "substitute"), gate="โต๊ะ")
    quiet, cancelled, left, came, undone, asked = (make.registration(phone.event, first_name=f"คน{n}") for n in range(6))
    label = {"kind": QuestionKind.SHORT_TEXT, "label_th": "ขนาดเสื้อ", "asked": AskedAt.DOOR, "required": True}
    phone.scan(undone.code, offline=True, shown="ok")
    question = questions.add(phone.event, Definition(**label))
    assert desk.scan(asked.code)["verdict"] == "needs_answers"
    an_hour_passes(phone.event)
    first = ask(phone)
    assert entry(first, asked.code)[3] == 1 and len(first["log"]) == 1
    an_hour_passes(phone.event)
    nothing = ask(phone, since=first["now"])
    assert (nothing["people"], nothing["retired"], nothing["log"], nothing["more"]) == ([], [], [], None)

    registrations.cancel(cancelled)
    old = left.code
    body = {"registration": left.id, "title": "นาย", "first_name": "มานะ", "last_name": "อดทน", "phone": "", "email": ""}
    assert desk.browser.open("POST", "/door/api/substitute", json=body).status_code == 200
    desk.send(scan(came.code, forced=False, offline=True, shown="ok", nonce="from-the-desk"))
    assert phone.undo(db.session.scalars(select(Scan).where(Scan.registration_id == undone.id)).one().nonce)["undone"]
    page = desk.browser.get(f"/door/questions/{asked.id}")
    desk.browser.post(f"/door/questions/{asked.id}", fields(page) | {f"q{question.id}": "XL"})
    phone.event.categories[0].name_th = "ชื่อใหม่"
    delta = ask(phone, since=first["now"])

    assert {person[0] for person in delta["people"]} == {find_key(one.code) for one in (cancelled, left, asked)}
    assert entry(delta, cancelled.code)[1] == "x" and entry(delta, quiet.code) is None
    assert entry(delta, asked.code) == [asked.category_id] and entry(delta, left.code) == [left.category_id, "", 0, 1]
    assert [find for find, _at in delta["retired"]] == [find_key(old)] and old != left.code
    lines = {line[0]: line[1:] for line in delta["log"]}
    assert set(lines) == {find_key(came.code), find_key(undone.code)}
    assert lines[find_key(came.code)][0].startswith("#") and lines[find_key(came.code)][-2:] == ["โต๊ะ", 0]
    assert lines[find_key(undone.code)][-1] == 1 and not lines[find_key(undone.code)][0].startswith("#"), "our own scan, by our number"
    assert delta["categories"][0][1] == "ชื่อใหม่" and first["categories"][0][1] != "ชื่อใหม่"


def test_other_questions_at_the_door_make_a_phone_begin_anew(phone: Phone, make: Factory) -> None:
    """Whom a question concerns is told with the people, and none of them changed; static/door/sync.js compares `asks`."""
    wanted = Definition(QuestionKind.SHORT_TEXT, "ขนาดเสื้อ", asked=AskedAt.DOOR)
    seen = [ask(phone)["asks"]]

    def changed() -> bool:
        db.session.expire_all()
        seen.append(ask(phone)["asks"])
        return seen[-1] != seen[-2]

    question = questions.add(phone.event, wanted)
    assert changed() and not changed()
    questions.change(phone.event, question, replace(wanted, required=True), 1)
    assert changed(), "whoever has not answered is stopped from now on"
    first = phone.event.categories[0].id
    questions.change(phone.event, question, replace(wanted, required=True, category_ids=frozenset({first})), 1)
    assert changed()
    questions.change(phone.event, question, replace(wanted, required=True, category_ids=frozenset({first}), label_th="ขนาดหมวก"), 1)
    assert changed()
    questions.remove(phone.event, question)
    assert changed() and seen[-1] == seen[0]


def test_what_was_being_written_meanwhile_is_told_the_next_time(phone: Phone, make: Factory) -> None:
    one = make.registration(phone.event)
    first = ask(phone)
    one.updated_at = now() - timedelta(minutes=1)  # its transaction began before we asked and ended after it
    assert entry(ask(phone, since=first["now"]), one.code)


# --- if the phone is lost ---------------------------------------------------------------------------

SECRETS = {"title": "ศาสตราจารย์", "first_name": "ไพฑูรย์", "last_name": "รัตนชัย", "organisation_name": "บริษัท ลับเฉพาะ จำกัด",
           "email": "hidden@example.org", "phone": "+66898765432", "staff_note": "แพ้ถั่วรุนแรง", "name_en": "Paitoon", "position": "ผู้จัดการใหญ่"}


@pytest.mark.parametrize("grants", [(), ("search", "undo", "force", "walk_in", "substitute"), ("search", "search_offline")])
def test_nothing_of_anybody_can_be_read(app: Flask, make: Factory, grants: tuple[str, ...]) -> None:
    phone = Phone(app, make.event(), grants)
    one = make.registration(phone.event, **SECRETS, vip=True)
    old = new_code()
    db.session.add(RetiredCode(code=old, registration_id=one.id))
    phone.scan(one.code)
    bytes_ = phone.browser.open("GET", "/door/api/roster").get_data()
    page = json.loads(bytes_)
    names = page.pop("names", None)
    assert (names is not None) == ("search_offline" in grants)
    if names is not None:
        assert names == [[find_key(one.code), one.id, "ศาสตราจารย์ไพฑูรย์ รัตนชัย", "บริษัท ลับเฉพาะ จำกัด"]]
    for text in (json.dumps(page, ensure_ascii=False), json.dumps(page), *([] if names else [bytes_.decode()])):
        for secret in (*SECRETS.values(), one.code, old, one.manage_token, one.person_key):
            assert secret not in text and json.dumps(secret)[1:-1] not in text, secret
    shown = bytes_.decode()
    for secret in (SECRETS["email"], SECRETS["phone"], SECRETS["staff_note"], SECRETS["name_en"], SECRETS["position"], one.code, one.manage_token):
        assert secret not in shown, "not even with the names"


@pytest.mark.parametrize(("given", "opened"), [
    ({}, ["ศาสตราจารย์ไพฑูรย์ รัตนชัย", "บริษัท ลับเฉพาะ จำกัด", "แพ้ถั่วรุนแรง"]),
    ({"first_name": "Zoë", "last_name": "Łuczak", "title": "", "vip": True, "wheelchair": True},
     ["Zoë Łuczak", "บริษัท ลับเฉพาะ จำกัด", "แพ้ถั่วรุนแรง", "vw"]),
    ({"staff_note": "บรรทัดแรก\nบรรทัดสอง", "organisation_name": ""}, ["ศาสตราจารย์ไพฑูรย์ รัตนชัย", "", "บรรทัดแรก บรรทัดสอง"]),
    ({"staff_note": "", "organisation_name": "", "wheelchair": True}, ["ศาสตราจารย์ไพฑูรย์ รัตนชัย", "", "", "w"])])
def test_a_ticket_opens_its_own_entry_and_no_other(phone: Phone, make: Factory, given: dict[str, Any], opened: list[str]) -> None:
    one, other = make.registration(phone.event, **SECRETS | given), make.registration(phone.event)
    sealed = {person[0]: person[1] for person in ask(phone)["people"]}
    assert unseal(one.code, sealed[find_key(one.code)]) == opened
    for code in (other.code, new_code(), one.code.lower(), find_key(one.code)):
        with pytest.raises(InvalidTag):
            unseal(code, sealed[find_key(one.code)])
    again = {person[0]: person[1] for person in ask(phone)["people"]}
    assert again[find_key(one.code)] != sealed[find_key(one.code)], "sealed anew each time, so no two answers can be compared"


def test_whoever_is_erased_is_forgotten_by_phones_that_carry_names(app: Flask, make: Factory) -> None:
    phone = Phone(app, make.event(), ("search", "search_offline"))
    one, other = make.registration(phone.event), make.registration(phone.event)
    first = phone.browser.open("GET", "/door/api/roster").json
    assert ({name[1] for name in first["names"]}, first["gone"]) == ({one.id, other.id}, [])
    erasing.anonymise(one)
    later = phone.browser.open("GET", "/door/api/roster", query_string={"since": first["now"]}).json
    assert later["gone"] == [one.id] and one.id not in {name[1] for name in later["names"]}


# --- what it costs ----------------------------------------------------------------------------------


def test_the_statements_do_not_depend_on_the_people(app: Flask, make: Factory, statements: Listening) -> None:
    phone = Phone(app, make.event(), ("search", "search_offline"))
    session = make.session(phone.event, bookable=True)
    make.checkpoint(phone.event, session_id=session.id)
    questions.add(phone.event, Definition(QuestionKind.SHORT_TEXT, "ขนาดเสื้อ", asked=AskedAt.DOOR, required=True))
    where = db.session.scalars(select(Checkpoint.id).where(Checkpoint.event_id == phone.event.id)).first()

    def cost(people: int) -> int:
        for _ in range(people):
            one = make.registration(phone.event)
            db.session.add(SessionChoice(registration_id=one.id, session_id=session.id))
            db.session.add(RetiredCode(code=new_code(), registration_id=one.id))
            phone.scan(one.code, offline=True, shown="ok")
        with statements() as sent:
            everything(phone, checkpoint=where)
        return len(sent)

    cost(2)
    assert cost(1) == cost(30) <= 20


def test_a_person_costs_at_most_200_bytes_on_the_wire(app: Flask, make: Factory) -> None:
    phone = Phone(app, make.event(), ("search_offline",))
    people = 150
    for n in range(people):
        make.registration(phone.event, title="นางสาว", first_name=f"ศิริพรรณ{n}", last_name="วัฒนานุกูลกิจ", staff_note="แพ้อาหารทะเล" if n % 5 == 0 else "",
                          organisation_name=f"บริษัท เครื่องมือแพทย์และเวชภัณฑ์ล้านนา {n} จำกัด", vip=n % 10 == 0)
    answer = phone.browser.open("GET", "/door/api/roster", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer.headers["Vary"]
    data = answer.get_data()
    page = json.loads(gzip.decompress(data))
    assert len(page["people"]) == people == len(page.pop("names"))
    sealed = gzip.compress(json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode(), 6)
    assert len(sealed) / people <= 200
    assert len(data) / people <= 250, "with everybody's name"
