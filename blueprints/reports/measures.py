"""What counts: the conditions that every figure of a report and the rows behind it share."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, exists, or_, select

from blueprints.checkin.queries import admitted
from models import Event, EventStatus, Programme, Registration, RegistrationStatus, Scan, now


def came() -> ColumnElement[bool]:
    """Was let in somewhere at the event, whatever became of the registration."""
    return exists().where(Scan.registration_id == Registration.id, admitted())


def registered() -> ColumnElement[bool]:
    """Holds a place, or came without one: so nobody came who was not registered."""
    return or_(Registration.status == RegistrationStatus.CONFIRMED, came())


def is_over() -> ColumnElement[bool]:
    """The event has ended: only then has somebody not come."""
    return Event.ends_at < now()


def counted_events(programme: Programme) -> Select[tuple[int]]:
    """Ids of the programme's events that count: all but drafts and cancelled ones. Being put away changes nothing."""
    return select(Event.id).where(Event.programme_id == programme.id, Event.status.not_in((EventStatus.DRAFT, EventStatus.CANCELLED)))
