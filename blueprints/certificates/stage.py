"""A design as the designer's stage draws it: the boxes with their lines, as large as the paper sets them. Plain values for JSON."""

from __future__ import annotations

from typing import Any

from blueprints.certificates import layout, words
from blueprints.certificates.design import Box, Design
from blueprints.certificates.facts import Facts
from blueprints.certificates.markup import colour_of


def drawn(design: Design, facts: Facts) -> dict[str, Any]:
    """Every box that is printed, in millimetres; lines in points."""
    known = words.values(design, facts)
    return {"boxes": [_box(design, box, known) for box in design.boxes]}


def _box(design: Design, box: Box, known: dict[str, str]) -> dict[str, Any]:
    shown = {"name": box.name, "kind": box.kind, "x": box.x, "y": box.y, "width": box.width, "height": box.height, "align": box.align,
             "hidden": box.hidden, "colour": colour_of(design, box.colour)}
    if box.kind == "signatures":
        return shown | {"people": [one.name for one in design.signatories]}
    if box.kind != "text":
        return shown
    placed = layout.place(box, known)
    return shown | {"top": placed.top, "leading": box.leading, "lines": [
        {"text": line.text, "size": line.size, "left": line.left, "width": line.width, "before": line.before, "wraps": line.paragraph.lines == 0,
         "weight": layout.font_of(line.paragraph)[1], "family": line.paragraph.family, "spacing": line.paragraph.spacing,
         "colour": colour_of(design, line.paragraph.colour)} for line in placed.lines]}
