"""What the organiser's list of registrations knows of certificates: who has one, under which number, and where it is verified."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, exists, select

from blueprints.registration import columns, listing
from core.web import address
from models import Certificate, CertificateStatus, Event, Registration, db


def holds(event: Event, value: str) -> ColumnElement[bool] | None:
    """The condition of the list's filter: "yes" for those who have a valid certificate, "no" for those who have none."""
    valid = exists().where(Certificate.registration_id == Registration.id, Certificate.status == CertificateStatus.VALID)
    return {"yes": valid, "no": ~valid}.get(value)


def numbers(event: Event, ids: Sequence[int] | None = None) -> dict[int, str]:
    """The numbers of the valid certificates of the event, or of these of its registrations."""
    return _texts(event, ids, lambda number, _code: number)


def addresses(event: Event, ids: Sequence[int] | None = None) -> dict[int, str]:
    """Where they are verified."""
    return _texts(event, ids, lambda _number, code: address("certificates.verify", code=code))


def _texts(event: Event, ids: Sequence[int] | None, text: Callable[[str, str], str]) -> dict[int, str]:
    rows = select(Certificate.registration_id, Certificate.number, Certificate.code).where(
        Certificate.event_id == event.id, Certificate.registration_id.is_not(None), Certificate.status == CertificateStatus.VALID)
    if ids is not None:
        rows = rows.where(Certificate.registration_id.in_(ids))
    found: dict[int, str] = {}
    for registration_id, number, code in db.session.execute(rows.order_by(Certificate.issued_at, Certificate.id)):
        before = found.get(registration_id)
        found[registration_id] = f"{before}, {text(number, code)}" if before else text(number, code)
    return found


listing.EXTRA_FILTERS["certificate"] = holds
columns.EXTRA["certificate"] = (_l("Certificate"), [("yes", _l("Has a certificate")), ("no", _l("Has no certificate"))])
listing.EXTRA_COLUMNS["certificate_number"] = (_l("Number of the certificate"), numbers)
listing.EXTRA_COLUMNS["certificate_address"] = (_l("Verification page of the certificate"), addresses)
