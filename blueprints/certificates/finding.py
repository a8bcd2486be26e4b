"""How it stands with the certificates of those whose private links this browser knows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select

from blueprints.checkin import queries as checkin
from models import Certificate, CertificateStatus, Event, Registration, Scan, db


@dataclass(frozen=True)
class Own:
    """A registration whose private link this browser has opened, whether the person came, and whether a certificate is ready."""

    registration: Registration
    came: bool
    ready: bool


def own(event: Event, registrations: list[Registration]) -> list[Own]:
    """How it stands with the certificate of each of these people."""
    ids = [one.id for one in registrations]
    if not ids:
        return []
    ready = set(db.session.scalars(select(Certificate.registration_id).where(
        Certificate.registration_id.in_(ids), Certificate.status == CertificateStatus.VALID, Certificate.file_sha256.is_not(None))))
    came = set(db.session.scalars(checkin.attended(event).where(Scan.registration_id.in_(ids))))
    return [Own(one, one.id in came, one.id in ready) for one in registrations]


def are_issued(event: Event) -> bool:
    """Whether anybody has a certificate of this event yet."""
    return bool(db.session.scalar(select(exists().where(Certificate.event_id == event.id, Certificate.status == CertificateStatus.VALID))))
