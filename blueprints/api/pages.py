"""An organiser's page as JSON: its form to read and to send, its answer, its refusals as problem+json (RFC 9457)."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, current_app, g, get_flashed_messages, request, template_rendered
from flask_babel import gettext as _
from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import Headers
from wtforms import Form

from blueprints.api import described
from core import calls, errors
from core.extensions import SAFE_METHODS, limiter
from models import ApiCall, db

LIMIT = "600 per minute"
NAMES = 200  # characters of an Idempotency-Key

_count = limiter.limit(LIMIT, key_func=lambda: f"token:{g.token.id}")(lambda: None)


def scope(endpoint: str, method: str) -> str:
    """What a token must allow: the feature of the address, and whether something may change."""
    own = getattr(current_app.view_functions[endpoint], "scope", None)
    return f"{own or endpoint.partition('.')[0]}:{'read' if method in SAFE_METHODS else 'write'}"


def enter() -> Response | None:
    """Before a call: its token, what the token may do, how often; and whether it has been answered already."""
    if not calls.called():
        return None
    mark = getattr(current_app.view_functions.get(request.endpoint or ""), "access", None)
    if mark is None or mark.kind == "public":
        return None
    token = calls.token()
    if token is None:
        refusal = errors.page(401, _("A token is needed"), _("Send a good token: Authorization: Bearer ruam_… . "
                                                             "Tokens are made on the page of your account."))
        refusal.headers["WWW-Authenticate"] = "Bearer"
        return refusal
    _count()
    if (status := calls.unreadable()) is not None:
        return errors.page(status)
    if (wanted := scope(request.endpoint or "", request.method)) not in token.scopes:
        return errors.page(403, message=_("The token lacks the right %(scope)s.", scope=wanted))
    g.csrf_valid = True  # no cookie speaks for anybody in a call, so that no other site can make one
    return _answered() if request.method not in SAFE_METHODS else None


def _answered() -> Response | None:
    """What was answered when this very call came before; else keep in mind that it is being made."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return None
    if len(key) > NAMES:
        return errors.page(400, message=_("An Idempotency-Key has up to %(most)d characters.", most=NAMES))
    content = calls.digest(f"{request.environ[calls.MARK]}?{request.query_string.decode()}\n{json.dumps(sorted(request.form.items(multi=True)))}")
    g.call = ApiCall(token_id=g.token.id, key=key, digest=content)
    return _known(g.call)


def _known(call: ApiCall) -> Response | None:
    """The answer to a call that was made before, by this key."""
    known = db.session.scalar(select(ApiCall).where(ApiCall.token_id == call.token_id, ApiCall.key == call.key))
    if known is None:
        return None
    if known.digest != call.digest:
        return errors.page(422, _("This key belongs to another call"), _("Use a new Idempotency-Key for each thing that you want done."))
    if known.status is None:
        return errors.page(409, message=_("The same call is under way, or it was cut off in the middle. "
                                          "Read the present state, and use a new Idempotency-Key for what is still to be done."))
    again = Response(known.body, known.status, mimetype="application/json")
    again.headers["Idempotency-Replayed"] = "true"
    return again


@event.listens_for(Session, "before_commit")
def _with_the_deed(session: Session) -> None:
    """The key is in the database if and only if what it stands for is."""
    if calls.called() and (call := g.get("call")) is not None and inspect(call).transient:
        session.add(call)


def _see(_app: Flask, context: dict[str, Any], **_more: Any) -> None:
    if calls.called():
        g.setdefault("shown", [value for name, value in context.items() if isinstance(value, Form) and name != "search"])
        g.setdefault("told_once", next((value for name in ("link", "new_link", "secret") if isinstance(value := context.get(name), str)), ""))


def leave(response: Response) -> Response:
    """After a call: its answer as JSON, kept for whoever sends it again."""
    if not calls.called():
        return response
    response = _as_json(response)
    call = g.pop("call", None)
    if call is not None and inspect(call).persistent and response.status_code < 500 and not response.is_streamed:
        call.status, call.body = response.status_code, response.get_data(as_text=True)
        db.session.commit()
    elif call is not None and response.status_code in (409, 422) and (same := _known(call)):
        response = same  # the very same call was made at the same moment, and came first
    calls.note_use()
    return response


def _as_json(response: Response) -> Response:
    if response.status_code in (301, 302, 303, 307, 308):
        said = get_flashed_messages(with_categories=True)
        if refused := [str(text) for kind, text in said if kind == "error"]:
            return errors.page(409, _("This cannot be done"), " ".join(refused))
        return _json({"message": " ".join(str(text) for _kind, text in said), "location": _address(response.location or "")})
    if response.mimetype != "text/html":
        return response
    shown: list[Form] = g.get("shown", [])
    if request.method in SAFE_METHODS:
        return _json(_read(shown[0])) if shown else errors.page(404, message=_("This page has no JSON. "
                                                                               "The description of the API lists what there is."))
    wrong = {name: said for form in shown for name, said in described.errors(form).items()}
    once = {"secret": g.told_once} if g.get("told_once") else {}
    return _refused(wrong) if wrong else _json({"message": "", "location": None} | once)


def _read(form: Form) -> dict[str, Any]:
    return {"values": described.values(form), "schema": described.schema(form, whole=True)}


def _refused(wrong: dict[str, list[str]]) -> Response:
    detail = " ".join(wrong.pop("", [])) or _("Please look at the marked fields.")
    response = errors.page(422, _("Not everything is right yet"), detail)
    response.set_data(json.dumps({**response.get_json(), "errors": wrong}, ensure_ascii=False))
    return response


def _address(location: str) -> str:
    """The address below /api/v1 of the page to which a person would be led."""
    return calls.BASE + location.removeprefix(calls.PAGES) if location.startswith(calls.PAGES) else location


def _json(value: dict[str, Any]) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), mimetype="application/json", headers=Headers({"Cache-Control": "no-store"}))


def init_app(app: Flask) -> None:
    """Answer calls."""
    app.before_request(enter)
    app.after_request(leave)
    template_rendered.connect(_see, app, weak=False)
