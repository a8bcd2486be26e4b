"""A report as a workbook: a sheet for each table, numbers that can be counted with, words that never become formulas."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from flask_babel import gettext as _

from blueprints.reports.document import Document, Facts, Heading, Kind, Level, Row, Table, Text, Value, shown
from core.locale import language, local
from thai.text import normalise, normalise_lines

_LONGEST = 32_767  # characters that a cell holds
_NAME = 31  # UTF-16 units of a sheet's name
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_FIRST = 1  # the line of the headings; the title stands above it
_SETTINGS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
             "remove_timezone": True, "default_format_properties": {"font_name": "Sarabun", "font_size": 11}}
_BANDS = {Level.PART: {"bold": True, "bg_color": "#f4f5f8"}, Level.WHOLE: {"bold": True, "top": 1, "bg_color": "#eceef3"}}


def xlsx_of_document(document: Document, zone: str | ZoneInfo) -> bytes:
    """The report in the reader's language: contents, the figures and sentences, then a sheet for each table in its order.

    Moments are on the clock of `zone`. Numbers and days stay such and only look Thai where the report has Thai digits.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _SETTINGS) as book:
        book.set_properties({"title": normalise(document.title)})
        _Writer(book, document, zone).write()
    return file.getvalue()


def sheet_names(titles: Iterable[str]) -> list[str]:
    """A name for each sheet: legal, within 31 UTF-16 units, whole letters, no two the same."""
    names: list[str] = []
    for title in titles:
        name = _NOT_IN_NAMES.sub(" ", normalise(title)).replace("'", "’")
        name, number = _cut(normalise(name), _NAME) or "–", 1
        base = name
        while name.casefold() in {"history", *(one.casefold() for one in names)}:
            number += 1
            name = f"{_cut(base, _NAME - len(f' ({number})'))} ({number})"
        names.append(name)
    return names


def _cut(text: str, units: int) -> str:
    """The beginning of the text that fits; no mark is parted from its letter."""
    end = len(text)
    while len(text[:end].encode("utf-16-le")) > units * 2 or (end < len(text) and unicodedata.category(text[end])[0] == "M"):
        end -= 1
    return text[:end].rstrip()


