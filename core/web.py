"""What every answer carries: security headers, versioned addresses of static files, icons, health."""

from __future__ import annotations

import hashlib
from functools import cache

from flask import Blueprint, Flask, Response, request
from markupsafe import Markup
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from core import access, assets
from core.config import ROOT
from models import db

CSP = ("default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
       "frame-ancestors 'none'; worker-src 'self'; manifest-src 'self'")
STATIC = ROOT / "static"

bp = Blueprint("web", __name__)


@cache
def static_url(path: str) -> str:
    """The address of one of our own static files with its content's digest, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={digest}"


@bp.get("/healthz")
@access.public
def healthz() -> Response:
    """Alive, and the database answers."""
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")


def _immutable(path: str, url: str) -> bool:
    return url.startswith("/static/vendor/")


def init_app(app: Flask) -> None:
    """Serve static files, and put the headers on everything else."""
    app.register_blueprint(bp)
    app.add_template_global(static_url)
    app.add_template_global(assets.vendor_url)
    app.add_template_global(lambda name: Markup(assets.icon_svg(name)), "icon")
    whitenoise = WhiteNoise(app.wsgi_app, root=STATIC, prefix="static/", autorefresh=app.debug or app.testing,
                            max_age=31536000, immutable_file_test=_immutable)
    app.wsgi_app = whitenoise  # type: ignore[method-assign]
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if response.mimetype == "text/html" or "/api/" in request.path:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
