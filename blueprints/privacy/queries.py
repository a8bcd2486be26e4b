"""What organisers see of data protection at an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, distinct, func, or_, select
from sqlalchemy.orm import joinedload

from blueprints.privacy.services import TO_ANSWER
from blueprints.registration.retention import FieldGroup, days_of, ends_at
from models import Consent, ConsentPurpose, DataRequest, Event, Grant, Notice, Purge, Registration, RegistrationStatus, RequestState, Role, User, db


@dataclass(frozen=True)
class Clock:
    """One field group of an event: the days, the moment, and when it was erased."""

    group: FieldGroup
    days: int
    ends_at: datetime
    purge: Purge | None


def clocks(event: Event) -> list[Clock]:
    """Every field group of an event."""
    done = {one.field_group: one for one in db.session.scalars(select(Purge).where(Purge.event_id == event.id))}
    return [Clock(group, days, ends_at(event, group), done.get(group.value)) for group, days in days_of(event).items()]


def consents(event: Event) -> dict[ConsentPurpose, int]:
    """How many people's yes stands, by purpose."""
    rows = db.session.execute(
        select(Consent.purpose, func.count(distinct(Consent.registration_id))).join(Registration, Registration.id == Consent.registration_id)
        .where(Registration.event_id == event.id, Registration.status != RegistrationStatus.CANCELLED, Consent.withdrawn_at.is_(None))
        .group_by(Consent.purpose))
    return dict(rows.all())


def agreed(event: Event, purpose: ConsentPurpose) -> Select[tuple[Registration]]:
    """The people whose yes to `purpose` stands, in Thai dictionary order."""
    standing = select(Consent.registration_id).where(Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
    return (select(Registration).options(joinedload(Registration.category))
            .where(Registration.event_id == event.id, Registration.id.in_(standing), Registration.status != RegistrationStatus.CANCELLED)
            .order_by(Registration.sort_key, Registration.id))


def versions(event: Event) -> list[tuple[Notice, int]]:
    """The wordings of the notice, the newest first, with how many people registered under each."""
    people = select(func.count(Registration.id)).where(Registration.notice_id == Notice.id).scalar_subquery()
    rows = db.session.execute(select(Notice, people).where(Notice.event_id == event.id).order_by(Notice.version.desc()))
    return [(row[0], row[1]) for row in rows]


def requests(event: Event) -> Select[tuple[DataRequest]]:
    """What people asked for, the open ones first, the oldest of them first."""
    return (select(DataRequest).options(joinedload(DataRequest.registration)).where(DataRequest.event_id == event.id)
            .order_by(DataRequest.state != RequestState.OPEN, DataRequest.made_at, DataRequest.id))


def open_requests(user: User) -> Select[tuple[DataRequest]]:
    """The open requests of all events that `user` organises."""
    query = (select(DataRequest).join(DataRequest.event).options(joinedload(DataRequest.event), joinedload(DataRequest.registration))
             .where(DataRequest.state == RequestState.OPEN).order_by(DataRequest.made_at, DataRequest.id))
    if user.is_admin:
        return query
    roles = (Role.ORGANISER, Role.OWNER)
    mine = select(Grant.event_id).where(Grant.user_id == user.id, Grant.role.in_(roles), Grant.event_id.is_not(None))
    whole = select(Grant.programme_id).where(Grant.user_id == user.id, Grant.role.in_(roles), Grant.programme_id.is_not(None))
    return query.where(or_(DataRequest.event_id.in_(mine), Event.programme_id.in_(whole)))


def days_left(request: DataRequest, at: datetime) -> int:
    """Whole days until the answer is due; negative when it is late."""
    return (request.made_at + TO_ANSWER - at).days
