"""Sign-in sheets and name lists as files: every person once, headings on each page, codes that are read back, nothing cut."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from blueprints.checkin.rowcodes import read_row_code
from blueprints.papers.facts import Guest, Occasion
from blueprints.papers.sheets import ROWS, ROWS_AT_END, _pages, names, sheet_css, sign_in

from .conftest import HARD_NAMES, MM, POSITIONS, SECRET, guest, letters, plain, rendered, texts

HEADS = ("ลำดับ", "ชื่อ–สกุล", "ตำแหน่ง", "หน่วยงาน", "โทรศัพท์", "ลายมือชื่อ", "หมายเหตุ")


def inside(page: pypdfium2.PdfPage, bottom: float = 5) -> bool:
    return all(left >= 8 and right <= 202 and bottom < low and high < 291 for left, low, right, high in letters(page))


@pytest.mark.parametrize("columns", [1, 2])
def test_a_sheet_has_every_person_and_the_heading_on_each_page(columns: int, people: list[Guest], occasion: Occasion) -> None:
    files = rendered(sign_in(people * 2, replace(occasion, columns=columns), 12), sheet_css())
    said, pages = texts(files), [page for file in files for page in file]
    assert len(said) == 3  # of 42 rows two pages are full, and the second has no room for the signature
    assert all(page.get_size() == pytest.approx((210 * MM, 297 * MM), abs=0.02) and inside(page) for page in pages)
    for text in said:
        assert all(plain(head) in text for head in (*HEADS, occasion.title, occasion.date, occasion.time, occasion.place))
        assert ("เช้า" in text and "บ่าย" in text) is (columns == 2)
    together = "".join(said)
    for one in people:
        assert all(together.count(plain(text)) >= 2 for text in (one.name, one.organisation, one.position) if text), one
    assert "รวมผู้มีรายชื่อ30คน" in said[-1] and "ผู้รับรอง" in said[-1] and "ผู้รับรอง" not in said[0]


def test_row_codes_are_read_from_the_paper(people: list[Guest], occasion: Occasion) -> None:
    (file,) = rendered(sign_in(people, occasion, 0), sheet_css())
    found = zxingcpp.read_barcodes(file[0].render(scale=300 / 72).to_pil().convert("L"))
    assert {code.text for code in found} == {one.row_code for one in people}
    assert {read_row_code(code.text, SECRET) for code in found} == {(12, 1_000_000 + n) for n in range(len(people))}


def test_a_signature_is_drawn_in_its_own_cell(occasion: Occasion) -> None:
    signed = guest(1, signatures=("M10 10L590 190", "")), guest(2, signatures=("", "M10 10L590 190"))
    (file,) = rendered(sign_in([*signed, guest(3)], occasion, 0), sheet_css())
    boxes = [tuple(edge / MM for edge in thing.get_bounds()) for thing in file[0].get_objects() if thing.type == 2]
    strokes = [box for box in boxes if 15 < box[2] - box[0] < 23 and 5.5 < box[3] - box[1] < 8]
    (first, second) = sorted(strokes, key=lambda box: -box[1])
    assert first[0] > 144 and first[2] < 166.1 and second[0] > 166 and second[2] < 188.1
    assert (first[1] + first[3]) / 2 - (second[1] + second[3]) / 2 == pytest.approx(10.8, abs=0.1)


def test_thai_digits_are_a_choice_and_telephones_stay_as_they_are_dialled(people: list[Guest], occasion: Occasion) -> None:
    thai = replace(occasion, thai_digits=True)
    (said,) = texts(rendered(sign_in(people[:3], thai, 2), sheet_css()))
    assert "๓" in said and "รวมผู้มีรายชื่อ๓คน" in said and "หน้า๑จาก๑" in said and "053245361" in said
    assert "รวม๓คน" in texts(rendered(names(people[:3], thai, by_enterprise=False), sheet_css()))[0]


def test_a_thousand_rows_repeat_their_heading(occasion: Occasion) -> None:
    folks = [guest(n, f"{HARD_NAMES[n % 6]} {n}") for n in range(1000)]
    files = rendered(sign_in(folks, occasion, 0), sheet_css())
    said = texts(files)
    assert len(said) == 48 and all(all(head in text for head in map(plain, HEADS)) for text in said)
    assert all(20 <= text.count("053245361") <= 25 for text in said[:-1])
    together = "".join(said)
    assert [one.name for one in folks if plain(one.name) not in together] == []
    assert "หน้า48จาก48" in said[-1] and "รวมผู้มีรายชื่อ1000คน" in said[-1]


@given(st.integers(0, 2000))
def test_pages_hold_every_row_in_order_and_the_last_has_room_for_the_signature(count: int) -> None:
    rows = [{"number": str(n)} for n in range(count)]
    pages = _pages(rows)
    assert [row for page in pages for row in page] == rows
    assert all(len(page) == ROWS for page in pages[:-2]) and len(pages[-1]) <= ROWS_AT_END
    assert count == 0 or all(pages)


@pytest.mark.parametrize("columns", [1, 2])
def test_texts_stay_in_their_rows(columns: int, occasion: Occasion) -> None:
    """Each letter lies within one row of the table: none runs over a line between two."""
    folks = [guest(n, name, position=POSITIONS[0], organisation=organisation) for n, (name, organisation) in enumerate(
        (name, guest(k).organisation) for name in HARD_NAMES for k in range(4))]
    (file,) = rendered(sign_in(folks, replace(occasion, columns=columns), ROWS), sheet_css())
    head = 10 if columns == 2 else 5
    for page in list(file)[:3]:
        lines = [297 - 41 - head - 10.8 * n for n in range(ROWS + 1)]
        boxes = [box for box in letters(page) if box[3] < lines[0] and box[1] > lines[-1]]
        assert len(boxes) > 200
        assert [box for box in boxes for line in lines if box[1] + 0.3 < line < box[3] - 0.3] == []


def test_names_by_enterprise_stand_under_headings_with_their_number(occasion: Occasion) -> None:
    folks = [guest(n, f"คนที่ {n}", group=group) for n, group in enumerate(["กาแฟ"] * 3 + ["ชาดี"] * 40 + [""])]
    files = rendered(names(folks, occasion, by_enterprise=True), sheet_css())
    said = texts(files)
    together = "".join(said)
    assert "กาแฟ(3คน)" in together and "ชาดี(40คน)" in together and "ไม่ระบุหน่วยงาน(1คน)" in together and "รวม44คน" in said[-1]
    assert all(plain(one.name) in together for one in folks)
    assert all(plain(occasion.title) in text and "ชื่อ–สกุล" in text for text in said)
    assert all(inside(page) for file in files for page in file)


def test_a_heading_of_an_enterprise_is_not_left_alone_at_the_foot(occasion: Occasion) -> None:
    folks = [guest(n, f"คนที่ {n}", group=str(n)) for n in range(40)]
    for html in names(folks, occasion, by_enterprise=True):
        for table in html.split("<tbody>")[1:]:
            assert table.split("</tbody>")[0].rsplit("<tr", 1)[1].startswith("><td")
