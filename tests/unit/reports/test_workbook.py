"""A report as a workbook, read back with another library."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape  # Excel does it itself, and openpyxl not for texts that stand in their cells

from blueprints.reports.document import Document, Kind, Table, Value, shown
from blueprints.reports.workbook import sheet_names, xlsx_of_document
from core.locale import in_language, local
from tests.unit.reports.documents import HARD, documents, sample
from thai.text import normalise_lines

ZONE = "Asia/Bangkok"


def read(document: Document) -> Workbook:
    return load_workbook(io.BytesIO(xlsx_of_document(document, ZONE)))


def expected(value: Value, kind: Kind, thai_digits: bool) -> object:
    if isinstance(value, datetime):
        return local(value, ZONE).replace(tzinfo=None, microsecond=local(value, ZONE).microsecond // 1000 * 1000)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a cell knows no zone
    if isinstance(value, str):
        text = normalise_lines(value)
        return shown(text, kind, thai_digits) if text else None
    return float(value) if isinstance(value, Decimal) else value


def assert_cells(book: Workbook, name: str, table: Table, thai_digits: bool) -> None:
    sheet = book[name]
    for line, row in enumerate(table.rows, 3):
        for column, value in enumerate(row.cells):
            cell, due = sheet.cell(line, column + 1), expected(value, table.columns[column].kind, thai_digits)
            assert cell.data_type != "f"
            if isinstance(due, datetime):
                assert abs((cell.value - due).total_seconds()) < 1
            else:
                assert (unescape(cell.value) if isinstance(due, str) else cell.value) == due


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents())
def test_every_cell_of_any_report_is_found_again(app: Flask, document: Document) -> None:
    book, tables = read(document), list(document.tables())
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames) >= len(tables) + 1
    for name, table in zip(book.sheetnames[len(book.sheetnames) - len(tables):], tables, strict=True):
        assert_cells(book, name, table, document.thai_digits)


def test_a_sheet_for_each_table_after_contents_and_summary(app: Flask) -> None:
    book = read(sample())
    assert book.sheetnames == ["สารบัญ", "สรุป", "ตาราง ยาก มาก", "หน่วยงานและงาน", "เวลา", "ว่าง"]
    assert book["สารบัญ"]["A1"].value == "รายงานสรุปผล <โครงการ>" and book["สารบัญ"]["B7"].hyperlink.location == "'ตาราง ยาก มาก'!A1"
    summary = [tuple(cell.value for cell in row) for row in book["สรุป"].iter_rows()]
    assert ("ผู้เข้าร่วม", 1234, "จาก 1,500") in summary and ("มีผู้เข้าร่วม 120 คน\nจาก 20 กิจการ", None, None) in summary
    assert [cell.value for cell in book["ตาราง ยาก มาก"][2]] == ["ชื่อ", "จำนวน", "เฉลี่ย", "ร้อยละ", "วันที่", "รหัส"]


def test_numbers_look_as_on_the_page(app: Flask) -> None:
    sheet = read(sample())["ตาราง ยาก มาก"]
    assert [cell.number_format for cell in sheet[3]][1:5] == ["#,##0", "#,##0", '#,##0.00" %"', "[$-107041E]d mmm yyyy"]
    assert sheet.cell(3 + len(HARD), 3).number_format == "#,##0.00" and sheet.cell(3 + len(HARD), 1).font.bold
    with in_language("en"):
        assert read(sample())["ตาราง ยาก มาก"]["E3"].number_format == "[$-809]d mmm yyyy"


def test_thai_digits_are_a_matter_of_looks_and_never_of_codes(app: Flask) -> None:
    book = read(sample(thai_digits=True))
    sheet = book["ตาราง ยาก มาก"]
    assert sheet["B4"].value == 1 and sheet["B4"].number_format == "[$-D00041E]#,##0"
    assert sheet["E3"].number_format == "[$-D07041E]d mmm yyyy"
    assert sheet["A5"].value == "+๖๖ ๘๑" and sheet["F4"].value == "K-1" and book["สารบัญ"]["A3"].value == "ปีงบประมาณ พ.ศ. ๒๕๖๓"


@pytest.mark.parametrize(("titles", "names"), [
    (["a/b", "a?b", "A:B"], ["a b", "a b (2)", "A B (3)"]), (["History", "", "'q'"], ["History (2)", "–", "’q’"]),
    (["😀" * 20], ["😀" * 15]), (["ก" * 30 + "กี่", "ก" * 31], ["ก" * 30, "ก" * 31]), (["x" * 40, "x" * 41], ["x" * 31, "x" * 27 + " (2)"]),
])
def test_names_of_sheets_are_legal_and_unique(titles: list[str], names: list[str]) -> None:
    assert sheet_names(titles) == names


def test_sums_in_between_take_the_filter_away(app: Flask) -> None:
    assert read(sample())["ตาราง ยาก มาก"].auto_filter.ref == f"A2:F{2 + len(HARD)}"  # and not the line of the sum
