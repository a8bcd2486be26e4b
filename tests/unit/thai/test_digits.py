from hypothesis import given
from hypothesis import strategies as st

from thai.digits import to_arabic, to_thai


def test_every_digit_has_its_other_form():
    assert to_thai("0123456789") == "๐๑๒๓๔๕๖๗๘๙"
    assert to_arabic("๐๑๒๓๔๕๖๗๘๙") == "0123456789"


def test_other_text_is_left_alone():
    assert to_thai("เลขที่ A-12/2569") == "เลขที่ A-๑๒/๒๕๖๙"


@given(st.text(st.characters(exclude_characters="๐๑๒๓๔๕๖๗๘๙")))
def test_to_arabic_undoes_to_thai(text):
    assert to_arabic(to_thai(text)) == text


@given(st.text(st.sampled_from("ก1๑2๒ 9๙")))
def test_no_digit_of_the_other_kind_is_left(text):
    assert not set(to_thai(text)) & set("0123456789")
    assert not set(to_arabic(text)) & set("๐๑๒๓๔๕๖๗๘๙")
