"""Many phones at once: one ticket is admitted once, one link makes one device."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from threading import Barrier
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from blueprints.checkin import devices, queries, services
from blueprints.checkin.items import Item
from core.transaction import transaction
from models import Checkpoint, Device, Direction, Event, Registration, Scan, ScanSource, db, now
from tests.factories import Factory

AT_ONCE = 12


def all_at_once(app: Flask, act: Callable[[int], Any]) -> list[Any]:
    """Run `act(n)` in as many threads, each in its own application context, from one starting shot."""
    shot = Barrier(AT_ONCE)

    def run(n: int) -> Any:
        with app.app_context():
            shot.wait()
            try:
                return act(n)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        return list(crowd.map(run, range(AT_ONCE)))


def prepare(app: Flask) -> tuple[int, list[int], int, str]:
    with app.app_context(), transaction():
        make = Factory()
        event = make.event()
        person = make.registration(event)
        for _ in range(AT_ONCE):
            devices.enrol(devices.enrolment(event, "ประตู", (), None))
        checkpoint = services.ensure_checkpoints(event)[0]
        ids = list(db.session.scalars(select(Device.id).order_by(Device.id)))
        return event.id, ids, checkpoint.id, person.code


def test_twelve_phones_admit_one_ticket_once(own_app: Flask) -> None:
    event_id, device_ids, checkpoint_id, code = prepare(own_app)

    def scan(n: int) -> str:
        with transaction():
            item = Item(str(uuid4()), code, Direction.IN, ScanSource.CAMERA, now().astimezone(UTC))
            device, checkpoint = db.session.get_one(Device, device_ids[n]), db.session.get_one(Checkpoint, checkpoint_id)
            return services.record(device, checkpoint, [item], {"localhost"})[0].verdict.value

    assert Counter(all_at_once(own_app, scan)) == {"ok": 1, "already_in": AT_ONCE - 1}
    with own_app.app_context():
        assert db.session.query(Scan).count() == AT_ONCE
        event = db.session.get_one(Event, event_id)
        assert queries.counts(event, db.session.get_one(Checkpoint, checkpoint_id)).present == 1
        assert list(db.session.scalars(queries.attended(event))) == [db.session.query(Registration).one().id]


def test_twelve_phones_open_one_link_and_one_becomes_a_device(own_app: Flask) -> None:
    with own_app.app_context(), transaction():
        token = devices.enrolment(Factory().event(), "ประตู", (), None)

    def enrol(_n: int) -> bool:
        try:
            with transaction():
                devices.enrol(token)
            return True
        except devices.LinkSpent:
            return False

    assert sum(all_at_once(own_app, enrol)) == 1
    with own_app.app_context():
        assert db.session.query(Device).count() == 1
