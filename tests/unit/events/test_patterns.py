"""The days of a series."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.events import patterns
from blueprints.events.patterns import LAST, Pattern, Rhythm, days_of, read_dates

FRIDAY = date(2020, 7, 17)
SOON = st.dates(date(2020, 1, 1), date(2100, 1, 1))


def isos(pattern: Pattern) -> list[str]:
    return [day.isoformat() for day in days_of(pattern, FRIDAY)]


@pytest.mark.parametrize(("pattern", "days"), [
    (Pattern(Rhythm.WEEKS, FRIDAY, 3, 2, weekday=4), ["2020-07-31", "2020-08-14", "2020-08-28"]),
    (Pattern(Rhythm.WEEKS, FRIDAY, 2, 1, weekday=0), ["2020-07-20", "2020-07-27"]),
    (Pattern(Rhythm.MONTH_WEEKDAY, FRIDAY, 2, 1, weekday=4, nth=3), ["2020-08-21", "2020-09-18"]),
    (Pattern(Rhythm.MONTH_WEEKDAY, FRIDAY, 2, 3, weekday=4, nth=LAST), ["2020-07-31", "2020-10-30"]),
    (Pattern(Rhythm.MONTH_DAY, date(2020, 1, 31), 3, 1), ["2020-01-31", "2020-02-29", "2020-03-31"]),
    (Pattern(Rhythm.LIST, FRIDAY, dates=(date(2021, 1, 5), FRIDAY, date(2020, 12, 1), date(2021, 1, 5))), ["2020-12-01", "2021-01-05"]),
])
def test_each_rhythm(pattern: Pattern, days: list[str]) -> None:
    assert isos(pattern) == days


@given(st.sampled_from([Rhythm.WEEKS, Rhythm.MONTH_WEEKDAY, Rhythm.MONTH_DAY]), SOON, st.integers(1, 60), st.integers(1, 12),
       st.integers(0, 6), st.integers(1, LAST), SOON)
def test_a_pattern_gives_so_many_days_in_order(
        rhythm: Rhythm, first: date, times: int, every: int, weekday: int, nth: int, own: date) -> None:
    days = days_of(Pattern(rhythm, first, times, every, weekday, nth), own)
    assert len(days) == min(times, patterns.MOST) and days == sorted(set(days))
    assert days[0] >= first and own not in days
    if rhythm != Rhythm.MONTH_DAY:
        assert {day.weekday() for day in days} == {weekday}
    if rhythm == Rhythm.WEEKS:
        assert all((day - days[0]) % timedelta(weeks=every) == timedelta(0) for day in days)


def test_typed_days_are_read_as_thai_people_write_them() -> None:
    days, unreadable = read_dates("17/7/2563\n๒๔ ก.ค. ๖๙, 2026-08-01;\n\nพรุ่งนี้")
    assert (days, unreadable) == ([FRIDAY, date(2026, 7, 24), date(2026, 8, 1)], ["พรุ่งนี้"])


@pytest.mark.parametrize(("title", "parts"), [
    ("ประชุม ครั้งที่ 2", ("ประชุม", 2)), ("ประชุมครั้งที่ 12 ", ("ประชุม", 12)), ("Meeting (3)", ("Meeting", 3)), ("Cluster 4.0", ("Cluster 4.0", None))])
def test_a_number_at_the_end_of_a_title(title: str, parts: tuple[str, int | None]) -> None:
    assert patterns.without_number(title) == parts
