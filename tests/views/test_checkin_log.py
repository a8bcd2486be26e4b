"""The log of scans and the inbox of conflicts through HTTP: every filter, one scan, the files, two who decide at once."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from core.codes import new_code
from core.locale import local
from models import ConflictSettlement, Event, HistoryEntry, Role, Scan, User, db, now
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_checkin import Phone


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(starts_at=now() - timedelta(minutes=5))


@pytest.fixture
def phone(app: Flask, event: Event) -> Phone:
    return Phone(app, event)


def member(make: Factory, event: Event, role: Role) -> User:
    user = make.user()
    make.grant(user, role, event)
    return user


@pytest.fixture
def base(event: Event, make: Factory, browser: Browser) -> str:
    browser.sign_in(member(make, event, Role.ORGANISER))
    return f"/organiser/events/{event.id}/door"


def names(browser: Browser, address: str) -> list[str]:
    return [row.get_text(" ", strip=True).split()[0] for row in browser.get(address).all(".scan-list > li")]


def test_each_filter(app: Flask, phone: Phone, make: Factory, browser: Browser, base: str, event: Event) -> None:
    first = make.registration(event, first_name="ก้อง", last_name="", search_text="กอง")
    second, place = make.registration(event, first_name="ขวัญ", last_name="", search_text="ขวัญ"), make.checkpoint(event)
    phone.scan(first.code)
    phone.scan(first.code, forced=True)
    Phone(app, event, gate="ประตูหลัง").scan(second.code, source="typed", offline=True)
    phone.scan(new_code())
    rows = db.session.scalars(select(Scan).order_by(Scan.id)).all()
    rows[0].undone_at, rows[1].clock_warning, rows[2].checkpoint_id = now(), True, place.id
    rows[2].judged_at -= timedelta(days=3)
    day = local(rows[2].judged_at).date().isoformat()
    for query, wanted in {
            "verdict=unknown": 1, f"gate={rows[2].gate_id}": 1, f"checkpoint={place.id}": 1, f"device={rows[2].device_id}": 1, "source=typed": 1,
            "q=ขวัญ": 1, "q=ก้อง": 2, f"day={day}": 1, "only=forced": 1, "only=offline": 1, "only=clock": 1, "only=undone": 1,
            "only=nothing&verdict=%00&gate=99999999999&day=yesterday&source=x&q=": 4, "q=ก้อง&only=undone": 1, "q=nobody": 0}.items():
        assert len(names(browser, f"{base}/log?{query}")) == wanted, query
    page = browser.get(f"{base}/log")
    assert len(page.all("#day option")) == 5, "all, and the days from the first to the last"
    assert names(browser, f"{base}/log?page=10000000000") == []


def test_one_scan_with_all_its_facts(phone: Phone, make: Factory, browser: Browser, base: str, event: Event) -> None:
    person = make.registration(event)
    phone.scan(person.code, offline=True, shown="ok")
    row = db.session.scalars(select(Scan)).one()
    page = browser.get(f"{base}/scans/{row.id}")
    assert row.nonce in page.text() and person.code in page.text() and person.first_name in page.text("h1")
    row.undone_at, row.undone_by_device_id = now(), row.device_id
    assert "ประตูหน้า 1" in browser.get(f"{base}/scans/{row.id}").text()
    looker = Browser(browser.app).sign_in(member(make, event, Role.VIEWER))
    assert person.code not in looker.get(f"{base}/scans/{row.id}").text(), "a ticket's code opens the door"
    assert looker.get(f"{base}/log").all(".scan-list") and not looker.get(f"{base}/log").all("form[method=post][action*=log]")
    stranger = make.registration(make.event(), first_name="คนอื่น")
    phone.scan(stranger.code)
    other = db.session.scalars(select(Scan).order_by(Scan.id.desc())).first()
    for address in ("log", f"scans/{other.id}"):
        assert "คนอื่น" not in looker.get(f"{base}/{address}").text() and stranger.code not in looker.get(f"{base}/{address}").text()
    browser.get(f"/organiser/events/{stranger.event_id}/door/scans/{row.id}", status=404)


def test_the_files_hold_what_is_filtered_and_are_recorded(phone: Phone, make: Factory, browser: Browser, base: str, event: Event) -> None:
    person = make.registration(event, title="", first_name="=SUM(1)", last_name="")
    phone.scan(person.code)
    phone.scan("=cmd|calc")
    lines = browser.post(f"{base}/log.csv", status=200).response.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 3 and "'=SUM(1)" in lines[2] and person.code not in lines[2] and "'=cmd|calc" in lines[1]
    answer = browser.post(f"{base}/log.xlsx", {"verdict": "ok"}, status=200)
    sheet = load_workbook(io.BytesIO(answer.response.get_data())).active
    assert sheet.max_row == 2 and sheet["P2"].value == "=SUM(1)" and sheet["P2"].data_type == "s" and sheet["A2"].is_date
    told = db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "scans.downloaded").order_by(HistoryEntry.id)).all()
    assert [(one.details["kind"], one.details["number"], one.details["filters"]) for one in told] == [("csv", 2, []), ("xlsx", 1, ["verdict"])]
    looker = Browser(browser.app).sign_in(member(make, event, Role.DOOR_SUPERVISOR))
    looker.post(f"{base}/log.csv", status=403)


def test_an_inbox_in_which_each_case_is_settled_once(app: Flask, phone: Phone, make: Factory, browser: Browser, base: str, event: Event) -> None:
    person, at = make.registration(event, first_name="ฝั้น"), now() + timedelta(seconds=1)
    for other in (phone, Phone(app, event, gate="ประตูหลัง")):
        other.scan(person.code, offline=True, shown="ok", claimed_at=at.isoformat())
        at += timedelta(seconds=1)
    assert "1" in browser.get(base).text(".notice")
    page = browser.get(f"{base}/conflicts")
    assert "ฝั้น" in page.text(".case-list") and "ประตูหน้า" in page.text(".case-scans") and "ประตูหลัง" in page.text(".case-scans")
    link = page.one(".case-list a.btn")["href"]
    assert browser.post(link, {"decision": "kept", "reason": " "}, status=422).error("reason")
    second = Browser(app).sign_in(member(make, event, Role.DOOR_SUPERVISOR))
    second.get(link)
    browser.post(link, {"decision": "undone", "reason": "มาคนเดียว สแกนสองประตู"})
    assert browser.get(f"{base}/conflicts").all(".notice") and not browser.get(f"{base}/conflicts").all(".case-list")
    second.post(link, {"decision": "kept", "reason": "ไม่เป็นไร"})
    assert second.get(f"{base}/conflicts").all(".notice.tone-danger, .notice.tone-error"), "the second is told"
    assert db.session.scalar(select(func.count(ConflictSettlement.id))) == 1
    assert "มาคนเดียว" in second.get(f"{base}/conflicts").text(".scan-list")
    assert "มาคนเดียว" in second.get(f"{base}/conflicts?show=settled").text(".scan-list")
    assert not second.get(link).all("form[action*=conflicts]")
    assert not second.get(base).all(".notice")
    Browser(app).sign_in(member(make, event, Role.VIEWER)).get(link, status=403)
    foreign = make.event()
    make.grant(db.session.get(User, db.session.scalars(select(ConflictSettlement)).one().settled_by_id), Role.ORGANISER, foreign)
    browser.get(f"/organiser/events/{foreign.id}/door/conflicts/{link.rsplit('/', 1)[1]}", status=404)
