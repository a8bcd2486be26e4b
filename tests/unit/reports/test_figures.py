"""A programme's figures, by hand and for any programme."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from blueprints.reports.figures import Entry, EventLine, Figures, OrganisationLine, Standing

DAY = datetime(2020, 2, 1, 2, tzinfo=UTC)


def event(number: int, is_over: bool = True, **given: object) -> EventLine:
    return EventLine(number, f"งาน {number}", f"Event {number}", DAY + timedelta(days=30 * number), is_over, **given)  # type: ignore[arg-type]


def organisation(number: int, **given: str) -> OrganisationLine:
    return OrganisationLine(**({"id": number, "name_th": f"หน่วยงาน {number}", "name_en": "", "kind": "enterprise", "sector": "เครื่องมือแพทย์",
                                "province": "เชียงใหม่", "sort_key": f"{number:03}"} | given))  # type: ignore[arg-type]


ORGANISATIONS = {1: organisation(1), 2: organisation(2, province="ลำพูน"), 3: organisation(3, kind="agency", sector=""), 4: organisation(4)}
#: Three workshops; ann came to all, bob to the first, cat registered twice and never came, dan came to the last without an organisation.
ENTRIES: list[Entry] = [
    (1, 1, "ผู้ประกอบการ", "ann", True), (1, 1, "ผู้ประกอบการ", "bob", True), (1, 2, "ผู้ประกอบการ", "cat", False),
    (2, 1, "ผู้ประกอบการ", "ann", True), (2, 2, "ผู้ประกอบการ", "cat", False),
    (3, 3, "วิทยากร", "ann", True), (3, None, "ผู้ประกอบการ", "dan", True), (3, 1, "ผู้ประกอบการ", "bob", False),
]


def small() -> Figures:
    return Figures([event(1, seconds=2 * 3600 * 3), event(2, seconds=6 * 3600), event(3)], ORGANISATIONS, ENTRIES, [1, 2, 4])


def test_a_small_programme_by_hand() -> None:
    """8 registrations, of which 5 came (ann three times, bob, dan): 5 ÷ 8 = 62.5 %; 3 persons of 4; organisations 1 and 3 came, of 1, 2, 3.

    Hours: 2 people × 3 h + 1 person × 6 h = 12 h over 3 persons who came = 4 h each.
    """
    found = small()
    assert (found.whole.registered, found.whole.came, found.whole.missing, found.whole.attendance) == (8, 5, 3, Decimal("62.50"))
    assert (len(found.whole.expected), len(found.whole.persons)) == (4, 3)
    assert (found.registered_organisations, found.came_organisations) == (3, 2)
    assert found.times == {1: 2, 3: 1} and found.returning == 1
    assert found.hours == Decimal("4.00")


def test_persons_and_organisations_are_counted_at_their_first_event() -> None:
    """Event 1 brings ann, bob and organisation 1; event 2 nobody new; event 3 dan and organisation 3."""
    assert [(one.organisations, one.persons) for one in small().over_time] == [(1, 2), (1, 2), (2, 3)]


def test_organisations_are_gathered_and_the_unknown_come_last() -> None:
    found = small()
    assert {name: (count.registered, count.came) for name, count in found.by("province").items()} == {
        "เชียงใหม่": (5, 4), "ลำพูน": (2, 0), "": (1, 1)}
    assert list(found.by("sector")) == ["เครื่องมือแพทย์", ""]  # of an agency it is not known, and of nobody's
    assert {name: count.came for name, count in found.by("kind").items()} == {"enterprise": 3, "agency": 1, "": 1}
    assert {name: count.came for name, count in found.by_category.items()} == {"ผู้ประกอบการ": 4, "วิทยากร": 1}


def test_a_member_that_missed_the_last_two_events_is_at_risk() -> None:
    """Organisation 1 came to events 1 and 2 and missed only the last; 2 was registered and never came; 4 was never registered."""
    found = small()
    assert [(one.organisation.id, one.events, one.standing) for one in found.members] == [
        (2, 0, Standing.NEVER), (4, 0, Standing.NEVER), (1, 2, Standing.COMES)]
    later = Figures([event(1), event(2), event(3), event(4)], ORGANISATIONS, ENTRIES, [1])
    assert [one.standing for one in later.members] == [Standing.AT_RISK]
    assert later.members[0].last == event(2).starts_at and later.members[0].persons == 2
    again = Figures([event(1), event(2), event(3), event(4), event(5, is_over=False)], ORGANISATIONS, [*ENTRIES, (5, 1, "ก", "eve", True)], [1])
    assert [one.standing for one in again.members] == [Standing.COMES]  # it is at the event that goes on now


def test_a_programme_without_events_has_nothing() -> None:
    found = Figures([], {}, [])
    assert (found.whole.registered, found.whole.attendance, found.hours, found.times, found.over_time) == (0, None, None, {}, [])


entries = st.lists(st.tuples(st.integers(1, 5), st.none() | st.integers(1, 4), st.sampled_from(["ก", "ข"]), st.sampled_from("abcdef"), st.booleans()))


@given(entries)
def test_every_way_of_adding_up_gives_the_same(rows: list[Entry]) -> None:
    found = Figures([event(n, is_over=n < 5) for n in range(1, 6)], ORGANISATIONS, rows)
    came = sum(1 for row in rows if row[4])
    by_name = [found.by(name) for name in ("kind", "sector", "province")]
    for gathered in (found.cells, found.by_organisation, found.by_event, found.by_category, *by_name):
        assert sum(count.registered for count in gathered.values()) == len(rows)
        assert sum(count.came for count in gathered.values()) == came
    assert found.whole.persons == {row[3] for row in rows if row[4]}
    assert sum(found.times.values()) == len(found.whole.persons)
    assert found.over.registered + sum(1 for row in rows if row[0] == 5) == len(rows)
    if found.over_time:
        assert (found.over_time[-1].organisations, found.over_time[-1].persons) == (found.came_organisations, len(found.whole.persons))


@given(entries)
def test_the_order_of_rows_says_nothing(rows: list[Entry]) -> None:
    events = [event(n) for n in range(1, 6)]
    one, other = Figures(events, ORGANISATIONS, rows, [1, 2]), Figures(events, ORGANISATIONS, reversed(rows), [1, 2])
    assert one.members == other.members and one.over_time == other.over_time and one.by_organisation == other.by_organisation
