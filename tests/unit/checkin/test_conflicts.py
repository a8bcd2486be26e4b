"""What is a conflict, in SQL as in `attendance`, and how it is settled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from blueprints.checkin import conflicts, devices, services
from blueprints.checkin.attendance import attendance
from models import Checkpoint, Decision, Device, Direction, EntryPolicy, Event, HistoryEntry, Registration, Scan, ScanSource, db, now
from tests.factories import Factory

#: (which phone, in or out, the minute, admitted, 0: undone, 1: read off the signed sheet)
LOGS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(Direction), st.integers(0, 4), st.sampled_from([True, True, False]), st.integers(0, 8)),
                max_size=9)


def phone(event: Event) -> Device:
    return devices.enrol(devices.enrolment(event, "ประตู", (), None))[0]


def scanned(device: Device, checkpoint: Checkpoint, person: Registration | None, at: datetime, **given: Any) -> Scan:
    n = db.session.scalar(select(db.func.count(Scan.id)))
    row = Scan(**{"nonce": f"nonce-{n}", "event_id": device.event_id, "device_id": device.id, "gate_id": device.gate_id, "verdict": "ok",
                  "checkpoint_id": checkpoint.id, "registration_id": person.id if person else None, "direction": Direction.IN,
                  "source": ScanSource.CAMERA, "raw_code": person.code if person else "?", "claimed_at": at, "judged_at": at} | given)
    db.session.add(row)
    db.session.flush()
    return row


def open_ids(event: Event) -> list[int]:
    found = list(db.session.scalars(conflicts.open_ones(event)))
    assert conflicts.how_many(event) == len(found)
    return [scan.id for scan in found]


@given(LOGS, st.sampled_from(EntryPolicy), st.sampled_from([None, -1, 0, 2]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_finds_what_attendance_calls_conflicts(app: Flask, make: Factory, log, policy, all_out) -> None:
    event, begin = make.event(), now() - timedelta(hours=1)
    out_at = begin + timedelta(minutes=all_out) if all_out is not None else None
    checkpoint = make.checkpoint(event, policy=policy, all_out_at=out_at)
    phones, person = [phone(event) for _ in range(3)], make.registration(event)
    other = make.checkpoint(event)
    scanned(phones[0], other, person, begin)  # elsewhere: no conflict here
    rows = [scanned(phones[which], checkpoint, person, begin + timedelta(minutes=minute), direction=direction, verdict="ok" if good else "already_in",
                    undone_at=now() if special == 0 else None, source="paper" if special == 1 else "camera")
            for which, direction, minute, good, special in log]
    pasts = {row.id: conflicts.past_of(row) for row in rows if row.source != "paper"}
    wanted = attendance(pasts.values(), policy.value, out_at).conflicts
    assert sorted(open_ids(event)) == sorted(i for i, past in pasts.items() if past.nonce in wanted)


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def place(event: Event) -> Checkpoint:
    return db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)).one()


def test_what_a_phone_without_a_network_should_not_have_admitted(make: Factory, event: Event, place: Checkpoint) -> None:
    device, person, start = phone(event), make.registration(event), now() - timedelta(minutes=30)
    offline = {"offline": True, "forced_needed": True}
    cancelled = scanned(device, place, person, start, **offline, would_be="cancelled", shown="ok")
    scanned(device, place, make.registration(event), start, offline=True, would_be="ok", shown="ok")
    scanned(device, place, make.registration(event), start, forced_sent=True, forced_needed=True, would_be="waitlisted")  # asked us: no conflict
    scanned(device, place, make.registration(event), start, **offline, would_be="cancelled", direction=Direction.OUT)
    unknown = scanned(device, place, None, start, offline=True, verdict="unknown", would_be="unknown", shown="unverified", forced_sent=True)
    scanned(device, place, None, start, offline=True, verdict="unknown", would_be="unknown", shown="unverified")  # sent away
    scanned(device, place, None, start, verdict="unknown", would_be="unknown", forced_sent=True)  # asked us, and were told
    stranger = scanned(device, place, make.registration(make.event()), start, offline=True, verdict="other_event", shown="ok")
    replaced = scanned(device, place, person, start, offline=True, verdict="replaced", shown="ok")
    scanned(device, place, person, start, offline=True, verdict="replaced", shown="ok", undone_at=now())
    assert sorted(open_ids(event)) == sorted([cancelled.id, unknown.id, stranger.id, replaced.id])
    assert open_ids(make.event()) == []
    shown = {case.scan.id: case for case in conflicts.cases([cancelled, unknown, stranger, replaced])}
    assert all(len(case.why) == 1 and case.before is None for case in shown.values())
    assert "ยกเลิก" in shown[cancelled.id].why[0] and "อีกงาน" not in shown[unknown.id].why[0]


def test_both_scans_of_a_second_admission_are_shown(make: Factory, event: Event, place: Checkpoint) -> None:
    person, start = make.registration(event), now() - timedelta(minutes=30)
    first = scanned(phone(event), place, person, start)
    third = scanned(phone(event), place, person, start + timedelta(minutes=9), offline=True, would_be="cancelled", shown="ok")
    second = scanned(phone(event), place, person, start + timedelta(minutes=5), forced_sent=True, forced_needed=True, would_be="already_in")
    assert open_ids(event) == [third.id, second.id]
    two, three = conflicts.cases([second, third])
    assert two.before is three.before is first
    assert len(two.why) == 2 and len(three.why) == 2
    back = make.checkpoint(event, policy=EntryPolicy.REENTRY)
    scanned(phone(event), back, person, start)
    latest = scanned(phone(event), back, person, start + timedelta(minutes=2))
    after = scanned(phone(event), back, person, start + timedelta(minutes=4))
    assert conflicts.cases([after])[0].before is latest


def test_settling(make: Factory, event: Event, place: Checkpoint) -> None:
    person, user, start = make.registration(event), make.user(), now() - timedelta(minutes=30)
    first, second, third = (scanned(phone(event), place, person, start + timedelta(minutes=n)) for n in range(3))
    conflicts.settle(event, second, Decision.KEPT, "คนละคนกัน ตรวจบัตรแล้ว", user)
    assert second.undone_at is None and open_ids(event) == [third.id]
    with pytest.raises(conflicts.AlreadySettled):
        conflicts.settle(event, second, Decision.UNDONE, "สแกนซ้ำ", user)
    with pytest.raises(conflicts.NoConflict):
        conflicts.settle(event, first, Decision.UNDONE, "สแกนซ้ำ", user)
    conflicts.settle(event, third, Decision.UNDONE, "สแกนซ้ำ", user)
    assert third.undone_by_id == user.id and open_ids(event) == []
    assert [row.scan_id for row in db.session.scalars(conflicts.settled(event))] == [third.id, second.id]
    told = db.session.scalars(select(HistoryEntry).where(HistoryEntry.registration_id == person.id).order_by(HistoryEntry.id)).all()
    assert [(one.verb, one.details["decision"], one.details["changes"]["reason"][1]) for one in told] == [
        ("conflict.settled", "kept", "คนละคนกัน ตรวจบัตรแล้ว"), ("conflict.settled", "undone", "สแกนซ้ำ")]


def test_a_case_ends_when_a_scan_of_it_is_undone(make: Factory, event: Event, place: Checkpoint) -> None:
    person, user, start = make.registration(event), make.user(), now() - timedelta(minutes=30)
    first, second = (scanned(phone(event), place, person, start + timedelta(minutes=n)) for n in range(2))
    assert open_ids(event) == [second.id]
    services.undo(first, user)
    assert open_ids(event) == []
    with pytest.raises(conflicts.NoConflict):
        conflicts.settle(event, second, Decision.KEPT, "x", user)


def test_nothing_personal_of_an_unknown_scan_goes_into_the_history(make: Factory, event: Event, place: Checkpoint) -> None:
    stranger = scanned(phone(event), place, None, now(), offline=True, verdict="unknown", shown="unverified", forced_sent=True)
    conflicts.settle(event, stranger, Decision.KEPT, "คุณสมชายลืมบัตร", make.user())
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.event_id == event.id, HistoryEntry.verb == "conflict.settled")).one()
    assert "สมชาย" not in str(entry.details)


def test_counting_costs_the_same_however_many(make: Factory, event: Event, place: Checkpoint, statements: Any) -> None:
    def cost() -> int:
        with statements() as sent:
            scans = db.session.scalars(conflicts.open_ones(event)).all()
            conflicts.cases(scans)
            conflicts.how_many(event)
        return len(sent)

    def more(number: int) -> None:
        for _n in range(number):
            person = make.registration(event)
            for minute in range(2):
                scanned(device, place, person, now() + timedelta(minutes=minute))
        db.session.flush()
        db.session.expire_all()
        event.id, place.id  # noqa: B018  - read again, outside the count

    device = phone(event)
    more(2)
    few = cost()
    more(10)
    assert cost() == few <= 4
