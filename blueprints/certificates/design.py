"""How a certificate looks: the words, pictures and signatories that an issue shares, as a plain value that lasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Self

from models import CertificateKind

Load = Callable[[str], bytes]  # a stored picture by the sha256 of its bytes
#: English heading, and what the holder did.
STARTING = {
    CertificateKind.ATTENDANCE: ("Certificate of Attendance", "ได้เข้าร่วม"),
    CertificateKind.SPEAKER: ("Certificate of Appreciation", "ได้เป็นวิทยากรบรรยายใน"),
    CertificateKind.ORGANISER: ("Certificate of Appreciation", "ได้ร่วมเป็นคณะทำงานจัด"),
    CertificateKind.ENTERPRISE: ("Certificate of Participation", "เป็นกิจการที่ได้เข้าร่วม"),
}


@dataclass(frozen=True)
class Signatory:
    """Who signs. `acting_for` is the line below the position, e.g. `ปฏิบัติราชการแทน อธิการบดี`; either may be empty."""

    name: str
    position: str
    acting_for: str = ""
    image_sha256: str | None = None


@dataclass(frozen=True)
class Design:
    """The words, pictures and signatories that every certificate of an issue shares.

    `template` is a folder of templates/print/certificates; `emblem_sha256` replaces the template's own emblem.
    A specimen says across the page that it is no evidence. At most four signatories have room.
    """

    template: str = "formal"
    heading_th: str = "เกียรติบัตร"
    heading_en: str = "Certificate of Attendance"
    preamble: str = "ขอมอบเกียรติบัตรฉบับนี้ไว้เพื่อแสดงว่า"
    deed: str = "ได้เข้าร่วม"
    signatories: tuple[Signatory, ...] = ()
    emblem_sha256: str | None = None
    specimen: bool = False

    @classmethod
    def starting(cls, kind: CertificateKind) -> Self:
        """What a certificate of this kind says until somebody changes it."""
        heading, deed = STARTING[kind]
        return cls(heading_en=heading, deed=deed)

    def to_json(self) -> dict[str, Any]:
        """A plain dict that JSON can hold; `from_json` makes an equal design of it."""
        return asdict(self) | {"signatories": [asdict(signatory) for signatory in self.signatories]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The design that `to_json` described. Raises TypeError on a key it does not know."""
        return cls(**data | {"signatories": tuple(Signatory(**signatory) for signatory in data["signatories"])})
