"""From people to the HTML of badges and table tents. Pure; texts are measured here, so nothing is ever cut. Lengths in points
unless they say mm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from blueprints.papers.facts import Guest, Occasion, Size, chunks
from core.paper import MM, TEMPLATES, environment, squeezed
from core.pdf import font_file
from core.qr import qr_data_uri
from thai.fitting import Fitted, fit_name, fit_paragraph, fit_size

FOLDER = TEMPLATES / "papers"
CHUNK = 96  # people in one document: whole pages of every size; more need more memory and are no faster
NAME_LEADING, LEADING = 1.42, 1.4
_TENT = (180 * MM, 62 * MM)  # the room for the name on one half


@dataclass(frozen=True)
class _Room:
    """Where the texts of a badge stand: sizes in points, boxes in mm less than the badge's width, heights in mm."""

    title: tuple[float, float, float]  # size, margin to both sides, height
    name: tuple[float, float, float, float]  # size, smallest on one line, margin, height
    latin: tuple[float, float]  # size, margin
    organisation: tuple[float, float, float]
    category: tuple[float, float]


_CARD = _Room((7.5, 8, 6.6), (25, 15.5, 8, 15), (8.5, 33), (9.5, 33, 14.6), (11.5, 8))
_A6 = _Room((12.5, 16, 19), (36, 25, 12, 33), (14, 14), (15, 14, 19.5), (19, 12))


def badges(people: Sequence[Guest], occasion: Occasion, size: Size) -> Iterator[str]:
    """Documents of pages with badges, in the order of `people`: from left to right, from top to bottom."""
    for chunk in chunks(people, CHUNK):
        pages = [[_place(n, size) | _badge(guest, occasion, size) for n, guest in enumerate(page)] for page in chunks(chunk, size.per_page)]
        yield _document("badges.html", title=occasion.title, pages=pages, marks=_marks(size), kind="a6" if size.large else "card",
                        alone=size.page is None)


def badge_css(size: Size) -> str:
    """The style sheet of badges of one size."""
    width, height = size.sheet
    return (f"@page{{size:{width}mm {height}mm;margin:0}}.page{{width:{width}mm;height:{height}mm}}"
            f".badge{{width:{size.width}mm;height:{size.height}mm}}" + _css("badges.css"))


def tents(people: Sequence[Guest], occasion: Occasion) -> Iterator[str]:
    """Documents of table tents: one A4 page each, to be folded in the middle, the name on either side."""
    font, regular = font_file("Sarabun", 700), font_file("Sarabun", 400)
    for chunk in chunks(people, CHUNK):
        yield _document("tents.html", title=occasion.title, event=_line(occasion.title, 400, 13, _TENT[0]), people=[{
            "name": (name := fit_name(guest.name, font, 72, *_TENT, 52, NAME_LEADING)).lines, "size": name.size, "top": _above(name, _TENT[1]),
            "position": _line(guest.position, 400, 22, _TENT[0]), "colour": guest.colour,
            "organisation": guest.organisation,
            "organisation_size": fit_paragraph(guest.organisation, regular, 22, _TENT[0], 22 * MM, LEADING)} for guest in chunk])


def tent_css() -> str:
    """The style sheet of table tents."""
    return _css("tents.css")


def _css(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _document(template: str, **given: object) -> str:
    return squeezed(environment(FOLDER).get_template(template).render(**given))


def _place(n: int, size: Size) -> dict[str, float]:
    """Left and top of the `n`th badge of a page, in mm, all of them in the middle of the page."""
    left, top = _origin(size)
    row, column = divmod(n, size.columns)
    return {"left": left + column * size.width, "top": top + row * size.height}


def _origin(size: Size) -> tuple[float, float]:
    width, height = size.sheet
    return (width - size.columns * size.width) / 2, (height - size.rows * size.height) / 2


def _marks(size: Size) -> list[tuple[float, float, float, float]]:
    """Where the paper is cut, as left, top, width, height in mm: short lines in the margin, where there is one."""
    left, top = _origin(size)
    width, height = size.sheet
    marks: list[tuple[float, float, float, float]] = []
    if left >= 5:
        marks += [(x, top + row * size.height - 0.05, 4.0, 0.1) for row in range(size.rows + 1) for x in (left - 5, width - left + 1)]
    if top >= 5:
        marks += [(left + column * size.width - 0.05, y, 0.1, 4.0) for column in range(size.columns + 1) for y in (top - 5, height - top + 1)]
    return marks


def _badge(guest: Guest, occasion: Occasion, size: Size) -> dict[str, object]:
    room, wide = _A6 if size.large else _CARD, size.width
    bold, regular = font_file("Sarabun", 700), font_file("Sarabun", 400)
    points, least, margin, height = room.name
    name = fit_name(guest.name, bold, points, (wide - margin) * MM, height * MM, least, NAME_LEADING)
    title_size, title_margin, title_height = room.title
    title_margin += 13 if guest.vip else 0
    organisation_size, organisation_margin, organisation_height = room.organisation
    return {
        "title": occasion.title,
        "title_size": fit_paragraph(occasion.title, font_file("Sarabun", 600), title_size, (wide - title_margin) * MM, title_height * MM, 1.35),
        "name": name.lines, "name_size": name.size, "name_top": _above(name, height * MM),
        "latin": _line(guest.name_en, 400, room.latin[0], (wide - room.latin[1]) * MM),
        "organisation": guest.organisation,
        "organisation_size": fit_paragraph(guest.organisation, regular, organisation_size, (wide - organisation_margin) * MM,
                                           organisation_height * MM, LEADING),
        "category": _line(guest.category, 600, room.category[0], (wide - room.category[1]) * MM),
        "colour": guest.colour, "vip": guest.vip, "qr": Markup(qr_data_uri(guest.ticket, scale=1)),
    }


def _above(name: Fitted, height: float) -> float:
    """The blank over a name that stands in the middle of its box."""
    return max(0.0, (height - len(name.lines) * name.size * NAME_LEADING) / 2)


def _line(text: str, weight: int, size: float, width: float) -> tuple[str, float]:
    """A text with the size at which it stays on one line of `width`."""
    return text, fit_size(text, font_file("Sarabun", weight), size, width, 1)
