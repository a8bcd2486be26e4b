"""Seats of categories and sessions as organisers set them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from blueprints.events import parts, rules, services
from models import Event, EventSession, RegistrationStatus, SessionChoice, db
from tests.factories import Factory
from tests.unit.events.test_rules import END, START, category, details, facts, session
from tests.unit.events.test_services import same


def bookable(event: Event, **given: object) -> EventSession:
    start = event.starts_at
    one = EventSession(**({"event_id": event.id, "title_th": "ห้อง", "starts_at": start, "ends_at": start + timedelta(hours=1),
                           "bookable": True} | given))
    db.session.add(one)
    db.session.flush()
    db.session.refresh(event, ["sessions"])
    return one


def kept(one: EventSession, **given: object) -> rules.SessionDetails:
    return session(**({"id": one.id, "starts_at": one.starts_at, "ends_at": one.ends_at, "bookable": one.bookable,
                       "capacity": one.capacity} | given))


@pytest.mark.parametrize(("wrong", "expected"), [
    ({"changes_until": END + timedelta(minutes=1)}, (rules.ChangesTooLate, "changes_day")),
    ({"names_until": END + timedelta(minutes=1)}, (rules.NamesTooLate, "names_day")),
    ({"sessions": (session(2, capacity=5),)}, (rules.SeatsOfAll, "sessions-2-capacity")),
])
def test_each_rule_names_its_field(wrong: dict[str, object], expected: tuple[type, str]) -> None:
    assert facts(details(**wrong)) == [expected]


def test_deadlines_may_be_the_end_itself() -> None:
    assert facts(details(changes_until=END, names_until=START, sessions=(session(bookable=True, capacity=5),))) == []


def test_every_setting_is_kept(make: Factory) -> None:
    event = make.event(starts_at=START, ends_at=END)
    given = {"per_organisation": 2, "group_size": 1, "waitlist": True, "offer_hours": 48, "changes_until": START, "names_until": END}
    rows = (category(0, "แขก", hidden=True, approval=True, capacity=3),)
    services.update_event(event, same(event, **given, categories=rows, sessions=(session(bookable=True, capacity=9),)), event.version)
    db.session.expire_all()
    assert {name: getattr(event, name) for name in given} == given
    assert [(one.hidden, one.approval, one.capacity) for one in event.categories if one.name_th == "แขก"] == [(True, True, 3)]
    assert [(one.bookable, one.capacity) for one in event.sessions] == [(True, 9)]


def test_what_was_overbooked_needs_no_room(make: Factory) -> None:
    event = make.event(capacity=10, taken=12, overbooked=2)
    with pytest.raises(parts.BelowTaken) as refused:
        services.update_event(event, same(event, capacity=9), event.version)
    assert all(figure in str(refused.value.message) for figure in ("12", "2", "10"))
    services.update_event(event, same(event, capacity=10), event.version)
    assert event.capacity == 10


def test_two_categories_swap_their_names(make: Factory) -> None:
    event = make.event()
    make.category(event)
    first, second = event.categories
    before = (first.name_th, second.name_th)
    rows = (category(0, before[1], id=first.id), category(1, before[0], id=second.id))
    services.update_event(event, same(event, categories=rows), event.version)
    db.session.expire_all()
    assert (second.name_th, first.name_th) == before


def test_a_category_with_reserved_seats_stays(make: Factory) -> None:
    event = make.event()
    event.categories[0].taken = 2
    db.session.flush()
    rows = (category(0, id=event.categories[0].id, remove=True), category(1, "ใหม่"))
    with pytest.raises(parts.CategoryInUse):
        services.update_event(event, same(event, categories=rows), event.version)


def test_a_session_keeps_the_seats_that_are_taken(make: Factory) -> None:
    event = make.event(starts_at=START, ends_at=END)
    one = bookable(event, capacity=8, taken=6)
    with pytest.raises(parts.BelowTaken) as refused:
        services.update_event(event, same(event, sessions=(kept(one, row=3, capacity=5),)), event.version)
    assert refused.value.field == "sessions-3-capacity" and "6" in str(refused.value.message)
    services.update_event(event, same(event, sessions=(kept(one, capacity=6),)), event.version)
    assert one.capacity == 6


def test_nobody_is_moved_into_two_places(make: Factory) -> None:
    event = make.event(starts_at=START, ends_at=END)
    first, second = bookable(event), bookable(event, starts_at=START + timedelta(hours=2), ends_at=START + timedelta(hours=3))
    person, gone = make.registration(event), make.registration(event, status=RegistrationStatus.CANCELLED)
    db.session.add_all([SessionChoice(registration_id=one.id, session_id=each.id) for one in (person, gone) for each in (first, second)])
    db.session.flush()
    rows = (kept(first), kept(second, row=1, starts_at=START + timedelta(minutes=30)))
    with pytest.raises(parts.BothChosen) as refused:
        services.update_event(event, same(event, sessions=rows), event.version)
    assert refused.value.field == "sessions-1-starts" and "1" in str(refused.value.message)
    services.update_event(event, same(event, sessions=(kept(first), kept(second, starts_at=START + timedelta(hours=1)))), event.version)


def test_a_session_that_only_leavers_chose_may_go(make: Factory) -> None:
    event = make.event(starts_at=START, ends_at=END)
    one = bookable(event)
    gone = make.registration(event, status=RegistrationStatus.CANCELLED)
    db.session.add(SessionChoice(registration_id=gone.id, session_id=one.id))
    db.session.flush()
    services.update_event(event, same(event, sessions=(kept(one, remove=True),)), event.version)
    db.session.refresh(event)
    assert event.sessions == []


@pytest.mark.parametrize(("change", "field"), [({"remove": True}, "sessions-0-remove"), ({"bookable": False}, "sessions-0-bookable")])
def test_a_chosen_session_stays_to_be_chosen(make: Factory, change: dict[str, bool], field: str) -> None:
    event = make.event(starts_at=START, ends_at=END)
    one = bookable(event)
    db.session.add(SessionChoice(registration_id=make.registration(event).id, session_id=one.id))
    db.session.flush()
    with pytest.raises(parts.SessionChosen) as refused:
        services.update_event(event, same(event, sessions=(kept(one, **change),)), event.version)
    assert refused.value.field == field
