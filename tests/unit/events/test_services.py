"""What organisers do with events, in the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from blueprints.events import parts, rules, services
from core.errors import ChangedMeanwhile, Refused
from core.transaction import transaction
from models import Event, EventSession, EventStatus, db, now
from tests.factories import Factory
from tests.unit.events.test_rules import START, category, details, session


def same(event: Event, **given: Any) -> rules.EventDetails:
    """The event's own details, with some others."""
    rows = tuple(category(row, one.name_th, id=one.id, capacity=one.capacity) for row, one in enumerate(event.categories))
    return details(**({"starts_at": event.starts_at, "ends_at": event.ends_at, "slug": event.slug, "categories": rows} | given))


def test_create_makes_a_draft(make: Factory) -> None:
    author = make.user()
    event = services.create(make.programme(), details(title_en="Closing meeting", sessions=(session(),)), author)
    assert (event.status, event.slug, event.created_by_id) == (EventStatus.DRAFT, "2020-07-17-closing-meeting", author.id)
    assert [one.name_th for one in event.categories] == ["ผู้เข้าร่วม"]
    assert [one.starts_at for one in event.sessions] == [START]


def test_two_events_of_one_title_and_day_get_two_addresses(make: Factory) -> None:
    first, second = (services.create(make.programme(), details(title_en="Closing meeting")) for _number in range(2))
    assert first.slug != second.slug
    with pytest.raises(services.SlugTaken):
        services.create(make.programme(), details(slug=first.slug))


def test_wrong_details_leave_nothing_behind(make: Factory) -> None:
    programme = make.programme()
    with pytest.raises(rules.Unfit), transaction():
        services.create(programme, details(ends_at=START))
    assert db.session.scalar(select(func.count()).where(Event.programme_id == programme.id)) == 0


def test_the_second_of_two_organisers_is_told(make: Factory) -> None:
    event = make.event()
    seen = event.version
    services.update_event(event, same(event, title_th="หนึ่ง"), seen)
    with pytest.raises(ChangedMeanwhile):
        services.update_event(event, same(event, title_th="สอง"), seen)
    assert (event.title_th, event.version) == ("หนึ่ง", seen + 1)


def test_capacity_is_compared_with_the_seats_taken_at_that_moment(make: Factory) -> None:
    event = make.event(capacity=10)
    assert event.taken == 0  # what this session has read
    db.session.execute(update(Event).where(Event.id == event.id).values(taken=7).execution_options(synchronize_session=False))
    with pytest.raises(parts.BelowTaken) as refused:
        services.update_event(event, same(event, capacity=6), event.version)
    assert refused.value.field == "capacity" and "7" in str(refused.value.message)


def test_capacity_may_fall_to_what_is_taken(make: Factory) -> None:
    event = make.event(capacity=10, taken=7)
    services.update_event(event, same(event, capacity=7), event.version)
    assert event.capacity == 7


def test_a_category_keeps_its_seats_too(make: Factory) -> None:
    event = make.event()
    one = event.categories[0]
    one.taken = 3
    db.session.flush()
    with pytest.raises(parts.BelowTaken) as refused:
        services.update_event(event, same(event, categories=(category(4, id=one.id, capacity=2),)), event.version)
    assert refused.value.field == "categories-4-capacity"


def test_categories_are_added_renamed_and_removed(make: Factory) -> None:
    event = make.event()
    make.category(event, name_th="ดิจิทัล")
    first, second = event.categories
    # A new one may take the name of one that goes.
    rows = (category(0, "หน่วยงาน", id=first.id), category(1, "ดิจิทัล", id=second.id, remove=True), category(2, "ดิจิทัล", capacity=5))
    services.update_event(event, same(event, categories=rows), event.version)
    db.session.refresh(event)
    assert [(one.name_th, one.capacity) for one in event.categories] == [("หน่วยงาน", None), ("ดิจิทัล", 5)]
    assert event.categories[0].id == first.id


def test_a_category_with_registrations_stays(make: Factory) -> None:
    event = make.event()
    used = make.registration(event).category
    rows = (category(0, id=used.id, remove=True), category(1, "ใหม่"))
    with pytest.raises(parts.CategoryInUse) as refused:
        services.update_event(event, same(event, categories=rows), event.version)
    assert refused.value.field == "categories-0-remove"


def test_a_session_with_a_checkpoint_stays_and_another_goes(make: Factory) -> None:
    event = make.event(starts_at=START)
    event.ends_at = START + timedelta(hours=7)
    services.update_event(event, same(event, sessions=(session(0), session(1, title_th="บ่าย"))), event.version)
    first, second = event.sessions
    make.checkpoint(event, session_id=first.id)
    rows = (session(0, id=first.id), session(1, id=second.id, remove=True))
    services.update_event(event, same(event, sessions=rows), event.version)
    assert db.session.scalars(select(EventSession.id).where(EventSession.event_id == event.id)).all() == [first.id]
    with pytest.raises(parts.SessionInUse):
        services.update_event(event, same(event, sessions=(session(0, id=first.id, remove=True),)), event.version)


def test_the_address_is_fixed_once_published(make: Factory) -> None:
    draft, public = make.event(status=EventStatus.DRAFT), make.event()
    before = public.slug
    for event in (draft, public):
        services.update_event(event, same(event, slug="another"), event.version)
        if event is draft:
            assert event.slug == "another"
            event.slug = "free-again"
            db.session.flush()
    assert public.slug == before


STEPS = {"publish": services.publish, "close": services.close, "reopen": services.reopen,
         "finish": lambda event: services.finish(event, event.starts_at), "cancel": lambda event: services.cancel(event, "ฝนตก")}
ALLOWED = {("draft", "publish"): "published", ("published", "close"): "closed", ("closed", "reopen"): "published",
           ("published", "finish"): "finished", ("closed", "finish"): "finished", ("draft", "cancel"): "cancelled",
           ("published", "cancel"): "cancelled", ("closed", "cancel"): "cancelled"}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", EventStatus)
def test_every_step_from_every_status(make: Factory, status: EventStatus, step: str) -> None:
    event = make.event(status=status)
    target = ALLOWED.get((status.value, step))
    if target is None:
        with pytest.raises(services.WrongStatus):
            STEPS[step](event)
        assert event.status == status
    else:
        STEPS[step](event)
        db.session.refresh(event)
        assert event.status == target


def test_what_lies_in_the_past_is_not_published(make: Factory) -> None:
    event = make.event(status=EventStatus.DRAFT, starts_at=now() - timedelta(minutes=1), published_at=None)
    db.session.commit()
    with pytest.raises(services.StartsInPast), transaction():
        services.publish(event)
    db.session.refresh(event)
    assert (event.status, event.published_at) == (EventStatus.DRAFT, None)


def test_an_event_is_not_finished_before_it_begins(make: Factory) -> None:
    with pytest.raises(services.NotBegun):
        services.finish(make.event())


def test_a_cancellation_is_told_once_and_needs_a_reason(make: Factory) -> None:
    event, told = make.event(), []
    hear = lambda sender: told.append(sender)  # noqa: E731 (blinker keeps only a weak reference)
    services.event_cancelled.connect(hear)
    with pytest.raises(services.ReasonMissing):
        services.cancel(event, "  ")
    services.cancel(event, "วิทยากรติดภารกิจ")
    with pytest.raises(Refused):
        services.cancel(event, "อีกครั้ง")
    assert (told, event.cancel_reason) == ([event], "วิทยากรติดภารกิจ")
    assert event.cancelled_at is not None
