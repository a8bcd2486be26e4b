"""Everything that is held about one registration, as plain data: for the page and for the copy (PDPA s.30 and s.31)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from blueprints.certificates import queries as certificates
from blueprints.checkin import signatures
from blueprints.questions import answers
from blueprints.registration import notices, tickets
from blueprints.surveys import queries as surveys
from core.locale import both
from models import CorrectionRequest, DataRequest, HistoryEntry, Message, Notice, Registration, Scan, SurveyCompletion, db

#: Raised when the structure changes, so that whoever reads a copy by machine knows what to expect.
FORMAT = "ruam-my-data-4"
DETAILS = ("title", "first_name", "last_name", "name_en", "certificate_name", "organisation_name", "position", "email", "phone", "phone_extension",
           "staff_note", "vip", "wheelchair", "language")


def of(registration: Registration) -> dict[str, Any]:
    """The copy: JSON with ISO 8601 moments in UTC."""
    event = registration.event
    said, mine = _wordings(registration), certificates.of_registration(registration.id)
    return {
        "format": FORMAT,
        "event": {"title_th": event.title_th, "title_en": event.title_en, "starts_at": _at(event.starts_at), "ends_at": _at(event.ends_at)},
        "registration": {name: getattr(registration, name) for name in DETAILS} | {
            "code": registration.code, "status": registration.status.value, "registered_at": _at(registration.created_at),
            "cancelled_at": _at(registration.cancelled_at), "category": both(registration.category.name_th, registration.category.name_en),
            "sessions": [both(one.title_th, one.title_en) for one in registration.sessions]},
        "answers": [{"question": line.label, "answer": line.text} for line in answers.lines(registration)],
        "consents": [{"purpose": one.purpose.value, "text": said[one.id], "given_at": _at(one.given_at),
                      "withdrawn_at": _at(one.withdrawn_at)} for one in registration.consents],
        "messages": [{"kind": one.kind, "to": one.to, "sent_at": _at(one.sent_at)} for one in _rows(Message, registration)],
        "scans": [{"at": _at(one.judged_at), "verdict": one.verdict, "direction": one.direction.value} for one in _rows(Scan, registration)],
        "signatures": [{"at": _at(one.signed_at), "checkpoint": both(at.name_th, at.name_en), "path": one.path}
                       for one, at in signatures.of(registration)],
        "certificates": [{"number": one.number, "holder": one.holder, "issued_at": _at(one.issued_at), "status": one.status.value}
                         for one in mine],
        "corrections": [{"number": one.certificate.number, "asked_at": _at(one.asked_at), "holder": one.holder_th, "holder_en": one.holder_en,
                         "organisation": one.organisation, "message": one.message, "decision": one.decision.value if one.decision else None,
                         "answer": one.answer} for one in db.session.scalars(
            select(CorrectionRequest).where(CorrectionRequest.certificate_id.in_([one.id for one in mine])).order_by(CorrectionRequest.id))],
        "survey_answered": db.session.scalar(surveys.answered(event).where(SurveyCompletion.registration_id == registration.id)) is not None,
        "history": [{"at": _at(one.at), "what": one.verb, "details": one.details} for one in _rows(HistoryEntry, registration)],
        "requests": [{"kind": one.kind.value, "made_at": _at(one.made_at), "state": one.state.value} for one in _rows(DataRequest, registration)],
        "colleagues_registered_by_you": [tickets.name_of(one) for one in db.session.scalars(
            select(Registration).where(Registration.booked_by_id == registration.id).order_by(Registration.id))],
    }


def _wordings(registration: Registration) -> dict[int, str]:
    """What each consent said when it was given, by its id: the wording of the notice that it stands under."""
    ids = {one.notice_id for one in registration.consents}
    stored = dict(db.session.execute(select(Notice.id, Notice.consents).where(Notice.id.in_(ids))).all()) if ids else {}
    texts = {one.id: (stored.get(one.notice_id) or {}).get(one.purpose.value) for one in registration.consents}
    return {one.id: both(**texts[one.id]) if texts[one.id] else notices.consent_text(one.purpose) for one in registration.consents}


def _rows(table: Any, registration: Registration) -> list[Any]:
    return list(db.session.scalars(select(table).where(table.registration_id == registration.id).order_by(table.id)))


def _at(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
