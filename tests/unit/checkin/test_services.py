"""What recording scans comes to, whatever the order, the batches and the repetitions in which phones send them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprints.checkin import devices, queries, services
from blueprints.checkin.attendance import attendance
from blueprints.checkin.batch import read
from blueprints.checkin.items import BadItem, Item
from blueprints.checkin.items import read as read_item
from core.codes import new_code
from models import Checkpoint, Device, Direction, EntryPolicy, Event, Scan, ScanSource, db, now
from tests.factories import Factory

HOSTS = {"localhost"}
#: (which phone, whose ticket, in or out, the minute on the phone's clock)
ATTEMPTS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from(Direction), st.integers(0, 4)), min_size=1, max_size=10)


def enrolled(event: Event, *grants: str) -> Device:
    return devices.enrol(devices.enrolment(event, "ประตู", grants, None), at=now() - timedelta(hours=2))[0]


def item(code: str, nonce: str, **given: object) -> Item:
    values = {"direction": Direction.IN, "source": ScanSource.CAMERA, "claimed_at": now()} | given
    return Item(nonce, code, **values)


@given(ATTEMPTS, st.randoms(use_true_random=False), st.sampled_from(EntryPolicy))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_repetition_of_offline_uploads_end_in_the_same_attendance(app: Flask, make: Factory, attempts, random, policy) -> None:
    event = make.event()
    phones = [enrolled(event) for _ in range(3)]
    people = [make.registration(event) for _ in range(2)]
    codes = [*(person.code for person in people), new_code()]
    begin = now() - timedelta(hours=1)
    sent = [(phone, item(codes[whose], f"attempt-{n}", direction=direction, claimed_at=begin + timedelta(minutes=minute), offline=True))
            for n, (phone, whose, direction, minute) in enumerate(attempts)]

    def outcome(uploads: list[tuple[int, Item]]) -> object:
        checkpoint = make.checkpoint(event, policy=policy)
        while uploads:
            size = random.randint(1, 4)
            batch, uploads = uploads[:size], uploads[size:]
            for number, phone in enumerate(phones):
                services.record(phone, checkpoint, [scan for n, scan in batch if n == number], HOSTS)
        known = read(phones[0], checkpoint, (), codes, ())
        derived = [attendance(known.past[person.id], policy.value) for person in people]
        inside = set(db.session.scalars(queries.inside(policy), queries.of(checkpoint)))
        if policy is EntryPolicy.REENTRY:
            assert inside == {person.id for person, here in zip(people, derived, strict=True) if here.present}
        assert queries.counts(event, checkpoint).present == len(inside)
        came = {person.id for person, here in zip(people, derived, strict=True) if here.first_in}
        assert {who for who, where in queries.attended_checkpoints(event).items() if checkpoint.id in where} == came
        stored = db.session.query(Scan).filter_by(checkpoint_id=checkpoint.id).count()
        db.session.query(Scan).filter_by(checkpoint_id=checkpoint.id).delete()  # a nonce is told again only to another log
        return derived, inside, stored

    shuffled = random.sample(sent, len(sent)) + random.choices(sent, k=3)
    assert outcome(sent) == outcome(shuffled)


def test_two_scans_with_one_number_are_told_apart(app: Flask, make: Factory) -> None:
    event = make.event()
    first, second = make.registration(event), make.registration(event)
    phone, checkpoint = enrolled(event), services.ensure_checkpoints(event)[0]
    admitted, refused = services.record(phone, checkpoint, [item(first.code, "same-number"), item(second.code, "same-number")], HOSTS)
    assert admitted.person.id == first.id
    assert isinstance(refused.fact, services.NonceReused)
    assert list(db.session.scalars(queries.attended(event))) == [first.id]


def test_an_answer_stays_when_the_code_is_replaced_afterwards(app: Flask, make: Factory) -> None:
    event = make.event()
    person = make.registration(event)
    phone, checkpoint = enrolled(event), services.ensure_checkpoints(event)[0]
    services.record(phone, checkpoint, [item(person.code, "the-first-scan")], HOSTS)
    sent = item(person.code, "the-second-scan")
    answer = services.record(phone, checkpoint, [sent], HOSTS)[0]
    assert (answer.verdict, answer.first_in.gate) == ("already_in", "ประตู")
    person.code = new_code()
    db.session.flush()
    again = services.record(phone, checkpoint, [sent], HOSTS)[0]
    assert (again.verdict, again.person.id, again.first_in.gate) == ("already_in", person.id, "ประตู")


def test_an_entrance_for_each_day_is_made_once(app: Flask, make: Factory) -> None:
    start = now().replace(hour=2, minute=0)
    event = make.event(starts_at=start, ends_at=start + timedelta(days=1, hours=3))
    db.session.execute(db.delete(Checkpoint).where(Checkpoint.event_id == event.id))
    rows = services.ensure_checkpoints(event)
    assert [row.closes_at - row.opens_at for row in rows] == [timedelta(days=1)] * 2
    assert rows[0].closes_at == rows[1].opens_at and rows[0].opens_at <= event.starts_at < rows[0].closes_at
    assert len({row.name_th for row in rows}) == len({row.name_en for row in rows}) == 2
    assert [row.id for row in services.ensure_checkpoints(event)] == [row.id for row in rows]


def test_reading_a_batch_locks_only_whom_it_names(app: Flask, make: Factory) -> None:
    event = make.event()
    named, _other = make.registration(event), make.registration(event)
    batch = read(enrolled(event), services.ensure_checkpoints(event)[0], ["a-new-number"], [named.code], [])
    assert set(batch.people) == {named.id} and not batch.stored and not batch.retired


@pytest.mark.parametrize("broken", [
    {"nonce": "control\x00character"}, {"nonce": "half-\ud800-character"}, {"nonce": "n" * 65}, {"code": "half \ud800 character"}, {"code": None},
    {"source": "search", "registration": 2**31}, {"source": "search", "registration": True}, {"source": "search"}, {"registration": 1},
    {"claimed_at": "2026-11-22T09:00:00"}, {"claimed_at": "9999-12-31T23:59:59-12:00"}, {"claimed_at": 1}, {"direction": {}},
    {"source": ["camera"]}, {"forced": "no"}])
def test_what_no_phone_of_ours_sends_is_not_read(broken: dict[str, object]) -> None:
    fine = {"nonce": "a-good-number", "code": "x", "direction": "in", "source": "camera", "claimed_at": "2026-11-22T09:00:00+07:00"}
    assert read_item(fine).code == "x"
    with pytest.raises(BadItem):
        read_item(fine | broken)
