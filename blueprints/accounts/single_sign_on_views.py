"""Signing in with a provider of OpenID Connect, and the ways into one's account.

The provider's answer comes by GET, so it writes nothing down: it opens a session if the identity is known here. Otherwise what
the provider said waits in the session, and the person decides with a button.
"""

from __future__ import annotations

import hmac
import logging
import re
import time
from dataclasses import asdict
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.accounts import bp
from blueprints.accounts import single_sign_on as sso
from core import access, errors, oidc
from core.errors import Refused
from core.extensions import limiter
from core.locale import both, safe_path
from core.providers import Provider
from core.transaction import transaction
from core.web import address
from models import Identity, User, db

log = logging.getLogger(__name__)
Answer = str | Response | tuple[str, int]
BEGUN, FOUND = "sso_begun", "sso_found"
LIFE = 600  # seconds to sign in there, and again to decide here


@bp.app_template_global("providers")
def providers() -> list[Provider]:
    """Where one may sign in besides here."""
    return list(current_app.config["OIDC_PROVIDERS"].values())


@bp.app_template_filter("provider_label")
def label(provider: Provider) -> str:
    """How the provider is called, in the reader's language."""
    return both(provider.label_th, provider.label_en)


def _provider(name: str) -> Provider:
    return current_app.config["OIDC_PROVIDERS"].get(name) or abort(404)


def _back(provider: Provider) -> str:
    return address("accounts.end_single_sign_on", name=provider.name)


@bp.get("/sign-in/with/<name>")
@access.public
@limiter.limit("60 per 5 minutes")
def begin_single_sign_on(name: str) -> Response:
    """To the provider."""
    url, begun = oidc.begin(provider := _provider(name), _back(provider))
    session[BEGUN] = {**begun, "name": name, "at": time.time(), "next": request.args.get("next", "")}
    return redirect(url, 303)


@bp.get("/sign-in/from/<name>")
@access.public
@limiter.limit("60 per 5 minutes")
def end_single_sign_on(name: str) -> Response:
    """Back from the provider: into the account that this identity opens, or on to the question which one it shall open."""
    provider, begun = _provider(name), session.pop(BEGUN, {})
    if not _fits(begun, provider):
        return _refused(_("It took too long, or was begun in another window. Please begin again."))
    if "code" not in request.args:
        return _refused(_("%(provider)s did not sign you in. Begin again, or sign in with a password.", provider=label(provider)))
    person = oidc.finish(provider, _back(provider), request.args["code"], begun)
    try:
        sso.check(provider, person)
        user, me = sso.holder(person), access.current_user()
        if me and user:
            return _linked_before(user, me)
    except Refused as fact:
        return _refused(fact.message)
    if user:
        return _enter(user, person, begun["next"])
    session[FOUND] = {"name": name, "at": time.time(), "next": begun["next"], "person": asdict(person)}
    return redirect(url_for("accounts.first_time"), 303)


def _fits(begun: dict[str, Any], provider: Provider) -> bool:
    """Whether this browser began, at this provider, not long ago, what is answered here (RFC 9207 for `iss`)."""
    return (begun.get("name") == provider.name and time.time() - begun["at"] < LIFE
            and hmac.compare_digest(begun["state"].encode(), request.args.get("state", "").encode())
            and request.args.get("iss", provider.issuer) == provider.issuer)


def _linked_before(user: User, me: User) -> Response:
    if user != me:
        raise sso.Taken
    flash(_("It is linked with your account already."), "success")
    return redirect(url_for("accounts.ways"), 303)


def _enter(user: User, person: oidc.Person, target: str) -> Response:
    """The one place where a provider opens a session; `person.two_factors` says whether it asked for two factors."""
    access.enter(user)
    return redirect(safe_path(target, url_for("reports.dashboard")), 303)


def _refused(message: Any, status: int = 403) -> Response:
    return errors.page(status, title=_("You are not signed in"), message=message, action_url=url_for("accounts.sign_in"),
                       action_label=_("To the sign-in page"))


@bp.app_errorhandler(oidc.Away)
def provider_away(error: oidc.Away) -> Response:
    """The provider cannot be reached: what to do instead."""
    log.warning("single sign-on: %s", error)
    return _refused(_("%(provider)s does not answer. Try again in a few minutes, or sign in with your password; if you have none, "
                      "“Forgot the password?” sends you a link to set one.", provider=label(error.provider)), 503)


@bp.app_errorhandler(oidc.Untrusted)
def provider_untrusted(error: oidc.Untrusted) -> Response:
    """What came back proves nothing."""
    log.warning("single sign-on: %s", error)
    return _refused(_("The answer of %(provider)s could not be trusted. Begin again; if it happens again, tell the administrator.",
                      provider=label(error.provider)))


@bp.route("/sign-in/first", methods=["GET", "POST"])
@access.public
@limiter.limit("30 per 5 minutes", methods=["POST"])
def first_time() -> Answer:
    """An identity that opens no account yet: which one shall it open?"""
    found = session.get(FOUND, {"at": 0})
    if time.time() - found["at"] > LIFE:
        return redirect(url_for("accounts.sign_in"), 303)
    provider, person, me = _provider(found["name"]), oidc.Person(**found["person"]), access.current_user()
    try:
        if request.method == "POST":
            with transaction():
                user = sso.admit(provider, person, me, _invitation(found["next"]))
            return _admitted(user, person, me, found["next"])
        way = sso.way(provider, person, me, _invitation(found["next"]))
    except Refused as fact:
        return _refused(fact.message)
    return render_template("accounts/first_time.html", provider=provider, person=person, way=way)


def _invitation(target: str) -> str:
    """The secret of the invitation from which the person set out."""
    began = re.fullmatch(r"/invitation/(\w+)", target)
    return began[1] if began else ""


def _admitted(user: User, person: oidc.Person, me: User | None, target: str) -> Response:
    session.pop(FOUND)
    answer = redirect(safe_path(target, url_for("accounts.ways")), 303) if me else _enter(user, person, target)
    flash(_("Linked. From now on you can sign in with it."), "success")
    return answer


@bp.get("/sign-in/done")
@access.signed_in
def signed_in() -> str:
    """Signed in beside a form that waits in another tab."""
    return render_template("accounts/signed_in.html")


@bp.get("/account/sign-ins")
@access.signed_in
def ways() -> str:
    """The ways into one's own account."""
    user = access.current_user()
    assert user is not None
    return render_template("accounts/ways.html", user=user, identities={one.issuer: one for one in sso.identities(user)})


@bp.post("/account/sign-ins/<int:identity_id>/unlink")
@access.signed_in
def unlink(identity_id: int) -> Response:
    """One way fewer."""
    user, identity = access.current_user(), db.session.get(Identity, identity_id)
    if identity is None or identity.user_id != user.id:
        abort(404)
    try:
        with transaction():
            sso.unlink(identity, {provider.issuer for provider in providers()})
        access.enter(user)
        flash(_("Unlinked. Everywhere else you have been signed out."), "success")
    except Refused as fact:
        flash(str(fact.message), "error")
    return redirect(url_for("accounts.ways"), 303)
