"""Whose registers there are, numbers put aside and given back, and numbers that are nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from blueprints.certificates import registers, reservations
from blueprints.certificates.registers import RegisterCommand
from blueprints.certificates.reservations import ReserveCommand
from models import CertificateKind, CertificatePlan, Event, Register, RegisterCounter, RegisterReset, Reservation, db
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


RULES = RegisterCommand("ทะเบียนกลาง", "ศภ.1 {number}/{year}", 3, True, RegisterReset.BUDDHIST_YEAR, specimen=False)


def test_an_event_numbers_with_its_programmes_register_before_the_installations(event: Event, make: Factory) -> None:
    shared = registers.add_register(None, RULES)
    assert registers.save_register(event, RULES) is shared
    for change in ({"pattern": "อื่น {number}/{year}"}, {"padding": 4}, {"thai_digits": False}, {"reset": RegisterReset.NEVER}, {"specimen": True}):
        with pytest.raises(registers.RegisterShared) as refused:
            registers.save_register(event, replace(RULES, **change))
        assert "ศภ.1 {number}/{year}" in str(refused.value.message)
    own = registers.add_register(event.programme_id, replace(RULES, padding=5))
    assert registers.save_register(event, replace(RULES, padding=5)) is own
    assert registers.save_register(event, replace(RULES, padding=6)) is own
    assert own.padding == 6
    assert registers.save_register(make.event(), RULES) is shared


def test_a_name_stands_once_in_a_programme_and_once_for_the_installation(event: Event) -> None:
    for programme_id in (None, event.programme_id):
        first = registers.add_register(programme_id, RULES)
        with pytest.raises(registers.NameTaken):
            registers.add_register(programme_id, RULES)
        second = registers.add_register(programme_id, replace(RULES, name="อีกเล่ม"))
        with pytest.raises(registers.NameTaken):
            registers.change_register(second, RULES)
        assert registers.change_register(first, replace(RULES, pattern="ก {number}/{year}")).pattern == "ก {number}/{year}"


@pytest.mark.parametrize(("pattern", "reset", "fact"), [
    ("ไม่มีเลข", RegisterReset.NEVER, registers.PatternBroken), ("{number}", RegisterReset.BUDDHIST_YEAR, registers.YearMissing),
    ("{number}", RegisterReset.FISCAL_YEAR, registers.YearMissing)])
def test_numbers_that_nobody_could_tell_apart_are_refused(event: Event, register: Register, pattern: str, reset: RegisterReset,
                                                         fact: type[Exception]) -> None:
    command = replace(RULES, pattern=pattern, reset=reset)
    with pytest.raises(fact):
        registers.add_register(event.programme_id, command)
    with pytest.raises(fact):
        registers.change_register(register, command)
    assert registers.add_register(None, replace(RULES, pattern="{number}", reset=RegisterReset.PROGRAMME)).pattern == "{number}"


def test_a_used_register_changes_its_name_alone(register: Register) -> None:
    put_aside(register, 1, 1)
    same = RegisterCommand("ใหม่", register.pattern, 1, True, RegisterReset.BUDDHIST_YEAR, specimen=False)
    assert registers.change_register(register, same).name == "ใหม่"
    with pytest.raises(registers.RegisterFixed):
        registers.change_register(register, replace(same, padding=2))


def test_what_is_left_of_a_reservation_goes_back_while_nothing_came_after_it(register: Register, event: Event, make: Factory) -> None:
    ours = reservations.reserve(register, ReserveCommand(5, "วิทยากร", event, 2563), None)
    theirs = reservations.reserve(register, ReserveCommand(3, "เขียนด้วยมือ", year=2563), None)
    assert [(r.first, r.last, r.following) for r in (ours, theirs)] == [(1, 5, 1), (6, 8, 6)]
    assert registers.take_numbers(register, "2563", 2, event) == [1, 2]
    assert reservations.release(ours) == 0, "6 to 8 come after it"
    assert registers.take_numbers(register, "2563", 1, make.event()) == [9]
    assert reservations.release(theirs, used_through=7) == 0, "9 came after it"
    assert (theirs.following, theirs.last) == (8, 8)
    last = reservations.reserve(register, ReserveCommand(10, "เผื่อ", year=2563), None)
    assert reservations.release(last, used_through=12) == 7
    assert (last.first, last.last, registers.counter_of(register, "2563").last) == (10, 12, 12)
    none = reservations.reserve(register, ReserveCommand(4, "ไม่ได้ใช้", year=2563), None)
    assert reservations.release(none) == 4
    assert db.session.scalars(select(Reservation.id).order_by(Reservation.id)).all() == [ours.id, theirs.id, last.id]
    assert registers.take_numbers(register, "2563", 4, event) == [3, 4, 5, 13]


def test_only_numbers_of_the_range_were_written_by_hand(register: Register, event: Event) -> None:
    by_hand = reservations.reserve(register, ReserveCommand(5, "เขียนด้วยมือ", year=2563), None)
    for through in (0, 6):
        with pytest.raises(reservations.OutsideRange):
            reservations.release(by_hand, through)
    with pytest.raises(reservations.OutsideRange):
        reservations.release(reservations.reserve(register, ReserveCommand(5, "งาน", event, 2563), None), 7)


def test_numbers_are_put_aside_in_the_period_that_the_event_will_take_them_from(register: Register, event: Event, make: Factory) -> None:
    design_id = make.certificate(make.registration(event)).design_id
    db.session.add(CertificatePlan(event_id=event.id, kind=CertificateKind.SPEAKER, issued_on=date(2020, 10, 1), design_id=design_id,
                                   register_id=register.id))
    db.session.flush()
    with pytest.raises(reservations.WrongYear):
        reservations.reserve(register, ReserveCommand(1, "งาน", event, 2564), None)
    assert reservations.reserve(register, ReserveCommand(1, "งาน", event, 2563), None).period == "2563"
    fiscal, never, each = (registers.add_register(None, replace(RULES, name=reset.value, reset=reset))
                           for reset in (RegisterReset.FISCAL_YEAR, RegisterReset.NEVER, RegisterReset.PROGRAMME))
    assert reservations.reserve(fiscal, ReserveCommand(1, "งาน", event, 2564), None).period == "2564"
    assert reservations.reserve(never, ReserveCommand(1, "งาน", event), None).period == ""
    assert reservations.reserve(each, ReserveCommand(1, "งาน", event), None).period == f"p{event.programme_id}"
    with pytest.raises(reservations.EventMissing):
        reservations.reserve(each, ReserveCommand(1, "ด้วยมือ"), None)
