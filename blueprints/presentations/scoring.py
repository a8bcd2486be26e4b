"""What judges' points add up to. Pure.

The mean of a criterion is taken over the judges who gave points for it. The total is the weighted mean of those means, each as a share
of the most that could be given, in percent: Σ weight × mean ÷ most ÷ Σ weight × 100. Both are rounded to two decimals, half up, and
talks are ranked by the total that is printed: those with the same total share a rank, and the next rank counts them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Measure:
    """A criterion: its id, the most points, its weight."""

    id: int
    most: int
    weight: int


@dataclass(frozen=True)
class Result:
    """A talk: the mean for each criterion by id, the total in percent, the rank (None without a complete total), how many judges scored it."""

    slot_id: int
    means: dict[int, Decimal]
    total: Decimal | None
    rank: int | None
    judges: int


def results(slot_ids: Sequence[int], measures: Sequence[Measure], points: Iterable[tuple[int, int, int, int]]) -> list[Result]:
    """The results in the order of `slot_ids`; `points` are (judge, slot, criterion, points). A talk has a total once every criterion
    has points."""
    given: dict[tuple[int, int], list[int]] = defaultdict(list)
    judges: dict[int, set[int]] = defaultdict(set)
    for judge_id, slot_id, criterion_id, count in points:
        given[slot_id, criterion_id].append(count)
        judges[slot_id].add(judge_id)
    found = []
    for slot_id in slot_ids:
        exact = {one.id: Decimal(sum(counts)) / len(counts) for one in measures if (counts := given.get((slot_id, one.id)))}
        found.append((slot_id, exact, _total(measures, exact)))
    totals = sorted((total for _slot_id, _exact, total in found if total is not None), reverse=True)
    return [Result(slot_id, {one: mean.quantize(_PLACES, ROUND_HALF_UP) for one, mean in exact.items()}, total,
                   None if total is None else totals.index(total) + 1, len(judges[slot_id])) for slot_id, exact, total in found]


def _total(measures: Sequence[Measure], means: dict[int, Decimal]) -> Decimal | None:
    if not measures or any(one.id not in means for one in measures):
        return None
    whole = sum(one.weight for one in measures)
    return (sum(one.weight * means[one.id] / one.most for one in measures) * 100 / whole).quantize(_PLACES, ROUND_HALF_UP)
