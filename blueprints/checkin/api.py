"""The door's JSON API, for enrolled phones only. The cookie is SameSite=Strict and bodies must be JSON, so no foreign form can send here."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, request, url_for
from flask_babel import gettext as _

from blueprints.checkin import bp, devices, items, queries, services
from blueprints.checkin.judge import Verdict
from blueprints.checkin.phone_views import hosts
from blueprints.checkin.services import Outcome
from blueprints.checkin.texts import TEXTS, WENT_OUT
from core import errors
from core.errors import ConstraintBroken, Refused
from core.extensions import csrf, limiter
from core.locale import both, when
from core.transaction import transaction
from models import Checkpoint, Device, Direction, db, now
from thai.names import display_name

MOST = 200  # scans in one batch
LIMIT = "1200 per minute"


def _body() -> dict[str, Any]:
    if not request.is_json:
        abort(415)
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(400)
    return body


def _checkpoint(device: Device, checkpoint_id: object) -> Checkpoint:
    checkpoint = db.session.get(Checkpoint, checkpoint_id) if items.is_id(checkpoint_id) else None
    if checkpoint is None or checkpoint.event_id != device.event_id:
        abort(400)
    return checkpoint


@bp.post("/door/api/scans")
@csrf.exempt
@limiter.limit(LIMIT, key_func=devices.limit_key)
@devices.enrolled
def scans(device: Device) -> Response:
    body = _body()
    sent = body.get("scans")
    if not isinstance(sent, list) or not 1 <= len(sent) <= MOST:
        abort(400)
    try:
        results, counts = _record(device, body, sent)
    except ConstraintBroken:  # the same nonce arrived twice at once; the other one is stored now
        results, counts = _record(device, body, sent)
    return jsonify(results=results, counts=counts)


def _record(device: Device, body: dict[str, Any], sent: list[Any]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    good, results = [], {}
    for n, data in enumerate(sent):
        try:
            good.append((n, items.read(data)))
        except items.BadItem as error:
            results[n] = _refused(error.nonce, "unreadable", _("This scan could not be read."))
    with transaction():
        checkpoint = _checkpoint(device, body.get("checkpoint"))
        outcomes = services.record(device, checkpoint, [item for _n, item in good], hosts())
        devices.saw(device, now())
        for (n, _item), outcome in zip(good, outcomes, strict=True):
            results[n] = _result(device, checkpoint, outcome)
        counts = queries.counts(device.event, checkpoint)
    return [results[n] for n in sorted(results)], {"in": counts.present, "expected": counts.expected}


def _refused(nonce: str, code: str, message: object) -> dict[str, Any]:
    return {"nonce": nonce, "error": {"code": code, "message": str(message)}}


def _result(device: Device, checkpoint: Checkpoint, outcome: Outcome) -> dict[str, Any]:
    if outcome.fact is not None:
        return _refused(outcome.nonce, "nonce_reused" if isinstance(outcome.fact, services.NonceReused) else "not_granted", outcome.fact.message)
    verdict, person, first = outcome.verdict, outcome.person, outcome.first_in
    assert verdict is not None
    title, message = WENT_OUT if verdict is Verdict.OK and outcome.direction is Direction.OUT else TEXTS[verdict]
    if verdict is Verdict.TOO_EARLY and checkpoint.opens_at:
        message = _("This checkpoint opens %(time)s.", time=when(checkpoint.opens_at))
    elif verdict is Verdict.TOO_LATE and checkpoint.closes_at:
        message = _("This checkpoint closed %(time)s.", time=when(checkpoint.closes_at))
    return {
        "nonce": outcome.nonce, "verdict": verdict.value, "title": str(title), "message": str(message),
        "name": display_name(person.title, person.first_name, person.last_name) if person else "",
        "category": both(person.category_th, person.category_en) if person else "",
        "organisation": person.organisation if person else "", "note": person.note if person else "",
        "first_in": {"at": first.at.isoformat(), "gate": first.gate} if first else None,
        "can_force": verdict.forceable and device.may("force"), "undoable": verdict is Verdict.OK and device.may("undo"),
        "ask": url_for("checkin.questions", registration_id=person.id) if verdict is Verdict.NEEDS_ANSWERS and person else ""}


@bp.post("/door/api/undo")
@csrf.exempt
@limiter.limit(LIMIT, key_func=devices.limit_key)
@devices.enrolled
def undo_scan(device: Device) -> Response:
    target = _body().get("target")
    try:
        with transaction():
            services.undo_own(device, target if items.is_nonce(target) else "")
    except services.NotGranted as fact:
        return errors.page(409, title=_("Not allowed"), message=fact.message)
    except Refused as fact:
        return errors.page(409, title=_("This cannot be done"), message=fact.message)
    return jsonify(ok=True, message=_("The scan is undone."))


@bp.get("/door/api/search")
@limiter.limit(LIMIT, key_func=devices.limit_key)
@devices.enrolled
def search(device: Device) -> Response:
    if not device.may("search"):
        return errors.page(409, title=_("Not allowed"), message=services.NotGranted.message)
    found = queries.people(device.event, request.args.get("q", ""))
    return jsonify(people=[{
        "registration": person.id, "name": display_name(person.title, person.first_name, person.last_name),
        "organisation": person.organisation_name, "category": both(person.category.name_th, person.category.name_en), "in": came}
        for person, came in found])


@bp.get("/door/api/counts")
@limiter.limit(LIMIT, key_func=devices.limit_key)
@devices.enrolled
def counts(device: Device) -> Response:
    checkpoint = _checkpoint(device, request.args.get("checkpoint", type=int))
    all_here = queries.counts(device.event, checkpoint)
    return jsonify({"in": all_here.present, "expected": all_here.expected, "categories": [
        {"name": both(category.name_th, category.name_en), "in": here.present, "expected": here.expected}
        for category, here in queries.counts_by_category(device.event, checkpoint)]})
