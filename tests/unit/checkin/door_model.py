"""The door in plain Python: what must be true whatever phones do, and what an honest phone knows and tells. No database, no judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from blueprints.checkin.items import Item, Undo
from blueprints.checkin.judge import Verdict
from blueprints.checkin.walkins import WalkIn
from models import Device, Direction, EntryPolicy

FRESH = timedelta(seconds=4)  # as in static/door/sync.js
CLOCK_LEAD = timedelta(minutes=2)
FORCEABLE = (Verdict.ALREADY_IN, Verdict.CANCELLED, Verdict.UNVERIFIED)


@dataclass
class Row:
    """One stored scan. `answer` is what the phone was told first; `item` is as it was sent then."""

    device: int
    nonce: str
    person: int | None
    direction: Direction
    at: datetime
    admitted: bool
    item: Item
    received: datetime
    answer: Verdict = Verdict.UNKNOWN
    undone: bool = False

    @property
    def key(self) -> str:
        return f"{self.device}:{self.nonce}"


@dataclass
class Rule:
    """The entry policy of the checkpoint."""

    policy: EntryPolicy
    all_out: datetime | None

    def inside(self, log: list[Row], at: datetime) -> bool:
        """Whether the last thing that the person did was to come in, and not before everybody counted as gone."""
        if not log or log[-1].direction is Direction.OUT:
            return False
        return not (self.all_out and log[-1].at <= self.all_out < at)

    def bars(self, log: list[Row], at: datetime) -> bool:
        if self.policy is EntryPolicy.ONCE:
            return any(row.direction is Direction.IN for row in log)
        return self.policy is EntryPolicy.REENTRY and self.inside(log, at)

    def conflicts(self, log: list[Row]) -> tuple[str, ...]:
        entries = [row.key for row in log if row.direction is Direction.IN]
        if self.policy is EntryPolicy.ONCE:
            return tuple(entries[1:])
        if self.policy is EntryPolicy.ANY:
            return ()
        return tuple(second.key for first, second in pairwise(log) if first.direction is second.direction is Direction.IN
                     and not (self.all_out and first.at <= self.all_out < second.at))

    def counts(self, log: list[Row], at: datetime) -> bool:
        """Whether the person is one of those whom the live counts call present."""
        return self.inside(log, at) if self.policy is EntryPolicy.REENTRY else any(row.direction is Direction.IN for row in log)


def standing(rows: Iterable[Row], person: int) -> list[Row]:
    """The admissions of a person that nobody undid, in the order of the log."""
    return sorted((row for row in rows if row.person == person and row.admitted and not row.undone),
                  key=lambda row: (row.at, row.direction.value, row.key))


@dataclass
class Door:
    """The server's side. `codes`: whose, and since when replaced; `cancelled`: since when."""

    rule: Rule
    enrolled_at: datetime
    rows: dict[str, Row] = field(default_factory=dict)
    codes: dict[str, tuple[int, datetime | None]] = field(default_factory=dict)
    cancelled: dict[int, datetime] = field(default_factory=dict)

    def take(self, device: int, item: Item, person: int | None, received: datetime) -> Row:
        """The row of an attempt: the one that was stored first, or a new one."""
        if before := self.rows.get(f"{device}:{item.nonce}"):
            return before
        believed = self.enrolled_at <= item.claimed_at <= received + CLOCK_LEAD
        at = item.claimed_at if believed else received
        admitted = self._admits(item, person, at, received)
        row = Row(device, item.nonce, person, item.direction, at, admitted, item, received)
        self.rows[row.key] = row
        return row

    def _admits(self, item: Item, person: int | None, at: datetime, received: datetime) -> bool:
        if person is None:
            return False
        _whose, retired_at = self.codes.get(item.code, (person, None))
        if retired_at and retired_at <= (at if item.offline else received):
            return False
        if item.offline:  # what happened is what the phone showed
            return item.forced or item.shown in (None, Verdict.OK)
        barred = item.direction is Direction.IN and self.rule.bars(standing(self.rows.values(), person), at)
        return item.forced or not (barred or person in self.cancelled)

    def undo(self, device: int, undo: Undo) -> bool:
        """Whether the phone may take its scan back; done if so."""
        row = self.rows.get(f"{device}:{undo.target}")
        if row is None or (not row.undone and row.at < undo.claimed_at - timedelta(minutes=15)):
            return False
        row.undone = True
        return True


@dataclass
class Phone:
    """An honest phone: it judges by what it knew when it last asked and by what it did since, and sends its queue in order."""

    device: Device
    force: bool
    codes: dict[str, tuple[int, datetime | None]] = field(default_factory=dict)
    cancelled: set[int] = field(default_factory=set)
    log: dict[str, Row] = field(default_factory=dict)
    queue: list[Item | Undo | WalkIn] = field(default_factory=list)

    def ask(self, door: Door) -> None:
        """Learn what is new."""
        self.codes, self.cancelled = dict(door.codes), set(door.cancelled)
        self.log |= {row.key: replace(row) for row in door.rows.values() if row.admitted}

    def scan(self, item: Item, rule: Rule, wants_force: bool) -> None:
        """Judge and keep one attempt; staff may let in whom the phone could not verify, and force if the phone has the right."""
        person, retired_at = self.codes.get(item.code, (None, None))
        shown = self._judge(item, person, retired_at, rule)
        forced = wants_force and shown in FORCEABLE and (self.force or shown is Verdict.UNVERIFIED)
        self.queue.append(replace(item, shown=shown, forced=forced))
        if person is not None and (forced or shown is Verdict.OK):
            row = Row(self.device.id, item.nonce, person, item.direction, item.claimed_at, True, item, item.claimed_at)
            self.log[row.key] = row

    def _judge(self, item: Item, person: int | None, retired_at: datetime | None, rule: Rule) -> Verdict:
        if person is None:
            return Verdict.UNVERIFIED
        if retired_at:
            return Verdict.REPLACED
        if person in self.cancelled:
            return Verdict.CANCELLED
        barred = item.direction is Direction.IN and rule.bars(standing(self.log.values(), person), item.claimed_at)
        return Verdict.ALREADY_IN if barred else Verdict.OK

    def undo(self, row: Row, undo: Undo) -> None:
        row.undone = True
        self.queue.append(undo)

    def as_sent(self, kept: Item | Undo | WalkIn, at: datetime) -> Item | Undo | WalkIn:
        """What leaves the phone at this time: a fresh attempt is for the server to judge, an older one happened as the phone showed."""
        if isinstance(kept, Undo):
            return kept
        alone = at - kept.claimed_at > FRESH
        if isinstance(kept, WalkIn):
            return replace(kept, offline=alone)
        alone = alone or (kept.forced and kept.shown is Verdict.UNVERIFIED)
        return replace(kept, offline=True) if alone else replace(kept, shown=None)

    def settle(self, nonce: str, verdict: Verdict | None) -> None:
        """The server has named it: out of the queue, and in the log as the server says."""
        self.queue = [kept for kept in self.queue if kept.nonce != nonce]
        if verdict and (row := self.log.get(f"{self.device.id}:{nonce}")):
            row.admitted, row.undone = verdict is Verdict.OK, verdict is Verdict.ANNULLED
