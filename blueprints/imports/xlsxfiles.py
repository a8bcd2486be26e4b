"""Excel workbooks (.xlsx), read row by row, so that a large one takes little memory."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from blueprints.imports.workbooks import MOST_COLUMNS, MOST_ROWS, Cell, Locked, OldWorkbook, Sheet, TooBig, Unreadable, add_row, squared

_OLD = b"\xd0\xcf\x11\xe0"
_MOST_BYTES = 120 * 1024 * 1024  # unpacked
_BLANK_ROWS = 2_000  # so many in a row, and the sheet is over
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row (?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_UNCOMPUTED = re.compile(rb"<(?:\w+:)?f[ >][^<]*</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>")


def is_one(data: bytes) -> bool:
    """Whether this is a workbook of Excel, old or new, rather than text."""
    return data.startswith((b"PK", _OLD))


def read(data: bytes) -> list[Sheet]:
    """Its sheets. Raises kinds of `Unreadable`."""
    if data.startswith(_OLD):
        raise Locked if "EncryptedPackage".encode("utf-16-le") in data else OldWorkbook
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive)
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            return [_sheet(sheet, archive) for sheet in book.worksheets]
    except (Unreadable, TooBig):
        raise
    except Exception as broken:  # whatever a damaged archive makes of the reader
        raise Unreadable from broken


def _check(archive: zipfile.ZipFile) -> None:
    """Nothing that unpacks beyond measure, and no XML that defines its own words."""
    if sum(part.file_size for part in archive.infolist()) > _MOST_BYTES:
        raise TooBig
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        raise OldWorkbook if names & {"mimetype", "xl/workbook.bin", "Index/Document.iwa"} else Unreadable
    for name in names:
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as part:
                if b"<!DOCTYPE" in part.read(2_000):
                    raise Unreadable


def _sheet(sheet: Any, archive: zipfile.ZipFile) -> Sheet:
    raw = archive.read(sheet._worksheet_path)  # what reading row by row leaves out: merged cells and hidden rows
    hidden = sorted(int(number) for number in _HIDDEN_ROW.findall(raw))
    merged = _Merged(_MERGED.findall(raw))
    sheet.reset_dimensions()  # some programs write wrong ones
    rows: list[list[Cell]] = []
    for number, values in _rows(sheet):
        add_row(rows, merged.fill(number, values))
    rows = squared(rows)
    shown = tuple(number for number in hidden if number <= len(rows) and any(rows[number - 1]))
    return Sheet(sheet.title, rows, sheet.sheet_state != "visible", shown, len(_UNCOMPUTED.findall(raw)))


def _rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    blank = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        blank = 0 if any(value is not None for value in values) else blank + 1
        if blank > _BLANK_ROWS:
            return
        yield number, list(values[:MOST_COLUMNS])


class _Merged:
    """Merged cells: what stands in the first stands in all. A block higher than the rows that may be read is cut."""

    def __init__(self, found: list[bytes]) -> None:
        self.starts: dict[int, list[tuple[int, int, int]]] = {}
        self.going_on: list[tuple[int, int, int, Any]] = []
        for ref in found[:MOST_ROWS]:
            left, top, right, bottom = range_boundaries(ref.decode())
            self.starts.setdefault(top, []).append((left - 1, min(right, MOST_COLUMNS), bottom))

    def fill(self, number: int, values: list[Any]) -> list[Any]:
        self.going_on = [block for block in self.going_on if block[2] >= number]
        for left, right, bottom in self.starts.get(number, ()):
            if left < len(values) and values[left] is not None:
                self.going_on.append((left, right, bottom, values[left]))
        for left, right, _, value in self.going_on:
            values.extend([None] * (right - len(values)))
            values[left:right] = [value] * (right - left)
        return values
