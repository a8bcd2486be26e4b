"""The participant's pages: the form, the private page with the ticket, and what any camera opens."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.events import queries as events
from blueprints.events.calendar import event_ics
from blueprints.questions import answers
from blueprints.questions.fields import with_answers
from blueprints.registration import (
    bp,
    consents,
    facts,
    form_page,
    forms,
    groups,
    letters,
    notices,
    people,
    queries,
    recall,
    sections,
    services,
    standing,
    tickets,
)
from blueprints.registration.forms import EditForm, RegistrationForm
from blueprints.registration.standing import kept_secret, mine
from core import access
from core.codes import is_code
from core.errors import ChangedMeanwhile, Refused
from core.extensions import csrf, limiter
from core.qr import qr_svg
from core.transaction import transaction
from models import AskedAt, ConsentPurpose
from thai.names import TITLES


def _typed_email() -> str:
    return "registration:" + request.form.get("email", "").strip().lower()[:254]


# The form checks its own CSRF token, so that a session that ran out does not cost what was typed.
@bp.route("/e/<slug>/register", methods=("GET", "POST"))
@access.public
@limiter.limit("60 per minute", methods=["POST"])  # a whole hall behind one hotel address
@limiter.limit("10 per hour", methods=["POST"], key_func=_typed_email)
def register(slug: str) -> Any:
    event = events.by_slug(slug)
    if event is None or not events.was_published(event):
        abort(404)
    form = with_answers(RegistrationForm, event.id, (AskedAt.FORM,))()
    if form_page.asks_for_more(form, event) or not form.validate_on_submit():
        return form_page.show(event, form)
    command = form.to_command()
    try:
        with transaction():
            token = groups.register_group(event, command, form.to_colleagues(command.details)).manage_token
        return redirect(url_for("registration.private", token=token), 303)
    except facts.AlreadyRegistered as fact:
        with transaction():
            letters.send_link(fact.registration)
        form.refuse(fact)
    except Refused as fact:
        form.refuse(fact)
    return form_page.show(event, form)


csrf.exempt(register)


@bp.get("/r/<token>")
@access.public
def private(token: str) -> Any:
    registration = mine(token)
    recall.remember(registration)
    return kept_secret(render_template(
        "registration/private.html", registration=registration, event=registration.event, name=tickets.name_of(registration),
        qr=qr_svg(tickets.ticket_url(registration)), code=tickets.grouped(registration.code), state=standing.state(registration),
        may_change=standing.may_change(registration), may_mend_name=standing.may_mend_name(registration),
        place=standing.place_in_line(registration), colleagues=queries.booked_by(registration), name_of=tickets.name_of,
        private_url=tickets.private_url,
        consents=queries.standing_consents(registration),
        wordings={one: notices.consent_text(one) for one in consents.purposes_of(registration)}, told=answers.lines(registration, (AskedAt.FORM,)),
        sections=[show(registration) for show in sections.PRIVATE_PAGE],
        mail_kept=not current_app.config["MAIL_SERVER"], address=tickets.private_url(registration)))


@bp.route("/r/<token>/edit", methods=("GET", "POST"))
@access.public
@limiter.limit("30 per hour", methods=["POST"], key_func=lambda: request.path)
def edit(token: str) -> Any:
    registration = mine(token)
    form = with_answers(EditForm, registration.event_id, (AskedAt.FORM,), answers.of(registration))(data=forms.of_registration(registration))
    try:
        services.check_changeable(registration)
        if form.validate_on_submit():
            with transaction():
                services.update_details(registration, form.to_details(), form.version.data, answered=form.to_answers())
            flash(_("Your changes are saved."), "success")
            return redirect(url_for("registration.private", token=token), 303)
    except Refused as fact:
        form.refuse(fact)
        if isinstance(fact, ChangedMeanwhile):
            form.version.data = registration.version
    event = registration.event
    form.offer(event, [c for c in event.categories if c.id == registration.category_id or not (c.hidden or c.approval)], registration)
    return kept_secret(render_template("registration/edit.html", registration=registration, event=event, form=form, titles=TITLES),
                       422 if form.errors else 200)


@bp.route("/r/<token>/cancel", methods=("GET", "POST"))
@access.public
def cancel(token: str) -> Any:
    registration = mine(token)
    if request.method == "GET":
        return kept_secret(render_template("registration/cancel.html", registration=registration, event=registration.event,
                                           may_change=standing.may_change(registration)))
    try:
        with transaction():
            services.cancel(registration)
        flash(_("Your registration is cancelled and your seat is free for someone else."), "success")
    except Refused as fact:
        flash(str(fact.message), "error")
    return redirect(url_for("registration.private", token=token), 303)


@bp.post("/r/<token>/consents")
@access.public
def consent(token: str) -> Response:
    registration = mine(token)
    purpose, given = request.form.get("purpose", ""), request.form.get("given") == "yes"
    if purpose not in list(ConsentPurpose):
        abort(400)
    with transaction():
        consents.set_consent(registration, ConsentPurpose(purpose), given)
    flash(_("Your consent is recorded.") if given else _("Your consent is withdrawn."), "success")
    return redirect(url_for("registration.private", token=token), 303)


@bp.get("/r/<token>/ticket.png")
@access.public
def ticket_picture(token: str) -> Response:
    registration = mine(token)
    response = Response(tickets.picture(registration), mimetype="image/png")
    response.headers["Content-Disposition"] = f'attachment; filename="ticket-{registration.event.slug}.png"'
    return kept_secret(response)


@bp.get("/r/<token>/event.ics")
@access.public
def calendar(token: str) -> Response:
    registration = mine(token)
    data = event_ics(registration.event, current_app.config["BASE_URL"], tickets.private_url(registration))
    response = Response(data, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{registration.event.slug}.ics"'
    return kept_secret(response)


@bp.get("/t/<code>", endpoint="ticket_typed")
@bp.get("/T/<code>")
@access.public
@limiter.limit("120 per minute")
def ticket(code: str) -> Any:
    """What a phone's own camera opens: whether the ticket is good, and no more of the person than that needs."""
    if request.path != (canonical := f"/T/{code.upper()}"):
        return redirect(canonical, 301) if is_code(code.upper()) else abort(404)
    registration = queries.by_code(code)
    replaced = None if registration else queries.by_retired_code(code)
    holder = registration or replaced or abort(404)
    return kept_secret(render_template(
        "registration/ticket.html", event=holder.event, name=people.masked_name(holder.first_name, holder.last_name),
        state="replaced" if replaced else standing.state(holder)))
