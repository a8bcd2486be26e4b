"""What people see of the door. Attendance is derived from the log of scans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from blueprints.checkin.judge import Verdict
from blueprints.registration import columns, listing
from blueprints.registration.people import search_words
from models import (
    Category,
    Checkpoint,
    Device,
    Direction,
    EntryPolicy,
    Event,
    Gate,
    Registration,
    RegistrationStatus,
    Scan,
    SessionChoice,
    db,
    now,
)

SHORTEST_SEARCH = 2
MOST_FOUND = 20
#: Staff with the right may admit those without a seat; who is cancelled or blocked is not shown to a phone.
FOUND = (RegistrationStatus.CONFIRMED, RegistrationStatus.NOT_CONFIRMED, RegistrationStatus.WAITLISTED, RegistrationStatus.PENDING_APPROVAL)
#: Who holds a seat.
SEATED = (RegistrationStatus.CONFIRMED, RegistrationStatus.NOT_CONFIRMED)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Counts:
    """Who is in, of how many who are expected."""

    present: int
    expected: int


def admitted() -> ColumnElement[bool]:
    """A scan that let somebody in and stands."""
    return and_(Scan.verdict == Verdict.OK.value, Scan.direction == Direction.IN, Scan.undone_at.is_(None))


def attended(event: Event) -> Select[tuple[int]]:
    """Ids of the registrations that were let in at least once."""
    return select(Scan.registration_id).where(Scan.event_id == event.id, Scan.registration_id.is_not(None), admitted()).distinct()


def came(event: Event, value: str) -> ColumnElement[bool] | None:
    """The condition of the list's filter: "yes" for those who were let in, "no" for those who were not."""
    there = exists().where(Scan.registration_id == Registration.id, admitted())
    return {"yes": there, "no": ~there}.get(value)


listing.EXTRA_FILTERS["came"] = came
columns.EXTRA["came"] = (_l("Came"), [("yes", _l("Came")), ("no", _l("Did not come"))])


def attended_checkpoints(event: Event) -> dict[int, set[int]]:
    """For each registration that came, the checkpoints where it was let in."""
    rows = db.session.execute(select(Scan.registration_id, Scan.checkpoint_id)
                              .where(Scan.event_id == event.id, Scan.registration_id.is_not(None), admitted()).distinct())
    came: dict[int, set[int]] = defaultdict(set)
    for registration_id, checkpoint_id in rows:
        came[registration_id].add(checkpoint_id)
    return came


@cache
def inside(policy: EntryPolicy) -> Select[tuple[int]]:
    """Who came (once, any) or is in now (re-entry) at a checkpoint; executed with `of(checkpoint)`."""
    rows = select(Scan.registration_id).where(
        Scan.checkpoint_id == bindparam("checkpoint_id"), Scan.registration_id.is_not(None), admitted())
    if policy is EntryPolicy.REENTRY:
        rows = rows.where(Scan.judged_at > bindparam("all_out_at"))
        later = aliased(Scan)
        rows = rows.where(~select(later.id).where(
            later.checkpoint_id == Scan.checkpoint_id, later.registration_id == Scan.registration_id, later.direction == Direction.OUT,
            later.verdict == Verdict.OK.value, later.undone_at.is_(None), later.judged_at >= Scan.judged_at).exists())
    return rows.distinct()


def of(checkpoint: Checkpoint) -> dict[str, Any]:
    """The parameters of `inside`. Once the time has come at which all are out, only those count who came in after it."""
    out = checkpoint.all_out_at
    return {"checkpoint_id": checkpoint.id, "all_out_at": out if out and out <= now() else _LONG_AGO}


@cache
def _how_many(policy: EntryPolicy) -> Select[tuple[int]]:
    return select(func.count()).select_from(inside(policy).subquery())


def expected(checkpoint: Checkpoint) -> list[ColumnElement[bool]]:
    """The condition of who should come here: those with a seat, of its categories, and of its session where people choose it."""
    found = [Registration.event_id == checkpoint.event_id, Registration.status.in_(SEATED)]
    if checkpoint.category_ids is not None:
        found.append(Registration.category_id.in_(checkpoint.category_ids))
    if is_chosen(checkpoint):
        found.append(Registration.id.in_(select(SessionChoice.registration_id).where(SessionChoice.session_id == checkpoint.session_id)))
    return found


