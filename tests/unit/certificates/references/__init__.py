"""How each built-in design looks: kept pictures, and a comparison that sees a moved or missing word and not another smoothing of edges.

`python -m tests.unit.certificates.references` renews the pictures after a design was changed on purpose: look at each before it is kept.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from blueprints.certificates.design import Design
from blueprints.certificates.facts import Facts
from tests.unit.certificates.conftest import HARD_NAMES, SIGNATORIES, make_facts, signature_pictures
from tests.unit.certificates.reading import image

FOLDER = Path(__file__).parent
DPI, COLOURS = 64, 64
SHADES = 64  # of 255 that a pixel may be off the darkest or lightest of its neighbours
PIXELS = 8  # that may be further off


def subject(key: str) -> tuple[Design, Facts]:
    """What the kept picture of a design shows."""
    facts = make_facts(1, HARD_NAMES[0], replaces="กสอ.ศภ.1 0009/2562")
    return Design(template=key, signatories=SIGNATORIES), replace(facts, place="โรงแรมในจังหวัดเชียงใหม่")


def pictured(pdf: bytes) -> Image.Image:
    return image(pdf, dpi=DPI)


def keep(key: str, picture: Image.Image) -> None:
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{key}.png", optimize=True)


def kept(key: str) -> Image.Image:
    return Image.open(FOLDER / f"{key}.png").convert("RGB")


def differing(one: Image.Image, other: Image.Image) -> int:
    """How many pixels of either picture are like none of those around the same place in the other."""
    if one.size != other.size:
        return one.width * one.height
    return max(_strangers(one, other), _strangers(other, one))


def same(one: Image.Image, other: Image.Image) -> bool:
    return differing(one, other) <= PIXELS


def _strangers(one: Image.Image, other: Image.Image) -> int:
    lighter = ImageChops.subtract(one, other.filter(ImageFilter.MaxFilter(3)))
    darker = ImageChops.subtract(other.filter(ImageFilter.MinFilter(3)), one)
    off = ImageChops.lighter(lighter, darker).point(lambda value: 255 * (value > SHADES))
    bands = off.split()
    return ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2]).histogram()[255]


def load(sha256: str) -> bytes:
    """The made-up signatures."""
    pictures = {hashlib.sha256(png).hexdigest(): png for png in signature_pictures()}
    return pictures[sha256]
