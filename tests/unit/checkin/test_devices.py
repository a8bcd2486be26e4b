"""Phones: what an enrolment gives them, the same phone again, and the end of their right; the gates at which they stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from blueprints.checkin import devices, gates, services
from core.codes import digest
from models import Device, DeviceMode, Enrolment, Event, Gate, HistoryEntry, db, now
from tests.factories import Factory
from tests.unit.checkin.test_services import item


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


def verbs(event: Event) -> list[str]:
    return list(db.session.scalars(select(HistoryEntry.verb).where(HistoryEntry.event_id == event.id).order_by(HistoryEntry.id)))


def test_a_phone_becomes_what_its_enrolment_says(make: Factory, event: Event) -> None:
    other, foreign = make.event(), gates.add(make.event(), "ประตูของงานอื่น")
    side, desk = gates.add(event, "ประตูข้าง"), make.checkpoint(event)
    token = devices.enrolment(event, "ประตูหน้า", ["force", "nonsense", "search"], None, mode=DeviceMode.STAFF,
                              gate_ids=[side.id, foreign.id], checkpoint_ids=[desk.id, make.checkpoint(other).id])
    device, key = devices.enrol(token)
    assert (device.gate.name, device.label, device.mode, device.grants) == ("ประตูหน้า", "ประตูหน้า 1", DeviceMode.STAFF, ["search", "force"])
    assert (device.gate_ids, device.checkpoint_ids, device.key_digest) == ([side.id], [desk.id], digest(key))
    assert verbs(event) == ["device.invited", "device.enrolled"]
    with pytest.raises(devices.LinkSpent):
        devices.enrol(token, key)


def test_a_kiosk_has_no_right_but_to_scan(event: Event) -> None:
    device, _key = devices.enrol(devices.enrolment(event, "", devices.GRANTS, None, mode=DeviceMode.KIOSK))
    assert (device.mode, device.grants, device.gate.name, device.checkpoint_ids) == (DeviceMode.KIOSK, [], "ประตูหลัก", None)


def test_a_phone_that_is_enrolled_again_is_the_same_device(app: Flask, make: Factory, event: Event) -> None:
    first = now() - timedelta(hours=5)
    device, key = devices.enrol(devices.enrolment(event, "หน้า", ["search", "undo"], None, first), at=first)
    neighbour, _key = devices.enrol(devices.enrolment(event, "หน้า", [], None))
    assert [device.label, neighbour.label] == ["หน้า 1", "หน้า 2"]
    devices.revoke(device)
    device.wiped_at = now()
    token = devices.enrolment(event, "ข้าง", ["force"], None, mode=DeviceMode.STAFF, gate_ids=[device.gate_id])
    again, new_key = devices.enrol(token, key)
    assert again.id == device.id and new_key != key and again.key_digest == digest(new_key)
    assert (again.gate.name, again.label, again.grants, again.gate_ids) == ("ข้าง", "ข้าง 1", ["force"], [neighbour.gate_id])
    assert (again.revoked_at, again.wiped_at, again.enrolled_at) == (None, None, first)
    # What it scanned before its right was renewed is believed.
    person, checkpoint = make.registration(event), services.ensure_checkpoints(event)[0]
    kept = item(person.code, "kept-on-the-phone", claimed_at=first + timedelta(minutes=1), offline=True)
    services.record(again, checkpoint, [kept], {"localhost"})
    assert not db.session.query(services.Scan).one().clock_warning


def test_a_name_that_the_organiser_gave_stays(event: Event) -> None:
    device, key = devices.enrol(devices.enrolment(event, "หน้า", [], None))
    devices.rename(device, " โทรศัพท์ของสมชาย ")
    assert devices.enrol(devices.enrolment(event, "ข้าง", [], None), key)[0].label == "โทรศัพท์ของสมชาย"
    with pytest.raises(devices.NameMissing):
        devices.rename(device, "\u200b ")


@pytest.mark.parametrize("key", ["", "nonsense", "' or 1=1", "LKMRRM5IKAZSKLW76CVJILNOCV"])
def test_an_unknown_key_makes_a_new_device(event: Event, key: str) -> None:
    before, _key = devices.enrol(devices.enrolment(event, "หน้า", [], None))
    assert devices.enrol(devices.enrolment(event, "หน้า", [], None), key)[0].id != before.id


def test_the_device_of_another_event_stays_what_it_is(make: Factory, event: Event) -> None:
    elsewhere, key = devices.enrol(devices.enrolment(make.event(), "หน้า", [], None))
    device, _key = devices.enrol(devices.enrolment(event, "หน้า", [], None), key)
    assert device.id != elsewhere.id and elsewhere.key_digest == digest(key)


def test_all_phones_lose_their_right_at_once(make: Factory, event: Event) -> None:
    rows = [devices.enrol(devices.enrolment(event, "หน้า", [], None))[0] for _number in range(3)]
    other = devices.enrol(devices.enrolment(make.event(), "หน้า", [], None))[0]
    earlier = now() - timedelta(hours=1)
    devices.revoke(rows[0], earlier)
    assert devices.revoke_all(event) == 2
    assert rows[0].revoked_at == earlier and all(row.revoked_at for row in rows) and other.revoked_at is None
    assert verbs(event).count("device.revoked") == 3
    assert devices.revoke_all(event) == 0


def test_what_a_phone_says_it_keeps_is_noted_at_once(event: Event) -> None:
    device, at = devices.enrol(devices.enrolment(event, "หน้า", [], None))[0], now()
    steps = ((0, None, 0, 0), (10, None, 0, 0), (20, 7, 20, 7), (30, 7, 20, 7), (40, 0, 40, 0), (50, None, 40, 0), (120, None, 120, 0))
    for after, unsent, noted, kept in steps:
        devices.saw(device, at + timedelta(seconds=after), unsent)
        db.session.refresh(device)
        assert (device.last_seen_at, device.unsent) == (at + timedelta(seconds=noted), kept), after


def test_gates_have_names_of_their_own(event: Event) -> None:
    front = gates.add(event, " ประตูหน้า ")
    assert gates.named(event, "ประตูหน้า").id == front.id
    for name, fact in (("ประตูหน้า", gates.NameTaken), ("  ", gates.NameMissing)):
        with pytest.raises(fact):
            gates.add(event, name)
    side = gates.add(event, "ประตูข้าง")
    with pytest.raises(gates.NameTaken):
        gates.rename(side, "ประตูหน้า")
    gates.rename(side, "ประตูข้าง")
    gates.rename(side, "ประตูหลัง")
    assert side.name == "ประตูหลัง"


def test_a_gate_goes_only_while_no_phone_ever_stood_there(make: Factory, event: Event) -> None:
    side = gates.add(event, "ประตูข้าง")
    device, key = devices.enrol(devices.enrolment(event, "ประตูหน้า", [], None, gate_ids=[side.id]))
    unused = devices.enrolment(event, "ประตูข้าง", [], None)
    front = device.gate
    with pytest.raises(gates.GateInUse):
        gates.remove(front)
    gates.remove(side)
    assert device.gate_ids == [] and db.session.query(Gate).count() == 1
    with pytest.raises(devices.LinkSpent):
        devices.open_enrolment(unused)
    services.record(device, make.checkpoint(event), [item("x", "scanned-here")], set())
    devices.enrol(devices.enrolment(event, "ประตูหลัง", [], None), key)
    with pytest.raises(gates.GateInUse):
        gates.remove(front)
    assert db.session.query(Device).count() == 1 and db.session.query(Enrolment).count() == 2


def test_gates_have_an_end(event: Event) -> None:
    for number in range(gates.MOST):
        gates.add(event, f"ประตู {number}")
    with pytest.raises(gates.TooManyGates):
        gates.named(event, "อีกประตู")
