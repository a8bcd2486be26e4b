"""The door through HTTP: phones become devices, every verdict, replays, undo, and who may see what."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from blueprints.checkin import devices
from core.codes import new_code
from models import (
    Device,
    Enrolment,
    EntryPolicy,
    Event,
    EventStatus,
    RegistrationStatus,
    RetiredCode,
    Role,
    Scan,
    db,
    now,
)
from tests.factories import Factory
from tests.page import Browser


class Phone:
    """A phone at the door of an event."""

    def __init__(self, app: Flask, event: Event, grants: tuple[str, ...] = ("search", "undo", "force"), gate: str = "ประตูหน้า",
                 **more: Any) -> None:
        self.browser = Browser(app)
        self.event = event
        token = devices.enrolment(event, gate, grants, None, **more)
        answer = self.browser.post(f"/door/enrol/{token}")
        assert answer.location == "/door/"

    @property
    def device(self) -> Device:
        return db.session.scalars(select(Device).where(Device.event_id == self.event.id).order_by(Device.id.desc())).first()

    def send(self, *scans: dict[str, Any], checkpoint: int | None = None) -> TestResponse:
        checkpoint = checkpoint or db.session.execute(db.text("select id from checkpoint where event_id = :id order by id"),
                                                      {"id": self.event.id}).scalar()
        return self.browser.open("POST", "/door/api/scans", json={"checkpoint": checkpoint, "scans": list(scans)})

    def undo(self, nonce: str) -> dict[str, Any]:
        return self.send({"kind": "undo", "nonce": str(uuid4()), "target": nonce, "claimed_at": now().isoformat()}).json["results"][0]

    def scan(self, code: str, **given: Any) -> dict[str, Any]:
        answer = self.send(scan(code, **given))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json["results"][0]


def scan(code: str, **given: Any) -> dict[str, Any]:
    return {"nonce": str(uuid4()), "code": code, "direction": "in", "source": "camera", "claimed_at": now().isoformat(),
            "forced": False, "offline": False} | given


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def phone(app: Flask, event: Event) -> Phone:
    return Phone(app, event)


def test_a_ticket_is_admitted_once(phone: Phone, make: Factory) -> None:
    person = make.registration(phone.event, title="นางสาว", first_name="น้ำทิพย์", last_name="ก้ำแก้ว", staff_note="วีลแชร์")
    first = phone.scan(f"HTTP://LOCALHOST/T/{person.code}")
    assert (first["verdict"], first["name"], first["note"]) == ("ok", "นางสาวน้ำทิพย์ ก้ำแก้ว", "วีลแชร์")
    again = phone.scan(person.code.lower())
    assert again["verdict"] == "already_in"
    assert again["first_in"]["gate"] == "ประตูหน้า"
    assert again["can_force"]
    forced = phone.scan(person.code, forced=True)
    assert forced["verdict"] == "ok"
    assert db.session.scalar(select(func.count(Scan.id)).where(Scan.forced_needed)) == 1


@pytest.mark.parametrize(("status", "verdict"), [
    (RegistrationStatus.WAITLISTED, "waitlisted"), (RegistrationStatus.PENDING_APPROVAL, "pending_approval"),
    (RegistrationStatus.NOT_CONFIRMED, "not_confirmed"), (RegistrationStatus.CANCELLED, "cancelled"),
    (RegistrationStatus.BLOCKED, "blocked")])
def test_who_has_no_seat_is_told_apart(phone: Phone, make: Factory, status: RegistrationStatus, verdict: str) -> None:
    person = make.registration(phone.event, status=status, cancelled_at=now() if status == RegistrationStatus.CANCELLED else None)
    assert phone.scan(person.code)["verdict"] == verdict


def test_other_verdicts(app: Flask, phone: Phone, make: Factory) -> None:
    person = make.registration(phone.event)
    old = new_code()
    db.session.add(RetiredCode(code=old, registration_id=person.id))
    assert phone.scan(old)["verdict"] == "replaced"
    assert phone.scan(new_code())["verdict"] == "unknown"
    assert phone.scan(str(person.id))["verdict"] == "unknown"
    stranger = phone.scan(make.registration(make.event()).code)
    assert (stranger["verdict"], stranger["name"], stranger["organisation"]) == ("other_event", "", "")
    early = make.checkpoint(phone.event, opens_at=now() + timedelta(hours=1))
    late = make.checkpoint(phone.event, closes_at=now() - timedelta(hours=1))
    others = make.checkpoint(phone.event, category_ids=[make.category(phone.event).id])
    for checkpoint, verdict in ((early, "too_early"), (late, "too_late"), (others, "wrong_category")):
        answer = phone.send(scan(person.code), checkpoint=checkpoint.id)
        assert answer.json["results"][0]["verdict"] == verdict


def test_going_out_and_in_again(phone: Phone, make: Factory) -> None:
    checkpoint = make.checkpoint(phone.event, policy=EntryPolicy.REENTRY)
    person, start = make.registration(phone.event), phone.device.enrolled_at
    verdicts = []
    for minute, direction in enumerate(("in", "in", "out", "in")):
        sent = scan(person.code, direction=direction, claimed_at=(start + timedelta(seconds=minute)).isoformat())
        answer = phone.send(sent, checkpoint=checkpoint.id)
        verdicts.append((answer.json["results"][0]["verdict"], answer.json["counts"]["in"]))
    assert verdicts == [("ok", 1), ("already_in", 1), ("ok", 0), ("ok", 1)]


def test_a_repeated_nonce_gets_the_stored_answer_whatever_has_changed(phone: Phone, make: Factory) -> None:
    person, other = make.registration(phone.event), make.registration(phone.event)
    sent = scan(person.code)
    assert phone.send(sent).json["results"][0]["verdict"] == "ok"
    person.status, person.cancelled_at = RegistrationStatus.CANCELLED, now()
    assert phone.send(sent).json["results"][0]["verdict"] == "ok"
    assert phone.send(sent | {"code": other.code}).json["results"][0]["error"]["code"] == "nonce_reused"
    assert db.session.scalar(select(func.count(Scan.id))) == 1


def test_one_bad_scan_does_not_stop_the_others(phone: Phone, make: Factory) -> None:
    person = make.registration(phone.event)
    bad = [{}, scan(person.code, claimed_at="yesterday"), scan(person.code, source="import"), scan(person.code, direction="up"),
           scan(person.code, registration=person.id), "text", scan("x\x00y"), scan("x\ud800y"), scan(person.code, nonce="short"),
           scan(person.code, nonce="number\x00number"), scan("", source="search", registration=10**30)]
    results = phone.send(*bad, scan(person.code)).json["results"]
    assert [("error" in result) for result in results] == [True] * len(bad) + [False]
    assert results[-1]["verdict"] == "ok"


def test_what_cannot_be_read_at_all(phone: Phone, make: Factory) -> None:
    assert phone.browser.open("POST", "/door/api/scans", data="x").status_code == 415
    assert phone.browser.open("POST", "/door/api/scans", json=[]).status_code == 400
    assert phone.send().status_code == 400
    assert phone.send(*[scan("x")] * 201).status_code == 400
    foreign = make.checkpoint(make.event())
    for checkpoint in (foreign.id, 10**30, "1"):
        assert phone.send(scan("x"), checkpoint=checkpoint).status_code == 400
    assert phone.browser.open("GET", f"/door/api/roster?checkpoint={10**30}").status_code == 200
    half = {"kind": "undo", "nonce": str(uuid4()), "target": "half \ud800 character", "claimed_at": now().isoformat()}
    assert phone.send(half, half | {"kind": "swim"}, half | {"kind": ["x"]}).json["results"][0]["error"]["code"] == "unreadable"


def test_a_batch_costs_the_same_statements_however_long(phone: Phone, make: Factory) -> None:
    codes = [make.registration(phone.event).code for _ in range(210)]

    def statements(batch: list[str]) -> int:
        seen: list[str] = []
        listen = lambda _c, _u, statement, *_: seen.append(statement)  # noqa: E731
        connection = db.session.connection()
        sqlalchemy_event.listen(connection, "before_cursor_execute", listen)
        try:
            assert phone.send(*map(scan, batch)).status_code == 200
        finally:
            sqlalchemy_event.remove(connection, "before_cursor_execute", listen)
        return len([s for s in seen if not s.startswith(("SAVEPOINT", "RELEASE"))])

    statements(codes[:5])
    assert statements(codes[5:10]) == statements(codes[10:]) <= 8


def test_search_shows_names_and_nothing_more(app: Flask, phone: Phone, make: Factory) -> None:
    person = make.registration(phone.event, first_name="แก้วตา", last_name="ใจดี", email="secret@example.org")
    answer = phone.browser.open("GET", "/door/api/search?q=แกว")
    assert answer.json["people"] == [{"registration": person.id, "name": "นางสาวแก้วตา ใจดี", "organisation": "บริษัท ตัวอย่าง จำกัด",
                                      "organisation_id": None, "category": person.category.name_th, "status": "confirmed", "in": False}]
    assert phone.browser.open("GET", "/door/api/search?q=ก").json["people"] == []
    found = phone.scan("", source="search", registration=person.id)
    assert found["verdict"] == "ok"
    assert phone.scan("", source="search", registration=make.registration(make.event()).id)["verdict"] == "unknown"
    plain = Phone(app, phone.event, grants=())
    assert plain.browser.open("GET", "/door/api/search?q=แก้ว").status_code == 409
    assert plain.scan("", source="search", registration=person.id)["error"]["code"] == "not_granted"
    assert plain.scan(person.code, forced=True)["error"]["code"] == "not_granted"


def test_a_phone_undoes_its_own_scan_for_a_quarter_of_an_hour(app: Flask, phone: Phone, make: Factory) -> None:
    person = make.registration(phone.event)
    sent = scan(person.code)
    phone.send(sent)
    assert Phone(app, phone.event).undo(sent["nonce"])["error"]["message"]
    assert phone.undo(sent["nonce"])["undone"] == sent["nonce"]
    assert phone.send(sent).json["results"][0]["verdict"] == "annulled"
    assert phone.scan(person.code)["verdict"] == "ok"
    old = db.session.scalars(select(Scan).order_by(Scan.id.desc())).first()
    old.judged_at = now() - timedelta(minutes=16)
    assert phone.undo(old.nonce)["error"]["message"]
    assert Phone(app, phone.event, grants=()).undo(old.nonce)["error"]["message"]


def test_a_link_makes_one_device_and_opening_it_changes_nothing(app: Flask, make: Factory, event: Event) -> None:
    token = devices.enrolment(event, "ประตู", ("search",), None)
    page = Browser(app).get(f"/door/enrol/{token}")
    assert page.one("form[data-enrol]")["action"] == f"/door/enrol/{token}"
    assert db.session.scalar(select(func.count(Device.id))) == 0
    answer = Browser(app).post(f"/door/enrol/{token}")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/door" in cookie
    assert "คิวอาร์" in Browser(app).post(f"/door/enrol/{token}", status=410).text()
    Browser(app).get(f"/door/enrol/{token}", status=410)
    Browser(app).get(f"/door/enrol/{new_code()}", status=410)
    late = devices.enrolment(event, "ประตู", (), None)
    db.session.scalars(select(Enrolment).where(Enrolment.used_at.is_(None))).one().expires_at = now()
    Browser(app).get(f"/door/enrol/{late}", status=410)


@pytest.mark.parametrize("end", ["revoked", "expired", "cancelled"])
def test_a_phone_without_its_right_is_told_what_to_do(phone: Phone, end: str) -> None:
    if end == "revoked":
        devices.revoke(phone.device)
    elif end == "expired":
        phone.device.expires_at = now()
    else:
        phone.event.status = EventStatus.CANCELLED
    answer = phone.send(scan("x"))
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]
    assert phone.browser.open("GET", "/door/api/roster").status_code == 401
    phone.browser.get("/door/")  # the app opens, to say so and to keep what it has not sent
    device = phone.device
    assert phone.browser.open("POST", "/door/api/seen", json={"unsent": 3, "forgotten": True}).json["ok"]
    db.session.refresh(device)
    assert device.unsent == 3 and device.wiped_at
    assert Browser(phone.browser.app).open("POST", "/door/api/seen", json={"unsent": 3}).status_code == 401


def test_the_page_on_the_phone(phone: Phone) -> None:
    page = phone.browser.get("/door/")
    assert page.headers["X-Ruam-Door"] and phone.event.title_th not in page.text(), "the same for every phone"
    worker = phone.browser.open("GET", page.one("main")["data-url-worker"])
    assert "wasm-unsafe-eval" in worker.headers["Content-Security-Policy"]
    assert "wasm-unsafe-eval" not in page.headers["Content-Security-Policy"]
    phone.browser.get("/door/offline")


def test_what_the_service_worker_keeps_is_all_there(phone: Phone) -> None:
    script = phone.browser.open("GET", "/door/sw.js")
    assert script.mimetype == "text/javascript" and script.headers["Cache-Control"] == "no-cache"
    files = json.loads(re.search(r"const FILES = (.*);", script.get_data(as_text=True))[1])
    assert {f"/door/{name}.js" for name in ("door", "judge", "sync")} <= {re.sub(r"^/static/[^/]*", "", url) for url in files}
    for url in files:
        answer = phone.browser.open("GET", url)
        assert answer.status_code == 200 and answer.get_data(), url
    told = phone.browser.open("GET", "/door/manifest.webmanifest").json
    assert told["start_url"] == told["scope"] == "/door/"


def test_organisers_enrol_watch_undo_and_revoke(phone: Phone, make: Factory, browser: Browser) -> None:
    supervisor = make.user()
    make.grant(supervisor, Role.DOOR_SUPERVISOR, phone.event)
    browser.sign_in(supervisor)
    base = f"/organiser/events/{phone.event.id}/door"
    page = browser.post(f"{base}/enrolments", {"gate": "ประตูข้าง", "grants": ["undo"]}, status=200)
    assert page.all(".enrolment-qr svg")
    page = browser.post(f"{base}/enrolments", {"gate": ""}, status=422)
    assert page.error("gate")
    person = make.registration(phone.event, first_name="ฝั้น")
    phone.scan(person.code)
    page = browser.get(base)
    assert "ฝั้น" in page.text() and "ประตูหน้า 1" in page.text()
    row = db.session.scalars(select(Scan)).one()
    browser.post(f"{base}/scans/{row.id}/undo")
    db.session.refresh(row)
    assert (row.undone_by_id, row.verdict) == (supervisor.id, "ok")
    assert browser.get(f"{base}/log?verdict=ok").all(".scan-list li")
    assert not browser.get(f"{base}/log?verdict=unknown").all(".scan-list li")
    assert browser.get(f"{base}/log?verdict=%00&gate={10**30}").all(".scan-list li")
    assert not browser.get(f"{base}/log?page={10**30}").all(".scan-list li")
    browser.post(f"{base}/devices/{phone.device.id}/revoke")
    assert phone.send(scan("x")).status_code == 401
    other = make.event()
    browser.post(f"{base}/devices/{Phone(browser.app, other).device.id}/revoke", status=404)
