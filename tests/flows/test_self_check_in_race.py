"""One person checks in many times at once: twelve impatient presses are one welcome, twelve phones are one admission."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from blueprints.checkin import venue_services
from core.transaction import transaction
from models import Checkpoint, Scan, db
from tests.factories import Factory
from tests.flows.test_door_race import AT_ONCE, all_at_once


@pytest.mark.parametrize(("phones", "verdicts", "rows"), [(1, {"ok": AT_ONCE}, 1), (AT_ONCE, {"ok": 1, "already_in": AT_ONCE - 1}, AT_ONCE)])
def test_many_presses_at_once(own_app: Flask, phones: int, verdicts: dict[str, int], rows: int) -> None:
    with own_app.app_context(), transaction():
        make = Factory()
        event = make.event()
        person = make.registration(event).id
        checkpoint = db.session.scalars(select(Checkpoint.id).where(Checkpoint.event_id == event.id)).one()

    def press(n: int) -> str:
        with transaction():
            return venue_services.check_in(db.session.get_one(Checkpoint, checkpoint), person, f"phone-{n % phones}").verdict.value

    assert Counter(all_at_once(own_app, press)) == verdicts
    with own_app.app_context():
        assert db.session.scalar(select(func.count(Scan.id))) == rows
