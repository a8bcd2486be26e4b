"""The inbox of conflicts: what should not have been admitted, and what was decided about it."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from blueprints.checkin import bp, conflicts
from blueprints.checkin.forms import SettleForm
from blueprints.checkin.texts import IN_LOG, TEXTS
from blueprints.checkin.views import BASE
from blueprints.registration.tickets import name_of
from core import access
from core.errors import Refused
from core.transaction import transaction
from models import Decision, Event, Role, Scan, User, db

PER_PAGE = 20
LATEST = 10


@bp.get(f"{BASE}/conflicts")
@access.on_event(Role.VIEWER)
def conflict_list(event: Event) -> str:
    number, all_settled = min(request.args.get("page", 1, type=int), 10**6), request.args.get("show") == "settled"
    query = conflicts.settled(event) if all_settled else conflicts.open_ones(event)
    page = db.paginate(query, page=number, per_page=PER_PAGE, error_out=False)
    rows = page.items if all_settled else db.session.scalars(conflicts.settled(event).limit(LATEST)).all()
    return render_template("checkin/conflicts.html", event=event, active="door", page=page, all_settled=all_settled, settled=rows,
                           cases=[] if all_settled else conflicts.cases(page.items), who=_who(rows), texts=TEXTS, in_log=IN_LOG, name_of=name_of)


def _who(rows: object) -> dict[int, str]:
    """The names of those who settled."""
    ids = {row.settled_by_id for row in rows if row.settled_by_id}  # type: ignore[attr-defined]
    return dict(db.session.execute(db.select(User.id, User.name).where(User.id.in_(ids))).all())


@bp.route(f"{BASE}/conflicts/<int:scan_id>", methods=["GET", "POST"])
@access.on_event(Role.DOOR_SUPERVISOR)
def conflict(event: Event, scan_id: int) -> Response | str | tuple[str, int]:
    scan = db.session.get(Scan, scan_id)
    if scan is None or scan.event_id != event.id:
        abort(404)
    form = SettleForm()
    if form.validate_on_submit():
        try:
            with transaction():
                conflicts.settle(event, scan, Decision(form.decision.data), form.reason.data, access.current_user() or abort(403))
            flash(_("The conflict is settled."), "success")
        except Refused as fact:
            flash(fact.message, "error")
        return redirect(url_for("checkin.conflict_list", event_id=event.id), 303)
    done = conflicts.settlement_of(scan)
    html = render_template("checkin/conflict.html", event=event, active="door", form=form, case=conflicts.cases([scan])[0], done=done,
                           who=_who([done] if done else []), open=conflicts.is_open(event, scan), texts=TEXTS, in_log=IN_LOG, name_of=name_of)
    return (html, 422) if form.errors else html
