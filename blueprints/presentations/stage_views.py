"""The clock on the stage: a screen that everybody sees, and the buttons of whoever keeps time."""

from __future__ import annotations

from typing import Any

from flask import Response as FlaskResponse
from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from blueprints.presentations import bp, queries, services
from blueprints.presentations.schedule import Clock, clock
from blueprints.presentations.views import BASE
from core import access
from core.errors import Refused
from core.transaction import transaction
from models import Event, Role, Slot, now


@bp.get(f"{BASE}/screen")
@access.on_event(Role.VIEWER)
def screen(event: Event) -> str:
    return render_template("presentations/screen.html", event=event, **_shown(event))


@bp.get(f"{BASE}/screen/now")
@access.on_event(Role.VIEWER)
def now_on_stage(event: Event) -> FlaskResponse:
    """What runs, for screens that ask every few seconds: they then agree however long they have been open."""
    shown = _shown(event)
    answer = jsonify(html=render_template("presentations/_stage.html", event=event, **shown), key=_key(event))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post(f"{BASE}/screen/<any(start, next, pause, resume, minute, stop):verb>")
@access.on_event(Role.DOOR_SUPERVISOR)
def run(event: Event, verb: str) -> Response:
    """Keep the time. `start` begins the slot that the form names."""
    deeds: dict[str, Any] = {"next": services.start_next, "pause": services.pause, "resume": services.resume, "minute": services.add_minute,
                             "stop": services.stop}
    try:
        with transaction():
            if verb != "start":
                deeds[verb](event)
            elif slot := _asked(event):
                services.start(event, slot)
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("presentations.screen", event_id=event.id), 303)


def _asked(event: Event) -> Slot | None:
    wanted = request.form.get("slot", type=int)
    return next((slot for slot in queries.slots(event) if slot.id == wanted and not slot.withdrawn), None)


def _shown(event: Event) -> dict[str, Any]:
    rows = [slot for slot in queries.slots(event) if not slot.withdrawn]
    stage = queries.stage(event)
    place = next((n for n, slot in enumerate(rows) if stage and slot.id == stage.slot_id), -1)
    running = rows[place] if place >= 0 else None
    time: Clock = clock(running, stage.started_at, stage.paused_at, stage.extra_seconds, now()) if stage else clock(None, None, None, 0, now())
    return {"rows": rows, "running": running, "following": rows[place + 1] if place + 1 < len(rows) else None, "clock": time, "key": _key(event)}


def _key(event: Event) -> str:
    """Changes whenever a screen has to be drawn anew."""
    stage = queries.stage(event)
    return f"{stage.slot_id}/{stage.started_at}/{stage.paused_at}/{stage.extra_seconds}" if stage else ""
