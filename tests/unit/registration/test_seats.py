"""Whatever people do in whatever order, the counters are the rows, no bound is passed and nobody is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from blueprints.registration import approval, changes, code_changes, seats, services, waitlist
from blueprints.registration.details import Details, RegisterCommand
from core.errors import Refused
from core.transaction import transaction
from models import (
    AccessCode,
    Category,
    DataRequest,
    Event,
    EventSession,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    RequestKind,
    SessionChoice,
    db,
    now,
)
from tests.factories import Factory

VERBS = ["register", "register", "register", "staff", "overbook", "cancel", "update", "accept", "decline", "lapse", "approve", "reject",
         "offer", "substitute", "event_capacity", "category_capacity", "session_capacity", "with_code", "revoke_code", "sweep"]
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 5), st.integers(0, 2), st.integers(0, 3)), max_size=25)


class World:
    """An event with three categories (one decides on approval), two parallel sessions, a waitlist and a code that reserves."""

    def __init__(self, make: Factory, capacity: int, share: int, per_organisation: int | None) -> None:
        self.event = make.event(capacity=capacity, waitlist=True, per_organisation=per_organisation, starts_at=now() + timedelta(days=3))
        make.category(self.event, capacity=share)
        make.category(self.event, approval=True)
        start = self.event.starts_at
        self.sessions = [make.session(self.event, starts_at=start, ends_at=start + timedelta(hours=1), bookable=True, capacity=1 + n)
                         for n in range(2)]
        reserved = min(1, capacity)
        if reserved:
            self.code = make.access_code(self.event, code="VIP", category_id=self.event.categories[0].id, reserves=True)
            self.event.taken += 1
            self.event.categories[0].taken += 1
        db.session.commit()
        self.made = 0

    def of(self, person: int) -> Registration | None:
        return db.session.scalar(select(Registration).where(Registration.event_id == self.event.id, Registration.email == f"p{person}@example.org")
                                 .order_by(Registration.id.desc()).limit(1))

    def step(self, verb: str, person: int, which: int, number: int) -> None:
        """One step of somebody; a fact that stops it is part of life."""
        try:
            with transaction():
                self._step(verb, person, which, number)
        except Refused:
            pass

    def _step(self, verb: str, person: int, which: int, number: int) -> None:
        details = Details(self.event.categories[which].id, f"คน{person}", organisation_name=f"กิจการ {person % 2}",
                          email=f"p{person}@example.org", session_ids=(self.sessions[number].id,) if number < 2 else ())
        mine = self.of(person)
        if verb in ("register", "staff", "overbook", "with_code"):
            services.register(self.event, RegisterCommand(
                details, join_waitlist=number != 3, overbook=verb == "overbook", access_code="VIP" if verb == "with_code" else "",
                source=RegistrationSource.ONLINE if verb in ("register", "with_code") else RegistrationSource.STAFF))
        elif verb == "event_capacity":
            self._lower(Event, self.event.id, number)
        elif verb == "category_capacity":
            self._lower(Category, self.event.categories[1].id, number)
        elif verb == "session_capacity":
            self._lower(EventSession, self.sessions[which % 2].id, number)
        elif verb == "revoke_code":
            self._revoke()
        elif verb == "sweep":
            seats.lock(self.event.id)
            waitlist.pass_on(self.event)
        elif mine:
            self._act(verb, mine, details, number)

    def _act(self, verb: str, mine: Registration, details: Details, number: int) -> None:
        if verb == "lapse":
            db.session.execute(update(Registration).where(Registration.id == mine.id, Registration.offer_expires_at.is_not(None))
                               .values(offer_expires_at=now() - timedelta(minutes=1)))
        acts: dict[str, Any] = {
            "cancel": lambda: services.cancel(mine), "update": lambda: services.update_details(mine, details, mine.version, by_organiser=True),
            "accept": lambda: waitlist.accept(mine), "decline": lambda: waitlist.decline(mine), "lapse": lambda: waitlist.lapse(mine),
            "approve": lambda: approval.approve(mine, overbook=number == 3), "reject": lambda: approval.reject(mine, "ไม่ตรงกลุ่มเป้าหมาย"),
            "offer": lambda: waitlist.offer(mine),
            "substitute": lambda: changes.substitute(mine, Details(mine.category_id, f"แทน{number}", email=mine.email), mine.version)}
        acts[verb]()

    def _lower(self, table: Any, row_id: int, capacity: int) -> None:
        db.session.execute(update(table).where(table.id == row_id, table.taken <= capacity + table.overbooked).values(capacity=capacity))
        db.session.expire_all()

    def _revoke(self) -> None:
        if code := db.session.scalar(select(AccessCode).where(AccessCode.event_id == self.event.id)):
            code_changes.revoke(code)

    def check(self) -> None:
        """The invariants of `seats`."""
        db.session.expire_all()
        rows = db.session.scalars(select(Registration).where(Registration.event_id == self.event.id)).all()
        code = db.session.scalar(select(AccessCode).where(AccessCode.event_id == self.event.id, AccessCode.revoked_at.is_(None)))
        by_code = [r for r in rows if code and r.access_code_id == code.id and r.status != RegistrationStatus.CANCELLED]
        holding = [r for r in rows if r.status in seats.HOLDING and r not in by_code]
        held = code.max_uses if code else 0
        assert self.event.taken == len(holding) + held
        for category in self.event.categories:
            own = held if code and code.category_id == category.id else 0
            assert category.taken == sum(r.category_id == category.id for r in holding) + own
        for session in self.sessions:
            assert session.taken == db.session.scalar(select(func.count()).select_from(SessionChoice).join(
                Registration, Registration.id == SessionChoice.registration_id).where(
                SessionChoice.session_id == session.id, Registration.status.in_(seats.HOLDING)))
        for counted in (self.event, *self.event.categories, *self.sessions):
            assert counted.capacity is None or counted.taken <= counted.capacity + counted.overbooked
            assert 0 <= counted.overbooked <= counted.taken
        assert not code or code.uses == len(by_code) <= code.max_uses
        assert sum(counted.overbooked for counted in (self.event, *self.event.categories, *self.sessions)) == 0 or self.overbooked_once
        assert all(r.waitlisted_at for r in rows if r.status == RegistrationStatus.WAITLISTED)
        assert all(r.offer_expires_at for r in rows if r.status == RegistrationStatus.NOT_CONFIRMED)

    overbooked_once = False


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, capacity=st.integers(0, 4), share=st.integers(0, 3), per_organisation=st.sampled_from([None, 1, 2]))
def test_counters_are_rows(app: Flask, make: Factory, steps: list[tuple[str, int, int, int]], capacity: int, share: int,
                           per_organisation: int | None) -> None:
    world = World(make, capacity, share, per_organisation)
    known = 0
    for verb, person, which, number in steps:
        world.overbooked_once |= verb == "overbook" or (verb == "approve" and number == 3)
        world.step(verb, person, which, number)
        world.check()
        rows = db.session.scalar(select(func.count(Registration.id)).where(Registration.event_id == world.event.id)) or 0
        assert rows >= known, "nobody is lost"
        known = rows


def test_constraint_behind_the_guard(make: Factory) -> None:
    event = make.event(capacity=1)
    make.registration(event)
    with pytest.raises(Refused) as refused, transaction():
        event.taken = 2
    assert refused.value.name == "ck_event_not_oversold"  # type: ignore[attr-defined]


def test_staff_may_after_closing_but_not_beyond_capacity(make: Factory) -> None:
    event = make.event(capacity=1, status="closed")
    category = event.categories[0]
    services.register(event, RegisterCommand(Details(category.id, "หนึ่ง"), source=RegistrationSource.STAFF))
    with pytest.raises(seats.EventFull):
        services.register(event, RegisterCommand(Details(category.id, "สอง"), source=RegistrationSource.STAFF))


def test_overbooking_is_counted_and_forgotten_when_someone_leaves(make: Factory) -> None:
    event = make.event(capacity=1)
    category = event.categories[0]
    first = make.registration(event)
    second = services.register(event, RegisterCommand(Details(category.id, "สอง"), source=RegistrationSource.STAFF, overbook=True))
    assert (event.taken, event.overbooked, second.overbooked) == (2, 1, True)
    services.cancel(first)
    assert (event.taken, event.overbooked) == (1, 0)
    with pytest.raises(seats.EventFull):
        services.register(event, RegisterCommand(Details(category.id, "สาม")))


def test_a_correction_keeps_what_it_does_not_know_and_is_on_record(make: Factory) -> None:
    one = make.registration(staff_note="รถเข็น", certificate_name="ชื่อบนเกียรติบัตร")
    for by_organiser in (True, False, False):
        with transaction():
            details = Details(category_id=one.category_id, first_name="กา" if by_organiser else "เอก", email=one.email)
            services.update_details(one, details, one.version, by_organiser=by_organiser)
    assert [made.kind for made in db.session.scalars(select(DataRequest))] == [RequestKind.CORRECT], "an organiser's is none, nor no change"
    assert (one.staff_note, one.certificate_name, one.first_name) == ("รถเข็น", "ชื่อบนเกียรติบัตร", "เอก")