def is_chosen(checkpoint: Checkpoint) -> bool:
    """Whether only those come here who chose its session."""
    return checkpoint.session is not None and checkpoint.session.bookable


def counts(event: Event, checkpoint: Checkpoint) -> Counts:
    """Live counts of one checkpoint."""
    present = db.session.scalar(_how_many(checkpoint.policy), of(checkpoint)) or 0
    if is_chosen(checkpoint):
        return Counts(present, db.session.scalar(select(func.count()).select_from(Registration).where(*expected(checkpoint))) or 0)
    if checkpoint.category_ids is None:
        return Counts(present, event.taken)
    seats = select(func.sum(Category.taken)).where(Category.id.in_(checkpoint.category_ids))
    return Counts(present, db.session.scalar(seats) or 0)


def counts_by_category(event: Event, checkpoint: Checkpoint) -> list[tuple[Category, Counts]]:
    """Live counts of one checkpoint, category by category; those that are neither expected nor there are left out."""
    here = dict(db.session.execute(
        select(Registration.category_id, func.count()).where(Registration.id.in_(inside(checkpoint.policy)))
        .group_by(Registration.category_id), of(checkpoint)).all())
    admits = {category.id for category in event.categories} if checkpoint.category_ids is None else set(checkpoint.category_ids)
    seats = {category.id: category.taken for category in event.categories if category.id in admits}
    if is_chosen(checkpoint):
        seats = dict(db.session.execute(
            select(Registration.category_id, func.count()).where(*expected(checkpoint)).group_by(Registration.category_id)).all())
    return [(category, Counts(here.get(category.id, 0), seats.get(category.id, 0))) for category in event.categories
            if category.id in here or category.id in seats]


def checkpoints(event: Event) -> list[Checkpoint]:
    """The event's checkpoints in their order."""
    return checkpoints_of(event.id)


def checkpoints_of(event_id: int) -> list[Checkpoint]:
    """The checkpoints of the event with this id in their order."""
    return list(db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event_id).order_by(Checkpoint.position, Checkpoint.id)))


def open_first(rows: list[Checkpoint]) -> list[Checkpoint]:
    """Today's entrance first: what staff need without choosing."""
    at = now()
    return sorted(rows, key=lambda row: not ((row.opens_at is None or row.opens_at <= at) and (row.closes_at is None or at < row.closes_at)))


def devices(event: Event) -> Select[tuple[Device]]:
    """The event's devices, newest first."""
    return select(Device).options(joinedload(Device.gate)).where(Device.event_id == event.id).order_by(Device.id.desc())


def scans_of(devices: Collection[Device]) -> dict[int, int]:
    """How many scans each of the devices has sent."""
    rows = select(Scan.device_id, func.count(Scan.id)).where(Scan.device_id.in_([device.id for device in devices])).group_by(Scan.device_id)
    return dict(db.session.execute(rows).all())


def gates(event: Event) -> list[Gate]:
    """The event's gates by name."""
    return list(db.session.scalars(select(Gate).where(Gate.event_id == event.id).order_by(Gate.name, Gate.id)))


def used_gates(event: Event) -> set[int]:
    """Ids of the gates at which a phone stands or something was scanned: those that have to stay."""
    standing = select(Device.gate_id).where(Device.event_id == event.id)
    return set(db.session.scalars(standing.union(select(Scan.gate_id).where(Scan.event_id == event.id, Scan.gate_id.is_not(None)))))


def people(event: Event, typed: str) -> list[tuple[Registration, bool]]:
    """Who is found by name or organisation, and whether they have come: those with a seat, and those who wait for one."""
    words = search_words(typed)
    if len("".join(words)) < SHORTEST_SEARCH:
        return []
    rows = select(Registration).options(joinedload(Registration.category)).where(
        Registration.event_id == event.id, Registration.status.in_(FOUND))
    for word in words:
        rows = rows.where(Registration.search_text.contains(word, autoescape=True))
    found = list(db.session.scalars(rows.order_by(Registration.sort_key, Registration.id).limit(MOST_FOUND)))
    came = set(db.session.scalars(attended(event).where(Scan.registration_id.in_([r.id for r in found]))))
    return [(registration, registration.id in came) for registration in found]
