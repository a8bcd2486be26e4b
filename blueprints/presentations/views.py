"""The order of presentations as organisers write it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from blueprints.events.queries import hosts_of_event
from blueprints.presentations import bp, queries, services
from blueprints.presentations.forms import OrganisationsForm, SlotForm
from core import access
from core.errors import Refused
from core.transaction import transaction
from models import Event, Role, Slot, db

BASE = "/organiser/events/<int:event_id>/presentations"


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def order(event: Event) -> str:
    rows = queries.slots(event)
    times = queries.schedule(event, rows)
    return render_template("presentations/order.html", event=event, active="presentations", rows=rows, times={one.slot.id: one for one in times},
                           late=queries.ends_late(event, times))


@bp.route(f"{BASE}/new", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def add(event: Event) -> Any:
    return _form_page(event, None)


@bp.route(f"{BASE}/<int:slot_id>/edit", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def edit(event: Event, slot_id: int) -> Any:
    return _form_page(event, _one(event, slot_id))


def _form_page(event: Event, slot: Slot | None) -> Any:
    form = SlotForm.of(event, slot)
    if form.validate_on_submit():
        try:
            with transaction():
                services.save(event, form.to_command(event.timezone), slot)
            flash(_("Saved."), "success")
            return _back(event)
        except Refused as fact:
            form.refuse(fact)
    return render_template("presentations/slot.html", event=event, active="presentations", form=form, slot=slot), 422 if form.errors else 200


@bp.route(f"{BASE}/organisations", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def organisations(event: Event) -> Any:
    form = OrganisationsForm.of(queries.candidates(event))
    if form.validate_on_submit():
        try:
            with transaction():
                added = services.add_organisations(event, form.ids.data, form.minutes.data, form.question_minutes.data)
            flash(ngettext("%(num)s slot is added.", "%(num)s slots are added.", added), "success")
            return _back(event)
        except Refused as fact:
            form.refuse(fact)
    return render_template("presentations/organisations.html", event=event, active="presentations", form=form), 422 if form.errors else 200


@bp.post(f"{BASE}/<int:slot_id>/<any(up, down, withdraw, restore, remove):verb>")
@access.on_event(Role.ORGANISER)
def change(event: Event, slot_id: int, verb: str) -> Response:
    slot = _one(event, slot_id)
    with transaction():
        {"up": lambda: services.move(event, slot, -1), "down": lambda: services.move(event, slot, 1),
         "withdraw": lambda: services.withdraw(slot, True), "restore": lambda: services.withdraw(slot, False),
         "remove": lambda: services.remove(slot)}[verb]()
    return redirect(f"{url_for('presentations.order', event_id=event.id)}{'' if verb == 'remove' else f'#slot-{slot_id}'}", 303)


@bp.post(f"{BASE}/<any(publish, hide):verb>")
@access.on_event(Role.ORGANISER)
def publish(event: Event, verb: str) -> Response:
    with transaction():
        services.publish(event, verb == "publish")
    said = {"publish": _l("The order is on the event’s public page."), "hide": _l("The public page does not show the order any more.")}
    flash(said[verb], "success")
    return _back(event)


@bp.get(f"{BASE}/photos")
@access.on_event(Role.VIEWER)
def photos(event: Event) -> str:
    """In which order groups come to be photographed."""
    return render_template("presentations/photos.html", event=event, active="presentations",
                           groups=queries.photo_order(event, queries.slots(event)), hosts=hosts_of_event(event))


def _one(event: Event, slot_id: int) -> Slot:
    slot = db.session.get(Slot, slot_id)
    if slot is None or slot.event_id != event.id:
        abort(404)
    return slot


def _back(event: Event) -> Response:
    return redirect(url_for("presentations.order", event_id=event.id), 303)
