"""Whatever organisers and visitors do with codes in whatever order, held seats and people's seats are what the counters say."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from blueprints.registration import approval, code_changes, codes, seats, services, tasks
from blueprints.registration.code_changes import CodeDetails
from blueprints.registration.details import Details, RegisterCommand
from core.errors import Refused
from core.transaction import transaction
from models import AccessCode, Event, HistoryEntry, Registration, RegistrationStatus, db, now
from tests.factories import Factory

VERBS = ["create", "create", "change", "redeem", "redeem", "redeem", "register", "cancel", "revoke", "lapse", "decline", "approve", "extend"]
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 3), st.integers(0, 3), st.integers(1, 4), st.booleans()), min_size=6, max_size=30)


class World:
    """An event with three categories, one with few seats and one hidden, both on approval; nobody waits, so freed seats stay free."""

    def __init__(self, make: Factory, capacity: int, share: int) -> None:
        self.event: Event = make.event(capacity=capacity, starts_at=now() + timedelta(days=3))
        make.category(self.event, capacity=share, approval=True)
        make.category(self.event, hidden=True, approval=True)
        db.session.commit()
        self.people = 0

    def codes(self) -> list[AccessCode]:
        return list(db.session.scalars(select(AccessCode).where(AccessCode.event_id == self.event.id).order_by(AccessCode.id)))

    def registrations(self) -> list[Registration]:
        return list(db.session.scalars(select(Registration).where(Registration.event_id == self.event.id).order_by(Registration.id)))

    def step(self, verb: str, which: int, category: int, number: int, reserves: bool) -> None:
        """One deed; a fact that stops it is part of life."""
        try:
            with transaction():
                self._step(verb, which, category, number, reserves)
        except Refused:
            pass
        if verb == "lapse":
            tasks.let_codes_lapse()

    def _step(self, verb: str, which: int, category: int, number: int, reserves: bool) -> None:
        chosen = self.event.categories[category % 3]
        mine, people = self.codes(), self.registrations()
        code = mine[which % len(mine)] if mine else None
        person = people[which % len(people)] if people else None
        details = CodeDetails("", None if category == 3 else chosen.id, number, reserves, None)
        if verb == "create":
            code_changes.create(self.event, details)
        elif verb == "register" or (verb == "redeem" and code):
            self.people += 1
            wanted = code.category_id if verb == "redeem" and code and number > 1 else None
            services.register(self.event, RegisterCommand(Details(
                wanted or chosen.id, f"คน{self.people}"), access_code=code.code if verb == "redeem" and code else ""))
        elif verb in ("change", "extend") and code:
            values = vars(details) | {"expires_at": now() + timedelta(hours=1) if verb == "extend" else None}
            code_changes.change(code, CodeDetails(**values), code_changes.fingerprint(code))
        elif verb in ("revoke", "decline") and code:
            getattr(code_changes, verb)(code)
        elif verb == "lapse" and code:
            db.session.execute(update(AccessCode).where(AccessCode.id == code.id).values(expires_at=now() - timedelta(minutes=1)))
        elif verb == "cancel" and person:
            services.cancel(person)
        elif verb == "approve" and person:
            approval.approve(person)

    def check(self) -> None:
        """What the brief of the tables says: a good code that reserves counts with all its uses, and everyone else by head."""
        db.session.expire_all()
        mine, people = self.codes(), self.registrations()
        good = {code.id: code for code in mine if codes.reserves_seat(code)}
        heads = [one for one in people if one.status in seats.HOLDING and one.access_code_id not in good]
        assert self.event.taken == len(heads) + sum(code.max_uses for code in good.values())
        for category in self.event.categories:
            by_head = [one for one in people if one.status in seats.HOLDING and one.category_id == category.id
                       and (one.access_code_id not in good or good[one.access_code_id].category_id is None)]
            assert category.taken == len(by_head) + sum(code.max_uses for code in good.values() if code.category_id == category.id)
        for counted in (self.event, *self.event.categories):
            assert counted.overbooked == 0 and (counted.capacity is None or 0 <= counted.taken <= counted.capacity)
        for code in mine:
            assert code.uses == sum(one.access_code_id == code.id and one.status != RegistrationStatus.CANCELLED for one in people) <= code.max_uses
            assert not code.declined_at or (code.revoked_at and code.uses == 0)
        deeds = db.session.scalar(select(func.count(HistoryEntry.id)).where(
            HistoryEntry.event_id == self.event.id, HistoryEntry.verb == "code.created"))
        assert deeds == len(mine)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, capacity=st.integers(0, 6), share=st.integers(0, 3))
def test_held_seats_and_heads_are_what_is_taken(app: Flask, make: Factory, steps: list[tuple[str, int, int, int, bool]], capacity: int,
                                                share: int) -> None:
    world = World(make, capacity, share)
    for step in steps:
        world.step(*step)
        world.check()
