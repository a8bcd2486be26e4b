"""What is entered where: an event's checkpoints, made from its agenda or by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, or_, select

from blueprints.checkin import agenda, queries
from blueprints.checkin.agenda import Proposal
from core import history
from core.codes import digest
from core.errors import ChangedMeanwhile, Refused
from models import (
    Checkpoint,
    CheckpointKind,
    Device,
    Enrolment,
    EntryPolicy,
    Event,
    Scan,
    Signature,
    db,
    now,
)

MOST = 120
ENTRANCES = (CheckpointKind.EVENT, CheckpointKind.DAY)


@dataclass(frozen=True)
class CheckpointDetails:
    """What an organiser decides of a checkpoint. `category_ids` None: every category."""

    kind: CheckpointKind
    name_th: str
    name_en: str = ""
    session_id: int | None = None
    category_ids: frozenset[int] | None = None
    policy: EntryPolicy = EntryPolicy.ONCE
    strict: bool = True
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    all_out_at: datetime | None = None
    signature: bool = False


class TooManyCheckpoints(Refused):
    message = _l("An event can have up to 120 checkpoints. Please remove one first.")


class SessionMissing(Refused):
    message = _l("Please choose the session, or another kind of checkpoint.")
    field = "session_id"


class SessionUnfit(Refused):
    message = _l("Only a checkpoint for a session belongs to one. Choose that kind, or no session.")
    field = "session_id"


class ClosesBeforeOpening(Refused):
    message = _l("It closes before it opens. Please check both days and times.")
    field = "closes_day"


class OutBeforeOpening(Refused):
    message = _l("Everybody would be out before the checkpoint opens. Please check the day and the time.")
    field = "all_out_day"


class HasScans(Refused):
    message = _l("People were scanned at this checkpoint, so it has to stay. Close it by its window instead.")


class OnlyOneOfPhone(Refused):
    """A phone would be left without a checkpoint."""

    def __init__(self, device: Device) -> None:
        super().__init__(_l("%(device)s may scan at this checkpoint alone. Revoke that phone or enrol it anew first.", device=device.label))


class NothingChosen(Refused):
    message = _l("Please tick what is to be made.")
    field = "chosen"


def ensure_checkpoints(event: Event) -> list[Checkpoint]:
    """The event's checkpoints; one entrance for each of its days if it has none yet. A day's entrance opens at midnight."""
    if rows := queries.checkpoints(event):
        return rows
    _hold(event)  # another organiser may be first
    return queries.checkpoints(event) or add(event, agenda.entrances(event.starts_at, event.ends_at, event.timezone))


def proposals(event: Event) -> list[tuple[Proposal, bool]]:
    """What the agenda calls for, and whether the event has it already."""
    there = queries.checkpoints(event)
    found = agenda.propose(event.starts_at, event.ends_at, event.timezone, event.sessions)
    return [(one, any(is_there(one, row) for row in there)) for one in found]


def add_proposed(event: Event, keys: Collection[str]) -> list[Checkpoint]:
    """Make the chosen proposals, but for those that are there already. Raises `NothingChosen`, `TooManyCheckpoints`."""
    _hold(event)
    if not keys:
        raise NothingChosen
    wanted = [one for one, there in proposals(event) if one.key in keys and not there]
    if len(queries.checkpoints(event)) + len(wanted) > MOST:
        raise TooManyCheckpoints
    rows = add(event, wanted)
    for row in rows:
        history.record("checkpoint.added", event=event, name=row.name_th)
    return rows


def create(event: Event, details: CheckpointDetails) -> Checkpoint:
    """A new checkpoint at the end. Raises `TooManyCheckpoints` and the facts of `change` but `ChangedMeanwhile`."""
    _hold(event)
    there = queries.checkpoints(event)
    if len(there) >= MOST:
        raise TooManyCheckpoints
    row = Checkpoint(event_id=event.id, position=1 + max((one.position for one in there), default=-1))
    _fill(event, row, details)
    db.session.add(row)
    db.session.flush()
    history.record("checkpoint.added", event=event, name=row.name_th)
    return row


def change(event: Event, row: Checkpoint, details: CheckpointDetails, seen: str) -> None:
    """Change a checkpoint as it was `seen` (`fingerprint`). What was judged there before stays as it was judged.

    Raises `ChangedMeanwhile`, `SessionMissing`, `SessionUnfit`, `ClosesBeforeOpening`, `OutBeforeOpening`.
    """
    _hold(event)
    db.session.refresh(row)
    if fingerprint(row) != seen:
        raise ChangedMeanwhile
    _fill(event, row, details)
    db.session.flush()
    history.record("checkpoint.changed", event=event, name=row.name_th)


def fingerprint(row: Checkpoint) -> str:
    """The same as long as nobody changed what an organiser decides of the checkpoint."""
    return digest(repr([getattr(row, name) for name in CheckpointDetails.__dataclass_fields__]))


def move(event: Event, row: Checkpoint, step: int) -> None:
    """One place up (-1) or down (+1)."""
    _hold(event)
    there = queries.checkpoints(event)
    at = there.index(row)
    if 0 <= at + step < len(there):
        there[at], there[at + step] = there[at + step], there[at]
    for position, one in enumerate(there):
        one.position = position
    db.session.flush()


def remove(event: Event, row: Checkpoint) -> None:
    """Take away a checkpoint where nobody was ever scanned. Raises `HasScans`, `OnlyOneOfPhone`."""
    _hold(event)
    db.session.refresh(row, with_for_update=True)  # whoever scans there now is waited for
    if used(event, row):
        raise HasScans
    chosen = [one for kind in (Device, Enrolment) for one in db.session.scalars(select(kind).where(kind.event_id == event.id).order_by(kind.id))
              if row.id in (one.checkpoint_ids or ())]
    for one in chosen:
        if isinstance(one, Device) and len(one.checkpoint_ids) == 1 and not one.revoked_at and one.expires_at > now():
            raise OnlyOneOfPhone(one)
    for one in chosen:
        one.checkpoint_ids = [number for number in one.checkpoint_ids if number != row.id]
    history.record("checkpoint.removed", event=event, name=row.name_th)
    db.session.delete(row)
    db.session.flush()


def used(event: Event, *rows: Checkpoint) -> set[int]:
    """Of these checkpoints, those where somebody was scanned or has signed; they have to stay."""
    there = or_(exists().where(Scan.checkpoint_id == Checkpoint.id), exists().where(Signature.checkpoint_id == Checkpoint.id))
    found = select(Checkpoint.id).where(Checkpoint.event_id == event.id, there)
    return set(db.session.scalars(found.where(Checkpoint.id.in_([row.id for row in rows])) if rows else found))


def is_there(wanted: Proposal, row: Checkpoint) -> bool:
    """Whether the checkpoint is what is proposed: for the same session, or of the same kind with the middle of its window in the proposed one."""
    if wanted.session_id is not None:
        return row.session_id == wanted.session_id
    if row.kind != wanted.kind and not {row.kind, wanted.kind} <= set(ENTRANCES):
        return False
    if row.opens_at is None and row.closes_at is None:
        return wanted.kind is CheckpointKind.EVENT
    opens, closes = row.opens_at or row.closes_at - timedelta(seconds=2), row.closes_at or row.opens_at + timedelta(seconds=2)
    return wanted.opens_at <= opens + (closes - opens) / 2 < wanted.closes_at


def add(event: Event, wanted: Sequence[Proposal]) -> list[Checkpoint]:
    """Make these after those that are there."""
    first = 1 + max((row.position for row in queries.checkpoints(event)), default=-1)
    rows = [Checkpoint(event_id=event.id, position=position, kind=one.kind, name_th=one.name_th, name_en=one.name_en, opens_at=one.opens_at,
                       closes_at=one.closes_at, session_id=one.session_id, policy=one.policy) for position, one in enumerate(wanted, first)]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _fill(event: Event, row: Checkpoint, details: CheckpointDetails) -> None:
    of_session = any(session.id == details.session_id for session in event.sessions)
    if details.kind is CheckpointKind.SESSION and not of_session:
        raise SessionMissing
    if details.session_id is not None and details.kind is not CheckpointKind.SESSION:
        raise SessionUnfit
    if details.opens_at and details.closes_at and details.closes_at <= details.opens_at:
        raise ClosesBeforeOpening
    if details.opens_at and details.all_out_at and details.all_out_at <= details.opens_at:
        raise OutBeforeOpening
    for name in CheckpointDetails.__dataclass_fields__:
        setattr(row, name, getattr(details, name))
    known = {category.id for category in event.categories}
    row.category_ids = None if details.category_ids is None else sorted(details.category_ids & known) or None


def _hold(event: Event) -> None:
    """One organiser after another; phones go on."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update(key_share=True))
