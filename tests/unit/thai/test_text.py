import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thai.text import fold, holds_national_id, juristic_number, normalise, normalise_lines

#: Any text, and text made of what Thai typing goes wrong with.
texts = st.text() | st.text(st.sampled_from("กนเแำาํ่้ี็์ฺุ ๆฯ.\n\u200b\u00a0\u0301e1๑"), max_size=12)

# Made up, with right check digits.
NATIONAL_ID, WITH_ZERO_CHECK_DIGIT, JURISTIC = "1234567890121", "1000000000050", "0105555012348"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("เเก้ว", "แก้ว"),
        ("นํา", "นำ"),
        ("นํ้า", "น้ำ"),
        ("น้ํา", "น้ำ"),
        ("นำ้", "น้ำ"),
        ("ก่ี", "กี่"),
        ("สม\u200bชาย\u200d\ufeff", "สมชาย"),
        ("\u202eสมชาย\u2066", "สมชาย"),
        ("สม\x00ชาย\ud800\ue000\u0378", "สมชาย"),
        ("\u3164\u115f", ""),
        (" สมชาย\u00a0 \u2003\t\nใจดี ", "สมชาย ใจดี"),
        ("a\u200b b \u200b c", "a b c"),
        ("e\u0301", "é"),
        ("ก" + "่" * 50, "ก" + "่" * 4),
        ("ปิ่น ฝั้น ฟื้น ปี๊บ", "ปิ่น ฝั้น ฟื้น ปี๊บ"),
        ("พระมหาสมปอง ตาลปุตฺโต", "พระมหาสมปอง ตาลปุตฺโต"),
        ("<b>x</b> {{7*7}} 😀", "<b>x</b> {{7*7}} 😀"),
        ("", ""),
    ],
)
def test_what_is_stored(typed, stored):
    assert normalise(typed) == stored


@given(texts)
def test_normalise_is_stable_and_clean(text):
    once = normalise(text)
    assert normalise(once) == once == unicodedata.normalize("NFC", once)
    assert not {unicodedata.category(c) for c in once} & {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert "  " not in once and once == once.strip()
    assert "เเ" not in once and "ํา" not in once


@pytest.mark.parametrize("evil", ["a" + "\u0301\u0323" * 50_000, "นำ่" * 33_000, "\u0344" * 100_000, "ํ่า" * 33_000, "่ี" * 50_000])
def test_a_hundred_thousand_marks_cost_little(evil):
    started = time.process_time()
    normalise(evil)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" ก  ข \r\nค", "ก ข\nค"),
        ("\n\nก\n \n\u200b\n\nข\n\n", "ก\n\nข"),
        ("นํา\nเเก", "นำ\nแก"),
        ("", ""),
    ],
)
def test_lines(typed, stored):
    assert normalise_lines(typed) == stored


@given(texts)
def test_normalise_lines_is_stable(text):
    once = normalise_lines(text)
    assert normalise_lines(once) == once
    assert "\n\n\n" not in once


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("น้ำทิพย์ ก้ำแก้ว", "นำทิพยกำแกว"),
        ("นํ้าทิพย์ก้ำเเก้ว", "นำทิพยกำแกว"),
        ("ตาลปุตฺโต", "ตาลปุตโต"),
        ("กรุงเทพฯ", "กรุงเทพ"),
        ("รหัส ๑๒-๓", "รหัส123"),
        ("José O'Neill", "joseoneill"),
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        ("!?", ""),
    ],
)
def test_search_key(text, key):
    assert fold(text) == key


def test_search_keeps_vowels_apart():
    assert len({fold(word) for word in ["นา", "นำ", "นี", "นิ", "นะ", "นัน"]}) == 6


@given(texts)
def test_fold_is_stable(text):
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_fold_does_not_see_spaces_case_or_normalisation(text):
    assert fold(normalise(text)) == fold(text)
    assert fold(f" {text} ") == fold(text)


@pytest.mark.parametrize(
    "text",
    [
        NATIONAL_ID, WITH_ZERO_CHECK_DIGIT, "1-2345-67890-12-1", "1 2345 67890 12 1", "๑-๒๓๔๕-๖๗๘๙๐-๑๒-๑",
        "เลขบัตร 1234567890121 ครับ", "12345\u200b67890121", "9 1-2345-67890-12-1",
        "โทร 0812345678 1234567890121", "1 – 2345 – 67890 – 12 – 1",
    ],
)
def test_a_national_id_is_seen(text):
    assert holds_national_id(text)


@pytest.mark.parametrize(
    "text",
    ["", "1234567890122", "12345678901210", "123456789012", JURISTIC, "081-234-5678", "9780306406157"],
)
def test_other_numbers_are_no_national_id(text):
    assert not holds_national_id(text)


@pytest.mark.parametrize("text", [JURISTIC, "0-1055-55012-34-8", "๐๑๐๕๕๕๕๐๑๒๓๔๘", " 0 1055 55012 34 8\u200b "])
def test_a_juristic_number(text):
    assert juristic_number(text) == JURISTIC


@pytest.mark.parametrize("published", ["0-9940-00617-72-1", "0107544000108", "0107536000374", "0107542000011", "0107536000315",
                                       "0107535000265", "0107537000114", "0994000158378"])
def test_the_check_digit_agrees_with_published_numbers(published):
    assert juristic_number(published) == published.replace("-", "")


@pytest.mark.parametrize("text", ["", "0105555012347", "010555501234", NATIONAL_ID, "01055550123488", "บริษัท"])
def test_what_is_no_juristic_number(text):
    with pytest.raises(ValueError, match="juristic"):
        juristic_number(text)
