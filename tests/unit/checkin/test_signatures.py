"""Signatures on the screen: only strokes, one for each person and checkpoint, and no other phone changes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from blueprints.checkin import devices, signatures
from models import Checkpoint, Device, Event, Registration, Signature, db, now
from tests.factories import Factory

PATH = "M12 40L13.5 41.25L600 200M0 0L1 1"


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def checkpoint(make: Factory, event: Event) -> Checkpoint:
    return make.checkpoint(event, signature=True)


@pytest.fixture
def device(event: Event) -> Device:
    return enrolled(event)


@pytest.fixture
def person(make: Factory, event: Event) -> Registration:
    return make.registration(event)


def enrolled(event: Event) -> Device:
    return devices.enrol(devices.enrolment(event, "ประตู", (), None))[0]


@pytest.mark.parametrize("path", [
    "", "M1 1", "M1 1M2 2", "L1 1L2 2", "M1 1L2", "M1 1L2 2 ", " M1 1L2 2", "M1,1L2,2", "M1 1l2 2", "M1 1L2 2Z", "M601 1L2 2", "M1 201L2 2",
    "M-1 1L2 2", "M1 1L2 2\"/><script>", "M1 1L2 2\n", "M1e2 1L2 2", "M๑ 1L2 2", "M1 1C2 2 3 3 4 4", "M1 1L2 2.", "M1.123 1L2 2",
    "M1 1" + "L2 2" * 2_000, None, 5, ["M1 1L2 2"]])
def test_anything_but_strokes_is_refused(device: Device, checkpoint: Checkpoint, person: Registration, path: object) -> None:
    with pytest.raises(signatures.NotASignature):
        signatures.keep(device, checkpoint, person.id, path, now())


@given(st.lists(st.tuples(st.sampled_from("ML"), st.integers(0, 600), st.integers(0, 200)), min_size=1, max_size=40))
def test_every_stroke_in_the_box_is_a_signature(points: list[tuple[str, int, int]]) -> None:
    path = "M0 0" + "".join(f"{letter}{x} {y}" for letter, x, y in points)
    assert signatures.is_path(path) == any(letter == "L" for letter, _x, _y in points)


def test_kept_once(device: Device, checkpoint: Checkpoint, person: Registration) -> None:
    at = now()
    first = signatures.keep(device, checkpoint, person.id, PATH, at)
    assert signatures.keep(device, checkpoint, person.id, PATH, at).id == first.id
    assert (first.path, first.device_id, first.signed_at) == (PATH, device.id, at)
    assert db.session.scalar(select(func.count(Signature.id))) == 1


def test_the_same_phone_may_take_it_anew_for_a_while(device: Device, checkpoint: Checkpoint, person: Registration, event: Event) -> None:
    at = now()
    other = enrolled(event)

    def kept(by: Device, path: str, minutes: float) -> str:
        return signatures.keep(by, checkpoint, person.id, path, at + timedelta(minutes=minutes)).path

    assert kept(device, PATH, 0) == PATH
    assert kept(other, "M1 1L2 2", 1) == PATH
    assert kept(device, "M3 3L4 4", 14) == "M3 3L4 4"
    assert kept(device, "M5 5L6 6", -1) == "M3 3L4 4", "an older one that arrives late"
    assert kept(device, "M5 5L6 6", 15.1) == "M3 3L4 4"


def test_only_where_it_is_asked_and_of_whom_is_here(device: Device, checkpoint: Checkpoint, person: Registration, make: Factory,
                                                    event: Event) -> None:
    with pytest.raises(signatures.NotAskedHere):
        signatures.keep(device, make.checkpoint(event), person.id, PATH, now())
    with pytest.raises(signatures.NotAskedHere):
        signatures.keep(device, make.checkpoint(make.event(), signature=True), person.id, PATH, now())
    person.anonymised_at = now()
    db.session.flush()
    for stranger in (make.registration(make.event()).id, person.id, 999_999):
        with pytest.raises(signatures.NobodyHere):
            signatures.keep(device, checkpoint, stranger, PATH, now())
