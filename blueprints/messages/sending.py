"""The organiser's pages where a message is looked over, tried out, sent, scheduled and called off."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from blueprints.messages import audience, bp, forms, letters, queries, services, texts
from blueprints.messages.audience import Audience
from blueprints.messages.forms import SendForm
from blueprints.messages.views import ONE, one
from blueprints.registration import tickets
from core import access
from core.errors import Refused
from core.transaction import transaction
from models import Event, Mailing, Registration, Role


@bp.get(f"{ONE}/preview")
@access.on_event(Role.ORGANISER)
def preview(event: Event, mailing_id: int) -> str:
    mailing = one(event, mailing_id)
    q = request.args.get("q", "")[:200]
    people, person = _examples(event, mailing, request.args.get("person", type=int), q)
    written = [letters.write(mailing, person, language) for language in letters.languages(mailing)] if person else []
    return render_template("messages/preview.html", event=event, active="messages", mailing=mailing, people=people, person=person,
                           written=written, name_of=tickets.name_of, editable=services.EDITABLE, q=q, many=len(people) >= queries.MOST_SHOWN)


@bp.post(f"{ONE}/test")
@access.on_event(Role.ORGANISER)
def test(event: Event, mailing_id: int) -> Response:
    mailing = one(event, mailing_id)
    _people, person = _examples(event, mailing, request.form.get("person", type=int))
    user = access.current_user()
    if person:
        with transaction():
            sent = services.send_test(mailing, person, user)
        flash(ngettext("%(num)s test is on its way to %(email)s.", "%(num)s tests, one in each language, are on their way to %(email)s.",
                       sent, email=user.email), "success")
    return redirect(url_for("messages.preview", event_id=event.id, mailing_id=mailing_id, person=person.id if person else None), 303)


@bp.route(f"{ONE}/send", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def send(event: Event, mailing_id: int) -> Any:
    mailing = one(event, mailing_id)
    if request.method == "GET" and mailing.state not in services.EDITABLE:
        return redirect(url_for("messages.mailing", event_id=event.id, mailing_id=mailing_id))
    form = SendForm(data=forms.of_times(mailing) if request.method == "GET" else None)
    if form.validate_on_submit():
        try:
            with transaction():
                done = _let_go(form, mailing, event)
            flash(done, "success")
            return redirect(url_for("messages.mailing", event_id=event.id, mailing_id=mailing_id), 303)
        except Refused as fact:
            form.refuse(fact)
    reach = audience.reach(event, Audience.of(mailing), news=not mailing.about_registration)
    return render_template("messages/send.html", event=event, active="messages", mailing=mailing, form=form, reach=reach,
                           statuses=texts.STATUSES), 422 if form.errors else 200


@bp.post(f"{ONE}/call-off")
@access.on_event(Role.ORGANISER)
def call_off(event: Event, mailing_id: int) -> Response:
    mailing = one(event, mailing_id)
    try:
        with transaction():
            services.call_off(mailing)
        flash(_("The message is called off. Nobody was written to."), "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("messages.mailing", event_id=event.id, mailing_id=mailing_id), 303)


def _let_go(form: SendForm, mailing: Mailing, event: Event) -> str:
    if form.when.data == "at":
        services.schedule(mailing, form.at(event.timezone))
        return _("The message is scheduled.")
    if form.when.data == "before":
        services.remind(mailing, form.hours_before.data)
        return _("The message is scheduled.")
    services.send_now(mailing)
    return _("The message is on its way.")


def _examples(event: Event, mailing: Mailing, person_id: int | None, q: str = "") -> tuple[list[Registration], Registration | None]:
    """Some people of the audience, and the one to show the message for."""
    people = queries.examples(event, Audience.of(mailing), news=not mailing.about_registration, person_id=person_id, q=q)
    return people, next((row for row in people if row.id == person_id), people[0] if people else None)
