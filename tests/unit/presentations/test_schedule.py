"""When slots begin, and what the clock on the stage says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.presentations.schedule import Clock, Phase, clock, timed

NINE = datetime(2020, 7, 17, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    minutes: int = 10
    question_minutes: int = 5
    begins_at: datetime | None = None
    withdrawn: bool = False


def test_slots_follow_one_another_and_a_withdrawn_one_takes_no_time() -> None:
    """10 + 5, then (withdrawn), then 20 + 0: 9.00–9.15, 9.15–9.35."""
    found = timed([Row(), Row(withdrawn=True), Row(20, 0)], NINE)
    assert [(one.starts_at - NINE, one.ends_at - NINE) for one in found] == [
        (timedelta(0), timedelta(minutes=15)), (timedelta(minutes=15), timedelta(minutes=35))]


def test_a_time_of_its_own_moves_what_follows_and_tells_when_it_is_too_early() -> None:
    late, early = timed([Row(), Row(begins_at=NINE + timedelta(hours=1)), Row()], NINE), timed([Row(), Row(begins_at=NINE)], NINE)
    assert late[2].starts_at == NINE + timedelta(minutes=75) and not any(one.overlaps for one in late)
    assert [one.overlaps for one in early] == [False, True]


@given(st.lists(st.builds(Row, st.integers(1, 60), st.integers(0, 30), st.none(), st.booleans())))
def test_nothing_is_between_two_slots(rows: list[Row]) -> None:
    found = timed(rows, NINE)
    assert len(found) == sum(not row.withdrawn for row in rows)
    assert all(one.ends_at == following.starts_at and not following.overlaps for one, following in zip(found, found[1:], strict=False))


@pytest.mark.parametrize(("passed", "extra", "expected"), [
    (0, 0, Clock(Phase.TALK, 600)), (599, 0, Clock(Phase.TALK, 1)), (600, 0, Clock(Phase.QUESTIONS, 300)), (600, 60, Clock(Phase.TALK, 60)),
    (899, 0, Clock(Phase.QUESTIONS, 1)), (900, 0, Clock(Phase.OVER, 0)), (930, 0, Clock(Phase.OVER, -30)),
])
def test_the_clock_goes_from_talk_to_questions_to_over(passed: int, extra: int, expected: Clock) -> None:
    assert clock(Row(), NINE, None, extra, NINE + timedelta(seconds=passed)) == expected


def test_a_clock_that_stands_does_not_move() -> None:
    stopped = NINE + timedelta(seconds=100)
    assert clock(Row(), NINE, stopped, 0, NINE + timedelta(hours=1)) == Clock(Phase.TALK, 500, True)
    assert clock(None, None, None, 0, NINE) == Clock(Phase.WAITING, 0)
