"""The simulator agrees with what recording comes to, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from blueprints.checkin import devices, services, simulator
from blueprints.checkin.items import Item
from blueprints.questions import services as questions
from blueprints.questions.rules import Definition
from core.codes import new_code
from models import (
    AskedAt,
    Checkpoint,
    Direction,
    EntryPolicy,
    Event,
    QuestionKind,
    Registration,
    RegistrationStatus,
    RetiredCode,
    Scan,
    ScanSource,
    SessionChoice,
    db,
    now,
)
from tests.factories import Factory

HOSTS = {"localhost"}
Arrange = Callable[[Factory, Event, Checkpoint, Registration], str | None]


def in_before(make: Factory, event: Event, place: Checkpoint, person: Registration) -> None:
    device = devices.enrol(devices.enrolment(event, "ประตู", (), None), at=now() - timedelta(hours=2))[0]
    item = Item("before-01", person.code, Direction.IN, ScanSource.CAMERA, now() - timedelta(minutes=5))
    assert services.record(device, place, [item], HOSTS)[0].verdict == "ok"


def status(wanted: RegistrationStatus) -> Arrange:
    def arrange(_make: Factory, _event: Event, _place: Checkpoint, person: Registration) -> None:
        person.status, person.cancelled_at = wanted, now() - timedelta(minutes=1) if wanted == "cancelled" else None
    return arrange


def setting(**given: object) -> Arrange:
    def arrange(make: Factory, event: Event, place: Checkpoint, person: Registration) -> None:
        for name, value in given.items():
            setattr(place, name, value)
    return arrange


def going_in_again(make: Factory, event: Event, place: Checkpoint, person: Registration) -> None:
    place.policy = EntryPolicy.REENTRY
    in_before(make, event, place, person)


def undone(make: Factory, event: Event, place: Checkpoint, person: Registration) -> None:
    in_before(make, event, place, person)
    db.session.scalars(select(Scan)).one().undone_at = now()


def another_category(make: Factory, event: Event, place: Checkpoint, person: Registration) -> None:
    place.category_ids = [make.category(event).id]


def another_session(make: Factory, event: Event, place: Checkpoint, person: Registration) -> None:
    place.session_id = make.session(event, bookable=True).id
    db.session.add(SessionChoice(registration_id=person.id, session_id=make.session(event, bookable=True).id))


def a_question(make: Factory, event: Event, place: Checkpoint, person: Registration) -> None:
    questions.add(event, Definition(QuestionKind.SHORT_TEXT, "ทะเบียนรถ", asked=AskedAt.DOOR, required=True))


def old_code(make: Factory, event: Event, place: Checkpoint, person: Registration) -> str:
    code = new_code()
    db.session.add(RetiredCode(code=code, registration_id=person.id, retired_at=now() - timedelta(minutes=1)))
    return code


SITUATIONS: dict[str, tuple[str, Arrange]] = {
    "a ticket": ("ok", lambda *_: None), "came before": ("already_in", in_before), "came before, undone": ("ok", undone),
    "inside": ("already_in", going_in_again), "no code": ("unknown", lambda *_: "12345"), "nobody's code": ("unknown", lambda *_: new_code()),
    "of another event": ("other_event", lambda make, *_: make.registration(make.event()).code), "replaced": ("replaced", old_code),
    "any number": ("ok", lambda *given: (setting(policy=EntryPolicy.ANY)(*given), in_before(*given))[0]),
    "lenient": ("ok", lambda *given: (setting(strict=False)(*given), status(RegistrationStatus.NOT_CONFIRMED)(*given))[0]),
    "early": ("too_early", setting(opens_at=now() + timedelta(hours=1))), "late": ("too_late", setting(closes_at=now() - timedelta(hours=1))),
    "category": ("wrong_category", another_category), "session": ("wrong_session", another_session), "question": ("needs_answers", a_question),
    **{wanted.value: (wanted.value, status(wanted)) for wanted in RegistrationStatus if wanted != "confirmed"},
}
ENDS = {"ok": None, "unknown": 0, "other_event": 0, "replaced": 0, "wrong_category": 2, "wrong_session": 3, "too_early": 4, "too_late": 4,
        "needs_answers": 5, "already_in": 6}


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("name", SITUATIONS)
def test_it_says_what_recording_says(app: Flask, make: Factory, name: str, direction: Direction) -> None:
    wanted, arrange = SITUATIONS[name]
    event = make.event()
    person, place = make.registration(event), db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)).one()
    code = arrange(make, event, place, person) or person.code
    db.session.flush()
    db.session.expire_all()
    before = db.session.scalar(select(func.count(Scan.id)))
    found, retired_at, _is_code = simulator.of_code(code, HOSTS)
    said = simulator.simulate(event, place, found, retired_at, direction)
    assert db.session.scalar(select(func.count(Scan.id))) == before and not db.session.dirty and not db.session.new
    device = devices.enrol(devices.enrolment(event, "ประตู", (), None), at=now() - timedelta(hours=2))[0]
    item = Item("attempt-1", code, direction, ScanSource.CAMERA, now())
    assert said.verdict == services.record(device, place, [item], HOSTS)[0].verdict
    assert direction is Direction.OUT or said.verdict == wanted
    decided = [n for n, step in enumerate(said.steps) if step.state == "decided"]
    assert decided == ([] if said.verdict == "ok" else [ENDS.get(said.verdict, 1)])
    assert not decided or all(step.state == "unreached" for step in said.steps[decided[0] + 1:])
    assert said.verdict != "other_event" or (said.person is None and not said.log)


def test_in_the_past_and_in_the_future(app: Flask, make: Factory) -> None:
    event = make.event()
    person, place = make.registration(event), db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)).one()
    in_before(make, event, place, person)
    person.status, person.cancelled_at = RegistrationStatus.CANCELLED, now() - timedelta(minutes=2)
    place.closes_at = now() + timedelta(hours=1)
    db.session.flush()

    def at(minutes: int) -> str:
        return simulator.simulate(event, place, person, None, Direction.IN, now() + timedelta(minutes=minutes)).verdict

    assert [at(-10), at(-4), at(-1), at(5)] == ["ok", "already_in", "cancelled", "cancelled"]
    person.status, person.cancelled_at = RegistrationStatus.CONFIRMED, None
    assert [at(5), at(61)] == ["already_in", "too_late"]
