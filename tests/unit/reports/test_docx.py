"""A report as a text to edit, read back."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
from docx.oxml.ns import qn
from flask import Flask
from hypothesis import HealthCheck, given, settings
from PIL import Image

from blueprints.reports.document import Document, shown
from blueprints.reports.docx import docx_of_document
from blueprints.reports.layout import pieces
from core.locale import in_language
from tests.unit.reports.documents import HARD, documents, sample
from thai.text import normalise_lines


def read(document: Document) -> Any:
    return docx.Document(io.BytesIO(docx_of_document(document)))


def cells(table: Any) -> list[list[str]]:
    """The texts of a table; python-docx takes very long for them."""
    def text(cell: Any) -> str:
        return "".join("\n" if part.tag == qn("w:br") else part.text or "" for part in cell.iter(qn("w:t"), qn("w:br")))

    return [[text(cell) for cell in row.iter(qn("w:tc"))] for row in table._tbl.iter(qn("w:tr"))]


def expected(document: Document) -> list[list[list[str]]]:
    found = []
    for table in document.tables():
        for piece in pieces(table, 0, 10**6) if table.rows else []:
            found.append([[normalise_lines(shown(row.cells[column], table.columns[column].kind, document.thai_digits)) or "–"
                           for column in piece.columns] for row in piece.rows])
    return found


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents())
def test_every_cell_of_any_report_is_found_again(app: Flask, document: Document) -> None:
    tables = [table for table in read(document).tables if table.style.name == "Report Table"]
    assert [cells(table)[1:] for table in tables] == expected(document)


def test_headings_captions_and_repeated_rows(app: Flask) -> None:
    file = read(sample())
    assert [(one.style.name, one.text) for one in file.paragraphs if one.style.name.startswith("Heading")] == [
        ("Heading 1", "บทสรุป"), ("Heading 2", "ตาราง"), ("Heading 1", "ตารางกว้าง")]
    captions = [one.text for one in file.paragraphs if one.style.name == "Caption"]
    assert captions[:3] == ["ตารางที่ 1  ตาราง: ยาก/มาก?", "แผนภูมิ", "ตารางที่ 2  หน่วยงานและงาน"] and captions[3].endswith("(ต่อ)")
    hard = file.tables[1]
    assert cells(hard)[0] == ["ชื่อ", "จำนวน", "เฉลี่ย", "ร้อยละ", "วันที่", "รหัส"] and [row[0] for row in cells(hard)][1:4] == list(HARD[:3])
    assert hard._tbl.findall(f".//{qn('w:tblHeader')}") and len(hard._tbl.findall(f".//{qn('w:tblHeader')}")) == 1
    assert cells(file.tables[0]) == [["ผู้เข้าร่วม", "1,234", "จาก 1,500"], ["ร้อยละ", "80.25 %", ""]]


def test_fields_for_contents_and_pages(app: Flask) -> None:
    file = read(sample())
    codes = [one.text.strip() for one in file.element.iter(qn("w:instrText"))]
    assert codes[0] == r'TOC \o "1-2" \h \z \u' and codes.count("SEQ Table") == 4
    assert [one.text.strip() for one in file.sections[0].footer._element.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    assert file.sections[0].different_first_page_header_footer and not file.sections[1].different_first_page_header_footer


def test_broad_tables_stand_on_broad_pages(app: Flask) -> None:
    shapes = [section.page_width > section.page_height for section in read(sample()).sections]
    assert shapes == [False, True, False]


def test_thai_has_its_font_and_size_and_language(app: Flask) -> None:
    styles = read(sample()).styles
    for name, size in (("Normal", "32"), ("Heading 1", "48"), ("Table Text", "24")):
        look = styles[name].element.rPr
        assert look.find(qn("w:rFonts")).get(qn("w:cs")) == "TH Sarabun New" and look.find(qn("w:szCs")).get(qn("w:val")) == size
    assert styles["Heading 1"].element.rPr.find(qn("w:bCs")) is not None
    assert styles.element.find(f".//{qn('w:rPrDefault')}").find(f".//{qn('w:lang')}").get(qn("w:bidi")) == "th-TH"


def test_a_chart_is_a_picture_with_words_for_who_cannot_see_it(app: Flask) -> None:
    data = docx_of_document(sample())
    about = read(sample()).element.find(f".//{qn('wp:docPr')}")
    assert about.get("descr") == "แผนภูมิ"
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        name = next(one for one in parts.namelist() if one.startswith("word/media/"))
        picture = Image.open(io.BytesIO(parts.read(name)))
        assert 1250 < picture.width < 1270 and len(picture.getcolors()) > 2  # 160 mm at 200 dpi


def test_thai_digits_and_english(app: Flask) -> None:
    file = read(sample(thai_digits=True))
    assert "ตารางที่ ๑  ตาราง: ยาก/มาก?" in [one.text for one in file.paragraphs] and cells(file.tables[0])[0][1] == "๑,๒๓๔"
    assert all(section._sectPr.find(qn("w:pgNumType")).get(qn("w:fmt")) == "thaiNumbers" for section in file.sections)
    with in_language("en"):
        assert "Table 1  ตาราง: ยาก/มาก?" in [one.text for one in read(sample()).paragraphs]


def test_emblems_stand_on_the_cover(app: Flask) -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(file, "PNG")
    assert len(read(Document("ก", (), (), emblems=(file.getvalue(),) * 2)).inline_shapes) == 2
