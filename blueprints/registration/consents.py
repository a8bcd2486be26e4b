"""What people agree to, and the answers that need it."""

from __future__ import annotations

from collections.abc import Mapping

from blueprints.questions import answers
from blueprints.questions.answers import Given
from blueprints.registration import notices, seats
from core import history
from models import Consent, ConsentPurpose, DataRequest, Registration, RequestKind, RequestState, db, now


def set_consent(registration: Registration, purpose: ConsentPurpose, given: bool) -> None:
    """Give or withdraw consent to one purpose. A withdrawal is a time; a new yes is a new row under the notice of today."""
    seats.lock(registration.event_id)
    history.record("registration.consent_given" if given else "registration.consent_withdrawn", registration=registration, by_participant=True,
                   changes={"consent": ["", purpose.value]})
    if given:
        agree(registration, purpose)
    else:
        standing = [one for one in registration.consents if one.purpose == purpose and one.withdrawn_at is None]
        for consent in standing:
            consent.withdrawn_at = now()
        if standing:
            note_request(registration, RequestKind.WITHDRAW)
        if purpose == ConsentPurpose.SENSITIVE:
            answers.forget_sensitive(registration)
            registration.wheelchair, registration.updated_at = False, now()  # the door is told
    db.session.flush()


def note_request(registration: Registration, kind: RequestKind) -> None:
    """Keep in the record of requests (PDPA s.39) what the person has just done alone, without waiting for anybody."""
    db.session.add(DataRequest(event_id=registration.event_id, registration_id=registration.id, kind=kind, state=RequestState.DONE, closed_at=now()))


def agree(registration: Registration, purpose: ConsentPurpose) -> None:
    """A yes under the notice of now, unless one stands."""
    if not any(consent.purpose == purpose and consent.withdrawn_at is None for consent in registration.consents):
        notice = notices.put(registration.event, notices.wording(registration.event))
        registration.consents.append(Consent(purpose=purpose, notice_id=notice.id))


def purposes_of(registration: Registration) -> list[ConsentPurpose]:
    """What the private page shows: what the event asks for, and whatever else the person agreed to."""
    asked = notices.asked(registration.event)
    standing = {consent.purpose for consent in registration.consents if consent.withdrawn_at is None}
    return [purpose for purpose in ConsentPurpose if purpose in asked or purpose in standing]


def keep_answers(registration: Registration, given: Mapping[int, Given]) -> bool:
    """Keep the answers, and the explicit consent with those that the law protects (PDPA s.26); whether anything changed.

    The event's row is held.
    """
    changed = bool(given) and answers.save(registration, given)
    if changed and answers.has_sensitive(registration):
        agree(registration, ConsentPurpose.SENSITIVE)
    return changed
