"""Which names look like one organisation."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from blueprints.programmes.duplicates import Entry, budget, find, key_of, like


def reason(one: str, other: str) -> str | None:
    found = find([Entry(1, (one,)), Entry(2, (other,))])
    return found[0].reason if found else None


@pytest.mark.parametrize(("one", "other", "why"), [
    ("บริษัท ล้านนาเมดิคอล จำกัด", "ห้างหุ้นส่วนจำกัด ล้านนาเมดิคอล", "same"),
    ("บริษัท ล้านนาเมดิคอล (ประเทศไทย) จำกัด", "ล้านนาเมดิคอล", "same"),
    ("ล้านนาค้าไม้", "ล้านนาคาไม้", "same"),
    ("Lanna Medical (Thailand) Co., Ltd.", "LANNA-MEDICAL", "same"),
    ("บริษัท ล้านนาเมดิคอล จำกัด", "ล้านนาเมดิคัล", "letters"),
    ("Lanna Medical", "Lana Medical", "letters"),
    ("ดอยคำเฮลท์แคร์", "บริษัท ดอยคำเฮลท์แคร์ อินโนเวชั่น จำกัด", "within"),
    ("สาขา 1 ล้านนาเมดิคอล", "สาขา 2 ล้านนาเมดิคอล", None),
    ("ล้านนาเมดิคอล", "ดอยคำเฮลท์แคร์", None),
    ("กขค", "กขง", None),
    ("", "—", None),
])
def test_pairs(one: str, other: str, why: str | None) -> None:
    assert reason(one, other) == reason(other, one) == why


def test_an_english_name_meets_the_thai_entry_that_has_it() -> None:
    pairs = find([Entry(1, ("บริษัท ล้านนาเมดิคอล จำกัด", "Lanna Medical Co., Ltd.")), Entry(2, ("LANNA MEDICAL", ""))])
    assert [(p.reason, p.first, p.second) for p in pairs] == [("same", 1, 2)]


def test_two_numbers_are_two_companies_and_told_apart_is_told_apart() -> None:
    entries = [Entry(1, ("ล้านนาเมดิคอล",), "0105536000315"), Entry(2, ("ล้านนาเมดิคัล",), "0107537000254")]
    assert find(entries) == []
    entries[1] = Entry(2, ("ล้านนาเมดิคัล",))
    assert find(entries) != [] and find(entries, {(1, 2)}) == []


def slowly(names: list[str]) -> set[tuple[int, int]]:
    """The rules of the finder without its blocks: everyone with everyone."""
    keys = [key_of(name) for name in names]
    found = set()
    for one, other in combinations(range(len(keys)), 2):
        a, b = sorted((keys[one], keys[other]), key=len)
        same_digits = "".join(filter(str.isdigit, a)) == "".join(filter(str.isdigit, b))
        most = min(budget(len(a)), budget(len(b)))
        near = most > 0 and Levenshtein.distance(a, b) <= most
        within = 6 <= len(a) < len(b) <= 2 * len(a) and a in b
        if a and b and (a == b or (same_digits and (near or within))):
            found.add((one, other))
    return found


@given(names=st.lists(st.text(alphabet="กขคงab12 ", min_size=1, max_size=14), max_size=14))
def test_the_blocks_lose_no_pair(names: list[str]) -> None:
    found = find([Entry(n, (name,)) for n, name in enumerate(names)])
    assert {(pair.first, pair.second) for pair in found} == slowly(names)
    for n, name in enumerate(names):
        entries = [Entry(m, (other,)) for m, other in enumerate(names)]
        assert like(Entry(n, (name,)), entries) == [pair for pair in found if n in (pair.first, pair.second)]
