"""The days of a series, as pure functions."""

from __future__ import annotations

import calendar
import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice

from thai.dates import DateError, parse_date

MOST = 24
LAST = 5  # the last such weekday of a month
_ORDINAL = re.compile(r"\s*(?:ครั้งที่\s*(\d+)|\((\d+)\)|no\.?\s*(\d+))\s*$", re.IGNORECASE | re.ASCII)


class Rhythm(enum.StrEnum):
    """How a series goes on."""

    WEEKS = "weeks"
    MONTH_WEEKDAY = "month_weekday"
    MONTH_DAY = "month_day"
    LIST = "list"


@dataclass(frozen=True)
class Pattern:
    """`every` so many weeks or months from `first` on; weekdays count from Monday, 0; `nth` 1 to 4, or `LAST`."""

    rhythm: Rhythm
    first: date
    times: int = MOST
    every: int = 1
    weekday: int = 0
    nth: int = 1
    dates: tuple[date, ...] = ()


def days_of(pattern: Pattern, but_not: date) -> list[date]:
    """The days from `pattern.first` on, at most `pattern.times` of them and in their order; `but_not` is the source's own day.

    The 29th to 31st is a month's last day where the month has no such day. A typed list is taken as it is, each day once.
    """
    if pattern.rhythm == Rhythm.LIST:
        return sorted(set(pattern.dates) - {but_not})[:MOST]
    endless = {Rhythm.WEEKS: _weeks, Rhythm.MONTH_WEEKDAY: _month_weekdays, Rhythm.MONTH_DAY: _month_days}[pattern.rhythm](pattern)
    return list(islice((day for day in endless if day >= pattern.first and day != but_not), min(pattern.times, MOST)))


def _weeks(pattern: Pattern) -> Iterator[date]:
    first = pattern.first + timedelta(days=(pattern.weekday - pattern.first.weekday()) % 7)
    return (first + timedelta(weeks=n * pattern.every) for n in count())


def _months(pattern: Pattern) -> Iterator[tuple[int, int]]:
    start = pattern.first.year * 12 + pattern.first.month - 1
    return (divmod(start + n * pattern.every, 12) for n in count())


def _month_weekdays(pattern: Pattern) -> Iterator[date]:
    for year, month in _months(pattern):
        first = date(year, month + 1, 1)
        days = [first + timedelta(days=(pattern.weekday - first.weekday()) % 7 + 7 * week) for week in range(5)]
        there = [day for day in days if day.month == first.month]
        yield there[-1] if pattern.nth == LAST else there[pattern.nth - 1]


def _month_days(pattern: Pattern) -> Iterator[date]:
    for year, month in _months(pattern):
        yield date(year, month + 1, min(pattern.first.day, calendar.monthrange(year, month + 1)[1]))


def read_dates(text: str) -> tuple[list[date], list[str]]:
    """The days in a text with one on each line, or with commas between, and what could not be read."""
    days, unreadable = [], []
    for part in filter(None, (part.strip() for part in re.split(r"[\n,;]+", text))):
        try:
            days.append(parse_date(part))
        except DateError:
            unreadable.append(part)
    return days, unreadable


def without_number(title: str) -> tuple[str, int | None]:
    """A title without the number at its end, and that number: "ประชุม ครั้งที่ 2" → ("ประชุม", 2)."""
    found = _ORDINAL.search(title)
    return (title[:found.start()], int(next(filter(None, found.groups())))) if found else (title, None)


def numbered(titles: tuple[str, str], number: int) -> tuple[str, str]:
    """Both titles with a number, an empty one left empty."""
    th, en = titles
    return f"{th} ครั้งที่ {number}", f"{en} ({number})" if en else ""
