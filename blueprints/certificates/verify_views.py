"""Verification: what anyone with a paper certificate sees."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from blueprints.certificates import bp, masking, queries, verification
from blueprints.certificates.forms import VerifyForm
from blueprints.certificates.job_views import BASE
from blueprints.certificates.verify_forms import FamilyNameForm, VerificationForm
from core import access, errors, history
from core.codes import is_code
from core.extensions import limiter
from core.transaction import transaction
from models import Certificate, Event, Role

VERIFY_LIMIT = "60 per minute"
#: Of one paper by one visitor; the right name costs nothing.
WRONG_NAMES = "5 per 10 minutes;20 per day"
SHOWN = "names_shown"
MOST_SHOWN = 20  # whose names one browser remembers to show


@bp.get("/V/<code>")
@access.public
@limiter.limit(VERIFY_LIMIT)
def verify(code: str) -> Response:
    if code != code.upper():
        return redirect(url_for("certificates.verify", code=code.upper()), 301)
    certificate = _of(code)
    return _page(certificate, FamilyNameForm(formdata=None)) if certificate else errors.page(404, **_not_found())


@bp.post("/V/<code>")
@access.public
@limiter.limit(VERIFY_LIMIT)
@limiter.limit(WRONG_NAMES, key_func=lambda: f"{request.path} {get_remote_address()}", deduct_when=lambda answer: answer.status_code == 422)
def show_name(code: str) -> Response:
    certificate, form = _of(code), FamilyNameForm()
    if certificate is None:
        return errors.page(404, **_not_found())
    if form.validate_on_submit():
        if masking.knows(verification.facts_of(certificate), form.name.data):
            _remember(certificate)
            flash(_("That is the name: the whole record is shown."), "success")
            return redirect(url_for("certificates.verify", code=code), 303)
        form.refuse(verification.WrongName())
    return _page(certificate, form)


@bp.get("/v/<code>")
@access.public
def verify_lower(code: str) -> Response:
    return redirect(url_for("certificates.verify", code=code.upper()), 301)


@bp.get("/verify")
@access.public
@limiter.limit(VERIFY_LIMIT)
def verify_form() -> Response:
    form = VerifyForm(request.args)
    asked = bool(request.args.get("number") or request.args.get("name"))
    found = queries.by_number_and_name(form.number.data, form.name.data) if asked and form.validate() else []
    for certificate in found:
        _remember(certificate)  # who typed the name need not type it again
    return _unlisted(render_template("certificates/verify_form.html", form=form, asked=asked, found=found))


@bp.get("/verify/file/<sha256>")
@access.public
@limiter.limit(VERIFY_LIMIT)
def verify_file(sha256: str) -> Response:
    """The record of a file, for a page that has computed the file's fingerprint and keeps the file to itself."""
    certificate = queries.by_file(sha256)
    shown = verification.look_up(certificate, _may_read(certificate)) if certificate else None
    return _unlisted(render_template("certificates/_verify_found.html", certificate=certificate, shown=shown), 200 if certificate else 404)


@bp.route(f"{BASE}/verification", methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def verification_settings(event: Event) -> str | Response:
    form = VerificationForm(obj=event)
    if form.validate_on_submit():
        with transaction():
            event.mask_holders = form.mask_holders.data
            history.record("certificate.names_masked" if event.mask_holders else "certificate.names_shown", event=event)
        flash(_("The settings are saved."), "success")
        return redirect(url_for("certificates.manage", event_id=event.id), 303)
    return render_template("certificates/verification.html", event=event, active="certificates", form=form)


def _of(code: str) -> Certificate | None:
    return queries.by_code(code) if is_code(code) else None


def _may_read(certificate: Certificate) -> bool:
    return not certificate.event.mask_holders or certificate.code in session.get(SHOWN, ())


def _remember(certificate: Certificate) -> None:
    shown = session.get(SHOWN, [])
    if certificate.event.mask_holders and certificate.code not in shown:
        session[SHOWN] = [*shown, certificate.code][-MOST_SHOWN:]


def _page(certificate: Certificate, form: FamilyNameForm) -> Response:
    shown = verification.look_up(certificate, _may_read(certificate))
    return _unlisted(render_template("certificates/verify.html", certificate=certificate, form=form, shown=shown), 422 if form.errors else 200)


def _unlisted(body: str, status: int = 200) -> Response:
    """A page that no search engine and no cache keeps."""
    response = current_app.make_response((body, status))
    response.headers["X-Robots-Tag"], response.headers["Cache-Control"] = "noindex, nofollow", "no-store"
    return response


def _not_found() -> dict[str, Any]:
    return {"title": _("No certificate has this code"),
            "message": _("Check that the whole address was scanned or typed. If the paper shows exactly this code, it was not issued here."),
            "action_url": url_for("certificates.verify_form"), "action_label": _("Verify by number and name")}
