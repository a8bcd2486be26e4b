"""The live board, those who are missing, and the arrivals of guests of honour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from blueprints.checkin import board, queries
from models import Checkpoint, EntryPolicy, Event, RegistrationStatus, Scan, SessionChoice, db, now
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_checkin import Phone


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(starts_at=now() - timedelta(minutes=5))


@pytest.fixture
def phone(app: Flask, event: Event) -> Phone:
    return Phone(app, event)


@pytest.fixture
def base(event: Event, make: Factory, browser: Browser) -> str:
    browser.sign_in(make.admin())
    return f"/organiser/events/{event.id}/door"


def test_the_board(phone: Phone, make: Factory, browser: Browser, base: str, event: Event) -> None:
    big, small = make.organisation("กิจการใหญ่"), make.organisation("กิจการเล็ก")
    people = [make.registration(event, organisation_id=big.id, first_name=f"คนที่{n}") for n in range(3)]
    make.registration(event, organisation_id=small.id)
    make.registration(event, organisation_id=None, organisation_name="ร้านหน้าปากซอย")
    make.registration(event, organisation_id=None, organisation_name="", status=RegistrationStatus.NOT_CONFIRMED)
    make.registration(event, organisation_id=big.id, status=RegistrationStatus.WAITLISTED)
    event.taken, event.categories[0].taken = 6, 6
    phone.scan(people[0].code)
    phone.scan(people[0].code, forced=True)
    page = browser.get(f"{base}/board")
    assert [dd.get_text() for dd in page.all(".board-figures dd")] == ["1", "6", "17%"]
    rows = [" ".join(li.get_text(" ").split()) for li in page.all(".board-list li")]
    assert rows[0].startswith("กิจการใหญ่ 1 / 3") and {row.split(" 0 ")[0] for row in rows[1:]} == {"กิจการเล็ก", "ร้านหน้าปากซอย"}
    assert len(page.all("svg .chart-bar")) == 1 and len(page.all("#board-table tbody tr")) == 1
    still = browser.get(page.all(".board-list a")[0]["href"])
    assert [a.get_text(" ", strip=True)[-12:] for a in still.all(".person a")] and len(still.all(".person")) == 2
    assert "คนที่1" in still.text() and "คนที่0" not in still.text()
    typed = [a["href"] for a in page.all(".board-list a") if "name=" in a["href"]]
    assert len(browser.get(typed[0]).all(".person")) == 1
    assert len(browser.get(f"{base}/board/missing").all(".person")) == 5
    assert browser.get(f"{base}/board/missing?organisation=99999999999&page=99999999999&name=%00").status == 200
    fragment = browser.open("GET", f"{base}/board/live")
    assert fragment.status_code == 200 and b'hx-swap-oob="true"' in fragment.data and b"<html" not in fragment.data


def test_a_checkpoint_expects_its_own_people(phone: Phone, make: Factory, browser: Browser, base: str, event: Event) -> None:
    session, others = make.session(event, bookable=True), make.category(event, name_th="ทีมงาน")
    people = [make.registration(event) for _ in range(3)]
    helper = make.registration(event, category_id=others.id)
    db.session.add_all([SessionChoice(registration_id=people[0].id, session_id=session.id),
                        SessionChoice(registration_id=helper.id, session_id=session.id)])
    booked = make.checkpoint(event, session_id=session.id, policy=EntryPolicy.REENTRY)
    mine = make.checkpoint(event, category_ids=[others.id])
    db.session.flush()
    assert (queries.counts(event, booked).expected, queries.counts(event, mine).expected) == (2, 1)
    assert [here.expected for _category, here in queries.counts_by_category(event, booked)] == [1, 1]
    assert [category.id for category, _here in queries.counts_by_category(event, mine)] == [others.id]
    assert sum(one.expected for one in board.enterprises(booked)) == 2
    page = browser.get(f"{base}/board?checkpoint={booked.id}")
    assert [dd.get_text() for dd in page.all(".board-figures dd")][:2] == ["0", "2"]
    assert page.one(".board-places [aria-current]")["href"].endswith(f"={booked.id}")
    event_without = make.event()
    db.session.delete(db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event_without.id)).one())
    for part in ("board", "vip", "board/live", "vip/live"):
        assert browser.open("GET", f"/organiser/events/{event_without.id}/door/{part}").status_code == 200
    browser.get(f"/organiser/events/{event_without.id}/door/board/missing", status=404)


START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@given(st.dictionaries(st.integers(0, 20000), st.integers(1, 50), max_size=40))
def test_bars_are_few_equally_long_and_count_everybody(counted: dict[int, int]) -> None:
    given = [(START + timedelta(minutes=5 * n), people) for n, people in sorted(counted.items())]
    found = board.bars(given)
    assert len(found) <= board.MOST_BARS and sum(bar.people for bar in found) == sum(counted.values())
    assert all(one.end == two.start and two.total == one.total + two.people for one, two in zip(found, found[1:], strict=False))
    assert len({bar.end - bar.start for bar in found}) <= 1
    for moment, _people in given:
        assert any(bar.start <= moment < bar.end and bar.people for bar in found)


def test_arrivals_are_first_admissions_in_spans_of_five_minutes(make: Factory, phone: Phone, event: Event) -> None:
    people, place = [make.registration(event) for _ in range(3)], db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)).one()
    for person in (*people, people[0]):
        phone.scan(person.code, forced=True)
    for row, minute in zip(db.session.scalars(select(Scan).order_by(Scan.id)).all(), (0, 4, 61, 30), strict=True):
        row.judged_at = START + timedelta(minutes=minute, seconds=59)
    db.session.flush()
    found = board.arrivals(place)
    assert (len(found), found[0].start, found[0].people, found[-1].people, found[-1].total) == (13, START, 2, 1, 3)


def test_guests_of_honour_in_thai_order_or_by_arrival(app: Flask, phone: Phone, make: Factory, browser: Browser, base: str, event: Event) -> None:
    names = ("เก้า", "กะ", "ไข่", "ขา")
    people = {name: make.registration(event, first_name=name, last_name="", title="", vip=True) for name in names}
    make.registration(event, first_name="ไม่ใช่")
    make.registration(event, first_name="ยกเลิก", vip=True, status=RegistrationStatus.CANCELLED)

    def shown(query: str = "") -> list[str]:
        return [p.get_text(strip=True) for p in browser.get(f"{base}/vip{query}").all(".vip-name")]

    assert shown() == ["กะ", "เก้า", "ขา", "ไข่"]
    phone.scan(people["ขา"].code)
    Phone(app, event, gate="ประตูหลัง").scan(people["เก้า"].code)
    phone.scan(people["เก้า"].code, forced=True)
    assert shown() == ["กะ", "เก้า", "ขา", "ไข่"] and shown("?order=latest") == ["เก้า", "ขา", "กะ", "ไข่"]
    page = browser.get(f"{base}/vip")
    assert "ประตูหลัง" in page.all(".vip-here")[0].get_text() and "2 / 4" in page.text(".vip-count")
    assert shown("?page=2&checkpoint=99999999999") == []


@pytest.mark.parametrize("path", ["board", "board/missing", "vip", "vip?order=latest", "", "conflicts", "log", "signed?side=scanned"])
def test_statements_stay(phone: Phone, make: Factory, browser: Browser, base: str, event: Event, statements: Any, path: str) -> None:
    def page() -> int:
        with statements() as sent:
            browser.get(f"{base}/{path}".rstrip("/"))
        return len(sent)

    def more(number: int) -> None:
        for _n in range(number):
            person = make.registration(event, vip=True, organisation_id=make.organisation().id)
            make.registration(event, vip=True, organisation_id=make.organisation().id)
            for _again in range(2):
                phone.scan(person.code, forced=True)

    more(2)
    few = page()
    more(8)
    assert page() == few
