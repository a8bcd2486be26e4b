"""What an organiser decides about those who have no seat yet."""

from __future__ import annotations

from blueprints.registration import seats, services
from blueprints.registration.facts import NothingToDecide, ReasonMissing
from blueprints.registration.letters import tell
from core import history
from models import Registration, RegistrationStatus, db, now

UNDECIDED = (RegistrationStatus.PENDING_APPROVAL, RegistrationStatus.WAITLISTED, RegistrationStatus.NOT_CONFIRMED)


def approve(registration: Registration, *, overbook: bool = False) -> None:
    """Give a seat to someone who asked for one, or who waits.

    Where none is free, someone who asked waits in the line if the event has one. `overbook`, for those with the right, goes
    beyond every limit and is recorded. Raises kinds of `seats.Full`, `NothingToDecide`.
    """
    event = services.hold(registration)
    if registration.status not in UNDECIDED:
        raise NothingToDecide
    if registration.status != RegistrationStatus.NOT_CONFIRMED:
        asked = registration.status == RegistrationStatus.PENDING_APPROVAL
        try:
            with db.session.begin_nested():
                registration.overbooked = seats.take(services.place_of(registration), services.OPEN_TO_STAFF, overbook=overbook)
                if not overbook:
                    seats.check_organisation(event, registration.organisation_id)
        except seats.Full:
            if not (asked and event.waitlist):
                raise
            registration.status, registration.waitlisted_at = RegistrationStatus.WAITLISTED, now()
            db.session.flush()
            history.record("registration.waitlisted", registration=registration)
            tell("registration_waitlisted", registration)
            return
    registration.status, registration.offer_expires_at = RegistrationStatus.CONFIRMED, None
    db.session.flush()
    history.record("registration.overbooked" if registration.overbooked else "registration.approved", registration=registration)
    tell("registration_confirmed", registration)


def reject(registration: Registration, reason: str) -> None:
    """Refuse someone who asked for a seat, with a reason that the person reads. Raises `ReasonMissing`, `NothingToDecide`."""
    if not reason.strip():
        raise ReasonMissing
    services.hold(registration)
    if registration.status not in UNDECIDED:
        raise NothingToDecide
    services.cancel(registration, by_organiser=True, reason=reason.strip()[:500], letter="registration_rejected")
    history.record("registration.rejected", registration=registration)
