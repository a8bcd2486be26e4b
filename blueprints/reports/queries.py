"""What reports read: so many statements, however many the events and the people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from blueprints.certificates import timetable
from blueprints.certificates.timetable import Part
from blueprints.checkin.queries import admitted
from blueprints.reports.figures import EventLine, Figures, OrganisationLine
from blueprints.reports.measures import Scope, counted_events, only
from blueprints.surveys.analysis import FEWEST, Tally
from models import (
    Category,
    Certificate,
    CertificateStatus,
    Checkpoint,
    CheckpointKind,
    Event,
    EventSession,
    Membership,
    Organisation,
    Programme,
    Registration,
    RegistrationStatus,
    Scan,
    Survey,
    SurveyAnswer,
    SurveyItem,
    SurveySheet,
    db,
    now,
)


def figures(programme: Programme) -> Figures:
    """All figures of a programme, in eleven statements."""
    return _figures(counted_events(programme), member_ids(programme))


def figures_of_event(event: Event) -> Figures:
    """The figures of one event, a draft and a cancelled one too."""
    return _figures(only(event), [])


def _figures(scope: Scope, members: Sequence[int]) -> Figures:
    events = db.session.execute(
        select(Event.id, Event.title_th, Event.title_en, Event.starts_at, Event.ends_at, Event.timezone)
        .where(Event.id.in_(scope)).order_by(Event.starts_at, Event.id)).all()
    ids, moment = [event.id for event in events], now()
    seconds, scores, certificates = _seconds(events), scores_of(ids), _certificates(ids)
    lines = [EventLine(one.id, one.title_th, one.title_en, one.starts_at, one.ends_at < moment, seconds.get(one.id, 0),
                       scores.get(one.id, Tally()), certificates.get(one.id, 0)) for one in events]
    return Figures(lines, _organisations(ids, members), _entries(ids), members, _categories(ids))


def _entries(ids: Sequence[int]) -> list[tuple[int, int | None, str, str, bool]]:
    """Each registration that counts. Who came is found once for all, as a set to which the registrations are joined."""
    there = select(Scan.registration_id).where(Scan.event_id.in_(ids), Scan.registration_id.is_not(None), admitted()).distinct().subquery()
    came = there.c.registration_id.is_not(None)
    rows = (select(Registration.event_id, Registration.organisation_id, Category.name_th, Registration.person_ref, came)
            .join(Category, Category.id == Registration.category_id)
            .outerjoin(there, there.c.registration_id == Registration.id)
            .where(Registration.event_id.in_(ids), or_(Registration.status == RegistrationStatus.CONFIRMED, came)))
    return db.session.execute(rows).all()  # type: ignore[return-value]


def _categories(ids: Sequence[int]) -> dict[str, str]:
    """The English names of categories; of several for one Thai name, one."""
    return dict(db.session.execute(
        select(Category.name_th, func.max(Category.name_en)).where(Category.event_id.in_(ids)).group_by(Category.name_th)).all())


def _organisations(ids: Sequence[int], members: Sequence[int]) -> dict[int, OrganisationLine]:
    """The organisations of the registrations, and the members."""
    named = select(Registration.organisation_id).where(Registration.event_id.in_(ids), Registration.organisation_id.is_not(None))
    rows = db.session.execute(
        select(Organisation.id, Organisation.name_th, Organisation.name_en, Organisation.kind, Organisation.sector, Organisation.province,
               Organisation.sort_key).where(or_(Organisation.id.in_(named), Organisation.id.in_(members)))
        .order_by(Organisation.sort_key, Organisation.id))
    return {row.id: OrganisationLine(*row) for row in rows}


def member_ids(programme: Programme) -> list[int]:
    """Ids of the organisations that were in the programme's cluster at some time of the programme."""
    if programme.cluster_id is None:
        return []
    return list(db.session.scalars(
        select(Membership.organisation_id).where(
            Membership.cluster_id == programme.cluster_id,
            or_(Membership.joined_on.is_(None), Membership.joined_on <= programme.ends_on),
            or_(Membership.left_on.is_(None), Membership.left_on >= programme.starts_on)).distinct()))


def _seconds(events: Sequence[tuple[int, str, str, datetime, datetime, str]]) -> dict[int, int]:
    """For each event, how long all who came were there: a part of the day counts in full for whoever was let in to it.

    Certificates measure each person's stay to the second (`certificates.eligibility`); a report over many events asks how many
    hours of the programme reached people, and a part's length times its people answers that from counts alone.
    """
    ids = [event[0] for event in events]
    sessions: dict[int, list[EventSession]] = defaultdict(list)
    for session in db.session.scalars(select(EventSession).where(EventSession.event_id.in_(ids)).order_by(EventSession.id)):
        sessions[session.event_id].append(session)
    gates: dict[int, list[Checkpoint]] = defaultdict(list)
    for gate in db.session.scalars(select(Checkpoint).where(Checkpoint.event_id.in_(ids), Checkpoint.kind != CheckpointKind.MEAL)
                                   .order_by(Checkpoint.id)):
        gates[gate.event_id].append(gate)
    people = dict(db.session.execute(
        select(Scan.checkpoint_id, func.count(Scan.registration_id.distinct()))
        .where(Scan.event_id.in_(ids), Scan.registration_id.is_not(None), admitted()).group_by(Scan.checkpoint_id)).all())
    found = {}
    for event_id, _th, _en, starts_at, ends_at, zone in events:
        hours = timetable.opening_hours(starts_at, ends_at, zone, sessions[event_id])
        parts = [Part(one.id, one.kind, timetable.within(hours, one.opens_at, one.closes_at)) for one in gates[event_id]]
        found[event_id] = sum(part.seconds * people.get(part.checkpoint_id, 0) for part in timetable.timed(parts))
    return found


def scores_of(ids: Sequence[int]) -> dict[int, Tally]:
    """Event → all scores of its survey together, where enough people have answered (`analysis.FEWEST`)."""
    enough = (select(SurveySheet.survey_id).group_by(SurveySheet.survey_id).having(func.count() >= FEWEST))
    rows = db.session.execute(
        select(Survey.event_id, SurveyAnswer.score, func.count()).join(SurveyItem, SurveyItem.id == SurveyAnswer.item_id)
        .join(Survey, Survey.id == SurveyItem.survey_id)
        .where(Survey.event_id.in_(ids), Survey.id.in_(enough), SurveyAnswer.score.is_not(None))
        .group_by(Survey.event_id, SurveyAnswer.score))
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for event_id, score, count in rows:
        counts[event_id][score] = count
    return {event_id: Tally.of(found) for event_id, found in counts.items()}


def _certificates(ids: Sequence[int]) -> dict[int, int]:
    """Event → certificates that stand."""
    return dict(db.session.execute(
        select(Certificate.event_id, func.count()).where(Certificate.event_id.in_(ids), Certificate.status == CertificateStatus.VALID)
        .group_by(Certificate.event_id)).all())
