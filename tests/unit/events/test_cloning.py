"""A new event from one that is there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from blueprints.certificates.eligibility import rule_of
from blueprints.certificates.plans import plan_of
from blueprints.certificates.rules import Basis, Rule
from blueprints.checkin.queries import checkpoints
from blueprints.checkin.services import ensure_checkpoints
from blueprints.events.cloning import CloneCommand, Part, clone
from blueprints.questions.queries import asked
from core import storage
from core.forms import moment
from core.locale import local
from models import (
    CertificateDesign,
    CertificateKind,
    CertificatePlan,
    Checkpoint,
    Event,
    EventFile,
    EventStatus,
    Gate,
    Grant,
    Host,
    Mailing,
    MailingState,
    Question,
    QuestionKind,
    QuestionVersion,
    Register,
    Registration,
    Role,
    db,
    now,
)
from tests.factories import Factory

ALL = frozenset(Part)
FIRST = local(now()).date() + timedelta(days=30)


def at(day: date, hour: int) -> object:
    from datetime import time

    return moment(day, time(hour))


def _plan(event: Event) -> CertificatePlan:
    design = CertificateDesign(programme_id=event.programme_id, event_id=event.id, name="attendance", version=3, content={})
    return CertificatePlan(event=event, kind=CertificateKind.ATTENDANCE, issued_on=FIRST, rule={}, design=design,
                           register=Register(programme_id=event.programme_id, name="ทะเบียน", pattern="{number}"))


def whole(make: Factory) -> Event:
    """An event of two days that has something of every part, and a person."""
    last = FIRST + timedelta(days=1)
    event = make.event(starts_at=at(FIRST, 9), ends_at=at(last, 16), registration_closes_at=at(FIRST, 8), changes_until=at(FIRST, 7), capacity=40,
                       waitlist=True, online_url="https://meet.example.org/x", notice_items={"purpose": "x"}, retention={"contact": 30},
                       hours=12, poster_sha256=storage.put(b"poster", "image/png"))
    db.session.delete(db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)).one())
    db.session.flush()
    vip = make.category(event, hidden=True, approval=True, capacity=5)
    room = make.session(event, starts_at=at(last, 9), ends_at=at(last, 12), bookable=True, capacity=9)
    ensure_checkpoints(event)
    question = Question(event_id=event.id, kind=QuestionKind.SHORT_TEXT, category_ids=[vip.id])
    question.versions = [QuestionVersion(version=1, label_th="อาหาร")]
    db.session.add_all([
        question, Gate(event_id=event.id, name="ประตูหลัก"),
        Checkpoint(event_id=event.id, session_id=room.id, position=9, name_th="ห้อง", category_ids=[vip.id]),
        EventFile(event_id=event.id, name_th="สไลด์", file_name="a.pdf", sha256=storage.put(b"%PDF", "application/pdf")),
        Host(event_id=event.id, organisation_id=make.organisation().id), Grant(event_id=event.id, user_id=make.user().id, role=Role.VIEWER),
        _plan(event),
        *(Mailing(event_id=event.id, subject_th="เตือน", body_th="พบกัน", hours_before=hours, state=MailingState.SCHEDULED,
                  audience={"statuses": ["confirmed"], "categories": ids}) for hours, ids in ((24, []), (48, [vip.id]))),
        Mailing(event_id=event.id, subject_th="ส่งแล้ว", body_th="x", state=MailingState.SENT)])
    make.registration(event)
    db.session.flush()
    return event


def clone_of(event: Event, *parts: Part, days: int = 7) -> Event:
    command = CloneCommand("ครั้งใหม่", "Next one", FIRST + timedelta(days=days), frozenset(parts))
    copy = clone(event, command, None)
    db.session.expire_all()
    return copy


def test_everything_is_taken_over_but_the_people(make: Factory) -> None:
    event = whole(make)
    copy = clone_of(event, *ALL)
    assert (copy.status, copy.taken, copy.title_th, copy.slug) == (
        EventStatus.DRAFT, 0, "ครั้งใหม่", f"{FIRST + timedelta(days=7)}-next-one")
    for name in ("capacity", "waitlist", "online_url", "notice_items", "retention", "hours", "poster_sha256", "place_th", "programme_id"):
        assert getattr(copy, name) == getattr(event, name), name
    assert [(one.hidden, one.approval, one.capacity, one.taken) for one in copy.categories] == [(False, False, None, 0), (True, True, 5, 0)]
    assert [(one.capacity, one.bookable) for one in copy.sessions] == [(9, True)]
    assert [file.sha256 for file in copy.files] == [file.sha256 for file in event.files]
    assert [host.organisation_id for host in copy.own_hosts] == [host.organisation_id for host in event.own_hosts]
    assert db.session.scalars(select(Grant.role).where(Grant.event_id == copy.id)).all() == [Role.VIEWER]
    assert asked(copy.id)[0].question.category_ids == [copy.categories[1].id]
    assert db.session.scalar(select(func.count(Registration.id)).where(Registration.event_id == copy.id)) == 0


def test_every_date_moves_as_far_as_the_first_day(make: Factory) -> None:
    event = whole(make)
    copy = clone_of(event, *ALL)
    week = timedelta(days=7)
    for name in ("starts_at", "ends_at", "registration_closes_at", "changes_until"):
        assert getattr(copy, name) - getattr(event, name) == week, name
    assert (copy.registration_opens_at, copy.names_until) == (None, None)
    assert copy.sessions[0].starts_at - event.sessions[0].starts_at == week
    plan = plan_of(copy)
    assert (plan.issued_on, plan.design.version, plan.design.event_id) == (FIRST + week, 1, copy.id)


def test_the_rule_of_the_certificate_names_what_was_taken_over(make: Factory) -> None:
    event = whole(make)
    doors, vip = checkpoints(event), event.categories[1]
    plan_of(event).rule = Rule(Basis.COUNT, compulsory=(doors[0].id, doors[-1].id), categories=(vip.id,)).to_json()
    copy = clone_of(event, *ALL)
    rule, new = rule_of(plan_of(copy)), checkpoints(copy)
    assert (rule.basis, rule.compulsory, rule.categories) == (Basis.COUNT, (new[0].id, new[-1].id), (copy.categories[1].id,))
    alone = rule_of(plan_of(clone_of(event, Part.CERTIFICATE)))
    assert alone.compulsory == ()


def test_doors_belong_to_the_copy_and_say_its_days(make: Factory) -> None:
    event = whole(make)
    copy = clone_of(event, *ALL)
    doors = db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == copy.id).order_by(Checkpoint.position)).all()
    fresh = clone_of(event, days=7)
    assert [door.name_th for door in doors[:2]] == [door.name_th for door in ensure_checkpoints(fresh)]
    assert [door.opens_at for door in doors[:2]] == [door.opens_at for door in ensure_checkpoints(fresh)]
    assert (doors[2].session_id, doors[2].category_ids) == (copy.sessions[0].id, [copy.categories[1].id])
    assert db.session.scalars(select(Gate.name).where(Gate.event_id == copy.id)).all() == ["ประตูหลัก"]


def test_a_door_of_a_session_that_stays_behind_stays_behind(make: Factory) -> None:
    copy = clone_of(whole(make), Part.CHECKPOINTS)
    doors = db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == copy.id)).all()
    assert len(doors) == 2 and all(door.session_id is None for door in doors)


def test_reminders_go_to_the_same_people_or_wait_for_a_look(make: Factory) -> None:
    event = whole(make)
    copy = clone_of(event, Part.REMINDERS, Part.CATEGORIES)
    rows = db.session.scalars(select(Mailing).where(Mailing.event_id == copy.id).order_by(Mailing.id)).all()
    assert [(row.state, row.hours_before, row.audience["categories"]) for row in rows] == [
        (MailingState.SCHEDULED, 24, []), (MailingState.SCHEDULED, 48, [copy.categories[1].id])]
    bare = clone_of(event, Part.REMINDERS)
    rows = db.session.scalars(select(Mailing).where(Mailing.event_id == bare.id).order_by(Mailing.id)).all()
    assert [(row.state, row.audience["categories"]) for row in rows] == [(MailingState.SCHEDULED, []), (MailingState.DRAFT, [])]


@pytest.mark.parametrize(("table", "column"), [
    (EventFile, EventFile.event_id), (Host, Host.event_id), (Grant, Grant.event_id), (Checkpoint, Checkpoint.event_id),
    (CertificateDesign, CertificateDesign.event_id), (CertificatePlan, CertificatePlan.event_id),
    (Mailing, Mailing.event_id), (Question, Question.event_id)])
def test_what_is_not_chosen_stays_behind(make: Factory, table: type, column: object) -> None:
    copy = clone_of(whole(make))
    assert db.session.scalar(select(func.count()).select_from(table).where(column == copy.id)) == 0
    assert [one.name_th for one in copy.categories] == ["ผู้เข้าร่วม"] and not copy.sessions
    assert (copy.place_th, copy.capacity, copy.notice_items, copy.poster_sha256) == ("", None, None, None)
