"""The statistics of five-point answers as Thai reports give them (thai.md, "Satisfaction survey in reports"). Pure.

Mean and sample standard deviation (n − 1) over the answers that were given; a blank counts nowhere. Both are rounded to two decimals,
half up, before the mean is put into words, so that the word fits the figure that is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from models import BandSet

POINTS = (1, 2, 3, 4, 5)
FEWEST = 5  # answers below which nothing is shown: a small group would be known by its members
_LIMITS = {BandSet.HALVES: ("4.51", "3.51", "2.51", "1.51"), BandSet.FIFTHS: ("4.21", "3.41", "2.61", "1.81")}
_PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Tally:
    """How many gave 1, 2, 3, 4 and 5 points."""

    counts: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)

    @classmethod
    def of(cls, counts: Mapping[int, int]) -> Tally:
        """From points → how many; a point that nobody gave may be missing."""
        return cls(tuple(counts.get(point, 0) for point in POINTS))  # type: ignore[arg-type]

    def __add__(self, other: Tally) -> Tally:
        return Tally(tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)))  # type: ignore[arg-type]

    @property
    def n(self) -> int:
        """How many answered."""
        return sum(self.counts)

    @property
    def mean(self) -> Decimal | None:
        """The mean, to two decimals; None without an answer."""
        return _rounded(Decimal(self._sum) / self.n) if self.n else None

    @property
    def sd(self) -> Decimal | None:
        """The sample standard deviation, to two decimals; None with fewer than two answers."""
        if self.n < 2:
            return None
        squares = sum(point * point * count for point, count in zip(POINTS, self.counts, strict=True))
        return _rounded(((squares - Decimal(self._sum) ** 2 / self.n) / (self.n - 1)).sqrt())

    @property
    def percent(self) -> Decimal | None:
        """The mean in percent of the five points: mean × 20, from the rounded mean as reports do."""
        return None if self.mean is None else (self.mean * 20).quantize(_PLACES)

    @property
    def _sum(self) -> int:
        return sum(point * count for point, count in zip(POINTS, self.counts, strict=True))


def band(mean: Decimal, bands: BandSet) -> int:
    """Which of five words fits a rounded mean: 5 (most) to 1 (least)."""
    return 1 + sum(mean >= Decimal(limit) for limit in _LIMITS[bands])


def pooled(tallies: Iterable[Tally]) -> Tally:
    """All answers of several items together: what the mean of a section, and of the whole survey, is taken over."""
    return sum(tallies, Tally())


@dataclass(frozen=True)
class Change:
    """Scores before and after, of those who gave both: `pairs` counts each (before, after)."""

    pairs: tuple[tuple[int, int, int], ...] = ()  # before, after, how many

    @property
    def before(self) -> Tally:
        return Tally.of(_summed((before, count) for before, _after, count in self.pairs))

    @property
    def after(self) -> Tally:
        return Tally.of(_summed((after, count) for _before, after, count in self.pairs))

    @property
    def n(self) -> int:
        """How many gave both."""
        return sum(count for _before, _after, count in self.pairs)

    @property
    def difference(self) -> Decimal | None:
        """The mean of after − before, to two decimals; None without a pair."""
        return _rounded(Decimal(sum((after - before) * count for before, after, count in self.pairs)) / self.n) if self.n else None


def _summed(counted: Iterable[tuple[int, int]]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for point, count in counted:
        sums[point] = sums.get(point, 0) + count
    return sums


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_PLACES, ROUND_HALF_UP)
