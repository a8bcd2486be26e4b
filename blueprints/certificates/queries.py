"""What people see of certificates."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from blueprints.certificates import numbers
from models import Certificate, CertificateStatus, Event, Registration, db
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
    """Certificates with exactly this number whose holder's name holds what was typed: both must be known, so nobody can
    leaf through the register."""
    name = fold(family_name)
    if len(name) < 2 or not number.strip():
        return []
    found = db.session.scalars(select(Certificate).where(Certificate.number_key == numbers.number_key(number))
                               .order_by(Certificate.id).limit(50))
    return [c for c in found if name in fold(c.holder) or name in fold(c.facts.get("holder_en", ""))]


def of_registration(registration_id: int) -> list[Certificate]:
    """What one participant holds."""
    return list(db.session.scalars(select(Certificate).where(Certificate.registration_id == registration_id)
                                   .order_by(Certificate.issued_at, Certificate.id)))
