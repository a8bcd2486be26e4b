"""Whatever the door judges or greets by moves `updated_at`, for phones ask what is new since they last did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from blueprints.checkin import devices
from blueprints.checkin import services as checkin
from blueprints.questions import services as questions
from blueprints.questions.answers import Given
from blueprints.questions.queries import asked
from blueprints.questions.rules import Definition
from blueprints.registration import approval, bulk, changes, consents, marks, people, services, waitlist
from blueprints.registration.details import Details
from models import AskedAt, Category, Consent, ConsentPurpose, Event, HistoryEntry, Message, QuestionKind, Registration, RegistrationStatus, db, now
from tests.factories import Factory

LONG_AGO = datetime(2020, 7, 17, tzinfo=UTC)
Status = RegistrationStatus


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(waitlist=True, starts_at=now() + timedelta(days=9))


def details(one: Registration, **given: object) -> Details:
    return Details(**({"category_id": one.category_id, "first_name": one.first_name, "title": one.title, "last_name": one.last_name,
                       "organisation_name": one.organisation_name, "email": one.email, "phone": one.phone} | given))


def save(one: Registration, **given: object) -> None:
    services.update_details(one, details(one, **given), one.version, by_organiser=True)


def move(one: Registration) -> None:
    save(one, category_id=db.session.scalar(select(Category.id).where(Category.event_id == one.event_id, Category.id != one.category_id)))


def answer_at_door(one: Registration) -> None:
    question = questions.add(one.event, Definition(QuestionKind.SHORT_TEXT, "ขนาดเสื้อ", asked=AskedAt.DOOR))
    device = devices.enrol(devices.enrolment(one.event, "ประตู", (), None))[0]
    wording = next(row.wording.id for row in asked(one.event_id) if row.id == question.id)
    checkin.keep_answers(device, one, {question.id: Given(wording, "XL")})


def in_bulk(name: str) -> Callable[[Registration], None]:
    def act(one: Registration) -> None:
        category = db.session.scalar(select(Category).where(Category.event_id == one.event_id, Category.id != one.category_id))
        outcome = bulk.Outcome()
        bulk.do(name, one.event, [one.id], category, outcome)
        assert outcome.done == 1, outcome.refused
    return act


def offered(one: Registration) -> None:
    waitlist.offer(one)
    db.session.execute(update(Registration).where(Registration.id == one.id).values(updated_at=LONG_AGO))
    db.session.refresh(one)


def accept(one: Registration) -> None:
    offered(one)
    waitlist.accept(one)


def lapse(one: Registration) -> None:
    offered(one)
    db.session.execute(update(Registration).where(Registration.id == one.id).values(updated_at=LONG_AGO, offer_expires_at=LONG_AGO))
    waitlist.lapse(one)


VERBS: dict[str, tuple[Status, Callable[[Registration], object]]] = {
    "cancel": (Status.CONFIRMED, lambda one: services.cancel(one, by_organiser=True)),
    "approve": (Status.PENDING_APPROVAL, approval.approve),
    "reject": (Status.PENDING_APPROVAL, lambda one: approval.reject(one, "เต็ม")),
    "offer": (Status.WAITLISTED, waitlist.offer),
    "accept": (Status.WAITLISTED, accept),
    "decline": (Status.WAITLISTED, waitlist.decline),
    "lapse": (Status.WAITLISTED, lapse),
    "pass on": (Status.WAITLISTED, lambda one: waitlist.pass_on(one.event)),
    "substitute": (Status.CONFIRMED, lambda one: changes.substitute(one, details(one, first_name="น้ำทิพย์", email=""), one.version)),
    "proofread": (Status.CONFIRMED, lambda one: changes.proofread(one, changes.NameCommand("", "แก้ว", "", "", ""), one.version)),
    "move": (Status.CONFIRMED, move),
    "choose sessions": (Status.CONFIRMED, lambda one: save(one, session_ids=(one.event.sessions[0].id,))),
    "note for the door": (Status.CONFIRMED, lambda one: save(one, staff_note="วีลแชร์")),
    "answer at the door": (Status.CONFIRMED, answer_at_door),
    "VIP": (Status.CONFIRMED, lambda one: save(one, vip=True)),
    "wheelchair": (Status.CONFIRMED, lambda one: save(one, wheelchair=True)),
    "VIP for many": (Status.CONFIRMED, in_bulk("vip")),
    "move many": (Status.CONFIRMED, in_bulk("move")),
    "cancel many": (Status.CONFIRMED, in_bulk("cancel")),
    "approve many": (Status.PENDING_APPROVAL, in_bulk("approve")),
    "withdraw what is sensitive": (Status.CONFIRMED, lambda one: consents.set_consent(one, ConsentPurpose.SENSITIVE, False)),
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_tells_the_phones(make: Factory, event: Event, verb: str) -> None:
    make.category(event)
    make.session(event, bookable=True)
    status, act = VERBS[verb]
    one = make.registration(event, status=status, waitlisted_at=now() if status == Status.WAITLISTED else None)
    db.session.execute(update(Registration).where(Registration.id == one.id).values(updated_at=LONG_AGO))
    db.session.refresh(one)
    assert one.updated_at == LONG_AGO
    act(one)
    db.session.refresh(one)
    assert one.updated_at > LONG_AGO


def test_marks_are_no_news_to_the_person(make: Factory, event: Event) -> None:
    one = make.registration(event)
    people.describe(one)
    db.session.flush()
    save(one, vip=True, wheelchair=True)
    assert one.vip and one.wheelchair and db.session.scalar(select(Message.id)) is None
    version = one.version
    save(one, vip=True, wheelchair=True)
    marks.set_vip(one, True)
    assert one.version == version, "nothing has changed"
    save(one)
    assert one.vip and one.wheelchair, "what is not said stays"
    said = [entry.details for entry in db.session.scalars(select(HistoryEntry))]
    assert said == [{"changes": {"vip": ["", "✓"]}}], "the history does not say who needs a wheelchair"


def test_a_wheelchair_is_noted_with_consent_and_goes_with_it(make: Factory, event: Event) -> None:
    one = make.registration(event)
    save(one, wheelchair=True)
    assert [(row.purpose, row.withdrawn_at) for row in db.session.scalars(select(Consent))] == [(ConsentPurpose.SENSITIVE, None)]
    consents.set_consent(one, ConsentPurpose.SENSITIVE, False)
    assert not one.wheelchair


def test_a_substitute_is_another_person(make: Factory, event: Event) -> None:
    one = make.registration(event, vip=True, wheelchair=True)
    changes.substitute(one, details(one, first_name="น้ำทิพย์", email="other@example.org"), one.version)
    assert not one.vip and not one.wheelchair
