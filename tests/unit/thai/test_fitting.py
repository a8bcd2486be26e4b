"""Texts fit their box by measure."""

from hypothesis import given
from hypothesis import strategies as st

from core.pdf import font_file
from thai.fitting import count_lines, fit_lines, fit_name, fit_paragraph, fit_size, text_width, undrawable

BOLD = font_file("Sarabun", 700)
LONG = "ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง กัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ"


def test_marks_above_and_below_have_no_width():
    assert text_width("น้ำ", BOLD) == text_width("นำ", BOLD)
    assert text_width("ปุ๊", BOLD) == text_width("ป", BOLD)
    assert text_width("", BOLD) == 0


def test_a_short_text_keeps_its_size_and_a_long_one_shrinks_to_the_width():
    assert fit_size("ญาณี", BOLD, 30, 500, 10) == 30
    size = fit_size(LONG, BOLD, 30, 500, 10)
    assert 10 < size < 30
    assert abs(text_width(LONG, BOLD, size) - 500) < 0.01
    assert fit_size(LONG, BOLD, 30, 50, 10) == 10


def test_a_very_long_name_breaks_between_its_titles_and_the_name():
    assert fit_lines(LONG, BOLD, 32, 560, 21).lines == (
        "ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง",
        "กัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ",
    )
    assert fit_lines("ญาณี ฐิติกุล", BOLD, 32, 560, 21) == (("ญาณี ฐิติกุล",), 32)


def test_a_word_without_spaces_breaks_between_clusters():
    first, second = fit_lines("น้ำเก่งกำ" * 12, BOLD, 32, 300, 21).lines
    assert second[0] in "นเก" and first[-1] not in "เ"


@given(st.text("กน้ำเแ่ิุ์า ABCxyz .", max_size=120), st.floats(50, 600))
def test_nothing_overflows_and_nothing_is_lost(text, width):
    fitted = fit_lines(text, BOLD, 32, width, 12)
    assert all(text_width(line, BOLD, fitted.size) <= width * 1.0001 for line in fitted.lines)
    assert "".join(fitted.lines).replace(" ", "") == text.replace(" ", "")
    assert fitted.size <= 32


def test_counted_lines_leave_room_for_ragged_ends():
    assert count_lines("", BOLD, 20, 100) == 0
    assert count_lines("ก", BOLD, 20, 100) == 1
    assert count_lines(LONG, BOLD, 20, text_width(LONG, BOLD, 20)) == 2


def test_characters_no_font_has_are_told():
    assert undrawable("ก田b田😀", BOLD) == "田😀"


@given(st.text("กน้ำเแ่ิุ์า ABCxyz .", max_size=120).map(str.strip), st.floats(50, 600), st.floats(20, 90), st.sampled_from([2, 3]))
def test_a_name_stays_in_its_box_and_loses_no_letter(text, width, height, most):
    fitted = fit_name(text, BOLD, 30, width, height, 15, 1.4, most)
    assert len(fitted.lines) <= most and fitted.size <= 30
    assert len(fitted.lines) * fitted.size * 1.4 <= height + 0.01
    assert all(text_width(line, BOLD, fitted.size) <= width + 0.01 for line in fitted.lines) or not text
    assert "".join(fitted.lines).replace(" ", "") == text.replace(" ", "")


def test_three_lines_where_they_are_larger():
    name = "ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิงกัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ"
    two, three = (fit_name(name, BOLD, 10, 110, 29, 8.5, 1.32, most) for most in (2, 3))
    assert (len(two.lines), len(three.lines)) == (2, 3) and three.size > two.size


@given(st.text("กน้ำเ่ิา ABC", max_size=200), st.floats(40, 300), st.floats(10, 60))
def test_a_paragraph_shrinks_until_its_lines_fit(text, width, height):
    size = fit_paragraph(text, BOLD, 12, width, height, 1.3)
    assert 2 <= size <= 12
    assert size == 2 or text_width(text, BOLD, size) / width * size * 1.3 <= height + size * 1.3
