"""The organiser's pages of checkpoints: what is entered where, by whom and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.checkin import bp, checkpoints, queries
from blueprints.checkin.checkpoint_forms import AgendaForm, CheckpointForm, day_and_time, of_checkpoint
from blueprints.checkin.texts import KINDS, POLICIES
from blueprints.checkin.views import BASE
from core import access
from core.errors import ChangedMeanwhile, Refused
from core.locale import both, language, short_date
from core.transaction import transaction
from models import Checkpoint, CheckpointKind, EntryPolicy, Event, Role, db
from thai import dates

NEW = {"kind": CheckpointKind.HALF_DAY.value, "policy": EntryPolicy.ONCE.value, "session_id": 0}


@bp.get(f"{BASE}/checkpoints")
@access.on_event(Role.VIEWER)
def checkpoint_list(event: Event) -> str:
    rows = queries.checkpoints(event)
    return render_template("checkin/checkpoints.html", event=event, active="door", rows=rows, used=checkpoints.used(event), kinds=KINDS,
                           policies=POLICIES, windows={row.id: window(row, event.timezone) for row in rows},
                           sessions={one.id: both(one.title_th, one.title_en) for one in event.sessions},
                           named={row.id: _categories(event, row) for row in rows})


@bp.route(f"{BASE}/checkpoints/new", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def new_checkpoint(event: Event) -> Any:
    first = NEW | ({"kind": CheckpointKind.SESSION.value} if event.sessions else {})
    return _form_page(event, CheckpointForm(data=first), None, lambda details, _seen: checkpoints.create(event, details))


@bp.route(f"{BASE}/checkpoints/<int:checkpoint_id>", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def checkpoint(event: Event, checkpoint_id: int) -> Any:
    row = _one(event, checkpoint_id)
    form = CheckpointForm(data=of_checkpoint(row, event.timezone) if request.method == "GET" else {})
    return _form_page(event, form, row, lambda details, seen: checkpoints.change(event, row, details, seen))


def _form_page(event: Event, form: CheckpointForm, row: Checkpoint | None, save: Callable[[Any, str], object]) -> Any:
    form.offer(event)
    if form.validate_on_submit():
        try:
            with transaction():
                save(form.to_details(event.timezone), form.seen.data or "")
            flash(_("Saved."), "success")
            return redirect(url_for("checkin.checkpoint_list", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
            if isinstance(fact, ChangedMeanwhile) and row:
                form.seen.data = checkpoints.fingerprint(row)  # saving once more is meant
    return render_template("checkin/checkpoint.html", event=event, active="door", form=form, row=row), 422 if form.errors else 200


@bp.post(f"{BASE}/checkpoints/<int:checkpoint_id>/<any(up,down,remove):verb>")
@access.on_event(Role.ORGANISER)
def change_checkpoint(event: Event, checkpoint_id: int, verb: str) -> Response:
    row = _one(event, checkpoint_id)
    try:
        with transaction():
            if verb == "remove":
                checkpoints.remove(event, row)
                flash(_("The checkpoint is removed."), "success")
            else:
                checkpoints.move(event, row, -1 if verb == "up" else 1)
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("checkin.checkpoint_list", event_id=event.id), 303)


@bp.route(f"{BASE}/checkpoints/from-agenda", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def checkpoints_from_agenda(event: Event) -> Any:
    """Propose what the days and sessions call for, and make what is ticked."""
    found = checkpoints.proposals(event)
    form = AgendaForm(data={"chosen": [one.key for one, there in found if one.needed and not there]} if request.method == "GET" else {})
    form.offer(found)
    if form.validate_on_submit():
        try:
            with transaction():
                made = len(checkpoints.add_proposed(event, form.chosen.data or ()))
            flash(ngettext("%(num)d checkpoint is made.", "%(num)d checkpoints are made.", made), "success")
            return redirect(url_for("checkin.checkpoint_list", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    shown = {one.key: (one, there, window(one, event.timezone)) for one, there in found}
    return render_template("checkin/from_agenda.html", event=event, active="door", form=form, kinds=KINDS, proposals=shown,
                           besides=any(not one.needed for one, _there in found)), 422 if form.errors else 200


def window(row: Any, zone: str) -> str:
    """When a checkpoint is open, in words: a day, a part of it, or from one moment to another."""
    (day, begins), (last, ends) = day_and_time(row.opens_at, zone, False), day_and_time(row.closes_at, zone, True)
    if day is None and last is None:
        return _("always open")
    if day is None:
        return _("until %(when)s", when=_when(last, ends))
    if last is None:
        return _("from %(when)s", when=_when(day, begins))
    if day != last:
        return f"{_when(day, begins)} – {_when(last, ends)}"
    hours = _hours(begins, ends)
    return f"{short_date(day)} {hours}" if hours else _("%(day)s, all day", day=short_date(day))


def _hours(begins: time | None, ends: time | None) -> str:
    if begins is None and ends is None:
        return ""
    first, last = begins or time(), f"{ends:%H.%M}" if ends else "24.00"
    return f"{first:%H:%M} – {last.replace('.', ':')}" if language() == "en" else f"{first:%H.%M} – {last} น."


def _when(day: Any, clock: time | None) -> str:
    if clock is None:
        return short_date(day)
    return f"{short_date(day)} {clock:%H:%M}" if language() == "en" else f"{short_date(day)} {dates.clock(clock)}"


def _categories(event: Event, row: Checkpoint) -> str:
    return ", ".join(both(one.name_th, one.name_en) for one in event.categories if one.id in (row.category_ids or ()))


def _one(event: Event, checkpoint_id: int) -> Checkpoint:
    """A checkpoint of this event, or 404."""
    return db.session.scalar(db.select(Checkpoint).where(Checkpoint.id == checkpoint_id, Checkpoint.event_id == event.id)) or abort(404)
