"""The camera doctor: what keeps this phone from scanning, and the way out. Anyone may open it, in any browser."""

from __future__ import annotations

from flask import render_template, request, url_for

from blueprints.checkin import bp
from blueprints.checkin.inapp import app_of
from core import access
from core.assets import vendor_url
from core.qr import qr_data_uri

SAMPLE = "RUAM CAMERA TEST"


@bp.get("/door/camera")
@access.public
def doctor() -> str:
    worker = url_for("checkin.decode_worker", js=vendor_url("zxing-wasm", "zxing_reader.iife.js"), wasm=vendor_url("zxing-wasm", "zxing_reader.wasm"))
    return render_template("checkin/doctor.html", app=app_of(request.user_agent.string), worker=worker, sample=qr_data_uri(SAMPLE, scale=8))
