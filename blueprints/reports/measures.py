"""What counts: the conditions that every figure of a report and the rows behind it share."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, exists, or_, select

from blueprints.checkin.queries import admitted
from models import Event, EventStatus, Programme, Registration, RegistrationStatus, Scan, now


def came() -> ColumnElement[bool]:
    """Was let in somewhere at the event, whatever became of the registration."""
    return exists().where(Scan.registration_id == Registration.id, admitted())


def came_to(events: Scope) -> ColumnElement[bool]:
    """The same for registrations of many events: who came is gathered once and not looked up for each."""
    return Registration.id.in_(select(Scan.registration_id).where(Scan.event_id.in_(events), Scan.registration_id.is_not(None), admitted()))


def registered(there: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """Holds a place, or came without one: so nobody came who was not registered. `there` says who came, `came()` unless given."""
    return or_(Registration.status == RegistrationStatus.CONFIRMED, came() if there is None else there)


def is_over() -> ColumnElement[bool]:
    """The event has ended: only then has somebody not come."""
    return Event.ends_at < now()


#: Ids of the events that a report is about.
Scope = Select[tuple[int]]


def only(event: Event) -> Scope:
    """One event, whatever its status."""
    return select(Event.id).where(Event.id == event.id)


def counted_events(programme: Programme) -> Scope:
    """Ids of the programme's events that count: all but drafts and cancelled ones. Being put away changes nothing."""
    return select(Event.id).where(Event.programme_id == programme.id, Event.status.not_in((EventStatus.DRAFT, EventStatus.CANCELLED)))
