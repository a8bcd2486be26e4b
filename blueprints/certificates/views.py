"""What the public sees of certificates: verification, and the holder's own file."""

from __future__ import annotations

from datetime import date

from flask import abort, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.certificates import bp, queries
from blueprints.certificates.facts import Facts
from blueprints.certificates.forms import VerifyForm
from blueprints.registration import queries as registrations
from blueprints.registration.sections import PRIVATE_PAGE
from core import access, errors, storage
from core.codes import is_code
from core.extensions import limiter
from models import Certificate, CertificateStatus, Registration

VERIFY_LIMIT = "60 per minute"


@bp.get("/V/<code>")
@access.public
@limiter.limit(VERIFY_LIMIT)
def verify(code: str) -> str | Response:
    if code != code.upper():
        return redirect(url_for("certificates.verify", code=code.upper()), 301)
    certificate = queries.by_code(code) if is_code(code) else None
    if certificate is None:
        return errors.page(404, **_not_found())
    return render_template("certificates/verify.html", certificate=certificate, **_facts(certificate))


@bp.get("/v/<code>")
@access.public
def verify_lower(code: str) -> Response:
    return redirect(url_for("certificates.verify", code=code.upper()), 301)


@bp.get("/verify")
@access.public
@limiter.limit(VERIFY_LIMIT)
def verify_form() -> str:
    form = VerifyForm(request.args)
    asked = bool(request.args.get("number") or request.args.get("name"))
    found = queries.by_number_and_name(form.number.data, form.name.data) if asked and form.validate() else []
    return render_template("certificates/verify_form.html", form=form, asked=asked, found=found)


@bp.get("/r/<token>/certificates/<int:certificate_id>.pdf")
@access.public
def download(token: str, certificate_id: int) -> Response:
    registration = registrations.by_token(token)
    certificate = next((c for c in queries.of_registration(registration.id) if c.id == certificate_id), None) if registration else None
    if certificate is None:
        abort(404)
    if certificate.status is not CertificateStatus.VALID:
        abort(410)
    return send_certificate(certificate)


def send_certificate(certificate: Certificate) -> Response:
    """The stored file, byte for byte. 404 while the worker has not made it."""
    if certificate.file_sha256 is None:
        abort(404)
    response = send_file(storage.path_of(certificate.file_sha256), mimetype="application/pdf", as_attachment=True,
                         download_name=f"certificate-{certificate.code[:8].lower()}.pdf", etag=certificate.file_sha256)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _facts(certificate: Certificate) -> dict[str, object]:
    facts = Facts.from_json(certificate.facts)
    return {"facts": facts, "issued_on": date.fromisoformat(certificate.facts["issued_on"]), "signatories":
            certificate.design.content["design"]["signatories"], "specimen": certificate.design.content["design"]["specimen"]}


def _not_found() -> dict[str, str]:
    return {"title": _("No certificate has this code"),
            "message": _("Check that the whole address was scanned or typed. If the paper shows exactly this code, it was not issued here."),
            "action_url": url_for("certificates.verify_form"), "action_label": _("Verify by number and name")}


def _own_certificates(registration: Registration) -> str:
    certificates = queries.of_registration(registration.id)
    return render_template("certificates/_own.html", registration=registration, certificates=certificates) if certificates else ""


PRIVATE_PAGE.append(_own_certificates)
