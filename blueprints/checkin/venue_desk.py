"""The organiser's side of self check-in: where it is switched on, and the screen in the room."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from blueprints.checkin import bp, checkpoints, queries, venue, venue_services
from blueprints.checkin.venue_texts import STEPS
from blueprints.checkin.views import BASE
from core import access
from core.locale import in_language
from core.qr import qr_svg
from core.transaction import transaction
from core.web import address
from models import Checkpoint, Event, Role, db, now

AFTER_STEP = 0.4  # seconds for which the screen waits after a step, so that a clock a little ahead of ours meets the new code


@bp.get(f"{BASE}/self")
@access.on_event(Role.VIEWER)
def venue_manage(event: Event) -> str:
    return render_template("checkin/venue_manage.html", event=event, active="door", checkpoints=queries.checkpoints(event))


@bp.post(f"{BASE}/self")
@access.on_event(Role.DOOR_SUPERVISOR)
def venue_prepare(event: Event) -> Response:
    """Make the checkpoints that every event has by default."""
    with transaction():
        checkpoints.ensure_checkpoints(event)
    return redirect(url_for("checkin.venue_manage", event_id=event.id), 303)


@bp.post(f"{BASE}/self/<int:checkpoint_id>")
@access.on_event(Role.DOOR_SUPERVISOR)
def venue_switch(event: Event, checkpoint_id: int) -> Response:
    checkpoint, on = _one(event, checkpoint_id), request.form.get("on") == "yes"
    with transaction():
        venue_services.switch(checkpoint, event, on)
    flash(_("People can check themselves in here. Open the screen where everybody sees it.") if on
          else _("Self check-in is off. The codes that were shown no longer work."), "success")
    return redirect(url_for("checkin.venue_manage", event_id=event.id), 303)


def _one(event: Event, checkpoint_id: int) -> Checkpoint:
    row = db.session.scalar(db.select(Checkpoint).where(Checkpoint.id == checkpoint_id, Checkpoint.event_id == event.id))
    return row or abort(404)


@bp.get(f"{BASE}/self/<int:checkpoint_id>/screen")
@access.on_event(Role.DOOR_SUPERVISOR)
def venue_screen(event: Event, checkpoint_id: int) -> Any:
    return _screen("checkin/venue_screen.html", event, checkpoint_id)


@bp.get(f"{BASE}/self/<int:checkpoint_id>/live")
@access.on_event(Role.DOOR_SUPERVISOR)
def venue_code_now(event: Event, checkpoint_id: int) -> Any:
    """What changes on the screen."""
    return _screen("checkin/_venue_code.html", event, checkpoint_id)


def _screen(template: str, event: Event, checkpoint_id: int) -> str:
    checkpoint, at = _one(event, checkpoint_id), now()
    qr, left = None, venue.left(at)
    if venue_services.open_checkpoint(checkpoint.id):
        qr = qr_svg(_address(venue.token(checkpoint.venue_key or "", checkpoint.id, at)))
    return render_template(template, event=event, checkpoint=checkpoint, qr=qr, left=left, again=left + AFTER_STEP, step=venue.STEP,
                           counts=queries.counts(event, checkpoint), ways=[(code, _steps(code)) for code in ("th", "en")])


def _address(token: str) -> str:
    """The whole address in upper case, for a QR code's alphanumeric mode."""
    return address("checkin.venue_code", token=token).upper()


def _steps(language: str) -> list[str]:
    with in_language(language):
        return [str(step) for step in STEPS]
