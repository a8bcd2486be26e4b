"""Lists as organisers paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.registration.invitation_lines import BAD_EMAIL, LONGEST, NO_EMAIL, TWICE, read

COMPANY = "บริษัท เครื่องมือแพทย์เหนือ จำกัด"


@pytest.mark.parametrize("line", [
    f"นายสมชาย ใจดี,somchai@example.org,{COMPANY}", f"{COMPANY}\tsomchai@example.org\tนายสมชาย ใจดี",
    f"Somchai@Example.org; {COMPANY}; นายสมชาย ใจดี", f"1\tนายสมชาย ใจดี\t081 234 5678\t{COMPANY}\tsomchai@example.org\t",
    f'"นายสมชาย ใจดี","{COMPANY}",<somchai@example.org>', f"นายสมชาย ใจดี somchai@example.org {COMPANY}",
    f"นายสมชาย|ใจดี|{COMPANY}|mailto:somchai@example.org"])
def test_any_order_and_any_separator(line: str) -> None:
    [one] = read(line)
    assert (one.email, one.name, one.organisation_name, one.problem) == ("somchai@example.org", "นายสมชาย ใจดี", COMPANY, None)


def test_a_heading_says_which_is_which() -> None:
    text = "ลำดับ,หน่วยงาน,ชื่อ,นามสกุล,อีเมล\n\n1,ก้าวหน้า,กัญญา,ศรีสุข,k@example.org"
    [one] = read(text)
    assert (one.number, one.name, one.organisation_name) == (3, "กัญญา ศรีสุข", "ก้าวหน้า")
    [two] = read("ชื่อ-สกุล,อีเมล\nกัญญา ศรีสุข,k@example.org,หจก. ก้าวหน้า")
    assert (two.name, two.organisation_name) == ("กัญญา ศรีสุข", "หจก. ก้าวหน้า")


def test_an_address_book_line_and_an_address_alone() -> None:
    one, two = read('"กัญญา, ศรีสุข" <k@example.org>\n  x@example.org ')
    assert (one.name, one.email) == ("กัญญา, ศรีสุข", "k@example.org") and (two.name, two.email) == ("", "x@example.org")


def test_what_is_wrong_with_a_line() -> None:
    lines = read("สมชาย ใจดี\nx@@y\na@example.org\nA@Example.org, สมหญิง\n1101700230708, b@example.org")
    assert [line.problem for line in lines[:4]] == [NO_EMAIL, BAD_EMAIL, None, TWICE]
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]


def test_a_national_id_is_left_out() -> None:
    [line] = read("1-1017-00230-70-8, b@example.org, สมชาย")
    assert line.problem is not None and "1017" not in line.name


@given(st.text(max_size=300))
def test_nothing_that_is_pasted_breaks_it(text: str) -> None:
    for line in read(text):
        assert line.problem is not None or "@" in line.email
        assert len(line.name) <= LONGEST and len(line.organisation_name) <= LONGEST
