"""What judges' points add up to."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from blueprints.presentations.scoring import Measure, results

CONTENT, DELIVERY = Measure(1, 10, 2), Measure(2, 5, 1)


def test_a_small_contest_by_hand() -> None:
    """Talk 1: content 8 and 9 → 8.50 of 10, delivery 4 and 5 → 4.50 of 5: (2 × 0.85 + 1 × 0.9) ÷ 3 = 86.67 %.
    Talk 2, scored by one judge: 10 of 10, 3 of 5: (2 × 1 + 0.6) ÷ 3 = 86.67 %: the same rank. Talk 3: 5 and 5: (2 × 0.5 + 1) ÷ 3 = 66.67 %,
    the third. Talk 4 lacks points for delivery: no total."""
    points = [(1, 1, 1, 8), (2, 1, 1, 9), (1, 1, 2, 4), (2, 1, 2, 5), (1, 2, 1, 10), (1, 2, 2, 3), (2, 3, 1, 5), (2, 3, 2, 5), (1, 4, 1, 10)]
    one, two, three, four = results([1, 2, 3, 4], [CONTENT, DELIVERY], points)
    assert one.means == {1: Decimal("8.50"), 2: Decimal("4.50")} and one.judges == 2
    assert [found.total for found in (one, two, three, four)] == [Decimal("86.67"), Decimal("86.67"), Decimal("66.67"), None]
    assert [found.rank for found in (one, two, three, four)] == [1, 1, 3, None]


def test_nothing_given_is_nothing() -> None:
    [found] = results([1], [CONTENT], [])
    assert (found.means, found.total, found.rank, found.judges) == ({}, None, None, 0)
    assert results([1], [], [])[0].total is None


scores = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 2), st.integers(0, 5)), unique_by=lambda one: one[:3])


@given(scores)
def test_totals_are_shares_and_ranks_follow_them(points: list[tuple[int, int, int, int]]) -> None:
    found = results([1, 2, 3, 4], [CONTENT, DELIVERY], points)
    ranked = sorted((one for one in found if one.total is not None), key=lambda one: one.rank or 0)
    assert all(0 <= one.total <= 100 for one in ranked)
    assert all((one.total > other.total) == (one.rank < other.rank) for one, other in zip(ranked, ranked[1:], strict=False))
    assert all(sum(other.total > one.total for other in ranked) + 1 == one.rank for one in ranked)


@given(scores, st.permutations(range(12)))
def test_the_order_of_points_says_nothing(points: list[tuple[int, int, int, int]], order: list[int]) -> None:
    shuffled = [points[n] for n in order if n < len(points)] + points[12:]
    assert results([1, 2, 3, 4], [CONTENT, DELIVERY], points) == results([1, 2, 3, 4], [CONTENT, DELIVERY], shuffled)
