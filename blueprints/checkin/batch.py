"""Everything that judging a batch of scans needs, read in a handful of statements whatever its length.

Rows come as plain tuples: a phone waits for the answer, and objects that follow their changes cost more than the reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from blueprints.checkin import judge
from blueprints.checkin.asking import asks_at_door, unanswered
from blueprints.checkin.judge import Verdict
from models import Category, Checkpoint, Device, Direction, Gate, Registration, RegistrationStatus, RetiredCode, Scan, SessionChoice, db

_person, _category, _retired = Registration.__table__, Category.__table__, RetiredCode.__table__
_scan, _gate = Scan.__table__, Gate.__table__


class Person(NamedTuple):
    """What the door needs to know of a registration."""

    id: int
    event_id: int
    category_id: int
    status: RegistrationStatus
    code: str
    cancelled_at: datetime | None
    updated_at: datetime
    title: str
    first_name: str
    last_name: str
    organisation: str
    note: str
    category_th: str
    category_en: str
    vip: bool
    wheelchair: bool
    asks_at_door: bool = False


class Kept(NamedTuple):
    """One scan of the log."""

    device_id: int | None
    nonce: str
    checkpoint_id: int
    registration_id: int | None
    direction: Direction
    raw_code: str
    verdict: str
    at: datetime
    undone_at: datetime | None
    gate: str | None

    def past(self) -> judge.Past:
        """The scan as the judge sees it."""
        return judge.Past(f"{self.device_id}:{self.nonce}", self.direction.value, self.at, self.gate or "",
                          self.verdict == Verdict.OK, self.undone_at is not None)


_PEOPLE = select(
    _person.c.id, _person.c.event_id, _person.c.category_id, _person.c.status, _person.c.code, _person.c.cancelled_at, _person.c.updated_at,
    _person.c.title, _person.c.first_name, _person.c.last_name, _person.c.organisation_name, _person.c.staff_note,
    _category.c.name_th, _category.c.name_en, _person.c.vip, _person.c.wheelchair, asks_at_door,
).join(_category, _category.c.id == _person.c.category_id)
_LOG = select(
    _scan.c.device_id, _scan.c.nonce, _scan.c.checkpoint_id, _scan.c.registration_id, _scan.c.direction, _scan.c.raw_code, _scan.c.verdict,
    _scan.c.judged_at, _scan.c.undone_at, _gate.c.name).outerjoin(_gate, _gate.c.id == _scan.c.gate_id)


_choice = SessionChoice.__table__
_CHOICES = select(_choice.c.registration_id, _choice.c.session_id)


@dataclass
class Batch:
    """People by code and by id, replaced codes, the answers this device has had, and each person's log at the checkpoint."""

    by_code: dict[str, Person] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    retired: dict[str, tuple[Person, datetime]] = field(default_factory=dict)
    stored: dict[str, Kept] = field(default_factory=dict)
    past: dict[int, list[judge.Past]] = field(default_factory=lambda: defaultdict(list))
    unanswered: set[int] = field(default_factory=set)  # those who have yet to be asked at the door
    sessions: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # who chose which, where the checkpoint minds
    fresh: list[dict[str, Any]] = field(default_factory=list)  # rows judged in this batch, not yet in the database


def read(device: Device, checkpoint: Checkpoint, nonces: Collection[str], codes: Collection[str], ids: Collection[int]) -> Batch:
    """What is known of these codes, registrations and nonces. The people stay locked until the transaction ends.

    The rows are locked in one order, so that two batches never wait for each other, and the log is read after the wait.
    """
    batch = Batch()
    wanted = [column.in_(values) for column, values in ((_person.c.code, codes), (_person.c.id, ids)) if values]
    if wanted:
        locked = _PEOPLE.where(or_(*wanted)).order_by(_person.c.id).with_for_update(of=_person)
        for row in db.session.execute(locked):
            batch.people[row.id] = batch.by_code[row.code] = Person(*row)
    if missing := set(codes) - set(batch.by_code):
        old = _PEOPLE.join(_retired, _retired.c.registration_id == _person.c.id).add_columns(_retired.c.code, _retired.c.retired_at)
        for *row, code, retired_at in db.session.execute(old.where(_retired.c.code.in_(missing))):
            batch.retired[code] = Person(*row), retired_at
    if asked := {person.id: person.category_id for person in batch.people.values()
                 if person.asks_at_door and person.event_id == device.event_id}:
        batch.unanswered = unanswered(device.event_id, asked)
    known = set(batch.people) | {person.id for person, _ in batch.retired.values()}
    if checkpoint.session_id is not None:
        for registration_id, session_id in db.session.execute(_CHOICES.where(_choice.c.registration_id.in_(known))):
            batch.sessions[registration_id].add(session_id)
    _read_log(batch, device, checkpoint, nonces, known)
    if others := {kept.registration_id for kept in batch.stored.values() if kept.registration_id} - known:
        # Answered before and no longer found by what was sent, such as a code replaced since.
        batch.people |= {row.id: Person(*row) for row in db.session.execute(_PEOPLE.where(_person.c.id.in_(others)))}
        _read_log(batch, device, checkpoint, (), others)
    return batch


def by_beginning(device: Device, beginnings: Collection[str]) -> dict[str, str]:
    """The code of the event that begins so, for each beginning with which one code alone begins."""
    if not beginnings:
        return {}
    found = defaultdict(list)
    begins = or_(*(_person.c.code.startswith(beginning) for beginning in beginnings))
    for (code,) in db.session.execute(select(_person.c.code).where(_person.c.event_id == device.event_id, begins)):
        found[next(one for one in beginnings if code.startswith(one))].append(code)
    return {beginning: codes[0] for beginning, codes in found.items() if len(codes) == 1}


def _read_log(batch: Batch, device: Device, checkpoint: Checkpoint, nonces: Collection[str], people: Collection[int]) -> None:
    wanted: list[ColumnElement[bool]] = []
    if nonces:
        wanted.append(and_(_scan.c.device_id == device.id, _scan.c.nonce.in_(nonces)))
    if people:
        wanted.append(and_(_scan.c.registration_id.in_(people), _scan.c.checkpoint_id == checkpoint.id))
    for row in db.session.execute(_LOG.where(or_(*wanted))):
        kept = Kept(*row)
        if kept.device_id == device.id and kept.nonce in nonces:
            batch.stored[kept.nonce] = kept
        if kept.registration_id in people and kept.checkpoint_id == checkpoint.id:
            batch.past[kept.registration_id].append(kept.past())
