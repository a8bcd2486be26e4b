"""Who gets a certificate of a plan now: the database's side of the rules. So many statements, however many the people."""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, select

from blueprints.certificates import queries, timetable
from blueprints.certificates.rules import (
    BY_NAME,
    CONDITIONS,
    Basis,
    Lack,
    Person,
    Rule,
    Shortfall,
    shortfalls,
)
from blueprints.certificates.timetable import Part, Past
from blueprints.checkin import queries as checkin
from models import (
    Certificate,
    CertificateException,
    CertificateKind,
    CertificatePlan,
    CertificateStatus,
    CheckpointKind,
    Event,
    NamedHolder,
    Organisation,
    Registration,
    RegistrationStatus,
    Scan,
    User,
    db,
    now,
)

NOWHERE: frozenset[int] = frozenset()


class Outcome(enum.StrEnum):
    """What becomes of somebody when certificates are issued now."""

    NEW = "new"
    HAS = "has"
    NOT = "not"


class Subject(enum.StrEnum):
    """Whom a certificate is for. The value stands before the id where one word names both."""

    REGISTRATION = "r"
    ORGANISATION = "o"
    NAMED = "n"


@dataclass(frozen=True)
class Decision:
    """An exception as it is shown."""

    id: int
    granted: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Held:
    """The certificate that somebody has, or had."""

    id: int
    number: str
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """What becomes of one subject. Whoever has a certificate and would get none today has shortfalls too: nothing is revoked by itself."""

    subject: Subject
    id: int
    sort_key: str
    outcome: Outcome
    shortfalls: tuple[Shortfall, ...] = ()
    decision: Decision | None = None
    held: Held | None = None
    category_id: int = 0

    @property
    def no_longer(self) -> bool:
        """Whether the certificate is there, and would not be issued today."""
        return self.outcome is Outcome.HAS and bool(self.shortfalls)


def rule_of(plan: CertificatePlan) -> Rule:
    """The plan's rule."""
    return Rule.from_json(plan.rule, plan.kind)


class Roll:
    """What an event knows of its people, read once for all its plans."""

    def __init__(self, event: Event) -> None:
        self.event = event

    @cached_property
    def parts(self) -> list[Part]:
        """The event's checkpoints but meals."""
        hours = timetable.opening_hours(self.event.starts_at, self.event.ends_at, self.event.timezone, self.event.sessions)
        return [Part(one.id, one.kind, timetable.within(hours, one.opens_at, one.closes_at),
                     None if one.category_ids is None else frozenset(one.category_ids), one.policy.value, one.all_out_at)
                for one in checkin.checkpoints(self.event) if one.kind is not CheckpointKind.MEAL]

    @cached_property
    def attended(self) -> dict[int, frozenset[int]]:
        """The parts where each was let in."""
        there = frozenset(part.checkpoint_id for part in self.parts)
        return {one: both for one, came in checkin.attended_checkpoints(self.event).items() if (both := there & came)}

    @cached_property
    def people(self) -> Sequence[Row[Any]]:
        """The event's registrations in Thai order."""
        return db.session.execute(
            select(Registration.id, Registration.category_id, Registration.organisation_id, Registration.status, Registration.sort_key,
                   Registration.anonymised_at.is_not(None).label("erased"))
            .where(Registration.event_id == self.event.id).order_by(Registration.sort_key, Registration.id)).all()

    @cached_property
    def stayed(self) -> dict[int, int]:
        """How many seconds each was there, over the parts by which time is measured."""
        measured, until = {part.checkpoint_id: part for part in timetable.timed(self.parts)}, now()
        rows = db.session.execute(
            select(Scan.registration_id, Scan.checkpoint_id, Scan.nonce, Scan.direction, Scan.judged_at)
            .where(Scan.event_id == self.event.id, Scan.checkpoint_id.in_(measured), Scan.registration_id.is_not(None), Scan.verdict == "ok",
                   Scan.undone_at.is_(None)).order_by(Scan.registration_id, Scan.checkpoint_id))
        found: dict[int, int] = defaultdict(int)
        for (registration_id, checkpoint_id), group in groupby(rows, key=lambda row: (row[0], row[1])):
            log = [Past(row.nonce, row.direction.value, row.judged_at) for row in group]
            found[registration_id] += timetable.stayed(measured[checkpoint_id], log, until)
        return found

    def person(self, row: Row[Any], rule: Rule, done: dict[str, set[int]]) -> tuple[Any, ...]:
        """What is known of one registration, as `Person` takes it."""
        return (row.category_id, row.status is RegistrationStatus.CONFIRMED, self.attended.get(row.id, NOWHERE),
                self.stayed.get(row.id, 0) if rule.basis is Basis.TIME else 0, tuple(key for key, ids in done.items() if row.id in ids))


def dry_run(plan: CertificatePlan, roll: Roll | None = None) -> list[Verdict]:
    """Everyone whom the plan is about, in Thai order: who gets a certificate, who has one, who does not, and why.

    That is who holds a seat or came (of speakers and organisers only the chosen categories), who is named, who has or had a certificate,
    and whom an exception names. Of enterprises those of these people.
    """
    roll = roll or Roll(plan.event)
    found = _enterprises(plan, roll) if plan.kind is CertificateKind.ENTERPRISE else _registrations(plan, roll)
    return sorted([*_named(plan), *found], key=lambda one: (one.sort_key, one.subject, one.id))


