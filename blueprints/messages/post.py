"""The outbox: what was written to whom, how it stands, sending it again, and what came back."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.messages import bounces, bp, forms, queries, texts
from blueprints.messages.forms import BounceForm
from blueprints.messages.queries import OutboxFilter
from blueprints.registration import tickets
from blueprints.registration.sections import MANAGE_PAGE
from core import access, outbox
from core.errors import Refused
from core.forms import moment
from core.transaction import transaction
from models import Event, Message, MessageState, Registration, Role, db, now

PER_PAGE = 50
BASE = "/organiser/events/<int:event_id>/messages"
ONE = f"{BASE}/<int:message_id>"


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def messages(event: Event) -> str:
    chosen = _chosen()
    page = db.paginate(queries.outbox_of(event, chosen), per_page=PER_PAGE, max_per_page=PER_PAGE)
    kept = {name: value for name, value in request.args.items() if name in ("q", "state", "kind", "mailing") and value}
    return render_template("messages/outbox.html", event=event, active="messages", page=page, chosen=chosen, kept=kept, texts=texts,
                           kinds=queries.kinds_of(event), bounced=queries.bounced(event), name_of=tickets.name_of,
                           mail_dir="" if current_app.config["MAIL_SERVER"] else current_app.config["MAIL_DIR"])


@bp.get(ONE)
@access.on_event(Role.VIEWER)
def message(event: Event, message_id: int) -> str:
    found = _one(event, message_id)
    return _page(event, found, BounceForm(data=forms.of_moment(now(), event.timezone)))


@bp.post(f"{ONE}/resend")
@access.on_event(Role.ORGANISER)
def resend(event: Event, message_id: int) -> Response:
    return _change(event, _one(event, message_id), bounces.send_again, _("The message is queued again."))


@bp.post(f"{ONE}/bounce")
@access.on_event(Role.ORGANISER)
def bounce(event: Event, message_id: int) -> Any:
    found, form = _one(event, message_id), BounceForm()
    if not form.validate_on_submit():
        return _page(event, found, form), 422
    at = min(moment(form.day.data, time(12), event.timezone), now())
    return _change(event, found, lambda message: bounces.note(message, form.note.data, at), _("It is noted that the message came back."))


@bp.post(f"{ONE}/bounce/undo")
@access.on_event(Role.ORGANISER)
def bounce_undo(event: Event, message_id: int) -> Response:
    return _change(event, _one(event, message_id), bounces.take_back, _("The note is taken back."))


def _chosen() -> OutboxFilter:
    state = request.args.get("state", "")
    return OutboxFilter(request.args.get("q", "")[:200], state if state in (*MessageState, queries.BOUNCED) else "",
                        request.args.get("kind", "")[:40], request.args.get("mailing", type=int))


def _one(event: Event, message_id: int) -> Message:
    return queries.message_in_event(event, message_id) or abort(404)


def _page(event: Event, message: Message, form: BounceForm) -> str:
    return render_template("messages/message.html", event=event, active="messages", message=message, form=form, texts=texts,
                           states=MessageState, most_tries=outbox.MOST_TRIES, name=tickets.name_of(message.registration),
                           repeatable=outbox.repeatable(message.kind))


def _change(event: Event, message: Message, verb: Any, done: str) -> Response:
    try:
        with transaction():
            verb(message)
        flash(done, "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("messages.message", event_id=event.id, message_id=message.id), 303)


def _of_one_person(registration: Registration) -> str:
    return render_template("messages/_of_person.html", event=registration.event, messages=queries.messages_of(registration), texts=texts)


MANAGE_PAGE.append(_of_one_person)
