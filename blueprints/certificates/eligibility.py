"""Who gets a certificate of a plan now: the database's side of the rules. A few statements, whatever the number of people."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select

from blueprints.certificates.rules import CONDITIONS, Basis, Lack, Part, Person, Rule, Shortfall, shortfalls, timed
from blueprints.checkin import queries as checkin
from blueprints.checkin.attendance import attendance
from models import (
    Certificate,
    CertificateException,
    CertificateKind,
    CertificatePlan,
    CertificateStatus,
    NamedHolder,
    Organisation,
    Registration,
    RegistrationStatus,
    Scan,
    db,
)


class Outcome(enum.StrEnum):
    NEW = "new"
    HAS = "has"
    NOT = "not"


class Subject(enum.StrEnum):
    """Whom a certificate is for."""

    REGISTRATION = "registration"
    ORGANISATION = "organisation"
    NAMED = "named"


@dataclass(frozen=True)
class Verdict:
    """What becomes of one subject. Who has a certificate and would get none today has shortfalls too: nothing is revoked by itself."""

    subject: Subject
    id: int
    outcome: Outcome
    shortfalls: tuple[Shortfall, ...] = ()
    exception: str = ""  # the reason of an exception that grants it

    @property
    def no_longer(self) -> bool:
        return self.outcome is Outcome.HAS and bool(self.shortfalls)


def rule_of(plan: CertificatePlan) -> Rule:
    """The plan's rule."""
    return Rule.from_json(plan.rule, plan.kind)


def parts_of(plan: CertificatePlan) -> list[Part]:
    """The event's checkpoints as parts: within the event's own time where they have no hours of their own."""
    event = plan.event
    return [Part(one.id, one.kind, max(one.opens_at or event.starts_at, event.starts_at), min(one.closes_at or event.ends_at, event.ends_at))
            for one in checkin.checkpoints(event)]


def dry_run(plan: CertificatePlan) -> list[Verdict]:
    """Everyone the plan is about, in Thai order: who gets a certificate, who has one, who does not, and why."""
    people = _people(plan)
    if plan.kind is CertificateKind.ENTERPRISE:
        found = _enterprises(plan, people)
    else:
        known = _known(plan, Certificate.registration_id, CertificateException.registration_id)
        found = [_verdict(Subject.REGISTRATION, one.id, lacks, known) for one, lacks in people]
    return _named(plan) + [one for one in found if one.outcome is not Outcome.NOT or not _beside(one)]


def _beside(verdict: Verdict) -> bool:
    """Whether the plan is not about this person at all: of another category, or where only named people get one."""
    return any(one.lack in (Lack.CATEGORY, Lack.NOT_NAMED) for one in verdict.shortfalls)


def _people(plan: CertificatePlan) -> list[tuple[Any, tuple[Shortfall, ...]]]:
    rule, parts = rule_of(plan), parts_of(plan)
    came = checkin.attended_checkpoints(plan.event)
    stayed = _seconds(plan, parts) if rule.basis is Basis.TIME else {}
    done = {key: CONDITIONS[key].done(plan.event) for key in rule.conditions if key in CONDITIONS}
    rows = db.session.execute(
        select(Registration.id, Registration.category_id, Registration.organisation_id, Registration.status)
        .where(Registration.event_id == plan.event_id, Registration.anonymised_at.is_(None)).order_by(Registration.sort_key, Registration.id))
    return [(row, shortfalls(rule, Person(row.category_id, came.get(row.id, frozenset()), stayed.get(row.id, 0),
                                          {key for key, ids in done.items() if row.id in ids}), parts))
            for row in rows if row.status is RegistrationStatus.CONFIRMED or row.id in came]


def _seconds(plan: CertificatePlan, parts: list[Part]) -> dict[int, int]:
    """How long each was there, over the parts by which time is measured. Whoever was not scanned out stayed to the part's end."""
    measured = {part.checkpoint_id: part for part in timed(parts)}
    policies = {one.id: one.policy.value for one in checkin.checkpoints(plan.event)}
    rows = db.session.execute(
        select(Scan.registration_id, Scan.checkpoint_id, Scan.nonce, Scan.direction, Scan.judged_at)
        .where(Scan.event_id == plan.event_id, Scan.checkpoint_id.in_(measured), Scan.registration_id.is_not(None), Scan.verdict == "ok",
               Scan.undone_at.is_(None)).order_by(Scan.registration_id, Scan.checkpoint_id))
    stayed: dict[int, int] = defaultdict(int)
    for (registration_id, checkpoint_id), group in groupby(rows, key=lambda row: (row.registration_id, row.checkpoint_id)):
        part = measured[checkpoint_id]
        log = [_Past(row.nonce, row.direction.value, max(row.judged_at, part.starts_at)) for row in group]
        stayed[registration_id] += min(part.seconds, attendance(log, policies[checkpoint_id], part.ends_at).seconds)  # type: ignore[arg-type]
    return stayed


