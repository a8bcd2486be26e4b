"""Phones that scan, lose the network, repeat themselves and come back late, while organisers change things: against a plain model.

Hypothesis drives the services as the API does, on a clock of its own. After each step the log, attendance, counts and conflicts are
what the model says; at the end what happened is told to an empty log in another order, and comes to the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from blueprints.checkin import devices, queries, services, walkins
from blueprints.checkin.attendance import attendance
from blueprints.checkin.batch import read
from blueprints.checkin.items import Item, Undo
from blueprints.checkin.judge import Verdict
from blueprints.checkin.walkins import WalkIn
from core.codes import new_code
from core.errors import Refused
from models import Direction, EntryPolicy, Registration, RegistrationStatus, RetiredCode, Scan, ScanSource, db, now
from tests.factories import Factory
from tests.unit.checkin.door_model import Door, Phone, Row, Rule, standing

HOSTS = {"localhost"}
GRANTS = (("undo", "walk_in", "force"), ("undo", "walk_in", "force"), ("undo", "walk_in"))
WHICH = st.integers(0, 11)  # of however many there are
PHONES = st.integers(0, len(GRANTS) - 1)
RIGHT_CLOCK = timedelta()
CLOCKS = st.sampled_from([RIGHT_CLOCK] * 6 + [timedelta(milliseconds=500)] * 2 + [timedelta(hours=3), timedelta(days=-40)])
MINUTES = st.sampled_from([0, 0, 0, 1, 5, 14, 16])  # that pass before
DIRECTIONS = st.sampled_from([Direction.IN, Direction.IN, Direction.OUT])
TICKETS = st.sampled_from(["ticket"] * 7 + ["old", "old", "stranger", "elsewhere"])
ONLINE = st.sampled_from([False, False, True])
ATTEMPTS = st.lists(st.tuples(PHONES, WHICH, TICKETS, DIRECTIONS, st.booleans(), CLOCKS, MINUTES, ONLINE), min_size=1, max_size=3)


class DoorMachine(RuleBasedStateMachine):
    """The server, its phones and the model beside it."""

    def __init__(self, make: Factory) -> None:
        super().__init__()
        self.make = make
        self.outer = db.session.begin_nested()
        self.sent: list[tuple[Phone, Item]] = []
        self.undoings: list[tuple[Phone, Undo]] = []
        self.by_organiser: set[str] = set()
        self.walkers: dict[int, int] = {}
        self.people: dict[int, Registration] = {}
        self.numbers = 0

    @initialize(policy=st.sampled_from(EntryPolicy), all_out=st.sampled_from([None, 1, 16]), people=st.integers(1, 2))
    def open(self, policy: EntryPolicy, all_out: int | None, people: int) -> None:
        self.clock = now().replace(second=0, microsecond=0) - timedelta(days=2)
        enrolled_at = self.clock - timedelta(hours=1)
        self.event = self.make.event(starts_at=self.clock, ends_at=self.clock + timedelta(days=5))
        out_at = self.clock + timedelta(minutes=all_out) if all_out and policy is EntryPolicy.REENTRY else None
        self.checkpoint = self.make.checkpoint(self.event, policy=policy, all_out_at=out_at)
        self.door = Door(Rule(policy, out_at), enrolled_at)
        self.phones = [Phone(devices.enrol(devices.enrolment(self.event, "ประตู", grants, None, enrolled_at), at=enrolled_at)[0],
                             "force" in grants) for grants in GRANTS]
        self.organiser, self.stranger = self.make.user(), new_code()
        self.elsewhere = self.make.registration(self.make.event()).code
        for _ in range(people):
            self.know(self.make.registration(self.event))
        for phone in self.phones:
            phone.ask(self.door)

    # --- what happens in the house ---------------------------------------------------------------

    def know(self, registration: Registration) -> None:
        self.people[registration.id] = registration
        self.door.codes[registration.code] = registration.id, None

    def person(self, which: int) -> Registration:
        invited = [one for number, one in self.people.items() if number not in self.walkers.values()]
        return invited[which % len(invited)]

    @precondition(lambda self: len(self.people) < 3)
    @rule()
    def register(self) -> None:
        self.know(self.make.registration(self.event))

    @rule(which=WHICH)
    def cancel_or_confirm_again(self, which: int) -> None:
        person = self.person(which)
        self.clock += timedelta(seconds=1)
        if self.door.cancelled.pop(person.id, None):
            person.status, person.cancelled_at = RegistrationStatus.CONFIRMED, None
        else:
            person.status, person.cancelled_at = RegistrationStatus.CANCELLED, self.clock
            self.door.cancelled[person.id] = self.clock

    @precondition(lambda self: len(self.door.codes) < 6)
    @rule(which=WHICH)
    def substitute(self, which: int) -> None:
        """A colleague has the seat from now on, under another code."""
        person = self.person(which)
        self.clock += timedelta(seconds=1)
        db.session.add(RetiredCode(code=person.code, registration_id=person.id, retired_at=self.clock))
        self.door.codes[person.code] = person.id, self.clock
        person.code = new_code()
        self.door.codes[person.code] = person.id, None
        db.session.flush()

    @precondition(lambda self: self.door.rows)
    @rule(which=WHICH)
    def organiser_undoes(self, which: int) -> None:
        row = list(self.door.rows.values())[which % len(self.door.rows)]
        services.undo(db.session.scalars(select(Scan).where(Scan.device_id == row.device, Scan.nonce == row.nonce)).one(), self.organiser, self.clock)
        if not row.undone:
            row.undone = True
            self.by_organiser.add(row.key)

    # --- what happens at the door ----------------------------------------------------------------

    def nonce(self) -> str:
        self.numbers += 1
        return f"number-{self.numbers:04}"

    @rule(which=PHONES)
    def ask_what_is_new(self, which: int) -> None:
        self.phones[which].ask(self.door)

    @rule(attempts=ATTEMPTS)
    def people_come(self, attempts: list[tuple[Any, ...]]) -> None:
        for phone, which, ticket, direction, force, fault, minutes, online in attempts:
            self.clock += timedelta(minutes=minutes)
            item = Item(self.nonce(), self.code(which, ticket), direction, ScanSource.CAMERA, self.clock + fault)
            self.phones[phone].scan(item, self.door.rule, force)
            if online:
                self.send(phone, 200)

    @rule(attempts=ATTEMPTS)
    def more_people_come(self, attempts: list[tuple[Any, ...]]) -> None:
        """The same, that it may happen more often than the rest."""
        self.people_come(attempts)

    def code(self, which: int, ticket: str) -> str:
        if ticket == "stranger":
            return self.stranger
        if ticket == "elsewhere":
            return self.elsewhere
        person = list(self.people)[which % len(self.people)]
        codes = [code for code, (whose, _retired_at) in self.door.codes.items() if whose == person]
        return codes[0] if ticket == "old" else codes[-1]

    @rule(phone=PHONES, name=st.integers(0, 1), online=st.booleans())
    def walk_in(self, phone: int, name: int, online: bool) -> None:
        said = (f"ผู้มาเอง{name}", "ใจดี", "นาย", "", None, f"08123456{name}0", "")
        self.phones[phone].queue.append(WalkIn(self.nonce(), *said, self.clock))
        if online:
            self.send(phone, 200)

    @precondition(lambda self: self.own())
    @rule(which=WHICH)
    def undo(self, which: int) -> None:
        own = self.own()
        phone, row = own[which % len(own)]
        phone.undo(row, Undo(self.nonce(), row.nonce, self.clock))

    def own(self) -> list[tuple[Phone, Row]]:
        """Whom each phone let in itself."""
        return [(phone, row) for phone in self.phones for row in phone.log.values() if row.device == phone.device.id and row.admitted]

    def waiting(self) -> list[int]:
        return [number for number, phone in enumerate(self.phones) if phone.queue]

    @precondition(lambda self: self.waiting())
    @rule(which=WHICH, most=st.sampled_from([1, 2, 3, 200]), minutes=MINUTES, answered=st.booleans(), twice=st.booleans())
    def upload(self, which: int, most: int, minutes: int, answered: bool, twice: bool) -> None:
        self.clock += timedelta(minutes=minutes)
        waiting = self.waiting()
        self.send(waiting[which % len(waiting)], most, answered, 1 + twice)

    @precondition(lambda self: self.waiting())
    @rule(order=st.permutations(range(len(GRANTS))), minutes=MINUTES)
    def the_network_comes_back(self, order: list[int], minutes: int) -> None:
        self.clock += timedelta(minutes=minutes)
        for phone in order:
            self.send(phone, 200)
            self.phones[phone].ask(self.door)

    def send(self, phone: int, most: int, answered: bool = True, times: int = 1) -> None:
        """The oldest of the queue; when the answer is lost on its way, the same goes again later."""
        by = self.phones[phone]
        batch = [by.as_sent(kept, self.clock) for kept in by.queue[:most] for _ in range(times)]
        told = [answer for kind, group in groupby(batch, type) for answer in TAKE[kind](self, by, list(group))]
        for one, verdict in zip(batch, told, strict=True):
            if answered:
                by.settle(one.nonce, verdict)

    @precondition(lambda self: self.sent)
    @rule(which=WHICH, late=st.booleans())
    def send_again(self, which: int, late: bool) -> None:
        """What was sent before, and its number with another code."""
        phone, item = self.sent[which % len(self.sent)]
        self.take_scans(phone, [replace(item, offline=item.offline or late)])
        other = replace(item, code=next(code for code in self.door.codes if code != item.code) if len(self.door.codes) > 1 else self.elsewhere)
        if other.code != item.code:
            outcome = services.record(phone.device, self.checkpoint, [other], HOSTS, self.clock)[0]
            assert isinstance(outcome.fact, services.NonceReused) and outcome.person is None

    # --- how the server takes it -----------------------------------------------------------------

    def take_scans(self, phone: Phone, items: list[Item]) -> list[Verdict]:
        rows = [self.door.take(phone.device.id, item, self.door.codes.get(item.code, (None, None))[0], self.clock) for item in items]
        self.sent += [(phone, item) for item in items if (phone, item) not in self.sent]
        return self.recorded(phone, items, rows)

    def recorded(self, phone: Phone, items: list[Item], rows: list[Row]) -> list[Verdict]:
        told = []
        for row, outcome in zip(rows, services.record(phone.device, self.checkpoint, items, HOSTS, self.clock), strict=True):
            assert outcome.fact is None and outcome.verdict is not None
            if row.undone:
                assert outcome.verdict is Verdict.ANNULLED
            elif row.answer is Verdict.UNKNOWN:
                assert (outcome.verdict is Verdict.OK) == row.admitted, (row, outcome)
                row.answer = outcome.verdict
            else:
                assert outcome.verdict is row.answer
            told.append(outcome.verdict)
        return told

    def take_undoings(self, phone: Phone, group: list[Undo]) -> list[None]:
        for undo in group:
            self.undoings.append((phone, undo))
            try:
                services.undo_own(phone.device, undo.target, undo.claimed_at, self.clock)
                done = True
            except Refused:
                done = False
            assert done == self.door.undo(phone.device.id, undo)
        return [None] * len(group)

    def take_walk_ins(self, phone: Phone, group: list[WalkIn]) -> list[Verdict]:
        told = []
        for one in group:
            person = walkins.admit(phone.device, self.checkpoint, one, self.clock)
            name = int(one.phone[-2])
            if self.walkers.setdefault(name, person.id) == person.id and person.id not in self.people:
                self.know(person)
            assert self.walkers[name] == person.id, "one person, however often and by however many phones"
            item = Item(one.nonce, "", Direction.IN, ScanSource.WALK_IN, one.claimed_at, offline=one.offline, registration_id=person.id)
            told += self.recorded(phone, [item], [self.door.take(phone.device.id, item, person.id, self.clock)])
        return told

    # --- what is true after each step ------------------------------------------------------------

    @invariant()
    def every_attempt_is_stored_once_with_its_first_answer(self) -> None:
        stored = db.session.execute(select(Scan.device_id, Scan.nonce, Scan.registration_id, Scan.verdict, Scan.judged_at, Scan.undone_at)
                                    .where(Scan.event_id == self.event.id)).all()
        theirs = sorted((f"{row.device_id}:{row.nonce}", row.verdict, row.judged_at, row.undone_at is not None) for row in stored)
        assert theirs == sorted((key, row.answer.value, row.at, row.undone) for key, row in self.door.rows.items())
        whose = {f"{row.device_id}:{row.nonce}": row.registration_id for row in stored}
        assert all(whose[key] == row.person for key, row in self.door.rows.items() if row.person)

    @invariant()
    def attendance_is_what_the_model_says(self) -> None:
        model, rows = self.door.rule, self.door.rows.values()
        logs = {person: standing(rows, person) for person in self.people}
        came = {person for person, log in logs.items() if any(row.direction is Direction.IN for row in log)}
        assert set(db.session.scalars(queries.attended(self.event))) == came
        present = {person for person, log in logs.items() if model.counts(log, now())}
        assert queries.counts(self.event, self.checkpoint).present == len(present)
        assert set(db.session.scalars(queries.inside(model.policy), queries.of(self.checkpoint))) == present
        for person, derived in self.derived().items():
            log = logs[person]
            assert derived.conflicts == model.conflicts(log)
            assert derived.present == model.inside(log, now())
            assert derived.first_in == min((row.at for row in log if row.direction is Direction.IN), default=None)

    def derived(self) -> dict[int, Any]:
        known = read(self.phones[0].device, self.checkpoint, (), (), list(self.people))
        return {person: attendance(known.past[person], self.door.rule.policy.value, self.door.rule.all_out) for person in self.people}

    # --- and at the end --------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            if self.people:
                self.tell_it_all_in_another_order()
        finally:
            self.outer.rollback()
            db.session.expunge_all()

    def tell_it_all_in_another_order(self) -> None:
        before = self.derived(), queries.counts(self.event, self.checkpoint)
        db.session.execute(delete(Scan).where(Scan.event_id == self.event.id))
        rows = list(self.door.rows.values())
        random.Random(len(rows)).shuffle(rows)
        phones = {phone.device.id: phone for phone in self.phones}
        for row in rows:
            services.record(phones[row.device].device, self.checkpoint, [self.as_it_happened(row)], HOSTS, self.received(row))
        for row in db.session.scalars(select(Scan).where(Scan.event_id == self.event.id)):
            if f"{row.device_id}:{row.nonce}" in self.by_organiser:
                services.undo(row, self.organiser, self.clock)
        for phone, undo in reversed(self.undoings):
            with suppress(services.TooLateToUndo):
                services.undo_own(phone.device, undo.target, undo.claimed_at, self.clock)
        assert (self.derived(), queries.counts(self.event, self.checkpoint)) == before

    def as_it_happened(self, row: Row) -> Item:
        """The attempt as a phone would tell it that heard the answer but whose server had lost it."""
        if row.item.offline:
            return row.item
        return replace(row.item, offline=True, shown=row.answer, forced=row.item.forced and row.admitted)

    def received(self, row: Row) -> datetime:
        """A wrong clock makes the time of arrival the effective one; so it has to arrive then."""
        return self.clock if row.at == row.item.claimed_at else row.received


TAKE: dict[type, Callable[..., Any]] = {Item: DoorMachine.take_scans, Undo: DoorMachine.take_undoings, WalkIn: DoorMachine.take_walk_ins}


@pytest.mark.usefixtures("app")
def test_phones_and_organisers_in_any_order(make: Factory, app: Flask) -> None:
    run_state_machine_as_test(lambda: DoorMachine(make), settings=settings(
        max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)))
