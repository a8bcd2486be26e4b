"""What a participant's phone opens from the code on the screen in the room: who is it, and is the person in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.checkin import bp, venue, venue_services
from blueprints.checkin.forms import ContactForm
from blueprints.checkin.judge import Verdict
from blueprints.checkin.texts import TEXTS
from blueprints.checkin.venue_services import Welcome
from blueprints.checkin.venue_texts import AT_DESK, OWN
from blueprints.registration import people, recall
from blueprints.registration.standing import kept_secret
from blueprints.registration.tickets import name_of
from core import access, errors
from core.codes import new_code
from core.errors import Refused
from core.extensions import limiter
from core.transaction import transaction
from models import Checkpoint, Event, Registration, db, now

PROOF, RESULT = "venue", "venue_result"  # in the session
HALL = "240 per minute"  # everybody in the hall comes from the hotel's one address
MISSES = "120 per hour"  # enough for a hall that mistypes, nothing to somebody who guesses


def _who_asks() -> str:
    """What the limit on guessing counts by: one pointing of a camera at the screen."""
    return "venue:" + session.get(PROOF, {}).get("n", request.remote_addr or "")


@bp.get("/n/<token>", endpoint="venue_typed")
@bp.get("/N/<token>")
@access.public
@limiter.limit(HALL)
def venue_code(token: str) -> Any:
    if request.path != (canonical := f"/N/{token.upper()}"):
        return redirect(canonical, 301)
    at, before = now(), _proved()
    checkpoint = venue_services.shown(token, at)
    if checkpoint is not None:
        again = before is not None and before.id == checkpoint.id  # pointed twice is still one visit
        session[PROOF] = {"c": checkpoint.id, "k": venue_services.key_mark(checkpoint), "n": session[PROOF]["n"] if again else new_code()[:16],
                          "until": (at + venue_services.PROOF_LIFE).timestamp()}
    elif before is None or before.id != venue.checkpoint_of(token):
        return _not_here()
    return redirect(url_for("checkin.venue_page"), 303)


def _proved() -> Checkpoint | None:
    """The checkpoint in whose room this browser was a moment ago, if people may still check themselves in there."""
    proof = session.get(PROOF)
    if proof is None or proof["until"] <= now().timestamp():
        return None
    checkpoint = venue_services.open_checkpoint(proof["c"])
    return checkpoint if checkpoint and venue_services.key_mark(checkpoint) == proof["k"] else None


def _not_here() -> Response:
    return errors.page(410, title=_("This code is too old"), message=_(
        "Point the camera at the screen in the room: its code changes every 30 seconds, so a photo or a forwarded link does not work. "
        "If the screen does not help, the staff at the desk do."))


@bp.get("/N/")
@access.public
def venue_page() -> Any:
    checkpoint = _proved()
    return _not_here() if checkpoint is None else _ask(checkpoint, ContactForm())


def _ask(checkpoint: Checkpoint, form: ContactForm) -> Response:
    event = venue_services.event_of(checkpoint)
    own, found = recall.remembered(event), _found(event)
    return kept_secret(render_template(
        "checkin/venue.html", event=event, checkpoint=checkpoint, form=form, own=[(one, name_of(one)) for one in own],
        found=[(one, people.masked_name(one.first_name, one.last_name)) for one in found if one not in own]), 422 if form.errors else 200)


def _found(event: Event) -> list[Registration]:
    """The people behind the address that was typed here."""
    return venue_services.these(event, session.get(PROOF, {}).get("found", []))


@bp.route("/N/who", methods=("GET", "POST"))
@access.public
@limiter.limit(HALL)
@limiter.limit("10 per 5 minutes", methods=["POST"], key_func=_who_asks)
@limiter.limit(lambda: MISSES, deduct_when=lambda response: response.status_code == 422)
def venue_find() -> Any:
    checkpoint, form = _proved(), ContactForm()
    if request.method == "GET":
        return redirect(url_for("checkin.venue_page"), 303)
    if checkpoint is None:
        return _not_here()
    try:
        found = venue_services.find(venue_services.event_of(checkpoint), form.contact.data) if form.validate_on_submit() else []
    except Refused as fact:
        found = []
        form.refuse(fact)
    if len(found) == 1:
        return _check_in(checkpoint, found[0].id)
    if not found:
        return _ask(checkpoint, form)
    session[PROOF] = session[PROOF] | {"found": [one.id for one in found]}
    return redirect(url_for("checkin.venue_page", _anchor="found"), 303)


@bp.post("/N/")
@access.public
@limiter.limit(HALL)
def venue_check_in() -> Any:
    checkpoint = _proved()
    if checkpoint is None:
        return _not_here()
    event, number = venue_services.event_of(checkpoint), request.form.get("registration", 0, type=int)
    if number not in {one.id for one in recall.remembered(event)} | {one.id for one in _found(event)}:
        abort(404)
    return _check_in(checkpoint, number)


def _check_in(checkpoint: Checkpoint, registration_id: int) -> Response:
    checkpoint_id, proof = checkpoint.id, session[PROOF]["n"]
    with transaction():
        welcome = venue_services.check_in(checkpoint, registration_id, proof)
    session[RESULT] = {"c": checkpoint_id, "r": registration_id, "v": welcome.verdict.value, "at": welcome.at.timestamp(),
                       "first": welcome.first_in.timestamp() if welcome.first_in else None}
    return redirect(url_for("checkin.venue_result"), 303)


@bp.get("/N/result")
@access.public
def venue_result() -> Any:
    kept = session.get(RESULT)
    registration = db.session.get(Registration, kept["r"]) if kept else None
    checkpoint = db.session.get(Checkpoint, kept["c"]) if kept else None
    if registration is None or checkpoint is None:
        return redirect(url_for("checkin.venue_page"), 303)
    first, verdict = kept["first"], Verdict(kept["v"])
    welcome = Welcome(registration.id, verdict, _moment(kept["at"]), _moment(first) if first else None)
    return kept_secret(render_template(
        "checkin/venue_result.html", event=registration.event, checkpoint=checkpoint, welcome=welcome, name=name_of(registration),
        word=TEXTS[verdict][0], sentence=OWN.get(verdict, AT_DESK), more=_proved() is not None))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=now().tzinfo)
