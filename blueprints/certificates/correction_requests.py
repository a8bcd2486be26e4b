"""What holders say is wrong on their certificates, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from blueprints.certificates import queries
from blueprints.certificates.letters import tell_refused
from core import history
from core.errors import Refused
from models import (
    Certificate,
    CertificateStatus,
    CorrectionDecision,
    CorrectionRequest,
    Event,
    EventStatus,
    Registration,
    User,
    db,
    now,
)
from thai.text import holds_national_id


class NotYours(Refused):
    message = _l("Only a valid certificate can be corrected. The verification page shows how this one stands.")


class AskedAlready(Refused):
    message = _l("You have asked for a correction of this certificate already. The organiser will answer you.")


class NothingWrong(Refused):
    message = _l("This is what the certificate says already. Correct it here, or write below what is wrong.")
    field = "holder_th"


class NationalId(Refused):
    message = _l("This looks like a national ID number. We never collect it, so nothing was saved: please take it out.")
    field = "message"


class DecidedAlready(Refused):
    message = _l("Somebody has decided on this request already. The page shows how it stands.")


class AnswerMissing(Refused):
    message = _l("Please write the reason: the person will read it.")
    field = "answer"


@dataclass(frozen=True)
class AskCommand:
    """What the certificate should say, and a word to the organiser."""

    holder_th: str
    holder_en: str = ""
    organisation: str = ""
    message: str = ""


def hold(certificate: Certificate) -> None:
    """Whoever does something with this certificate waits for the others. The event comes first, as an issue locks them."""
    db.session.execute(select(Event.id).where(Event.id == certificate.event_id).with_for_update())
    db.session.refresh(certificate, with_for_update={"of": Certificate})


def ask(registration: Registration, certificate: Certificate, command: AskCommand) -> CorrectionRequest:
    """The holder asks for a correction; one request at a time. Raises `NotYours`, `AskedAlready`, `NothingWrong` and `NationalId`."""
    hold(certificate)
    if not may_ask(registration, certificate):
        raise NotYours
    if open_of(certificate):
        raise AskedAlready
    if any(map(holds_national_id, (command.holder_th, command.holder_en, command.organisation, command.message))):
        raise NationalId
    facts = certificate.facts
    if not command.message and (command.holder_th, command.holder_en, command.organisation) == (
            facts["holder_th"], facts.get("holder_en", ""), facts.get("organisation", "")):
        raise NothingWrong
    request = CorrectionRequest(certificate_id=certificate.id, holder_th=command.holder_th, holder_en=command.holder_en,
                                organisation=command.organisation, message=command.message)
    db.session.add(request)
    history.record("certificate.correction_asked", registration=registration, by_participant=True, certificate=certificate.id,
                   number=certificate.number)
    db.session.flush()
    return request


def may_ask(registration: Registration, certificate: Certificate) -> bool:
    """Whether this is a valid certificate of whoever holds the registration now."""
    return certificate.status is CertificateStatus.VALID and certificate in queries.of_registration(registration.id)


def refuse(request: CorrectionRequest, answer: str, actor: User) -> None:
    """Leave the certificate as it is, and tell the holder why. Raises `AnswerMissing` and `DecidedAlready`."""
    if not answer:
        raise AnswerMissing
    hold(request.certificate)
    db.session.refresh(request)
    if request.decision:
        raise DecidedAlready
    close(request, answer, actor)


def close(request: CorrectionRequest, answer: str, actor: User) -> None:
    """Write down that the request is refused, and tell the holder."""
    request.decision, request.answer, request.decided_at, request.decided_by_id = CorrectionDecision.REFUSED, answer, now(), actor.id
    certificate = request.certificate
    history.record("certificate.correction_refused", registration=certificate.registration, event=certificate.event,
                   certificate=certificate.id, number=certificate.number)
    db.session.flush()
    tell_refused(request)


def accept(request: CorrectionRequest, replacement: Certificate, actor: User) -> None:
    """Write down which certificate came of the request."""
    request.decision, request.decided_at, request.decided_by_id = CorrectionDecision.ACCEPTED, now(), actor.id
    request.replacement_id = replacement.id
    db.session.flush()


def open_of(certificate: Certificate) -> CorrectionRequest | None:
    """The request about this certificate that waits for a decision."""
    return db.session.scalar(select(CorrectionRequest).where(
        CorrectionRequest.certificate_id == certificate.id, CorrectionRequest.decision.is_(None)).order_by(CorrectionRequest.id).limit(1))


def of_event(event: Event) -> Select[tuple[CorrectionRequest]]:
    """All requests about the event's certificates: those that wait first, each in the order in which they came."""
    return (select(CorrectionRequest).join(CorrectionRequest.certificate).where(Certificate.event_id == event.id)
            .options(joinedload(CorrectionRequest.certificate), joinedload(CorrectionRequest.replacement))
            .order_by(CorrectionRequest.decision.is_not(None), CorrectionRequest.asked_at, CorrectionRequest.id))


def waiting(event: Event) -> Select[tuple[CorrectionRequest]]:
    """Those that wait for a decision."""
    return of_event(event).where(CorrectionRequest.decision.is_(None))


def after_issue(event: Event) -> dict[str, int]:
    """What the overview of an event's certificates says: `wishes` wait for a decision, `in_vain` are valid though the event is cancelled."""
    cancelled = event.status is EventStatus.CANCELLED
    return {"wishes": queries.count(waiting(event)), "in_vain": queries.count_all_valid(event) if cancelled else 0}


def of_certificate(certificate: Certificate) -> list[CorrectionRequest]:
    """What was asked about this certificate, and about the one that it replaces where it came of that."""
    return list(db.session.scalars(select(CorrectionRequest).where(
        (CorrectionRequest.certificate_id == certificate.id) | (CorrectionRequest.replacement_id == certificate.id)).order_by(CorrectionRequest.id)))


def newest(certificates: list[Certificate]) -> dict[int, CorrectionRequest]:
    """The newest request about each of these, by the certificate's id."""
    rows = db.session.scalars(select(CorrectionRequest).where(CorrectionRequest.certificate_id.in_([one.id for one in certificates]))
                              .order_by(CorrectionRequest.id))
    return {row.certificate_id: row for row in rows}
