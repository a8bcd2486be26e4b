"""When each slot begins, and how much of its time is left. Pure: slots and moments in, times out."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar


class SlotLike(Protocol):
    """What is read of a slot."""

    minutes: int
    question_minutes: int
    begins_at: datetime | None
    withdrawn: bool


S = TypeVar("S", bound=SlotLike)


@dataclass(frozen=True)
class Timed:
    """A slot with its time. `overlaps`: it should begin before the one before it ends."""

    slot: SlotLike
    starts_at: datetime
    ends_at: datetime
    overlaps: bool = False


def timed(slots: Iterable[S], begins_at: datetime) -> list[Timed]:
    """The slots that take place, one after the other from `begins_at`; one with a time of its own begins then, and those after it follow."""
    found: list[Timed] = []
    at = begins_at
    for slot in slots:
        if slot.withdrawn:
            continue
        starts_at = slot.begins_at or at
        ends_at = starts_at + timedelta(minutes=slot.minutes + slot.question_minutes)
        found.append(Timed(slot, starts_at, ends_at, bool(found) and starts_at < at))
        at = ends_at
    return found


class Phase(enum.StrEnum):
    """What goes on: nothing yet, the talk, the questions after it, or more than the time that was given."""

    WAITING = "waiting"
    TALK = "talk"
    QUESTIONS = "questions"
    OVER = "over"


@dataclass(frozen=True)
class Clock:
    """What a screen shows: the phase, the seconds that are left of it (negative: over by so many), and whether the clock stands."""

    phase: Phase
    seconds: int
    paused: bool = False


def clock(slot: SlotLike | None, started_at: datetime | None, paused_at: datetime | None, extra_seconds: int, now: datetime) -> Clock:
    """The clock of a slot that runs. Time added goes to the talk."""
    if slot is None or started_at is None:
        return Clock(Phase.WAITING, 0)
    passed = int(((paused_at or now) - started_at).total_seconds())
    talk = slot.minutes * 60 + extra_seconds - passed
    if talk > 0:
        return Clock(Phase.TALK, talk, paused_at is not None)
    if talk + slot.question_minutes * 60 > 0:
        return Clock(Phase.QUESTIONS, talk + slot.question_minutes * 60, paused_at is not None)
    return Clock(Phase.OVER, talk + slot.question_minutes * 60, paused_at is not None)
