"""What needs somebody's attention now, over all events of an account: one statement for each kind of thing, however many the events."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from blueprints.checkin import conflicts
from blueprints.privacy.services import TO_ANSWER
from blueprints.reports.measures import Scope
from models import (
    Certificate,
    CertificatePlan,
    Checkpoint,
    CorrectionRequest,
    DataRequest,
    Device,
    Event,
    EventStatus,
    Grant,
    Mailing,
    Message,
    MessageState,
    Organisation,
    Registration,
    RegistrationStatus,
    RequestState,
    Role,
    Survey,
    User,
    db,
    now,
)

SOON, DRAFTS_SOON, LATELY = timedelta(days=2), timedelta(days=14), timedelta(days=60)
NEARLY_FULL, DUE_SOON = 0.9, 7  # share of the seats; days


class Urgency(enum.IntEnum):
    """Somebody waits or something fails now; it will soon; it is good to know."""

    NOW = 0
    SOON = 1
    KNOW = 2


class About(enum.StrEnum):
    """The kinds of things, and so their sentences and where they are dealt with."""

    DOOR_NOT_READY = "door_not_ready"
    CONFLICTS = "conflicts"
    APPROVALS = "approvals"
    DATA_REQUESTS = "data_requests"
    MAILS_FAILED = "mails_failed"
    CORRECTIONS = "corrections"
    WAITLIST = "waitlist"
    CERTIFICATES = "certificates"
    SURVEY_SHUT = "survey_shut"
    NOT_FINISHED = "not_finished"
    DRAFT_SOON = "draft_soon"
    NEARLY_FULL = "nearly_full"
    NEW_REGISTRATIONS = "new_registrations"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Item:
    """One thing: how many of it there are, since when the oldest waits, at which event (None: of the installation)."""

    about: About
    urgency: Urgency
    count: int
    event: Event | None = None
    since: datetime | None = None


def events_of(user: User, least: Role = Role.VIEWER) -> Scope:
    """Ids of the events in which the account has at least the role, those put away left out."""
    query = select(Event.id).where(Event.archived_at.is_(None))
    if user.is_admin:
        return query
    held = [role for role in Role if role.rank >= least.rank]
    mine = select(Grant.event_id).where(Grant.user_id == user.id, Grant.role.in_(held), Grant.event_id.is_not(None))
    whole = select(Grant.programme_id).where(Grant.user_id == user.id, Grant.role.in_(held), Grant.programme_id.is_not(None))
    return query.where(or_(Event.id.in_(mine), Event.programme_id.in_(whole)))


def items(user: User) -> list[Item]:
    """Everything that the account can do something about: the most urgent first, then what has waited longest."""
    found = [*_by_event(user), *_of_the_installation(user)]
    return sorted(found, key=lambda item: (item.urgency, list(About).index(item.about), item.since or now(), item.event.id if item.event else 0))


def _by_event(user: User) -> Iterable[Item]:
    organised, guarded = events_of(user, Role.ORGANISER), events_of(user, Role.DOOR_SUPERVISOR)
    live = select(Event.id).where(Event.id.in_(organised), Event.status != EventStatus.CANCELLED)
    found: list[tuple[About, Urgency, Mapping[int, tuple[int, datetime | None]]]] = [
        (About.CONFLICTS, Urgency.NOW, {one: (count, None) for one, count in conflicts.how_many_each(guarded).items()}),
        (About.APPROVALS, Urgency.NOW, _registrations(live, Registration.status == RegistrationStatus.PENDING_APPROVAL)),
        (About.WAITLIST, Urgency.SOON, _registrations(live, Registration.status == RegistrationStatus.WAITLISTED, Event.ends_at > now(),
                                                      or_(Event.capacity.is_(None), Event.taken < Event.capacity))),
        (About.NEW_REGISTRATIONS, Urgency.KNOW, _registrations(live, Registration.status == RegistrationStatus.CONFIRMED,
                                                               Registration.created_at > now() - timedelta(days=1))),
        (About.MAILS_FAILED, Urgency.NOW, _mails_failed(live)),
        (About.CORRECTIONS, Urgency.NOW, _counted(
            select(Certificate.event_id, func.count(), func.min(CorrectionRequest.asked_at))
            .join(Certificate, Certificate.id == CorrectionRequest.certificate_id)
            .where(Certificate.event_id.in_(organised), CorrectionRequest.decision.is_(None)).group_by(Certificate.event_id))),
        (About.DATA_REQUESTS, Urgency.SOON, _counted(
            select(DataRequest.event_id, func.count(), func.min(DataRequest.made_at))
            .where(DataRequest.event_id.in_(organised), DataRequest.state == RequestState.OPEN).group_by(DataRequest.event_id))),
        *((about, urgency, _events(live, *conditions())) for about, (urgency, conditions) in _OF_EVENTS.items()),
    ]
    events = _loaded({one for _about, _urgency, counts in found for one in counts})
    for about, urgency, counts in found:
        for event_id, (count, since) in counts.items():
            late = about is About.DATA_REQUESTS and since and (since + TO_ANSWER - now()).days <= DUE_SOON
            yield Item(about, Urgency.NOW if late else urgency, count, events[event_id], since)


def _of_the_installation(user: User) -> list[Item]:
    """Entries of the directory that participants typed; every organiser may confirm them."""
    if not user.is_admin and not db.session.scalar(select(events_of(user, Role.ORGANISER).exists())):
        return []
    count = db.session.scalar(select(func.count(Organisation.id)).where(Organisation.confirmed.is_(False), Organisation.merged_into_id.is_(None)))
    return [Item(About.UNCONFIRMED, Urgency.KNOW, count)] if count else []


def _registrations(live: Scope, *conditions: ColumnElement[bool]) -> dict[int, tuple[int, datetime | None]]:
    return _counted(select(Registration.event_id, func.count(), func.min(Registration.created_at)).join(Event, Event.id == Registration.event_id)
                    .where(Registration.event_id.in_(live), *conditions).group_by(Registration.event_id))


def _mails_failed(live: Scope) -> dict[int, tuple[int, datetime | None]]:
    event_id = func.coalesce(Registration.event_id, Mailing.event_id)
    return _counted(select(event_id, func.count(), func.min(Message.created_at))
                    .outerjoin(Registration, Registration.id == Message.registration_id).outerjoin(Mailing, Mailing.id == Message.mailing_id)
                    .where(Message.state == MessageState.FAILED, event_id.in_(live)).group_by(event_id))


def _events(live: Scope, *conditions: ColumnElement[bool]) -> dict[int, tuple[int, datetime | None]]:
    return dict.fromkeys(db.session.scalars(select(Event.id).where(Event.id.in_(live), *conditions)), (1, None))


def _counted(query: Select[Any]) -> dict[int, tuple[int, datetime | None]]:
    return {event_id: (count, since) for event_id, count, since in db.session.execute(query)}


def _loaded(ids: Iterable[int]) -> dict[int, Event]:
    return {event.id: event for event in db.session.scalars(select(Event).where(Event.id.in_(list(ids))))}


def _door_not_ready() -> Sequence[ColumnElement[bool]]:
    """It begins within two days, and there is no phone or no checkpoint."""
    phone = exists().where(Device.event_id == Event.id, Device.revoked_at.is_(None))
    return (Event.status.in_((EventStatus.PUBLISHED, EventStatus.CLOSED)), Event.starts_at < now() + SOON, Event.ends_at > now(),
            or_(~phone, ~exists().where(Checkpoint.event_id == Event.id)))


def _without_certificates() -> Sequence[ColumnElement[bool]]:
    """It is over, a plan says who gets certificates, and none was issued. Who is entitled is a matter of rules and not counted here."""
    return (Event.ends_at < now(), Event.ends_at > now() - LATELY, exists().where(CertificatePlan.event_id == Event.id),
            ~exists().where(Certificate.event_id == Event.id))


def _survey_shut() -> Sequence[ColumnElement[bool]]:
    """It is over, and its survey was never opened."""
    return Event.ends_at < now(), Event.ends_at > now() - LATELY, exists().where(Survey.event_id == Event.id, Survey.opened_at.is_(None))


def _not_finished() -> Sequence[ColumnElement[bool]]:
    return Event.ends_at < now(), Event.status.in_((EventStatus.PUBLISHED, EventStatus.CLOSED))


def _draft_soon() -> Sequence[ColumnElement[bool]]:
    return Event.status == EventStatus.DRAFT, Event.starts_at.between(now(), now() + DRAFTS_SOON)


def _nearly_full() -> Sequence[ColumnElement[bool]]:
    return Event.status == EventStatus.PUBLISHED, Event.starts_at > now(), Event.capacity > 0, Event.taken >= Event.capacity * NEARLY_FULL


_OF_EVENTS: dict[About, tuple[Urgency, Callable[[], Sequence[ColumnElement[bool]]]]] = {
    About.DOOR_NOT_READY: (Urgency.NOW, _door_not_ready), About.CERTIFICATES: (Urgency.SOON, _without_certificates),
    About.SURVEY_SHUT: (Urgency.SOON, _survey_shut), About.NOT_FINISHED: (Urgency.SOON, _not_finished),
    About.DRAFT_SOON: (Urgency.SOON, _draft_soon), About.NEARLY_FULL: (Urgency.KNOW, _nearly_full),
}
