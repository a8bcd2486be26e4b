"""The organiser's pages where messages are listed and written."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.messages import audience, bp, forms, letters, outgoing, queries, services, texts
from blueprints.messages.audience import Audience
from blueprints.messages.forms import MailingForm
from blueprints.messages.placeholders import PLACEHOLDERS
from blueprints.messages.starters import BY_KEY, STARTERS
from core import access
from core.errors import ChangedMeanwhile, Refused
from core.transaction import transaction
from models import Event, Mailing, MailingState, Role, db

PER_PAGE = 20
BASE = "/organiser/events/<int:event_id>/mailings"
ONE = f"{BASE}/<int:mailing_id>"


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def mailings(event: Event) -> str:
    page = db.paginate(queries.mailings(event), per_page=PER_PAGE, max_per_page=PER_PAGE)
    counts = queries.counts([mailing.id for mailing in page.items])
    return render_template("messages/mailings.html", event=event, active="messages", page=page, counts=counts, nothing=queries.Counts(),
                           leaves_at=outgoing.leaves_at, states=MailingState)


@bp.get(f"{BASE}/count")
@access.on_event(Role.ORGANISER)
def count(event: Event) -> str:
    """How many the audience of the address holds, for the form's live count."""
    form = MailingForm(request.args)
    form.offer(event)
    return render_template("messages/_reach.html", reach=audience.reach(event, form.to_audience(), news=form.news), statuses=texts.STATUSES)


@bp.route(f"{BASE}/new", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def create(event: Event) -> Any:
    form = MailingForm(data=_start(event) if request.method == "GET" else None)
    form.offer(event)
    if "count" not in request.form and form.validate_on_submit():
        try:
            with transaction():
                mailing_id = services.write(event, form.to_command(), access.current_user()).id
            return redirect(url_for("messages.preview", event_id=event.id, mailing_id=mailing_id), 303)
        except Refused as fact:
            form.refuse(fact)
    return _form_page(form, event)


@bp.route(f"{ONE}/edit", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def edit(event: Event, mailing_id: int) -> Any:
    mailing = one(event, mailing_id)
    if request.method == "GET" and mailing.state not in services.EDITABLE:
        return redirect(url_for("messages.mailing", event_id=event.id, mailing_id=mailing_id))
    form = MailingForm(data=forms.of_mailing(mailing) if request.method == "GET" else None)
    form.offer(event)
    if "count" not in request.form and form.validate_on_submit():
        try:
            with transaction():
                services.rewrite(mailing, form.to_command(), form.version.data)
            return redirect(url_for("messages.preview", event_id=event.id, mailing_id=mailing_id), 303)
        except Refused as fact:
            form.refuse(fact)
            if isinstance(fact, ChangedMeanwhile):
                form.version.data = mailing.version  # saving once more is meant
    return _form_page(form, event, mailing)


@bp.get(ONE)
@access.on_event(Role.VIEWER)
def mailing(event: Event, mailing_id: int) -> str:
    found = one(event, mailing_id)
    return render_template("messages/mailing.html", event=event, active="messages", mailing=found, states=MailingState,
                           counts=queries.counts([found.id]).get(found.id, queries.Counts()), leaves_at=outgoing.leaves_at(found),
                           facts=texts.audience_facts(event, Audience.of(found)), editable=services.EDITABLE,
                           languages=letters.languages(found))


@bp.post(f"{ONE}/delete")
@access.on_event(Role.ORGANISER)
def delete(event: Event, mailing_id: int) -> Response:
    mailing = one(event, mailing_id)
    try:
        with transaction():
            services.delete(mailing)
        flash(_("The draft is deleted."), "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("messages.mailings", event_id=event.id), 303)


def one(event: Event, mailing_id: int) -> Mailing:
    """The mailing of this event, or 404."""
    return queries.mailing_in_event(event, mailing_id) or abort(404)


def _start(event: Event) -> dict[str, Any]:
    """What a new message starts with: a starter, a template of the programme, or an earlier message of the event."""
    if starter := BY_KEY.get(request.args.get("starter", "")):
        return forms.of_texts(starter) | forms.of_audience(starter.audience)
    if template_id := request.args.get("template", type=int):
        template = queries.template_in(event.programme, template_id) or abort(404)
        return forms.of_texts(template) | forms.of_audience(Audience())
    if mailing_id := request.args.get("mailing", type=int):
        return forms.of_mailing(one(event, mailing_id))
    return forms.of_audience(Audience())


def _form_page(form: MailingForm, event: Event, mailing: Mailing | None = None) -> Any:
    reach = audience.reach(event, form.to_audience(), news=form.news)
    return render_template("messages/write.html", event=event, active="messages", form=form, mailing=mailing, reach=reach,
                           placeholders=PLACEHOLDERS, starters=STARTERS, templates=queries.templates(event.programme),
                           statuses=texts.STATUSES), 422 if form.errors else 200
