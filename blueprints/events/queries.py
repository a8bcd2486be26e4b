"""What people can see of events."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from models import (
    Category,
    Cluster,
    Event,
    EventFile,
    EventSession,
    EventStatus,
    Grant,
    Host,
    Organisation,
    Programme,
    Registration,
    RegistrationStatus,
    StoredFile,
    User,
    db,
)

FEED_LENGTH = 500  # events; the newest count


class RegistrationPhase(enum.StrEnum):
    """Whether one may register for an event."""

    NOT_YET = "not_yet"
    OPEN = "open"
    CLOSED = "closed"
    FULL = "full"
    CANCELLED = "cancelled"
    FINISHED = "finished"


@dataclass(frozen=True)
class RegistrationState:
    """The phase, and the moment at which time alone will change it (None: it will not)."""

    phase: RegistrationPhase
    changes_at: datetime | None = None


def registration_state(event: Event, at: datetime) -> RegistrationState:
    """Whether one may register at the moment `at`.

    Without a closing time registration ends with the event; a draft is not open yet.
    """
    closes_at = event.registration_closes_at or event.ends_at
    opens_at = event.registration_opens_at
    if event.status == EventStatus.CANCELLED:
        return RegistrationState(RegistrationPhase.CANCELLED)
    if event.status == EventStatus.FINISHED or at >= event.ends_at:
        return RegistrationState(RegistrationPhase.FINISHED)
    if event.status == EventStatus.CLOSED or at >= closes_at:
        return RegistrationState(RegistrationPhase.CLOSED, event.ends_at)
    if event.status == EventStatus.DRAFT or (opens_at and at < opens_at):
        return RegistrationState(RegistrationPhase.NOT_YET, opens_at)
    if seats_left(event) == 0:
        return RegistrationState(RegistrationPhase.FULL, closes_at)
    return RegistrationState(RegistrationPhase.OPEN, closes_at)


def seats_left(event: Event, category: Category | None = None) -> int | None:
    """Free seats of the event, or of one of its categories; None: no limit.

    An event whose every category is full is full. Hidden categories have no say: their seats are for those with a code, unless
    there is no other category.
    """
    own = _free(event)
    if category is not None:
        return _least(own, _free(category))
    open_to_all = [one for one in event.categories if not one.hidden] or event.categories
    shares = [_free(one) for one in open_to_all]
    return _least(own, None if None in shares or not shares else sum(share for share in shares if share is not None))


def _free(counted: Event | Category | EventSession) -> int | None:
    """What nobody has taken; what was overbooked takes nothing from it."""
    return None if counted.capacity is None else max(counted.capacity - counted.taken, 0)


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def is_public() -> ColumnElement[bool]:
    """Whether anyone may see the event: it has been published, even if it was cancelled since."""
    return or_(Event.status.in_((EventStatus.PUBLISHED, EventStatus.CLOSED, EventStatus.FINISHED)),
               and_(Event.status == EventStatus.CANCELLED, Event.published_at.is_not(None)))


def is_listed() -> ColumnElement[bool]:
    """Whether lists for the public show the event: an archived one keeps its page and leaves the lists."""
    return and_(is_public(), Event.archived_at.is_(None))


def public_list(at: datetime) -> Select[tuple[Event]]:
    """What anyone may see: first what is to come, the next first, then what is over, the latest first."""
    over = case((Event.ends_at <= at, 1), else_=0)
    return (select(Event).where(is_listed()).options(selectinload(Event.categories))
            .order_by(over, case((over == 0, Event.starts_at)), Event.starts_at.desc(), Event.id))


def feed(at: datetime) -> Select[tuple[Event]]:
    """Public events for a calendar: those of the last year and all to come."""
    return (select(Event).where(is_listed(), Event.ends_at > at - timedelta(days=365))
            .order_by(Event.starts_at.desc(), Event.id).limit(FEED_LENGTH))


# Put together by hand: loader options would double the time that the most visited page spends in the database layer.
_EVENT = (select(Event, Programme, Cluster).join(Event.programme).outerjoin(Programme.cluster)
          .where(Event.slug == bindparam("slug")))
_HOSTS = (select(Host, Organisation).join(Host.organisation)
          .where(or_(Host.programme_id == bindparam("programme_id"), Host.event_id == bindparam("event_id")))
          .order_by(Host.position, Host.id))
_CATEGORIES = (select(Category).where(Category.event_id == bindparam("event_id")).order_by(Category.position, Category.id))
_SESSIONS = (select(EventSession).where(EventSession.event_id == bindparam("event_id"))
             .order_by(EventSession.starts_at, EventSession.position))


def by_slug(slug: str) -> Event | None:
    """The event with all that its page shows, in four statements."""
    if (found := db.session.execute(_EVENT, {"slug": slug}).one_or_none()) is None:
        return None
    event, programme, cluster = found
    hosts = db.session.execute(_HOSTS, {"programme_id": programme.id, "event_id": event.id}).all()
    for host, organisation in hosts:
        set_committed_value(host, "organisation", organisation)
    set_committed_value(programme, "hosts", [host for host, _organisation in hosts if host.programme_id])
    set_committed_value(event, "own_hosts", [host for host, _organisation in hosts if host.event_id])
    set_committed_value(programme, "cluster", cluster)
    set_committed_value(event, "programme", programme)
    set_committed_value(event, "categories", db.session.scalars(_CATEGORIES, {"event_id": event.id}).all())
    set_committed_value(event, "sessions", db.session.scalars(_SESSIONS, {"event_id": event.id}).all())
    return event


def hosts_of_event(event: Event) -> list[Host]:
    """Who holds the event: its own hosts, or else its programme's, in the order in which they are named."""
    return event.own_hosts or event.programme.hosts


