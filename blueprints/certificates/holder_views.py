"""What a holder sees: the own certificates on the private page, the file of each, and how to ask for a correction."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints.certificates import bp, correction_requests, queries
from blueprints.certificates.correction_forms import AskForm, starting
from blueprints.registration import queries as registrations
from blueprints.registration.sections import PRIVATE_PAGE
from blueprints.registration.standing import kept_secret, mine
from core import access, errors
from core.downloads import stored
from core.errors import Refused
from core.extensions import limiter
from core.transaction import transaction
from models import Certificate, CertificateKind, CertificateStatus, Registration

#: What one got a certificate for.
KINDS = {
    CertificateKind.ATTENDANCE: _l("as a participant"), CertificateKind.SPEAKER: _l("as a speaker"),
    CertificateKind.ORGANISER: _l("as one of the organisers"), CertificateKind.ENTERPRISE: _l("for the enterprise"),
}

BASE = "/r/<token>/certificates/<int:certificate_id>"


@bp.get(f"{BASE}.pdf")
@access.public
def download(token: str, certificate_id: int) -> Response:
    registration = registrations.by_token(token)
    if registration is None:
        abort(404)
    certificate = _own(registration, certificate_id)
    return send_certificate(certificate) if certificate.status is CertificateStatus.VALID else _gone(certificate, registration)


@bp.route(f"{BASE}/correction", methods=["GET", "POST"])
@access.public
@limiter.limit("10 per hour", methods=["POST"], key_func=lambda: request.path)
def ask(token: str, certificate_id: int) -> Any:
    registration = mine(token)
    certificate = _own(registration, certificate_id)
    form = AskForm(data=starting(certificate))
    if form.validate_on_submit():
        try:
            with transaction():
                correction_requests.ask(registration, certificate, form.to_command())
            flash(_("Your request is with the organiser. You will get an e-mail as soon as it is decided."), "success")
            return redirect(url_for("registration.private", token=token), 303)
        except Refused as fact:
            form.refuse(fact)
    return kept_secret(render_template("certificates/ask.html", registration=registration, event=registration.event, form=form,
                                       certificate=certificate), 422 if form.errors else 200)


def _own(registration: Registration, certificate_id: int) -> Certificate:
    return next((one for one in queries.of_registration(registration.id) if one.id == certificate_id), None) or abort(404)


def _gone(certificate: Certificate, registration: Registration) -> Response:
    """This file is evidence of nothing any more: the way to the one that is, or to the reason."""
    newest = certificate
    while newest.replaced_by:
        newest = newest.replaced_by
    if newest.status is CertificateStatus.VALID:
        return kept_secret(errors.page(
            410, _("This certificate was replaced"), _("Certificate %(number)s takes its place.", number=newest.number),
            action_url=url_for("registration.private", token=registration.manage_token), action_label=_("To the new certificate")))
    return kept_secret(errors.page(
        410, _("This certificate is revoked"), _("Reason: %(reason)s", reason=newest.status_reason) if newest.status_reason else None,
        action_url=url_for("certificates.verify", code=newest.code), action_label=_("Verification page")))


def send_certificate(certificate: Certificate) -> Response:
    """The stored file, byte for byte. 404 while the worker has not made it."""
    if certificate.file_sha256 is None:
        abort(404)
    response = stored(certificate.file_sha256, "application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"certificate-{certificate.code[:8].lower()}.pdf")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _own_certificates(registration: Registration) -> str:
    certificates = queries.of_registration(registration.id)
    if not certificates:
        return ""
    return render_template("certificates/_own.html", registration=registration, certificates=certificates, kinds=KINDS,
                           wishes=correction_requests.newest(certificates))


PRIVATE_PAGE.append(_own_certificates)
