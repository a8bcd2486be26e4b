"""Whatever people do in whatever order, the counters are the rows and never pass the capacity."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from blueprints.registration import services
from blueprints.registration.services import Details, RegisterCommand
from core.errors import Refused
from core.transaction import transaction
from models import Category, Event, Registration, RegistrationSource, RegistrationStatus, db
from tests.factories import Factory

STEPS = st.lists(st.tuples(st.sampled_from(["register", "cancel", "update"]), st.integers(0, 4), st.integers(0, 1)), max_size=14)


def act(event: Event, verb: str, person: int, category: Category) -> None:
    """One step of somebody; a fact that stops it is part of life."""
    details = Details(category_id=category.id, first_name=f"คน{person}", email=f"p{person}@example.org")
    mine = db.session.scalar(select(Registration).where(Registration.event_id == event.id, Registration.email == details.email)
                             .order_by(Registration.id.desc()).limit(1))
    try:
        with transaction():
            if verb == "register":
                services.register(event, RegisterCommand(details, source=RegistrationSource.STAFF))
            elif mine and verb == "cancel":
                services.cancel(mine)
            elif mine:
                services.update_details(mine, details, mine.version)
    except Refused:
        pass


def held(event: Event, category: Category | None = None) -> int:
    """Rows that hold a seat."""
    query = select(func.count(Registration.id)).where(Registration.event_id == event.id,
                                                      Registration.status == RegistrationStatus.CONFIRMED)
    return db.session.scalar(query.where(Registration.category_id == category.id) if category else query) or 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, capacity=st.integers(0, 4), share=st.integers(0, 3))
def test_counters_are_rows(app: Flask, make: Factory, steps: list[tuple[str, int, int]], capacity: int, share: int) -> None:
    event = make.event(capacity=capacity)
    make.category(event, capacity=share)
    db.session.commit()
    for verb, person, which in steps:
        act(event, verb, person, event.categories[which])
        assert event.taken == held(event) <= capacity
        assert [c.taken for c in event.categories] == [held(event, c) for c in event.categories]
        assert event.categories[1].taken <= share


def test_constraint_behind_the_guard(make: Factory) -> None:
    event = make.event(capacity=1)
    make.registration(event)
    with pytest.raises(Refused) as refused, transaction():
        event.taken = 2
    assert refused.value.name == "ck_event_not_oversold"  # type: ignore[attr-defined]


def test_staff_may_after_closing_but_not_beyond_capacity(make: Factory) -> None:
    event = make.event(capacity=1, status="closed")
    for person in range(2):
        act(event, "register", person, event.categories[0])
    assert held(event) == event.taken == 1


def test_a_correction_keeps_what_it_does_not_know(make: Factory) -> None:
    one = make.registration(staff_note="รถเข็น", certificate_name="ชื่อบนเกียรติบัตร")
    with transaction():
        services.update_details(one, Details(category_id=one.category_id, first_name="เอก", email=one.email), one.version)
    assert (one.staff_note, one.certificate_name, one.first_name) == ("รถเข็น", "ชื่อบนเกียรติบัตร", "เอก")
