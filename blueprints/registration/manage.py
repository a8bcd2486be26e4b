"""The organiser's pages of one registration, and adding a person."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.questions import answers
from blueprints.questions.fields import with_answers
from blueprints.registration import bp, forms, letters, past, queries, sections, services, tickets
from blueprints.registration.forms import StaffForm
from core import access, storage
from core.errors import ChangedMeanwhile, Refused
from core.locale import both
from core.transaction import transaction
from models import AskedAt, Event, Registration, Role
from thai.names import TITLES
from thai.phones import format_phone

PER_PAGE = 50
BASE = "/organiser/events/<int:event_id>"


@bp.route(f"{BASE}/registrations/new", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def manage_add(event: Event) -> Any:
    form = with_answers(StaffForm, event.id, tuple(AskedAt))()
    if form.validate_on_submit():
        try:
            with transaction():
                registration_id = services.register(event, form.to_command(access.may(Role.OWNER))).id
            flash(_("The person is registered."), "success")
            return redirect(url_for("registration.manage_one", event_id=event.id, registration_id=registration_id), 303)
        except Refused as fact:
            form.refuse(fact)
    return _form_page(form, event, None)


@bp.get(f"{BASE}/registrations/<int:registration_id>")
@access.on_event(Role.VIEWER)
def manage_one(event: Event, registration_id: int) -> str:
    registration = _one(event, registration_id)
    return render_template(
        "registration/manage_one.html", event=event, active="registrations", registration=registration,
        name=tickets.name_of(registration), address=tickets.private_url(registration), roles=Role,
        name_of=tickets.name_of, session_titles=[both(one.title_th, one.title_en) for one in registration.sessions],
        phone=format_phone(registration.phone, registration.phone_extension), code=tickets.grouped(registration.code),
        told=answers.lines(registration) if access.may(Role.ORGANISER) else [],
        consents=queries.standing_consents(registration), past=past.of(registration),
        sections=[show(registration) for show in sections.MANAGE_PAGE])


@bp.route(f"{BASE}/registrations/<int:registration_id>/edit", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def manage_edit(event: Event, registration_id: int) -> Any:
    registration = _one(event, registration_id)
    form = with_answers(StaffForm, event.id, tuple(AskedAt), answers.of(registration))(data=forms.of_registration(registration))
    if form.validate_on_submit():
        try:
            with transaction():
                services.update_details(registration, form.to_details(), form.version.data, by_organiser=True,
                                        answered=form.to_answers())
            flash(_("Saved."), "success")
            return redirect(url_for("registration.manage_one", event_id=event.id, registration_id=registration_id), 303)
        except Refused as fact:
            form.refuse(fact)
            if isinstance(fact, ChangedMeanwhile):
                form.version.data = registration.version  # saving once more is meant
    return _form_page(form, event, registration)


@bp.get(f"{BASE}/registrations/<int:registration_id>/answers/<int:question_id>")
@access.on_event(Role.ORGANISER)
def manage_answer_file(event: Event, registration_id: int, question_id: int) -> Response:
    answer = answers.file_of(_one(event, registration_id).id, question_id) or abort(404)
    response = Response(storage.read(answer.file_sha256), mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(answer.file_name)}"
    return response


@bp.post(f"{BASE}/registrations/<int:registration_id>/cancel")
@access.on_event(Role.ORGANISER)
def manage_cancel(event: Event, registration_id: int) -> Response:
    registration = _one(event, registration_id)
    try:
        with transaction():
            services.cancel(registration, by_organiser=True)
        flash(_("The registration is cancelled and its seat is free."), "success")
    except Refused as fact:
        flash(str(fact.message), "error")
    return redirect(url_for("registration.manage_one", event_id=event.id, registration_id=registration_id), 303)


@bp.post(f"{BASE}/registrations/<int:registration_id>/link")
@access.on_event(Role.ORGANISER)
def manage_send_link(event: Event, registration_id: int) -> Response:
    registration = _one(event, registration_id)
    with transaction():
        sent = letters.send_link(registration)
    flash(_("The link is on its way.") if sent else _("The link was sent a few minutes ago. Please wait before sending it "
                                                      "again."), "success")
    return redirect(url_for("registration.manage_one", event_id=event.id, registration_id=registration_id), 303)


def _one(event: Event, registration_id: int) -> Registration:
    return queries.in_event(event, registration_id) or abort(404)


def _form_page(form: StaffForm, event: Event, registration: Registration | None) -> Any:
    form.offer(event, event.categories, registration, wait=access.may(Role.OWNER))
    return render_template("registration/manage_form.html", event=event, active="registrations", form=form,
                           registration=registration, titles=TITLES), 422 if form.errors else 200
