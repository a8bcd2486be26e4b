"""The page behind the link in news: no more of them, or some again."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from blueprints.messages import bp, unsubscribing
from blueprints.messages.unsubscribing import Way
from core import access
from core.extensions import csrf, limiter
from core.transaction import transaction

LIMIT = "30 per minute"


@bp.get("/u/<token>")
@access.public
@limiter.limit(LIMIT)
def unsubscribe(token: str) -> Any:
    way = _way(token)
    return render_template("messages/unsubscribe.html", way=way, token=token, out=unsubscribing.is_out(way))


# A mail program sends this itself when its reader presses “unsubscribe” (RFC 8058), and has no token of a form of ours: the signed
# link is the proof, and all that it can do is to stop news.
@bp.post("/u/<token>")
@access.public
@csrf.exempt
@limiter.limit(LIMIT)
def unsubscribe_now(token: str) -> Any:
    way = _way(token)
    with transaction():
        unsubscribing.leave(way)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return ""  # such programs follow no redirect
    return redirect(url_for("messages.unsubscribe", token=token), 303)


@bp.post("/u/<token>/undo")
@access.public
@limiter.limit(LIMIT)
def subscribe_again(token: str) -> Response:
    way = _way(token)
    with transaction():
        unsubscribing.come_back(way)
    return redirect(url_for("messages.unsubscribe", token=token), 303)


def _way(token: str) -> Way:
    return unsubscribing.way(token) or abort(404)
