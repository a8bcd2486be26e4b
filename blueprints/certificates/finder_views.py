"""What the code on the poster opens: the way to one's own certificate."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from blueprints.certificates import bp, finding
from blueprints.checkin import lost_links
from blueprints.checkin.lost_links import ContactForm
from blueprints.events import queries as events
from blueprints.registration import recall
from blueprints.registration.standing import kept_secret
from blueprints.registration.tickets import name_of
from core import access
from core.errors import Refused
from core.extensions import limiter
from core.transaction import transaction
from models import Event


@bp.route("/e/<slug>/certificate", methods=("GET", "POST"))
@access.public
@limiter.limit("60 per minute", methods=["POST"])  # a whole hall behind one hotel address
@limiter.limit("10 per hour", methods=["POST"], key_func=lambda: lost_links.typed("certificate"))
def finder(slug: str) -> Any:
    event = events.by_slug(slug)
    if event is None or not events.was_published(event):
        abort(404)
    form = ContactForm()
    try:
        if form.validate_on_submit():
            with transaction():
                lost_links.send_links(event, form.contact.data)
            return redirect(url_for("certificates.finder", slug=slug, sent=1), 303)
    except Refused as fact:
        form.refuse(fact)
    return _page(event, form)


def _page(event: Event, form: ContactForm) -> Any:
    mine = finding.own(event, recall.remembered(event)) if request.method == "GET" and "sent" not in request.args else []
    if len(mine) == 1 and mine[0].ready and "other" not in request.args:
        return redirect(url_for("registration.private", token=mine[0].registration.manage_token, _anchor="own-certificates"))
    return kept_secret(render_template(
        "certificates/finder.html", event=event, form=form, mine=mine, name_of=name_of, issued=finding.are_issued(event),
        sent="sent" in request.args), 422 if form.errors else 200)
