"""Placeholders: what is filled in, what is left out, and that a holder's own braces are no placeholder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.certificates.design import Box, Paragraph
from blueprints.certificates.words import PERSONAL, SHARED, filled, is_personal, unknown

KNOWN = {"place": "เชียงใหม่", "dates": "เมื่อวันที่ 17", "hours": "", "holder": "{dates} [x]"}


@pytest.mark.parametrize(("text", "expected"), [
    ("{dates} {hours}[ ณ {place}]", "เมื่อวันที่ 17 ณ เชียงใหม่"), ("[รวม {hours} ]ชั่วโมง", ""),
    ("[รวม {hours} ]ชั่วโมง {place}", "ชั่วโมง เชียงใหม่"), ("รวม {hours}", ""), ("ก {hours}{dates}", "ก เมื่อวันที่ 17"),
    ("ไม่มี", "ไม่มี"), ("{other} {place}", "{other} เชียงใหม่"), ("{holder}", "{dates} [x]"), ("[วงเล็บ]", "วงเล็บ"), ("{dates", "{dates"),
    ("{hours|place}", "เชียงใหม่"), ("{place|dates}[ {hours|hours}]", "เชียงใหม่"), ("{hours|other}", "{hours|other}"),
    ("17\N{NO-BREAK SPACE}ก", "17\N{NO-BREAK SPACE}ก")])
def test_filled(text: str, expected: str) -> None:
    assert filled(text, KNOWN) == expected


@given(st.text(max_size=30))
def test_what_a_holder_is_called_is_printed_as_it_is(name: str) -> None:
    name = "ก" + name.replace(" ", "") + "ข"
    assert filled("{holder}", {"holder": name, "place": "x"}) == name


def test_what_is_personal() -> None:
    def box(text: str, kind: str = "text") -> Box:
        return Box("a", 0, 0, 1, 1, kind=kind, paragraphs=(Paragraph("คงที่", 9), Paragraph(text, 9)))

    assert [is_personal(box(text)) for text in ("มอบให้ {holder}", "{event}", "")] == [True, False, False]
    assert is_personal(box("", "qr"))
    assert is_personal(box("{event|holder_en}"))
    assert unknown("{holder} {secret} {event|secret}") == ["secret"] and not PERSONAL & SHARED
