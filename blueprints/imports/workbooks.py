"""Workbooks as people send them: bytes in, sheets of plain rows out. No database.

XLSX by openpyxl; CSV in UTF-8, UTF-16 or Windows-874, with commas, semicolons or tabs. A cell is text, a number, a date or None.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from core.errors import Refused

MOST_BYTES = 8 * 1024 * 1024
MOST_UNPACKED = 120 * 1024 * 1024  # a workbook is a zip archive: its contents may be far larger
MOST_ROWS, MOST_COLUMNS = 20_000, 100
Cell = str | int | float | date | datetime | time | bool | None


class Unreadable(Refused):
    message = _l("This file cannot be read. Please save it as an Excel workbook (.xlsx) or as CSV, and choose it again.")
    field = "file"


class OldWorkbook(Refused):
    message = _l("This is an old Excel file (.xls), or one with a password. Please open it in Excel, save it as .xlsx without a password, "
                 "and choose it again.")
    field = "file"


class TooBig(Refused):
    message = _l("This file is too big: up to 20,000 rows and 8 MB. Please split it and import the parts one after the other.")
    field = "file"


class Empty(Refused):
    message = _l("There is nothing in this file.")
    field = "file"


@dataclass(frozen=True)
class Sheet:
    """A sheet's name and its rows, all of one width; row 1 of the file is `rows[0]`."""

    name: str
    rows: list[list[Cell]]


def read(data: bytes) -> list[Sheet]:
    """The visible sheets that hold something, by content whatever the file is called.

    Raises `Unreadable`, `OldWorkbook`, `TooBig`, `Empty`.
    """
    if len(data) > MOST_BYTES:
        raise TooBig
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise OldWorkbook
    sheets = _xlsx(data) if data.startswith(b"PK\x03\x04") else [Sheet("CSV", _csv(data))]
    sheets = [Sheet(sheet.name, _squared(sheet.rows)) for sheet in sheets]
    found = [sheet for sheet in sheets if sheet.rows]
    if not found:
        raise Empty
    return found


def _xlsx(data: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
                raise TooBig
        book = load_workbook(io.BytesIO(data), data_only=True)  # a formula is what it last came to
    except Refused:
        raise
    except Exception as error:  # whatever a broken archive does to its reader
        raise Unreadable from error
    return [Sheet(sheet.title, _rows(sheet)) for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _rows(sheet: Worksheet) -> list[list[Cell]]:
    if sheet.max_row > MOST_ROWS + 50 and any(sheet.cell(row, 1).value for row in range(MOST_ROWS, MOST_ROWS + 50)):
        raise TooBig
    width = min(sheet.max_column or 0, MOST_COLUMNS)
    rows = [[_cell(value) for value in row] for row in
            sheet.iter_rows(max_row=min(sheet.max_row, MOST_ROWS + 50), max_col=width, values_only=True)]
    for area in sheet.merged_cells.ranges:  # what is written once over several cells stands in each
        value = rows[area.min_row - 1][area.min_col - 1] if area.min_row <= len(rows) and area.min_col <= width else None
        for row in range(area.min_row - 1, min(area.max_row, len(rows))):
            for column in range(area.min_col - 1, min(area.max_col, width)):
                rows[row][column] = value
    return rows


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _csv(data: bytes) -> list[list[Cell]]:
    text = _text(data)
    if "\x00" in text:
        raise Unreadable
    first = text[:5000]
    separator = max(",;\t", key=lambda one: sum(min(line.count(one), 30) for line in first.splitlines()))
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append([_unquoted(cell.strip()) or None for cell in row[:MOST_COLUMNS]])
            if len(rows) > MOST_ROWS + 50:
                raise TooBig
    except csv.Error as error:
        raise Unreadable from error
    return rows


def _unquoted(cell: str) -> str:
    """Without the apostrophe that our export, and Excel, put before what looks like a formula."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@" else cell


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp874"):  # Windows-874 is what Excel in Thailand saves as CSV
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable


def _squared(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Without empty rows at the end, every row as wide as the widest that holds something."""
    width = max((max((n for n, cell in enumerate(row, 1) if cell is not None), default=0) for row in rows), default=0)
    squared = [[*row[:width], *[None] * (width - len(row))] for row in rows]
    while squared and not any(cell is not None for cell in squared[-1]):
        squared.pop()
    return squared
