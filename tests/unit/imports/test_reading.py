"""A folder of ugly workbooks: every person in it is found, and nothing that we must not have."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask

from blueprints.imports import headings, rows, workbooks
from blueprints.imports.headings import NATIONAL_ID
from tests.unit.imports.ugly import FOLDER, text, xlsx
from thai.text import fold


def people(data: bytes) -> list[rows.Row]:
    sheets = workbooks.read(data)
    sheet, found = max(((sheet, headings.find(sheet.rows)) for sheet in sheets), key=lambda pair: len(pair[1].columns) if pair[1] else -1)
    assert found is not None
    return rows.parse(sheet.rows, found.last + 1, found.columns, {fold("ผู้ประกอบการ"): 7}, 1)


@pytest.mark.parametrize("name", list(FOLDER))
def test_everyone_is_found(app: Flask, name: str) -> None:
    data, expected = FOLDER[name]
    with app.test_request_context():
        found = people(data)
    assert [row.problems for row in found] == [{}] * len(expected)
    assert [{key: getattr(row.details, key) for key in wanted} for row, wanted in zip(found, expected, strict=True)] == expected
    assert "1101700230708" not in repr(found)


def test_each_cell_has_its_own_error(app: Flask) -> None:
    with app.test_request_context():
        found = people(xlsx([["ชื่อ", "อีเมล", "โทร", "ประเภท"], [None, "x@", "12", "ไม่มี"], ["ก" * 101, None, None, "ผู้ประกอบการ"]]))
    assert [set(row.problems) for row in found] == [{"name", "email", "phone", "category"}, {"first_name"}]
    assert found[1].details.category_id == 7


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(3):
            archive.writestr(f"xl/{n}", b"0" * 50_000_000)
    return file.getvalue()


@pytest.mark.parametrize(("data", "fact"), [
    (b"", workbooks.Empty), (text([["", ""], ["", ""]]), workbooks.Empty), (b"PK\x03\x04 broken", workbooks.Unreadable),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old or locked", workbooks.OldWorkbook), (b"x" * (workbooks.MOST_BYTES + 1), workbooks.TooBig),
    (text([["ชื่อ"]] + [["ก"]] * (workbooks.MOST_ROWS + 100)), workbooks.TooBig), (b"\x00\x01\x02\x00", workbooks.Unreadable)])
def test_what_cannot_be_read_says_so(data: bytes, fact: type[Exception]) -> None:
    with pytest.raises(fact):
        workbooks.read(data)


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked() -> None:
    with pytest.raises(workbooks.TooBig):
        workbooks.read(bomb())


@pytest.mark.parametrize(("label", "field"), [
    ("ชื่อ - สกุล", "name"), ("ชื่อ–สกุล", "name"), ("เบอร์โทรศัพท์ที่ติดต่อได้", "phone"), ("E-Mail Address", "email"), ("ลำดับ", None),
    ("เลขประจำตัวประชาชน 13 หลัก", NATIONAL_ID), ("ชื่อสถานประกอบการ", "organisation"), ("ตำแหน่งปัจจุบัน", "position"), ("ความเห็น", None)])
def test_headings(label: str, field: str | None) -> None:
    assert headings.field_of(label) == field
