"""Who may do what: the people of a programme, of an event, and the accounts of the installation."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.accounts import bp, queries, roles, services
from blueprints.accounts.forms import ROLES, InviteAdminForm, InviteForm, RoleForm
from blueprints.accounts.services import Scope
from core import access
from core.errors import Refused
from core.locale import language
from core.transaction import transaction
from core.web import address
from models import Event, Grant, Programme, Role, User, db

Answer = str | Response | tuple[str, int]
NEW_LINK = "new_invitation"


@bp.route("/organiser/programmes/<int:programme_id>/people", methods=["GET", "POST"])
@access.on_programme(Role.OWNER)
def programme_people(programme: Programme) -> Answer:
    """The roles in a programme, which hold in all its events; POST invites."""
    return _people(programme, url_for("accounts.programme_people", programme_id=programme.id))


@bp.route("/organiser/events/<int:event_id>/people", methods=["GET", "POST"])
@access.on_event(Role.OWNER)
def event_people(event: Event) -> Answer:
    """The roles in one event; POST invites."""
    return _people(event, url_for("accounts.event_people", event_id=event.id), event=event, active="settings")


def _people(scope: Scope, here: str, **context: Any) -> Answer:
    form = InviteForm()
    if form.validate_on_submit() and _invite(form, role=Role(form.role.data), scope=scope):
        return redirect(here, 303)
    page = render_template("accounts/people.html", form=form, scope=scope, here=here, people=queries.people_of(scope),
                           roles=ROLES, invitations=queries.invitations(scope), **_links(), **context)
    return page, 422 if form.is_submitted() else 200


def _invite(form: InviteForm | InviteAdminForm, role: Role | None = None, scope: Scope | None = None) -> bool:
    """Whether the invitation is on its way. An administrator may also hand the link on by other means."""
    by = access.current_user()
    try:
        with transaction():
            token = services.invite(form.email.data, language(), by, role=role, scope=scope)
    except Refused as fact:
        form.refuse(fact)
        return False
    flash(_("The invitation to %(email)s is on its way.", email=form.email.data), "success")
    if by is not None and by.is_admin:
        session[NEW_LINK] = address("accounts.accept", token=token)
    return True


def _links() -> dict[str, Any]:
    """The link made just now, for once, and whether e-mails leave the house at all."""
    return {"new_link": session.pop(NEW_LINK, ""), "mails_leave": bool(current_app.config["MAIL_SERVER"])}


@bp.post("/organiser/programmes/<int:programme_id>/people/<int:grant_id>")
@access.on_programme(Role.OWNER)
def change_programme_role(programme: Programme, grant_id: int) -> Answer:
    """Another role for someone in a programme, or none."""
    return _change(programme, grant_id, url_for("accounts.programme_people", programme_id=programme.id))


@bp.post("/organiser/events/<int:event_id>/people/<int:grant_id>")
@access.on_event(Role.OWNER)
def change_event_role(event: Event, grant_id: int) -> Answer:
    """Another role for someone in an event, or none."""
    return _change(event, grant_id, url_for("accounts.event_people", event_id=event.id))


def _change(scope: Scope, grant_id: int, back: str) -> Answer:
    held = queries.held_in(scope, grant_id) or abort(404)
    name = held.user.name
    try:
        with transaction():
            said = _set_role(held, name)
        flash(said, "success")
    except Refused as fact:
        flash(str(fact.message), "error")
    lost = access.role_in(_me(), scope)
    return redirect(back if lost == Role.OWNER else url_for("reports.dashboard"), 303)


def _set_role(held: Grant, name: str) -> str:
    form = RoleForm()
    if "remove" in request.form:
        roles.remove(held)
        return _("%(name)s has no role here any more.", name=name)
    if not form.validate():
        abort(400)
    roles.change_role(held, Role(form.role.data))
    return _("%(name)s is now: %(role)s", name=name, role=ROLES[held.role])


def _me() -> User:
    user = access.current_user()
    assert user is not None
    return user


@bp.post("/organiser/programmes/<int:programme_id>/people/invitations/<int:link_id>/withdraw")
@access.on_programme(Role.OWNER)
def withdraw_from_programme(programme: Programme, link_id: int) -> Answer:
    """Take back an invitation to a programme."""
    return _withdraw(programme, link_id, url_for("accounts.programme_people", programme_id=programme.id))


@bp.post("/organiser/events/<int:event_id>/people/invitations/<int:link_id>/withdraw")
@access.on_event(Role.OWNER)
def withdraw_from_event(event: Event, link_id: int) -> Answer:
    """Take back an invitation to an event."""
    return _withdraw(event, link_id, url_for("accounts.event_people", event_id=event.id))


@bp.post("/organiser/accounts/invitations/<int:link_id>/withdraw")
@access.admin
def withdraw_from_admin(link_id: int) -> Answer:
    """Take back an invitation to be administrator."""
    return _withdraw(None, link_id, url_for("accounts.users"))


def _withdraw(scope: Scope | None, link_id: int, back: str) -> Answer:
    link = queries.invitation_in(scope, link_id) or abort(404)
    with transaction():
        services.withdraw(link)
    flash(_("The invitation is withdrawn; its link no longer works."), "success")
    return redirect(back, 303)


@bp.route("/organiser/accounts", methods=["GET", "POST"])
@access.admin
def users() -> Answer:
    """Every account; POST invites an administrator."""
    form = InviteAdminForm()
    if form.validate_on_submit() and _invite(form):
        return redirect(url_for("accounts.users"), 303)
    q = request.args.get("q", "").strip()
    page = db.paginate(queries.accounts(q), per_page=50, max_per_page=50, error_out=False)
    html = render_template("accounts/users.html", form=form, q=q, page=page, counts=queries.role_counts(page.items),
                           invitations=queries.invitations(None), **_links())
    return html, 422 if form.is_submitted() else 200


@bp.post("/organiser/accounts/<int:user_id>/deactivate")
@access.admin
def deactivate(user_id: int) -> Answer:
    """Close an account and sign it out everywhere."""
    user = db.get_or_404(User, user_id)
    try:
        with transaction():
            roles.deactivate(user, _me())
        flash(_("The account of %(name)s is closed.", name=user.name), "success")
    except Refused as fact:
        flash(str(fact.message), "error")
    return redirect(url_for("accounts.users"), 303)


@bp.post("/organiser/accounts/<int:user_id>/reactivate")
@access.admin
def reactivate(user_id: int) -> Answer:
    """Open an account again."""
    user = db.get_or_404(User, user_id)
    with transaction():
        roles.reactivate(user)
    flash(_("The account of %(name)s is open again.", name=user.name), "success")
    return redirect(url_for("accounts.users"), 303)
