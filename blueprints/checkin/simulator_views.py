"""The simulator: what a ticket would get at a checkpoint, and why. It only reads."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from blueprints.checkin import bp, queries, simulator
from blueprints.checkin.forms import SimulatorForm
from blueprints.checkin.phone_views import hosts
from blueprints.checkin.texts import IN_LOG, TEXTS
from blueprints.checkin.views import BASE
from blueprints.registration.tickets import name_of
from core import access
from core.forms import moment
from core.locale import local
from models import Direction, Event, Registration, Role, db, now


@bp.get(f"{BASE}/simulator")
@access.on_event(Role.DOOR_SUPERVISOR)
def simulate(event: Event) -> str:
    rows = queries.checkpoints(event)
    asked = bool(request.args.get("q") or request.args.get("registration"))
    form = SimulatorForm(request.args if asked else None, meta={"csrf": False})
    form.offer(rows)
    answer, found = _answer(event, form) if asked and rows and form.validate() else (None, [])
    carried = {name: value for name, value in request.args.items() if name in ("checkpoint", "direction", "day", "time", "q") and value}
    return render_template("checkin/simulator.html", event=event, active="door", form=form, asked=asked, answer=answer, found=found, carried=carried,
                           checkpoints=rows, at=_at(event, form) or now(), name_of=name_of, texts=TEXTS, in_log=IN_LOG)


def _at(event: Event, form: SimulatorForm) -> Any:
    """The moment that was asked for: a time alone is today's; None is now."""
    if form.errors or not (form.day.data or form.time.data):
        return None
    here = local(now(), event.timezone)
    return moment(form.day.data or here.date(), form.time.data or here.time(), event.timezone)


def _answer(event: Event, form: SimulatorForm) -> tuple[simulator.Answer | None, list[Registration]]:
    """The answer, or people to choose from."""
    wanted = request.args.get("registration", type=int)
    person = db.session.get(Registration, wanted) if wanted and wanted < 2**31 else None
    retired_at, is_code = None, True
    if person is None or person.event_id != event.id:
        person, retired_at, is_code = simulator.of_code(form.q.data or "", hosts())
        if not is_code and (found := simulator.find(event, form.q.data or "")):
            return None, found
    checkpoint = form.chosen(queries.checkpoints(event))
    return simulator.simulate(event, checkpoint, person, retired_at, Direction(form.direction.data), _at(event, form)), []
