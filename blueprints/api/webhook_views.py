"""The page of a programme's webhooks."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from blueprints.api import bp, deliveries, webhooks
from blueprints.api.forms import WebhookForm
from core import access
from core.errors import Refused
from core.locale import both
from core.transaction import transaction
from models import Event, Programme, Role, WebhookDelivery, db

BASE = "/organiser/programmes/<int:programme_id>/webhooks"


@bp.route(BASE, methods=("GET", "POST"))
@access.on_programme(Role.OWNER)
def webhook_list(programme: Programme) -> Any:
    """The webhooks there are, what they were told last, and adding one; its secret is on the answer alone."""
    form, secret = _form(programme), ""
    if form.validate_on_submit():
        try:
            with transaction():
                event = db.session.get(Event, int(form.event.data)) if form.event.data else None
                secret = webhooks.add(programme, form.url.data, form.subjects.data or [], event, access.current_user()).secret
            form = _form(programme, formdata=None)
        except Refused as fact:
            form.refuse(fact)
    hooks = webhooks.of(programme)
    html = render_template("api/webhooks.html", programme=programme, form=form, secret=secret, hooks=hooks, subjects=webhooks.SUBJECTS,
                           latest=deliveries.latest(hooks))
    return html, 422 if form.errors else 200


@bp.post(f"{BASE}/<int:webhook_id>/<any(stop, resume, ping):verb>")
@access.on_programme(Role.OWNER)
def change_webhook(programme: Programme, webhook_id: int, verb: str) -> Response:
    """Stop a webhook, let it go on, or tell it that it works."""
    hook = webhooks.one_of(programme, webhook_id) or abort(404)
    with transaction():
        if verb == "ping":
            webhooks.ping(hook)
        else:
            (webhooks.stop if verb == "stop" else webhooks.go_on)(hook, programme)
    flash(_("It is being told; look below in a moment.") if verb == "ping" else _("Saved."), "success")
    return redirect(url_for("api.webhook_list", programme_id=programme.id), 303)


@bp.post(f"{BASE}/deliveries/<int:delivery_id>/again")
@access.on_programme(Role.OWNER)
def deliver_again(programme: Programme, delivery_id: int) -> Response:
    """Tell it once more."""
    row = db.session.get(WebhookDelivery, delivery_id)
    if row is None or row.webhook.programme_id != programme.id:
        abort(404)
    with transaction():
        deliveries.again(row)
    flash(_("It is being told; look below in a moment."), "success")
    return redirect(url_for("api.webhook_list", programme_id=programme.id), 303)


def _form(programme: Programme, **given: Any) -> WebhookForm:
    form = WebhookForm(**given)
    events = db.session.scalars(select(Event).where(Event.programme_id == programme.id).order_by(Event.starts_at.desc(), Event.id))
    form.offer([(one.id, both(one.title_th, one.title_en)) for one in events])
    return form
