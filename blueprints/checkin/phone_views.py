"""The pages of a phone at the door."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, redirect, render_template, request, send_file, url_for

from blueprints.checkin import asking, bp, devices, queries, services
from blueprints.checkin.forms import EnrolForm
from blueprints.registration.tickets import name_of
from core import access, errors
from core.assets import vendor_url
from core.config import ROOT
from core.locale import both
from core.transaction import transaction
from models import Device, Registration, db, now

WORKER_CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"


@bp.route("/door/enrol/<token>", methods=["GET", "POST"])
@access.public
def enrol(token: str) -> Response | str:
    try:
        if request.method == "GET" or not EnrolForm().validate_on_submit():
            row = devices.open_enrolment(token)
            title = both(row.event.title_th, row.event.title_en)
            return render_template("checkin/enrol.html", device_label="", event_title=title, gate=row.gate.name)
        with transaction():
            device, key = devices.enrol(token, request.cookies.get(devices.COOKIE, ""))
    except devices.LinkSpent as fact:
        return errors.page(410, message=fact.message)
    return devices.remember(redirect(url_for("checkin.door"), 303), device, key)


@bp.get("/door/")
@devices.enrolled
def door(device: Device) -> str:
    event = device.event
    rows = [{"id": row.id, "name": both(row.name_th, row.name_en)} for row in _open_first(queries.checkpoints(event))]
    urls = {"page": url_for("checkin.door"), "scans": url_for("checkin.scans"), "undo": url_for("checkin.undo_scan"),
            "search": url_for("checkin.search"), "counts": url_for("checkin.counts"), "worker": url_for(
                "checkin.decode_worker", js=vendor_url("zxing-wasm", "zxing_reader.iife.js"), wasm=vendor_url("zxing-wasm", "zxing_reader.wasm"))}
    return render_template("checkin/door.html", event_title=both(event.title_th, event.title_en), gate=device.gate.name, device_label=device.label,
                           checkpoints=rows, grants=device.grants, zone=event.timezone, hosts=sorted(hosts()), urls=urls)


@bp.route("/door/questions/<int:registration_id>", methods=["GET", "POST"])
@devices.enrolled
def questions(device: Device, registration_id: int) -> Any:
    """What is asked of one person at the door; the next scan lets the person in."""
    registration = db.session.get(Registration, registration_id)
    if registration is None or registration.event_id != device.event_id or not services.has_scanned(device, registration):
        abort(404)
    form, page = asking.form_for(registration)(), EnrolForm()
    if page.validate_on_submit() and form.validate() & form.check(registration.category_id):
        with transaction():
            services.keep_answers(device, registration, form.given(registration.category_id))
        return redirect(url_for("checkin.door"), 303)
    asked = form.of_category(registration.category_id)
    return render_template("checkin/questions.html", form=page, answers=form, asked=asked, name=name_of(registration)), 422 if form.errors else 200


def _open_first(rows: list) -> list:
    """Today's entrance first: what staff need without choosing."""
    at = now()
    return sorted(rows, key=lambda row: not ((row.opens_at is None or row.opens_at <= at) and (row.closes_at is None or at < row.closes_at)))


def hosts() -> set[str]:
    """The names by which our own addresses are known: as configured, and as this phone reached us."""
    return {current_app.config["BASE_URL"].split("//", 1)[-1], request.host}


@bp.get("/door/decode-worker.js")
@access.public
def decode_worker() -> Response:
    response = send_file(ROOT / "static" / "door" / "decode-worker.js", mimetype="text/javascript", conditional=True)
    response.headers["Content-Security-Policy"] = WORKER_CSP  # WebAssembly in this worker only
    response.headers["Cache-Control"] = "no-cache"
    return response
