"""How far programmes are, many at once: the report's figures (`figures.Figures`) added up by the database, a few statements for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import case, func, or_, select

from blueprints.checkin.queries import admitted
from blueprints.reports.document import percent
from blueprints.reports.measures import Scope
from blueprints.reports.queries import scores_of
from blueprints.surveys.analysis import pooled
from models import Certificate, CertificateStatus, Event, Programme, Registration, RegistrationStatus, Scan, db, now


@dataclass(frozen=True)
class EventSum:
    """What one event came to."""

    id: int
    programme_id: int
    starts_at: datetime
    is_over: bool
    registered: int
    came: int
    certificates: int


@dataclass(frozen=True)
class Progress:
    """What a programme came to at the events asked about: persons and organisations that came, each once."""

    programme: Programme
    events: tuple[EventSum, ...]
    persons: int
    organisations: int
    satisfaction: Decimal | None

    @property
    def attendance(self) -> Decimal | None:
        """Who came, in percent of who was registered at events that are over."""
        over = [event for event in self.events if event.is_over]
        return percent(sum(event.came for event in over), sum(event.registered for event in over))

    @property
    def targets(self) -> list[tuple[str, int | Decimal | None, int]]:
        """(target, result, goal) of each target that the programme has."""
        one = self.programme
        rows = [("organisations", self.organisations, one.target_organisations), ("persons", self.persons, one.target_persons),
                ("attendance", self.attendance, one.target_attendance), ("satisfaction", self.satisfaction, one.target_satisfaction)]
        return [(name, result, goal) for name, result, goal in rows if goal is not None]


def progress(programmes: Sequence[Programme], scope: Scope) -> list[Progress]:
    """How far each programme is, at its events in `scope`; in five statements."""
    there = select(Scan.registration_id).where(Scan.event_id.in_(scope), Scan.registration_id.is_not(None), admitted()).distinct().subquery()
    came = there.c.registration_id.is_not(None)
    counts = or_(Registration.status == RegistrationStatus.CONFIRMED, came)
    base = (select(Registration.event_id, func.count(), func.count(there.c.registration_id))
            .outerjoin(there, there.c.registration_id == Registration.id).where(Registration.event_id.in_(scope), counts))
    by_event = {event_id: (registered, arrived) for event_id, registered, arrived in db.session.execute(base.group_by(Registration.event_id))}
    distinct = {programme_id: (persons, organisations) for programme_id, persons, organisations in db.session.execute(
        select(Event.programme_id, func.count(case((came, Registration.person_ref)).distinct()),
               func.count(case((came, Registration.organisation_id)).distinct()))
        .join(Event, Event.id == Registration.event_id).outerjoin(there, there.c.registration_id == Registration.id)
        .where(Registration.event_id.in_(scope), counts).group_by(Event.programme_id))}
    issued = dict(db.session.execute(select(Certificate.event_id, func.count()).where(
        Certificate.event_id.in_(scope), Certificate.status == CertificateStatus.VALID).group_by(Certificate.event_id)).all())
    events = db.session.execute(select(Event.id, Event.programme_id, Event.starts_at, Event.ends_at).where(Event.id.in_(scope))
                                .order_by(Event.starts_at, Event.id)).all()
    scores = scores_of([event.id for event in events])
    moment = now()
    sums = [EventSum(one.id, one.programme_id, one.starts_at, one.ends_at < moment, *by_event.get(one.id, (0, 0)), issued.get(one.id, 0))
            for one in events]
    found = []
    for programme in programmes:
        own = tuple(one for one in sums if one.programme_id == programme.id)
        tally = pooled(scores[one.id] for one in own if one.id in scores)
        found.append(Progress(programme, own, *distinct.get(programme.id, (0, 0)), tally.percent))
    return found