class _Writer:
    """One workbook in the making."""

    def __init__(self, book: xlsxwriter.Workbook, document: Document, zone: str | ZoneInfo) -> None:
        self.book, self.document, self.zone = book, document, zone
        self.thai_digits = document.thai_digits
        self._formats: dict[Any, Any] = {}

    def write(self) -> None:
        """Every sheet of it."""
        tables = list(self.document.tables())
        told = any(isinstance(block, Text | Facts) for block in self.document.blocks)
        first = [_("Contents"), *([_("Summary")] if told else [])]
        names = sheet_names([*first, *(table.title for table in tables)])
        titles = [*first[1:], *(self._words(table.title) for table in tables)]
        self._contents(names, titles)
        if told:
            self._summary(names[1])
        for name, table in zip(names[len(first):], tables, strict=True):
            self._table(name, table)

    def _contents(self, names: list[str], titles: list[str]) -> None:
        sheet = self._sheet(names[0], [6, 80])
        sheet.write_string(0, 0, self._words(self.document.title), self._format(bold=True, font_size=16))
        row = 1
        for row, line in enumerate(self.document.lines, 1):
            sheet.write_string(row, 0, self._words(line))
        sheet.write_string(row + 2, 0, names[0], self._format(bold=True, font_size=13))
        for number, (name, title) in enumerate(zip(names[1:], titles, strict=True), 1):
            sheet.write_number(row + 2 + number, 0, number, self._format(num_format=self._number("#,##0"), align="center"))
            target = name.replace("'", "''")
            sheet.write_url(row + 2 + number, 1, f"internal:'{target}'!A1", self._format(font_color="#26357a", underline=1), title[:255])

    def _summary(self, name: str) -> None:
        sheet = self._sheet(name, [44, 16, 60])
        row = 0
        for block in self.document.blocks:
            if isinstance(block, Heading):
                sheet.write_string(row, 0, self._words(block.text), self._format(bold=True, font_size=16 - 2 * block.level))
                row += 1
            elif isinstance(block, Text):
                sheet.merge_range(row, 0, row, 2, "", self._format(text_wrap=True, valign="top"))
                text = self._words(block.text)
                sheet.write_string(row, 0, text, self._format(text_wrap=True, valign="top"))
                sheet.set_row(row, 16 * (1 + sum(_width(line) // 115 for line in text.splitlines()) + text.count("\n")))
                row += 1
            elif isinstance(block, Facts):
                for fact in block.facts:
                    sheet.write_string(row, 0, self._words(fact.label), self._format(text_wrap=True, valign="top"))
                    self._cell(sheet, row, 1, fact.value, fact.kind, Level.ITEM)
                    sheet.write_string(row, 2, self._words(fact.hint), self._format(text_wrap=True, valign="top", font_color="#555555"))
                    row += 1
                row += 1

    def _table(self, name: str, table: Table) -> None:
        sheet = self._sheet(name, [self._column_width(table, column) for column in range(len(table.columns))],
                            landscape=sum(column.weight for column in table.columns) > 12)
        sheet.set_header("&L&A")
        sheet.repeat_rows(_FIRST)
        sheet.freeze_panes(_FIRST + 1, 1)
        sheet.write_string(0, 0, self._words(table.title), self._format(bold=True, font_size=13))
        for column, heading in enumerate(table.columns):
            sheet.write_string(_FIRST, column, self._words(heading.heading), self._format(
                bold=True, text_wrap=True, valign="top", border=1, bg_color="#e3e6f0", align="left" if heading.kind is Kind.WORDS else "center"))
        line = _FIRST
        for line, row in enumerate(table.rows, _FIRST + 1):
            for column, (value, heading) in enumerate(zip(row.cells, table.columns, strict=True)):
                self._cell(sheet, line, column, value, heading.kind, row.level)
        if _sortable(table.rows):
            sheet.autofilter(_FIRST, 0, _FIRST + sum(row.level is Level.ITEM for row in table.rows), len(table.columns) - 1)
        if table.note:
            sheet.write_string(line + 2, 0, self._words(table.note), self._format(italic=True, font_color="#555555"))

    def _cell(self, sheet: Any, row: int, column: int, value: Value, kind: Kind, level: Level) -> None:
        if isinstance(value, str):
            value = self._words(value, kind)
        if value is None or value == "":
            sheet.write_blank(row, column, None, self._format(level, border=1))
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, local(value, self.zone), self._format(level, num_format=self._day("d mmm yyyy hh:mm"), border=1))
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._format(level, num_format=self._day("d mmm yyyy"), border=1, align="left"))
        elif isinstance(value, int | Decimal):
            sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value, self._format(
                level, num_format=self._number(_figures(value, kind)), border=1, valign="top"))
        else:
            sheet.write_string(row, column, value, self._format(level, text_wrap=True, valign="top", border=1))

    def _words(self, text: str, kind: Kind = Kind.WORDS) -> str:
        """A text as a cell can hold it."""
        text = normalise_lines(text)
        text = shown(text, kind, self.thai_digits) if text else ""
        return text if len(text.encode("utf-16-le")) <= _LONGEST * 2 else _cut(text, _LONGEST - 1) + "…"

    def _number(self, pattern: str) -> str:
        """A number's format; D is the numeral shape of Thai digits, 041E the Thai language."""
        return f"[$-D00041E]{pattern}" if self.thai_digits else pattern

    def _day(self, pattern: str) -> str:
        """A day's format: 07 is the Buddhist calendar, 0D and 01 are Thai and Arabic digits."""
        if language() == "en":
            return f"[$-D000809]{pattern}" if self.thai_digits else f"[$-809]{pattern}"
        return f"[$-D07041E]{pattern}" if self.thai_digits else f"[$-107041E]{pattern}"

    def _column_width(self, table: Table, column: int) -> float:
        """Room for the longest of the first lines and for the heading on three lines; longer words are wrapped."""
        words = (_width(line) for row in table.rows[:200] for line in shown(row.cells[column], table.columns[column].kind).splitlines())
        return min(60, 2 + max(7, _width(table.columns[column].heading) / 3, *words))

    def _sheet(self, name: str, widths: Iterable[float], landscape: bool = False) -> Any:
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_paper(9)  # A4
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&R&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def _format(self, level: Level = Level.ITEM, **properties: Any) -> Any:
        key = (level, *sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": "Sarabun", **properties, **_BANDS.get(level, {})})
        return self._formats[key]


def _figures(value: int | Decimal, kind: Kind) -> str:
    """As many decimals as the value has, as `shown` writes it."""
    places = max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0
    return f"#,##0{'.' * bool(places)}{'0' * places}" + ('" %"' if kind is Kind.PERCENT else "")


def _sortable(rows: tuple[Row, ...]) -> bool:
    """Whether lines may change places: sums stand only at the end."""
    levels = [row.level for row in rows]
    items = levels.count(Level.ITEM)
    return items > 0 and all(level is Level.ITEM for level in levels[:items])


def _width(text: str) -> int:
    """Columns that a text takes: Thai marks above and below take none."""
    return sum(unicodedata.category(char) != "Mn" for char in text)
