"""Checkpoints: made by hand and from the agenda, in their order, removed only while they are unused, and following the event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask

from blueprints.checkin import checkpoints, devices, queries, services
from blueprints.checkin.checkpoints import CheckpointDetails
from blueprints.events import cloning
from blueprints.events import services as events
from blueprints.events.cloning import CloneCommand, Part
from blueprints.events.rules import CategoryDetails, EventDetails, SessionDetails
from core.errors import ChangedMeanwhile
from core.forms import moment
from core.locale import local
from models import Checkpoint, CheckpointKind, EntryPolicy, Event, EventSession, db
from tests.factories import Factory
from tests.unit.checkin.test_services import item

ZONE = "Asia/Bangkok"
DAY = date(2030, 3, 5)


def at(days: int, hour: int, minute: int = 0) -> datetime:
    return moment(DAY + timedelta(days=days), time(hour, minute), ZONE)


@pytest.fixture
def event(make: Factory) -> Event:
    """Of two days, without any checkpoint."""
    event = make.event(starts_at=at(0, 9), ends_at=at(1, 16))
    for row in queries.checkpoints(event):
        db.session.delete(row)
    db.session.flush()
    return event


def names(event: Event) -> list[str]:
    return [row.name_en for row in queries.checkpoints(event)]


def days(event: Event) -> list[int]:
    return [(local(row.opens_at, ZONE).date() - DAY).days for row in queries.checkpoints(event)]


def scanned(make: Factory, row: Checkpoint) -> None:
    event = db.session.get_one(Event, row.event_id)
    device = devices.enrol(devices.enrolment(event, "ประตู", (), None))[0]
    services.record(device, row, [item(make.registration(event).code, f"scanned-at-{row.id}")], set())


def save(event: Event, starts_at: datetime, ends_at: datetime, sessions: tuple[SessionDetails, ...] | None = None) -> None:
    """Change when the event is, as its form would."""
    given = {"starts_at": starts_at, "ends_at": ends_at, "sessions": tuple(map(session, event.sessions)) if sessions is None else sessions,
             "categories": tuple(CategoryDetails(0, one.id, one.name_th, one.name_en, one.capacity) for one in event.categories)}
    kept = {name: getattr(event, name) for name in EventDetails.__dataclass_fields__ if name not in given}
    events.update_event(event, EventDetails(**kept, **given), event.version)


def session(one: EventSession, **given: object) -> SessionDetails:
    values = SessionDetails(0, one.id, one.title_th, one.title_en, one.starts_at, one.ends_at, one.room, one.speaker, bookable=one.bookable)
    return replace(values, **given)


def test_what_an_organiser_decides_is_kept(make: Factory, event: Event) -> None:
    room, other = make.session(event), make.session(make.event())
    details = CheckpointDetails(CheckpointKind.SESSION, "ห้องย่อย", "Break-out", room.id, frozenset({event.categories[0].id, 10**6}),
                                EntryPolicy.REENTRY, False, at(0, 13), at(0, 15), at(0, 16), True)
    row = checkpoints.create(event, details)
    db.session.refresh(row)
    assert (row.kind, row.name_th, row.name_en, row.session_id) == (CheckpointKind.SESSION, "ห้องย่อย", "Break-out", room.id)
    assert (row.category_ids, row.policy, row.strict, row.signature) == ([event.categories[0].id], EntryPolicy.REENTRY, False, True)
    assert (row.opens_at, row.closes_at, row.all_out_at) == (at(0, 13), at(0, 15), at(0, 16))
    seen = checkpoints.fingerprint(row)
    checkpoints.change(event, row, replace(details, category_ids=None, name_en="Room"), seen)
    assert (row.category_ids, row.name_en) == (None, "Room")
    with pytest.raises(ChangedMeanwhile):
        checkpoints.change(event, row, details, seen)
    with pytest.raises(checkpoints.SessionMissing):
        checkpoints.create(event, replace(details, session_id=other.id))


@pytest.mark.parametrize(("given", "fact"), [
    ({"kind": CheckpointKind.SESSION}, checkpoints.SessionMissing), ({"session_id": 1}, checkpoints.SessionUnfit),
    ({"opens_at": at(0, 9), "closes_at": at(0, 9)}, checkpoints.ClosesBeforeOpening),
    ({"opens_at": at(0, 9), "all_out_at": at(0, 8)}, checkpoints.OutBeforeOpening)])
def test_what_cannot_be_is_refused_beside_its_field(event: Event, given: dict[str, object], fact: type[Exception]) -> None:
    with pytest.raises(fact) as refused:
        checkpoints.create(event, replace(CheckpointDetails(CheckpointKind.MEAL, "อาหารกลางวัน"), **given))
    assert refused.value.field
    assert queries.checkpoints(event) == []


def test_checkpoints_are_moved_and_stay_in_order(event: Event) -> None:
    for name in "ABC":
        checkpoints.create(event, CheckpointDetails(CheckpointKind.MEAL, name, name))
    rows = queries.checkpoints(event)
    for row, step, order in ((rows[2], -1, "ACB"), (rows[2], -1, "CAB"), (rows[2], -1, "CAB"), (rows[0], 1, "CBA"), (rows[0], 1, "CBA")):
        checkpoints.move(event, row, step)
        assert "".join(names(event)) == order


def test_a_checkpoint_goes_only_while_nobody_was_scanned_there(make: Factory, event: Event) -> None:
    first, second = services.ensure_checkpoints(event)
    scanned(make, first)
    with pytest.raises(checkpoints.HasScans):
        checkpoints.remove(event, first)
    phone, key = devices.enrol(devices.enrolment(event, "ประตู", (), None, checkpoint_ids=[second.id]))
    with pytest.raises(checkpoints.OnlyOneOfPhone):
        checkpoints.remove(event, second)
    devices.enrol(devices.enrolment(event, "ประตู", (), None, checkpoint_ids=[first.id, second.id]), key)
    checkpoints.remove(event, second)
    assert (phone.checkpoint_ids, names(event)) == ([first.id], ["Entrance 5 March 2030"])


def test_proposals_that_are_there_are_known_and_made_once(make: Factory, event: Event) -> None:
    services.ensure_checkpoints(event)
    room = make.session(event, starts_at=at(0, 13), ends_at=at(0, 15), bookable=True, title_en="Break-out")
    checkpoints.create(event, CheckpointDetails(CheckpointKind.HALF_DAY, "ภาคเช้า", "Half", opens_at=at(0, 8), closes_at=at(0, 12, 30)))
    there = {one.key for one, found in checkpoints.proposals(event) if found}
    assert there == {"day:2030-03-05", "day:2030-03-06", "morning:2030-03-05"}
    with pytest.raises(checkpoints.NothingChosen):
        checkpoints.add_proposed(event, [])
    chosen = ["day:2030-03-05", "meal:2030-03-06", f"session:{room.id}", "nonsense"]
    assert [row.name_en for row in checkpoints.add_proposed(event, chosen)] == ["Lunch 6 March 2030", "Break-out"]
    assert checkpoints.add_proposed(event, chosen) == []
    assert len(names(event)) == 5 and [row.position for row in queries.checkpoints(event)] == list(range(5))


def test_checkpoints_have_an_end(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MOST", 2)
    services.ensure_checkpoints(event)
    with pytest.raises(checkpoints.TooManyCheckpoints):
        checkpoints.create(event, CheckpointDetails(CheckpointKind.MEAL, "อาหาร"))
    with pytest.raises(checkpoints.TooManyCheckpoints):
        checkpoints.add_proposed(event, ["meal:2030-03-05"])


def test_an_event_that_is_moved_takes_its_checkpoints_along(make: Factory, event: Event) -> None:
    services.ensure_checkpoints(event)
    checkpoints.add_proposed(event, ["meal:2030-03-06"])
    dinner = CheckpointDetails(CheckpointKind.DAY, "เลี้ยง", "Dinner", opens_at=at(1, 18), closes_at=at(1, 22), all_out_at=at(2, 1))
    own = checkpoints.create(event, dinner)
    before = [row.id for row in queries.checkpoints(event)]
    save(event, at(7, 9), at(8, 16))
    assert names(event) == ["Entrance 12 March 2030", "Entrance 13 March 2030", "Lunch 13 March 2030", "Dinner"]
    assert (days(event), [row.id for row in queries.checkpoints(event)]) == ([7, 8, 8, 8], before)
    assert (own.opens_at, own.closes_at, own.all_out_at) == (at(8, 18), at(8, 22), at(9, 1))
    assert queries.checkpoints(event)[0].closes_at == at(8, 0)


def test_days_that_come_and_go_bring_and_take_their_entrance(event: Event) -> None:
    first, second = services.ensure_checkpoints(event)
    save(event, at(0, 9), at(2, 16))
    assert days(event) == [0, 1, 2]
    save(event, at(0, 9), at(0, 16))
    assert (names(event), first.kind) == (["Entrance"], CheckpointKind.EVENT)
    save(event, at(0, 9), at(1, 16))
    assert (names(event), first.kind) == (["Entrance 5 March 2030", "Entrance 6 March 2030"], CheckpointKind.DAY)


def test_a_day_whose_entrance_was_removed_stays_without(event: Event) -> None:
    _first, second = services.ensure_checkpoints(event)
    checkpoints.remove(event, second)
    save(event, at(0, 10), at(1, 17))
    save(event, at(3, 10), at(4, 17))
    assert days(event) == [3]


def test_what_was_scanned_stays_where_it_was(make: Factory, event: Event) -> None:
    first, _second = services.ensure_checkpoints(event)
    scanned(make, first)
    save(event, at(1, 9), at(2, 16))
    assert (first.opens_at, first.name_en) == (at(0, 0), "Entrance 5 March 2030")
    assert sorted(days(event)) == [0, 1, 2], "the entrance of the second day went with it, the first day got a new one"
    save(event, at(0, 9), at(1, 16))
    assert sorted(days(event)) == [0, 1], "no day has two"


def test_an_event_without_checkpoints_gets_none_by_moving(event: Event) -> None:
    save(event, at(3, 9), at(4, 16))
    assert names(event) == []


def test_the_door_of_a_session_goes_with_it(make: Factory, event: Event) -> None:
    room = make.session(event, starts_at=at(0, 13), ends_at=at(0, 15), bookable=True)
    [usual] = checkpoints.add_proposed(event, [f"session:{room.id}"])
    own = checkpoints.create(event, CheckpointDetails(CheckpointKind.SESSION, "ห้อง", "", room.id, opens_at=at(0, 10), closes_at=at(0, 15)))
    save(event, event.starts_at, event.ends_at, (session(room, starts_at=at(1, 10), ends_at=at(1, 11)),))
    assert (usual.opens_at, usual.closes_at) == (at(1, 9, 30), at(1, 11))
    assert (own.opens_at, own.closes_at) == (at(0, 10), at(0, 15)), "a window of the organiser's own is the organiser's"


def test_a_clone_has_the_same_doors_on_its_own_days(app: Flask, make: Factory, event: Event) -> None:
    services.ensure_checkpoints(event)
    checkpoints.create(event, CheckpointDetails(
        CheckpointKind.MEAL, "อาหาร 6\u00a0มีนาคม 2573", "Dinner 6 March 2030", None, frozenset({event.categories[0].id}), EntryPolicy.REENTRY, False,
        at(1, 18), at(1, 22), at(2, 1), True)).venue_key = "SECRET"
    copy = cloning.clone(event, CloneCommand("ครั้งที่ 2", "", DAY + timedelta(days=7), frozenset({Part.CHECKPOINTS, Part.CATEGORIES})), None)
    assert names(copy) == ["Entrance 12 March 2030", "Entrance 13 March 2030", "Dinner 13 March 2030"]
    dinner = queries.checkpoints(copy)[-1]
    assert (dinner.kind, dinner.name_th, dinner.category_ids) == (CheckpointKind.MEAL, "อาหาร 13\u00a0มีนาคม 2573", [copy.categories[0].id])
    assert (dinner.policy, dinner.strict, dinner.signature, dinner.venue_key) == (EntryPolicy.REENTRY, False, True, None)
    assert (dinner.opens_at, dinner.closes_at, dinner.all_out_at) == (at(8, 18), at(8, 22), at(9, 1))
