"""What happens at the door: every attempt is judged by `judge` and kept for ever."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from blueprints.checkin import judge
from blueprints.checkin.codes import clean_code
from blueprints.checkin.items import LONGEST_CODE, Item
from blueprints.checkin.judge import Verdict
from core.errors import Refused
from core.forms import moment
from core.locale import local
from models import (
    Checkpoint,
    Device,
    Event,
    Registration,
    RegistrationStatus,
    RetiredCode,
    Scan,
    ScanSource,
    User,
    db,
    now,
)
from thai.dates import medium_date

log = logging.getLogger(__name__)
UNDO_WITHIN = timedelta(minutes=15)


class NonceReused(Refused):
    message = _l("This scan's number was used for another code. Reload the page and scan again.")


class NotGranted(Refused):
    message = _l("This phone has no right to do that. Ask the organiser.")


class NoSuchScan(Refused):
    message = _l("There is no such scan to undo.")


class TooLateToUndo(Refused):
    message = _l("A phone can undo its own scan for 15 minutes. Ask the organiser to undo it.")


@dataclass(frozen=True)
class Outcome:
    """What one attempt came to. `person` is None where nothing may be shown; `fact` says why an item was refused."""

    nonce: str
    scan: Scan | None = None
    verdict: Verdict | None = None
    person: Registration | None = None
    first_in: judge.Past | None = None
    fact: Refused | None = None


@dataclass
class _Batch:
    """Everything that judging a batch needs, read in a handful of statements."""

    stored: dict[str, Scan]
    by_code: dict[str, Registration]
    by_id: dict[int, Registration]
    retired: dict[str, tuple[Registration, datetime]]
    people: dict[int, Registration] = field(default_factory=dict)  # behind stored scans
    fresh: list[Scan] = field(default_factory=list)  # judged in this batch, not yet in the database
    past: dict[int, list[judge.Past]] = field(default_factory=lambda: defaultdict(list))


def ensure_checkpoints(event: Event) -> list[Checkpoint]:
    """The event's checkpoints; one entrance for each of its days if it has none yet. A day's entrance opens at midnight."""
    rows = list(db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)
                                   .order_by(Checkpoint.position, Checkpoint.id)))
    if rows:
        return rows
    first, last = local(event.starts_at, event.timezone).date(), local(event.ends_at, event.timezone).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for n, day in enumerate(days):
        opens = moment(day, datetime.min.time(), event.timezone)
        several = len(days) > 1
        rows.append(Checkpoint(
            event_id=event.id, position=n, name_th=f"ทางเข้างาน {medium_date(day)}" if several else "ทางเข้างาน",
            name_en=f"Entrance {day.day} {day:%B %Y}" if several else "Entrance", opens_at=opens, closes_at=opens + timedelta(days=1)))
    db.session.add_all(rows)
    db.session.flush()
    return rows


def record(device: Device, checkpoint: Checkpoint, items: Sequence[Item], hosts: Collection[str], at: datetime | None = None) -> list[Outcome]:
    """Judge and keep a batch, in its order. The number of statements does not depend on the batch or the event.

    A nonce that this device has sent before gets its stored answer again. Two requests with one nonce at once break
    `uq_scan_device_id_nonce`; the caller repeats the transaction and the second then finds the first's answer.
    """
    at = at or now()
    codes = {item.nonce: clean_code(item.code, hosts) for item in items}
    batch = _read(device, checkpoint, items, {code for code in codes.values() if code})
    outcomes = []
    for item in items:
        if (scan := batch.stored.get(item.nonce)) is not None:
            outcomes.append(_again(scan, item, batch))
        elif item.source is ScanSource.SEARCH and not device.may("search") or item.forced and not device.may("force"):
            outcomes.append(Outcome(item.nonce, fact=NotGranted()))
        else:
            outcomes.append(_judge(device, checkpoint, item, codes[item.nonce], batch, at))
    if batch.fresh:  # one INSERT for all; the ORM would send one each to learn their ids
        columns = [column.key for column in Scan.__table__.columns if column.key != "id"]
        db.session.execute(insert(Scan), [{name: getattr(scan, name) for name in columns} for scan in batch.fresh])
    return outcomes


def _read(device: Device, checkpoint: Checkpoint, items: Sequence[Item], codes: set[str]) -> _Batch:
    stored = db.session.scalars(select(Scan).options(joinedload(Scan.registration).joinedload(Registration.category))
                                .where(Scan.device_id == device.id, Scan.nonce.in_([i.nonce for i in items])))
    batch = _Batch({scan.nonce: scan for scan in stored}, {}, {}, {})
    batch.people = {scan.registration.id: scan.registration for scan in batch.stored.values() if scan.registration}
    whole = joinedload(Registration.category)
    ids = {i.registration_id for i in items if i.registration_id is not None}
    if codes:
        rows = db.session.execute(select(RetiredCode, Registration).join(Registration, Registration.id == RetiredCode.registration_id)
                                  .options(whole).where(RetiredCode.code.in_(codes)))
        batch.retired = {old.code: (registration, old.retired_at) for old, registration in rows}
    # The rows are locked in one order, so that two batches never wait for each other, and read again after the wait.
    found = db.session.scalars(
        select(Registration).options(whole).where(Registration.code.in_(codes) | Registration.id.in_(ids))
        .order_by(Registration.id).with_for_update(of=Registration).execution_options(populate_existing=True))
    for registration in found:
        batch.by_code[registration.code] = batch.by_id[registration.id] = registration
    known = set(batch.by_id) | {registration.id for registration, _ in batch.retired.values()}
    known |= {scan.registration_id for scan in batch.stored.values() if scan.registration_id}
    if known:
        past = db.session.scalars(select(Scan).options(joinedload(Scan.gate))
                                  .where(Scan.registration_id.in_(known), Scan.checkpoint_id == checkpoint.id))
        for scan in past:
            batch.past[scan.registration_id].append(_past(scan))
    return batch


def _past(scan: Scan) -> judge.Past:
    return judge.Past(nonce=f"{scan.device_id}:{scan.nonce}", direction=scan.direction.value, at=scan.judged_at,
                      gate=scan.gate.name if scan.gate else "", admitted=scan.verdict == Verdict.OK, undone=scan.undone_at is not None)


def _again(scan: Scan, item: Item, batch: _Batch) -> Outcome:
    """The stored answer of a repeated nonce, whatever has changed since."""
    same = scan.registration_id == item.registration_id if item.source is ScanSource.SEARCH else scan.raw_code == item.code[:LONGEST_CODE]
    if not same:
        return Outcome(item.nonce, fact=NonceReused())
    verdict = Verdict.ANNULLED if scan.undone_at else Verdict(scan.verdict)
    return _outcome(scan, verdict, batch.people.get(scan.registration_id or 0), batch)


def _judge(device: Device, checkpoint: Checkpoint, item: Item, code: str | None, batch: _Batch, at: datetime) -> Outcome:
    retired_at = None
    if item.registration_id is not None:
        registration = batch.by_id.get(item.registration_id)
        if registration is not None and registration.event_id != device.event_id:
            registration = None
    else:
        registration = batch.by_code.get(code or "")
        if registration is None and code in batch.retired:
            registration, retired_at = batch.retired[code]
    attempt = judge.Attempt(direction=item.direction.value, claimed_at=item.claimed_at, received_at=at, enrolled_at=device.enrolled_at,
                            offline=item.offline, forced=item.forced)
    log_so_far = batch.past[registration.id] if registration else ()
    judgement = judge.judge(device.event_id, _rule(checkpoint), _known(registration, retired_at), attempt, log_so_far)
    scan = Scan(
        nonce=item.nonce, event_id=device.event_id, device_id=device.id, gate_id=device.gate_id, checkpoint_id=checkpoint.id,
        registration_id=registration.id if registration else None, direction=item.direction, source=item.source,
        raw_code=item.code[:LONGEST_CODE], claimed_at=item.claimed_at, received_at=at, judged_at=judgement.at,
        clock_warning=judgement.clock_warning, verdict=judgement.verdict.value, forced_sent=item.forced,
        forced_needed=judgement.forced_needed, offline=item.offline, user_id=None, undone_at=None, undone_by_device_id=None,
        undone_by_id=None)
    batch.fresh.append(scan)
    batch.stored[item.nonce] = scan
    if registration:
        batch.people[registration.id] = registration
    outcome = _outcome(scan, judgement.verdict, registration, batch, judgement.first_in)
    if registration:
        batch.past[registration.id].append(judge.Past(f"{device.id}:{item.nonce}", item.direction.value, judgement.at, device.gate.name,
                                                      judgement.admitted))
    return outcome


def _outcome(scan: Scan, verdict: Verdict, person: Registration | None, batch: _Batch, first_in: judge.Past | None = None) -> Outcome:
    if verdict in (Verdict.OTHER_EVENT, Verdict.UNKNOWN):
        person = None  # a stranger here: nothing about them is shown
    elif person is not None and first_in is None:
        standing = [p for p in batch.past[person.id] if p.admitted and not p.undone and p.direction == "in"]
        first_in = min(standing, key=lambda p: (p.at, p.nonce), default=None)
    return Outcome(scan.nonce, scan, verdict, person, first_in)


def _rule(checkpoint: Checkpoint) -> judge.Checkpoint:
    return judge.Checkpoint(
        id=checkpoint.id, categories=frozenset(checkpoint.category_ids) if checkpoint.category_ids is not None else None,
        policy=checkpoint.policy.value, opens_at=checkpoint.opens_at, closes_at=checkpoint.closes_at, strict=checkpoint.strict)


def _known(registration: Registration | None, retired_at: datetime | None) -> judge.Known | None:
    if registration is None:
        return None
    blocked = registration.updated_at if registration.status is RegistrationStatus.BLOCKED else None
    return judge.Known(
        registration_id=registration.id, event_id=registration.event_id, category_id=registration.category_id,
        status="confirmed" if blocked else registration.status.value, cancelled_at=registration.cancelled_at, blocked_at=blocked,
        code_retired_at=retired_at)


def undo_own(device: Device, nonce: str, at: datetime | None = None) -> Scan:
    """A phone takes back its own scan within 15 minutes. Raises `NotGranted`, `NoSuchScan`, `TooLateToUndo`."""
    at = at or now()
    scan = db.session.scalar(select(Scan).where(Scan.device_id == device.id, Scan.nonce == nonce).with_for_update())
    if scan is None or not device.may("undo"):
        log.warning("device %s may not undo %r", device.id, nonce)
        raise NotGranted if not device.may("undo") else NoSuchScan
    if scan.undone_at is None:
        if scan.received_at < at - UNDO_WITHIN:
            raise TooLateToUndo
        scan.undone_at, scan.undone_by_device_id = at, device.id
        db.session.flush()
    return scan


def undo(scan: Scan, by: User, at: datetime | None = None) -> None:
    """An organiser takes back any scan at any time; the mark says who and when."""
    if scan.undone_at is None:
        scan.undone_at, scan.undone_by_id = at or now(), by.id
        db.session.flush()
