"""Signed sheets against scans: a page for each checkpoint, and its lists as files."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from blueprints.checkin import board, bp, queries
from blueprints.checkin import signed as sheet
from blueprints.checkin.views import BASE, PER_PAGE
from blueprints.registration.tickets import name_of
from core import access, history, sheets
from core.transaction import transaction
from models import Checkpoint, Event, Role, db


@bp.get(f"{BASE}/signed")
@access.on_event(Role.VIEWER)
def signed(event: Event) -> str:
    rows = queries.checkpoints(event)
    here = board.chosen(rows, request.args.get("checkpoint", type=int))
    side = request.args.get("side", "") if request.args.get("side") in sheet.SIDES else "signed"
    if here is None:
        return render_template("checkin/signed.html", event=event, active="door", checkpoint=None)
    number = min(request.args.get("page", 1, type=int), 10**6)
    page = db.paginate(sheet.differing(here, side), page=number, per_page=PER_PAGE, error_out=False)
    return render_template("checkin/signed.html", event=event, active="door", checkpoint=here, checkpoints=rows, side=side, sides=sheet.SIDES,
                           page=page, counts=sheet.counts(here), on_screen=sheet.signed_on_screen(here, page.items), name_of=name_of)


@bp.post(f"{BASE}/signed/<int:checkpoint_id>/<any(signed,scanned):side>.csv")
@access.on_event(Role.ORGANISER)
def signed_file(event: Event, checkpoint_id: int, side: str) -> Response:
    """It is a POST, for the history keeps who took it."""
    checkpoint = db.session.get(Checkpoint, checkpoint_id)
    if checkpoint is None or checkpoint.event_id != event.id:
        abort(404)
    with transaction():
        history.record("signed.downloaded", event=event, checkpoint=checkpoint.id, side=side)
        data = sheets.csv_of(sheet.headings(), sheet.rows(checkpoint, side))
    return sheets.download(data, f"{event.slug}-{side}", "csv")
