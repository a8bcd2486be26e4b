"""What people can do with a registration. Facts that stop them are `Refused`; services flush and never commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, bindparam, or_, select, update

from blueprints.events.queries import RegistrationPhase, registration_state
from blueprints.programmes.services import find_or_create_organisation
from blueprints.registration import notices, people, seats
from core import outbox
from core.codes import new_code
from core.errors import ChangedMeanwhile, Refused, explain
from models import (
    Consent,
    ConsentPurpose,
    Event,
    EventStatus,
    Message,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    db,
    now,
)
from thai.text import holds_national_id

LINK_AGAIN_AFTER = timedelta(minutes=10)
OPEN_ONLINE, OPEN_TO_STAFF = (EventStatus.PUBLISHED,), (EventStatus.PUBLISHED, EventStatus.CLOSED)
TEXTS = ("title", "first_name", "last_name", "name_en", "certificate_name", "organisation_name", "position", "email",
         "staff_note")


@dataclass(frozen=True)
class Details:
    """What is known of a participant, as clean text. None leaves a stored value as it is."""

    category_id: int
    first_name: str
    title: str = ""
    last_name: str = ""
    organisation_name: str = ""
    position: str = ""
    email: str = ""
    phone: str = ""  # E.164
    phone_extension: str = ""
    name_en: str | None = None
    certificate_name: str | None = None
    staff_note: str | None = None


@dataclass(frozen=True)
class RegisterCommand:
    """One registration. `notice_digest` is the notice that was read; None: staff or the door told the person by word of mouth."""

    details: Details
    language: str = "th"
    source: RegistrationSource = RegistrationSource.ONLINE
    form_key: str | None = None
    notice_digest: str | None = None
    consents: frozenset[ConsentPurpose] = frozenset()


class NotOpen(Refused):
    """The event takes no registrations at this moment; the sentence says why."""

    SENTENCES = {
        RegistrationPhase.NOT_YET: _l("Registration has not opened yet. Please come back when it opens."),
        RegistrationPhase.CLOSED: _l("Registration is closed. If you would still like to come, please ask the organiser."),
        RegistrationPhase.CANCELLED: _l("The event is cancelled, so nobody can register any more."),
        RegistrationPhase.FINISHED: _l("The event is over, so nobody can register any more."),
    }

    def __init__(self, phase: RegistrationPhase) -> None:
        super().__init__(self.SENTENCES[phase])


class AlreadyRegistered(Refused):
    """The same person holds a registration for this event; the fact carries it."""

    message = _l("This person is registered for this event already. Look the name up in the list.")

    def __init__(self, registration: Registration, source: RegistrationSource = RegistrationSource.STAFF) -> None:
        super().__init__(SENT_AGAIN if source == RegistrationSource.ONLINE else None)
        self.registration = registration


SENT_AGAIN = _l("You are registered for this event already. We are sending the link to your ticket to this e-mail address "
                "again, so please look there.")
explain("uq_registration_same_person", None, AlreadyRegistered.message)


class NoticeChanged(Refused):
    message = _l("The organiser changed the privacy notice while you were typing. Please read it below and send the form "
                 "again; what you typed is still here.")


class NationalId(Refused):
    message = _l("This looks like a national ID number. We never collect it, so nothing was saved: please take it out.")


class NameMissing(Refused):
    message = _l("Please type the first name.")
    field = "first_name"


class EventOver(Refused):
    message = _l("The event has ended, so the registration can no longer be changed. If your name is wrong, please write to "
                 "the organiser.")


class EventCalledOff(Refused):
    message = _l("The event was cancelled, so there is nothing to change any more.")


class NotConfirmed(Refused):
    message = _l("This registration was cancelled and can no longer be changed. You may register again while seats are left.")


def register(event: Event, command: RegisterCommand) -> Registration:
    """Give one person one seat, and queue the confirmation.

    The same form sent twice gets the same registration. Raises `NotOpen`, `seats.EventFull`, `seats.CategoryFull`,
    `NoticeChanged`, `AlreadyRegistered`, `NationalId`, `NameMissing`.
    """
    details = command.details
    person_key = people.person_key(details.title, details.first_name, details.last_name, details.email or details.phone)
    if before := _registered_before(event, command, person_key):
        return before
    _check(details)
    statuses = _open_to(event, command.source)
    shown = notices.wording(event) if command.notice_digest is not None else None
    if shown and shown.digest != command.notice_digest:
        raise NoticeChanged
    seats.take(event.id, details.category_id, statuses)
    # Of two taps at once, the second has just waited for the first.
    if before := _registered_before(event, command, person_key):
        seats.give_back(event.id, details.category_id)
        return before
    registration = Registration(event_id=event.id, status=RegistrationStatus.CONFIRMED, source=command.source, code=new_code(),
                                manage_token=new_code(), form_key=command.form_key, language=command.language)
    _write(registration, details)
    if shown:
        notice = notices.put(event, shown)
        registration.notice_id = notice.id
        registration.consents = [Consent(purpose=purpose, notice_id=notice.id) for purpose in sorted(command.consents)]
    db.session.add(registration)
    db.session.flush()
    _tell("registration_confirmed", registration)
    return registration


def update_details(registration: Registration, details: Details, version: int, *, by_organiser: bool = False) -> None:
    """Change what is known of a participant, as seen in `version`; an organiser may do so after the event too.

    Raises `ChangedMeanwhile`, `EventOver`, `EventCalledOff`, `NotConfirmed`, `AlreadyRegistered`, `seats.CategoryFull`,
    `NationalId`, `NameMissing`.
    """
    _check(details)
    seats.lock(registration.event_id)
    db.session.refresh(registration)
    if not by_organiser:
        check_changeable(registration)
    if registration.version != version:
        raise ChangedMeanwhile
    if registration.category_id != details.category_id and registration.status == RegistrationStatus.CONFIRMED:
        seats.move(registration.event_id, registration.category_id, details.category_id)
    with db.session.no_autoflush:
        _write(registration, details, by_organiser)
        if other := _same_person(registration.event_id, registration.person_key, registration.id):
            raise AlreadyRegistered(other)
    if db.session.is_modified(registration):
        db.session.flush()
        _tell("registration_changed", registration)


def cancel(registration: Registration) -> None:
    """Give the seat back, once however often it is asked. Raises `EventOver`, `EventCalledOff`."""
    _refuse_after(registration.event)
    seats.lock(registration.event_id)
    cancelled = db.session.execute(
        update(Registration).where(Registration.id == registration.id, Registration.status == RegistrationStatus.CONFIRMED)
        .values(status=RegistrationStatus.CANCELLED, cancelled_at=now(), version=Registration.version + 1)
        .execution_options(synchronize_session=False)).rowcount
    db.session.refresh(registration)
    if cancelled:
        seats.give_back(registration.event_id, registration.category_id)
        _tell("registration_cancelled", registration)


def set_consent(registration: Registration, purpose: ConsentPurpose, given: bool) -> None:
    """Give or withdraw consent to one purpose. A withdrawal is a time; a new yes is a new row under the notice of today."""
    seats.lock(registration.event_id)
    standing = [consent for consent in registration.consents if consent.purpose == purpose and consent.withdrawn_at is None]
    if given and not standing:
        notice = notices.put(registration.event, notices.wording(registration.event))
        registration.consents.append(Consent(purpose=purpose, notice_id=notice.id))
    if not given:
        for consent in standing:
            consent.withdrawn_at = now()
    db.session.flush()


def send_link(registration: Registration) -> bool:
    """Send the link to the private page again, at most once in ten minutes; whether it was queued."""
    lately = db.session.scalar(
        select(Message.id).where(Message.registration_id == registration.id, Message.kind == "registration_link",
                                 Message.created_at > now() - LINK_AGAIN_AFTER).limit(1))
    if lately is None:
        _tell("registration_link", registration)
    return lately is None


def check_changeable(registration: Registration, at: datetime | None = None) -> None:
    """Whether its holder may still change it. Raises `EventCalledOff`, `EventOver`, `NotConfirmed`."""
    _refuse_after(registration.event, at)
    if registration.status == RegistrationStatus.CANCELLED:
        raise NotConfirmed


def _refuse_after(event: Event, at: datetime | None = None) -> None:
    if event.status == EventStatus.CANCELLED:
        raise EventCalledOff
    if event.status == EventStatus.FINISHED or (at or now()) >= event.ends_at:
        raise EventOver


def _open_to(event: Event, source: RegistrationSource) -> tuple[EventStatus, ...]:
    """The states of the event in which `source` may bring people in: staff and the door also while registration is closed.

    Raises `NotOpen`.
    """
    phase = registration_state(event, now()).phase
    by_staff = source != RegistrationSource.ONLINE
    if phase in (RegistrationPhase.OPEN, RegistrationPhase.FULL):
        return OPEN_TO_STAFF if by_staff else OPEN_ONLINE
    if by_staff and event.status in OPEN_TO_STAFF and phase in (RegistrationPhase.CLOSED, RegistrationPhase.NOT_YET):
        return OPEN_TO_STAFF
    raise NotOpen(phase)


# One statement made once: it is asked twice for each registration. A form without a key equals none.
_BEFORE = (select(Registration).where(
    Registration.event_id == bindparam("event_id"),
    or_(Registration.form_key == bindparam("form_key"),
        and_(Registration.person_key == bindparam("person_key"), Registration.status != RegistrationStatus.CANCELLED)))
    .order_by(Registration.id))


def _registered_before(event: Event, command: RegisterCommand, person_key: str) -> Registration | None:
    """What this very form made already, or None. Raises `AlreadyRegistered` when another form did."""
    found = db.session.scalars(
        _BEFORE, {"event_id": event.id, "form_key": command.form_key or None, "person_key": person_key}).all()
    for registration in found:
        if command.form_key and registration.form_key == command.form_key:
            return registration
    if found:
        raise AlreadyRegistered(found[0], command.source)
    return None


def _same_person(event_id: int, person_key: str, but_not: int) -> Registration | None:
    return db.session.scalar(
        select(Registration).where(Registration.event_id == event_id, Registration.id != but_not,
                                   Registration.person_key == person_key, Registration.status != RegistrationStatus.CANCELLED))


def _check(details: Details) -> None:
    if not details.first_name:
        raise NameMissing
    for field in TEXTS:
        if holds_national_id(getattr(details, field) or ""):
            raise NationalId(field=field)


def _write(registration: Registration, details: Details, by_organiser: bool = False) -> None:
    if (registration.organisation_name or "") != details.organisation_name:
        organisation = find_or_create_organisation(details.organisation_name, confirmed=by_organiser)
        db.session.flush()
        registration.organisation_id = organisation.id if organisation else None
    registration.category_id = details.category_id
    registration.phone, registration.phone_extension = details.phone, details.phone_extension
    for field in TEXTS:
        given = getattr(details, field)
        setattr(registration, field, given if given is not None else getattr(registration, field) or "")
    people.describe(registration)


def _tell(kind: str, registration: Registration) -> None:
    if registration.email:
        outbox.queue(kind, registration.email, registration.language, registration=registration)
