"""What a participant decides on the private page: an offered seat, a colleague instead, the name for the certificate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints.registration import bp, changes, forms, services, waitlist
from blueprints.registration.forms import NameForm, SubstituteForm
from blueprints.registration.standing import kept_secret, mine
from core import access
from core.errors import ChangedMeanwhile, Refused
from core.extensions import limiter
from core.transaction import transaction
from models import Registration
from thai.names import TITLES


@bp.post("/r/<token>/accept")
@access.public
def accept(token: str) -> Response:
    return _decide(mine(token), waitlist.accept, _l("The seat is yours. This is your ticket."))


@bp.post("/r/<token>/decline")
@access.public
def decline(token: str) -> Response:
    return _decide(mine(token), waitlist.decline, _l("Thank you for telling us. The seat goes to the next person."))


@bp.route("/r/<token>/substitute", methods=("GET", "POST"))
@access.public
@limiter.limit("30 per hour", methods=["POST"], key_func=lambda: request.path)
def substitute(token: str) -> Any:
    registration = mine(token)
    form = SubstituteForm(data={"organisation_name": registration.organisation_name, "version": registration.version})
    try:
        services.check_changeable(registration)
        if form.validate_on_submit():
            with transaction():
                changes.substitute(registration, form.to_details(registration.category_id), form.version.data)
            return _kept_page("registration/substituted.html", registration)
    except Refused as fact:
        _refuse(form, fact, registration)
    return _kept_page("registration/substitute.html", registration, form)


@bp.route("/r/<token>/name", methods=("GET", "POST"))
@access.public
@limiter.limit("30 per hour", methods=["POST"], key_func=lambda: request.path)
def name(token: str) -> Any:
    registration = mine(token)
    form = NameForm(data=forms.of_registration(registration))
    try:
        changes.check_names_open(registration)
        if form.validate_on_submit():
            with transaction():
                changes.proofread(registration, form.to_command(), form.version.data)
            flash(_("Thank you. This is how your name will stand on the certificate."), "success")
            return redirect(url_for("registration.private", token=token), 303)
    except Refused as fact:
        _refuse(form, fact, registration)
    return _kept_page("registration/name.html", registration, form)


def _refuse(form: Any, fact: Refused, registration: Registration) -> None:
    form.refuse(fact)
    if isinstance(fact, ChangedMeanwhile):
        form.version.data = registration.version  # sending it once more is meant


def _kept_page(template: str, registration: Registration, form: Any = None) -> Response:
    return kept_secret(render_template(template, registration=registration, event=registration.event, form=form, titles=TITLES),
                       422 if form is not None and form.errors else 200)


def _decide(registration: Registration, verb: Callable[[Registration], None], done: Any) -> Response:
    token = registration.manage_token
    try:
        with transaction():
            verb(registration)
        flash(done, "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("registration.private", token=token), 303)
