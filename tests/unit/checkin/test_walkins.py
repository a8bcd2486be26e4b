"""People who come without a registration: taken once, within the limits online, beyond them when a phone was offline."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from blueprints.checkin import devices, typed, walkins
from blueprints.checkin.items import BadItem
from blueprints.checkin.services import NotGranted
from blueprints.privacy import erasing
from blueprints.questions import services as questions
from blueprints.questions.rules import Definition
from blueprints.registration import facts, past, seats
from models import (
    Category,
    Checkpoint,
    Device,
    Event,
    EventStatus,
    HistoryEntry,
    Message,
    Notice,
    QuestionKind,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    Scan,
    db,
    now,
)
from tests.factories import Factory


@pytest.fixture
def event(make: Factory) -> Event:
    """An event that runs: it began an hour ago."""
    return make.event(starts_at=now() - timedelta(hours=1), registration_closes_at=now() - timedelta(days=1))


@pytest.fixture
def device(event: Event) -> Device:
    return enrolled(event, "walk_in", "force")


def enrolled(event: Event, *grants: str) -> Device:
    return devices.enrol(devices.enrolment(event, "ประตู", grants, None), at=now() - timedelta(hours=2))[0]


def someone(**given: Any) -> walkins.WalkIn:
    said = {"nonce": "nonce-0001", "first_name": "สมชาย", "last_name": "ใจดี", "title": "นาย", "organisation_name": "บริษัท ตัวอย่าง จำกัด",
            "phone": "081-234-5678", "email": "", "claimed_at": now().isoformat()}
    return walkins.read(said | given)


def admit(device: Device, at: datetime | None = None, **given: Any) -> Registration:
    checkpoint = db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == device.event_id)).first()
    assert checkpoint
    return walkins.admit(device, checkpoint, someone(**given), at or now())


def test_a_walk_in_has_a_seat_a_code_and_the_notice(device: Device, event: Event) -> None:
    questions.add(event, Definition(QuestionKind.SHORT_TEXT, "ขนาดเสื้อ", required=True))
    one = admit(device)
    assert (one.status, one.source, one.title, one.phone) == (RegistrationStatus.CONFIRMED, RegistrationSource.WALK_IN, "นาย", "+66812345678")
    assert one.notice_id == db.session.scalar(select(Notice.id)) and one.organisation is not None and event.taken == 1
    assert db.session.scalar(select(func.count(Scan.id))) == 0 == db.session.scalar(select(func.count(Message.id)))
    line = past.of(one)[0]
    assert (line.what, line.who) == ("ลงทะเบียนหน้างาน", device.label)


def test_a_letter_only_to_an_address(device: Device) -> None:
    admit(device, email="Somchai@Example.org ")
    assert db.session.scalar(select(Message.to)) == "somchai@example.org"


def test_told_again_it_is_the_same(device: Device, event: Event) -> None:
    first = admit(device)
    assert admit(device, first_name="คนอื่น").id == first.id
    first.event.status = EventStatus.FINISHED
    assert admit(device, at=now() + timedelta(days=1)).id == first.id
    assert event.taken == 1 and db.session.scalar(select(func.count(HistoryEntry.id)).where(HistoryEntry.verb == "registration.walked_in")) == 1
    other = enrolled(event, "walk_in")
    assert admit(other, first_name="สมหญิง").id != first.id, "a nonce is one device's"


def test_who_was_erased_does_not_come_back_with_a_late_repetition(device: Device, event: Event) -> None:
    one = admit(device)
    db.session.add(Scan(nonce="nonce-0001", event_id=event.id, device_id=device.id, checkpoint_id=db.session.scalar(select(Checkpoint.id)),
                        registration_id=one.id, direction="in", source="walk_in", raw_code="", claimed_at=now(), judged_at=now(), verdict="ok"))
    erasing.anonymise(one)
    assert admit(device).id == one.id and one.first_name == ""


def test_who_is_registered_already_is_found(device: Device, make: Factory, event: Event) -> None:
    one = admit(device)
    one.status = RegistrationStatus.WAITLISTED
    again = admit(device, nonce="nonce-0002")
    assert again.id == one.id and again.status == RegistrationStatus.WAITLISTED and event.taken == 1


def test_only_with_the_right(event: Event) -> None:
    with pytest.raises(NotGranted):
        admit(enrolled(event, "search", "force"))
    with pytest.raises(NotGranted):
        admit(enrolled(event, "walk_in"), forced=True)
    with pytest.raises(walkins.AnotherEvent):
        walkins.admit(enrolled(event, "walk_in"), Checkpoint(event_id=event.id + 1), someone(), now())


def test_a_full_event(device: Device, make: Factory, event: Event) -> None:
    event.capacity = 1
    admit(device)
    with pytest.raises(seats.EventFull), db.session.begin_nested():
        admit(device, nonce="nonce-0002", first_name="สอง")
    forced = admit(device, nonce="nonce-0002", first_name="สอง", forced=True)
    late = admit(device, nonce="nonce-0003", first_name="สาม", offline=True)
    assert forced.overbooked and late.overbooked and (event.taken, event.overbooked) == (3, 2)
    assert db.session.scalar(select(func.count(HistoryEntry.id)).where(HistoryEntry.verb == "registration.overbooked")) == 2


def test_who_is_refused_takes_nothing_from_the_others(device: Device, make: Factory, event: Event) -> None:
    full = make.category(event, capacity=0)
    with pytest.raises(seats.CategoryFull):
        admit(device, category=full.id)
    assert admit(device, nonce="nonce-0002").id and event.taken == 1


def test_the_category_is_the_first_that_is_open(device: Device, make: Factory, event: Event) -> None:
    first = event.categories[0]
    first.hidden = True
    second, third = make.category(event, capacity=1, position=1), make.category(event, position=2)
    assert [admit(device, nonce=f"nonce-{n:04}", first_name=f"คน{n}").category_id for n in range(2)] == [second.id, third.id]
    assert admit(device, nonce="nonce-0009", first_name="เจาะจง", category=third.id).category_id == third.id
    gone = db.session.scalar(select(func.max(Category.id))) + 5
    with pytest.raises(seats.NoSuchCategory), db.session.begin_nested():
        admit(device, nonce="nonce-0010", first_name="ไม่มี", category=gone)
    assert admit(device, nonce="nonce-0010", first_name="ไม่มี", category=gone, offline=True).category_id == third.id


@pytest.mark.parametrize("status", [EventStatus.PUBLISHED, EventStatus.CLOSED, EventStatus.FINISHED])
def test_what_was_claimed_before_the_end_is_taken_after_it(device: Device, event: Event, status: EventStatus) -> None:
    claimed = now().isoformat()
    event.ends_at = now() + timedelta(seconds=30)
    event.status = status
    assert admit(device, at=now() + timedelta(hours=3), claimed_at=claimed).status == RegistrationStatus.CONFIRMED


def test_after_the_end(device: Device, event: Event) -> None:
    event.ends_at = now() - timedelta(minutes=30)
    with pytest.raises(facts.NotOpen), db.session.begin_nested():
        admit(device)
    with pytest.raises(facts.NotOpen), db.session.begin_nested():
        admit(device, claimed_at=(now() - timedelta(days=3)).isoformat())  # a clock that cannot be believed
    assert admit(device, offline=True).id, "who is inside is not lost"


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_an_event_that_takes_nobody(device: Device, event: Event, status: EventStatus) -> None:
    event.status = status
    with pytest.raises(facts.NotOpen):
        admit(device, offline=True)


@pytest.mark.parametrize("field", walkins.TEXTS)
def test_no_national_id(device: Device, field: str) -> None:
    for offline in (False, True):
        with pytest.raises(facts.NationalId), db.session.begin_nested():
            admit(device, **{field: "1101700230708"}, offline=offline)
    assert db.session.scalar(select(func.count(Registration.id))) == 0


def test_contacts_that_cannot_be_read(device: Device) -> None:
    with pytest.raises(typed.BadPhone):
        admit(device, phone="12")
    with pytest.raises(typed.BadEmail):
        admit(device, email="somchai@")
    one = admit(device, phone="12", email="somchai@", offline=True)
    assert (one.phone, one.email) == ("", "")
    assert past.of(one)[0].changes == [("โทรศัพท์", "12", ""), ("อีเมล", "somchai@", "")], "what was typed is not lost"


@pytest.mark.parametrize("broken", [
    {"nonce": "x"}, {"nonce": None}, {"claimed_at": "yesterday"}, {"claimed_at": "2020-07-17T09:00:00"}, {"claimed_at": None}, {"category": "1"},
    {"category": True}, {"category": 0}, {"offline": 1}, {"forced": "yes"}, {"first_name": 5}, {"last_name": ["x"]}, {"title": "a\x00"}])
def test_what_cannot_be_read(broken: dict[str, Any]) -> None:
    with pytest.raises(BadItem):
        someone(**broken)


@pytest.mark.parametrize("data", [None, [], "x", {}])
def test_no_walk_in_at_all(data: Any) -> None:
    with pytest.raises(BadItem):
        walkins.read(data)


def test_names_are_cleaned_and_needed(device: Device) -> None:
    assert admit(device, first_name=" เเก้ว\u200b ", last_name=None).first_name == "แก้ว"
    with pytest.raises(facts.NameMissing):
        admit(device, nonce="nonce-0002", first_name="\u200b ")


def test_what_the_form_needs(make: Factory, event: Event) -> None:
    event.categories[0].hidden = True
    shown = make.category(event, name_th="ผู้สังเกตการณ์", name_en="", capacity=0)
    facts_of = walkins.form_facts(event)
    assert facts_of["categories"] == [{"id": shown.id, "th": "ผู้สังเกตการณ์", "en": "ผู้สังเกตการณ์", "full": True}]
    assert facts_of["full"] and "นางสาว" in facts_of["titles"]
