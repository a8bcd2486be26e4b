"""What people see of events."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from blueprints.events import queries
from blueprints.events.queries import RegistrationPhase as Phase
from models import Event, EventStatus, Host, RegistrationStatus, Role, db, now
from tests.factories import Factory

AT = now()


def event(make: Factory, **given: object) -> Event:
    morning = (AT + timedelta(days=2)).replace(hour=2, minute=0)  # 9:00 in Thailand: no session crosses midnight
    return make.event(**({"starts_at": morning} | given))


def state(one: Event, at: datetime = AT) -> tuple[Phase, datetime | None]:
    found = queries.registration_state(one, at)
    return found.phase, found.changes_at


def test_it_opens_closes_and_ends_at_its_moments(make: Factory) -> None:
    opens, closes = AT + timedelta(hours=1), AT + timedelta(hours=2)
    one = event(make, registration_opens_at=opens, registration_closes_at=closes)
    assert state(one) == (Phase.NOT_YET, opens)
    assert state(one, opens) == (Phase.OPEN, closes)
    assert state(one, closes) == (Phase.CLOSED, one.ends_at)
    assert state(one, one.ends_at) == (Phase.FINISHED, None)


def test_without_a_closing_time_it_is_open_until_the_end(make: Factory) -> None:
    one = event(make)
    assert state(one, one.ends_at - timedelta(seconds=1)) == (Phase.OPEN, one.ends_at)


@pytest.mark.parametrize(("status", "phase"), [
    (EventStatus.DRAFT, Phase.NOT_YET), (EventStatus.CLOSED, Phase.CLOSED), (EventStatus.CANCELLED, Phase.CANCELLED),
    (EventStatus.FINISHED, Phase.FINISHED)])
def test_the_status_has_its_say(make: Factory, status: EventStatus, phase: Phase) -> None:
    assert state(event(make, status=status))[0] == phase


def test_full_by_the_event_or_by_every_category(make: Factory) -> None:
    assert state(event(make, capacity=2, taken=2))[0] == Phase.FULL
    one = event(make)
    one.categories[0].capacity, one.categories[0].taken = 1, 1
    assert state(one)[0] == Phase.FULL
    make.category(one)
    assert state(one)[0] == Phase.OPEN


def test_seats_left_is_the_tighter_limit(make: Factory) -> None:
    one = event(make, capacity=5, taken=2)
    first = one.categories[0]
    assert (queries.seats_left(one), queries.seats_left(one, first)) == (3, 3)
    first.capacity = 1
    assert (queries.seats_left(one), queries.seats_left(one, first)) == (1, 1)
    one.capacity, first.capacity = None, None
    assert (queries.seats_left(one), queries.seats_left(one, first)) == (None, None)


def test_the_list_has_the_next_first_then_the_latest_past(make: Factory) -> None:
    later, soon = event(make, starts_at=AT + timedelta(days=9)), event(make)
    old, recent = event(make, starts_at=AT - timedelta(days=90)), event(make, starts_at=AT - timedelta(days=3))
    event(make, status=EventStatus.DRAFT)
    event(make, status=EventStatus.CANCELLED, published_at=None)
    assert list(db.session.scalars(queries.public_list(AT))) == [soon, later, recent, old]


def test_people_see_the_events_of_their_roles(make: Factory) -> None:
    user, programme = make.user(), make.programme()
    by_event, by_programme, foreign = make.event(), make.event(programme), make.event()
    make.grant(user, Role.VIEWER, by_event)
    make.grant(user, Role.OWNER, programme)
    assert set(db.session.scalars(queries.visible_to(user))) == {by_event, by_programme}
    assert foreign in db.session.scalars(queries.visible_to(make.admin())).all()


def test_hidden_categories_have_no_say_in_public(make: Factory) -> None:
    one = event(make, capacity=50)
    shown = one.categories[0]
    shown.capacity, shown.taken = 2, 2
    hidden = make.category(one, hidden=True, capacity=10)
    assert (state(one)[0], queries.seats_left(one), queries.seats_left(one, hidden)) == (Phase.FULL, 0, 10)
    shown.hidden = True
    assert (state(one)[0], queries.seats_left(one)) == (Phase.OPEN, 10)


def test_own_hosts_stand_before_the_programme_s(make: Factory) -> None:
    one = make.event()
    ours = make.host(one.programme)
    assert queries.hosts_of_event(one) == [ours]
    own = Host(event_id=one.id, organisation_id=make.organisation().id)
    db.session.add(own)
    db.session.flush()
    db.session.expire_all()
    assert queries.hosts_of_event(queries.by_slug(one.slug)) == [own]
    assert one.programme.hosts == [ours]


def test_those_who_hold_a_seat_or_hope_for_one_and_gave_an_address_are_told(make: Factory) -> None:
    one = make.event()
    make.registration(one)
    make.registration(one, email="")
    make.registration(one, status=RegistrationStatus.WAITLISTED)
    make.registration(one, status=RegistrationStatus.CANCELLED)
    assert queries.people_to_tell(one) == 2
    assert queries.registration_counts(one) == {
        RegistrationStatus.CONFIRMED: 2, RegistrationStatus.WAITLISTED: 1, RegistrationStatus.CANCELLED: 1}


def test_the_agenda_is_by_thai_day(make: Factory) -> None:
    from models import EventSession

    one = event(make)
    for hour in (16, 18):  # 23:00 and, after midnight in Thailand, 01:00
        start = datetime(2020, 7, 17, hour, tzinfo=AT.tzinfo)
        db.session.add(EventSession(event_id=one.id, title_th="ช่วง", starts_at=start, ends_at=start + timedelta(minutes=30)))
    db.session.flush()
    assert [day.day for day, _sessions in queries.agenda(one)] == [17, 18]


def test_sessions_that_begin_together_run_side_by_side(make: Factory) -> None:
    one = event(make)
    half = one.starts_at + timedelta(minutes=30)
    first, second = make.session(one, room="A", ends_at=half), make.session(one, room="B", position=1)
    third = make.session(one, starts_at=half)
    assert [slots for _day, slots in queries.agenda(one)] == [[[first, second], [third]]]


def test_the_list_of_checks_knows_what_is_missing(make: Factory) -> None:
    bare = make.event(status=EventStatus.DRAFT, place_th="", contact_email="", title_en="", starts_at=AT - timedelta(days=1))
    assert [check.done for check in queries.checklist(bare, AT)] == [False, True, False, False, False, False, False, False]
    assert [check.needed for check in queries.checklist(bare, AT)].count(True) == 2
