"""What the phone is told of each item of its batch, as JSON."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from blueprints.checkin import queries, services
from blueprints.checkin.batch import Person
from blueprints.checkin.judge import Verdict
from blueprints.checkin.services import Outcome
from blueprints.checkin.texts import TEXTS, WENT_OUT, sentence
from core.locale import both, when
from models import Checkpoint, Device, Direction, EventSession, SessionChoice, db
from thai.names import display_name


def refused(nonce: str, code: str, message: object) -> dict[str, Any]:
    """An item that was not kept; the others go on."""
    return {"nonce": nonce, "error": {"code": code, "message": str(message)}}


def of_outcome(device: Device, checkpoint: Checkpoint, outcome: Outcome) -> dict[str, Any]:
    """A scan's verdict with what the staff need to see, or why it was not kept."""
    if outcome.fact is not None:
        return refused(outcome.nonce, "nonce_reused" if isinstance(outcome.fact, services.NonceReused) else "not_granted", outcome.fact.message)
    verdict, person, first = outcome.verdict, outcome.person, outcome.first_in
    assert verdict is not None
    out = verdict is Verdict.OK and outcome.direction is Direction.OUT
    title, message = WENT_OUT if out else (TEXTS[verdict][0], sentence(verdict, device.may("force")))
    return {
        "nonce": outcome.nonce, "verdict": verdict.value, "title": str(title), "message": where_instead(verdict, checkpoint, person) or str(message),
        "name": display_name(person.title, person.first_name, person.last_name) if person else "",
        "category": both(person.category_th, person.category_en) if person else "",
        "organisation": person.organisation if person else "", "note": person.note if person else "",
        "vip": bool(person and person.vip), "wheelchair": bool(person and person.wheelchair),
        "registration": person.id if person and verdict is Verdict.OK else None,
        "first_in": {"at": first.at.isoformat(), "gate": first.gate} if first else None,
        "can_force": verdict.forceable and device.may("force"), "undoable": verdict is Verdict.OK and device.may("undo"),
        "ask": url_for("checkin.questions", registration_id=person.id) if verdict is Verdict.NEEDS_ANSWERS and person else ""}


def where_instead(verdict: Verdict, checkpoint: Checkpoint, person: Person | None) -> str:
    """When or where this ticket is good, for verdicts that can say so."""
    if verdict is Verdict.TOO_EARLY and checkpoint.opens_at:
        return _("This checkpoint opens %(time)s.", time=when(checkpoint.opens_at))
    if verdict is Verdict.TOO_LATE and checkpoint.closes_at:
        return _("This checkpoint closed %(time)s.", time=when(checkpoint.closes_at))
    if verdict is Verdict.WRONG_CATEGORY and person:
        good = [both(one.name_th, one.name_en) for one in queries.checkpoints_of(checkpoint.event_id)
                if one.category_ids is None or person.category_id in one.category_ids]
        return _("This ticket is for: %(places)s.", places=", ".join(good)) if good else ""
    if verdict is Verdict.WRONG_SESSION and person:
        chosen = db.session.scalars(select(EventSession).join(SessionChoice).where(SessionChoice.registration_id == person.id)
                                    .order_by(EventSession.starts_at, EventSession.id))
        good = [both(one.title_th, one.title_en) + (f" ({one.room})" if one.room else "") for one in chosen]
        return _("This ticket is for: %(places)s.", places=", ".join(good)) if good else _("This person chose no session.")
    return ""
