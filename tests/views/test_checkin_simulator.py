"""The simulator's page, and signed sheets against scans."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.codes import new_code
from models import Checkpoint, Event, HistoryEntry, Role, Scan, Signature, db, now
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
def place(event: Event) -> Checkpoint:
    return db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)).one()


@pytest.fixture
def base(event: Event, make: Factory, browser: Browser) -> str:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    browser.sign_in(user)
    return f"/organiser/events/{event.id}/door"


def test_by_code_and_by_name(phone: Phone, make: Factory, browser: Browser, base: str, event: Event, place: Checkpoint) -> None:
    person = make.registration(event, first_name="น้ำทิพย์", last_name="ก้ำแก้ว")
    make.registration(event, first_name="น้ำฝน")
    assert not browser.get(f"{base}/simulator").all(".sim, .error-summary")
    asked = f"{base}/simulator?checkpoint={place.id}&direction=in&q="
    page = browser.get(asked + person.code.lower())
    assert page.one(".sim-screen")["class"][-1] == "sim-green" and "น้ำทิพย์" in page.text(".sim-screen")
    phone.scan(person.code)
    page = browser.get(asked + f"HTTP://LOCALHOST/T/{person.code}")
    assert "sim-amber" in page.one(".sim-screen")["class"] and len(page.all(".sim .scan-list li")) == 1
    assert page.one(".sim-decided").find_previous_sibling("li")["class"] == ["sim-passed"]
    found = browser.get(asked + "น้ำ").all(".person a")
    assert len(found) == 2
    chosen = browser.get(next(a["href"] for a in found if "น้ำทิพย์" in a.get_text()))
    assert "sim-amber" in chosen.one(".sim-screen")["class"]
    early = browser.get(asked + f"{person.code}&day=1/1/2563&time=9.00")
    assert "sim-green" in early.one(".sim-screen")["class"], "nothing had happened by then"
    assert "sim-red" in browser.get(asked + new_code()).one(".sim-screen")["class"]
    stranger = make.registration(make.event(), first_name="คนอื่น")
    for query in (stranger.code, f"x&registration={stranger.id}", "x&registration=99999999999"):
        page = browser.get(asked + query)
        assert "sim-red" in page.one(".sim-screen")["class"] and "คนอื่น" not in page.text()
    assert browser.get(asked + f"{person.code}&time=25.99").error("time")
    assert browser.get(f"{base}/simulator?q={person.code}&checkpoint=99999&direction=in").error("checkpoint")
    assert db.session.scalar(select(func.count(Scan.id))) == 1


def paper(event: Event, place: Checkpoint, person: object, verdict: str = "ok", **given: object) -> None:
    n = db.session.scalar(select(func.count(Scan.id)))
    db.session.add(Scan(**{"nonce": f"paper-{n}", "event_id": event.id, "checkpoint_id": place.id, "registration_id": person.id, "verdict": verdict,
                           "direction": "in", "source": "paper", "raw_code": "S", "claimed_at": now(), "judged_at": now()} | given))
    db.session.flush()


def test_paper_and_phones_are_compared(phone: Phone, make: Factory, browser: Browser, base: str, event: Event, place: Checkpoint) -> None:
    names = ("เก้า", "กะ", "ไข่", "ขา", "คน", "ใคร")
    both_ways, only_paper, refused, undone, only_phone, on_screen = people = [make.registration(event, first_name=name, title="") for name in names]
    elsewhere = make.checkpoint(event)
    for person in (both_ways, only_phone, on_screen, undone):
        phone.scan(person.code)
    db.session.scalars(select(Scan).where(Scan.registration_id == undone.id)).one().undone_at = now()
    paper(event, place, both_ways, "already_in")
    paper(event, place, only_paper)
    paper(event, place, refused, "cancelled")
    paper(event, place, undone)
    paper(event, elsewhere, only_phone)
    paper(event, place, only_phone, undone_at=now())
    db.session.add(Signature(registration_id=on_screen.id, checkpoint_id=place.id, path="M0 0L1 1", signed_at=now()))

    def shown(side: str) -> list[str]:
        return [a.get_text().split()[0] for a in browser.get(f"{base}/signed?checkpoint={place.id}&side={side}").all(".person a")]

    assert shown("signed") == ["กะ", "ขา", "ไข่"] and shown("scanned") == ["คน", "ใคร"] and len(people) == 6
    page = browser.get(f"{base}/signed?checkpoint={place.id}&side=scanned")
    assert [dd.get_text() for dd in page.all(".stat-value")] == ["1", "3", "2"]
    assert len(page.all(".person .tone-info")) == 1
    lines = browser.post(f"{base}/signed/{place.id}/signed.csv", status=200).response.get_data().decode("utf-8-sig").splitlines()
    assert [line.split(" ")[0] for line in lines[1:]] == ["กะ", "ขา", "ไข่"]
    assert db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "signed.downloaded")).one().details["side"] == "signed"
    browser.post(f"{base}/signed/{make.checkpoint(make.event()).id}/signed.csv", status=404)
    assert len(browser.get(f"{base}/signed?side=%00&page=99999999999").all(".person")) == 0
    assert not browser.get(f"{base}/conflicts").all(".case-list"), "a sheet confirms and never fights"
