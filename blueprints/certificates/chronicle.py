"""What has happened to a certificate, read from its own rows, which nobody edits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from blueprints.certificates import correction_requests
from models import Certificate, CertificateStatus, CorrectionDecision, User, db


@dataclass(frozen=True)
class Line:
    """What was done, when, by whom, and the words that go with it."""

    at: datetime
    what: str
    who: str
    words: str = ""


def of(certificate: Certificate) -> list[Line]:
    """From the issue to today."""
    requests = correction_requests.of_certificate(certificate)
    ids = {certificate.issued_by_id, certificate.status_by_id, *(one.decided_by_id for one in requests)} - {None}
    names = dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all()) if ids else {}

    def who(user_id: int | None) -> str:
        return names.get(user_id, _("by itself")) if user_id else _("by itself")

    issued = _("Issued in place of number %(number)s", number=certificate.facts["replaces"]) if certificate.facts.get("replaces") else _("Issued")
    lines = [Line(certificate.issued_at, issued, who(certificate.issued_by_id))]
    for one in requests:
        lines.append(Line(one.asked_at, _("Correction of the certificate asked for"), _("the participant"), one.message))
        if one.decision is CorrectionDecision.REFUSED and one.decided_at:
            lines.append(Line(one.decided_at, _("Correction of the certificate refused"), who(one.decided_by_id), one.answer))
    if certificate.status_at:
        ended = _("Certificate revoked") if certificate.status is CertificateStatus.REVOKED else _("Certificate replaced")
        lines.append(Line(certificate.status_at, ended, who(certificate.status_by_id), certificate.status_reason))
    return sorted(lines, key=lambda line: line.at)
