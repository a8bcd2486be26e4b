"""What a holder sees: the own certificates on the private page, and the file of each."""

from __future__ import annotations

from flask import abort, render_template, send_file
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints.certificates import bp, queries
from blueprints.registration import queries as registrations
from blueprints.registration.sections import PRIVATE_PAGE
from core import access, storage
from models import Certificate, CertificateKind, CertificateStatus, Registration

#: What one got a certificate for.
KINDS = {
    CertificateKind.ATTENDANCE: _l("as a participant"), CertificateKind.SPEAKER: _l("as a speaker"),
    CertificateKind.ORGANISER: _l("as one of the organisers"), CertificateKind.ENTERPRISE: _l("for the enterprise"),
}


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


def _own_certificates(registration: Registration) -> str:
    certificates = queries.of_registration(registration.id)
    return render_template("certificates/_own.html", registration=registration, certificates=certificates, kinds=KINDS) if certificates else ""


PRIVATE_PAGE.append(_own_certificates)
