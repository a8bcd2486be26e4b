"""A report as a PDF, read back: every word, every number, page numbers, bookmarks."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from pikepdf import Pdf

from blueprints.reports import layout
from blueprints.reports.document import Column, Document, Heading, Kind, PageBreak, Row, Table, Text
from blueprints.reports.layout import Piece
from blueprints.reports.paper import pdf_of_document, write_pdf
from core.paper import drawable
from tests.unit.reports.documents import HARD, documents, sample, wide


def pages(data: bytes) -> list[str]:
    """The text of each page without blanks, for cells wrap."""
    with pypdfium2.PdfDocument(data) as pdf:
        return [squeezed(page.get_textpage().get_text_range()) for page in pdf]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\ufffe\u00ad]+", "", text)


@pytest.fixture(scope="module")
def printed(whole_app: Flask) -> list[str]:
    with whole_app.app_context():
        return pages(pdf_of_document(sample()))


def test_every_word_and_number_is_on_paper(printed: list[str]) -> None:
    body = "".join(printed[2:])
    for word in HARD:
        kept = "".join(squeezed(drawable(line)[0]) for line in word.splitlines())
        assert kept in body
    assert "good😀" not in body and "goodmorning" in body  # no font of ours has the face
    assert "12,345" in body and "12.50%" in body and "17ก.ค.63" in body and "80.25%" in body and "จาก1,500" in body


def test_cover_contents_and_numbers_of_pages(printed: list[str]) -> None:
    assert printed[0].startswith("รายงานสรุปผล<โครงการ>สำนักงานสาขาน้ำตาลทราย") and "หน้า" not in printed[0]
    assert f"หน้า2จาก{len(printed)}" in printed[1] and f"หน้า{len(printed)}จาก{len(printed)}" in printed[-1]
    for text in ("บทสรุป", "ตารางกว้าง", "ตารางที่2หน่วยงานและงาน", "ตารางที่4ว่าง"):
        page = int(re.search(re.escape(text) + r"(\d+?)(?=[ก-๙]|$|รายงาน|หน้า)", printed[1])[1])  # type: ignore[index]
        assert text in printed[page - 1]


def test_a_broad_matrix_goes_on_behind_its_first_column(printed: list[str]) -> None:
    whole = "".join(printed)
    parts = [page for page in printed[2:] if "ตารางที่2" in page]
    assert len(parts) > 1 and "(ต่อ)" not in parts[0] and all("(ต่อ)" in page and "หน่วยงาน" in page for page in parts[1:])
    assert all(f"{row * 100 + n:,}" in whole for row in range(45) for n in range(40))


def test_thai_digits_everywhere_but_in_codes(app: Flask) -> None:
    text = pages(pdf_of_document(sample(thai_digits=True)))
    assert "ตารางที่๑" in text[1] and f"หน้า{'๒'}จาก" in text[1] and "๑๒,๓๔๕" in "".join(text)
    assert not re.search("[0-9]", re.sub(r"K-\d+", "", "".join(text)))


def test_readers_show_the_headings_beside_the_pages(app: Flask, tmp_path: Path) -> None:
    with Pdf.open(write_pdf(sample(), tmp_path)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["บทสรุป", "ตารางกว้าง"] and outline.root[0].children[0].title == "ตาราง"
        assert str(pdf.docinfo.Title) == "รายงานสรุปผล <โครงการ>"
        assert pdf.pages.index(outline.root[1].destination[0]) == 4  # type: ignore[index]


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents())
def test_any_report_can_be_printed(app: Flask, document: Document) -> None:
    assert pages(pdf_of_document(document))


def test_a_long_table_is_drawn_in_parts_that_lose_nothing(app: Flask) -> None:
    table = Table("long", "ยาว", (Column("ก", Kind.WORDS),), tuple(Row((f"แถว {n}",)) for n in range(layout.CHUNK * 2 + 7)))
    parts = [item for _broad, chunk in layout.chunks([Heading("ก"), table]) for item in chunk if isinstance(item, Piece)]
    assert [len(part.rows) for part in parts] == [layout.CHUNK, layout.CHUNK, 7] and [part.first for part in parts] == [True, False, False]
    assert [row for part in parts for row in part.rows] == list(table.rows)
    assert all(sum(len(item.rows) for item in chunk if isinstance(item, Piece)) <= layout.CHUNK + 1 for _b, chunk in layout.chunks([table, table]))


def test_columns_are_kept_in_order_and_fit_the_page() -> None:
    found = layout.pieces(wide(60, 2), 1)
    assert [column for piece in found for column in piece.columns[1:]] == list(range(1, 61))
    assert all(piece.columns[0] == 0 and abs(sum(piece.widths) - layout.BROAD) < 1 and piece.broad for piece in found)


def test_headings_stand_on_the_page_of_their_table_and_no_page_is_blank(app: Flask) -> None:
    blocks = [Heading("ก"), Text("ข"), PageBreak(), PageBreak(), Heading("ค"), Heading("ง", 2), wide(30, 1), PageBreak()]
    found = list(layout.sections(blocks))
    assert [broad for broad, _items in found] == [False, True] and [type(item) for item in found[0][1]] == [Heading, Text]
    printed = pages(pdf_of_document(Document("โครงการ", (), tuple(blocks))))
    assert all(re.sub(r"โครงการ|หน้า\d+จาก\d+", "", page) for page in printed[1:])
