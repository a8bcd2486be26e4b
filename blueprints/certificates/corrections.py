"""What happens to a certificate after its issue: it is replaced, or taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from blueprints.certificates import correction_requests, issuing, registers
from blueprints.certificates.facts import Facts
from blueprints.certificates.letters import tell_replaced
from core import history
from core.errors import Refused
from models import Certificate, CertificatePlan, CertificateStatus, Event, EventStatus, Job, User, db, now
from thai.names import split_title
from thai.sorting import name_sort_key

_SORT_KEY_WIDTH = Certificate.__table__.c.sort_key.type.length


class NotValid(Refused):
    message = _l("This certificate is no longer valid: somebody has replaced or revoked it already. Its page shows how it stands.")


class ReasonMissing(Refused):
    message = _l("Please say why: everyone who verifies the certificate will read it.")
    field = "reason"


class SameAsBefore(Refused):
    message = _l("This is what the certificate says already. Correct the name or the organisation, or leave the certificate as it is.")
    field = "holder_th"


class NothingToRevoke(Refused):
    message = _l("The event is not cancelled, or none of its certificates is valid.")


@dataclass(frozen=True)
class Printed:
    """What a replacement says of its holder."""

    holder_th: str
    holder_en: str = ""
    organisation: str = ""


def revoke(certificate: Certificate, reason: str, actor: User) -> None:
    """Take a valid certificate back, with the reason that everyone will read. Raises `ReasonMissing` and `NotValid`."""
    if not reason:
        raise ReasonMissing
    _hold(certificate)
    _end(certificate, CertificateStatus.REVOKED, reason, actor)
    note("certificate.revoked", certificate)
    if request := correction_requests.open_of(certificate):
        correction_requests.close(request, reason, actor)


def revoke_all(event: Event, reason: str, actor: User) -> int:
    """Take every valid certificate of a cancelled event back; how many. Raises `ReasonMissing` and `NothingToRevoke`."""
    if not reason:
        raise ReasonMissing
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    db.session.refresh(event)
    valid = select(Certificate.id).where(Certificate.event_id == event.id, Certificate.status == CertificateStatus.VALID)
    ids = db.session.scalars(valid.order_by(Certificate.id).with_for_update()).all()
    if event.status is not EventStatus.CANCELLED or not ids:
        raise NothingToRevoke
    moment = now()
    for request in db.session.scalars(correction_requests.waiting(event)).all():
        correction_requests.close(request, reason, actor)
    db.session.execute(update(Certificate).where(Certificate.event_id == event.id, Certificate.status == CertificateStatus.VALID).values(
        status=CertificateStatus.REVOKED, status_at=moment, status_reason=reason, status_by_id=actor.id).execution_options(
            synchronize_session="fetch"))
    history.record("certificate.all_revoked", event=event, count=len(ids))
    db.session.flush()
    return len(ids)


def replace_with(certificate: Certificate, printed: Printed, reason: str, actor: User, base_url: str) -> Certificate:
    """Issue a new one in place of a valid certificate: with a new number of the same register and everything else as it was printed.
    The file follows (`start_printing`). Of two people who do so at once, one is told. Raises `ReasonMissing`, `SameAsBefore`, `NotValid`."""
    if not reason:
        raise ReasonMissing
    _hold(certificate)
    former = Facts.from_json(certificate.facts)
    if printed == Printed(former.holder_th, former.holder_en, former.organisation):
        raise SameAsBefore
    request = correction_requests.open_of(certificate)
    _end(certificate, CertificateStatus.REPLACED, reason, actor)
    made = _write(certificate, former, printed, actor, base_url)
    note("certificate.replaced", certificate, by=made.number, **_changed(certificate, made))
    if request:
        correction_requests.accept(request, made, actor)
    tell_replaced(made, request)
    return made


def start_printing(event: Event, actor: User) -> Job:
    """Write down the job that makes the files of certificates that have none."""
    job = Job(kind="print", event_id=event.id, created_by_id=actor.id)
    db.session.add(job)
    db.session.flush()
    return job


def note(verb: str, certificate: Certificate, **details: Any) -> None:
    """Remember what was done to a certificate; `details` may hold names only where they go with a registration's data."""
    history.record(verb, registration=certificate.registration, event=certificate.event, certificate=certificate.id,
                   number=certificate.number, **details)


def _hold(certificate: Certificate) -> None:
    """Raises `NotValid`."""
    correction_requests.hold(certificate)
    if certificate.status is not CertificateStatus.VALID:
        raise NotValid


def _end(certificate: Certificate, status: CertificateStatus, reason: str, actor: User) -> None:
    certificate.status, certificate.status_at = status, now()
    certificate.status_reason, certificate.status_by_id = reason, actor.id
    db.session.flush()


def _write(old: Certificate, former: Facts, printed: Printed, actor: User, base_url: str) -> Certificate:
    """The new record. It is numbered and drawn as the old one was, whatever the plan says by now."""
    plan = CertificatePlan(event_id=old.event_id, kind=old.kind, issued_on=former.issued_on, design_id=old.design_id)
    plan.register = old.register  # never added to the session: a plain value here
    sequence = registers.take_numbers(old.register, old.period, 1, old.event)[0]
    made = issuing.record(
        plan, former, old.period, sequence, base_url, actor.id, registration_id=old.registration_id, organisation_id=old.organisation_id,
        named_holder_id=old.named_holder_id, replaces_id=old.id, replaces=old.number, holder_th=printed.holder_th,
        holder_en=printed.holder_en, organisation=printed.organisation, sort_key=_sort_key(old, former, printed))
    db.session.add(made)
    db.session.flush()
    db.session.refresh(old, ["replaced_by"])
    return made


def _sort_key(old: Certificate, former: Facts, printed: Printed) -> str:
    if printed.holder_th == former.holder_th:
        return old.sort_key
    first, _, last = split_title(printed.holder_th)[1].partition(" ")
    return name_sort_key(first, last)[:_SORT_KEY_WIDTH]


def _changed(old: Certificate, made: Certificate) -> dict[str, str]:
    """The names, for the history of a registration; of others they would outlive their time."""
    return {"before": old.holder, "after": made.holder} if old.registration_id and old.holder != made.holder else {}

