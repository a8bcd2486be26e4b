"""What each verdict is called and what it tells door staff."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from blueprints.checkin.judge import Verdict
from models import CheckpointKind, DeviceMode, EntryPolicy

#: The word and the sentence of each verdict.
TEXTS: dict[Verdict, tuple[Any, Any]] = {
    Verdict.OK: (_l("Welcome"), _l("Let this person in.")),
    Verdict.ALREADY_IN: (_l("Already in"), _l("This ticket was used before. Ask whether it is the same person.")),
    Verdict.UNVERIFIED: (_l("Not verified yet"), _l("Decided without the server; it will be checked when the network is back.")),
    Verdict.NEEDS_ANSWERS: (_l("A question is open"), _l("Ask the question first, then scan again.")),
    Verdict.WAITLISTED: (_l("On the waitlist"), _l("This person has no seat yet. Send the person to the organiser’s desk.")),
    Verdict.PENDING_APPROVAL: (_l("Awaiting approval"), _l("The organiser has not decided yet. Send the person to the organiser’s desk.")),
    Verdict.NOT_CONFIRMED: (_l("Not confirmed yet"), _l("A seat is held, but not accepted yet. Send the person to the organiser’s desk.")),
    Verdict.WRONG_SESSION: (_l("Another session"), _l("This ticket is for another session. Show the way there.")),
    Verdict.WRONG_CATEGORY: (_l("Another entrance"), _l("This ticket is for another entrance. Show the way there.")),
    Verdict.TOO_EARLY: (_l("Too early"), _l("This checkpoint is not open yet.")),
    Verdict.TOO_LATE: (_l("Too late"), _l("This checkpoint has closed.")),
    Verdict.CANCELLED: (_l("Cancelled"), _l("This registration was cancelled. Ask the organiser.")),
    Verdict.BLOCKED: (_l("Blocked"), _l("This registration is blocked. Call the organiser.")),
    Verdict.REPLACED: (_l("Replaced"), _l("This code was replaced by a new one. Ask for the newest ticket.")),
    Verdict.OTHER_EVENT: (_l("Another event"), _l("This ticket is for another event. Ask to see the ticket for today.")),
    Verdict.UNKNOWN: (_l("Unknown code"), _l("This is no ticket of ours. Ask for the ticket, or find the name.")),
    Verdict.ANNULLED: (_l("Undone"), _l("This scan was undone. Scan the ticket again.")),
}
#: What staff with the right to admit all the same read of people without a ticket that is good; the others read `TEXTS`.
BY_RIGHT: dict[Verdict, Any] = {
    Verdict.WAITLISTED: _l("This person has no seat yet. If there is room, you may let the person in; it is recorded."),
    Verdict.PENDING_APPROVAL: _l("The organiser has not decided yet. If you answer for it, you may let the person in; it is recorded."),
    Verdict.NOT_CONFIRMED: _l("A seat is held, but not accepted yet. You may let the person in; it is recorded."),
}
#: Where the log of the organiser calls a verdict otherwise than the phone does.
IN_LOG: dict[str, Any] = {Verdict.OK.value: _l("Admitted")}
WENT_OUT = (_l("Goodbye"), _l("This person has gone out."))
#: What a device may be allowed to do.
GRANTS: dict[str, Any] = {
    "search": _l("Find people by name"),
    "undo": _l("Undo its own scans for 15 minutes"),
    "force": _l("Admit all the same (recorded)"),
    "walk_in": _l("Register people at the door"),
    "substitute": _l("Let a colleague come instead"),
    "search_offline": _l("Keep the names on the phone, to find people without a network"),
}
#: Who holds a device.
MODES: dict[str, Any] = {
    DeviceMode.STAFF.value: _l("Door staff"),
    DeviceMode.KIOSK.value: _l("Nobody: a kiosk at which people scan their own tickets, and which shows no list"),
}
#: What is entered at a checkpoint, and how often.
KINDS: dict[str, Any] = {
    CheckpointKind.EVENT.value: _l("The whole event"), CheckpointKind.DAY.value: _l("One day"), CheckpointKind.HALF_DAY.value: _l("Half a day"),
    CheckpointKind.SESSION.value: _l("A session"), CheckpointKind.MEAL.value: _l("A meal"),
}
POLICIES: dict[str, Any] = {
    EntryPolicy.ONCE.value: _l("Once"), EntryPolicy.REENTRY.value: _l("Again after going out"), EntryPolicy.ANY.value: _l("Any number of times"),
}


def sentence(verdict: Verdict, may_force: bool) -> Any:
    """What the phone's staff read of a verdict, with the right to admit all the same or without it."""
    return BY_RIGHT[verdict] if may_force and verdict in BY_RIGHT else TEXTS[verdict][1]
