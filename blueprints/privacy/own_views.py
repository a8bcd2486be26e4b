"""“My data”: what a participant may see, copy, correct, withdraw and erase, behind the private link."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from blueprints.privacy import bp, data, forms, services
from blueprints.registration import consents, notices, sections, standing
from blueprints.registration.standing import kept_secret, mine
from core import access
from core.extensions import limiter
from core.transaction import transaction
from models import Registration, RequestKind


@sections.PRIVATE_PAGE.append
def link(registration: Registration) -> str:
    """The way from the private page to the data."""
    return Markup(render_template("privacy/_link.html", registration=registration))


@bp.get("/r/<token>/data")
@access.public
def my_data(token: str) -> Response:
    registration = mine(token)
    return kept_secret(render_template(
        "privacy/my_data.html", registration=registration, event=registration.event, held=data.of(registration), purposes=forms.PURPOSES,
        kinds=forms.REQUESTS, may_change=standing.may_change(registration), erases_itself=services.erases_itself(registration),
        consents={consent.purpose for consent in registration.consents if consent.withdrawn_at is None},
        wordings={one: notices.consent_text(one) for one in consents.purposes_of(registration)}))


@bp.post("/r/<token>/data/copy")
@access.public
@limiter.limit("30 per hour", key_func=lambda: request.path)
def copy(token: str) -> Response:
    registration = mine(token)
    with transaction():
        services.note(registration, RequestKind.COPY)
    body = json.dumps(data.of(registration), ensure_ascii=False, indent=2)
    response = Response(body, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return kept_secret(response)


@bp.route("/r/<token>/data/<any(correct,object):what>", methods=("GET", "POST"))
@access.public
@limiter.limit("20 per hour", methods=["POST"], key_func=lambda: request.path)
def ask(token: str, what: str) -> Any:
    registration, form = mine(token), forms.RequestForm()
    if form.validate_on_submit():
        with transaction():
            services.ask(registration, RequestKind(what), form.text.data)
        flash(_("Your request is with the organiser, who answers within 30 days."), "success")
        return redirect(url_for("privacy.my_data", token=token), 303)
    return kept_secret(render_template("privacy/ask.html", registration=registration, event=registration.event, form=form,
                                       title=forms.REQUESTS[RequestKind(what)]), 422 if form.errors else 200)


@bp.route("/r/<token>/data/erase", methods=("GET", "POST"))
@access.public
def erase(token: str) -> Any:
    registration = mine(token)
    at_once = services.erases_itself(registration)
    if request.method == "GET":
        return kept_secret(render_template("privacy/erase.html", registration=registration, event=registration.event, at_once=at_once))
    with transaction():
        done = services.erase(registration)
    if done:
        return kept_secret(render_template("privacy/erased.html", event=registration.event))
    flash(_("Your request is with the organiser, who answers within 30 days."), "success")
    return redirect(url_for("privacy.my_data", token=token), 303)
