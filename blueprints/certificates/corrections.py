"""What happens to a certificate after its issue."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from core.errors import Refused
from models import Certificate, CertificateStatus, User, db, now


class NotValid(Refused):
    message = _l("Only a valid certificate can be revoked.")


class ReasonMissing(Refused):
    message = _l("Please say why: everyone who verifies the certificate will read it.")
    field = "reason"


def revoke(certificate: Certificate, reason: str, actor: User) -> None:
    """Take a valid certificate back, with the reason that everyone will read. Raises `ReasonMissing` and `NotValid`."""
    if not reason:
        raise ReasonMissing
    db.session.refresh(certificate, with_for_update=True)
    if certificate.status is not CertificateStatus.VALID:
        raise NotValid
    certificate.status, certificate.status_at = CertificateStatus.REVOKED, now()
    certificate.status_reason, certificate.status_by_id = reason, actor.id
    db.session.flush()
