"""What participants see: the sheet behind the private link, and the way to it from the code on the screen."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from blueprints.checkin import lost_links
from blueprints.checkin.lost_links import ContactForm
from blueprints.events import queries as events
from blueprints.registration import recall
from blueprints.registration.sections import PRIVATE_PAGE
from blueprints.registration.standing import kept_secret, mine
from blueprints.registration.tickets import name_of
from blueprints.surveys import bp, forms, queries, services, texts
from core import access
from core.errors import Refused
from core.extensions import limiter
from core.transaction import transaction
from models import Event, Registration


@bp.route("/r/<token>/survey", methods=("GET", "POST"))
@access.public
@limiter.limit("30 per hour", methods=["POST"], key_func=lambda: request.path)
def answer(token: str) -> Any:
    registration = mine(token)
    survey = queries.survey_of(registration.event) or abort(404)
    form = forms.sheet_form(survey.items)
    try:
        services.check_may_answer(survey, registration)
        if form.validate_on_submit():
            with transaction():
                services.answer(survey, registration, forms.replies(form, survey.items))
            return redirect(url_for("surveys.thanks", token=token), 303)
    except services.AlreadyAnswered:
        return redirect(url_for("surveys.thanks", token=token), 303)
    except Refused as fact:
        return kept_secret(render_template("surveys/closed.html", registration=registration, event=registration.event, fact=fact), 409)
    return kept_secret(render_template(
        "surveys/answer.html", registration=registration, event=registration.event, survey=survey, form=form,
        sections=queries.sections(survey), words=texts.WORDS), 422 if form.errors else 200)


@bp.get("/r/<token>/survey/thanks")
@access.public
def thanks(token: str) -> Response:
    registration = mine(token)
    return kept_secret(render_template("surveys/thanks.html", registration=registration, event=registration.event))


@bp.route("/e/<slug>/survey", methods=("GET", "POST"))
@access.public
@limiter.limit("60 per minute", methods=["POST"])  # a whole hall behind one hotel address
@limiter.limit("10 per hour", methods=["POST"], key_func=lambda: lost_links.typed("survey"))
def way(slug: str) -> Any:
    """Where the code on the screen leads: to the sheet of whoever this phone belongs to, or to the private link once more."""
    event = events.by_slug(slug)
    if event is None or queries.survey_of(event) is None:
        abort(404)
    form = ContactForm()
    try:
        if form.validate_on_submit():
            with transaction():
                lost_links.send_links(event, form.contact.data)
            return redirect(url_for("surveys.way", slug=slug, sent=1), 303)
    except Refused as fact:
        form.refuse(fact)
    return _way(event, form)


def _way(event: Event, form: ContactForm) -> Any:
    own, sent = recall.remembered(event), "sent" in request.args
    if len(own) == 1 and request.method == "GET" and not sent:
        return redirect(url_for("surveys.answer", token=own[0].manage_token))
    html = render_template("surveys/way.html", event=event, own=[(one, name_of(one)) for one in own], form=form, sent=sent)
    return kept_secret(html, 422 if form.errors else 200)


def _own_survey(registration: Registration) -> str:
    survey = queries.survey_of(registration.event)
    if survey is None or registration.event is None:
        return ""
    try:
        services.check_may_answer(survey, registration)
    except Refused:
        return ""
    return render_template("surveys/_own.html", registration=registration, event=registration.event, survey=survey)


PRIVATE_PAGE.append(_own_survey)
