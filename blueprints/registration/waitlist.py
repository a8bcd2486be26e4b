"""The waitlist: who waits for a seat, who is offered one, and why somebody is not.

A free seat goes to the first who can use it: the offer holds the seat until it is accepted, declined or lapses, and then passes
on. Everything here happens while the event's row is held, so an offered seat is nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, func, or_, select

from blueprints.registration import seats, services
from blueprints.registration.facts import NothingToDecide, NotOffered, OfferLapsed
from blueprints.registration.letters import tell
from core import history
from models import Event, EventSession, EventStatus, Registration, RegistrationStatus, SessionChoice, db, now

#: So near to the start nobody would read an offer in time: free seats belong to the door.
NO_OFFERS_BEFORE_START = timedelta(hours=1)
AT_MOST = 300  # people looked at for one free seat

OFFER_LAPSED = _l("The offered seat was not accepted in time.")


def waiting(event: Event) -> Select[tuple[Registration]]:
    """Those who wait, in their order."""
    return (select(Registration).where(Registration.event_id == event.id, Registration.status == RegistrationStatus.WAITLISTED)
            .order_by(Registration.waitlisted_at, Registration.id))


def place_in_line(registration: Registration) -> int:
    """1 for whoever is next."""
    before = or_(Registration.waitlisted_at < registration.waitlisted_at,
                 and_(Registration.waitlisted_at == registration.waitlisted_at, Registration.id < registration.id))
    return 1 + (db.session.scalar(select(func.count(Registration.id)).where(
        Registration.event_id == registration.event_id, Registration.status == RegistrationStatus.WAITLISTED, before)) or 0)


def pass_on(event: Event) -> int:
    """Offer what is free to those who wait, in their order; how many offers that made. The event's row is held."""
    if _why_no_offers(event, now()):
        return 0
    offers = 0
    full: set[int] = set()
    for registration in db.session.scalars(waiting(event).limit(AT_MOST)).all():
        if registration.category_id in full:
            continue
        try:
            with db.session.begin_nested():
                _offer(event, registration)
            offers += 1
        except seats.CategoryFull:
            full.add(registration.category_id)
        except (seats.SessionFull, seats.OrganisationFull):
            continue
        except (seats.EventFull, seats.NoLongerOpen):
            break
    return offers


services.SEATS_FREE.append(pass_on)


def offer(registration: Registration) -> None:
    """Offer someone a seat out of turn. Raises kinds of `seats.Full`, `NothingToDecide`."""
    event = services.hold(registration)
    if registration.status != RegistrationStatus.WAITLISTED:
        raise NothingToDecide
    _offer(event, registration)


def accept(registration: Registration) -> None:
    """Take the offered seat; accepting twice is accepting once. Raises `OfferLapsed`, `NotOffered`."""
    services.hold(registration)
    if registration.status == RegistrationStatus.CONFIRMED:
        return
    if registration.status != RegistrationStatus.NOT_CONFIRMED:
        raise OfferLapsed if registration.status == RegistrationStatus.CANCELLED else NotOffered
    if registration.offer_expires_at and registration.offer_expires_at <= now():
        raise OfferLapsed
    registration.status, registration.offer_expires_at = RegistrationStatus.CONFIRMED, None
    db.session.flush()
    history.record("waitlist.accepted", registration=registration, by_participant=True)
    tell("registration_confirmed", registration)


def decline(registration: Registration) -> None:
    """Let the offered seat, or the place in the line, go to the next. Raises `services.cancel`'s facts."""
    services.cancel(registration, by_organiser=True)
    history.record("waitlist.declined", registration=registration, by_participant=True)


def lapse(registration: Registration) -> None:
    """End an offer whose time is over; any other registration stays as it is."""
    services.hold(registration)
    expires_at = registration.offer_expires_at
    if registration.status == RegistrationStatus.NOT_CONFIRMED and expires_at and expires_at <= now():
        services.take_out(registration, reason=str(OFFER_LAPSED), letter="waitlist_lapsed")
        history.record("waitlist.lapsed", registration=registration)


