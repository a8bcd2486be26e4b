"""Changes that concern who the person is: a colleague comes instead, or the name for the certificate is proof-read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select

from blueprints.registration import choices, people, seats, services
from blueprints.registration.details import Details, check, write
from blueprints.registration.facts import (
    AlreadyRegistered,
    CameAlready,
    CertificateIssued,
    EventCalledOff,
    NameIsPrinted,
    NotConfirmed,
    SamePerson,
    TooLate,
)
from blueprints.registration.letters import tell
from blueprints.registration.tickets import name_of
from core import history, outbox
from core.codes import new_code
from core.errors import ChangedMeanwhile
from models import (
    Answer,
    Certificate,
    CertificateException,
    CertificateStatus,
    Event,
    EventStatus,
    Registration,
    RegistrationStatus,
    RetiredCode,
    Scan,
    db,
    now,
)


@dataclass(frozen=True)
class NameCommand:
    """The name as the certificate shall show it; `certificate_name` overrides title, first and last name."""

    title: str
    first_name: str
    last_name: str
    name_en: str
    certificate_name: str


def substitute(registration: Registration, details: Details, version: int, *, by_organiser: bool = False, device: str = "") -> None:
    """Let a colleague have the seat. The old code and the old private link die; consents, marks and answers of the first person go.

    `device`: the phone at the door that did it.

    Raises `ChangedMeanwhile`, `CameAlready`, `CertificateIssued`, `SamePerson`, `AlreadyRegistered`, `NotConfirmed`, `seats.OrganisationFull` and
    `services.check_changeable`'s facts.
    """
    check(details)
    event = services.hold(registration)
    if not by_organiser:
        services.check_changeable(registration)
    if registration.status != RegistrationStatus.CONFIRMED:
        raise NotConfirmed
    if registration.version != version:
        raise ChangedMeanwhile
    if came(registration):
        raise CameAlready
    if _has_certificate(registration):
        raise CertificateIssued
    before, old_key = name_of(registration), registration.person_key
    old_address, old_language = registration.email, registration.language
    with db.session.no_autoflush:
        old_organisation = registration.organisation_id
        write(registration, details, event, by_organiser=by_organiser)
        if registration.person_key == old_key:
            raise SamePerson
        if other := services.same_person(event.id, registration.person_key, registration.id):
            raise AlreadyRegistered(other)
        if registration.organisation_id != old_organisation and not by_organiser:
            seats.check_organisation(event, registration.organisation_id, registration.id)
    _forget_the_first(registration)
    if details.session_ids is not None:
        choices.change(registration, details.session_ids)
    history.record("registration.substituted", registration=registration, by_participant=not by_organiser,
                   before=before, after=name_of(registration), **({"device": device} if device else {}))
    if old_address and old_address != registration.email:
        outbox.queue("registration_handed_over", old_address, old_language, {"name": before}, registration)
    tell("registration_confirmed", registration)


def _forget_the_first(registration: Registration) -> None:
    """A new code and link; nothing that the first person said about himself, or that was decided about him."""
    db.session.add(RetiredCode(code=registration.code, registration_id=registration.id))
    registration.code, registration.manage_token, registration.form_key = new_code(), new_code(), None
    registration.certificate_name = registration.name_en = registration.staff_note = ""
    registration.name_checked_at, registration.vip, registration.wheelchair = None, False, False
    people.describe(registration)
    for consent in registration.consents:
        consent.withdrawn_at = consent.withdrawn_at or now()
    db.session.execute(delete(Answer).where(Answer.registration_id == registration.id))
    db.session.execute(delete(CertificateException).where(CertificateException.registration_id == registration.id))
    db.session.flush()


def came(registration: Registration) -> bool:
    """Whether a scan let this person in."""
    return bool(db.session.scalar(select(exists().where(
        Scan.registration_id == registration.id, Scan.verdict == "ok", Scan.undone_at.is_(None)))))


def names_until(event: Event) -> datetime:
    """Until when people may proof-read their names."""
    return event.names_until or event.ends_at


def check_names_open(registration: Registration) -> None:
    """Whether the holder may still mend the name. Raises `NotConfirmed`, `EventCalledOff`, `TooLate`, `NameIsPrinted`."""
    if registration.status not in seats.HOLDING:
        raise NotConfirmed
    if registration.event.status == EventStatus.CANCELLED:
        raise EventCalledOff
    if now() > names_until(registration.event):
        raise TooLate
    if _has_certificate(registration):
        raise NameIsPrinted


def _has_certificate(registration: Registration) -> bool:
    return bool(db.session.scalar(select(exists().where(Certificate.registration_id == registration.id,
                                                        Certificate.status == CertificateStatus.VALID))))


def proofread(registration: Registration, command: NameCommand, version: int) -> None:
    """The holder has looked at the name for the certificate, and mended it if need be.

    Raises `check_names_open`'s facts, `ChangedMeanwhile`, `NameMissing`, `NationalId`, `AlreadyRegistered`.
    """
    event = services.hold(registration)
    check_names_open(registration)
    if registration.version != version:
        raise ChangedMeanwhile
    details = Details(
        registration.category_id, command.first_name, command.title, command.last_name, registration.organisation_name,
        registration.position, registration.email, registration.phone, registration.phone_extension, command.name_en,
        command.certificate_name)
    check(details)
    before = registration.certificate_name or name_of(registration)
    with db.session.no_autoflush:
        write(registration, details, event)
        if other := services.same_person(event.id, registration.person_key, registration.id):
            raise AlreadyRegistered(other)
    registration.name_checked_at = now()
    db.session.flush()
    after = registration.certificate_name or name_of(registration)
    history.record("registration.name_checked", registration=registration, by_participant=True,
                   **({"before": before, "after": after} if before != after else {}))
