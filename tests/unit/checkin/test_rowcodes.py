"""A row code reads back to what it was made of, and nothing else does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from blueprints.checkin.codes import clean_code
from blueprints.checkin.rowcodes import read_row_code, row_code

IDS = st.integers(1, 2**31 - 1)


@given(IDS, IDS, st.text(min_size=1))
def test_a_row_code_says_its_row_and_is_no_ticket(checkpoint: int, registration: int, secret: str) -> None:
    code = row_code(checkpoint, registration, secret)
    assert read_row_code(f" {code.lower()}\n", secret) == (checkpoint, registration)
    assert read_row_code(code, secret + "x") is None
    assert clean_code(code, ()) is None
    assert set(code) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.") and len(code) <= 33


@given(st.text(max_size=40))
def test_other_text_is_no_row(text: str) -> None:
    assert read_row_code(text, "secret") is None
