"""The organiser's pages of the door: what goes on there now."""

from __future__ import annotations

from flask import render_template

from blueprints.checkin import bp, conflicts, queries, scan_log
from blueprints.checkin.texts import IN_LOG, TEXTS
from core import access
from models import Event, Role, db, now

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
            "texts": TEXTS, "in_log": IN_LOG, "at": now(), "conflicts": conflicts.how_many(event),
            "recent": db.session.scalars(scan_log.listed(event, scan_log.Wanted()).limit(RECENT)).all()}


@bp.get(f"{BASE}/live")
@access.on_event(Role.VIEWER)
def live(event: Event) -> str:
    return render_template("checkin/_live.html", event=event, **_live(event))
