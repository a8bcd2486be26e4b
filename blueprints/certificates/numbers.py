"""Numbers of a register (ทะเบียนคุม): how they are written and when they begin again."""

from __future__ import annotations

import string
from datetime import date

from models import Event, Register, RegisterReset
from thai import dates, digits
from thai.text import fold

FIELDS = {"number", "year"}


class BadPattern(ValueError):
    """The pattern has no {number}, or holds a placeholder that we do not know."""


def check_pattern(pattern: str) -> None:
    """A pattern holds {number} once, {year} at most once, and nothing else in braces. Raises `BadPattern`."""
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise BadPattern from error
    names = [name for _, name, _, _ in parts if name is not None]
    if names.count("number") != 1 or names.count("year") > 1 or set(names) - FIELDS:
        raise BadPattern
    if any(spec or conversion for _, name, spec, conversion in parts if name is not None):
        raise BadPattern


def year_of(reset: RegisterReset, issued_on: date) -> int:
    """The year that is printed: the fiscal year where the register follows it, else the Buddhist year."""
    return dates.fiscal_year(issued_on) if reset is RegisterReset.FISCAL_YEAR else dates.be_year(issued_on)


def period_of(register: Register, issued_on: date, event: Event) -> str:
    """In which period the number counts: a Buddhist year, a programme, or "" when the register never begins again."""
    return period_on(register, issued_on, event.programme_id)


def period_on(register: Register, issued_on: date, programme_id: int | None) -> str:
    """The same for a programme."""
    if register.reset is RegisterReset.PROGRAMME:
        return f"p{programme_id}"
    return "" if register.reset is RegisterReset.NEVER else str(year_of(register.reset, issued_on))


def writes_year(pattern: str) -> bool:
    """Whether a number of this (good) pattern says its year."""
    return any(name == "year" for _, name, _, _ in string.Formatter().parse(pattern))


def begins_each_year(reset: RegisterReset) -> bool:
    """Whether periods are years, Buddhist or fiscal."""
    return reset in (RegisterReset.BUDDHIST_YEAR, RegisterReset.FISCAL_YEAR)


def day_in(period: str, otherwise: date) -> date:
    """A day whose number is written as in this period; a period that is no year is written as on the day `otherwise`."""
    return dates.fiscal_year_bounds(int(period))[1] if period.isdigit() else otherwise


def written(register: Register, sequence: int, issued_on: date) -> str:
    """The number as it is printed: `กสอ.ศภ.1 {number}/{year}` → กสอ.ศภ.๑ ๐๐๗/๒๕๖๓ (padding 3, Thai digits)."""
    text = register.pattern.format(number=f"{sequence:0{register.padding}d}", year=year_of(register.reset, issued_on))
    return digits.to_thai(text) if register.thai_digits else text


def number_key(text: str) -> str:
    """What a visitor types and what was printed meet here: folded, with Arabic digits."""
    return fold(digits.to_arabic(text))
