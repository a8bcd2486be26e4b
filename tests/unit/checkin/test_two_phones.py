"""Two phones without a network admit whom they see; what they tell later ends the same in whatever order it arrives."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import delete, select

from blueprints.checkin import queries, services
from blueprints.checkin.attendance import Attendance, attendance
from blueprints.checkin.batch import read
from blueprints.checkin.items import Item
from blueprints.checkin.judge import Verdict
from core.codes import new_code
from models import Checkpoint, Device, Direction, EntryPolicy, Event, Registration, RegistrationStatus, RetiredCode, Scan, db, now
from tests.factories import Factory
from tests.unit.checkin.test_services import HOSTS, enrolled, item

HALF_PAST_ONE: list[datetime] = []


@pytest.fixture(autouse=True)
def half_past_one() -> None:
    """It is 13:30 throughout a test; phones were enrolled two hours ago."""
    HALF_PAST_ONE[:] = [now()]


def clock(text: str) -> datetime:
    """A time of this day."""
    hours, minutes = map(int, text.split(":"))
    return HALF_PAST_ONE[0] - timedelta(hours=13 - hours, minutes=30 - minutes)


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def checkpoint(event: Event) -> Checkpoint:
    return services.ensure_checkpoints(event)[0]


@pytest.fixture
def person(make: Factory, event: Event) -> Registration:
    return make.registration(event)


@pytest.fixture
def phones(event: Event) -> list[Device]:
    return [enrolled(event, "undo"), enrolled(event, "undo")]


def alone(code: str, nonce: str, at: str, shown: Verdict = Verdict.OK, **given: object) -> Item:
    """What a phone decided alone."""
    return item(code, nonce, claimed_at=clock(at), offline=True, shown=shown, **given)


def upload(device: Device, checkpoint: Checkpoint, *sent: Item) -> list[Verdict]:
    return [outcome.verdict for outcome in services.record(device, checkpoint, sent, HOSTS, clock("13:30"))]


def derived(device: Device, checkpoint: Checkpoint, person: Registration) -> Attendance:
    return attendance(read(device, checkpoint, (), (), [person.id]).past[person.id], checkpoint.policy.value)


def rows() -> list[Scan]:
    return list(db.session.scalars(select(Scan).order_by(Scan.judged_at, Scan.id)))


@pytest.mark.parametrize("order", list(permutations(range(2))))
@pytest.mark.parametrize("repeated", [False, True])
def test_both_admitted_the_same_person(event: Event, checkpoint: Checkpoint, person: Registration, phones: list[Device], order: tuple[int, ...],
                                       repeated: bool) -> None:
    told = [alone(person.code, "the-first-phone", "13:00"), alone(person.code, "the-second-phone", "13:01")]
    for which in order + order[:repeated]:
        assert upload(phones[which], checkpoint, told[which]) == [Verdict.OK], "nobody who is inside is refused afterwards"
    assert [(row.device_id, row.verdict, row.undone_at) for row in rows()] == [(phone.id, "ok", None) for phone in phones]
    facts = derived(phones[0], checkpoint, person)
    assert facts.conflicts == (f"{phones[1].id}:the-second-phone",), "the later by the phones' clocks, not by arrival"
    assert (facts.first_in, facts.present) == (clock("13:00"), True)
    assert queries.counts(event, checkpoint).present == 1


def test_at_the_same_second_one_and_the_same_is_the_conflict(checkpoint: Checkpoint, person: Registration, phones: list[Device]) -> None:
    ends = set()
    for order in permutations(range(2)):
        for which in order:
            upload(phones[which], checkpoint, alone(person.code, "the-same-number", "13:00"))
        ends.add(derived(phones[0], checkpoint, person).conflicts)
        db.session.execute(delete(Scan))
    assert len(ends) == 1 and len(ends.pop()) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_uploads_of_an_entrance_that_lets_in_again(checkpoint: Checkpoint, person: Registration, phones: list[Device],
                                                        order: tuple[int, ...]) -> None:
    checkpoint.policy = EntryPolicy.REENTRY
    told = [(phones[0], alone(person.code, "came-in-here", "13:00")),
            (phones[1], alone(person.code, "went-out-there", "13:05", direction=Direction.OUT)),
            (phones[0], alone(person.code, "came-in-again", "13:09"))]
    for which in order:
        assert upload(told[which][0], checkpoint, told[which][1]) == [Verdict.OK]
    facts = derived(phones[0], checkpoint, person)
    assert (facts.present, facts.conflicts, facts.seconds, facts.last_out) == (True, (), 300, clock("13:05"))


@pytest.mark.parametrize(("cancelled", "admitted", "conflict"), [("13:10", "13:00", False), ("13:00", "13:10", True), ("13:00", "13:00", True)])
def test_cancelled_and_admitted(checkpoint: Checkpoint, person: Registration, phones: list[Device], cancelled: str, admitted: str,
                                conflict: bool) -> None:
    person.status, person.cancelled_at = RegistrationStatus.CANCELLED, clock(cancelled)
    db.session.flush()
    assert upload(phones[0], checkpoint, alone(person.code, "let-in-offline", admitted)) == [Verdict.OK]
    row = rows()[0]
    assert (row.forced_needed, row.would_be) == ((True, "cancelled") if conflict else (False, "ok"))
    assert upload(phones[1], checkpoint, item(person.code, "asked-us-now", claimed_at=clock("13:30"))) == [Verdict.CANCELLED]


@pytest.mark.parametrize(("replaced", "verdict"), [("13:10", Verdict.OK), ("13:00", Verdict.REPLACED)])
def test_a_code_that_was_replaced_meanwhile(checkpoint: Checkpoint, person: Registration, phones: list[Device], replaced: str,
                                            verdict: Verdict) -> None:
    old, person.code = person.code, new_code()
    db.session.add(RetiredCode(code=old, registration_id=person.id, retired_at=clock(replaced)))
    assert upload(phones[0], checkpoint, alone(old, "with-the-old-code", "13:05")) == [verdict]
    assert derived(phones[0], checkpoint, person).present == (verdict is Verdict.OK)


@pytest.mark.parametrize("shown", [verdict for verdict in Verdict if verdict not in (Verdict.OK, Verdict.ANNULLED)])
def test_who_was_turned_away_did_not_come(event: Event, checkpoint: Checkpoint, person: Registration, phones: list[Device], shown: Verdict) -> None:
    assert upload(phones[0], checkpoint, alone(person.code, "turned-away", "13:00", shown)) == [shown]
    assert queries.counts(event, checkpoint).present == 0 and not derived(phones[0], checkpoint, person).present
    assert (rows()[0].shown, rows()[0].would_be, rows()[0].forced_needed) == (shown.value, "ok", False)
    assert upload(phones[1], checkpoint, item(person.code, "came-again-later", claimed_at=clock("13:29"))) == [Verdict.OK]


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_turned_away_by_one_and_let_in_by_the_other(checkpoint: Checkpoint, person: Registration, phones: list[Device],
                                                    order: tuple[int, ...]) -> None:
    told = [alone(person.code, "let-in-there", "13:00"), alone(person.code, "turned-away", "13:05", Verdict.ALREADY_IN)]
    for which in order:
        assert upload(phones[which], checkpoint, told[which]) == [[Verdict.OK], [Verdict.ALREADY_IN]][which]
    facts = derived(phones[0], checkpoint, person)
    assert (facts.first_in, facts.conflicts) == (clock("13:00"), ())


def test_let_in_unverified(event: Event, checkpoint: Checkpoint, person: Registration, phones: list[Device], make: Factory) -> None:
    sent = [alone(code, f"unverified-{number}", "13:00", Verdict.UNVERIFIED, forced=True)
            for number, code in enumerate((person.code, new_code(), make.registration(make.event()).code))]
    assert upload(phones[0], checkpoint, *sent) == [Verdict.OK, Verdict.UNKNOWN, Verdict.OTHER_EVENT]
    assert {(row.verdict, row.shown, row.forced_sent, row.forced_needed) for row in rows()} == {
        ("ok", "unverified", True, False), ("unknown", "unverified", True, False), ("other_event", "unverified", True, False)}
    assert queries.counts(event, checkpoint).present == 1 and derived(phones[0], checkpoint, person).first_in == clock("13:00")


def test_unverified_and_cancelled_before(checkpoint: Checkpoint, person: Registration, phones: list[Device]) -> None:
    person.status, person.cancelled_at = RegistrationStatus.CANCELLED, clock("12:00")
    assert upload(phones[0], checkpoint, alone(person.code, "unverified-1", "13:00", Verdict.UNVERIFIED, forced=True)) == [Verdict.OK]
    assert (rows()[0].would_be, rows()[0].forced_needed, rows()[0].shown) == ("cancelled", True, "unverified")


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_undone_offline_by_the_phone_that_let_in(app: Flask, event: Event, checkpoint: Checkpoint, person: Registration, phones: list[Device],
                                                 order: tuple[int, ...]) -> None:
    """The phone's own undoing frees the ticket for the other, and no conflict is left."""
    def first() -> None:
        upload(phones[0], checkpoint, alone(person.code, "a-mistake-here", "13:00"))
        services.undo_own(phones[0], "a-mistake-here", clock("13:14"), clock("13:30"))

    def second() -> None:
        upload(phones[1], checkpoint, alone(person.code, "the-right-one", "13:20"))

    for which in order:
        (first, second)[which]()
    facts = derived(phones[0], checkpoint, person)
    assert (facts.first_in, facts.conflicts, len(rows())) == (clock("13:20"), (), 2)
    assert queries.counts(event, checkpoint).present == 1
