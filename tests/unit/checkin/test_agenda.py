"""Which checkpoints an agenda calls for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.checkin.agenda import Proposal, days_of, on_day, propose, renamed
from core.locale import local
from models import CheckpointKind

ZONE = "Asia/Bangkok"
BANGKOK = ZoneInfo(ZONE)
ENTRANCES = (CheckpointKind.EVENT, CheckpointKind.DAY)


@dataclass(frozen=True)
class Session:
    id: int
    starts_at: datetime
    ends_at: datetime
    bookable: bool = False
    title_th: str = "ห้องย่อย"
    title_en: str = "Break-out"


def at(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day:02} {clock}").replace(tzinfo=BANGKOK)


def keys(found: list[Proposal]) -> list[str]:
    return [one.key for one in found]


@pytest.mark.parametrize(("starts", "ends", "sessions", "expected"), [
    (at(22, "09:00"), at(22, "16:30"), [], ["day:22", "morning:22", "afternoon:22", "meal:22"]),
    (at(22, "09:00"), at(22, "12:00"), [], ["day:22"]),
    (at(22, "09:00"), at(22, "12:30"), [], ["day:22", "morning:22", "afternoon:22"]),
    (at(22, "13:00"), at(22, "16:30"), [], ["day:22"]),
    (at(22, "09:00"), at(23, "00:00"), [], ["day:22", "morning:22", "afternoon:22", "meal:22"]),
    (at(22, "09:00"), at(22, "11:00"), [Session(1, at(22, "13:00"), at(22, "15:00"))], ["day:22", "morning:22", "afternoon:22", "meal:22"]),
    (at(22, "13:00"), at(23, "12:00"), [Session(1, at(22, "22:00"), at(23, "00:00"))], ["day:22", "day:23"]),
    (at(22, "09:00"), at(23, "12:00"), [], ["day:22", "morning:22", "afternoon:22", "meal:22", "day:23"]),
    (at(22, "13:00"), at(24, "16:30"), [],
     ["day:22", *(f"{part}:{day}" for day in (23, 24) for part in ("day", "morning", "afternoon", "meal"))]),
    (at(22, "13:00"), at(22, "16:30"), [Session(7, at(22, "13:00"), at(22, "15:00"), bookable=True)], ["day:22", "session:7"]),
])
def test_what_an_agenda_calls_for(starts: datetime, ends: datetime, sessions: list[Session], expected: list[str]) -> None:
    assert [key.replace("2026-11-", "") for key in keys(propose(starts, ends, ZONE, sessions))] == expected


def test_names_say_the_day_only_where_there_are_several() -> None:
    one = propose(at(22, "09:00"), at(22, "16:30"), ZONE, [])
    assert [(found.name_th, found.name_en) for found in one] == [
        ("ทางเข้างาน", "Entrance"), ("เช้า", "Morning"), ("บ่าย", "Afternoon"), ("อาหารกลางวัน", "Lunch")]
    assert one[0].kind is CheckpointKind.EVENT
    several = propose(at(22, "09:00"), at(23, "16:30"), ZONE, [])
    assert (several[3].name_th, several[3].name_en) == ("อาหารกลางวัน 22\u00a0พฤศจิกายน 2569", "Lunch 22 November 2026")
    assert several[0].kind is CheckpointKind.DAY


def test_a_session_has_a_door_that_opens_before_it() -> None:
    session = Session(7, at(22, "13:00"), at(22, "15:00"), True, "ก" * 300)
    found = propose(at(22, "13:00"), at(22, "16:30"), ZONE, [session])[-1]
    assert (found.kind, found.session_id, len(found.name_th), found.needed) == (CheckpointKind.SESSION, 7, 200, True)
    assert (found.opens_at, found.closes_at) == (at(22, "12:30"), at(22, "15:00"))


@st.composite
def agendas(draw: st.DrawFn) -> tuple[datetime, datetime, str, list[Session]]:
    """An event of up to a week with sessions anywhere near it, in a zone where no clock is ever moved at midnight."""
    minutes = st.integers(0, 24 * 60)
    starts = datetime(2026, 3, 27, tzinfo=ZoneInfo("UTC")) + timedelta(minutes=draw(minutes))
    ends = starts + timedelta(minutes=draw(st.integers(1, 7 * 24 * 60)))
    begin = [starts + timedelta(minutes=draw(minutes) - 300) for _number in range(draw(st.integers(0, 5)))]
    sessions = [Session(n, begins, begins + timedelta(minutes=1 + draw(minutes)), draw(st.booleans())) for n, begins in enumerate(begin)]
    return starts, ends, draw(st.sampled_from([ZONE, "UTC", "Europe/Berlin", "America/New_York"])), sessions


@given(agendas())
@settings(max_examples=300, deadline=None)
def test_proposals_cover_every_day_and_never_overlap_in_their_kind(agenda: tuple[datetime, datetime, str, list[Session]]) -> None:
    starts, ends, zone, sessions = agenda
    found, days = propose(starts, ends, zone, sessions), days_of(starts, ends, zone)
    assert len(set(keys(found))) == len(found)
    windows: dict[object, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one in found:
        assert one.opens_at < one.closes_at
        if one.kind is not CheckpointKind.SESSION:
            windows["entrance" if one.kind in ENTRANCES else one.kind].append((one.opens_at, one.closes_at))
    for kind, spans in windows.items():
        assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False)), kind
    assert [local(opens, zone).date() for opens, _closes in windows["entrance"]] == days, "one entrance for each day"
    moment = starts
    while moment < ends:
        assert sum(opens <= moment < closes for opens, closes in windows["entrance"]) == 1
        moment += timedelta(hours=5)
    halves = [local(opens, zone).date() for opens, _closes in windows[CheckpointKind.HALF_DAY]]
    assert sorted([*set(halves), *set(halves)]) == halves and set(halves) <= set(days), "both halves of a day or none"
    assert {local(opens, zone).date() for opens, _closes in windows[CheckpointKind.MEAL]} <= set(days)
    assert {one.session_id for one in found if one.session_id is not None} == {session.id for session in sessions if session.bookable}
    assert propose(starts, ends, zone, sessions) == found


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-400, 400), st.sampled_from([ZONE, "Europe/Berlin"]))
def test_a_moment_moves_by_days_on_the_clock_of_the_zone(day: date, days: int, zone: str) -> None:
    value = datetime(day.year, day.month, day.day, 9, 30, tzinfo=ZoneInfo(zone))
    moved = on_day(value, days, zone)
    assert moved is not None and local(moved, zone).time() == value.time() and local(moved, zone).date() - day == timedelta(days=days)
    assert on_day(None, days, zone) is None


def test_a_name_that_ends_with_its_day_ends_with_the_new_one() -> None:
    old, new = date(2026, 11, 22), date(2026, 12, 3)
    assert renamed("เช้า 22\u00a0พฤศจิกายน 2569", "Morning 22 November 2026", old, new) == ("เช้า 3\u00a0ธันวาคม 2569", "Morning 3 December 2026")
    assert renamed("22\u00a0พฤศจิกายน 2569 เช้า", "", old, new) == ("22\u00a0พฤศจิกายน 2569 เช้า", "")
