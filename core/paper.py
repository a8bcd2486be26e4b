"""What every printed paper is made with: its templates, letters that our fonts can draw, pictures inside the file."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pikepdf import ObjectStreamMode, Pdf, String

from core.pdf import FONTS, font_file
from thai.fitting import fit_name, fit_paragraph, fit_size, undrawable
from thai.text import normalise

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "print"
MM = 72 / 25.4  # points
LEADING = 1.32
#: Lines of a cell of a table, and the class for the size of its letters.
Cell = tuple[tuple[str, ...], str]


@cache
def environment(folder: Path) -> Environment:
    """The templates of one kind of paper; a name that is not given is an error."""
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def squeezed(html: str) -> str:
    """The same without blanks between elements: each would be laid out as text."""
    return re.sub(r">\s+<", "><", html)


def data_uri(picture: bytes, media_type: str = "image/png") -> Markup:
    """A picture as an address that holds it."""
    return Markup(f"data:{media_type};base64," + base64.b64encode(picture).decode())


@lru_cache(maxsize=4096)
def drawable(text: str) -> tuple[str, str]:
    """The text as it can be printed, and the characters that were left out because not every weight of Sarabun has them."""
    text = normalise(text)
    missing = undrawable(text, *(font_file(*key) for key in FONTS if key[0] == "Sarabun"))
    return normalise("".join(char for char in text if char not in missing)), missing


def join(parts: Sequence[Path], out: Path, title: str = "") -> None:
    """One file at `out` of the pages of all parts, in their order. What the parts share stays in it once a part."""
    with Pdf.open(parts[0]) as whole:
        for part in parts[1:]:
            with Pdf.open(part) as pdf:
                whole.pages.extend(pdf.pages)
        if title:
            whole.docinfo.Title = String(title)
        whole.save(out, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)


def wrapped_cell(text: str, size: float, width: float, height: float, weight: int = 400, leading: float = LEADING) -> Cell:
    """The text, wrapped by the renderer, at the size at which it stays in its cell. `width` is in mm, `height` in points."""
    return (text,), _size_class(fit_paragraph(text, font_file("Sarabun", weight), size, width * MM, height, leading) if text else size)


def name_cell(text: str, size: float, width: float, height: float) -> Cell:
    """A name on one line or, broken between its parts, on two or three."""
    fitted = fit_name(text, font_file("Sarabun", 400), size, width * MM, height, 8.5, LEADING, 3)
    return fitted.lines, _size_class(fitted.size)


def line_cell(lines: tuple[str, ...], size: float, width: float) -> Cell:
    """Lines that are not broken."""
    return lines, _size_class(min(fit_size(line, font_file("Sarabun", 400), size, width * MM, 1) for line in lines))


def size_classes() -> str:
    """The style sheet of the classes that cells have."""
    return "".join(f".s{n}{{font-size:{n / 4}pt}}" for n in range(4, 52))


def _size_class(size: float) -> str:
    return f"s{int(size * 4)}"
