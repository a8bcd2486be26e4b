"""What machines ask: is it alive, is it ready, how is it."""

from __future__ import annotations

import hmac

from flask import Response, abort, current_app, jsonify, request

from blueprints.operations import bp
from core import access, health, metrics


@bp.get("/healthz")
@access.public
def healthz() -> Response:
    """The process lives. Nothing else is asked: a database that is away is no reason to kill it."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@access.public
def readyz() -> Response:
    """Whether it can serve: 200, or 503 and which check went wrong. Tells nothing more, for anybody may ask."""
    found = health.check()
    response = jsonify({name: "ok" if good else "failed" for name, good in found.items()})
    response.status_code = 200 if all(found.values()) else 503
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/metrics")
@access.public
def figures() -> Response:
    """Figures for Prometheus, for those who send METRICS_TOKEN; where none is set, nothing is here."""
    token, sent = current_app.config["METRICS_TOKEN"], request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token:
        abort(404)
    if not hmac.compare_digest(token.encode(), sent.encode()):
        abort(403)
    return Response(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
