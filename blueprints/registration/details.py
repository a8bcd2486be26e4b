"""What is known of a participant, on its way from a form, a workbook or the door into a registration's row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select

from blueprints.programmes.services import find_or_create_organisation
from blueprints.questions.answers import Given
from blueprints.registration import people
from blueprints.registration.facts import NameMissing, NationalId
from core.codes import new_code
from models import ConsentPurpose, Event, Registration, RegistrationSource, db
from thai.text import holds_national_id

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
    session_ids: tuple[int, ...] | None = None
    vip: bool | None = None
    wheelchair: bool | None = None  # only with the person's consent (PDPA s.26)


@dataclass(frozen=True)
class RegisterCommand:
    """One registration. `notice_digest` is the notice that was read; None: staff or the door told the person by word of mouth.

    `join_waitlist`: rather wait than be refused; `overbook`: by someone with the right, beyond every capacity; `tell`: whether a
    letter is written.
    """

    details: Details
    language: str = "th"
    source: RegistrationSource = RegistrationSource.ONLINE
    form_key: str | None = None
    notice_digest: str | None = None
    consents: frozenset[ConsentPurpose] = frozenset()
    access_code: str = ""
    answers: Mapping[int, Given] = field(default_factory=dict)
    join_waitlist: bool = False
    overbook: bool = False
    tell: bool = True
    booked_by: Registration | None = field(default=None, repr=False)
    import_id: int | None = None
    at: datetime | None = None  # of a walk-in that a phone tells later: when the person came


def person_key(details: Details) -> str:
    """The key of the person that `details` are about."""
    return people.person_key(details.title, details.first_name, details.last_name, details.email or details.phone)


def check(details: Details) -> None:
    """Raises `NameMissing`, `NationalId`."""
    if not details.first_name:
        raise NameMissing
    for name in TEXTS:
        if holds_national_id(getattr(details, name) or ""):
            raise NationalId(field=name)


def write(registration: Registration, details: Details, event: Event, *, by_organiser: bool = False) -> None:
    """Put `details` into the row, with all that follows from them.

    Only while the event's row is held: two people who type the same new organisation would else wait for each other.
    """
    if (registration.organisation_name or "") != details.organisation_name:
        organisation = find_or_create_organisation(details.organisation_name, confirmed=by_organiser)
        db.session.flush()
        registration.organisation_id = organisation.id if organisation else None
    registration.category_id = details.category_id
    registration.phone, registration.phone_extension = details.phone, details.phone_extension
    for name in TEXTS:
        given = getattr(details, name)
        setattr(registration, name, given if given is not None else getattr(registration, name) or "")
    before = registration.person_key
    people.describe(registration)
    if registration.person_key != before:
        registration.person_ref = person_ref(event.programme_id, registration.person_key)


_KNOWN = (select(Registration.person_ref).join(Event, Event.id == Registration.event_id)
          .where(Registration.person_key == bindparam("person_key"), Event.programme_id == bindparam("programme_id"),
                 Registration.person_ref != "").limit(1))


def person_ref(programme_id: int, key: str) -> str:
    """What stands for the person throughout the programme: as before where the person is known there, else new and random."""
    known = db.session.scalar(_KNOWN, {"person_key": key, "programme_id": programme_id})
    return known or new_code()


SEEN = (*TEXTS, "phone", "phone_extension")


def snapshot(registration: Registration) -> dict[str, str]:
    """What the history compares: the details as they stand."""
    return {name: getattr(registration, name) or "" for name in SEEN} | {"category": registration.category.name_th}


def changes_since(before: Mapping[str, str], registration: Registration) -> dict[str, list[str]]:
    """Each detail that changed: from, to."""
    db.session.refresh(registration, ["category"])
    after = snapshot(registration)
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}
