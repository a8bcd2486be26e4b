"""Signing in and out, passwords, invitations, one's own account."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.accounts import bp, queries, resume, services, tasks
from blueprints.accounts.forms import ROLES, AcceptForm, ForgotForm, PasswordForm, ProfileForm, ResetForm, SignInForm, WelcomeForm
from core import access, errors
from core.errors import Refused
from core.extensions import limiter
from core.locale import safe_path
from core.transaction import transaction
from models import AccountLink, LinkPurpose

Answer = str | Response | tuple[str, int]


def typed_email() -> str:
    """The e-mail address in this request's form, to count tries by."""
    return "email:" + request.form.get("email", "").strip().lower()


def failed(response: Response) -> bool:
    """Only refused tries count against a limit."""
    return response.status_code == 422


def shown(template: str, form: Any, **context: Any) -> Answer:
    """The page with its form; 422 when it is shown again because of what was sent."""
    return render_template(template, form=form, **context), 422 if form.is_submitted() else 200


@bp.route("/sign-in", methods=["GET", "POST"])
@access.public
@limiter.limit("30 per 5 minutes", methods=["POST"], deduct_when=failed)
@limiter.limit("10 per 15 minutes", key_func=typed_email, methods=["POST"], deduct_when=failed)
def sign_in() -> Answer:
    """Sign in, and go where one wanted to go."""
    target = safe_path(request.args.get("next"), url_for("reports.dashboard"))
    if request.method == "GET" and access.current_user():
        return redirect(target, 303)
    form = SignInForm()
    if form.kept.data and access.current_user():
        return resume.send_again(form.kept.data)
    if form.validate_on_submit():
        try:
            with transaction():
                user = services.authenticate(form.email.data, form.password.data)
            access.enter(user)
            return resume.send_again(form.kept.data) if form.kept.data else redirect(target, 303)
        except Refused as fact:
            form.refuse(fact)
    return shown("accounts/resume.html" if form.kept.data else "accounts/sign_in.html", form)


@bp.post("/sign-out")
@access.public
def sign_out() -> Answer:
    """Sign this browser out."""
    access.leave()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/password/forgot", methods=["GET", "POST"])
@access.public
@limiter.limit("20 per hour", methods=["POST"])
@limiter.limit("5 per hour", key_func=typed_email, methods=["POST"])
def forgot() -> Answer:
    """Ask for a link to choose a new password. The answer does not tell whether there is such an account."""
    form = ForgotForm()
    if form.validate_on_submit():
        with transaction():
            tasks.send_reset(form.email.data)
        session["asked_for"] = form.email.data
        return redirect(url_for("accounts.forgot_sent"), 303)
    return shown("accounts/forgot.html", form)


@bp.get("/password/sent")
@access.public
def forgot_sent() -> Answer:
    """What happens now."""
    return render_template("accounts/forgot_sent.html", email=session.get("asked_for", ""),
                           mails_leave=bool(current_app.config["MAIL_SERVER"]))


@bp.route("/password/reset/<token>", methods=["GET", "POST"])
@access.public
@limiter.limit("30 per hour", methods=["POST"])
def reset(token: str) -> Answer:
    """Choose a new password by the link from the e-mail."""
    form = ResetForm()
    try:
        link = services.open_link(LinkPurpose.RESET, token)
        if form.validate_on_submit():
            with transaction():
                user = services.reset_password(token, form.password.data)
            access.enter(user)
            flash(_("Your new password is set. Everywhere else you have been signed out."), "success")
            return redirect(url_for("reports.dashboard"), 303)
    except services.LinkGone as fact:
        return gone(fact, url_for("accounts.forgot"), _("Ask for a new link"))
    except Refused as fact:
        form.refuse(fact)
    return shown("accounts/reset.html", form, email=link.email)


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@access.public
@limiter.limit("30 per hour", methods=["POST"])
def accept(token: str) -> Answer:
    """Accept an invitation: with the account there is, or by choosing name and password."""
    try:
        link = services.open_link(LinkPurpose.INVITATION, token)
    except services.LinkGone as fact:
        return gone(fact, url_for("accounts.sign_in"), _("Sign in"))
    holder, user = services.find_user(link.email), access.current_user()
    if holder is not None and holder.deactivated_at is not None:
        return gone(services.Deactivated(), url_for("events.public_list"), _("To the first page"))
    if holder is None and user is None:
        return _accept_as_new(token, link)
    if holder is not None and user == holder:
        return _accept_as(token, link)
    if request.method == "POST":
        abort(409)
    return render_template("accounts/accept_elsewhere.html", **_invitation(link), holder=holder, here=request.path)


def _accept_as_new(token: str, link: AccountLink) -> Answer:
    form = WelcomeForm(name=link.name)
    if form.validate_on_submit():
        try:
            with transaction():
                user, link = services.accept_as_new(token, form.name.data, form.password.data)
            access.enter(user)
            return _welcome()
        except Refused as fact:
            form.refuse(fact)
    return shown("accounts/accept_new.html", form, **_invitation(link))


def _accept_as(token: str, link: AccountLink) -> Answer:
    form = AcceptForm()
    if form.validate_on_submit():
        user = access.current_user()
        assert user is not None
        with transaction():
            services.accept_as(user, token)
        return _welcome()
    return shown("accounts/accept.html", form, **_invitation(link))


def _welcome() -> Response:
    flash(_("Welcome! Here is what you have a part in."), "success")
    return redirect(url_for("reports.dashboard"), 303)


def _invitation(link: AccountLink) -> dict[str, Any]:
    return {"link": link, "place": queries.place_of(link), "role": ROLES.get(link.role)}  # type: ignore[call-overload]


def gone(fact: Refused, action_url: str, action_label: str) -> Response:
    """The page for a link that is no longer good."""
    return errors.page(410, message=fact.message, action_url=action_url, action_label=action_label)


@bp.route("/account", methods=["GET", "POST"])
@access.signed_in
def profile() -> Answer:
    """One's own name and language."""
    user = access.current_user()
    form = ProfileForm(obj=user)
    if form.validate_on_submit():
        with transaction():
            services.update_profile(user, form.name.data, form.language.data)
        session["language"] = form.language.data
        flash(_("Saved."), "success")
        return redirect(url_for("accounts.profile"), 303)
    return shown("accounts/profile.html", form, user=user)


@bp.route("/account/password", methods=["GET", "POST"])
@access.signed_in
@limiter.limit("10 per 15 minutes", key_func=lambda: f"user:{session.get('user_id')}", methods=["POST"], deduct_when=failed)
def change_password() -> Answer:
    """Another password, for someone who knows the present one."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            user = access.current_user()
            with transaction():
                services.change_password(user, form.current_password.data, form.password.data)
            access.enter(user)
            flash(_("Your new password is set. Everywhere else you have been signed out."), "success")
            return redirect(url_for("accounts.profile"), 303)
        except Refused as fact:
            form.refuse(fact)
    return shown("accounts/password.html", form)
