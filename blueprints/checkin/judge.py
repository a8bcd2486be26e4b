"""The judge of the door: what a scan means. Pure: data in, a judgement out.

`vectors.json` beside this file is its table of test vectors; every other implementation of
the judge (the phone's, when it is offline) must pass the same table.

A scan is judged in eight steps. Step 1, a nonce that was seen before, belongs to the service:
it answers the stored row again and never asks the judge. Step 2 is `codes.clean_code`. Step 3, the
search, is the service's query; `judge` turns its outcome and steps 4 to 8 into a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from blueprints.checkin.attendance import Direction, Policy, attendance, in_order

CLOCK_LEAD = timedelta(minutes=2)
"""How far a device's clock may run ahead of ours and still be believed."""


class Verdict(StrEnum):
    """One vocabulary for the API, the phone, the log, the tests and the texts."""

    OK = "ok"
    ALREADY_IN = "already_in"
    UNVERIFIED = "unverified"
    NEEDS_ANSWERS = "needs_answers"
    WAITLISTED = "waitlisted"
    PENDING_APPROVAL = "pending_approval"
    NOT_CONFIRMED = "not_confirmed"
    WRONG_SESSION = "wrong_session"
    WRONG_CATEGORY = "wrong_category"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    REPLACED = "replaced"
    OTHER_EVENT = "other_event"
    UNKNOWN = "unknown"
    ANNULLED = "annulled"

    @property
    def colour(self) -> Literal["green", "amber", "red", "none"]:
        """The colour of the phone's screen; `none` for an undone scan."""
        if self is Verdict.OK:
            return "green"
        if self is Verdict.ANNULLED:
            return "none"
        return "amber" if self in AMBER else "red"

    @property
    def forceable(self) -> bool:
        """Whether staff may admit all the same: steps 4 to 8 only, never step 3."""
        return self not in NOT_FORCEABLE


AMBER = frozenset(
    {
        Verdict.ALREADY_IN,
        Verdict.UNVERIFIED,
        Verdict.NEEDS_ANSWERS,
        Verdict.WAITLISTED,
        Verdict.PENDING_APPROVAL,
        Verdict.NOT_CONFIRMED,
    }
)
NOT_FORCEABLE = frozenset(
    {
        Verdict.OK,
        Verdict.UNVERIFIED,
        Verdict.REPLACED,
        Verdict.OTHER_EVENT,
        Verdict.UNKNOWN,
        Verdict.ANNULLED,
    }
)

