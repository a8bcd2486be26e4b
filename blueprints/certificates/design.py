"""How a certificate looks: boxes on a page with words, pictures and signatories, as a plain value that lasts. Lengths are millimetres,
sizes of type are points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
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
PAGES = {"landscape": (297.0, 210.0), "portrait": (210.0, 297.0)}
KINDS = ("text", "emblem", "picture", "qr", "signatures", "line")


@dataclass(frozen=True)
class Signatory:
    """Who signs. `acting_for` is the line below the position, e.g. `ปฏิบัติราชการแทน อธิการบดี`; either may be empty."""

    name: str
    position: str
    acting_for: str = ""
    image_sha256: str | None = None


@dataclass(frozen=True)
class Paragraph:
    """Words with placeholders (`words`), as large as `size` if they fit.

    `lines` 0 wraps as it must; 1 to 3 stays on so many lines and shrinks, broken between the parts of a name. `colour` is a name of
    the palette or #rrggbb; `spacing` is between letters and `before` above the paragraph unless it is the first, both in points;
    `caps` is for Latin letters.
    """

    text: str
    size: float
    weight: int = 400
    colour: str = "ink"
    family: str = "Sarabun"
    lines: int = 0
    spacing: float = 0.0
    caps: bool = False
    before: float = 0.0


@dataclass(frozen=True)
class Box:
    """A place on the page, from its top left corner. The paragraphs of a text shrink together until they fit in it."""

    name: str
    x: float
    y: float
    width: float
    height: float
    kind: str = "text"
    align: str = "center"
    valign: str = "middle"
    leading: float = 1.5
    colour: str = "ink"  # of a line
    hidden: bool = False
    picture_sha256: str | None = None
    paragraphs: tuple[Paragraph, ...] = ()

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The box of a plain dict. Raises TypeError on a key it does not know."""
        return cls(**data | {"paragraphs": tuple(Paragraph(**one) for one in data.get("paragraphs", ()))})


@dataclass(frozen=True)
class Asset:
    """A picture that an expert's own HTML and CSS may show, by its name."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Design:
    """The words, pictures, places and signatories that every certificate of an issue shares.

    `template` is a folder of templates/print/certificates with the art of the background, and with the boxes and the colours where
    `boxes` and `palette` are empty; `background_sha256` is an own background (JPEG) instead of the art, `emblem_sha256` replaces the template's
    emblem. `html` and `css` are an expert's own; what they may use is in `sandbox`. A tagged design is read aloud in order (PDF/A-3a);
    it is rendered for each holder by itself, which takes longer. A specimen says across the page that it is no evidence.
    """

    template: str = "formal"
    heading_th: str = "เกียรติบัตร"
    heading_en: str = "Certificate of Attendance"
    preamble: str = "ขอมอบเกียรติบัตรฉบับนี้ไว้เพื่อแสดงว่า"
    deed: str = "ได้เข้าร่วม"
    signatories: tuple[Signatory, ...] = ()
    emblem_sha256: str | None = None
    background_sha256: str | None = None
    palette: dict[str, str] = field(default_factory=dict)
    boxes: tuple[Box, ...] = ()
    thai_digits: bool = False
    tagged: bool = False
    html: str = field(default="", metadata={"code": True})  # kept letter by letter
    css: str = field(default="", metadata={"code": True})
    assets: tuple[Asset, ...] = ()
    specimen: bool = False

    @classmethod
    def starting(cls, kind: CertificateKind) -> Self:
        """What a certificate of this kind says until somebody changes it."""
        heading, deed = STARTING[kind]
        return cls("plaque" if kind is CertificateKind.ENTERPRISE else "formal", heading_en=heading, deed=deed)

    def to_json(self) -> dict[str, Any]:
        """A plain dict that JSON can hold; `from_json` makes an equal design of it."""
        data = asdict(self)
        data["boxes"] = [box | {"paragraphs": list(box["paragraphs"])} for box in data["boxes"]]
        return data | {"signatories": list(data["signatories"]), "assets": list(data["assets"])}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The design that `to_json` described. Raises TypeError on a key it does not know."""
        return cls(**data | {
            "signatories": tuple(Signatory(**one) for one in data["signatories"]),
            "boxes": tuple(Box.from_json(one) for one in data.get("boxes", ())),
            "assets": tuple(Asset(**one) for one in data.get("assets", ()))})
