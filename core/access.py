"""Who may enter. Each view says it with one of the marks below; a view without a mark is closed to everyone.

Someone with no role in an event or programme is told that it does not exist (404); someone whose role is too low is told so (403).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, g, has_request_context, redirect, request, session, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from core import calls
from models import Event, Grant, Programme, Role, User, db

View = Callable[..., Any]


@dataclass(frozen=True)
class Access:
    """The mark on a view: `kind` is public, signed_in, organiser, admin, programme, event or device; `role` the least role needed."""

    kind: str
    role: Role | None = None


def public(view: View) -> View:
    """Anyone."""
    return _mark(view, Access("public"))


def signed_in(view: View) -> View:
    """Anyone with an account."""

    @wraps(view)
    def entered(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if current_user() else ask_to_sign_in()

    return _mark(entered, Access("signed_in"))


def admin(view: View) -> View:
    """Administrators of the installation."""

    @wraps(view)
    def entered(*args: Any, **kwargs: Any) -> Any:
        user = current_user()
        if user is None:
            return ask_to_sign_in()
        if not user.is_admin or confined():
            abort(403)
        return view(*args, **kwargs)

    return _mark(entered, Access("admin"))


def organiser(view: View) -> View:
    """Organisers and owners of anything: for what belongs to the whole installation, its directory of organisations and clusters."""

    @wraps(view)
    def entered(*args: Any, **kwargs: Any) -> Any:
        user = current_user()
        if user is None:
            return ask_to_sign_in()
        if not organises(user) or confined():
            abort(403)
        return view(*args, **kwargs)

    return _mark(entered, Access("organiser"))


def on_event(role: Role) -> Callable[[View], View]:
    """Those with at least `role` in the event `<int:event_id>`; the view gets `event`."""
    return _scoped("event", Event, role)


def on_programme(role: Role) -> Callable[[View], View]:
    """Those with at least `role` in the programme `<int:programme_id>`; the view gets `programme`."""
    return _scoped("programme", Programme, role)


def device(view: View) -> View:
    """An enrolled door device; the check-in feature recognises it (`checkin.devices`)."""
    return _mark(view, Access("device"))


def _scoped(kind: str, model: type[Event] | type[Programme], needed: Role) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def entered(*args: Any, **kwargs: Any) -> Any:
            user = current_user()
            if user is None:
                return ask_to_sign_in()
            subject = db.session.get(model, kwargs.pop(f"{kind}_id"))
            role = role_in(user, subject) if subject else None
            if role is None:
                abort(404)
            if role.rank < needed.rank:
                abort(403)
            g.role = role
            return view(*args, **{kind: subject}, **kwargs)

        return _mark(entered, Access(kind, needed))

    return decorate


def _mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def role_in(user: User, subject: Event | Programme) -> Role | None:
    """The strongest role of `user` there: an event also takes the roles of its programme, an administrator owns everything."""
    programme_id = subject.programme_id if isinstance(subject, Event) else subject.id
    if confined() not in (None, programme_id):
        return None
    if user.is_admin:
        return Role.OWNER
    if isinstance(subject, Event):
        where = or_(Grant.event_id == subject.id, Grant.programme_id == programme_id)
    else:
        where = Grant.programme_id == programme_id
    roles = db.session.scalars(select(Grant.role).where(Grant.user_id == user.id, where)).all()
    return max(roles, key=lambda role: role.rank, default=None)


def confined() -> int | None:
    """The programme outside which this call's token is worth nothing."""
    return token.programme_id if calls.called() and (token := calls.token()) else None


def organises(user: User) -> bool:
    """Whether `user` is an organiser or owner of anything."""
    held = select(Grant.id).where(Grant.user_id == user.id, Grant.role.in_((Role.ORGANISER, Role.OWNER))).limit(1)
    return user.is_admin or db.session.scalar(held) is not None


def may(role: Role | str) -> bool:
    """Whether the person has at least `role` in the event or programme of this page (for showing buttons)."""
    return (held := g.get("role")) is not None and held.rank >= Role(role).rank


def current_user() -> User | None:
    """The signed-in account of this request, or None; a background job has none."""
    if "user" not in g:
        g.user = None
        if calls.called():
            g.user = token.user if (token := calls.token()) else None
        elif has_request_context() and (user_id := session.get("user_id")):
            user = db.session.get(User, user_id)
            if user and user.deactivated_at is None and user.session_epoch == session.get("epoch"):
                g.user = user
    return g.user


def enter(user: User) -> None:
    """Sign this browser in: a new session, so that one planted before sign-in is worth nothing."""
    language = session.get("language")
    session.clear()
    session.permanent = True
    session.update(user_id=user.id, epoch=user.session_epoch)
    g.pop("csrf_token", None)  # a page of this same answer needs the new session's token
    if language:
        session["language"] = language
    g.user = user


def leave() -> None:
    """Sign this browser out."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    g.user = None


def ask_to_sign_in() -> Response:
    """Send the visitor to sign in and back again. A form that was sent keeps what was typed (`accounts.views.resume`)."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    return current_app.extensions["ruam_resume"]()


def init_app(app: Flask) -> None:
    """Close every view that has no mark."""

    @app.before_request
    def closed_by_default() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and not hasattr(view, "access"):
            abort(403)
