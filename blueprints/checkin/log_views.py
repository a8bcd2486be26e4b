"""The organiser's pages of the log: every scan, one scan, the log as a file; undoing one."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from blueprints.checkin import bp, conflicts, scan_log, services
from blueprints.checkin.texts import IN_LOG, TEXTS
from blueprints.checkin.views import BASE, PER_PAGE
from blueprints.registration.tickets import name_of
from core import access, history, sheets
from core.transaction import transaction
from models import Checkpoint, Event, Role, Scan, db


@bp.get(f"{BASE}/log")
@access.on_event(Role.VIEWER)
def log(event: Event) -> str:
    wanted = scan_log.wanted(request.args)
    number = min(request.args.get("page", 1, type=int), 10**6)  # more is no page, and a number that no database knows
    page = db.paginate(scan_log.listed(event, wanted), page=number, per_page=PER_PAGE, error_out=False)
    return render_template("checkin/log.html", event=event, active="door", page=page, wanted=wanted, choices=scan_log.choices(event),
                           texts=TEXTS, in_log=IN_LOG)


@bp.post(f"{BASE}/log.<any(csv,xlsx):kind>")
@access.on_event(Role.ORGANISER)
def log_file(event: Event, kind: str) -> Response:
    """What is filtered as a file. It is a POST, for the history keeps who took it."""
    wanted = scan_log.wanted(request.form)
    with transaction():
        history.record("scans.downloaded", event=event, kind=kind, number=scan_log.number_of(event, wanted),
                       filters=sorted(wanted.as_args()))
        rows = scan_log.rows(event, wanted)
        data = (sheets.csv_of(scan_log.headings(), rows) if kind == "csv"
                else sheets.xlsx_of(scan_log.headings(), rows, event.timezone, wide=(3, 15, 16)))
    return sheets.download(data, f"{event.slug}-scans", kind)


def _scan(event: Event, scan_id: int) -> Scan:
    scan = db.session.get(Scan, scan_id)
    if scan is None or scan.event_id != event.id:
        abort(404)
    return scan


@bp.get(f"{BASE}/scans/<int:scan_id>")
@access.on_event(Role.VIEWER)
def scan(event: Event, scan_id: int) -> str:
    one = _scan(event, scan_id)
    person = one.registration if one.registration and one.registration.event_id == event.id else None
    return render_template("checkin/scan.html", event=event, active="door", scan=one, person=person, undone=scan_log.undone_by(one),
                           checkpoint=db.session.get(Checkpoint, one.checkpoint_id), log=scan_log, settled=conflicts.settlement_of(one),
                           name_of=name_of, texts=TEXTS, in_log=IN_LOG)


@bp.post(f"{BASE}/scans/<int:scan_id>/undo")
@access.on_event(Role.DOOR_SUPERVISOR)
def undo(event: Event, scan_id: int) -> Response:
    scan = _scan(event, scan_id)
    with transaction():
        services.undo(scan, access.current_user())
    flash(_("The scan is undone. The person counts as not scanned by it."), "success")
    return redirect(url_for("checkin.log", event_id=event.id), 303)