_FILES = (select(EventFile, StoredFile).join(EventFile.file).where(EventFile.event_id == bindparam("event_id"))
          .order_by(EventFile.position, EventFile.id))


def files_of(event: Event, *, for_registered: bool = False) -> list[EventFile]:
    """The files to hand out: those for everyone, or all that a registered person may have."""
    found = db.session.execute(_FILES, {"event_id": event.id}).all()
    for file, stored in found:
        set_committed_value(file, "file", stored)
    return [file for file, _stored in found if for_registered or not file.for_registered]


def agenda(event: Event) -> list[tuple[date, list[list[EventSession]]]]:
    """The sessions by day, on the event's own calendar, and within it by start: those in one list run side by side."""
    zone = ZoneInfo(event.timezone)
    days = groupby(event.sessions, lambda session: session.starts_at.astimezone(zone).date())
    return [(day, [list(one) for _start, one in groupby(sessions, lambda session: session.starts_at)]) for day, sessions in days]


def session_seats_left(session: EventSession) -> int | None:
    """Free seats of a session that people choose; None: no limit of its own."""
    return _free(session)


def was_published(event: Event) -> bool:
    """Whether anyone may see this event (`is_public`, for a row at hand)."""
    return event.status != EventStatus.DRAFT and (event.status != EventStatus.CANCELLED or event.published_at is not None)


def visible_to(user: User) -> Select[tuple[Event]]:
    """The events in which `user` has a role, the latest first."""
    mine = select(Event).order_by(Event.starts_at.desc(), Event.id)
    if user.is_admin:
        return mine
    return mine.where(exists().where(
        Grant.user_id == user.id, or_(Grant.event_id == Event.id, Grant.programme_id == Event.programme_id)))


def people_to_tell(event: Event) -> int:
    """How many people would hear of a cancellation: those who hold a seat or hope for one, and gave an e-mail address."""
    return db.session.scalar(
        select(func.count()).select_from(Registration).where(
            Registration.event_id == event.id, Registration.email != "",
            Registration.status.not_in((RegistrationStatus.CANCELLED, RegistrationStatus.BLOCKED)))) or 0


def registration_counts(event: Event) -> dict[RegistrationStatus, int]:
    """Registrations by status."""
    rows = db.session.execute(
        select(Registration.status, func.count()).where(Registration.event_id == event.id)
        .group_by(Registration.status).order_by(Registration.status))
    return dict(rows.all())


@dataclass(frozen=True)
class Check:
    """One line of the list before publication: what, whether it is done, and whether publication needs it."""

    label: Any
    done: bool
    needed: bool = False


def checklist(event: Event, at: datetime) -> list[Check]:
    """What to look at before the event is published."""
    return [
        Check(_l("It starts in the future"), event.starts_at > at, needed=True),
        Check(_l("There is a category to register in"), bool(event.categories), needed=True),
        Check(_l("People can find it: a place, or a link to join online"), bool(event.place_th or event.online_url)),
        Check(_l("People can ask: a telephone number or an e-mail address"), bool(event.contact_phone or event.contact_email)),
        Check(_l("It says what it is about"), bool(event.summary_th)),
        Check(_l("The agenda is there"), bool(event.sessions)),
        Check(_l("Seats are limited"), seats_left(event) is not None),
        Check(_l("There is an English title"), bool(event.title_en)),
    ]
