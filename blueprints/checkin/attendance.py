"""Attendance, derived from the append-only log of scans. Pure: data in, facts out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

Direction = Literal["in", "out"]
Policy = Literal["once", "reentry", "any"]


class PastLike(Protocol):
    """What `attendance` reads of a stored scan."""

    nonce: str
    direction: Direction
    at: datetime
    admitted: bool
    undone: bool


@dataclass(frozen=True)
class Attendance:
    """What a person's scans at one checkpoint add up to.

    `seconds` counts closed stays only; `last_out` is the latest exit, also one without an entry.
    `conflicts` are the nonces of admissions the policy forbids, earliest first.
    """

    present: bool = False
    first_in: datetime | None = None
    last_out: datetime | None = None
    seconds: int = 0
    conflicts: tuple[str, ...] = ()


def attendance(log: Iterable[PastLike], policy: Policy, all_out_at: datetime | None = None) -> Attendance:
    """Derive one person's attendance at one checkpoint from the set of stored scans.

    `all_out_at`, given once it has passed: whoever came in by then and has not gone out counts as gone out at that time.

    Neither the order of `log` nor repetition matters; a scan that is undone in one of its copies
    is undone. Refused and undone scans do not count. Of two admissions at a `once` checkpoint,
    or two without an exit between them under `reentry`, the later one is the conflict.
    """
    scans = {scan.nonce: scan for scan in sorted(log, key=lambda scan: scan.undone)}
    present, first_in, last_out, entered = False, None, None, None
    stayed, conflicts = timedelta(), []
    for scan in sorted(scans.values(), key=in_order):
        if not scan.admitted or scan.undone:
            continue
        if present and all_out_at is not None and entered <= all_out_at < scan.at:
            stayed, present, last_out = stayed + (all_out_at - entered), False, all_out_at
        if scan.direction == "out":
            if present:
                stayed += scan.at - entered
            present, last_out = False, scan.at
            continue
        if (policy == "once" and first_in is not None) or (policy == "reentry" and present):
            conflicts.append(scan.nonce)
        if not present:
            present, entered = True, scan.at
        first_in = first_in or scan.at
    if present and all_out_at is not None and entered <= all_out_at:
        stayed, present, last_out = stayed + (all_out_at - entered), False, all_out_at
    return Attendance(present, first_in, last_out, int(stayed.total_seconds()), tuple(conflicts))


def in_order(scan: PastLike) -> tuple[datetime, Direction, str]:
    """Sort key of the log: effective time, `in` before `out`, then nonce, so that ties fall the same way everywhere."""
    return scan.at, scan.direction, scan.nonce
