"""Which letters go to whom. How they read is in `mails`."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core import outbox
from models import Message, Registration, RegistrationStatus, db, now

LINK_AGAIN_AFTER = timedelta(minutes=10)

#: The letter that tells a new registration how it stands.
OF_STATUS = {
    RegistrationStatus.CONFIRMED: "registration_confirmed",
    RegistrationStatus.WAITLISTED: "registration_waitlisted",
    RegistrationStatus.PENDING_APPROVAL: "registration_pending",
}


def tell(kind: str, registration: Registration) -> None:
    """Queue a letter to the participant, or to the colleague who registered someone without an e-mail address."""
    reader = reader_of(registration)
    if reader is not None and reader.email:
        outbox.queue(kind, reader.email, reader.language, registration=registration)


def reader_of(registration: Registration) -> Registration | None:
    """Who reads the letters to a participant: the participant, or the colleague who registered someone without an address."""
    return registration if registration.email else registration.booked_by


def address_of(registration: Registration) -> str:
    """Where letters to a participant go now; empty when none can arrive."""
    return reader.email if (reader := reader_of(registration)) else ""


def send_link(registration: Registration) -> bool:
    """Send the link to the private page again, at most once in ten minutes; whether it was queued."""
    lately = db.session.scalar(
        select(Message.id).where(Message.registration_id == registration.id, Message.kind == "registration_link",
                                 Message.created_at > now() - LINK_AGAIN_AFTER).limit(1))
    if lately is None:
        tell("registration_link", registration)
    return lately is None
