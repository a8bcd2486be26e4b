"""The organiser's pages of access codes."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from blueprints.registration import bp, code_changes, codes
from blueprints.registration.codes_forms import CodeForm, InvitationForm, of_code
from blueprints.registration.invitation_mails import link
from blueprints.registration.manage import BASE, PER_PAGE
from core import access
from core.errors import ChangedMeanwhile, Refused
from core.qr import qr_png, qr_svg
from core.transaction import transaction
from models import AccessCode, Event, Role, db, now


@bp.get(f"{BASE}/codes")
@access.on_event(Role.ORGANISER)
def codes_list(event: Event) -> str:
    page = db.paginate(_listed(event), per_page=PER_PAGE, max_per_page=PER_PAGE)
    return render_template("registration/codes.html", event=event, active="registrations", page=page, grouped=codes.grouped,
                           state_of=code_state, held=_held(event))


@bp.route(f"{BASE}/codes/new", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def codes_new(event: Event) -> Any:
    form = CodeForm(data={"max_uses": 1} if request.method == "GET" else {})
    form.offer(event)
    if form.validate_on_submit():
        try:
            with transaction():
                code = code_changes.create(event, form.to_command(event), form.code.data or "", by=access.current_user())
            flash(_("The code is made. Hand on its link or its QR code."), "success")
            return redirect(url_for("registration.codes_one", event_id=event.id, code_id=code.id), 303)
        except Refused as fact:
            form.refuse(fact)
    return render_template("registration/codes_new.html", event=event, active="registrations", form=form), 422 if form.errors else 200


@bp.route(f"{BASE}/codes/<int:code_id>", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def codes_one(event: Event, code_id: int) -> Any:
    code = one(event, code_id)
    form = (InvitationForm if code.invites else CodeForm)(data=of_code(code, event) if request.method == "GET" else {})
    form.offer(event)
    if form.validate_on_submit():
        try:
            with transaction():
                code_changes.change(code, form.to_command(event), form.seen.data or "", form.to_invited() if code.invites else None)
            flash(_("Saved."), "success")
            return redirect(request.path, 303)
        except Refused as fact:
            form.refuse(fact)
            if isinstance(fact, ChangedMeanwhile):
                form.seen.data = code_changes.fingerprint(code)  # saving once more is meant
    return render_template("registration/codes_one.html", event=event, active="registrations", code=code, form=form, url=link(code),
                           grouped=codes.grouped(code.code), state=code_state(code), qr=qr_svg(link(code))), 422 if form.errors else 200


@bp.get(f"{BASE}/codes/<int:code_id>/qr.png")
@access.on_event(Role.ORGANISER)
def codes_qr(event: Event, code_id: int) -> Response:
    """The form with this code, for posters, 16 pixels a module."""
    code = one(event, code_id)
    response = Response(qr_png(link(code), scale=16), mimetype="image/png")
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}-{code.id}.png"'
    return response


@bp.post(f"{BASE}/codes/<int:code_id>/revoke")
@access.on_event(Role.ORGANISER)
def codes_revoke(event: Event, code_id: int) -> Response:
    code = one(event, code_id)
    with transaction():
        code_changes.revoke(code)
    flash(_("It opens nothing any more, and the seats that it held are free. Whoever registered with it stays."), "success")
    page = "registration.invitations_list" if code.invites else "registration.codes_list"
    return redirect(url_for(page, event_id=event.id), 303)


def one(event: Event, code_id: int) -> AccessCode:
    """A code of this event, or 404."""
    return db.session.scalar(select(AccessCode).where(AccessCode.id == code_id, AccessCode.event_id == event.id)) or abort(404)


def code_state(code: AccessCode) -> str:
    """good, used_up, expired, declined or revoked."""
    try:
        codes.check(code, now())
    except codes.CodeUsedUp:
        return "used_up"
    except codes.CodeExpired:
        return "expired"
    except codes.CodeRevoked:
        return "declined" if code.declined_at else "revoked"
    return "good"


def _listed(event: Event) -> Select[tuple[AccessCode]]:
    """The event's codes but for invitations: good ones first, then the newest."""
    return (select(AccessCode).options(joinedload(AccessCode.category)).where(AccessCode.event_id == event.id, AccessCode.invites.is_(False))
            .order_by(AccessCode.revoked_at.is_not(None), AccessCode.id.desc()))


def _held(event: Event) -> int:
    """Seats that codes and invitations hold for people who have not come yet."""
    return db.session.scalar(select(func.coalesce(func.sum(AccessCode.max_uses - AccessCode.uses), 0)).where(
        AccessCode.event_id == event.id, AccessCode.reserves, AccessCode.revoked_at.is_(None))) or 0