# --- What the judge is told --------------------------------------------------------------------


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint admits. None in `categories` or `sessions` means all of them.

    `policy`: `once` admits a person one time; `reentry` again after each exit; `any` always.
    The window is `opens_at <= time < closes_at`; None leaves that side open.
    At `all_out_at` everybody counts as gone out. `strict` refuses people who have not confirmed their seat; a lenient checkpoint admits them.
    People without a seat (waitlisted, pending approval) are stopped by both.
    """

    id: object
    categories: frozenset | None = None
    sessions: frozenset | None = None
    policy: Policy = "once"
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    strict: bool = True
    all_out_at: datetime | None = None


@dataclass(frozen=True)
class Known:
    """The registration behind a code.

    `status` is `confirmed`, `not_confirmed`, `waitlisted`, `pending_approval` or `cancelled`; a
    cancelled registration had a confirmed seat until `cancelled_at`. `session_ids` are the
    sessions this person may attend; `code_retired_at` is when the code read was replaced.
    """

    registration_id: object
    event_id: object
    category_id: object = None
    session_ids: frozenset = frozenset()
    status: str = "confirmed"
    cancelled_at: datetime | None = None
    blocked_at: datetime | None = None
    code_retired_at: datetime | None = None
    needs_answers: bool = False


@dataclass(frozen=True)
class Attempt:
    """One attempt at a door. `claimed_at` is the device's clock, `received_at` ours.

    `shown` is the verdict that an offline phone gave its staff by itself; None when it asked us first.
    """

    direction: Direction
    claimed_at: datetime
    received_at: datetime
    enrolled_at: datetime
    offline: bool = False
    forced: bool = False
    shown: Verdict | None = None


@dataclass(frozen=True)
class Past:
    """One stored scan of the same registration at the same checkpoint.

    `nonce` must be unique over all devices here; `at` is the effective time of its judgement.
    """

    nonce: str
    direction: Direction
    at: datetime
    gate: str = ""
    admitted: bool = True
    undone: bool = False


@dataclass(frozen=True)
class Judgement:
    """The judge's answer.

    `at` is the effective time; `clock_warning` says that it is ours because the device's was not
    to be believed. `would_be` is the verdict without force, `forced_needed` that force changed
    it. `first_in` is the earliest admission that stands, if there is one.

    `forced_needed` of an offline upload depends on the scans known when it arrived, so the
    conflicts of a `once` checkpoint are taken from `attendance`, which does not.
    """

    verdict: Verdict
    at: datetime
    would_be: Verdict
    clock_warning: bool = False
    forced_needed: bool = False
    first_in: Past | None = None

    @property
    def admitted(self) -> bool:
        """Whether the person passed."""
        return self.verdict is Verdict.OK

    @property
    def can_force(self) -> bool:
        """Whether staff may decide to admit all the same."""
        return self.verdict.forceable


# --- Steps 3 to 8 ------------------------------------------------------------------------------


def judge(event_id: object, checkpoint: Checkpoint, known: Known | None, attempt: Attempt, log: Sequence[Past]) -> Judgement:
    """Judge one attempt at `checkpoint` of event `event_id`, given the registration's `log` there.

    An offline upload is judged as of its own time: of cancellations, retired codes and the log
    only what had happened by then counts. Online, everything stored counts, whatever the device's
    clock says, so that of many devices at once exactly one admits.

    What happened at the door is what the offline phone showed: whom it admitted is in, whatever we know better, and whom it
    turned away is not, though we would have admitted.
    """
    believed = attempt.enrolled_at <= attempt.claimed_at <= attempt.received_at + CLOCK_LEAD
    at = attempt.claimed_at if believed else attempt.received_at
    facts_at = at if attempt.offline else attempt.received_at
    standing = [
        past for past in sorted(log, key=in_order) if past.admitted and not past.undone and (past.at <= at or not attempt.offline)
    ]
    first_in = next((past for past in standing if past.direction == "in"), None)
    would_be = _verdict(event_id, checkpoint, known, attempt.direction, at, facts_at, standing)
    turned_away = attempt.offline and not attempt.forced and attempt.shown not in (None, Verdict.OK)
    forced = would_be.forceable and (attempt.forced or attempt.offline) and not turned_away
    alone = Verdict(attempt.shown) if turned_away and would_be is Verdict.OK else None
    return Judgement(
        verdict=Verdict.OK if forced else alone or would_be,
        at=at,
        would_be=would_be,
        clock_warning=not believed,
        forced_needed=forced,
        first_in=first_in,
    )


def _verdict(
    event_id: object,
    checkpoint: Checkpoint,
    known: Known | None,
    direction: Direction,
    at: datetime,
    facts_at: datetime,
    standing: Sequence[Past],
) -> Verdict:
    """Steps 3 to 8 without force; the first that objects decides."""

    def since(moment: datetime | None) -> bool:
        return moment is not None and moment <= facts_at

    if known is None:
        return Verdict.UNKNOWN
    if known.event_id != event_id:
        return Verdict.OTHER_EVENT
    if since(known.code_retired_at):
        return Verdict.REPLACED
    if since(known.cancelled_at) or (known.status == "cancelled" and known.cancelled_at is None):
        return Verdict.CANCELLED
    if since(known.blocked_at):
        return Verdict.BLOCKED
    if known.status in ("waitlisted", "pending_approval"):
        return Verdict(known.status)
    if known.status == "not_confirmed" and checkpoint.strict:
        return Verdict.NOT_CONFIRMED
    if checkpoint.categories is not None and known.category_id not in checkpoint.categories:
        return Verdict.WRONG_CATEGORY
    if checkpoint.sessions is not None and not checkpoint.sessions & known.session_ids:
        return Verdict.WRONG_SESSION
    if direction == "out":
        return Verdict.OK
    if checkpoint.opens_at is not None and at < checkpoint.opens_at:
        return Verdict.TOO_EARLY
    if checkpoint.closes_at is not None and at >= checkpoint.closes_at:
        return Verdict.TOO_LATE
    if known.needs_answers:
        return Verdict.NEEDS_ANSWERS
    return Verdict.ALREADY_IN if _barred(checkpoint, standing, at) else Verdict.OK


def _barred(checkpoint: Checkpoint, standing: Sequence[Past], at: datetime) -> bool:
    """Whether the entry policy refuses another `in` at this time after the admissions in `standing`."""
    if checkpoint.policy == "once":
        return any(past.direction == "in" for past in standing)
    all_out = checkpoint.all_out_at if checkpoint.all_out_at is not None and checkpoint.all_out_at < at else None
    return checkpoint.policy == "reentry" and attendance(standing, checkpoint.policy, all_out).present
