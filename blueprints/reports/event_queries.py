"""What the report of one event reads beside its figures: so many statements, however many the people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select

from blueprints.checkin import queries as checkin
from blueprints.checkin.queries import admitted
from blueprints.reports.measures import came, only, registered
from core.locale import local
from models import (
    Category,
    Certificate,
    CertificateKind,
    CertificateStatus,
    Checkpoint,
    ConflictSettlement,
    Decision,
    Event,
    Mailing,
    Message,
    MessageState,
    Organisation,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    Scan,
    SessionChoice,
    db,
)

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Door:
    """A checkpoint: who was expected, and how many of each category (its id) were let in, each person once."""

    checkpoint: Checkpoint
    expected: int
    came: dict[int, int]

    @property
    def total(self) -> int:
        return sum(self.came.values())


@dataclass(frozen=True)
class Issued:
    """Certificates of one kind: how many stand, were replaced and were revoked, and the first and last number that was issued."""

    kind: CertificateKind
    counts: dict[CertificateStatus, int]
    first: str
    last: str


def sources(event: Event) -> dict[RegistrationSource, int]:
    """How those who count were registered."""
    return dict(db.session.execute(select(Registration.source, func.count()).where(Registration.event_id == event.id, registered())
                                   .group_by(Registration.source)).all())


def statuses(event: Event) -> dict[RegistrationStatus, int]:
    """How many registrations stand where, those that do not count too."""
    return dict(db.session.execute(select(Registration.status, func.count()).where(Registration.event_id == event.id)
                                   .group_by(Registration.status)).all())


def doors(event: Event) -> list[Door]:
    """The event's checkpoints in their order. Expected are those who count, of its categories, and who chose its session."""
    let_in: dict[int, dict[int, int]] = defaultdict(dict)
    for checkpoint_id, category_id, count in db.session.execute(
            select(Scan.checkpoint_id, Registration.category_id, func.count(Scan.registration_id.distinct()))
            .join(Registration, Registration.id == Scan.registration_id).where(Scan.event_id == event.id, admitted())
            .group_by(Scan.checkpoint_id, Registration.category_id)):
        let_in[checkpoint_id][category_id] = count
    by_category = dict(db.session.execute(
        select(Registration.category_id, func.count()).where(Registration.event_id == event.id, registered())
        .group_by(Registration.category_id)).all())
    chosen = {(session_id, category_id): count for session_id, category_id, count in db.session.execute(
        select(SessionChoice.session_id, Registration.category_id, func.count()).join(Registration, Registration.id == SessionChoice.registration_id)
        .where(Registration.event_id == event.id, registered()).group_by(SessionChoice.session_id, Registration.category_id))}
    found = []
    for checkpoint in checkin.checkpoints(event):
        admits = set(by_category) if checkpoint.category_ids is None else set(checkpoint.category_ids)
        expected = (sum(chosen.get((checkpoint.session_id, one), 0) for one in admits) if checkin.is_chosen(checkpoint)
                    else sum(by_category.get(one, 0) for one in admits))
        found.append(Door(checkpoint, expected, let_in.get(checkpoint.id, {})))
    return found


def arrivals(event: Event) -> list[tuple[datetime, int]]:
    """Quarter of an hour, on the event's clock → how many came then for the first time; quarters in between in which nobody came too."""
    first = (select(func.min(Scan.judged_at).label("at")).where(Scan.event_id == event.id, Scan.registration_id.is_not(None), admitted())
             .group_by(Scan.registration_id).subquery())
    counts: dict[datetime, int] = defaultdict(int)
    for at in db.session.scalars(select(first.c.at)):
        there = local(at, event.timezone)
        counts[there.replace(minute=there.minute - there.minute % 15, second=0, microsecond=0)] += 1
    found: list[tuple[datetime, int]] = []
    for quarter in sorted(counts):
        while found and found[-1][0].date() == quarter.date() and found[-1][0] + QUARTER < quarter:
            found.append((found[-1][0] + QUARTER, 0))
        found.append((quarter, counts[quarter]))
    return found


def certificates(event: Event) -> list[Issued]:
    """What was issued, kind by kind."""
    counts: dict[CertificateKind, dict[CertificateStatus, int]] = defaultdict(dict)
    ends: dict[CertificateKind, list[int]] = defaultdict(list)
    for kind, status, count, first, last in db.session.execute(
            select(Certificate.kind, Certificate.status, func.count(), func.min(Certificate.id), func.max(Certificate.id))
            .where(Certificate.event_id == event.id).group_by(Certificate.kind, Certificate.status)):
        counts[kind][status] = count
        ends[kind] += [first, last]
    numbers = dict(db.session.execute(
        select(Certificate.id, Certificate.number).where(Certificate.id.in_([one for found in ends.values() for one in found]))).all())
    return [Issued(kind, found, numbers[min(ends[kind])], numbers[max(ends[kind])]) for kind in CertificateKind if (found := counts.get(kind))]


def settlements(event: Event) -> dict[Decision, int]:
    """How conflicts of the door ended."""
    return dict(db.session.execute(
        select(ConflictSettlement.decision, func.count()).join(Scan, Scan.id == ConflictSettlement.scan_id)
        .where(Scan.event_id == event.id).group_by(ConflictSettlement.decision)).all())


def mails(event: Event) -> dict[str, int]:
    """E-mails about the event: "sent", "failed", "waiting", and "bounced" of those sent."""
    rows = db.session.execute(
        select(Message.state, Message.bounced_at.is_not(None).label("bounced"), func.count())
        .outerjoin(Registration, Registration.id == Message.registration_id).outerjoin(Mailing, Mailing.id == Message.mailing_id)
        .where((Registration.event_id == event.id) | (Mailing.event_id == event.id)).group_by(Message.state, "bounced"))
    found: dict[str, int] = defaultdict(int)
    for state, bounced, count in rows:
        found[{MessageState.SENT: "sent", MessageState.FAILED: "failed"}.get(state, "waiting")] += count
        found["bounced"] += count if bounced else 0
    return found


def people(event: Event) -> Sequence[Row]:
    """Everyone who counts, in Thai order: registration, category, organisation, whether the person came, the number of the certificate."""
    number = (select(func.max(Certificate.number)).where(
        Certificate.registration_id == Registration.id, Certificate.kind == CertificateKind.ATTENDANCE,
        Certificate.status == CertificateStatus.VALID).scalar_subquery())
    return db.session.execute(
        select(Registration, Category, Organisation, came().label("came"), number.label("number"))
        .join(Category, Category.id == Registration.category_id).outerjoin(Organisation, Organisation.id == Registration.organisation_id)
        .where(Registration.event_id.in_(only(event)), registered()).order_by(Registration.sort_key, Registration.id)).all()
