"""The designs that come with the product: each is a folder with its boxes and colours (design.json) and its art (SVG).

In the art `{{name}}` stands for a colour of the palette, and `{{name-20}}` for a fifth of it on the paper's colour.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cache

from blueprints.certificates.design import PAGES, Box, Design
from core.paper import TEMPLATES

FOLDER = TEMPLATES / "certificates"
_COLOUR = re.compile(r"\{\{(\w+?)(?:-(\d+))?\}\}")
HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Template:
    """One built-in design: its names, the way up of its page, its colours (always ink, accent, second and paper), its boxes.

    Words stay between the edges of `frame` (left, top, right, bottom); `note` is the top left corner of what a specimen says there.
    """

    key: str
    name_th: str
    name_en: str
    page: str
    palette: dict[str, str]
    boxes: tuple[Box, ...]
    frame: tuple[float, float, float, float]
    note: tuple[float, float]
    art: str
    emblem: str

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page in millimetres."""
        return PAGES[self.page]


@cache
def templates() -> dict[str, Template]:
    """The built-in designs by key, in the order in which people choose among them."""
    found = [_read(path.parent.name, json.loads(path.read_text(encoding="utf-8"))) for path in FOLDER.glob("*/design.json")]
    return {template.key: template for _position, template in sorted(found, key=lambda one: one[0])}


def _read(key: str, data: dict) -> tuple[int, Template]:
    folder = FOLDER / key
    emblem = folder / "emblem.svg"
    return data["position"], Template(
        key, data["name_th"], data["name_en"], data["page"], data["palette"], tuple(Box.from_json(box) for box in data["boxes"]),
        tuple(data["frame"]), tuple(data["note"]),
        (folder / "background.svg").read_text(encoding="utf-8"),
        (emblem if emblem.exists() else FOLDER / "formal" / "emblem.svg").read_text(encoding="utf-8"))


def template_of(design: Design) -> Template:
    """The built-in design that this one began with. Raises KeyError when there is none of that name."""
    return templates()[design.template]


def resolved(design: Design) -> Design:
    """The same with the boxes and colours that its template lends it: what is kept, so that a later product prints it alike."""
    template = template_of(design)
    return replace(design, boxes=design.boxes or template.boxes, palette=template.palette | design.palette)


def coloured(art: str, palette: dict[str, str]) -> str:
    """The art with the palette's colours, without its comments."""
    return _COLOUR.sub(lambda found: _tint(palette[found[1]], int(found[2] or 100), palette["paper"]), art)


def _tint(colour: str, percent: int, paper: str) -> str:
    mixed = (round(int(paper[i:i + 2], 16) + (int(colour[i:i + 2], 16) - int(paper[i:i + 2], 16)) * percent / 100) for i in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in mixed)
