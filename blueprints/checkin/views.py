"""Pages of the door: organisers enrol phones and watch; a phone scans."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from blueprints.checkin import asking, bp, devices, queries, services
from blueprints.checkin.forms import EnrolForm, EnrolmentForm
from blueprints.checkin.texts import IN_LOG, TEXTS
from blueprints.registration.tickets import name_of
from core import access, errors
from core.assets import vendor_url
from core.config import ROOT
from core.errors import Refused
from core.locale import both
from core.qr import qr_svg
from core.transaction import transaction
from core.web import address
from models import Device, Event, Gate, Registration, Role, Scan, db, now

BASE = "/organiser/events/<int:event_id>/door"
PER_PAGE = 50
RECENT = 8
WORKER_CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def manage(event: Event) -> str:
    return render_template("checkin/manage.html", event=event, active="door", form=_enrolment_form(event), **_live(event))


def _enrolment_form(event: Event) -> EnrolmentForm:
    newest = db.session.scalar(db.select(Gate.name).where(Gate.event_id == event.id).order_by(Gate.id.desc()).limit(1))
    return EnrolmentForm(data=None if request.method == "POST" else {"gate": newest or _("Main entrance"), "grants": ["search", "undo"]})


def _live(event: Event) -> dict[str, object]:
    rows = queries.checkpoints(event)
    return {"counts": [(row, queries.counts(event, row), queries.counts_by_category(event, row)) for row in rows],
            "devices": queries.devices(event), "texts": TEXTS, "in_log": IN_LOG, "at": now(),
            "recent": db.session.scalars(queries.log(event).limit(RECENT)).all()}


@bp.get(f"{BASE}/live")
@access.on_event(Role.VIEWER)
def live(event: Event) -> str:
    return render_template("checkin/_live.html", event=event, **_live(event))


@bp.post(f"{BASE}/enrolments")
@access.on_event(Role.DOOR_SUPERVISOR)
def enrolment(event: Event) -> str | tuple[str, int]:
    form = _enrolment_form(event)
    if form.validate_on_submit():
        try:
            with transaction():
                services.ensure_checkpoints(event)
                token = devices.enrolment(event, form.gate.data, form.grants.data, access.current_user())
            link = address("checkin.enrol", token=token)
            return render_template("checkin/enrolment.html", event=event, active="door", form=form, link=link, qr=qr_svg(link),
                                   minutes=int(devices.LINK_LIFE.total_seconds() // 60))
        except Refused as fact:
            form.refuse(fact)
    return render_template("checkin/manage.html", event=event, active="door", form=form, **_live(event)), 422


@bp.post(f"{BASE}/devices/<int:device_id>/revoke")
@access.on_event(Role.DOOR_SUPERVISOR)
def revoke(event: Event, device_id: int) -> Response:
    device = db.session.get(Device, device_id)
    if device is None or device.event_id != event.id:
        abort(404)
    with transaction():
        devices.revoke(device)
    flash(_("%(device)s can no longer scan. What it has scanned stays.", device=device.label), "success")
    return redirect(url_for("checkin.manage", event_id=event.id), 303)


@bp.get(f"{BASE}/log")
@access.on_event(Role.VIEWER)
def log(event: Event) -> str:
    gates = db.session.scalars(db.select(Gate).where(Gate.event_id == event.id).order_by(Gate.name, Gate.id)).all()
    verdict, gate_id = request.args.get("verdict", ""), request.args.get("gate", type=int)
    verdict, gate_id = verdict if verdict in set(TEXTS) else "", gate_id if gate_id in {gate.id for gate in gates} else None
    number = min(request.args.get("page", 1, type=int), 10**6)  # more is no page, and a number that no database knows
    page = db.paginate(queries.log(event, verdict, gate_id), page=number, per_page=PER_PAGE, error_out=False)
    return render_template("checkin/log.html", event=event, active="door", page=page,
                           texts=TEXTS, in_log=IN_LOG, gates=gates, verdict=verdict, gate_id=gate_id)


@bp.post(f"{BASE}/scans/<int:scan_id>/undo")
@access.on_event(Role.DOOR_SUPERVISOR)
def undo(event: Event, scan_id: int) -> Response:
    scan = db.session.get(Scan, scan_id)
    if scan is None or scan.event_id != event.id:
        abort(404)
    with transaction():
        services.undo(scan, access.current_user())
    flash(_("The scan is undone. The person counts as not scanned by it."), "success")
    return redirect(url_for("checkin.log", event_id=event.id), 303)


@bp.route("/door/enrol/<token>", methods=["GET", "POST"])
@access.public
def enrol(token: str) -> Response | str:
    try:
        if request.method == "GET" or not EnrolForm().validate_on_submit():
            row = devices.open_enrolment(token)
            title = both(row.event.title_th, row.event.title_en)
            return render_template("checkin/enrol.html", device_label="", event_title=title, gate=row.gate.name)
        with transaction():
            device, key = devices.enrol(token)
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
