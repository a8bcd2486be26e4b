"""When an event goes on, part by part, and how long somebody was there. Pure: times in, seconds out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from blueprints.checkin.agenda import AFTER_LUNCH, NOON, days_of, hours_of
from blueprints.checkin.attendance import Direction, Policy, attendance
from core.forms import moment
from core.locale import local
from models import CheckpointKind

Span = tuple[datetime, datetime]
#: By what time is measured, the finest first: a half-day counts instead of its day, a day instead of the whole event.
MEASURED = (CheckpointKind.HALF_DAY, CheckpointKind.DAY, CheckpointKind.EVENT)


@dataclass(frozen=True)
class Part:
    """A checkpoint as a part of the event: when it goes on, without the night and the lunch hour. No `categories`: it is for all."""

    checkpoint_id: int
    kind: CheckpointKind
    spans: tuple[Span, ...] = ()
    categories: frozenset[int] | None = None
    policy: Policy = "once"
    all_out_at: datetime | None = None

    @property
    def seconds(self) -> int:
        return sum(int((end - start).total_seconds()) for start, end in self.spans)

    def is_for(self, category_id: int) -> bool:
        return self.categories is None or category_id in self.categories


@dataclass(frozen=True)
class Past:
    """A scan that stands, as `attendance` reads it."""

    nonce: str
    direction: Direction
    at: datetime
    admitted: bool = True
    undone: bool = False


def opening_hours(starts_at: datetime, ends_at: datetime, zone: str, sessions: Iterable[Any]) -> list[Span]:
    """From when until when an event goes on, each of its days: as its own times and its sessions say. A day that goes on past noon on
    both sides rests from 12.00 to 13.00, unless a session goes on then."""
    sessions, days = list(sessions), days_of(starts_at, ends_at, zone)
    found: list[Span] = []
    for day in days:
        begins, ends = hours_of(day, days, local(starts_at, zone), local(ends_at, zone), zone, sessions)
        span = moment(day, begins, zone), moment(day, ends, zone) if ends < time.max else moment(day + timedelta(days=1), time(), zone)
        lunch = moment(day, NOON, zone), moment(day, AFTER_LUNCH, zone)
        if span[0] < lunch[0] and lunch[1] < span[1] and not any(_overlap(lunch, (one.starts_at, one.ends_at)) for one in sessions):
            found += [(span[0], lunch[0]), (lunch[1], span[1])]
        elif span[0] < span[1]:
            found.append(span)
    return found


def within(spans: Iterable[Span], opens_at: datetime | None, closes_at: datetime | None) -> tuple[Span, ...]:
    """The spans as far as they lie in a window, which may be open at either end."""
    cut = ((max(start, opens_at or start), min(end, closes_at or end)) for start, end in spans)
    return tuple(span for span in cut if span[0] < span[1])


def timed(parts: Sequence[Part]) -> list[Part]:
    """The parts over which time is measured: no moment is in two of them."""
    found: list[Part] = []
    for kind in MEASURED:
        finer = [span for part in found for span in part.spans]
        found += [part for part in parts if part.kind is kind and part.spans
                  and not any(_overlap(one, other) for one in part.spans for other in finer)]
    return found


def stayed(part: Part, log: Sequence[Past], until: datetime) -> int:
    """How many seconds of the part somebody was there, by `until` at the latest.

    Whoever was let in and not scanned out stayed to the part's end, or until the time at which all count as gone out: so one scan at the
    door counts the part from then on, and an early one counts all of it.
    """
    if part.all_out_at:
        log = [*log, Past("", "out", part.all_out_at)]
    return sum(_by(min(end, until), part, log) - _by(min(start, until), part, log) for start, end in part.spans)


def _by(moment_: datetime, part: Part, log: Sequence[Past]) -> int:
    """The seconds of all stays up to a moment, at which those who are in count as gone out."""
    return attendance([one for one in log if one.at <= moment_], part.policy, moment_).seconds


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
