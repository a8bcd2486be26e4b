"""The organiser's list: filters, order, columns, kept views, files, deeds for many, and the history of one."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from blueprints.questions import answers, queries
from blueprints.questions import services as questions
from blueprints.questions.answers import Given
from blueprints.questions.rules import Definition
from blueprints.registration import people
from models import Event, HistoryEntry, Message, QuestionKind, Registration, RegistrationStatus, Role, Scan, db, now
from tests.factories import Factory
from tests.page import Browser, Page
from tests.views.test_registration import fields


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def organiser(browser: Browser, make: Factory, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return Browser(browser.app).sign_in(user)


def at(event: Event, args: str = "") -> str:
    return f"/organiser/events/{event.id}/registrations{args}"


def names(page: Page) -> list[str]:
    return [row.get_text(strip=True).removeprefix("นางสาว") for row in page.all("table.people tbody th")]


def person(make: Factory, event: Event, name: str, **given: Any) -> Registration:
    one = make.registration(event, first_name=name, last_name="", **given)
    people.describe(one)
    return one


def test_every_filter_leaves_out(organiser: Browser, make: Factory, event: Event) -> None:
    other = make.category(event)
    session = make.session(event, bookable=True)
    code = make.access_code(event)
    make.registration(event)
    one = person(make, event, "น้ำทิพย์", category_id=other.id, source="staff", email="", access_code_id=code.id,
                 organisation_id=make.organisation().id)
    db.session.execute(db.metadata.tables["session_choice"].insert().values(registration_id=one.id, session_id=session.id))
    db.session.add(Scan(nonce="n", event_id=event.id, checkpoint_id=make.checkpoint(event).id, registration_id=one.id, direction="in",
                        source="camera", raw_code=one.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    for args in ("q=นำทิพย", "q=%20%20น้ำทิพย์%20", f"category={other.id}", "source=staff", "mail=none", f"code={code.id}", f"session={session.id}",
                 f"organisation={one.organisation_id}", "came=yes"):
        page = organiser.get(at(event, f"?{args}"))
        assert names(page) == ["น้ำทิพย์"], args
        assert page.all(".chips a"), "the filter is shown, with a way out"
    assert names(organiser.get(at(event, "?came=no"))) != ["น้ำทิพย์"]
    assert len(names(organiser.get(at(event, "?status=nonsense&category=x&per_page=3&order=rubbish&page=-4")))) == 2


def test_bounced_and_failed(organiser: Browser, make: Factory, event: Event) -> None:
    one, two = person(make, event, "หนึ่ง"), person(make, event, "สอง")
    db.session.add(Message(kind="registration_link", to="x@example.org", registration_id=one.id, bounced_at=now()))
    db.session.add(Message(kind="registration_link", to="x@example.org", registration_id=two.id, state="failed"))
    assert names(organiser.get(at(event, "?mail=bounced"))) == ["หนึ่ง"] and names(organiser.get(at(event, "?mail=failed"))) == ["สอง"]


def test_orders_in_thai_and_turned_round(organiser: Browser, make: Factory, event: Event) -> None:
    for day, (name, organisation) in enumerate((("เก้า", "ไก่"), ("กา", "ขนม"), ("โครงการ", "เกาะ"))):
        entry = make.organisation(organisation)
        person(make, event, name, organisation_id=entry.id, organisation_name=organisation, created_at=now() - timedelta(days=day))
    assert names(organiser.get(at(event))) == ["กา", "เก้า", "โครงการ"]
    assert names(organiser.get(at(event, "?down=1"))) == ["โครงการ", "เก้า", "กา"]
    assert names(organiser.get(at(event, "?order=organisation"))) == ["โครงการ", "เก้า", "กา"]
    assert names(organiser.get(at(event, "?order=created"))) == ["โครงการ", "กา", "เก้า"]
    for order in ("category", "status"):
        assert len(names(organiser.get(at(event, f"?order={order}&down=1")))) == 3


def asked(event: Event) -> int:
    question = questions.add(event, Definition(QuestionKind.SHORT_TEXT, "ไซซ์เสื้อ"))
    return question.id


def reply(one: Registration, question: int, text: str) -> None:
    wording = next(a.wording for a in queries.asked(one.event_id) if a.id == question)
    answers.save(one, {question: Given(wording.id, text)})


def test_columns_of_answers_are_for_organisers(browser: Browser, organiser: Browser, make: Factory, event: Event) -> None:
    question = asked(event)
    reply(person(make, event, "หนึ่ง"), question, "XXL")
    address = at(event, f"?column=email&column=q{question}")
    assert "XXL" in organiser.get(address).text("table.people") and "ไซซ์เสื้อ" in organiser.get(address).text("table.people thead")
    viewer = make.user()
    make.grant(viewer, Role.VIEWER, event)
    assert "XXL" not in Browser(browser.app).sign_in(viewer).get(address).text("table.people")


def test_a_view_is_kept_under_a_name(organiser: Browser, make: Factory, event: Event) -> None:
    address = f"/organiser/events/{event.id}/registrations/views"
    organiser.post(address, {"name": "ไม่มีอีเมล", "mail": "none", "columns": "phone"})
    page = organiser.get(at(event))
    link = next(a for a in page.all(".chips a") if "ไม่มีอีเมล" in a.get_text())
    assert "mail=none" in link["href"] and "columns=phone" in link["href"]
    organiser.post(address, {"name": ""})
    organiser.post(address, {"forget": "ไม่มีอีเมล"})
    assert not organiser.get(at(event)).all(".chips a")


def test_files_hold_what_the_list_shows(organiser: Browser, make: Factory, event: Event) -> None:
    question = asked(event)
    one = person(make, event, "=HYPERLINK", phone="+66812345678")
    reply(one, question, "L")
    person(make, event, "อีกคน", status=RegistrationStatus.CANCELLED)
    sheet = load_workbook(io.BytesIO(organiser.get(at(event, ".xlsx?status=confirmed")).response.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2 and rows[0][-1] == "ไซซ์เสื้อ" and rows[1][-1] == "L" and "08 1234 5678" in rows[1]
    assert sheet.freeze_panes == "A2" and sheet.cell(2, 2).data_type == "s" and sheet.cell(2, 2).value == "=HYPERLINK"
    text = organiser.get(at(event, ".csv?columns=phone")).response.data.decode("utf-8-sig")
    head, *people_ = csv.reader(io.StringIO(text))
    assert len(head) == 4 and people_[0][1] == "'=HYPERLINK" and len(people_) == 2


def bulk(organiser: Browser, event: Event, status: int = 200, **given: Any) -> Page:
    return organiser.post(f"/organiser/events/{event.id}/registrations/bulk", given, status)


def test_many_at_once_after_a_look(organiser: Browser, make: Factory, event: Event) -> None:
    one, two, cancelled = person(make, event, "หนึ่ง"), person(make, event, "สอง"), person(make, event, "สาม", status=RegistrationStatus.CANCELLED)
    bulk(organiser, event, 303, deed="cancel")  # nobody is ticked
    page = bulk(organiser, event, deed="cancel", id=[str(one.id), str(two.id), str(cancelled.id)])
    assert "หนึ่ง" in page.text() and one.status == RegistrationStatus.CONFIRMED, "nothing happens before it is confirmed"
    form = {"deed": "cancel", "confirmed": "y", "id": [i.get("value") for i in page.all("input[name=id]")]}
    bulk(organiser, event, **form)
    bulk(organiser, event, **form)  # pressed twice
    assert {one.status, two.status} == {RegistrationStatus.CANCELLED} and event.taken == 0
    assert "ยกเลิก" in organiser.get(at(event, f"/{one.id}")).text(".past")


def test_one_refusal_stops_nobody_else(organiser: Browser, make: Factory, event: Event) -> None:
    small = make.category(event, capacity=1)
    crowd = [person(make, event, name) for name in ("หนึ่ง", "สอง", "สาม")]
    page = bulk(organiser, event, deed="move", everyone="y")
    page = bulk(organiser, event, deed="move", confirmed="y", to_category=str(small.id), id=[i.get("value") for i in page.all("input[name=id]")])
    assert small.taken == 1 and len(page.all(".field-error")) == 2 and event.taken == 3
    assert sum(one.category_id == small.id for one in crowd) == 1


def test_everyone_means_those_whom_the_filter_shows(organiser: Browser, make: Factory, event: Event) -> None:
    one = person(make, event, "หนึ่ง", email="")
    person(make, event, "สอง")
    page = bulk(organiser, event, deed="link", everyone="y", mail="none")
    assert [i.get("value") for i in page.all("input[name=id]")] == [str(one.id)]
    page = bulk(organiser, event, deed="link", confirmed="y", id=[str(one.id)])
    assert "ไม่มีอีเมล" in page.text()


def test_another_events_people_are_not_touched(organiser: Browser, make: Factory, event: Event) -> None:
    stranger = make.registration(make.event())
    bulk(organiser, event, 303, deed="cancel", confirmed="y", id=[str(stranger.id)])
    assert stranger.status == RegistrationStatus.CONFIRMED


def test_the_history_of_one(organiser: Browser, make: Factory, event: Event) -> None:
    one = person(make, event, "หนึ่ง")
    address = at(event, f"/{one.id}/edit")
    organiser.post(address, fields(organiser.get(address)) | {"first_name": "เอก", "position": "ผู้จัดการ"})
    text = organiser.get(at(event, f"/{one.id}")).text(".past")
    assert "หนึ่ง" in text and "เอก" in text and "ผู้จัดการ" in text
    assert db.session.query(HistoryEntry).filter_by(registration_id=one.id).count() == 1


def test_statements_do_not_grow_with_people(organiser: Browser, make: Factory, event: Event, statements: Any) -> None:
    question = asked(event)
    address = at(event, f"?column=sessions&column=category&column=q{question}&order=organisation&per_page=200")

    def page() -> int:
        with statements() as sent:
            organiser.get(address)
        return len(sent)

    for n in range(3):
        reply(make.registration(event), question, str(n))
    few = page()
    for n in range(40):
        reply(make.registration(event, organisation_id=make.organisation().id), question, str(n))
    assert page() == few
