"""The organiser's page of those who have no seat yet: who asked, who waits and why, who was offered one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints.registration import approval, bp, queries, tickets, waitlist
from blueprints.registration.forms import RejectForm
from blueprints.registration.manage import BASE, PER_PAGE
from core import access
from core.errors import Refused
from core.transaction import transaction
from models import Event, Registration, RegistrationStatus, Role, db


@bp.get(f"{BASE}/waitlist")
@access.on_event(Role.VIEWER)
def queue(event: Event) -> str:
    page = db.paginate(waitlist.waiting(event), per_page=PER_PAGE, max_per_page=PER_PAGE)
    return render_template(
        "registration/queue.html", event=event, active="registrations", page=page, roles=Role, name_of=tickets.name_of,
        lines=waitlist.explained(event, page.items), first=1 + (page.page - 1) * PER_PAGE,
        asking=queries.in_status(event, RegistrationStatus.PENDING_APPROVAL, PER_PAGE),
        offered=queries.in_status(event, RegistrationStatus.NOT_CONFIRMED, PER_PAGE))


@bp.post(f"{BASE}/registrations/<int:registration_id>/approve")
@access.on_event(Role.ORGANISER)
def approve(event: Event, registration_id: int) -> Response:
    overbook = "overbook" in request.form and access.may(Role.OWNER)
    return _decide(event, registration_id, lambda one: approval.approve(one, overbook=overbook), {
        RegistrationStatus.CONFIRMED: _l("The person has a seat now and is told so."),
        RegistrationStatus.WAITLISTED: _l("No seat is free, so the person was put on the waitlist and is told so.")})


@bp.post(f"{BASE}/registrations/<int:registration_id>/offer")
@access.on_event(Role.ORGANISER)
def offer(event: Event, registration_id: int) -> Response:
    return _decide(event, registration_id, waitlist.offer, {
        RegistrationStatus.NOT_CONFIRMED: _l("The seat is offered. The person is asked to accept it.")})


@bp.route(f"{BASE}/registrations/<int:registration_id>/reject", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def reject(event: Event, registration_id: int) -> Any:
    registration = queries.in_event(event, registration_id) or abort(404)
    form = RejectForm()
    if form.validate_on_submit():
        reason = form.reason.data
        return _decide(event, registration_id, lambda one: approval.reject(one, reason), {
            RegistrationStatus.CANCELLED: _l("The person is told that there is no seat, and why.")})
    return render_template("registration/reject.html", event=event, active="registrations", form=form,
                           name=tickets.name_of(registration)), 422 if form.errors else 200


def _decide(event: Event, registration_id: int, verb: Callable[[Registration], None], said: dict[RegistrationStatus, Any]) -> Response:
    registration = queries.in_event(event, registration_id) or abort(404)
    try:
        with transaction():
            verb(registration)
        flash(said.get(registration.status) or _("Saved."), "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("registration.queue", event_id=event.id), 303)
