"""Which letters about certificates go to whom. How they read is in `mails`."""

from __future__ import annotations

from blueprints.registration.letters import reader_of
from core import outbox
from models import Certificate, CorrectionRequest


def tell_replaced(made: Certificate, request: CorrectionRequest | None) -> None:
    """Tell the holder, or who reads the holder's letters, that a new certificate took the place of the former one."""
    _tell("certificate_replaced", made, {"certificate": made.id, "asked": request is not None})


def tell_refused(request: CorrectionRequest) -> None:
    """Tell the holder that the certificate stays as it is."""
    _tell("correction_refused", request.certificate, {"request": request.id})


def _tell(kind: str, certificate: Certificate, params: dict[str, object]) -> None:
    registration = certificate.registration
    reader = reader_of(registration) if registration else None
    if reader is not None and reader.email:
        outbox.queue(kind, reader.email, reader.language, params, registration)
