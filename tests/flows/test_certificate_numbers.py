"""Numbers have no gap and no double, whoever asks at the same time and whatever fails on the way."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from blueprints.certificates import issuing, numbers, registers, reservations
from blueprints.certificates.design import Design
from blueprints.certificates.plans import plan_of
from blueprints.certificates.reservations import ReserveCommand
from core.transaction import transaction
from models import (
    Certificate,
    CertificateDesign,
    CertificateKind,
    CertificatePlan,
    Checkpoint,
    Event,
    Programme,
    Register,
    RegisterCounter,
    Reservation,
    Scan,
    db,
    now,
)
from tests.factories import Factory

ASKING = 50
DAY = date(2020, 7, 17)


class ChangeOfMind(Exception):
    """Something that fails after the number was taken."""


def test_fifty_at_once_get_one_to_fifty_and_a_failure_leaves_no_gap(own_app: Flask) -> None:
    with own_app.app_context(), transaction():
        event = Factory().event()
        register = Register(programme=event.programme, name="ทะเบียน", pattern="{number}/{year}")
        db.session.add(register)
        db.session.flush()
        register_id, event_id = register.id, event.id

    def ask(n: int) -> int | None:
        with own_app.app_context():
            try:
                with transaction():
                    number = registers.take_numbers(db.session.get_one(Register, register_id), "2563", 1, db.session.get_one(Event, event_id))[0]
                    if n % 5 == 4:
                        raise ChangeOfMind
                    return number
            except ChangeOfMind:
                return None
            finally:
                db.session.remove()

    with ThreadPoolExecutor(20) as crowd:
        numbers = [n for n in crowd.map(ask, range(ASKING + ASKING // 4)) if n is not None]
    assert sorted(numbers) == list(range(1, ASKING + 1))
    with own_app.app_context(), transaction():
        register, event = db.session.scalars(select(Register)).one(), db.session.scalars(select(Event)).one()
        assert registers.take_numbers(register, "2563", 3, event) == [51, 52, 53]
        assert registers.take_numbers(register, "2564", 1, event) == [1]


def ready_event(make: Factory, programme: Programme, register: Register, people: int) -> int:
    """An event of people who came, whose certificates are numbered with this register."""
    event = make.event(programme, starts_at=now() - timedelta(hours=5))
    design = CertificateDesign(programme_id=programme.id, event_id=event.id, name="แบบ", version=1, content=Design().to_json())
    checkpoint_id = db.session.scalars(select(Checkpoint.id).where(Checkpoint.event_id == event.id)).one()
    db.session.add(design)
    db.session.flush()
    db.session.add(CertificatePlan(event_id=event.id, kind=CertificateKind.ATTENDANCE, issued_on=DAY, design_id=design.id, register_id=register.id))
    for _ in range(people):
        person = make.registration(event)
        db.session.add(Scan(nonce=f"n{person.id}", event_id=event.id, checkpoint_id=checkpoint_id, registration_id=person.id, direction="in",
                            source="camera", raw_code=person.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    db.session.flush()
    return event.id


def opened(app: Flask, sizes: list[int]) -> tuple[int, list[int]]:
    """The register of one programme, and its events of so many people each."""
    with app.app_context(), transaction():
        make = Factory()
        programme = make.programme()
        register = Register(programme=programme, name="ทะเบียน", pattern="ศภ.1 {number}/{year}", padding=3)
        db.session.add(register)
        db.session.flush()
        return register.id, [ready_event(make, programme, register, people) for people in sizes]


def issue(app: Flask, event_id: int, together: threading.Barrier | None = None, fails: bool = False) -> int:
    """What the worker does in one thread: the certificates of an event in one transaction, and how many they were."""
    with app.app_context():
        try:
            if together:
                together.wait(60)
            with transaction():
                made = len(issuing.issue(plan_of(db.session.get_one(Event, event_id)), None, "https://x"))
                if fails:
                    raise ChangeOfMind
            return made
        except ChangeOfMind:
            return 0
        finally:
            db.session.remove()


def numbered(app: Flask, register_id: int) -> list[int]:
    """The numbers that are on certificates, each printed as it is stored."""
    with app.app_context():
        register = db.session.get_one(Register, register_id)
        rows = db.session.scalars(select(Certificate).order_by(Certificate.sequence)).all()
        assert all(row.number == numbers.written(register, row.sequence, DAY) == row.facts["number"] for row in rows)
        assert registers.gaps(register) == []
        return [row.sequence for row in rows]


def test_fifty_certificates_issued_at_once_are_one_to_fifty(own_app: Flask) -> None:
    register_id, events = opened(own_app, [1] * ASKING)
    together = threading.Barrier(ASKING)
    with ThreadPoolExecutor(ASKING) as crowd:
        assert list(crowd.map(lambda event_id: issue(own_app, event_id, together), events)) == [1] * ASKING
    assert numbered(own_app, register_id) == list(range(1, ASKING + 1))


def test_issues_that_fail_and_numbers_put_aside_at_the_same_time_leave_no_gap(own_app: Flask) -> None:
    sizes = [1, 2, 3, 4, 5] * 2
    register_id, events = opened(own_app, sizes)

    def put_aside(event_id: int | None, count: int, give_back: bool) -> None:
        with own_app.app_context():
            try:
                with transaction():
                    event = db.session.get_one(Event, event_id) if event_id else None
                    key = reservations.reserve(db.session.get_one(Register, register_id), ReserveCommand(count, "เผื่อ", event, 2563), None).id
                if give_back:
                    with transaction():
                        reservations.release(db.session.get_one(Reservation, key))
            finally:
                db.session.remove()

    # Each event is issued five times at once, of which two fail at the last moment; some have numbers put aside, of which some go back.
    with ThreadPoolExecutor(40) as crowd:
        waiting = [crowd.submit(issue, own_app, event_id, None, turn in (0, 3)) for turn in range(5) for event_id in events]
        waiting += [crowd.submit(put_aside, event_id, 3, n % 2 == 0) for n, event_id in enumerate([*events[:4], None, None])]
        done = [one.result() for one in waiting]
    assert sum(one or 0 for one in done) == sum(sizes), "everyone once"
    found = numbered(own_app, register_id)
    with own_app.app_context():
        last = db.session.scalars(select(RegisterCounter.last)).one()
        aside = {n for one in db.session.scalars(select(Reservation))
                 for n in range(one.first if one.event_id is None else one.following, one.last + 1)}
    assert len(found) == len(set(found)) == sum(sizes)
    assert not aside & set(found)
    assert aside | set(found) == set(range(1, last + 1))


@pytest.mark.parametrize("own_app", ["postgresql"], indirect=True)
def test_a_plan_is_set_up_while_another_event_takes_numbers(own_app: Flask) -> None:
    register_id, events = opened(own_app, [1, 1])
    with own_app.app_context(), transaction():
        registers.lock(db.session.get_one(Register, register_id))  # somebody is issuing

        def set_up() -> None:
            with own_app.app_context(), transaction():
                db.session.execute(db.text("set local lock_timeout = '5s'"))
                design_id = db.session.scalars(select(CertificateDesign.id)).first()
                db.session.add(CertificatePlan(event_id=events[1], kind=CertificateKind.SPEAKER, issued_on=DAY, design_id=design_id,
                                               register_id=register_id))

        with ThreadPoolExecutor(1) as other:
            other.submit(set_up).result(timeout=30)
