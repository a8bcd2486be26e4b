"""Golden figures computed by hand, and what holds for any answers."""

from __future__ import annotations

import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.surveys.analysis import Change, Tally, band, pooled
from models import BandSet

POINTS = st.lists(st.integers(1, 5), max_size=60)


def tally(points: list[int]) -> Tally:
    return Tally.of({point: points.count(point) for point in points})


def test_a_small_table_by_hand() -> None:
    # 5 5 4 4 3: sum 21, n 5, mean 4.20; squared distances .64 .64 .04 .04 1.44 = 2.80; 2.80 / 4 = .70; root .8366…
    item = tally([5, 5, 4, 4, 3])
    assert (item.n, item.mean, item.sd, item.percent) == (5, Decimal("4.20"), Decimal("0.84"), Decimal("84.00"))
    # With 5 5 5 4 beside it: sum 40, n 9, mean 4.444… → 4.44; squares 182 − 1600 / 9 = 4.222…; / 8 = .5277…; root .7264…
    section = pooled([item, tally([5, 5, 5, 4])])
    assert (section.n, section.mean, section.sd, section.percent) == (9, Decimal("4.44"), Decimal("0.73"), Decimal("88.80"))


def test_rounding_goes_half_up_before_the_word_is_chosen() -> None:
    # 8 answers, sum 28.04 cannot be; 4.505 can: 901 / 200 → 4.505 → 4.51, which is "most"; 4.50 is "much".
    assert tally([5] * 101 + [4] * 99).mean == Decimal("4.51")  # 505 + 396 = 901; 901 / 200 = 4.505
    assert [band(Decimal(mean), BandSet.HALVES) for mean in ("5.00", "4.51", "4.50", "3.51", "3.50", "2.50", "1.51", "1.50", "1.00")] == [
        5, 5, 4, 4, 3, 2, 2, 1, 1]
    assert [band(Decimal(mean), BandSet.FIFTHS) for mean in ("4.21", "4.20", "3.41", "3.40", "2.61", "2.60", "1.81", "1.80")] == [
        5, 4, 4, 3, 3, 2, 2, 1]


def test_nothing_answered_is_nothing_and_not_zero() -> None:
    assert (Tally().mean, Tally().sd, Tally().percent, tally([4]).sd, Change().difference) == (None, None, None, None, None)


def test_before_and_after() -> None:
    # (2 → 4) twice and (3 → 3): differences 2, 2, 0; mean 4 / 3 = 1.333…
    change = Change(((2, 4, 2), (3, 3, 1)))
    assert (change.n, change.before.mean, change.after.mean, change.difference) == (3, Decimal("2.33"), Decimal("3.67"), Decimal("1.33"))


@given(POINTS)
def test_any_answers_agree_with_the_standard_library(points: list[int]) -> None:
    found = tally(points)
    assert found.n == len(points)
    if points:
        assert abs(found.mean - Decimal(str(statistics.fmean(points)))) <= Decimal("0.005001")
        assert Decimal(1) <= found.mean <= Decimal(5) and 1 <= band(found.mean, BandSet.FIFTHS) <= 5
    if len(points) > 1:
        assert abs(found.sd - Decimal(str(statistics.stdev(points)))) <= Decimal("0.005001")


@given(POINTS, POINTS)
def test_two_groups_together_are_all_of_them(one: list[int], other: list[int]) -> None:
    assert tally(one) + tally(other) == tally(one + other)


@pytest.mark.parametrize("bands", BandSet)
def test_a_better_mean_never_has_a_worse_word(bands: BandSet) -> None:
    words = [band(Decimal(hundredths) / 100, bands) for hundredths in range(100, 501)]
    assert words == sorted(words) and set(words) == {1, 2, 3, 4, 5}
