"""What every answer carries: security headers, versioned addresses of static files, icons."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from flask import Flask, Response, current_app
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from whitenoise import WhiteNoise

from core import assets, calls
from core.config import ROOT

CSP = ("default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
       "frame-ancestors 'none'; worker-src 'self'; manifest-src 'self'")
STATIC = ROOT / "static"


@cache
def build() -> str:
    """A digest of all our own static files. It stands in their addresses, so that browsers may keep each for ever and a
    module and the modules that it imports always are of one version."""
    digest = hashlib.sha256()
    for path in sorted(p for p in STATIC.rglob("*") if p.is_file() and "vendor" not in p.parts):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def static_url(path: str) -> str:
    """The address of one of our own static files, in this build."""
    return f"/static/~{build()}/{path}"


class IdConverter(IntegerConverter):
    """Ids in addresses: what no database column of ours can hold is an address that does not exist."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": 2**31 - 1, **kwargs})


class _Build:
    """WSGI middleware: /static/~<build>/css/x is the file /static/css/x."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if path.startswith("/static/~"):
            environ["PATH_INFO"] = "/static/" + path.partition("~")[2].partition("/")[2]
        return self.app(environ, start_response)


def address(endpoint: str, **values: Any) -> str:
    """The whole public address of a page, below BASE_URL: for e-mails and papers, in requests and in jobs alike."""
    return current_app.config["BASE_URL"] + current_app.url_map.bind("localhost").build(endpoint, values)


def init_app(app: Flask) -> None:
    """Serve static files, and put the headers on everything else."""
    app.url_map.converters["int"] = IdConverter
    app.add_template_global(static_url)
    app.add_template_global(assets.vendor_url)
    app.add_template_global(lambda name: Markup(assets.icon_svg(name)), "icon")
    whitenoise = WhiteNoise(app.wsgi_app, root=STATIC, prefix="static/", autorefresh=app.debug or app.testing,
                            max_age=31536000, immutable_file_test=lambda _path, _url: True)
    app.wsgi_app = _Build(whitenoise)  # type: ignore[method-assign]
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
        if response.mimetype == "text/html" or calls.in_json():
            response.headers.setdefault("Cache-Control", "no-store")
        return response
