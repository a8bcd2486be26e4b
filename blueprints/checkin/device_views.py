"""The organiser's pages of phones and gates: invite a phone, see what became of it, name it, end its right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.checkin import bp, devices, gates, queries, services
from blueprints.checkin.forms import EnrolmentForm, LabelForm, NameForm
from blueprints.checkin.texts import GRANTS, MODES
from blueprints.checkin.views import BASE, PER_PAGE
from core import access
from core.errors import Refused
from core.locale import when
from core.qr import qr_svg
from core.transaction import transaction
from core.web import address
from models import Device, Event, Gate, Role, db, now

SILENT = timedelta(minutes=5)  # without a word, a phone that keeps scans is worth a warning


@bp.get(f"{BASE}/phones")
@access.on_event(Role.VIEWER)
def phones(event: Event) -> str:
    return _phones(event, _enrolment_form(event))


@bp.get(f"{BASE}/devices")
@access.on_event(Role.VIEWER)
def device_list(event: Event) -> str:
    """The list alone, as it stands now."""
    return render_template("checkin/_devices.html", event=event, **_listed(event))


def _phones(event: Event, form: EnrolmentForm) -> str:
    return render_template("checkin/phones.html", event=event, active="door", form=form, **_listed(event))


def _listed(event: Event) -> dict[str, object]:
    at, number = now(), min(request.args.get("page", 1, type=int), 10**6)
    page = db.paginate(queries.devices(event), page=number, per_page=PER_PAGE, error_out=False)
    return {"page": page, "scans": queries.scans_of(page.items), "at": at, "grants": GRANTS, "modes": MODES, "silent": at - SILENT, "seen": seen,
            "over": event.ends_at <= at, "standing": any(not one.revoked_at and one.expires_at > at for one in page.items)}


def seen(moment: datetime | None, at: datetime) -> str:
    """How long ago, or when, a phone was last seen."""
    if moment is None:
        return _("not yet")
    minutes = int((at - moment).total_seconds() // 60)
    if minutes >= 60:
        return when(moment)
    return ngettext("%(num)d minute ago", "%(num)d minutes ago", minutes) if minutes > 0 else _("less than a minute ago")


def _enrolment_form(event: Event) -> EnrolmentForm:
    newest = db.session.scalar(db.select(Gate.name).where(Gate.event_id == event.id).order_by(Gate.id.desc()).limit(1))
    first = {"gate": newest or _("Main entrance"), "grants": ["search", "undo"], "mode": "staff"}
    form = EnrolmentForm(data=None if request.method == "POST" else first)
    form.offer(queries.gates(event), queries.checkpoints(event))
    return form


@bp.post(f"{BASE}/enrolments")
@access.on_event(Role.DOOR_SUPERVISOR)
def enrolment(event: Event) -> str | tuple[str, int]:
    form = _enrolment_form(event)
    if form.validate_on_submit():
        try:
            with transaction():
                services.ensure_checkpoints(event)
                token = devices.enrolment(event, form.gate.data, form.grants.data, access.current_user(), mode=form.chosen_mode(),
                                          gate_ids=form.gate_ids.data, checkpoint_ids=form.checkpoint_ids.data or None)
            link = address("checkin.enrol", token=token)
            return render_template("checkin/enrolment.html", event=event, active="door", form=form, link=link, qr=qr_svg(link),
                                   minutes=int(devices.LINK_LIFE.total_seconds() // 60))
        except Refused as fact:
            form.refuse(Refused(fact.message, "gate") if isinstance(fact, gates.TooManyGates) else fact)
    return _phones(event, form), 422


@bp.route(f"{BASE}/devices/<int:device_id>", methods=("GET", "POST"))
@access.on_event(Role.DOOR_SUPERVISOR)
def device(event: Event, device_id: int) -> Any:
    """Give a phone another name."""
    row = _one(Device, event, device_id)
    form = LabelForm(obj=row)
    if form.validate_on_submit():
        with transaction():
            devices.rename(row, form.label.data)
        flash(_("Saved."), "success")
        return redirect(url_for("checkin.phones", event_id=event.id), 303)
    return render_template("checkin/rename.html", event=event, active="door", form=form, field=form.label,
                           title=_("Rename the phone"), back="checkin.phones", back_label=_("Phones")), 422 if form.errors else 200


@bp.post(f"{BASE}/devices/<int:device_id>/revoke")
@access.on_event(Role.DOOR_SUPERVISOR)
def revoke(event: Event, device_id: int) -> Response:
    row = _one(Device, event, device_id)
    with transaction():
        devices.revoke(row)
    flash(_("%(device)s can no longer scan. What it has scanned stays.", device=row.label), "success")
    return redirect(url_for("checkin.phones", event_id=event.id), 303)


@bp.post(f"{BASE}/devices/revoke")
@access.on_event(Role.DOOR_SUPERVISOR)
def revoke_all(event: Event) -> Response:
    with transaction():
        ended = devices.revoke_all(event)
    flash(ngettext("%(num)d phone can no longer scan. What it has scanned stays.",
                   "%(num)d phones can no longer scan. What they have scanned stays.", ended), "success")
    return redirect(url_for("checkin.phones", event_id=event.id), 303)


@bp.get(f"{BASE}/gates")
@access.on_event(Role.VIEWER)
def gate_list(event: Event) -> str:
    return _gates(event, NameForm())


def _gates(event: Event, form: NameForm) -> str:
    return render_template("checkin/gates.html", event=event, active="door", form=form, gates=queries.gates(event), used=queries.used_gates(event))


@bp.post(f"{BASE}/gates")
@access.on_event(Role.DOOR_SUPERVISOR)
def add_gate(event: Event) -> Any:
    form = NameForm()
    if form.validate_on_submit():
        try:
            with transaction():
                gates.add(event, form.name.data)
            flash(_("The gate is added. Phones can be enrolled for it."), "success")
            return redirect(url_for("checkin.gate_list", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    return _gates(event, form), 422


@bp.route(f"{BASE}/gates/<int:gate_id>", methods=("GET", "POST"))
@access.on_event(Role.DOOR_SUPERVISOR)
def gate(event: Event, gate_id: int) -> Any:
    """Give a gate another name."""
    row = _one(Gate, event, gate_id)
    form = NameForm(obj=row)
    if form.validate_on_submit():
        try:
            with transaction():
                gates.rename(row, form.name.data)
            flash(_("Saved."), "success")
            return redirect(url_for("checkin.gate_list", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    return render_template("checkin/rename.html", event=event, active="door", form=form, field=form.name,
                           title=_("Rename the gate"), back="checkin.gate_list", back_label=_("Gates")), 422 if form.errors else 200


@bp.post(f"{BASE}/gates/<int:gate_id>/remove")
@access.on_event(Role.DOOR_SUPERVISOR)
def remove_gate(event: Event, gate_id: int) -> Response:
    row = _one(Gate, event, gate_id)
    try:
        with transaction():
            gates.remove(row)
        flash(_("The gate is removed."), "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("checkin.gate_list", event_id=event.id), 303)


def _one(kind: Any, event: Event, row_id: int) -> Any:
    """A row of this event, or 404."""
    return db.session.scalar(db.select(kind).where(kind.id == row_id, kind.event_id == event.id)) or abort(404)
