import pytest
from hypothesis import given
from hypothesis import strategies as st

from thai.digits import to_thai
from thai.phones import PhoneError, format_phone, parse_phone


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("081-234-5678", ("+66812345678", ""), "08 1234 5678"),
        ("๐๘๑๒๓๔๕๖๗๘", ("+66812345678", ""), "08 1234 5678"),
        ("+66 81 234 5678", ("+66812345678", ""), "08 1234 5678"),
        ("+66 (0)81-234-5678", ("+66812345678", ""), "08 1234 5678"),
        ("66812345678", ("+66812345678", ""), "08 1234 5678"),
        (" 081\u200b 234\u00a05678 ", ("+66812345678", ""), "08 1234 5678"),
        ("0612345678", ("+66612345678", ""), "06 1234 5678"),
        ("0912345678", ("+66912345678", ""), "09 1234 5678"),
        ("053 123 456", ("+6653123456", ""), "0 5312 3456"),
        ("0 5324 5361 ต่อ 101", ("+6653245361", "101"), "0 5324 5361 ต่อ 101"),
        ("02-345-6789 ต่อ 101", ("+6623456789", "101"), "0 2345 6789 ต่อ 101"),
        ("๐๒-๓๔๕-๖๗๘๙ ต่อ ๑๐๑", ("+6623456789", "101"), "0 2345 6789 ต่อ 101"),
        ("02-345-6789 ต่อ 101 - 103", ("+6623456789", "101-103"), "0 2345 6789 ต่อ 101-103"),
        ("02 345 6789 ext. 5", ("+6623456789", "5"), "0 2345 6789 ต่อ 5"),
        ("1800 123 456", ("+661800123456", ""), "1800 123 456"),
        ("+1 202 456 1414", ("+12024561414", ""), "+1 202-456-1414"),
    ],
)
def test_typed_stored_and_shown(typed, stored, shown):
    assert parse_phone(typed) == stored
    assert format_phone(*stored) == shown


@pytest.mark.parametrize(
    "typed",
    ["", "ไม่มี", "08123", "081-234-567", "081-234-56789", "0112345678", "081 ABC 1234", "0812345678, 0898765432", "ต่อ 101",
     "081-234-5678 ต่อ", "02-345-6789 ต่อ " + "1" * 21, "0" * 100, "+999 12345678", "a@b.co"],
)
def test_what_cannot_be_called(typed):
    with pytest.raises(PhoneError):
        parse_phone(typed)


def test_no_number_shows_nothing_and_a_wrong_one_is_refused():
    assert format_phone("") == ""
    with pytest.raises(PhoneError):
        format_phone("081-234-5678")


@given(st.from_regex(r"08[1-9][0-9]{7}", fullmatch=True), st.from_regex(r"[0-9]{0,4}", fullmatch=True))
def test_what_is_shown_can_be_read(mobile, extension):
    stored = parse_phone(f"{mobile} ต่อ {extension}" if extension else mobile)
    assert stored == (f"+66{mobile[1:]}", extension)
    assert parse_phone(format_phone(*stored)) == parse_phone(to_thai(format_phone(*stored))) == stored


@given(st.text() | st.text(st.sampled_from("0123456789+-() ต่อx๐")))
def test_any_text_is_read_or_refused(text):
    try:
        e164, _ = parse_phone(text)
    except PhoneError:
        return
    assert e164.startswith("+")
