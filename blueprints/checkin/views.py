"""The organiser's pages of the door: watch, undo."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from blueprints.checkin import bp, queries, services
from blueprints.checkin.texts import IN_LOG, TEXTS
from core import access
from core.transaction import transaction
from models import Event, Gate, Role, Scan, db, now

BASE = "/organiser/events/<int:event_id>/door"
PER_PAGE = 50
RECENT = 8


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def manage(event: Event) -> str:
    return render_template("checkin/manage.html", event=event, active="door", **_live(event))


def _live(event: Event) -> dict[str, object]:
    rows = queries.checkpoints(event)
    return {"counts": [(row, queries.counts(event, row), queries.counts_by_category(event, row)) for row in rows],
            "texts": TEXTS, "in_log": IN_LOG, "at": now(),
            "recent": db.session.scalars(queries.log(event).limit(RECENT)).all()}


@bp.get(f"{BASE}/live")
@access.on_event(Role.VIEWER)
def live(event: Event) -> str:
    return render_template("checkin/_live.html", event=event, **_live(event))


@bp.get(f"{BASE}/log")
@access.on_event(Role.VIEWER)
def log(event: Event) -> str:
    gates = db.session.scalars(db.select(Gate).where(Gate.event_id == event.id).order_by(Gate.name, Gate.id)).all()
    verdict, gate_id = request.args.get("verdict", ""), request.args.get("gate", type=int)
    verdict, gate_id = verdict if verdict in set(TEXTS) else "", gate_id if gate_id in {gate.id for gate in gates} else None
    number = min(request.args.get("page", 1, type=int), 10**6)  # more is no page, and a number that no database knows
    page = db.paginate(queries.log(event, verdict, gate_id), page=number, per_page=PER_PAGE, error_out=False)
    return render_template("checkin/log.html", event=event, active="door", page=page,
                           texts=TEXTS, in_log=IN_LOG, gates=gates, verdict=verdict, gate_id=gate_id)


@bp.post(f"{BASE}/scans/<int:scan_id>/undo")
@access.on_event(Role.DOOR_SUPERVISOR)
def undo(event: Event, scan_id: int) -> Response:
    scan = db.session.get(Scan, scan_id)
    if scan is None or scan.event_id != event.id:
        abort(404)
    with transaction():
        services.undo(scan, access.current_user())
    flash(_("The scan is undone. The person counts as not scanned by it."), "success")
    return redirect(url_for("checkin.log", event_id=event.id), 303)
