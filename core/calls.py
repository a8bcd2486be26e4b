"""Calls of other programs: /api/v1/… with a token.

What has no address of its own below /api/v1 is the organiser's page of the same name: JSON becomes the form that the page takes,
and the page's answer becomes JSON (`blueprints.api.pages`). So a program may do all that an organiser may, by the same rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, has_request_context, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import HTTPException

from models import ApiToken, db, now

BASE, PAGES = "/api/v1/", "/organiser/"
MOST = 5 << 20  # bytes of JSON
MARK = "ruam.call"  # in the environ of a call: the address that was asked for
_BROKEN = "ruam.unreadable"


def called() -> bool:
    """Whether this request is a program's call, not a person's."""
    return has_request_context() and MARK in request.environ


def in_json() -> bool:
    """Whether the answer, an error too, is JSON: to a program, or to a door phone."""
    return called() or "/api/" in request.path


def unreadable() -> int | None:
    """The status with which to refuse a call whose content could not be read."""
    return request.environ.get(_BROKEN)


def token() -> ApiToken | None:
    """The token of this call, if it is good."""
    if "token" not in g:
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        g.token = by_secret(secret.strip()) if kind.lower() == "bearer" else None
    return g.token


def digest(secret: str) -> str:
    """What is kept of a token. It has 256 random bits, so that one round of SHA-256 says nothing of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def by_secret(secret: str) -> ApiToken | None:
    """The token with this secret, unless it is revoked, expired, or its account is closed."""
    found = db.session.scalar(select(ApiToken).options(joinedload(ApiToken.user)).where(ApiToken.digest == digest(secret)))
    good = found and found.revoked_at is None and found.expires_at > now() and found.user.deactivated_at is None
    return found if good else None


def note_use() -> None:
    """Remember, at most once an hour, that the token is in use."""
    used = g.get("token")
    if used is None or (used.last_used_at and used.last_used_at > now() - timedelta(hours=1)):
        return
    db.session.execute(update(ApiToken).where(ApiToken.id == used.id).values(last_used_at=now())
                       .execution_options(synchronize_session=False))
    db.session.commit()


def as_form(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """JSON as the fields of a form: {"sessions": [{"day": "2020-07-17"}]} is sessions-0-day=2020-07-17; false and null are left out,
    as a browser leaves out a box that is not ticked."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from as_form(inner, f"{name}-{key}" if name else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from as_form(inner, f"{name}-{number}" if isinstance(inner, dict | list) else name)
    elif value is True:
        yield name, "y"
    elif value is not None and value is not False:
        yield name, str(value)


class _Calls:
    """WSGI middleware in front of the application."""

    def __init__(self, app: Flask) -> None:
        self.app, self.inner = app, app.wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if path.startswith(BASE):
            environ[MARK] = path
            _read(environ)
            if not self._has_own(path, environ["REQUEST_METHOD"]):
                environ["PATH_INFO"] = PAGES + path.removeprefix(BASE)
        return self.inner(environ, start_response)

    def _has_own(self, path: str, method: str) -> bool:
        try:
            self.app.url_map.bind("localhost").match(path, method)
        except HTTPException:
            return False
        return True


def _read(environ: dict[str, Any]) -> None:
    """Put the form that the JSON means in its place. A form with files comes as it is (multipart/form-data)."""
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if environ["REQUEST_METHOD"] != "POST" or kind == "multipart/form-data" or not length:
        return
    if kind != "application/json" and not kind.endswith("+json"):
        environ[_BROKEN] = 415
    elif length > MOST:
        environ[_BROKEN] = 413
    else:
        try:
            value = json.loads(environ["wsgi.input"].read(length))
            if not isinstance(value, dict):
                raise ValueError
            data = urlencode(list(as_form(value))).encode()
        except (ValueError, RecursionError, UnicodeError):
            environ[_BROKEN], data = 400, b""
        environ["wsgi.input"] = BytesIO(data)
        environ["CONTENT_LENGTH"] = str(len(data))
        environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"


class _Sessions(SecureCookieSessionInterface):
    """A call has no session: no cookie is read, and none is set."""

    def open_session(self, app: Flask, request: Any) -> SecureCookieSession | None:
        return self.session_class() if MARK in request.environ else super().open_session(app, request)

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        if not called():
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Let programs call."""
    app.session_interface = _Sessions()
    app.wsgi_app = _Calls(app)  # type: ignore[method-assign]
