"""Many phones at once: one walk-in is registered once, and one signature counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from threading import Event as Signal

from flask import Flask
from sqlalchemy import select

from blueprints.checkin import batch, devices, services, signatures, walkins
from blueprints.checkin.items import Item
from blueprints.registration import seats
from blueprints.registration import services as registrations
from core.transaction import transaction
from models import Checkpoint, Device, Direction, Event, Registration, ScanSource, Signature, db, now
from tests.factories import Factory
from tests.flows.test_door_race import AT_ONCE, all_at_once


def prepare(app: Flask) -> tuple[list[int], int]:
    with app.app_context(), transaction():
        event = Factory().event(starts_at=now() - timedelta(hours=1), capacity=AT_ONCE)
        for _ in range(AT_ONCE):
            devices.enrol(devices.enrolment(event, "ประตู", ("walk_in",), None), at=now() - timedelta(hours=1))
        checkpoint = services.ensure_checkpoints(event)[0]
        checkpoint.signature = True
        return list(db.session.scalars(select(Device.id).order_by(Device.id))), checkpoint.id


def someone(nonce: str = "the-same-nonce") -> walkins.WalkIn:
    return walkins.WalkIn(nonce, "สมชาย", "ใจดี", "นาย", "บริษัท ตัวอย่าง จำกัด", None, "0812345678", "", now().astimezone(UTC))


def admit(app: Flask, device_ids: list[int], checkpoint_id: int) -> set[int]:
    def one(n: int) -> int:
        with transaction():
            device, checkpoint = db.session.get_one(Device, device_ids[n]), db.session.get_one(Checkpoint, checkpoint_id)
            return walkins.admit(device, checkpoint, someone(), now()).id

    return set(all_at_once(app, one))


def taken() -> tuple[int, int]:
    return db.session.query(Registration).count(), db.session.query(Event).one().taken


def test_one_nonce_sent_twelve_times_registers_once(own_app: Flask) -> None:
    ids, checkpoint_id = prepare(own_app)
    assert len(admit(own_app, [ids[0]] * AT_ONCE, checkpoint_id)) == 1
    with own_app.app_context():
        assert taken() == (1, 1)


def test_twelve_phones_with_one_person_register_once(own_app: Flask) -> None:
    ids, checkpoint_id = prepare(own_app)
    assert len(admit(own_app, ids, checkpoint_id)) == 1
    with own_app.app_context():
        assert taken() == (1, 1)


def test_of_twelve_signatures_at_once_one_counts(own_app: Flask) -> None:
    ids, checkpoint_id = prepare(own_app)
    with own_app.app_context(), transaction():
        person = Factory().registration(db.session.query(Event).one()).id

    def sign(n: int) -> str:
        with transaction():
            device, checkpoint = db.session.get_one(Device, ids[n]), db.session.get_one(Checkpoint, checkpoint_id)
            return signatures.keep(device, checkpoint, person, f"M{n} 1L2 2", now()).path

    said = set(all_at_once(own_app, sign))
    with own_app.app_context():
        assert said == set(db.session.scalars(select(Signature.path))) and len(said) == 1


def test_a_scan_and_a_cancellation_do_not_wait_for_each_other(own_app: Flask) -> None:
    """The phone holds the person's row and names the event's; who cancels holds the event's and wants the person's."""
    ids, checkpoint_id = prepare(own_app)
    with own_app.app_context(), transaction():
        person = Factory().registration(db.session.query(Event).one())
        number, code = person.id, person.code
    read, held = Signal(), Signal()

    def scan() -> str:
        with own_app.app_context(), transaction():
            device, checkpoint = db.session.get_one(Device, ids[0]), db.session.get_one(Checkpoint, checkpoint_id)
            batch.read(device, checkpoint, (), {code}, ())
            read.set()
            held.wait(1)  # SQLite lets nobody else write meanwhile
            item = Item("one-scan-of-it", code, Direction.IN, ScanSource.CAMERA, now().astimezone(UTC))
            return services.record(device, checkpoint, [item], {"localhost"})[0].verdict.value

    def cancel() -> None:
        read.wait(5)
        with own_app.app_context(), transaction():
            registration = db.session.get_one(Registration, number)
            seats.lock(registration.event_id)
            held.set()
            registrations.cancel(registration, by_organiser=True)

    with ThreadPoolExecutor(2) as two:
        scanned, cancelled = two.submit(scan), two.submit(cancel)
        assert (scanned.result(), cancelled.result()) == ("ok", None)
