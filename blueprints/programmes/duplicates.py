"""Which entries of the directory look like one organisation.

Comparing everyone with everyone is 12 million comparisons for 5,000 entries, so names meet in blocks:

* Names whose digits differ (สาขา 1, สาขา 2) are different and never meet.
* Two names within k letters of each other share at least one of the 2k + 1 rarest pairs of letters of each (the prefix filter
  of C. Xiao et al., Ed-Join, PVLDB 2008): only names that share one of these are compared, by edit distance.
* A name within another has its rarest pair of letters in common with it: only the names that hold this pair are looked at.

No pair that meets the rules below is lost by this.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from thai.organisations import sort_name
from thai.text import fold

_COUNTRY = re.compile(r"\(? ?(?:ประเทศไทย|\bthailand\b) ?\)?", re.IGNORECASE)
_LEAST_WITHIN = 6  # letters of a name that is looked for within others


@dataclass(frozen=True)
class Entry:
    """What is compared of an organisation."""

    id: int
    names: tuple[str, ...]
    number: str | None = None


@dataclass(frozen=True)
class Pair:
    """Two entries that look alike, `likeness` in percent. `reason`: same, letters (differing in `letters`) or within."""

    likeness: int
    reason: str
    first: int
    second: int
    letters: int = 0


@lru_cache(20_000)
def key_of(name: str) -> str:
    """What is compared of a name: without legal form, country, tone marks, case, spaces and punctuation."""
    bare = sort_name(name)
    return fold(sort_name(_COUNTRY.sub(" ", bare))) or fold(bare)


def budget(length: int) -> int:
    """How many letters two names of this length may differ in: slips of the keyboard, not other words."""
    return 0 if length < 5 else 1 if length < 9 else 2 if length < 16 else 3


def find(entries: Iterable[Entry], apart: Collection[tuple[int, int]] = ()) -> list[Pair]:
    """The pairs that look alike, the likest first. Left out: those told `apart`, and two with different juristic numbers."""
    owners: dict[str, list[int]] = defaultdict(list)
    numbers: dict[int, str | None] = {}
    for entry in entries:
        numbers[entry.id] = entry.number
        for key in {key_of(name) for name in entry.names} - {""}:
            owners[key].append(entry.id)
    best: dict[tuple[int, int], Pair] = {}

    def meet(one: int, other: int, likeness: int, reason: str, letters: int = 0) -> None:
        ids = min(one, other), max(one, other)
        two_numbers = numbers[one] and numbers[other] and numbers[one] != numbers[other]
        if one != other and ids not in apart and not two_numbers and (ids not in best or best[ids].likeness < likeness):
            best[ids] = Pair(likeness, reason, *ids, letters)

    for ids in owners.values():
        for n, one in enumerate(ids[:20]):
            for other in ids[n + 1:20]:
                meet(one, other, 100, "same")
    for block in _by_digits(owners):
        _compare(block, lambda a, b, *said: [meet(one, other, *said) for one in owners[a][:20] for other in owners[b][:20]])
    return sorted(best.values(), key=lambda pair: (-pair.likeness, pair.first, pair.second))


def like(entry: Entry, entries: Iterable[Entry], apart: Collection[tuple[int, int]] = ()) -> list[Pair]:
    """The pairs of `find` in which `entry` is, without comparing the others with each other."""
    mine = [key_of(name) for name in entry.names]
    near = [other for other in entries if other.id != entry.id
            and any(_may_be(a, key_of(name)) for a in mine for name in other.names)]
    return [pair for pair in find([entry, *near], apart) if entry.id in (pair.first, pair.second)]


def _may_be(a: str, b: str) -> bool:
    most = min(budget(len(a)), budget(len(b)))
    return bool(a and b) and (a in b or b in a or Levenshtein.distance(a, b, score_cutoff=most) <= most)


def _by_digits(keys: Iterable[str]) -> Iterator[list[str]]:
    blocks: dict[str, list[str]] = defaultdict(list)
    for key in sorted(keys):
        blocks["".join(filter(str.isdigit, key))].append(key)
    yield from blocks.values()


def _compare(keys: list[str], meet: Callable[..., object]) -> None:
    grams = {key: _grams(key) for key in keys}
    common = Counter(gram for own in grams.values() for gram in own)
    for own in grams.values():
        own.sort(key=lambda gram: (common[gram], gram))
    holding: dict[tuple[str, int], list[str]] = defaultdict(list)
    for key, own in grams.items():
        for gram in own:
            holding[gram].append(key)
    begun: dict[tuple[str, int], list[str]] = defaultdict(list)
    for key, own in grams.items():
        prefix = own[:2 * budget(len(key)) + 1] if budget(len(key)) else []
        others = set().union(*(begun[gram] for gram in prefix))
        for other, letters, _ in process.extract(
                key, others, scorer=Levenshtein.distance, processor=None, score_cutoff=budget(len(key)), limit=None):
            if letters <= budget(len(other)):
                meet(key, other, 99 - 100 * letters // max(len(key), len(other)), "letters", letters)
        for gram in prefix:
            begun[gram].append(key)
        if len(key) >= _LEAST_WITHIN:
            for other in holding[own[0]]:
                if len(key) < len(other) <= 2 * len(key) and key in other:
                    meet(key, other, 80 * len(key) // len(other), "within")


def _grams(key: str) -> list[tuple[str, int]]:
    """The pairs of neighbouring letters, a repeated one numbered. A name of one letter has itself."""
    seen: Counter[str] = Counter()
    grams = []
    for gram in [key[n:n + 2] for n in range(len(key) - 1)] or [key]:
        grams.append((gram, seen[gram]))
        seen[gram] += 1
    return grams
