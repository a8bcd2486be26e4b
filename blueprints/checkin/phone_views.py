"""The pages of a phone at the door."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, abort, current_app, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from blueprints.checkin import asking, bp, devices, services
from blueprints.checkin.forms import EnrolForm
from blueprints.checkin.texts import BY_RIGHT, TEXTS, WENT_OUT
from blueprints.registration.tickets import name_of
from core import access, errors
from core.assets import vendor_url
from core.config import ROOT
from core.locale import both
from core.transaction import transaction
from core.web import static_url
from models import Device, Registration, db
from thai.names import TITLES

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
@access.public
def door() -> Response:
    """The app: the same page for every phone, so that it opens without the network. What it shows, it asks the API for."""
    response = make_response(render_template(
        "checkin/door.html", urls=_urls(), hosts=sorted(hosts()), texts=TEXTS, by_right=BY_RIGHT, went_out=WENT_OUT, titles=TITLES))
    response.headers["X-Ruam-Door"] = "1"  # by which the service worker tells it from a hotel's sign-in page
    return response


def _urls() -> dict[str, str]:
    worker = url_for("checkin.decode_worker", js=vendor_url("zxing-wasm", "zxing_reader.iife.js"), wasm=vendor_url("zxing-wasm", "zxing_reader.wasm"))
    names = {"page": "door", "scans": "scans", "roster": "roster", "seen": "seen", "search": "search", "organisation": "door_organisation",
             "substitute": "door_substitute", "sw": "service_worker", "manifest": "manifest", "offline": "offline"}
    return {name: url_for(f"checkin.{endpoint}") for name, endpoint in names.items()} | {"worker": worker, "doctor": "/door/camera"}


@bp.get("/door/sw.js")
@access.public
def service_worker() -> Response:
    """What keeps the app on the phone. Its text changes with every file of the app, and so phones fetch the new version."""
    modules = sorted(static_url(f"door/{path.name}") for path in (ROOT / "static" / "door").glob("*") if path.name != "decode-worker.js")
    shared = [static_url(name) for name in ("css/ruam.css", "js/main.js", "img/favicon.svg", "img/icon.png")]
    styles = [*shared, vendor_url("bootstrap", "bootstrap.layer.css"), vendor_url("sarabun-web", "sarabun.css")]
    fonts = [vendor_url("sarabun-web", f"sarabun-{script}-{weight}.woff2") for script in ("thai", "latin") for weight in ("400", "600")]
    zxing = [vendor_url("zxing-wasm", name) for name in ("zxing_reader.iife.js", "zxing_reader.wasm")]
    urls = _urls()
    files = [urls["page"], urls["worker"], urls["manifest"], urls["offline"], *modules, *styles, *fonts, *zxing]
    response = Response(render_template("checkin/sw.js", files=files, page=urls["page"]), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/door/manifest.webmanifest")
@access.public
def manifest() -> Response:
    """By which the app can be put on the phone's home screen."""
    icon = {"src": static_url("img/icon.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"}
    told = {"id": "/door/", "name": _("Ruam at the door"), "short_name": _("Ruam"), "start_url": url_for("checkin.door"), "scope": "/door/",
            "display": "standalone", "orientation": "portrait", "background_color": "#0a0d1d", "theme_color": "#1d2857", "icons": [icon]}
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json")


@bp.get("/door/offline")
@access.public
def offline() -> str:
    """What a phone can and cannot judge without the network."""
    return render_template("checkin/offline.html")


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
