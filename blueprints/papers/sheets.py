"""From people to the HTML of sign-in sheets and name lists: tables whose pages are counted here, not found by the renderer.
Pure. Lengths in points unless they say mm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from blueprints.papers.facts import Guest, Occasion, chunks
from core.paper import MM, TEMPLATES, environment, line_cell, name_cell, size_classes, squeezed, wrapped_cell
from core.pdf import font_file
from core.qr import qr_data_uri
from thai.fitting import fit_paragraph

FOLDER = TEMPLATES / "papers"
ROWS, ROWS_AT_END = 21, 17  # of a sign-in sheet's page; the last page has room for the total and the signature
NAMES = 30  # lines of a name list's page
PAGES = 10  # of one document
# Widths in mm as in sheet.css, less the padding of a cell: name, position, organisation and what follows it.
_WIDTHS = {1: (42.4, 26.4, 34.4, 19.4), 2: (39.4, 23.4, 29.4, 19.4)}  # by the columns for signatures
_NAMES = {False: (60.4, 38.4, 52.4, 26.4), True: (82.4, 56.4, 0, 38.4)}  # whether under headings of enterprises
_ROW, _LINE = 10.2 * MM, 7.2 * MM


def sign_in(people: Sequence[Guest], occasion: Occasion, blank: int) -> Iterator[str]:
    """Documents of the sign-in sheet of one day, with `blank` rows for people who are not on the list."""
    rows = [_signing(n, guest, occasion) for n, guest in enumerate(people, 1)]
    rows += [{"number": occasion.digits(n)} for n in range(len(people) + 1, len(people) + blank + 1)]
    pages = _pages(rows)
    for first in range(0, len(pages), PAGES):
        yield _document("sheet.html", occasion, heading=f"ใบลงทะเบียน {occasion.part}".rstrip(), columns=occasion.columns,
                        pages=_numbered(pages, first, occasion), last=first + PAGES >= len(pages), total=occasion.digits(len(people)))


def _pages(rows: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    """Pages of ROWS; the last has at least one row and room for what stands at the end."""
    pages = [list(page) for page in chunks(rows, ROWS)] or [[]]
    if len(pages[-1]) > ROWS_AT_END:
        pages[-1:] = [pages[-1][:ROWS_AT_END], pages[-1][ROWS_AT_END:]]
    return pages


def _signing(number: int, guest: Guest, occasion: Occasion) -> dict[str, object]:
    name, position, organisation, phone = _WIDTHS[occasion.columns]
    return {
        "number": occasion.digits(number), "qr": qr_data_uri(guest.row_code, scale=1) if guest.row_code else "",
        "cells": [name_cell(guest.name, 10.5, name, _ROW), wrapped_cell(guest.position, 9, position, _ROW),
                  wrapped_cell(guest.organisation, 9, organisation, _ROW),
                  line_cell(tuple(guest.phone.replace(" ต่อ ", "\nต่อ ").split("\n")), 9, phone)],
        "signatures": guest.signatures[:occasion.columns]}


def names(people: Sequence[Guest], occasion: Occasion, *, by_enterprise: bool) -> Iterator[str]:
    """Documents of the list of names: as they come, or under the heading of each enterprise with how many come from it."""
    lines = list(_grouped(people, occasion) if by_enterprise else (_named(n, guest, occasion, False) for n, guest in enumerate(people, 1)))
    pages = _kept_together(lines)
    for first in range(0, len(pages), PAGES):
        yield _document("names.html", occasion, heading="รายชื่อผู้เข้าร่วม", pages=_numbered(pages, first, occasion),
                        by_enterprise=by_enterprise, last=first + PAGES >= len(pages), total=occasion.digits(len(people)))


def _named(number: int, guest: Guest, occasion: Occasion, grouped: bool) -> dict[str, object]:
    name, position, organisation, category = _NAMES[grouped]
    middle = [] if grouped else [wrapped_cell(guest.organisation, 9.5, organisation, _LINE)]
    return {"number": occasion.digits(number), "cells": [name_cell(guest.name, 10.5, name, _LINE), wrapped_cell(guest.position, 9.5, position, _LINE),
                                                         *middle, wrapped_cell(guest.category, 9, category, _LINE)]}


def _grouped(people: Sequence[Guest], occasion: Occasion) -> Iterator[dict[str, object]]:
    number = 0
    for enterprise, group in groupby(people, key=lambda guest: guest.group):
        members = list(group)
        count = f"({occasion.digits(len(members))} คน)"
        yield {"enterprise": wrapped_cell(enterprise or "ไม่ระบุหน่วยงาน", 11, 150, _LINE, 600), "count": count}
        for guest in members:
            number += 1
            yield _named(number, guest, occasion, True)


def _kept_together(lines: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    """Pages of NAMES lines; a heading does not stand last on one."""
    pages: list[list[dict[str, object]]] = [[]]
    for line in lines:
        if len(pages[-1]) == NAMES or ("enterprise" in line and len(pages[-1]) >= NAMES - 1):
            pages.append([])
        pages[-1].append(line)
    return pages


def _numbered(pages: Sequence[list], first: int, occasion: Occasion) -> list[tuple[str, list]]:
    """Each page of a document with what stands at its foot."""
    return [(f"หน้า {occasion.digits(n)} จาก {occasion.digits(len(pages))}", page)
            for n, page in enumerate(pages[first:first + PAGES], first + 1)]


def _document(template: str, occasion: Occasion, **given: object) -> str:
    place = f"ณ {occasion.place}" if occasion.place else ""
    heads = [(text, fit_paragraph(text, font_file("Sarabun", weight), size, 150 * MM, height * MM, 1.3), style)
             for text, weight, size, height, style in ((occasion.title, 600, 12.5, 12.5, "event"), (place, 400, 10.5, 5.5, "place"),
                                                       (occasion.hosts, 400, 9.5, 5, "hosts")) if text]
    return squeezed(environment(FOLDER).get_template(template).render(occasion=occasion, heads=heads, **given))


def sheet_css() -> str:
    """The style sheet of sign-in sheets and name lists, with a class for each size of letters."""
    return (FOLDER / "sheet.css").read_text(encoding="utf-8") + size_classes()
