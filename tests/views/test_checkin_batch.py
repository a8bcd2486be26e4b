"""What phones send in one batch: everything in its order, each with its own result; papers, kiosks, narrowed phones, gates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from blueprints.checkin import gates
from blueprints.checkin.rowcodes import row_code
from blueprints.registration.tickets import name_of
from core.codes import new_code
from models import (
    Checkpoint,
    DeviceMode,
    EntryPolicy,
    Event,
    Registration,
    RegistrationStatus,
    Scan,
    ScanSource,
    SessionChoice,
    Signature,
    db,
    now,
)
from tests.factories import Factory
from tests.views.test_checkin import Phone, scan

PATH = "M12 40L13.5 41"


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(starts_at=now() - timedelta(hours=1))


@pytest.fixture
def phone(app: Flask, event: Event) -> Phone:
    return Phone(app, event, ("undo", "walk_in"))


def first_checkpoint(event: Event) -> Checkpoint:
    return db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id).order_by(Checkpoint.id)).first()


def thing(kind: str, **given: Any) -> dict[str, Any]:
    return {"kind": kind, "nonce": str(uuid4()), "claimed_at": now().isoformat()} | given


def walk_in(**given: Any) -> dict[str, Any]:
    return thing("walk_in", first_name="มานะ", last_name="อดทน", title="นาย", organisation_name="", category=None, phone="081 234 5678", email="",
                 offline=False, forced=False) | given


def stored(nonce: str) -> Scan:
    return db.session.scalars(select(Scan).where(Scan.nonce == nonce)).one()


# --- one batch --------------------------------------------------------------------------------------


def test_everything_in_its_order_and_each_has_its_own_result(phone: Phone, event: Event, make: Factory) -> None:
    first_checkpoint(event).signature = True
    one = make.registration(event)
    scanned, again, came, late = scan(one.code), scan(one.code), walk_in(), scan(one.code)
    signed = thing("signature", target=came["nonce"], path=PATH)
    sent = [scanned, again, thing("undo", target=scanned["nonce"]), late, came, signed, scan(new_code()),
            thing("undo", target=came["nonce"]), scanned, came]
    answer = phone.send(*sent)
    results = answer.json["results"]
    assert [result["nonce"] for result in results] == [one["nonce"] for one in sent]
    assert [result.get("verdict") for result in results] == [
        "ok", "already_in", None, "ok", "ok", None, "unknown", None, "annulled", "annulled"]
    assert (results[2]["undone"], results[5]["signed"], results[7]["undone"]) == (scanned["nonce"], came["nonce"], came["nonce"])
    assert results[4]["name"] == "นายมานะ อดทน" and answer.json["counts"] == {"in": 1, "expected": 2}
    assert db.session.scalar(select(func.count(Scan.id))) == 5
    assert db.session.scalar(select(Signature.registration_id)) == results[4]["registration"] == stored(came["nonce"]).registration_id
    assert stored(came["nonce"]).source is ScanSource.WALK_IN
    assert [result.get("verdict") for result in phone.send(*sent).json["results"]] == [
        "annulled", "already_in", None, "ok", "annulled", None, "unknown", None, "annulled", "annulled"], "sent again, nothing is new"
    assert db.session.scalar(select(func.count(Scan.id))) == 5 and db.session.scalar(select(func.count(Registration.id))) == 2


def test_what_is_bad_stops_nothing_else(phone: Phone, event: Event, make: Factory) -> None:
    one, two = make.registration(event), make.registration(event)
    bad = [walk_in(first_name="1101700230708"), walk_in(phone="12"), walk_in(first_name=""), thing("undo", target="never-was-scanned"),
           thing("signature", target="never-was-scanned", path=PATH), thing("swim"), thing("undo"), thing("signature", target="x" * 8),
           walk_in(category="1"), scan(one.code, forced=True), scan(one.code, source="import"), scan(one.code, claimed_at="yesterday")]
    results = phone.send(scan(one.code), *bad, walk_in(), scan(two.code)).json["results"]
    assert [result.get("verdict") for result in results] == ["ok", *[None] * len(bad), "ok", "ok"]
    for sent, result in zip(bad, results[1:-2], strict=True):
        assert result["nonce"] == sent["nonce"] and result["error"]["message"], sent
    assert [result["error"]["code"] for result in results[1:-2]] == [*["refused"] * 5, *["unreadable"] * 4, "not_granted", *["unreadable"] * 2]
    assert db.session.scalar(select(func.count(Scan.id))) == 3 and event.taken == 3


def test_a_walk_in_of_an_offline_phone_is_taken_beyond_the_seats(phone: Phone, event: Event) -> None:
    event.capacity = 0
    assert phone.send(walk_in()).json["results"][0]["error"]["code"] == "refused"
    sent = walk_in(offline=True)
    assert phone.send(sent).json["results"][0]["verdict"] == "ok"
    assert stored(sent["nonce"]).offline and event.overbooked == 1


def test_a_clock_that_cannot_be_believed_is_marked(phone: Phone, event: Event, make: Factory) -> None:
    one = make.registration(event)
    for claimed_at, believed in ((now() + timedelta(minutes=1), True), (now() + timedelta(minutes=3), False), (now() - timedelta(days=9), False)):
        sent = scan(one.code, claimed_at=claimed_at.isoformat(), offline=True, shown="ok")
        phone.send(sent)
        row = stored(sent["nonce"])
        assert row.clock_warning != believed and (row.judged_at == row.claimed_at) == believed
        assert row.judged_at == (row.claimed_at if believed else row.received_at)


# --- signed papers ----------------------------------------------------------------------------------


@pytest.fixture
def row(app: Flask) -> Any:
    return lambda checkpoint, person: row_code(checkpoint.id, person.id, app.config["SECRET_KEY"])


def paper(code: str, **given: Any) -> dict[str, Any]:
    return scan(code, source="paper", **given)


def test_a_signed_row_is_read_once_and_also_when_the_door_is_shut(phone: Phone, event: Event, make: Factory, row: Any) -> None:
    one, two = make.registration(event), make.registration(event)
    here = first_checkpoint(event)
    here.closes_at = now() - timedelta(hours=3)
    assert phone.scan(two.code)["verdict"] == "too_late", "a ticket is not a paper"
    sent = paper(row(here, one).lower())
    told = phone.send(sent).json["results"][0]
    assert (told["verdict"], told["registration"]) == ("ok", one.id)
    assert (stored(sent["nonce"]).source, stored(sent["nonce"]).raw_code) == (ScanSource.PAPER, sent["code"])
    assert phone.send(sent).json["results"][0]["verdict"] == "ok", "the same reading, sent again"
    assert phone.send(paper(row(here, one))).json["results"][0]["verdict"] == "already_in"
    assert phone.send(sent | {"code": row(here, two)}).json["results"][0]["error"]["code"] == "nonce_reused"


def test_a_row_of_another_sheet_is_nobody(phone: Phone, event: Event, make: Factory, row: Any) -> None:
    one, stranger = make.registration(event), make.registration(make.event())
    here, there = first_checkpoint(event), make.checkpoint(event)
    wrong = [row(there, one), row_code(here.id, one.id, "another secret"), row(here, stranger), f"S{here.id}.{one.id}.AAAAAAAAAA"]
    results = phone.send(*map(paper, wrong)).json["results"]
    assert [(result["verdict"], result["name"]) for result in results] == [("unknown", "")] * len(wrong)
    assert phone.send(scan(row(here, one))).json["results"][0]["verdict"] == "unknown", "a camera at the door reads no papers"
    assert phone.send(paper(one.code)).json["results"][0]["verdict"] == "ok", "a ticket held to the paper reader"


def test_who_was_scanned_and_signed_came_once(phone: Phone, event: Event, make: Factory, row: Any) -> None:
    one = make.registration(event, status=RegistrationStatus.CANCELLED, cancelled_at=now())
    two = make.registration(event)
    here = first_checkpoint(event)
    results = phone.send(scan(two.code), paper(row(here, two)), paper(row(here, one))).json["results"]
    assert [result["verdict"] for result in results] == ["ok", "already_in", "cancelled"]


# --- phones that may not do everything --------------------------------------------------------------


def test_a_narrowed_phone_keeps_to_its_checkpoints(app: Flask, event: Event, make: Factory, row: Any) -> None:
    mine, other = first_checkpoint(event), make.checkpoint(event)
    phone = Phone(app, event, ("undo", "walk_in"), checkpoint_ids=[mine.id])
    one, two, three = (make.registration(event) for _ in range(3))
    assert [point["id"] for point in phone.browser.open("GET", "/door/api/roster").json["checkpoints"]] == [mine.id]
    assert phone.scan(one.code)["verdict"] == "ok"
    assert phone.send(scan(one.code), checkpoint=other.id).status_code == 400
    assert phone.send(scan(one.code, offline=True), scan(two.code), checkpoint=other.id).status_code == 400
    kept = scan(one.code, offline=True, shown="ok")
    answer = phone.send(kept, thing("undo", target=kept["nonce"]), walk_in(offline=True), paper(row(other, three)), checkpoint=other.id)
    assert answer.status_code == 200, "what it had kept before it was narrowed is not lost, or it would be sent for ever"
    assert [result.get("verdict") for result in answer.json["results"]] == ["ok", None, "ok", "ok"]
    assert {scan.checkpoint_id for scan in db.session.scalars(select(Scan))} == {mine.id, other.id}


def test_a_kiosk_scans_and_does_nothing_else(app: Flask, event: Event, make: Factory) -> None:
    kiosk = Phone(app, event, ("search", "undo", "force", "walk_in"), mode=DeviceMode.KIOSK)
    one = make.registration(event)
    sent = scan(one.code)
    results = kiosk.send(sent, thing("undo", target=sent["nonce"]), scan(one.code, forced=True), walk_in(),
                         scan("", source="search", registration=one.id),
                         scan(new_code(), forced=True, offline=True, shown="unverified")).json["results"]
    assert results[0]["verdict"] == "ok" and not (results[0]["undoable"] or results[0]["can_force"])
    assert [result["error"]["code"] for result in results[1:]] == ["not_granted"] * 5
    assert stored(sent["nonce"]).source is ScanSource.KIOSK
    assert kiosk.browser.open("GET", "/door/api/search?q=กัญญา").status_code == 409


def test_staff_say_at_which_of_their_gates_they_stand(app: Flask, event: Event, make: Factory) -> None:
    side, foreign = gates.add(event, "ประตูข้าง"), gates.add(event, "ประตูหลัง")
    phone = Phone(app, event, (), gate_ids=[side.id])
    front, elsewhere = phone.device.gate, gates.add(make.event(), "ของงานอื่น")
    people = [make.registration(event) for _ in range(4)]
    wanted = {side.id: side.id, foreign.id: front.id, elsewhere.id: front.id, None: front.id}
    sent = [scan(person.code, gate=gate) for person, gate in zip(people, wanted, strict=True)]
    again = scan(people[0].code)
    told = phone.send(*sent, again).json["results"]
    assert [stored(one["nonce"]).gate_id for one in sent] == list(wanted.values())
    assert told[-1]["first_in"]["gate"] == "ประตูข้าง", "in the same batch too"
    assert phone.scan(people[0].code)["first_in"]["gate"] == "ประตูข้าง"
    assert phone.scan(people[1].code)["first_in"]["gate"] == "ประตูหน้า"
    assert phone.send(scan(people[0].code, gate="1")).json["results"][0]["error"]["code"] == "unreadable"


# --- where instead ----------------------------------------------------------------------------------


def test_the_wrong_session_says_which_was_chosen(phone: Phone, event: Event, make: Factory) -> None:
    morning, evening = (make.session(event, bookable=True, title_th=title, title_en="", room=room)
                        for title, room in (("ภาคเช้า", "ห้องเชียงดาว"), ("ภาคบ่าย", "")))
    here, there = (make.checkpoint(event, session_id=one.id) for one in (morning, evening))
    chose, neither = make.registration(event), make.registration(event)
    db.session.add(SessionChoice(registration_id=chose.id, session_id=morning.id))

    def at(checkpoint: Checkpoint, person: Registration) -> tuple[str, str]:
        told = phone.send(scan(person.code), checkpoint=checkpoint.id).json["results"][0]
        return told["verdict"], told["message"]

    verdict, message = at(there, chose)
    assert verdict == "wrong_session" and "ภาคเช้า (ห้องเชียงดาว)" in message and "ภาคบ่าย" not in message
    verdict, message = at(here, neither)
    assert verdict == "wrong_session" and message and "ภาคเช้า" not in message
    assert at(here, chose)[0] == "ok"
    evening.bookable = False
    assert at(there, neither)[0] == "ok", "a session that nobody can choose is for everybody"


def test_the_wrong_category_says_where_instead(phone: Phone, event: Event, make: Factory) -> None:
    first, other = event.categories[0], make.category(event)
    first_checkpoint(event).category_ids = [other.id]
    make.checkpoint(event, name_th="ทางเข้าผู้ประกอบการ", name_en="", category_ids=[first.id])
    make.checkpoint(event, name_th="ทางเข้าสื่อ", name_en="", category_ids=[other.id])
    told = phone.scan(make.registration(event).code)
    assert told["verdict"] == "wrong_category"
    assert "ทางเข้าผู้ประกอบการ" in told["message"] and "ทางเข้าสื่อ" not in told["message"]


@pytest.mark.parametrize("policy", EntryPolicy)
def test_going_out_of_the_wrong_door_is_refused_too(phone: Phone, event: Event, make: Factory, policy: EntryPolicy) -> None:
    """Out skips the window and the policy, never whom the checkpoint is for."""
    closed = make.checkpoint(event, policy=policy, closes_at=now() - timedelta(hours=1))
    foreign = make.checkpoint(event, policy=policy, category_ids=[make.category(event).id])
    one = make.registration(event)
    verdicts = [phone.send(scan(one.code, direction="out"), checkpoint=point.id).json["results"][0]["verdict"] for point in (closed, foreign)]
    assert verdicts == ["ok", "wrong_category"]


def test_the_beginning_of_a_code_finds_one_person_of_the_event(phone: Phone, make: Factory) -> None:
    one, other = make.registration(phone.event), make.registration(make.event())
    found = phone.scan(f"{one.code[:4].lower()}-{one.code[4:8]}", source="typed")
    assert (found["verdict"], found["name"]) == ("ok", name_of(one))
    assert phone.scan(one.code[:8], source="camera")["verdict"] == "unknown", "nothing prints it"
    assert phone.scan(other.code[:8], source="typed")["verdict"] == "unknown"
    make.registration(phone.event, code=one.code[:8] + other.code[8:])
    assert phone.scan(one.code[:8], source="typed")["verdict"] == "unknown", "two begin so"
