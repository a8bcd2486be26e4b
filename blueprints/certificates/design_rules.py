"""What every design keeps, whoever made it: the form, the designer, a file from elsewhere. Raises facts that say what to do."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import fields
from typing import Any

from flask_babel import lazy_gettext as _l

from blueprints.certificates import gallery, sandbox, words
from blueprints.certificates.design import KINDS, Box, Design, Paragraph
from core.errors import Refused
from core.pdf import FONTS

MOST_BOXES, MOST_PARAGRAPHS, MOST_SIGNATORIES, MOST_ASSETS = 40, 8, 4, 20
LONGEST, NAME = 400, 60  # characters of a paragraph, of a name
SIZES, LEADINGS, SPACINGS = (4, 120), (0.8, 3), (0, 5)  # points, lines, points
READABLE = 4.5
SMALLEST_CODE = 18  # mm: a smaller one is not read from paper
HEX = re.compile(r"#[0-9a-fA-F]{6}")
SHA256 = re.compile(r"[0-9a-f]{64}")
ASSET_NAME = re.compile(r"[\w.-]{1,60}")
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,), "float": (int, float), "int": (int,), "bool": (bool,), "str | None": (str, type(None)), "dict[str, str]": (dict,)}


class BadDesign(Refused):
    """A design that cannot be kept; the message says what is wrong and where."""


class NoCode(BadDesign):
    message = _l("A certificate needs its QR code, at least 18 mm wide and high: whoever holds the paper verifies it with that.")


class TwoCodes(BadDesign):
    message = _l("A certificate has one QR code. Choose “Do not print” in all other boxes with a code.")


class NoHolder(BadDesign):
    message = _l("A certificate needs the name of its holder: one text with {holder}.")


class NoNumber(BadDesign):
    message = _l("A certificate needs its number: one text with {number}.")


def check(design: Design) -> None:
    """Raises `BadDesign` (or what `sandbox.check` raises) for the first thing that is wrong. A design without boxes has its template's."""
    for part in (design, *design.signatories, *design.boxes, *design.assets, *(one for box in design.boxes for one in box.paragraphs)):
        _typed(part)
    if design.template not in gallery.templates():
        raise BadDesign(_l("This product has no design called “%(name)s”.", name=design.template[:NAME]))
    if len(design.signatories) > MOST_SIGNATORIES or len(design.assets) > MOST_ASSETS or len(design.boxes) > MOST_BOXES:
        raise BadDesign(_l("At most 4 signatories, 40 boxes and 20 pictures have room."))
    _short(design)
    _pictures(design)
    palette = gallery.resolved(design).palette
    if set(design.palette) - set(gallery.template_of(design).palette) or not all(HEX.fullmatch(colour) for colour in palette.values()):
        raise BadDesign(_l("A colour is written as #rrggbb."))
    if design.boxes:
        _boxes(design, palette)
    sandbox.check(design.html, design.css)


def faint(palette: dict[str, str]) -> list[str]:
    """Names of colours that are hard to read on the paper: below a contrast of 4.5 (WCAG 2.2, 1.4.3). Said, not forbidden."""
    return [name for name in ("ink", "accent", "second") if contrast(palette[name], palette["paper"]) < READABLE]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours #rrggbb, 1 to 21, by the formula of WCAG 2.2."""
    low, high = sorted(_luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _typed(part: Any) -> None:
    for field in fields(part):
        value, wanted = getattr(part, field.name), _TYPES.get(str(field.type))
        if wanted and (not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted)):
            raise BadDesign(_l("“%(name)s” is not what it should be.", name=field.name))
        if isinstance(value, float) and not math.isfinite(value):
            raise BadDesign(_l("“%(name)s” is not what it should be.", name=field.name))
        if isinstance(value, dict) and not all(isinstance(one, str) for pair in value.items() for one in pair):
            raise BadDesign(_l("“%(name)s” is not what it should be.", name=field.name))


def _short(design: Design) -> None:
    texts = [design.heading_th, design.heading_en, design.preamble, design.deed]
    texts += [text for one in design.signatories for text in (one.name, one.position, one.acting_for)]
    texts += [one.text for box in design.boxes for one in box.paragraphs]
    if any(len(text) > LONGEST for text in texts) or any(len(text) > sandbox.LONGEST for text in (design.html, design.css)):
        raise BadDesign(_l("A text is too long: up to 400 characters each."))


def _pictures(design: Design) -> None:
    named = [design.emblem_sha256, design.background_sha256, *(one.image_sha256 for one in design.signatories),
             *(box.picture_sha256 for box in design.boxes), *(one.sha256 for one in design.assets)]
    if not all(SHA256.fullmatch(one) for one in named if one) or not all(ASSET_NAME.fullmatch(one.name) for one in design.assets):
        raise BadDesign(_l("A picture has no proper name."))


def _boxes(design: Design, palette: dict[str, str]) -> None:
    width, height = gallery.template_of(design).size
    if max(Counter(box.name for box in design.boxes).values()) > 1:
        raise BadDesign(_l("Two boxes have the same name."))
    for box in design.boxes:
        _box(box, width, height, palette)
    shown = [box for box in design.boxes if not box.hidden]
    codes = [min(box.width, box.height) for box in shown if box.kind == "qr"]
    if len(codes) > 1:
        raise TwoCodes
    if not codes or codes[0] < SMALLEST_CODE:
        raise NoCode
    said = " ".join(one.text for box in shown if box.kind == "text" for one in box.paragraphs)
    for placeholder, fact in (("{holder}", NoHolder), ("{number}", NoNumber)):
        if placeholder not in said:
            raise fact


def _box(box: Box, width: float, height: float, palette: dict[str, str]) -> None:
    inside = min(box.x, box.y) >= 0 and min(box.width, box.height) > 0 and box.x + box.width <= width + .01 and box.y + box.height <= height + .01
    if not inside:
        raise BadDesign(_l("The box “%(name)s” does not lie on the page (%(width)s × %(height)s mm).", name=box.name, width=width, height=height))
    known = box.kind in KINDS and box.align in ("left", "center", "right") and box.valign in ("top", "middle", "bottom")
    if not (known and 0 < len(box.name) <= NAME and _within(box.leading, LEADINGS) and len(box.paragraphs) <= MOST_PARAGRAPHS
            and _is_colour(box.colour, palette)):
        raise BadDesign(_l("The box “%(name)s” has a setting that does not exist.", name=box.name[:NAME]))
    for one in box.paragraphs:
        _paragraph(box, one, palette)


def _paragraph(box: Box, one: Paragraph, palette: dict[str, str]) -> None:
    if not _within(one.size, SIZES):
        raise BadDesign(_l("In “%(name)s”: letters are 4 to 120 points high.", name=box.name))
    if not (_within(one.weight, (100, 900)) and one.lines in (0, 1, 2, 3) and _within(one.spacing, SPACINGS)
            and one.family in {family for family, _weight in FONTS} and _is_colour(one.colour, palette)):
        raise BadDesign(_l("The box “%(name)s” has a setting that does not exist.", name=box.name))
    if strange := words.unknown(one.text):
        raise BadDesign(_l("In “%(name)s”: {%(placeholder)s} is no placeholder.", name=box.name, placeholder=strange[0]))


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _is_colour(colour: str, palette: dict[str, str]) -> bool:
    return colour in palette or bool(HEX.fullmatch(colour))
