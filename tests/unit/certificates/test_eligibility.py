"""Who gets a certificate, on the real database: every reason, and that issuing does what the dry run said."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from blueprints.certificates import corrections, eligibility, exceptions, issuing, named, plans
from blueprints.certificates.eligibility import Outcome, Subject, Verdict
from blueprints.certificates.plans import PlanCommand
from blueprints.certificates.registers import RegisterCommand
from blueprints.certificates.rules import CONDITIONS, Basis, Condition, Rule
from blueprints.certificates.verdict_words import Names, asked, exception_in_words, impossible, reasons
from blueprints.privacy import erasing
from core.locale import in_language
from models import (
    Certificate,
    CertificateException,
    CertificateKind,
    CertificatePlan,
    Checkpoint,
    CheckpointKind,
    Event,
    EventStatus,
    RegisterReset,
    Registration,
    RegistrationStatus,
    Scan,
    db,
    now,
)
from tests.factories import Factory

REGISTER = RegisterCommand("ทะเบียน", "{number}/{year}", 1, False, RegisterReset.BUDDHIST_YEAR, False)
ATTENDANCE, SPEAKER, ENTERPRISE = CertificateKind.ATTENDANCE, CertificateKind.SPEAKER, CertificateKind.ENTERPRISE


@pytest.fixture(autouse=True)
def _thai(app: Flask) -> Iterator[None]:
    with in_language("th"):
        yield


@pytest.fixture
def event(make: Factory) -> Event:
    """A day that is over, with two half-days besides its entrance, and lunch."""
    event = make.event(starts_at=now().replace(hour=2, minute=0, second=0, microsecond=0) - timedelta(days=2))  # 9.00 in Thailand
    event.ends_at = event.starts_at + timedelta(hours=7)
    noon = event.starts_at + timedelta(hours=3)
    make.checkpoint(event, kind=CheckpointKind.HALF_DAY, name_th="เช้า", position=1, closes_at=noon)
    make.checkpoint(event, kind=CheckpointKind.HALF_DAY, name_th="บ่าย", position=2, opens_at=noon)
    make.checkpoint(event, kind=CheckpointKind.MEAL, name_th="อาหารกลางวัน", position=3)
    return event


def plan_of(event: Event, rule: Rule | None = None, kind: CertificateKind = ATTENDANCE) -> CertificatePlan:
    return plans.save_plan(event, kind, PlanCommand(date(2020, 7, 17), REGISTER, rule), None)


def scan(person: Registration, position: int, hours: float = 0, direction: str = "in", **more: Any) -> Scan:
    """The person at the event's nth checkpoint, so many hours after the event's beginning."""
    event = person.event
    checkpoint = db.session.scalars(select(Checkpoint.id).where(Checkpoint.event_id == event.id, Checkpoint.position == position)).one()
    at = event.starts_at + timedelta(hours=hours)
    row = Scan(nonce=f"{person.id}-{position}-{hours}-{direction}", event_id=event.id, checkpoint_id=checkpoint, registration_id=person.id,
               direction=direction, source="camera", raw_code=person.code, claimed_at=at, judged_at=at, **({"verdict": "ok"} | more))
    db.session.add(row)
    db.session.flush()
    return row


def one(plan: CertificatePlan, subject_id: int) -> Verdict:
    return next(verdict for verdict in eligibility.dry_run(plan) if verdict.id == subject_id)


def why(plan: CertificatePlan, subject_id: int) -> str:
    return " ".join(reasons(one(plan, subject_id), eligibility.rule_of(plan), Names(plan.event)))


def issue(plan: CertificatePlan) -> list[Certificate]:
    return issuing.issue(plan, None, "https://x")


def test_who_came_is_new_who_did_not_reads_why_and_a_meal_is_no_coming(event: Event, make: Factory) -> None:
    came, ate, absent = (make.registration(event) for _ in range(3))
    scan(came, 0)
    scan(ate, 3)
    scan(absent, 0, verdict="too_early")
    plan = plan_of(event)
    assert [one(plan, person.id).outcome for person in (came, ate, absent)] == [Outcome.NEW, Outcome.NOT, Outcome.NOT]
    assert why(plan, absent.id) == "ไม่ได้มา: ไม่มีการสแกนที่ประตูซึ่งนับการเข้าร่วม"
    assert [c.registration_id for c in issue(plan)] == [came.id] and issue(plan) == []


def test_who_is_not_expected_is_listed_only_once_they_came(event: Event, make: Factory) -> None:
    waiting, came = (make.registration(event, status=RegistrationStatus.WAITLISTED) for _ in range(2))
    scan(came, 0)
    assert [verdict.id for verdict in eligibility.dry_run(plan_of(event))] == [came.id]
    assert waiting.id != came.id


def test_two_of_two_half_days(event: Event, make: Factory) -> None:
    whole, half = make.registration(event), make.registration(event)
    for person, position in ((whole, 1), (whole, 2), (half, 1), (half, 0)):
        scan(person, position)
    plan = plan_of(event, Rule(Basis.COUNT, CheckpointKind.HALF_DAY))
    assert [one(plan, person.id).outcome for person in (whole, half)] == [Outcome.NEW, Outcome.NOT]
    assert why(plan, half.id) == "เข้าร่วม 1 จาก 2 ครึ่งวัน ต้องเข้าร่วม 2 ครึ่งวัน"
    afternoon = db.session.scalars(select(Checkpoint.id).where(Checkpoint.position == 2, Checkpoint.event_id == event.id)).one()
    plan = plan_of(event, Rule(compulsory=(afternoon,)))
    assert "บ่าย" in why(plan, half.id) and one(plan, whole.id).outcome is Outcome.NEW


def test_a_share_of_the_time_is_measured_at_the_half_days(event: Event, make: Factory) -> None:
    late, short = make.registration(event), make.registration(event)
    scan(late, 1, 0.5)
    scan(late, 2, 4)
    scan(short, 1)
    scan(short, 1, 2, "out")
    scan(short, 2, 4)
    scan(short, 2, 5, "out")
    plan = plan_of(event, Rule(Basis.TIME, needed=80))
    assert one(plan, late.id).outcome is Outcome.NEW, "5.5 of 6 hours"
    assert "50 %" in why(plan, short.id) and "80 %" in why(plan, short.id)


def test_categories_and_what_other_features_ask(event: Event, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    guest = make.category(event, name_th="แขก")
    right, wrong = make.registration(event), make.registration(event, category_id=guest.id)
    scan(right, 0)
    scan(wrong, 0)
    monkeypatch.setitem(CONDITIONS, "survey", Condition("แบบประเมิน", lambda _event: {wrong.id}))
    plan = plan_of(event, Rule(categories=(right.category_id,), conditions=("survey",)))
    assert "แขก" in why(plan, wrong.id) and "แบบประเมิน" in why(plan, right.id)
    assert "แบบประเมิน" not in why(plan, wrong.id)


def test_an_undone_entry_is_shown_and_revokes_nothing(event: Event, make: Factory) -> None:
    person = make.registration(event)
    entry = scan(person, 0)
    plan = plan_of(event)
    certificate = issue(plan)[0]
    entry.undone_at = now()
    db.session.flush()
    verdict = one(plan, person.id)
    assert (verdict.outcome, verdict.no_longer, verdict.held.number) == (Outcome.HAS, True, certificate.number)
    assert eligibility.tally([verdict]) == {"has": 1, "no_longer": 1}
    assert issue(plan) == [] and certificate.status == "valid"


def test_who_was_revoked_gets_a_new_one_only_by_a_later_exception(event: Event, make: Factory) -> None:
    person, user = make.registration(event), make.user(name="ผู้จัด ก")
    scan(person, 0)
    plan = plan_of(event)
    exceptions.decide(plan, [(Subject.REGISTRATION, person.id)], True, "ก่อนหน้า", user)
    first = issue(plan)[0]
    corrections.revoke(first, "ออกผิด", user)
    assert first.number in why(plan, person.id) and issue(plan) == []
    exceptions.decide(plan, [(Subject.REGISTRATION, person.id)], True, "ตรวจแล้ว", user)
    assert exception_in_words(one(plan, person.id)) == "ได้รับเป็นกรณียกเว้นโดย ผู้จัด ก: ตรวจแล้ว"
    second = issue(plan)[0]
    assert second.sequence == 2 and one(plan, person.id).held.number == second.number
    corrections.revoke(second, "ผิดอีก", user)
    assert one(plan, person.id).outcome is Outcome.NOT


def test_exceptions_grant_deny_and_are_withdrawn(event: Event, make: Factory) -> None:
    came, absent, user = make.registration(event), make.registration(event), make.user(name="ผู้จัด ก")
    scan(came, 0)
    plan = plan_of(event)
    exceptions.decide(plan, [(Subject.REGISTRATION, absent.id)], True, "เข้าร่วมออนไลน์", user)
    exceptions.decide(plan, [(Subject.REGISTRATION, came.id)], False, "ใช้ชื่อผู้อื่น", user)
    assert [one(plan, person.id).outcome for person in (came, absent)] == [Outcome.NOT, Outcome.NEW]
    assert why(plan, came.id) == "ไม่ได้รับเป็นกรณียกเว้นโดย ผู้จัด ก: ใช้ชื่อผู้อื่น"
    exceptions.withdraw(plan, one(plan, came.id).decision.id)
    assert [c.registration_id for c in issue(plan)] == [came.id, absent.id]
    with pytest.raises(exceptions.ReasonMissing):
        exceptions.decide(plan, [(Subject.REGISTRATION, came.id)], False, "", user)
    for stranger in (make.registration().id, 0):
        with pytest.raises(exceptions.NobodyChosen):
            exceptions.decide(plan, [(Subject.REGISTRATION, stranger)], True, "เหตุผล", user)


def test_of_an_erased_person_the_certificate_stays_and_no_reason(event: Event, make: Factory) -> None:
    certified, absent = make.registration(event), make.registration(event)
    scan(certified, 0)
    plan = plan_of(event)
    issue(plan)
    exceptions.decide(plan, [(Subject.REGISTRATION, person.id) for person in (certified, absent)], True, "ป่วย", None)
    for person in (certified, absent):
        erasing.anonymise(person)
    assert [(verdict.id, verdict.outcome) for verdict in eligibility.dry_run(plan)] == [(certified.id, Outcome.HAS)]
    assert db.session.scalars(select(CertificateException.reason)).all() == ["", ""]


def test_an_enterprise_needs_so_many_of_its_people(event: Event, make: Factory) -> None:
    two, single, merged = (make.organisation(name) for name in ("บริษัท ก จำกัด", "บริษัท ข จำกัด", "บริษัท เดิม จำกัด"))
    for organisation, came in ((two, True), (two, True), (two, False), (single, True), (None, True)):
        person = make.registration(event, organisation_id=organisation.id if organisation else None)
        if came:
            scan(person, 0)
    plan = plan_of(event, Rule(people=2), ENTERPRISE)
    assert [(verdict.id, verdict.outcome) for verdict in eligibility.dry_run(plan)] == [(two.id, Outcome.NEW), (single.id, Outcome.NOT)]
    assert why(plan, single.id) == "มี 1 จากทั้งหมด 1 คนที่เป็นไปตามเงื่อนไข ต้องมี 2 คน"
    exceptions.decide(plan, [(Subject.ORGANISATION, single.id)], True, "กิจการขนาดเล็ก", None)
    assert [(c.holder, c.facts["organisation"]) for c in issue(plan)] == [("บริษัท ก จำกัด", ""), ("บริษัท ข จำกัด", "")]
    two.merged_into_id = merged.id
    db.session.execute(db.update(Registration).where(Registration.organisation_id == two.id).values(organisation_id=merged.id))
    assert one(plan, merged.id).outcome is Outcome.HAS, "the entry that stands has what the other was given"


def test_speakers_are_named_or_of_a_category(event: Event, make: Factory) -> None:
    host, guest = make.category(event), make.registration(event)
    staff = make.registration(event, category_id=host.id, first_name="กา")
    scan(guest, 0)
    plan = plan_of(event, None, SPEAKER)
    named.add(plan, "ดร.ไก่ ดี; Dr. Kai Dee; มหาวิทยาลัย")
    assert [verdict.subject for verdict in eligibility.dry_run(plan)] == [Subject.NAMED]
    plan = plan_of(event, Rule(Basis.SEAT, categories=(host.id,)), SPEAKER)
    made = issue(plan)
    assert [(c.holder, c.registration_id, c.facts["organisation"]) for c in made] == [
        ("นางสาวกา ศรีสุข", staff.id, "บริษัท ตัวอย่าง จำกัด"), ("ดร.ไก่ ดี", None, "มหาวิทยาลัย")]
    assert (made[1].named_holder_id, made[1].facts["holder_en"], made[1].kind) == (named.holders_of(plan)[0].id, "Dr. Kai Dee", SPEAKER)
    assert issue(plan) == []


def test_a_cancelled_event_issues_nothing(event: Event, make: Factory) -> None:
    scan(make.registration(event), 0)
    plan, event.status = plan_of(event), EventStatus.CANCELLED
    for attempt in (lambda: issue(plan), lambda: issuing.start("issue", plan, None)):
        with pytest.raises(issuing.EventCancelled):
            attempt()


def test_a_preview_shows_the_longest_name_of_its_kind(event: Event, make: Factory) -> None:
    organisation = make.organisation("บริษัท ชื่อยาวมากเป็นพิเศษ จำกัด")
    make.registration(event, organisation_id=organisation.id, certificate_name="นางสาวชื่อบนเกียรติบัตร ยาวที่สุด")
    assert issuing.preview_facts(plan_of(event), "https://x").holder_th == "นางสาวชื่อบนเกียรติบัตร ยาวที่สุด"
    assert issuing.preview_facts(plan_of(event, kind=ENTERPRISE), "https://x").holder_th == organisation.name_th
    assert issuing.preview_facts(plan_of(make.event()), "https://x").holder_th == issuing.NOBODY


def test_a_rule_says_what_it_asks_and_that_nobody_can_fulfil_it(event: Event) -> None:
    roll, names = eligibility.Roll(event), Names(event)
    assert asked(Rule(Basis.COUNT, needed=3), ATTENDANCE, roll.parts, names) == ["เข้าร่วม 3 จาก 2 ครึ่งวัน"]
    assert impossible(Rule(Basis.COUNT, needed=3), roll.parts) and not impossible(Rule(Basis.COUNT), roll.parts)
    assert impossible(Rule(Basis.COUNT, CheckpointKind.SESSION), roll.parts) and not impossible(Rule(Basis.TIME, needed=80), roll.parts)


@pytest.mark.parametrize("rule", [Rule(), Rule(Basis.COUNT), Rule(Basis.TIME, needed=80)])
def test_five_thousand_people_are_judged_in_less_than_a_second(event: Event, make: Factory, rule: Rule,
                                                               statements: Callable[[], AbstractContextManager[list[str]]]) -> None:
    like = make.registration(event)
    columns = {c.key: getattr(like, c.key) for c in Registration.__mapper__.column_attrs if c.key != "id"}
    db.session.execute(insert(Registration), [columns | {"code": f"C{n}", "manage_token": f"M{n}", "person_key": f"P{n}"} for n in range(5000)])
    ids = db.session.scalars(select(Registration.id).where(Registration.event_id == event.id)).all()
    doors = db.session.scalars(select(Checkpoint.id).where(Checkpoint.event_id == event.id, Checkpoint.kind != "meal")).all()
    db.session.execute(insert(Scan), [
        {"nonce": f"{n}-{door}", "event_id": event.id, "checkpoint_id": door, "registration_id": n, "direction": "in", "source": "camera",
         "raw_code": "x", "claimed_at": event.starts_at, "judged_at": event.starts_at, "verdict": "ok"} for n in ids for door in doors])
    plan = plan_of(event, rule)
    began = time.process_time()
    with statements() as sent:
        counts = eligibility.tally(eligibility.dry_run(plan))
    assert time.process_time() - began < 1
    assert counts[Outcome.NEW] == 5001 and len(sent) <= 11, sent
