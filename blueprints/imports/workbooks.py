"""Workbooks as people send them: bytes in, sheets of rows of plain text out. No database.

XLSX by its values (a formula's is the one that was last computed), merged cells filled; CSV in UTF-8, UTF-16 or Windows-874, with
commas, semicolons or tabs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l

from core.errors import Refused
from thai.text import holds_national_id, normalise

MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 20_000, 100, 1_000
Cell = str | None
#: Stands where a national ID number stood: it is never kept.
TAKEN_OUT = "•••••••••••••"


class Unreadable(Refused):
    message = _l("This file cannot be read. Please save it as an Excel workbook (.xlsx) or as CSV, and choose it again.")
    field = "file"


class OldWorkbook(Unreadable):
    message = _l("This is a workbook in an old or different format. Please open it in Excel, save it as .xlsx and choose it again.")


class Locked(OldWorkbook):
    message = _l("This workbook is protected by a password. Please save it without the password and choose it again.")


class WebPage(Unreadable):
    message = _l("This file is a web page with the name of a workbook. Please open it in Excel, save it as .xlsx and choose that file.")


class TooBig(Refused):
    message = _l("This file is too big: up to 20,000 rows and 8 MB. Please split it and import the parts one after the other.")
    field = "file"


class Empty(Refused):
    message = _l("There is nothing in this file.")
    field = "file"


@dataclass(frozen=True)
class Sheet:
    """A sheet's name and its rows, all of one width; row 1 of the file is `rows[0]`.

    `hidden_rows` are the numbers of rows that the workbook does not show; `uncomputed` counts formulas without a value.
    """

    name: str
    rows: list[list[Cell]] = field(repr=False)
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    uncomputed: int = 0


def read(data: bytes) -> list[Sheet]:
    """The sheets that hold something, by content whatever the file is called. Raises kinds of `Unreadable`, `TooBig`, `Empty`."""
    from blueprints.imports import csvfiles, xlsxfiles  # each stands on this module

    if len(data) > MOST_BYTES:
        raise TooBig
    if not data.strip():
        raise Empty
    found = [sheet for sheet in (xlsxfiles.read(data) if xlsxfiles.is_one(data) else csvfiles.read(data)) if sheet.rows]
    if not found:
        raise Empty
    return found


def add_row(rows: list[list[Cell]], values: list[Any]) -> None:
    """Add a row of plain text. Raises `TooBig`."""
    if len(rows) >= MOST_ROWS + 50:  # titles and totals do not count
        raise TooBig
    rows.append([plain(value) for value in values[:MOST_COLUMNS]])


def squared(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Without empty rows at the end, every row as wide as the widest that holds something."""
    width = max((max((n for n, cell in enumerate(row, 1) if cell is not None), default=0) for row in rows), default=0)
    whole = [[*row[:width], *[None] * (width - len(row))] for row in rows]
    while whole and not any(cell is not None for cell in whole[-1]):
        whole.pop()
    return whole


def plain(value: Any) -> Cell:
    """A cell as one line of text: whole numbers without a point, days as 17/7/2563, without the apostrophe that our export, and
    Excel, put before what looks like a formula; a national ID number is taken out."""
    if value is None:
        return None
    if isinstance(value, datetime | date):
        return _day(value)
    if isinstance(value, time):
        return f"{value:%H.%M}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = re.sub(r"^'(?=[=+\-@'])", "", normalise(str(value)[:LONGEST_CELL]))
    return TAKEN_OUT if holds_national_id(text) else text or None


def _day(value: date) -> str:
    """A year from 2400 was typed as a Buddhist one."""
    clock = f" {value:%H.%M}" if isinstance(value, datetime) and (value.hour or value.minute) else ""
    return f"{value.day}/{value.month}/{value.year if value.year >= 2400 else value.year + 543}{clock}"
