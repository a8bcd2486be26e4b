"""How numbers are written, and when they begin again."""

from __future__ import annotations

from datetime import date

import pytest

from blueprints.certificates.numbers import BadPattern, check_pattern, number_key, period_of, written
from models import Event, Register, RegisterReset


@pytest.mark.parametrize(("pattern", "sequence", "padding", "thai", "expected"), [
    ("กสอ.ศภ.1 {number}/{year}", 7, 3, True, "กสอ.ศภ.๑ ๐๐๗/๒๕๖๓"), ("กสอ.ศภ.1 {number}/{year}", 7, 1, False, "กสอ.ศภ.1 7/2563"),
    ("{number}", 1234, 3, False, "1234")])
def test_written(pattern: str, sequence: int, padding: int, thai: bool, expected: str) -> None:
    check_pattern(pattern)
    register = Register(pattern=pattern, padding=padding, thai_digits=thai, reset=RegisterReset.BUDDHIST_YEAR)
    assert written(register, sequence, date(2020, 7, 17)) == expected


@pytest.mark.parametrize("pattern", ["", "no number", "{number}{number}", "{number} {x}", "{number:>9999999}", "{number!r}", "{number.__class__}",
                                     "{number", "{}", "{0} {number}", "{year}{year}{number}"])
def test_other_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        check_pattern(pattern)


def test_years_begin_where_the_register_says() -> None:
    before, after = date(2019, 9, 30), date(2019, 10, 1)
    periods = {reset: [period_of(Register(reset=reset), day, Event(programme_id=7)) for day in (before, after)] for reset in RegisterReset}
    assert periods == {RegisterReset.FISCAL_YEAR: ["2562", "2563"], RegisterReset.BUDDHIST_YEAR: ["2562", "2562"],
                       RegisterReset.NEVER: ["", ""], RegisterReset.PROGRAMME: ["p7", "p7"]}


def test_thai_and_arabic_digits_find_the_same_number() -> None:
    assert number_key("ศภ.๑ ๐๐๗/๒๕๖๓") == number_key("ศภ. 1 007/2563")
