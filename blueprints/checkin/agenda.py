"""Checkpoints that an event's days and sessions call for. Pure: dates in, proposals out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from core.forms import moment
from core.locale import local
from models import CheckpointKind, EntryPolicy
from thai.dates import english_date, medium_date

NOON, AFTER_LUNCH = time(12), time(13)
DAY_BEGINS, DAY_ENDS = time(9), time(16, 30)  # of a day about which the event does not say it
LUNCH = (time(11), time(14))
BEFORE_SESSION = timedelta(minutes=30)
LONGEST_NAME = 200
ENTRANCE = ("ทางเข้างาน", "Entrance")


class SessionLike(Protocol):
    """What is read of a session."""

    id: int
    title_th: str
    title_en: str
    starts_at: datetime
    ends_at: datetime
    bookable: bool


@dataclass(frozen=True)
class Proposal:
    """A checkpoint that could be made. `key` stays the same as long as the agenda does."""

    key: str
    kind: CheckpointKind
    name_th: str
    name_en: str
    opens_at: datetime
    closes_at: datetime
    session_id: int | None = None
    policy: EntryPolicy = EntryPolicy.ONCE

    @property
    def needed(self) -> bool:
        """Whether an event of this agenda hardly does without it: nobody comes in, or into a session of their choice, otherwise."""
        return self.kind in (CheckpointKind.EVENT, CheckpointKind.DAY, CheckpointKind.SESSION)


def days_of(starts_at: datetime, ends_at: datetime, zone: str) -> list[date]:
    """The calendar days of an event where it is held. One that ends at midnight does not reach the day that begins then."""
    first, last = local(starts_at, zone).date(), local(ends_at - timedelta(microseconds=1), zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def entrances(starts_at: datetime, ends_at: datetime, zone: str) -> list[Proposal]:
    """The entrance of each day, open from midnight to midnight; that of an event of one day is the event's."""
    days = days_of(starts_at, ends_at, zone)
    kind = CheckpointKind.DAY if len(days) > 1 else CheckpointKind.EVENT
    return [Proposal(f"day:{day}", kind, *_named(ENTRANCE, day, days), *_between(day, zone)) for day in days]


def propose(starts_at: datetime, ends_at: datetime, zone: str, sessions: Iterable[SessionLike]) -> list[Proposal]:
    """Day by day the entrance, the halves of a day that spans noon, a meal where it spans 12.00–13.00; then each session that people choose."""
    sessions, days = list(sessions), days_of(starts_at, ends_at, zone)
    found = []
    for day, entrance in zip(days, entrances(starts_at, ends_at, zone), strict=True):
        found.append(entrance)
        begins, ends = hours_of(day, days, local(starts_at, zone), local(ends_at, zone), zone, sessions)
        if begins < NOON < ends:
            for key, name, part in (("morning", ("เช้า", "Morning"), (time(), NOON)), ("afternoon", ("บ่าย", "Afternoon"), (NOON, None))):
                found.append(Proposal(f"{key}:{day}", CheckpointKind.HALF_DAY, *_named(name, day, days), *_between(day, zone, *part)))
        if begins <= NOON and ends >= AFTER_LUNCH:
            found.append(Proposal(f"meal:{day}", CheckpointKind.MEAL, *_named(("อาหารกลางวัน", "Lunch"), day, days), *_between(day, zone, *LUNCH)))
    return found + [of_session(one) for one in sessions if one.bookable]


def of_session(session: SessionLike) -> Proposal:
    """The door of a session, open from half an hour before it until its end."""
    opens, closes = session_window(session.starts_at, session.ends_at)
    return Proposal(f"session:{session.id}", CheckpointKind.SESSION, session.title_th[:LONGEST_NAME], session.title_en[:LONGEST_NAME],
                    opens, closes, session.id)


def session_window(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """When the door of a session is open."""
    return starts_at - BEFORE_SESSION, ends_at


def name_of_day(day: date) -> tuple[str, str]:
    """What the entrance of one of several days is called, in Thai and English."""
    return f"{ENTRANCE[0]} {medium_date(day)}", f"{ENTRANCE[1]} {english_date(day)}"


def renamed(name_th: str, name_en: str, old: date, new: date) -> tuple[str, str]:
    """The names with the new day where they end with the old one."""
    return (_with_day(name_th, medium_date(old), medium_date(new)), _with_day(name_en, english_date(old), english_date(new)))


def on_day(value: datetime | None, days: int, zone: str) -> datetime | None:
    """The moment as many days later, on the clock of `zone`."""
    if value is None:
        return None
    there = local(value, zone)
    return moment(there.date() + timedelta(days=days), there.time(), zone)


def _with_day(name: str, old: str, new: str) -> str:
    return name.removesuffix(old) + new if name.endswith(old) else name


def _named(name: tuple[str, str], day: date, days: list[date]) -> tuple[str, str]:
    return (f"{name[0]} {medium_date(day)}", f"{name[1]} {english_date(day)}") if len(days) > 1 else name


def _between(day: date, zone: str, begins: time = time(), ends: time | None = None) -> tuple[datetime, datetime]:
    """A part of a day; without an end, until midnight."""
    return moment(day, begins, zone), moment(day, ends, zone) if ends else moment(day + timedelta(days=1), time(), zone)


def hours_of(day: date, days: list[date], first: datetime, last: datetime, zone: str, sessions: Iterable[SessionLike]) -> tuple[time, time]:
    """From when until when there is something on that day, as the event's own times and its sessions say."""
    begins = first.time() if day == days[0] else min(DAY_BEGINS, last.time()) if day == last.date() else DAY_BEGINS
    ends = last.time() if day == last.date() else time.max if day == days[-1] else max(DAY_ENDS, begins)
    for session in sessions:
        starts, stops = local(session.starts_at, zone), local(session.ends_at - timedelta(microseconds=1), zone)
        if starts.date() <= day <= stops.date():
            begins = min(begins, starts.time() if starts.date() == day else time())
            ends = max(ends, stops.time() if stops.date() == day else time.max)
    return begins, ends
