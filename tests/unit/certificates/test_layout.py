"""What stands where: paragraphs that stand off, lines that break at a space, signatories who stay in their box."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.certificates.design import Box, Design, Paragraph, Signatory
from blueprints.certificates.layout import NAME_HEIGHT, POSITION_LEADING, place, signatures
from core.paper import MM
from core.pdf import font_file
from thai.fitting import text_width

SARABUN = font_file("Sarabun", 400)
BOX = Box("a", 0, 0, 100, 40, paragraphs=(Paragraph("ก", 12), Paragraph("ข", 12, before=6), Paragraph("{none}", 12, before=50)))


def test_a_paragraph_stands_off_from_the_one_above() -> None:
    lines = place(BOX, {"none": ""}).lines
    assert [line.before for line in lines] == [0, 6]
    assert [line.before for line in place(replace(BOX, paragraphs=BOX.paragraphs[1:]), {"none": ""}).lines] == [0]


def test_what_stands_off_counts_when_words_shrink() -> None:
    tall = replace(BOX, height=10, paragraphs=(Paragraph("ก", 10), Paragraph("ข", 10, before=20)))
    first, second = place(tall, {}).lines
    assert first.height + second.before + second.height <= 10 * MM and second.before < 20


@pytest.mark.parametrize(("width", "lines"), [(120, 1), (50, 2), (30, 0)])
def test_two_lines_break_at_the_space_if_both_fit(width: float, lines: int) -> None:
    (line,) = place(Box("a", 0, 0, width, 40, paragraphs=(Paragraph("ศูนย์ส่งเสริมอุตสาหกรรม มหาวิทยาลัยเชียงใหม่", 12),)), {}).lines
    assert (len(line.text.split("\n")), line.wraps) == ((lines, lines == 1) if lines else (1, True))


def test_signatories_at_the_left_stand_side_by_side() -> None:
    people = (Signatory("สมชาย ใจดี", "ผู้อำนวยการ"),) * 2
    left, centred = (signatures(Design(signatories=people), Box("s", 0, 0, 200, 36, "signatures", align), {}.__getitem__)
                     for align in ("left", "center"))
    assert left[0]["left"] == 0 and left[1]["left"] < 90 * MM
    assert centred[0]["left"] > 0 and centred[1]["left"] > 100 * MM


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4), st.integers(1, 9), st.sampled_from([166.0, 183.0, 207.0]))
def test_positions_shrink_before_they_leave_their_box(count: int, words: int, width: float) -> None:
    people = (Signatory("รองศาสตราจารย์ ดร.ปิ่นมณี ญาณวุฒิ", "ผู้อำนวยการศูนย์ส่งเสริมอุตสาหกรรม " * words, "ปฏิบัติราชการแทน อธิบดี"),) * count
    box = Box("s", 0, 0, width, 46, "signatures")
    for one in signatures(Design(signatories=people), box, {}.__getitem__):
        lines = sum(max(1, text_width(line["text"], SARABUN, one["size"]) / line["width"]) for line in one["positions"])
        assert one["top"] + one["ink"] + NAME_HEIGHT + lines * one["size"] * POSITION_LEADING <= box.height * MM + 0.01
        assert one["left"] + one["width"] <= width * MM + 0.01 and one["size"] < one["name_size"]