def tally(verdicts: Iterable[Verdict]) -> Counter[str]:
    """How many verdicts there are of each outcome, and under "no_longer" of those who would not get again what they have."""
    found: Counter[str] = Counter()
    for one in verdicts:
        found[one.outcome.value] += 1
        found["no_longer"] += one.no_longer
    return found


def _judged(plan: CertificatePlan, roll: Roll) -> Iterator[tuple[Row[Any], tuple[Shortfall, ...]]]:
    rule = rule_of(plan)
    done = {key: CONDITIONS[key].done(plan.event) for key in rule.conditions if key in CONDITIONS}
    judged: dict[tuple[Any, ...], tuple[Shortfall, ...]] = {}  # many did the same
    for row in roll.people:
        known = roll.person(row, rule, done)
        if (lacks := judged.get(known)) is None:
            lacks = judged[known] = shortfalls(rule, Person(*known), roll.parts)
        yield row, lacks


def _is_here(row: Row[Any], roll: Roll) -> bool:
    return not row.erased and (row.status is RegistrationStatus.CONFIRMED or row.id in roll.attended)


def _registrations(plan: CertificatePlan, roll: Roll) -> Iterator[Verdict]:
    held, decided = _held(plan, Certificate.registration_id), _decided(plan, CertificateException.registration_id)
    for row, lacks in _judged(plan, roll):
        concerned = _is_here(row, roll) and not (plan.kind in BY_NAME and any(one.lack is Lack.CATEGORY for one in lacks))
        if concerned or row.id in held or (row.id in decided and not row.erased):
            yield _verdict(Subject.REGISTRATION, row, lacks, held.get(row.id), decided.get(row.id), row.category_id)


def _enterprises(plan: CertificatePlan, roll: Roll) -> Iterator[Verdict]:
    needed, fulfil, there = rule_of(plan).people, Counter[int](), Counter[int]()
    for row, lacks in _judged(plan, roll):
        if row.organisation_id is not None and _is_here(row, roll) and not any(one.lack is Lack.CATEGORY for one in lacks):
            there[row.organisation_id] += 1
            fulfil[row.organisation_id] += not lacks
    stands = func.coalesce(Organisation.merged_into_id, Organisation.id)
    held = _held(plan, stands, Organisation.id == Certificate.organisation_id)
    decided = _decided(plan, stands, Organisation.id == CertificateException.organisation_id)
    of_event = select(Registration.organisation_id).where(Registration.event_id == plan.event_id)
    rows = db.session.execute(select(Organisation.id, Organisation.sort_key).where(
        Organisation.id.in_(of_event) | Organisation.id.in_([*held, *decided])).order_by(Organisation.id))
    for row in rows:
        if there[row.id] or row.id in held or row.id in decided:
            lacks = () if fulfil[row.id] >= needed else (Shortfall(Lack.TOO_FEW_PEOPLE, fulfil[row.id], needed, there[row.id]),)
            yield _verdict(Subject.ORGANISATION, row, lacks, held.get(row.id), decided.get(row.id))


def _named(plan: CertificatePlan) -> Iterator[Verdict]:
    held = _held(plan, Certificate.named_holder_id)
    rows = db.session.execute(select(NamedHolder.id, NamedHolder.sort_key).where(NamedHolder.plan_id == plan.id).order_by(NamedHolder.id))
    for row in rows:
        yield _verdict(Subject.NAMED, row, (), held.get(row.id), None)


def _verdict(subject: Subject, row: Row[Any], lacks: tuple[Shortfall, ...], held: Held | None, decision: Decision | None,
             category_id: int = 0) -> Verdict:
    granted = decision is not None and decision.granted
    if decision is not None:
        lacks = () if granted else (Shortfall(Lack.DENIED), *lacks)
    if held and held.revoked_at is None:
        outcome = Outcome.HAS
    else:
        if held and held.revoked_at and not (decision and granted and decision.at > held.revoked_at):
            lacks = (*lacks, Shortfall(Lack.REVOKED))
        outcome = Outcome.NOT if lacks else Outcome.NEW
    return Verdict(subject, row.id, row.sort_key, outcome, lacks, decision, held, category_id)


def _held(plan: CertificatePlan, column: Any, *joined: Any) -> dict[int, Held]:
    """The valid certificate of each, or else the one that was revoked last; `joined` leads to the organisation that stands."""
    rows = select(column, Certificate.id, Certificate.number, Certificate.status, Certificate.status_at).where(
        Certificate.event_id == plan.event_id, Certificate.kind == plan.kind, Certificate.status != CertificateStatus.REPLACED,
        column.is_not(None), ~queries.before_handing_over()).order_by(Certificate.status_at, Certificate.id)
    found: dict[int, Held] = {}
    for one, certificate_id, number, status, at in db.session.execute(rows.join(Organisation, *joined) if joined else rows):
        if status is CertificateStatus.VALID:
            found[one] = Held(certificate_id, number)
        elif one not in found or found[one].revoked_at:
            found[one] = Held(certificate_id, number, at)
    return found


def _decided(plan: CertificatePlan, column: Any, *joined: Any) -> dict[int, Decision]:
    """The exception of each; of two entries of the directory that became one, the later."""
    rows = (select(column, CertificateException.id, CertificateException.granted, CertificateException.reason, User.name,
                   CertificateException.decided_at)
            .outerjoin(User, User.id == CertificateException.decided_by_id).where(CertificateException.plan_id == plan.id, column.is_not(None))
            .order_by(CertificateException.decided_at, CertificateException.id))
    return {row[0]: Decision(row[1], row[2], row[3], row[4] or "", row[5])
            for row in db.session.execute(rows.join(Organisation, *joined) if joined else rows)}
