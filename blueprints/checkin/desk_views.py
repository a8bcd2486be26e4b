"""The door's desk for enrolled phones: a colleague comes instead, a whole enterprise, the form for walk-ins; and what people signed."""

from __future__ import annotations

from flask import Response, abort, jsonify, render_template, request
from flask_babel import gettext as _

from blueprints.checkin import bp, devices, door_desk, items, services, signatures, walkins
from blueprints.registration import sections
from blueprints.registration.tickets import name_of
from core import errors
from core.errors import Refused
from core.extensions import csrf, limiter
from core.transaction import transaction
from models import Checkpoint, Device, Registration, db

LIMIT = "1200 per minute"


def _refused(fact: Refused) -> Response:
    title = _("Not allowed") if isinstance(fact, services.NotGranted) else _("This cannot be done")
    return errors.page(409, title=title, message=fact.message)


@bp.post("/door/api/substitute")
@csrf.exempt
@limiter.limit(LIMIT, key_func=devices.limit_key)
@devices.enrolled
def door_substitute(device: Device) -> Response:
    number, colleague = _sent()
    try:
        with transaction():
            registration = door_desk.substitute(device, db.session.get(Registration, number), colleague)
            answer = {"registration": registration.id, "name": name_of(registration)}
    except Refused as fact:
        return _refused(fact)
    return jsonify(answer)


def _sent() -> tuple[int, door_desk.Colleague]:
    """The registration's id and who comes instead, out of the body."""
    if not request.is_json:
        abort(415)
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not items.is_id(body.get("registration")):
        abort(400)
    try:
        return body["registration"], door_desk.read(body)
    except ValueError:
        abort(400)


@bp.get("/door/api/organisation")
@limiter.limit(LIMIT, key_func=devices.limit_key)
@devices.enrolled
def door_organisation(device: Device) -> Response:
    if not device.may("search"):
        return _refused(services.NotGranted())
    checkpoint = db.session.get(Checkpoint, _number("checkpoint"))
    if checkpoint is None or checkpoint.event_id != device.event_id:
        abort(400)
    one = db.session.get(Registration, _number("registration")) if "registration" in request.args else None
    if one is not None and one.event_id != device.event_id:
        one = None
    organisation_id, name = (one.organisation_id, one.organisation_name) if one else (_number("id") or None, "")
    people = door_desk.of_organisation(device.event, organisation_id, name)
    here = door_desk.inside(checkpoint, [person.id for person in people])
    return jsonify(people=[door_desk.hit(person, person.id in here) for person in people[:door_desk.MOST]], more=len(people) > door_desk.MOST)


def _number(name: str) -> int:
    number = request.args.get(name, 0, type=int)
    return number if items.is_id(number) else 0


@bp.get("/door/api/walk-in")
@limiter.limit(LIMIT, key_func=devices.limit_key)
@devices.enrolled
def door_walk_in(device: Device) -> Response:
    if not device.may("walk_in"):
        return _refused(services.NotGranted())
    return jsonify(walkins.form_facts(device.event))


def signed(registration: Registration) -> str:
    """What the person signed, on the organiser's page about one registration."""
    rows = signatures.of(registration)
    return render_template("checkin/_signatures.html", signatures=rows) if rows else ""


sections.MANAGE_PAGE.append(signed)