@dataclass(frozen=True)
class _Past:
    """A scan as `attendance` reads it."""

    nonce: str
    direction: str
    at: datetime
    admitted: bool = True
    undone: bool = False


@dataclass(frozen=True)
class _Known:
    """What the records say of the subjects of one kind: who holds a valid one, whose was revoked and when, and the exceptions."""

    valid: set[int]
    revoked: dict[int, datetime]
    exceptions: dict[int, CertificateException]


def _known(plan: CertificatePlan, column: Any, link: Any) -> _Known:
    rows = db.session.execute(select(column, Certificate.status, Certificate.status_at).where(
        Certificate.event_id == plan.event_id, Certificate.kind == plan.kind, column.is_not(None))).all()
    exceptions = db.session.scalars(select(CertificateException).where(CertificateException.plan_id == plan.id, link.is_not(None)))
    return _Known({row[0] for row in rows if row[1] is CertificateStatus.VALID},
                  {row[0]: row[2] for row in rows if row[1] is CertificateStatus.REVOKED}, {getattr(one, link.key): one for one in exceptions})


def _verdict(subject: Subject, subject_id: int, lacks: tuple[Shortfall, ...], known: _Known) -> Verdict:
    exception = known.exceptions.get(subject_id)
    granted = exception is not None and exception.granted
    if exception is not None:
        lacks = () if granted else (Shortfall(Lack.DENIED, reason=exception.reason), *lacks)
    if subject_id in known.valid:
        return Verdict(subject, subject_id, Outcome.HAS, lacks, exception.reason if granted else "")
    revoked_at = known.revoked.get(subject_id)
    if revoked_at is not None and not (granted and exception.decided_at > revoked_at):
        lacks = (*lacks, Shortfall(Lack.REVOKED))
    return Verdict(subject, subject_id, Outcome.NOT if lacks else Outcome.NEW, lacks, exception.reason if granted else "")


def _enterprises(plan: CertificatePlan, people: list[tuple[Any, tuple[Shortfall, ...]]]) -> list[Verdict]:
    needed, fulfil, registered = rule_of(plan).people, defaultdict(int), defaultdict(int)
    for one, lacks in people:
        if one.organisation_id is not None and not any(lack.lack is Lack.CATEGORY for lack in lacks):
            registered[one.organisation_id] += 1
            fulfil[one.organisation_id] += not lacks
    known = _known(plan, Certificate.organisation_id, CertificateException.organisation_id)
    rows = db.session.scalars(select(Organisation.id).where(Organisation.id.in_({*registered, *known.valid, *known.exceptions}))
                              .order_by(Organisation.sort_key, Organisation.id))
    return [_verdict(Subject.ORGANISATION, one, () if fulfil[one] >= needed else (
        Shortfall(Lack.TOO_FEW_PEOPLE, fulfil[one], needed, registered[one]),), known) for one in rows]


def _named(plan: CertificatePlan) -> list[Verdict]:
    have = dict(db.session.execute(select(Certificate.named_holder_id, Certificate.status).where(
        Certificate.event_id == plan.event_id, Certificate.kind == plan.kind, Certificate.named_holder_id.is_not(None))
        .order_by(Certificate.status, Certificate.id)).all())
    rows = db.session.scalars(select(NamedHolder.id).where(NamedHolder.plan_id == plan.id).order_by(NamedHolder.sort_key, NamedHolder.id))
    outcomes = {CertificateStatus.VALID: Outcome.HAS, CertificateStatus.REVOKED: Outcome.NOT, None: Outcome.NEW}
    return [Verdict(Subject.NAMED, one, outcomes.get(have.get(one), Outcome.NEW),
                    (Shortfall(Lack.REVOKED),) if have.get(one) is CertificateStatus.REVOKED else ()) for one in rows]
