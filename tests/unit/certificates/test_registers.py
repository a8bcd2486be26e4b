"""Numbers put aside, and numbers that are nowhere."""

from __future__ import annotations

import pytest

from blueprints.certificates import registers
from models import Event, Register, RegisterCounter, Reservation, db
from tests.factories import Factory


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def register(event: Event) -> Register:
    row = Register(programme_id=event.programme_id, name="ทะเบียน", pattern="{number}/{year}")
    db.session.add(row)
    db.session.flush()
    return row


def put_aside(register: Register, first: int, last: int, event: Event | None = None, following: int = 0) -> None:
    counter = registers.counter_of(register, "2563")
    counter.last = max(counter.last, last)
    db.session.add(Reservation(register_id=register.id, period="2563", first=first, last=last, following=following or first,
                               event_id=event.id if event else None, purpose="เขียนด้วยมือ"))
    db.session.flush()


def test_an_event_takes_what_was_put_aside_for_it_and_then_the_next(register: Register, event: Event, make: Factory) -> None:
    put_aside(register, 1, 2, event)
    put_aside(register, 3, 4)
    put_aside(register, 5, 6, event)
    assert registers.take_numbers(register, "2563", 1, make.event()) == [7]
    assert registers.take_numbers(register, "2563", 3, event) == [1, 2, 5]
    assert registers.take_numbers(register, "2563", 3, event) == [6, 8, 9]
    assert registers.take_numbers(register, "2564", 2, event) == [1, 2]


def test_a_gap_is_a_number_that_is_neither_on_a_certificate_nor_put_aside(register: Register, event: Event, make: Factory) -> None:
    assert registers.gaps(register) == []
    for sequence in (1, 2, 5, 9):
        make.certificate(make.registration(event), register_id=register.id, period="2563", sequence=sequence)
    assert registers.gaps(register) == ["2563: 3–4", "2563: 6–8"]
    put_aside(register, 3, 4)
    assert registers.gaps(register) == ["2563: 6–8"]
    put_aside(register, 6, 8, event, following=8)  # 6 and 7 were taken for certificates that are nowhere
    assert registers.gaps(register) == ["2563: 6–7"]
    db.session.add(RegisterCounter(register_id=register.id, period="", last=1))
    registers.counter_of(register, "2563").last = 10
    db.session.flush()
    assert registers.gaps(register) == ["1", "2563: 6–7", "2563: 10"]
