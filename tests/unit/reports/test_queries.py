"""Figures of a programme out of the database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal

from blueprints.reports import queries
from blueprints.surveys import services as surveys
from blueprints.surveys.services import Reply
from models import Direction, Event, EventStatus, ItemKind, Membership, Programme, Registration, RegistrationStatus, Scan, ScanSource, db, now
from tests.factories import Factory


def past(make: Factory, programme: Programme, days: int, **given: object) -> Event:
    start = now().replace(hour=2, minute=0, second=0, microsecond=0) - timedelta(days=days)
    return make.event(programme, starts_at=start, ends_at=start + timedelta(hours=3), status=EventStatus.FINISHED, **given)


def let_in(registration: Registration, **given: object) -> Scan:
    checkpoint = db.session.execute(db.text("select id from checkpoint where event_id = :id order by id"), {"id": registration.event_id}).scalar()
    scan = Scan(**({"nonce": f"n{registration.id}", "event_id": registration.event_id, "checkpoint_id": checkpoint,
                    "registration_id": registration.id, "direction": Direction.IN, "source": ScanSource.CAMERA, "raw_code": registration.code,
                    "claimed_at": now(), "judged_at": now(), "verdict": "ok"} | given))
    db.session.add(scan)
    db.session.flush()
    return scan


def test_who_came_is_who_was_let_in_and_nobody_else(make: Factory) -> None:
    programme = make.programme()
    event = past(make, programme, 10)
    came, refused, undone, waiting, cancelled, _never = (
        make.registration(event), make.registration(event), make.registration(event), make.registration(event, status=RegistrationStatus.WAITLISTED),
        make.registration(event, status=RegistrationStatus.CANCELLED), make.registration(event))
    let_in(came)
    let_in(came, nonce="twice")
    let_in(refused, verdict="not_yet")
    let_in(undone, undone_at=now())
    let_in(waiting)  # let in by staff without a seat
    found = queries.figures(programme)
    assert (found.whole.registered, found.whole.came, found.whole.missing) == (5, 2, 3)  # without who waits for a seat and who cancelled
    assert cancelled.person_ref not in found.whole.expected


def test_drafts_and_cancelled_events_do_not_count_and_archived_ones_do(make: Factory) -> None:
    programme = make.programme()
    for given in ({}, {"archived_at": now()}):
        make.registration(past(make, programme, 10, **given))
    for status in (EventStatus.DRAFT, EventStatus.CANCELLED):
        event = past(make, programme, 5)
        event.status = status
        make.registration(event)
    assert queries.figures(programme).whole.registered == 2


def test_hours_are_those_of_the_parts_that_people_came_to(make: Factory) -> None:
    """Two people at an event of three hours: 2 × 3 h over two persons."""
    programme = make.programme()
    event = past(make, programme, 10)
    for _ in range(2):
        let_in(make.registration(event))
    assert queries.figures(programme).hours == Decimal("3.00")


def test_members_of_the_cluster_are_those_of_the_programmes_time(make: Factory) -> None:
    cluster = make.cluster()
    inside, before = make.organisation(), make.organisation()
    programme = make.programme(cluster=cluster, starts_on=date(2020, 2, 1), ends_on=date(2020, 7, 31))
    db.session.add_all([Membership(cluster_id=cluster.id, organisation_id=inside.id),
                        Membership(cluster_id=cluster.id, organisation_id=before.id, left_on=date(2019, 12, 31))])
    db.session.flush()
    assert [member.organisation.id for member in queries.figures(programme).members] == [inside.id]


def test_satisfaction_is_known_once_five_have_answered(make: Factory) -> None:
    """Five sheets of fours throughout: mean 4.00, 80 percent."""
    programme = make.programme()
    event = past(make, programme, 10)
    survey = surveys.begin(event)
    surveys.open_survey(survey)
    for n in range(5):
        assert queries.figures(programme).events[0].satisfaction is None
        person = make.registration(event)
        let_in(person)
        scored = [item for item in survey.items if item.kind in (ItemKind.LIKERT, ItemKind.BEFORE_AFTER)]
        surveys.answer(survey, person, {item.id: Reply(score=4, before=4 if item.kind is ItemKind.BEFORE_AFTER else None) for item in scored})
        assert n < 5
    assert queries.figures(programme).events[0].satisfaction == Decimal("80.00")


def test_the_number_of_statements_stays_the_same(make: Factory, statements: Callable[[], AbstractContextManager[list[str]]]) -> None:
    programme = make.programme()
    sent = []
    for events in (2, 12):
        for n in range(events):
            let_in(make.registration(past(make, programme, n + 1), organisation_id=make.organisation().id))
        db.session.expire_all()
        with statements() as log:
            queries.figures(programme)
        sent.append(len(log))
    assert sent[0] == sent[1] <= 12
