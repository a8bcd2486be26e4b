"""Rows as a file that a spreadsheet opens: CSV or a workbook. Texts stay texts, so no cell becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from flask import Response

from core.locale import local, when

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def csv_of(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One line each, in UTF-8 with a byte-order mark, without which Excel garbles Thai. No cell can be a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_plain(when(cell) if isinstance(cell, datetime) else cell) for cell in row])
    return file.getvalue().encode("utf-8-sig")


def xlsx_of(headings: Sequence[str], rows: Iterable[Sequence[Any]], zone: str, wide: Collection[int] = ()) -> bytes:
    """A workbook with a frozen, filtered heading; every text is a text, so that Excel keeps the 0 of a telephone number.

    Moments are on the clock of `zone`; `wide` are the columns that need more room.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                      "strings_to_numbers": False, "remove_timezone": True})
    sheet = book.add_worksheet()
    bold, moment = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "d/m/yyyy hh:mm"})
    day = book.add_format({"num_format": "d/m/yyyy"})
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, 28 if column in wide else 18)
        sheet.write_string(0, column, heading, bold)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(last, column, local(cell, zone), moment)
            elif isinstance(cell, date):
                sheet.write_datetime(last, column, cell, day)
            elif isinstance(cell, int):
                sheet.write_number(last, column, cell)
            elif cell:
                sheet.write_string(last, column, cell)
    sheet.freeze_panes(1, 0)
    if headings:
        sheet.autofilter(0, 0, last, len(headings) - 1)
    book.close()
    return file.getvalue()


def download(data: bytes, name: str, kind: str) -> Response:
    """The file as an answer to be saved; nobody on the way keeps a copy."""
    response = Response(data, content_type=_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
