"""How wide a text is in a font, and how large it may be: fitting without rendering.

A width is the sum of HarfBuzz's advances, which is what Pango sums too; Thai vowels and tone marks
above or below a consonant advance by nothing.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import uharfbuzz as hb


class Fitted(NamedTuple):
    """A text broken into lines that fit their box when set at `size` points."""

    lines: tuple[str, ...]
    size: float


@cache
def _font(font_file: Path) -> tuple[hb.Font, int]:
    face = hb.Face(font_file.read_bytes())
    return hb.Font(face), face.upem


@lru_cache(maxsize=4096)
def text_width(text: str, font_file: Path, size: float = 1.0) -> float:
    """The text's width on one line, in the unit of `size` (points in, points out)."""
    font, upem = _font(font_file)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    return sum(glyph.x_advance for glyph in buffer.glyph_positions or ()) * size / upem


def undrawable(text: str, *font_files: Path) -> str:
    """The characters of `text`, each once and in order, that not every one of the fonts can draw."""
    fonts = [_font(file)[0] for file in font_files]
    return "".join(char for char in dict.fromkeys(text) if not all(font.get_nominal_glyph(ord(char)) for font in fonts))


def fit_size(text: str, font_file: Path, size: float, max_width: float, min_size: float) -> float:
    """The largest size in points, from `size` down to `min_size`, at which the text fits on one line.

    `max_width` is in points. At `min_size` the text may still be too wide: `fit_lines` then breaks it.
    """
    width = text_width(text, font_file)
    return max(min_size, min(size, max_width / width)) if width else size


def fit_lines(text: str, font_file: Path, size: float, max_width: float, min_size: float) -> Fitted:
    """The text on one line shrunk down to `min_size`, else on two lines; it never overflows.

    Two lines break at the space (between title, first and last name) that leaves the longer line
    shortest, or inside a text without spaces at a cluster. When even these are too wide at `min_size`
    they shrink further: a small name is better than one that is cut.
    """
    if text_width(text, font_file, min_size) <= max_width:
        return Fitted((text,), fit_size(text, font_file, size, max_width, min_size))
    lines = min(_halves(text), key=lambda halves: _widest(halves, font_file))
    return Fitted(lines, min(size, max_width / _widest(lines, font_file)))


def count_lines(text: str, font_file: Path, size: float, max_width: float) -> int:
    """How many lines the text takes, with room for lines that break before they are full."""
    return -int(-text_width(text, font_file, size) // (max_width * 0.94)) if text else 0


def fit_name(text: str, font_file: Path, size: float, max_width: float, max_height: float, min_size: float, leading: float,
             most: int = 2) -> Fitted:
    """As `fit_lines`, and no higher than `max_height`: a name that would be smaller than `min_size` on one line gets two, and three
    if there may be so many and it is larger on them."""
    two = fit_lines(text, font_file, size, max_width, min_size)
    found = [Fitted(two.lines, min(two.size, max_height / (len(two.lines) * leading)))]
    if most > 2 and len(two.lines) == 2 and (thirds := [(text[:i], *rest) for i, char in enumerate(text) if char == " " and i
                                                       for rest in _halves(text[i + 1:]) if " " in text[i + 1:]]):
        lines = min(thirds, key=lambda parts: _widest(parts, font_file))
        found.append(Fitted(lines, min(size, max_width / _widest(lines, font_file), max_height / (3 * leading))))
    return max(found, key=lambda fitted: fitted.size)


def fit_paragraph(text: str, font_file: Path, size: float, max_width: float, max_height: float, leading: float) -> float:
    """The largest size in points, from `size` down in steps of a quarter, at which the wrapped text stays within its box.

    What is not a space is taken to break anywhere, as Thai does between words, with a sixth of each line left empty for it.
    """
    while size > 2 and _wrapped_lines(text, font_file, size, max_width) * size * leading > max_height:
        size -= 0.25
    return size


def _wrapped_lines(text: str, font_file: Path, size: float, max_width: float) -> int:
    lines, used = 1, 0.0
    space = text_width(" ", font_file, size)
    for word in text.split():
        width = text_width(word, font_file, size)
        if used and used + space + width <= max_width:
            used += space + width
            continue
        lines += bool(used)
        more = -int(-width // (max_width * 0.84)) - 1 if width > max_width else 0
        lines, used = lines + more, width - more * max_width * 0.84 if more else width
    return lines


def _widest(lines: tuple[str, ...], font_file: Path) -> float:
    return max(text_width(line, font_file) for line in lines)


def _halves(text: str) -> list[tuple[str, str]]:
    """Every way to break the text in two: at spaces, else between clusters."""
    at_spaces = [(text[:i], text[i + 1 :]) for i, char in enumerate(text) if char == " " and 0 < i < len(text) - 1]
    return at_spaces or [(text[:i], text[i:]) for i in range(1, len(text)) if _breakable(text, i)] or [(text, "")]


def _breakable(text: str, i: int) -> bool:
    """Whether a cluster starts at i: no mark, sara am or sara aa leads a line, no leading vowel ends one."""
    return not unicodedata.category(text[i]).startswith("M") and text[i] not in "ะาำๅๆฯ" and text[i - 1] not in "เแโใไ"
