"""The door's JSON API, for enrolled phones only. The cookie is SameSite=Strict and bodies must be JSON, so no foreign form can send here."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Response, abort, current_app, jsonify, request
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from blueprints.checkin import bp, devices, door_desk, items, queries, results, rowcodes, services, signatures, walkins
from blueprints.checkin import roster as rosters
from blueprints.checkin.phone_views import hosts
from blueprints.registration import seats
from core import errors
from core.errors import ConstraintBroken, Refused
from core.extensions import csrf, limiter
from core.transaction import transaction
from models import Checkpoint, Device, Direction, ScanSource, db, now

MOST = 200  # items in one batch
LIMIT = "1200 per minute"


def _checkpoint(device: Device, checkpoint_id: object) -> Checkpoint:
    with_session = [joinedload(Checkpoint.session)]
    checkpoint = db.session.get(Checkpoint, checkpoint_id, options=with_session) if items.is_id(checkpoint_id) else None
    if checkpoint is None or checkpoint.event_id != device.event_id:
        abort(400)
    return checkpoint


@bp.post("/door/api/scans")
@csrf.exempt
@limiter.limit(LIMIT, key_func=devices.limit_key)
@devices.enrolled
def scans(device: Device) -> Response:
    """A batch of what happened at one checkpoint, in its order; a result for each, and one that cannot be read stops no other."""
    if not request.is_json:
        abort(415)
    body = request.get_json(silent=True)
    sent = body.get("scans") if isinstance(body, dict) else None
    if not isinstance(sent, list) or not 1 <= len(sent) <= MOST:
        abort(400)
    try:
        told, counts = _record(device, body, sent)
    except ConstraintBroken:  # the same nonce arrived twice at once; the other one is stored now
        told, counts = _record(device, body, sent)
    return jsonify(results=told, counts=counts)


def _record(device: Device, body: dict[str, Any], sent: list[Any]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    read = [_read(data) for data in sent]
    unsent = body.get("unsent")
    told: list[dict[str, Any]] = []
    with transaction():
        if any(isinstance(one, walkins.WalkIn) for one in read):
            seats.lock(device.event_id)  # before people's rows, as everybody does who changes seats
        checkpoint = _checkpoint(device, body.get("checkpoint"))
        allowed = device.checkpoint_ids is None or checkpoint.id in device.checkpoint_ids
        if not allowed and not all(_kept(one) for one in read):  # what it had kept before is still taken
            abort(400)
        for kind, group in groupby(read, type):
            told += _DO[kind](device, checkpoint, list(group))
        devices.saw(device, now(), unsent if items.is_number(unsent) else None)
        counts = queries.counts(device.event, checkpoint)
    return told, {"in": counts.present, "expected": counts.expected}


def _kept(one: Any) -> bool:
    """Whether a phone can have this from before; papers are read after the event, whenever that is."""
    return getattr(one, "offline", True) or getattr(one, "source", None) is ScanSource.PAPER


def _read(data: Any) -> Any:
    try:
        return _READ[data.get("kind", "scan") if isinstance(data, dict) else "scan"](data)
    except (items.BadItem, KeyError, TypeError) as error:
        nonce = data.get("nonce") if isinstance(data, dict) else ""
        return error if isinstance(error, items.BadItem) else items.BadItem(nonce if items.is_nonce(nonce) else "")


def _scan(device: Device, checkpoint: Checkpoint, group: Sequence[items.Item]) -> list[dict[str, Any]]:
    outcomes = services.record(device, checkpoint, [_of_row(item, checkpoint) for item in group], hosts())
    return [results.of_outcome(device, checkpoint, outcome) for outcome in outcomes]


def _of_row(item: items.Item, checkpoint: Checkpoint) -> items.Item:
    """Whose row of a signed sheet was read, if the sheet is of this checkpoint."""
    if item.source is not ScanSource.PAPER:
        return item
    row = rowcodes.read_row_code(item.code, current_app.config["SECRET_KEY"])
    return replace(item, registration_id=row[1]) if row and row[0] == checkpoint.id else item


def _walk_in(device: Device, checkpoint: Checkpoint, group: Sequence[walkins.WalkIn]) -> list[dict[str, Any]]:
    def admit(one: walkins.WalkIn) -> dict[str, Any]:
        registration = walkins.admit(device, checkpoint, one, now())
        item = items.Item(one.nonce, "", Direction.IN, ScanSource.WALK_IN, one.claimed_at, one.forced, one.offline, registration.id)
        return results.of_outcome(device, checkpoint, services.record(device, checkpoint, [item], ())[0])

    return _each(group, admit)


def _undo(device: Device, _checkpoint: Checkpoint, group: Sequence[items.Undo]) -> list[dict[str, Any]]:
    def undo(one: items.Undo) -> dict[str, Any]:
        services.undo_own(device, one.target, one.claimed_at)
        return {"nonce": one.nonce, "undone": one.target, "message": _("The scan is undone.")}

    return _each(group, undo)


def _signed(device: Device, _checkpoint: Checkpoint, group: Sequence[items.Signed]) -> list[dict[str, Any]]:
    def keep(one: items.Signed) -> dict[str, Any]:
        scan = services.own_scan(device, one.target)
        where = db.session.get_one(Checkpoint, scan.checkpoint_id)
        signatures.keep(device, where, scan.registration_id or 0, one.path, services.believed(device, one.claimed_at))
        return {"nonce": one.nonce, "signed": one.target}

    return _each(group, keep)


def _each(group: Sequence[Any], act: Callable[[Any], dict[str, Any]]) -> list[dict[str, Any]]:
    """Do one after the other; what one had written before it was refused is taken back, and the others stand."""
    told = []
    for one in group:
        try:
            with db.session.begin_nested():
                told.append(act(one))
        except Refused as fact:
            told.append(results.refused(one.nonce, "not_granted" if isinstance(fact, services.NotGranted) else "refused", fact.message))
    return told


def _unreadable(_device: Device, _checkpoint: Checkpoint, group: Sequence[items.BadItem]) -> list[dict[str, Any]]:
    return [results.refused(item.nonce, "unreadable", _("This scan could not be read.")) for item in group]


_READ: dict[str, Any] = {"scan": items.read, "undo": items.read_undo, "signature": items.read_signed, "walk_in": walkins.read}
_DO: dict[type, Any] = {items.Item: _scan, items.Undo: _undo, items.Signed: _signed, walkins.WalkIn: _walk_in, items.BadItem: _unreadable}


@bp.get("/door/api/roster")
@limiter.limit(LIMIT, key_func=devices.limit_key)
@devices.enrolled
def roster(device: Device) -> Response:
    """What the phone should know, all of it or since it last asked, a page at a time, with the counts of the checkpoint that it shows."""
    told = rosters.roster(device, _since(), max(request.args.get("after", 0, type=int), 0))
    chosen = request.args.get("checkpoint", type=int)
    if chosen and any(point["id"] == chosen for point in told["checkpoints"]):
        counts = queries.counts(device.event, db.session.get_one(Checkpoint, chosen))
        told["counts"] = {"checkpoint": chosen, "in": counts.present, "expected": counts.expected}
    response = Response(json.dumps(told, ensure_ascii=False, separators=(",", ":")), mimetype="application/json")
    if "gzip" in request.accept_encodings:
        response.set_data(gzip.compress(response.get_data(), 6))
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    response.headers["Cache-Control"] = "no-store"
    return response


def _since() -> datetime | None:
    try:
        since = datetime.fromisoformat(request.args.get("since", ""))
        return since if since.tzinfo and since <= now() else None
    except ValueError:
        return None


@bp.post("/door/api/seen")
@csrf.exempt
@limiter.limit(LIMIT, key_func=devices.limit_key)
@devices.known
def seen(device: Device) -> Response:
    """A phone says how many scans it keeps unsent; one whose right is gone, that it has forgotten the participants."""
    body = request.get_json(silent=True)
    unsent = body.get("unsent") if isinstance(body, dict) else None
    with transaction():
        devices.saw(device, now(), unsent if items.is_number(unsent) else None)
        if not devices.stands(device) and isinstance(body, dict) and body.get("forgotten") is True:
            devices.forgot(device)
    return jsonify(ok=True)


@bp.get("/door/api/search")
@limiter.limit(LIMIT, key_func=devices.limit_key)
@devices.enrolled
def search(device: Device) -> Response:
    if not device.may("search"):
        return errors.page(409, title=_("Not allowed"), message=services.NotGranted.message)
    found = queries.people(device.event, request.args.get("q", ""))
    return jsonify(people=[door_desk.hit(person, came) for person, came in found])