def _offer(event: Event, registration: Registration) -> None:
    seats.take(services.place_of(registration), services.OPEN_TO_STAFF)
    seats.check_organisation(event, registration.organisation_id)
    registration.status = RegistrationStatus.NOT_CONFIRMED
    registration.offer_expires_at = min(now() + timedelta(hours=event.offer_hours), event.starts_at)
    db.session.flush()
    history.record("waitlist.offered", registration=registration, until=registration.offer_expires_at.isoformat())
    tell("waitlist_offer", registration)


def lapsed(at: datetime) -> Select[tuple[int]]:
    """The ids of the registrations whose offer is over at `at`."""
    return (select(Registration.id).where(Registration.status == RegistrationStatus.NOT_CONFIRMED, Registration.offer_expires_at <= at)
            .order_by(Registration.offer_expires_at, Registration.id).limit(200))


def to_look_at(at: datetime) -> Select[tuple[int]]:
    """The ids of the events in which people wait while a seat may be free: a capacity was raised, or a seat came back."""
    held = select(Registration.id).where(Registration.event_id == Event.id, Registration.status == RegistrationStatus.WAITLISTED)
    return (select(Event.id).where(Event.waitlist, Event.status.in_(services.OPEN_TO_STAFF), Event.starts_at > at,
                                   or_(Event.capacity.is_(None), Event.taken < Event.capacity), held.exists()).order_by(Event.id))


@dataclass(frozen=True)
class Waiting:
    """One line of the organiser's waitlist: who, and why no seat is offered (None: the next free one is)."""

    registration: Registration
    reason: Any | None


def explained(event: Event, people: Iterable[Registration]) -> list[Waiting]:
    """Why each of `people` is not offered a seat, in three statements however many they are."""
    people = list(people)
    ids = [registration.id for registration in people]
    general = _why_no_offers(event, now())
    chosen: dict[int, list[EventSession]] = {}
    for registration_id, session in db.session.execute(
            select(SessionChoice.registration_id, EventSession).join(EventSession, EventSession.id == SessionChoice.session_id)
            .where(SessionChoice.registration_id.in_(ids))):
        chosen.setdefault(registration_id, []).append(session)
    there = _by_organisation(event, {registration.organisation_id for registration in people})
    return [Waiting(one, general or _why_not(event, one, chosen.get(one.id, []), there.get(one.organisation_id, 0))) for one in people]


def _by_organisation(event: Event, organisations: set[int | None]) -> dict[int | None, int]:
    if event.per_organisation is None:
        return {}
    rows = db.session.execute(
        select(Registration.organisation_id, func.count(Registration.id))
        .where(Registration.event_id == event.id, Registration.status.in_(seats.HOLDING),
               Registration.organisation_id.in_(organisations - {None})).group_by(Registration.organisation_id))
    return dict(rows.all())


def _why_no_offers(event: Event, at: datetime) -> Any | None:
    """Why nobody at all is offered a seat."""
    if event.status not in services.OPEN_TO_STAFF:
        return {EventStatus.CANCELLED: _l("The event is cancelled."), EventStatus.FINISHED: _l("The event is over.")}.get(
            event.status, _l("The event is not published."))
    if not event.waitlist:
        return _l("The waitlist is switched off in the settings. You can still give a seat by hand.")
    if at >= event.starts_at - NO_OFFERS_BEFORE_START:
        return _l("The event starts too soon for an offer to be read in time. Free seats are given at the door.")
    return None


def _why_not(event: Event, registration: Registration, sessions: list[EventSession], there: int) -> Any | None:
    """Why this one person is not offered a seat; the first reason that stands in the way."""
    category = registration.category
    if event.capacity is not None and event.taken >= event.capacity:
        return _l("Every seat of the event is taken.")
    if category.capacity is not None and category.taken >= category.capacity:
        return _l("Every seat of the category is taken, though the event has free ones.")
    if any(session.capacity is not None and session.taken >= session.capacity for session in sessions):
        return _l("A session that the person chose is full.")
    if event.per_organisation is not None and registration.organisation_id and there >= event.per_organisation:
        return _l("The organisation has all the seats that one organisation may have.")
    return None
