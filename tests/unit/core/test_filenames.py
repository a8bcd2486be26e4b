"""Names that every system keeps."""

from __future__ import annotations

from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.filenames import Distinct, safe_name, shortened


@pytest.mark.parametrize(("typed", "name"), [
    ("../../x", "x"), ("CON", "_CON"), ("nul.txt", "_nul.txt"), ("COM¹", "_COM¹"), ("COMPANY", "COMPANY"), ("a/b", "a-b"),
    ("กา  ขาว ", "กา ขาว"), ("ปลาย...", "ปลาย"), (".hidden", "hidden"), ("\u202eexe", "exe"), ("", "-none-"), ("///", "-none-"), ("\x00", "-none-"),
    ("นำ้", "นำ้"), ("-rf", "rf")])
def test_names(typed: str, name: str) -> None:
    assert safe_name(typed, "-none-") == name


@given(st.text(max_size=400), st.integers(20, 200))
def test_whatever_is_typed_a_name_can_be_made(typed: str, most: int) -> None:
    name = safe_name(typed, "x", most)
    assert 0 < len(name.encode()) <= most
    assert not set(name) & set('<>:"/\\|?*\0') and name.isprintable() and name not in (".", "..")
    assert not name.startswith((".", " ", "-")) and not name.endswith((".", " "))
    assert not PureWindowsPath(name).is_reserved()


def test_a_name_is_cut_between_letters_with_their_marks() -> None:
    assert shortened("กก้", 6) == "ก"  # the second ก without its mark would be another letter
    assert shortened("กก้", 9) == "กก้"


@given(st.lists(st.sampled_from(["a", "A", "a (2)", "ก", "B"]), max_size=12))
def test_names_differ_even_where_case_does_not_count(stems: list[str]) -> None:
    distinct = Distinct()
    names = [distinct.name(stem, ".pdf") for stem in stems]
    assert len({name.casefold() for name in names}) == len(names)
