"""From a design and facts to what stands where, at which size. Lengths are points.

A certificate is a static layer, equal for a whole issue, under a personal one (name, organisation, number, QR code).
Both are positioned absolutely, so either can be rendered without the other and nothing moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueprints.certificates.design import Box, Design, Load, Paragraph
from blueprints.certificates.words import filled
from core.paper import MM, data_uri
from core.pdf import FONTS, font_file
from thai.fitting import count_lines, fit_lines, fit_size, text_width

STEP, SMALLEST = 0.04, 0.3  # paragraphs shrink together by so much, and no further than that; then they stay as they are
ONE_LINE, TWO_LINES = 0.66, 0.75  # a name that would be smaller than that on one line gets two, set so large
NARROW = 45 * MM  # of a signatory; where there is less, a second row begins
SIGNATURE_WIDTH = 78 * MM
INK_HEIGHT = 13.5 * MM
BELOW_INK = 22.5 * MM  # dots, name, position and acting-for line
NAME_HEIGHT = 6.6 * MM  # dots and name
GUTTER = 3 * MM  # between two signatories
POSITION_LEADING = 1.3


@dataclass(frozen=True)
class Line:
    """A paragraph as it is set: its text with line breaks where the layout decides, the width it wraps to, from its box's left edge."""

    text: str
    size: float
    left: float
    width: float
    before: float
    height: float
    paragraph: Paragraph

    @property
    def wraps(self) -> bool:
        """Whether it breaks where it is full, rather than where its text says."""
        return self.paragraph.lines == 0 and "\n" not in self.text


@dataclass(frozen=True)
class Placed:
    """A box with what it shows: the lines of a text begin at `top`, below the box's upper edge."""

    box: Box
    top: float = 0.0
    lines: tuple[Line, ...] = ()


def place(box: Box, known: Mapping[str, str]) -> Placed:
    """The words of a text box, set as large as they may be and as small as they must be to stay in it."""
    said = [(paragraph, text) for paragraph in box.paragraphs if (text := filled(paragraph.text, known))]
    width, height, scale = box.width * MM, box.height * MM, 1.0
    while True:
        lines = [_set(text, paragraph, paragraph.size * scale, width, box, paragraph.before * scale * bool(n))
                 for n, (paragraph, text) in enumerate(said)]
        used = sum(line.before + line.height for line in lines)
        if used <= height or scale < SMALLEST:
            break
        scale -= STEP
    spare = max(0.0, height - used)
    return Placed(box, {"top": 0.0, "middle": spare / 2, "bottom": spare}[box.valign], tuple(lines))


def font_of(paragraph: Paragraph) -> tuple[str, int]:
    """The family and the nearest weight that we have of it."""
    weights = [weight for family, weight in FONTS if family == paragraph.family]
    return paragraph.family, min(weights, key=lambda weight: (abs(weight - paragraph.weight), weight))


def _set(text: str, paragraph: Paragraph, size: float, width: float, box: Box, before: float) -> Line:
    font = font_file(*font_of(paragraph))
    room = width - paragraph.spacing * len(text)
    if paragraph.caps:
        text = text.upper()
    indent = 0.0
    if paragraph.lines == 0:
        count = count_lines(text, font, size, room)
        if count == 2 and (halves := _halves(text, font, size, room)):
            text = halves
        elif count > 1:  # lines of about equal length
            room = min(room, text_width(text, font, size) / count * 1.2)
            indent = {"left": 0.0, "center": (width - room) / 2, "right": width - room}[box.align]
            width = room
    elif paragraph.lines == 1:
        size, count = fit_size(text, font, size, room, 1), 1
    else:
        fitted = fit_lines(text, font, size, room, size * ONE_LINE)
        count = len(fitted.lines)
        text, size = "\n".join(fitted.lines), min(fitted.size, size if count == 1 else size * TWO_LINES)
    return Line(text, size, indent, width, before, count * size * box.leading, paragraph)


def _halves(text: str, font: Path, size: float, width: float) -> str:
    """Two lines that break where the words have a space, if both fit; else nothing, and the line breaks between Thai words."""
    fitted = fit_lines(text, font, size, width, size)
    return "\n".join(fitted.lines) if " " in text and fitted.size == size else ""


def signatures(design: Design, box: Box, load: Load) -> list[dict[str, Any]]:
    """The signatories from left to right, each in an equal share of its row, all names at one size and all positions at one."""
    people = design.signatories
    rows = _rows(len(people), box.width * MM)
    height = box.height * MM / max(1, len(rows))
    ink = min(INK_HEIGHT, max(6 * MM, height - BELOW_INK))
    share = [box.width * MM / count for count in rows for _ in range(count)]
    if box.align == "left":
        share = [min(SIGNATURE_WIDTH + GUTTER, one) for one in share]
    widths = [min(SIGNATURE_WIDTH, one - GUTTER) for one in share]
    names = [fit_size(f"({one.name})", font_file("Sarabun", 400), 12.5, width - 1 * MM, 1) for one, width in zip(people, widths, strict=True)]
    positions = [[line for line in (one.position, one.acting_for) if line] for one in people]
    largest = min([10.5 if max(rows, default=0) < 3 else 9.2, *(name * 0.92 for name in names)])
    size = _position_size(positions, widths, largest, height - ink - NAME_HEIGHT)
    places = [(row, column) for row, count in enumerate(rows) for column in range(count)]
    return [
        {"left": share[n] * column + (share[n] - widths[n]) / 2 * (box.align != "left"), "top": height * row, "width": widths[n], "ink": ink,
         "image": data_uri(load(one.image_sha256)) if one.image_sha256 else None, "name": f"({one.name})", "alt": one.name,
         "name_size": min(names), "size": size,
         "positions": [{"text": line, "width": _even(line, size, widths[n])} for line in positions[n]]}
        for n, (one, (row, column)) in enumerate(zip(people, places, strict=True))
    ]


def _position_size(positions: Sequence[Sequence[str]], widths: Sequence[float], size: float, height: float) -> float:
    """The size, or as much less as it takes, at which what stands below every name stays in `height`."""
    while size > 4 and any(sum(_line_count(line, size, width) for line in lines) * size * POSITION_LEADING > height
                           for lines, width in zip(positions, widths, strict=True)):
        size -= 0.2
    return size


def _line_count(text: str, size: float, width: float) -> int:
    """How many lines a position takes: in a narrow place Thai words leave more of a line empty."""
    font = font_file("Sarabun", 400)
    return 1 if text_width(text, font, size) < width * 0.99 else max(2, count_lines(text, font, size, width * 0.9))


def _even(text: str, size: float, width: float) -> float:
    """The width at which the text fills its lines about equally."""
    count = _line_count(text, size, width)
    return min(width, text_width(text, font_file("Sarabun", 400), size) / count * 1.2) if count > 1 else width


def _rows(count: int, width: float) -> Sequence[int]:
    """How many stand in each row: one row where there is room, else two, the fuller one first."""
    if count <= 1 or width / count >= NARROW or count < 3:
        return [count] if count else []
    return [count - count // 2, count // 2]
