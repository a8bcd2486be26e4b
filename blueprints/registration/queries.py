"""What people can see of registrations."""

from __future__ import annotations

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from models import ConsentPurpose, Event, Registration, RegistrationStatus, RetiredCode, db

_WHOLE = (joinedload(Registration.event).joinedload(Event.programme), joinedload(Registration.category),
          joinedload(Registration.organisation))


_BY_TOKEN = select(Registration).options(*_WHOLE).where(Registration.manage_token == bindparam("token"))


def by_token(token: str) -> Registration | None:
    """The registration whose private page this is."""
    return db.session.scalar(_BY_TOKEN, {"token": token})


def by_code(code: str) -> Registration | None:
    """The registration whose ticket this is."""
    return db.session.scalar(select(Registration).options(*_WHOLE).where(Registration.code == code))


def by_retired_code(code: str) -> Registration | None:
    """The registration whose ticket this once was."""
    return db.session.scalar(
        select(Registration).options(*_WHOLE).join(RetiredCode, RetiredCode.registration_id == Registration.id)
        .where(RetiredCode.code == code))


def booked_by(registration: Registration) -> list[Registration]:
    """The colleagues whom this person registered."""
    return list(db.session.scalars(
        select(Registration).where(Registration.booked_by_id == registration.id).order_by(Registration.id)))


def in_event(event: Event, registration_id: int) -> Registration | None:
    """One registration of this event."""
    return db.session.scalar(
        select(Registration).options(*_WHOLE).where(Registration.id == registration_id, Registration.event_id == event.id))


def in_status(event: Event, status: RegistrationStatus, limit: int) -> list[Registration]:
    """The first registrations of one status, the oldest first."""
    return list(db.session.scalars(
        select(Registration).options(joinedload(Registration.category)).where(Registration.event_id == event.id, Registration.status == status)
        .order_by(Registration.created_at, Registration.id).limit(limit)))


def to_tell(event: Event) -> Select[tuple[Registration]]:
    """Everyone to whom it matters that the event does not take place."""
    return select(Registration).where(
        Registration.event_id == event.id,
        Registration.status.not_in((RegistrationStatus.CANCELLED, RegistrationStatus.BLOCKED))).order_by(Registration.id)


def confirmed(event: Event) -> Select[tuple[Registration]]:
    """Everyone who holds a seat."""
    return select(Registration).where(Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED) \
        .order_by(Registration.id)


def standing_consents(registration: Registration) -> set[ConsentPurpose]:
    """What the participant agrees to at present."""
    return {consent.purpose for consent in registration.consents if consent.withdrawn_at is None}
