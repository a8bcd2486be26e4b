"""What a verifier is shown of a certificate: every fact on the paper, as it was printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from blueprints.certificates import gallery, masking, words
from blueprints.certificates.design import Design
from blueprints.certificates.facts import Facts
from core.errors import Refused
from models import Certificate, CertificateKind, StoredFile, db

KINDS = {
    CertificateKind.ATTENDANCE: _l("For a participant"), CertificateKind.SPEAKER: _l("For a speaker"),
    CertificateKind.ORGANISER: _l("For one of the organisers"), CertificateKind.ENTERPRISE: _l("For an enterprise"),
}


class WrongName(Refused):
    message = _l("This is not the family name on the certificate. Type it as it is printed, in Thai or in English.")
    field = "name"


@dataclass(frozen=True)
class Shown:
    """`masked`: the name is kept back. `lines` are all words on the paper from top to bottom; `size` is of the issued file in bytes."""

    facts: Facts
    design: Design
    masked: bool
    kind: Any
    lines: list[str]
    size: int


def facts_of(certificate: Certificate) -> Facts:
    """What the certificate says."""
    return Facts.from_json(certificate.facts)


def look_up(certificate: Certificate, with_name: bool) -> Shown:
    """The record as somebody sees it who may read the name, or not."""
    facts, design = facts_of(certificate), gallery.resolved(Design.from_json(certificate.design.content))
    shown = facts if with_name else masking.masked(facts)
    file = db.session.get(StoredFile, certificate.file_sha256) if certificate.file_sha256 else None
    return Shown(shown, design, shown != facts, KINDS[certificate.kind], [] if design.html else written(design, shown), file.size if file else 0)


def written(design: Design, facts: Facts) -> list[str]:
    """The words in the boxes of the paper, from top to bottom, placeholders filled in."""
    known = words.values(design, facts)
    boxes = sorted((box for box in design.boxes if not box.hidden), key=lambda box: (box.y, box.x))
    lines = [words.filled(paragraph.text, known) for box in boxes for paragraph in box.paragraphs]
    return [line for line in lines if line]
