"""The live board on a projector and on phones, who is still missing, and the arrivals of guests of honour."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _

from blueprints.checkin import board as figures
from blueprints.checkin import bp, queries
from blueprints.checkin.views import BASE, PER_PAGE
from blueprints.registration.tickets import name_of
from core import access
from core.locale import both
from models import Checkpoint, Event, Organisation, Role, db, now

VIPS = 100  # on one page


def _place(event: Event) -> tuple[list[Checkpoint], Checkpoint | None]:
    rows = queries.checkpoints(event)
    return rows, figures.chosen(rows, request.args.get("checkpoint", type=int))


def _board(event: Event) -> dict[str, Any]:
    rows, here = _place(event)
    counts = {row.id: queries.counts(event, row) for row in rows}
    if here is None:
        return {"checkpoint": None, "checkpoints": [], "counts": {}, "at": now()}
    return {"checkpoint": here, "checkpoints": rows, "counts": counts, "categories": queries.counts_by_category(event, here), "at": now(),
            "enterprises": figures.enterprises(here), "bars": figures.arrivals(here)}


@bp.get(f"{BASE}/board")
@access.on_event(Role.VIEWER)
def board(event: Event) -> str:
    return render_template("checkin/board.html", event=event, part="board", **_board(event))


@bp.get(f"{BASE}/board/live")
@access.on_event(Role.VIEWER)
def board_live(event: Event) -> str:
    return render_template("checkin/_board.html", event=event, refreshed=True, **_board(event))


@bp.get(f"{BASE}/board/missing")
@access.on_event(Role.VIEWER)
def missing(event: Event) -> str:
    """Who of one organisation has not come; of all of them if none is named."""
    _rows, here = _place(event)
    if here is None:
        abort(404)
    organisation_id, name = request.args.get("organisation", type=int), request.args.get("name", "").replace("\0", "")[:200]
    organisation = db.session.get(Organisation, organisation_id) if organisation_id and organisation_id < 2**31 else None
    number = min(request.args.get("page", 1, type=int), 10**6)
    page = db.paginate(figures.missing(here, organisation.id if organisation else None, name), page=number, per_page=PER_PAGE, error_out=False)
    title = both(organisation.name_th, organisation.name_en) if organisation else name or _("Everyone")
    return render_template("checkin/missing.html", event=event, active="door", checkpoint=here, page=page, title=title, name_of=name_of,
                           args={"checkpoint": here.id, **({"organisation": organisation.id} if organisation else {"name": name} if name else {})})


def _vips(event: Event) -> dict[str, Any]:
    rows, here = _place(event)
    latest, number = request.args.get("order") == "latest", min(request.args.get("page", 1, type=int), 10**6)
    if here is None:
        return {"checkpoint": None, "checkpoints": [], "latest": latest}
    page = max(number, 1)
    people = db.session.execute(figures.vips(here, latest).offset((page - 1) * VIPS).limit(VIPS)).all()
    came, there_are = people[0][2:] if people else (0, 0)
    return {"checkpoint": here, "checkpoints": rows, "latest": latest, "people": people, "gates": figures.gates_of(here, people), "came": came,
            "there_are": there_are, "number": page, "more": there_are > page * VIPS, "name_of": name_of, "at": now()}


@bp.get(f"{BASE}/vip")
@access.on_event(Role.VIEWER)
def vip(event: Event) -> str:
    return render_template("checkin/vip.html", event=event, part="vip", **_vips(event))


@bp.get(f"{BASE}/vip/live")
@access.on_event(Role.VIEWER)
def vip_live(event: Event) -> str:
    return render_template("checkin/_vip.html", event=event, **_vips(event))
