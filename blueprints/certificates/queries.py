"""What people see of certificates."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import joinedload

from blueprints.certificates import masking, numbers
from blueprints.certificates.facts import Facts
from models import Certificate, CertificateStatus, Event, Registration, RetiredCode, db
from thai.text import fold


def count(rows: Select) -> int:
    """How many rows a Select finds."""
    return db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0


def count_unprinted(event: Event) -> int:
    """How many have a number and no file yet: the worker is at it, or was stopped."""
    return count(unprinted(event.id))


def count_valid(event: Event) -> int:
    """How many valid certificates the event has."""
    return count(select(Certificate.id).where(Certificate.event_id == event.id, Certificate.status == CertificateStatus.VALID))


def count_all_valid(event: Event) -> int:
    """How many valid certificates of every kind the event has."""
    return count(select(Certificate.id).where(Certificate.event_id == event.id, Certificate.status == CertificateStatus.VALID))


def unprinted(event_id: int) -> Select[tuple[Certificate]]:
    """Certificates whose file is still to be made, in the order of their numbers. One whose name was erased gets none, nor one that was revoked or
    replaced before."""
    return (select(Certificate).where(Certificate.event_id == event_id, Certificate.file_sha256.is_(None), Certificate.holder != "",
                                      Certificate.status == CertificateStatus.VALID)
            .order_by(Certificate.design_id, Certificate.period, Certificate.sequence))


def issued(event: Event, search: str = "") -> Select[tuple[Certificate]]:
    """The event's certificates in the order of their numbers, found by name or number."""
    rows = select(Certificate).where(Certificate.event_id == event.id)
    if search:
        rows = rows.outerjoin(Certificate.registration).where(
            Certificate.number_key.contains(numbers.number_key(search), autoescape=True)
            | Registration.search_text.contains(fold(search), autoescape=True))
    return rows.order_by(Certificate.period, Certificate.sequence, Certificate.id)


def by_code(code: str) -> Certificate | None:
    """The certificate with this verification code."""
    return db.session.scalar(select(Certificate).where(Certificate.code == code))


def by_number_and_name(number: str, family_name: str) -> list[Certificate]:
    """Certificates with exactly this number whose holder has this family name: both must be known, so nobody can leaf through
    the register."""
    if not (key := numbers.number_key(number)):
        return []
    found = db.session.scalars(select(Certificate).where(Certificate.number_key == key).options(joinedload(Certificate.event))
                               .order_by(Certificate.id).limit(50))
    return [one for one in found if masking.knows(Facts.from_json(one.facts), family_name)]


def by_file(sha256: str) -> Certificate | None:
    """The certificate that was issued as this file."""
    return db.session.scalar(select(Certificate).where(Certificate.file_sha256 == sha256).order_by(Certificate.id).limit(1))


def before_handing_over() -> ColumnElement[bool]:
    """Whether a certificate was issued to somebody whose seat a colleague has by now: it is not the colleague's."""
    return exists().where(RetiredCode.registration_id == Certificate.registration_id, RetiredCode.retired_at >= Certificate.issued_at)


def of_registration(registration_id: int) -> list[Certificate]:
    """What the participant holds who has this registration now."""
    return list(db.session.scalars(select(Certificate).where(Certificate.registration_id == registration_id, ~before_handing_over())
                                   .order_by(Certificate.issued_at, Certificate.id)))
