"""How a registration stands, as its pages show it."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app
from werkzeug.wrappers import Response

from blueprints.registration import changes, queries, services, waitlist
from blueprints.registration.facts import EventCalledOff, EventOver
from core.codes import is_code
from core.errors import Refused
from models import Registration, RegistrationStatus

_WITHOUT_SEAT = {
    RegistrationStatus.WAITLISTED: "waitlisted",
    RegistrationStatus.PENDING_APPROVAL: "pending",
    RegistrationStatus.NOT_CONFIRMED: "offered",
    RegistrationStatus.BLOCKED: "blocked",
    RegistrationStatus.CANCELLED: "cancelled",
}


def state(registration: Registration) -> str:
    """valid, waitlisted, pending, offered, blocked, cancelled, event_cancelled or event_over: what the page is about."""
    if registration.status == RegistrationStatus.CANCELLED:
        return "cancelled"
    try:
        services.refuse_after(registration.event, deadline=False)
    except EventCalledOff:
        return "event_cancelled"
    except EventOver:
        return "event_over"
    return _WITHOUT_SEAT.get(registration.status, "valid")


def may_change(registration: Registration) -> bool:
    """Whether the holder may still change, cancel or hand over."""
    return _possible(services.check_changeable, registration)


def may_mend_name(registration: Registration) -> bool:
    """Whether the holder may still mend the name for the certificate."""
    return _possible(changes.check_names_open, registration)


def place_in_line(registration: Registration) -> int | None:
    """1 for whoever is next in the waitlist; None for those who do not wait."""
    return waitlist.place_in_line(registration) if registration.status == RegistrationStatus.WAITLISTED else None


def _possible(check: Any, registration: Registration) -> bool:
    try:
        check(registration)
    except Refused:
        return False
    return True


def mine(token: str) -> Registration:
    """The registration of a private link, or 404."""
    return (queries.by_token(token) if is_code(token) else None) or abort(404)


def kept_secret(body: Any, status: int | None = None) -> Response:
    """A page that no search engine and no cache keeps."""
    response = current_app.make_response((body, status) if status else body)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response
