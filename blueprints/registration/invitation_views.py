"""The organiser's pages of invitations, and the page on which an invited person declines."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_sqlalchemy.pagination import Pagination
from werkzeug.wrappers import Response

from blueprints.events import queries as events
from blueprints.registration import bp, code_changes, codes, invitations
from blueprints.registration.codes_forms import InviteForm
from blueprints.registration.codes_views import code_state, one
from blueprints.registration.invitation_mails import link
from blueprints.registration.invitations import State
from blueprints.registration.manage import BASE, PER_PAGE
from blueprints.registration.standing import kept_secret
from core import access
from core.errors import Refused
from core.extensions import limiter
from core.locale import local
from core.transaction import transaction
from models import AccessCode, Event, Role, now

SHOWN = 200  # lines of a list before it is put on


class _Pages(Pagination):
    """Pages of rows with their state."""

    def _query_items(self) -> list[Any]:
        rows, self.found = invitations.in_pages(*self._query_args["of"], self.page, self.per_page)
        return list(rows)

    def _query_count(self) -> int:
        return self.found


@bp.get(f"{BASE}/invitations")
@access.on_event(Role.ORGANISER)
def invitations_list(event: Event) -> str:
    chosen, words = _chosen()
    page = _Pages(page=request.args.get("page", 1, type=int), per_page=PER_PAGE, of=(event, chosen, words))
    return render_template("registration/invitations.html", event=event, active="registrations", page=page, chosen=chosen, words=words,
                           kept={name: value for name, value in (("state", chosen), ("q", words)) if value},
                           counts=invitations.counts(event), states=State)


@bp.route(f"{BASE}/invitations/new", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def invitations_new(event: Event) -> Any:
    form, lines = InviteForm(data=_first_shown(event)), []
    form.offer(event)
    if form.validate_on_submit():
        try:
            form.take_file()
            lines = invitations.look(event, form.people.data or "")
            if "invite" in request.form:
                with transaction():
                    number = invitations.invite(event, form.people.data or "", form.details(event.timezone), form.language.data,
                                                access.current_user())
                flash(ngettext("%(num)s person is on the list. Nothing was sent yet.", "%(num)s people are on the list. Nothing was sent yet.",
                               number), "success")
                return redirect(url_for("registration.invitations_list", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    return render_template("registration/invitations_new.html", event=event, active="registrations", form=form, lines=lines,
                           shown=sorted(lines, key=lambda line: (line.problem is None, line.number))[:SHOWN],
                           good=sum(line.problem is None for line in lines)), 422 if form.errors else 200


@bp.post(f"{BASE}/invitations/send")
@access.on_event(Role.ORGANISER)
def invitations_send(event: Event) -> Response:
    with transaction():
        number = invitations.send_new(event)
    flash(ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", number), "success")
    return redirect(url_for("registration.invitations_list", event_id=event.id), 303)


@bp.post(f"{BASE}/invitations/remind")
@access.on_event(Role.ORGANISER)
def invitations_remind(event: Event) -> Response:
    with transaction():
        number = invitations.remind(event)
    flash(ngettext("%(num)s reminder is on its way. Whoever got a letter within a day gets none.",
                   "%(num)s reminders are on their way. Whoever got a letter within a day gets none.", number), "success")
    return redirect(url_for("registration.invitations_list", event_id=event.id), 303)


@bp.post(f"{BASE}/invitations/<int:code_id>/send")
@access.on_event(Role.ORGANISER)
def invitations_send_one(event: Event, code_id: int) -> Response:
    code = one(event, code_id)
    try:
        with transaction():
            invitations.send_again(code)
        flash(_("The letter is on its way."), "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("registration.invitations_list", event_id=event.id), 303)


@bp.route("/e/<slug>/invitation/<code>/decline", methods=("GET", "POST"))
@access.public
@limiter.limit("60 per minute")
def invitation_decline(slug: str, code: str) -> Any:
    invitation = _invitation(slug, code)
    if request.method == "POST":
        try:
            with transaction():
                code_changes.decline(invitation)
        except Refused:
            pass  # registered meanwhile: the page says so
        return redirect(request.path, 303)
    return kept_secret(render_template("registration/decline.html", event=invitation.event, code=invitation, state=code_state(invitation),
                                       url=link(invitation)))


def _invitation(slug: str, typed: str) -> AccessCode:
    event = events.by_slug(slug)
    code = codes.by_letters(event, typed) if event and events.was_published(event) else None
    return code if code and code.invites else abort(404)


def _chosen() -> tuple[State | None, str]:
    chosen = request.args.get("state", "")
    return State(chosen) if chosen in list(State) else None, request.args.get("q", "")[:100]


def _first_shown(event: Event) -> dict[str, Any]:
    """A new list is good until registration closes."""
    ends = event.registration_closes_at or event.starts_at
    shown = local(ends, event.timezone)
    return {"expires_day": shown.date(), "expires_time": shown.time()} if request.method == "GET" and ends > now() else {}
