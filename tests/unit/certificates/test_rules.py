"""What a rule asks, and what somebody lacks: plain data, no database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.certificates.rules import CONDITIONS, Basis, Condition, Lack, Person, Rule, percent, scheduled, shortfalls
from blueprints.certificates.timetable import Part, Past, opening_hours, stayed, timed, within
from core.forms import moment
from models import CertificateKind, CheckpointKind

ZONE = "Asia/Bangkok"
DAY = date(2020, 7, 17)
KINDS = (CheckpointKind.EVENT, CheckpointKind.DAY, CheckpointKind.HALF_DAY, CheckpointKind.SESSION)


def at(clock: str, days: int = 0) -> datetime:
    return moment(DAY + timedelta(days=days), time.fromisoformat(clock), ZONE)


def part(number: int, kind: CheckpointKind = CheckpointKind.HALF_DAY, begins: str = "09:00", ends: str = "12:00", **more: Any) -> Part:
    return Part(number, kind, ((at(begins), at(ends)),), **more)


def lacks(rule: Rule, person: Person, *parts: Part) -> list[Lack]:
    return [one.lack for one in shortfalls(rule, person, parts)]


HALVES = tuple(part(n) for n in (1, 2, 3, 4))
ONE_DOOR = (part(9, CheckpointKind.EVENT),)


def test_an_entry_is_enough_for_the_rule_that_participants_start_with() -> None:
    rule = Rule.starting(CertificateKind.ATTENDANCE)
    assert lacks(rule, Person(1, attended={9}), *ONE_DOOR) == []
    assert lacks(rule, Person(1), *ONE_DOOR) == [Lack.ABSENT]
    assert lacks(rule, Person(1, attended={77}), *ONE_DOOR) == [Lack.ABSENT], "a meal is no part"


def test_speakers_start_with_nobody_until_categories_are_chosen() -> None:
    rule = Rule.starting(CertificateKind.SPEAKER)
    assert lacks(rule, Person(1, attended={9}), *ONE_DOOR) == [Lack.CATEGORY]
    chosen = Rule(rule.basis, categories=(1,))
    assert lacks(chosen, Person(1), *ONE_DOOR) == [] and lacks(chosen, Person(2), *ONE_DOOR) == [Lack.CATEGORY]
    assert lacks(chosen, Person(1, seated=False)) == [Lack.NO_SEAT]


@pytest.mark.parametrize(("needed", "attended", "expected"), [
    (3, {1, 2}, (2, 3, 4)), (3, {1, 2, 4}, None), (0, {1, 2, 3}, (3, 4, 4)), (0, {1, 2, 3, 4}, None), (9, {1, 2, 3, 4}, (4, 9, 4))])
def test_so_many_of_those_that_are_there(needed: int, attended: set[int], expected: tuple[int, int, int] | None) -> None:
    found = shortfalls(Rule(Basis.COUNT, needed=needed), Person(1, attended=attended), HALVES)
    assert [(one.have, one.needed, one.of) for one in found] == ([expected] if expected else [])


def test_of_no_parts_nobody_attends_all_and_of_no_time_nobody_has_a_share() -> None:
    assert lacks(Rule(Basis.COUNT), Person(1, attended={9}), *ONE_DOOR) == [Lack.TOO_FEW]
    timeless = Part(9, CheckpointKind.EVENT)
    assert lacks(Rule(Basis.TIME, needed=1), Person(1, attended={9}), timeless) == [Lack.TOO_SHORT]
    assert percent(0, 0) == 0


def test_a_part_for_others_is_neither_counted_nor_compulsory() -> None:
    parts = (part(1), part(2, categories=frozenset({8})))
    assert lacks(Rule(Basis.COUNT, compulsory=(2,)), Person(1, attended={1}), *parts) == []
    assert lacks(Rule(Basis.COUNT, compulsory=(2,)), Person(8, attended={1}), *parts) == [Lack.TOO_FEW, Lack.COMPULSORY]
    assert lacks(Rule(compulsory=(2, 55)), Person(8, attended={1, 2}), *parts) == [], "what is no longer there asks nobody"


def test_every_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CONDITIONS, "survey", Condition("Survey", lambda _event: set()))
    rule = Rule(Basis.COUNT, needed=4, compulsory=(3, 4), categories=(2,), conditions=("survey", "gone"))
    found = shortfalls(rule, Person(1, attended={1, 3}), HALVES)
    assert [one.lack for one in found] == [Lack.CATEGORY, Lack.TOO_FEW, Lack.COMPULSORY, Lack.CONDITION]
    assert (found[2].missed, found[3].asked) == ((4,), ("survey",))
    assert lacks(rule, Person(2, attended={1, 2, 3, 4}, done={"survey"}), *HALVES) == []


def test_a_share_is_rounded_down() -> None:
    parts = (part(1, CheckpointKind.EVENT, "09:00", "12:00"),)
    rule = Rule(Basis.TIME, needed=80)
    assert [(one.have, one.needed) for one in shortfalls(rule, Person(1, attended={1}, seconds=8639), parts)] == [(79, 80)]
    assert lacks(rule, Person(1, attended={1}, seconds=8640), *parts) == []


rules = st.builds(
    Rule, st.sampled_from(Basis), st.sampled_from(KINDS[1:]), st.integers(0, 100), st.lists(st.integers(1, 6), max_size=2).map(tuple),
    st.none() | st.lists(st.integers(1, 3), min_size=1, max_size=2).map(tuple), st.lists(st.just("survey"), max_size=1).map(tuple))
SPANS = ((at("09:00"), at("12:00")),)
all_parts = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from([None, frozenset({1}), frozenset({2, 3})])), max_size=6).map(
    lambda found: [Part(number, kind, SPANS, categories) for number, (kind, categories) in enumerate(found, 1)])


@given(rules, all_parts, st.integers(1, 3), st.booleans(), st.sets(st.integers(1, 6)), st.sets(st.integers(1, 6)), st.integers(0, 90_000),
       st.integers(0, 90_000))
def test_more_attendance_never_loses_the_certificate(rule: Rule, parts: list[Part], category: int, seated: bool, first: set[int],
                                                     more: set[int], seconds: int, longer: int) -> None:
    before = shortfalls(rule, Person(category, seated, first, seconds), parts)
    after = shortfalls(rule, Person(category, True, first | more, seconds + longer, {"survey"}), parts)
    if not before:
        assert not after


@given(rules)
def test_a_rule_is_kept_as_it_is(rule: Rule) -> None:
    assert Rule.from_json(rule.to_json(), CertificateKind.ATTENDANCE) == rule


# --- time


def test_an_event_rests_at_noon_and_at_night_unless_a_session_goes_on() -> None:
    hours = opening_hours(at("09:00"), at("15:00", 1), ZONE, [])
    assert hours == [(at("09:00"), at("12:00")), (at("13:00"), at("16:30")), (at("09:00", 1), at("12:00", 1)), (at("13:00", 1), at("15:00", 1))]

    class Lunch:
        starts_at, ends_at = at("11:00"), at("12:30")

    assert opening_hours(at("09:00"), at("16:00"), ZONE, [Lunch()]) == [(at("09:00"), at("16:00"))]
    assert opening_hours(at("10:00"), at("12:30"), ZONE, []) == [(at("10:00"), at("12:30"))]
    assert within(hours, at("11:00"), at("14:00")) == ((at("11:00"), at("12:00")), (at("13:00"), at("14:00")))


def test_no_moment_is_measured_twice() -> None:
    halves = (part(1, begins="09:00", ends="12:00"), part(2, begins="13:00", ends="16:00"))
    day, other_day = part(3, CheckpointKind.DAY, "09:00", "16:00"), Part(4, CheckpointKind.DAY, ((at("09:00", 1), at("12:00", 1)),))
    whole, session = part(5, CheckpointKind.EVENT, "09:00", "16:00"), part(6, CheckpointKind.SESSION)
    assert [one.checkpoint_id for one in timed((whole, day, other_day, *halves, session))] == [1, 2, 4]
    assert scheduled((whole, day, other_day, *halves, session)) == 9 * 3600
    assert [one.checkpoint_id for one in timed((whole, session))] == [5]


def went(*scans: tuple[str, str]) -> list[Past]:
    return [Past(str(n), direction, at(clock)) for n, (direction, clock) in enumerate(scans)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("scans", "hours"), [
    ([], 0), ([("in", "08:30")], 6), ([("in", "10:00")], 5), ([("in", "12:30")], 3), ([("in", "16:30")], 0), ([("out", "10:00")], 0),
    ([("in", "08:00"), ("out", "08:30"), ("in", "08:45")], 6), ([("in", "09:00"), ("out", "10:00")], 1),
    ([("in", "09:00"), ("out", "10:00"), ("in", "15:00")], 2), ([("in", "09:00"), ("out", "20:00")], 6)])
def test_who_was_not_scanned_out_stayed_to_the_end(scans: list[tuple[str, str]], hours: float) -> None:
    day = Part(1, CheckpointKind.DAY, ((at("09:00"), at("12:00")), (at("13:00"), at("16:00"))), policy="reentry")
    assert stayed(day, went(*scans), at("23:00")) == hours * 3600


def test_time_that_is_to_come_is_not_yet_stayed_and_all_may_be_out_earlier() -> None:
    day = part(1, CheckpointKind.DAY, "09:00", "12:00")
    assert stayed(day, went(("in", "09:00")), at("10:00")) == 3600
    early = part(1, CheckpointKind.DAY, "09:00", "12:00", policy="reentry", all_out_at=at("11:00"))
    assert stayed(early, went(("in", "09:00")), at("23:00")) == 2 * 3600
    assert stayed(early, went(("in", "09:00"), ("in", "11:30")), at("23:00")) == 2.5 * 3600


@given(st.lists(st.tuples(st.sampled_from(["in", "out"]), st.integers(7 * 60, 18 * 60)), max_size=6), st.integers(7 * 60, 18 * 60))
def test_another_entry_never_shortens_the_stay(scans: list[tuple[Any, int]], minute: int) -> None:
    day = Part(1, CheckpointKind.DAY, ((at("09:00"), at("12:00")), (at("13:00"), at("16:00"))), policy="any")
    log = [Past(str(n), direction, at("00:00") + timedelta(minutes=minutes)) for n, (direction, minutes) in enumerate(scans)]
    more = [*log, Past("more", "in", at("00:00") + timedelta(minutes=minute))]
    assert 0 <= stayed(day, log, at("23:00")) <= stayed(day, more, at("23:00")) <= day.seconds
