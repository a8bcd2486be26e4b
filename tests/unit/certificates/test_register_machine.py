"""Numbers taken, put aside, given back and lost to failures, in any order, against a plain list: each number is accounted for once."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from blueprints.certificates import registers, reservations
from blueprints.certificates.reservations import ReserveCommand
from models import Certificate, Register, RegisterReset, Reservation, db
from tests.factories import Factory

EVENTS = st.integers(0, 2)
PERIODS = st.sampled_from(["2563", "2563", "2563", "2564"])
COUNTS = st.integers(1, 4)
FAILS = st.sampled_from([False, False, False, True])


class ChangeOfMind(Exception):
    """Something that fails after the numbers were taken."""


@dataclass
class Range:
    """Numbers put aside, as the model sees them: `left` are not used yet."""

    event: int | None
    left: list[int]
    used: list[int] = field(default_factory=list)


@dataclass
class Book:
    """One period of the register as a clerk keeps it: the next line, what is on certificates, what is put aside."""

    next: int = 1
    issued: list[int] = field(default_factory=list)
    ranges: dict[int, Range] = field(default_factory=dict)

    def take(self, count: int, event: int) -> list[int]:
        taken: list[int] = []
        for one in self.ranges.values():
            while one.event == event and one.left and len(taken) < count:
                one.used.append(one.left[0])
                taken.append(one.left.pop(0))
        while len(taken) < count:
            taken.append(self.next)
            self.next += 1
        self.issued += taken
        return taken

    def release(self, key: int, by_hand: int) -> int:
        one = self.ranges[key]
        for _ in range(by_hand):
            one.used.append(one.left.pop(0))
        if not one.left or one.left[-1] != self.next - 1:
            return 0
        back = len(one.left)
        self.next, one.left = one.left[0], []
        if not one.used:
            del self.ranges[key]
        return back


class RegisterMachine(RuleBasedStateMachine):
    """One register with three events, and the books beside it."""

    def __init__(self, make: Factory) -> None:
        super().__init__()
        self.make = make
        self.outer = db.session.begin_nested()
        self.books = {"2563": Book(), "2564": Book()}

    @initialize()
    def open(self) -> None:
        programme = self.make.programme()
        self.events = [self.make.event(programme) for _ in range(3)]
        # One certificate of the factory lends its design to all others.
        self.design_id = self.make.certificate(self.make.registration(self.events[0])).design_id
        self.register = Register(programme_id=programme.id, name="ทะเบียน", pattern="{number}/{year}", reset=RegisterReset.BUDDHIST_YEAR)
        db.session.add(self.register)
        db.session.flush()

    @rule(period=PERIODS, count=COUNTS, event=EVENTS, fails=FAILS)
    def issue(self, period: str, count: int, event: int, fails: bool) -> None:
        try:
            with db.session.begin_nested():
                taken = registers.take_numbers(self.register, period, count, self.events[event])
                for number in taken:
                    self.make.certificate(self.make.registration(self.events[event]), register_id=self.register.id, period=period,
                                          sequence=number, design_id=self.design_id)
                if fails:
                    raise ChangeOfMind
        except ChangeOfMind:
            return
        assert taken == self.books[period].take(count, event)

    @rule(period=PERIODS, count=COUNTS, event=st.none() | EVENTS, fails=FAILS)
    def reserve(self, period: str, count: int, event: int | None, fails: bool) -> None:
        book = self.books[period]
        try:
            with db.session.begin_nested():
                row = reservations.reserve(self.register, ReserveCommand(
                    count, "เผื่อ", None if event is None else self.events[event], int(period)), None)
                if fails:
                    raise ChangeOfMind
        except ChangeOfMind:
            return
        book.ranges[row.id] = Range(event, list(range(book.next, book.next + count)))
        book.next += count

    @precondition(lambda self: any(book.ranges for book in self.books.values()))
    @rule(which=st.integers(0, 9), by_hand=st.integers(0, 4), fails=FAILS)
    def release(self, which: int, by_hand: int, fails: bool) -> None:
        known = [(book, key) for book in self.books.values() for key in book.ranges]
        book, key = known[which % len(known)]
        row, model = db.session.get_one(Reservation, key), book.ranges[key]
        by_hand = min(by_hand, len(model.left)) if model.event is None else 0
        try:
            with db.session.begin_nested():
                back = reservations.release(row, model.left[by_hand - 1] if by_hand else None)
                if fails:
                    raise ChangeOfMind
        except ChangeOfMind:
            return
        assert back == book.release(key, by_hand)

    @invariant()
    def every_number_is_accounted_for_once(self) -> None:
        if not hasattr(self, "register"):
            return
        assert registers.gaps(self.register) == []
        for period, book in self.books.items():
            issued = db.session.scalars(select(Certificate.sequence).where(
                Certificate.register_id == self.register.id, Certificate.period == period)).all()
            assert sorted(issued) == sorted(book.issued)
            aside = [n for one in book.ranges.values() for n in (one.left if one.event is not None else one.used + one.left)]
            assert sorted([*issued, *aside]) == list(range(1, book.next)), "each number up to the last is somewhere, once"
            assert registers.counter_of(self.register, period).last == book.next - 1
            rows = db.session.execute(select(Reservation.id, Reservation.first, Reservation.last, Reservation.following).where(
                Reservation.register_id == self.register.id, Reservation.period == period))
            assert {key: (last - first + 1, last - following + 1) for key, first, last, following in rows} == {
                key: (len(one.used) + len(one.left), len(one.left)) for key, one in book.ranges.items()}
        assert db.session.scalar(select(func.count()).select_from(Certificate).where(Certificate.register_id == self.register.id)) == sum(
            len(book.issued) for book in self.books.values())

    def teardown(self) -> None:
        self.outer.rollback()
        db.session.expunge_all()


def test_every_number_is_accounted_for(app: Flask, make: Factory) -> None:
    run_state_machine_as_test(lambda: RegisterMachine(make), settings=settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)))
