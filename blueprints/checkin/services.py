"""What happens at the door: every attempt is judged by `judge` and kept for ever."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from blinker import Namespace
from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, insert, select

from blueprints.checkin import judge
from blueprints.checkin.attendance import in_order
from blueprints.checkin.batch import Batch, Kept, Person, by_beginning, read
from blueprints.checkin.checkpoints import ensure_checkpoints as ensure_checkpoints
from blueprints.checkin.codes import clean_code, short_code
from blueprints.checkin.items import LONGEST_CODE, Item
from blueprints.checkin.judge import Verdict
from blueprints.questions.answers import Given
from blueprints.registration import consents, seats
from core import history
from core.errors import Refused
from models import (
    Checkpoint,
    Device,
    DeviceMode,
    Direction,
    Gate,
    Registration,
    RegistrationStatus,
    Scan,
    ScanSource,
    User,
    db,
    now,
)

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


#: Sent inside the transaction with the event's id and `scans`, the rows that were just kept.
scans_kept = Namespace().signal("scans_kept")


@dataclass(frozen=True)
class Outcome:
    """What one attempt came to. `person` is None where nothing may be shown; `fact` says why an item was refused."""

    nonce: str
    verdict: Verdict | None = None
    direction: Direction | None = None
    person: Person | None = None
    first_in: judge.Past | None = None
    fact: Refused | None = None


def record(device: Device, checkpoint: Checkpoint, items: Sequence[Item], hosts: Collection[str], at: datetime | None = None) -> list[Outcome]:
    """Judge and keep a batch, in its order. The number of statements does not depend on the batch or the event.

    A nonce that this device has sent before gets its stored answer again. Two requests with one nonce at once break
    `uq_scan_device_id_nonce`; the caller repeats the transaction and the second then finds the first's answer.
    """
    if not items:
        return []
    at = at or now()
    typed = by_beginning(device, {short for item in items if (short := _short(item))})
    codes = [clean_code(item.code, hosts) or typed.get(_short(item) or "") for item in items]
    ids = {item.registration_id for item in items if item.registration_id is not None}
    batch = read(device, checkpoint, {item.nonce for item in items}, {code for code in codes if code}, ids)
    outcomes = []
    for item, code in zip(items, codes, strict=True):
        if (kept := batch.stored.get(item.nonce)) is not None:
            outcomes.append(_again(kept, item, batch))
        elif not _granted(device, item):
            outcomes.append(Outcome(item.nonce, fact=NotGranted()))
        else:
            outcomes.append(_judge(device, checkpoint, item, code, batch, at))
    if batch.fresh:
        db.session.execute(insert(Scan.__table__), batch.fresh)
        scans_kept.send(device.event_id, scans=batch.fresh)
    return outcomes


def _short(item: Item) -> str | None:
    return short_code(item.code) if item.source is ScanSource.TYPED else None


def _granted(device: Device, item: Item) -> bool:
    """Whether the phone may do this. Whom an offline phone's staff have let in is inside, whatever right was taken since: the log says so."""
    if item.source is ScanSource.SEARCH and not device.may("search"):
        return False
    return not item.forced or device.may("force") or (item.offline and device.mode is DeviceMode.STAFF)


def _again(kept: Kept, item: Item, batch: Batch) -> Outcome:
    """The stored answer of a repeated nonce, whatever has changed since."""
    by_person = item.registration_id is not None and item.source is not ScanSource.PAPER
    same = kept.registration_id == item.registration_id if by_person else kept.raw_code == item.code[:LONGEST_CODE]
    if not same:
        return Outcome(item.nonce, fact=NonceReused())
    verdict = Verdict.ANNULLED if kept.undone_at else Verdict(kept.verdict)
    person = batch.people.get(kept.registration_id or 0)
    standing = [p for p in batch.past[person.id] if p.admitted and not p.undone and p.direction == "in"] if person else ()
    return _outcome(kept, verdict, person, min(standing, key=in_order, default=None))


def _judge(device: Device, checkpoint: Checkpoint, item: Item, code: str | None, batch: Batch, at: datetime) -> Outcome:
    person, retired_at = _find(device, item, code, batch)
    attempt = judge.Attempt(direction=item.direction.value, claimed_at=item.claimed_at, received_at=at, enrolled_at=device.enrolled_at,
                            offline=item.offline, forced=item.forced, shown=item.shown)
    log_so_far = batch.past[person.id] if person else ()
    rule = rule_of(checkpoint, any_time=item.source is ScanSource.PAPER)
    judgement = judge.judge(device.event_id, rule, known_of(person, retired_at, batch), attempt, log_so_far)
    gate = _gate(device, item)
    kept = Kept(device.id, item.nonce, checkpoint.id, person.id if person else None, item.direction, item.code[:LONGEST_CODE],
                judgement.verdict.value, judgement.at, None, gate.name)
    batch.fresh.append({
        "nonce": kept.nonce, "event_id": device.event_id, "device_id": device.id, "gate_id": gate.id, "checkpoint_id": checkpoint.id,
        "registration_id": kept.registration_id, "direction": item.direction, "source": _source(device, item), "raw_code": kept.raw_code,
        "claimed_at": item.claimed_at, "received_at": at, "judged_at": judgement.at, "clock_warning": judgement.clock_warning,
        "verdict": kept.verdict, "would_be": judgement.would_be.value, "shown": item.shown.value if item.shown and item.offline else "",
        "forced_sent": item.forced, "forced_needed": judgement.forced_needed, "offline": item.offline})
    batch.stored[item.nonce] = kept
    if person:
        batch.people[person.id] = person
        batch.past[person.id].append(kept.past())
    return _outcome(kept, judgement.verdict, person, judgement.first_in)


def _gate(device: Device, item: Item) -> Gate:
    """The gate at which the staff say they stand, if it is one of the phone's."""
    chosen = db.session.get(Gate, item.gate_id) if item.gate_id in device.gate_ids else None
    return chosen or device.gate


def _source(device: Device, item: Item) -> ScanSource:
    return ScanSource.KIOSK if device.mode is DeviceMode.KIOSK else item.source


def _find(device: Device, item: Item, code: str | None, batch: Batch) -> tuple[Person | None, datetime | None]:
    """Whom the attempt is about, and when the code that was read was replaced."""
    if item.registration_id is None:
        return (batch.by_code[code], None) if code in batch.by_code else batch.retired.get(code or "", (None, None))
    person = batch.people.get(item.registration_id)
    return (person if person and person.event_id == device.event_id else None), None


def _outcome(kept: Kept, verdict: Verdict, person: Person | None, first_in: judge.Past | None) -> Outcome:
    if verdict in (Verdict.OTHER_EVENT, Verdict.UNKNOWN):
        person = None  # a stranger here: nothing about them is shown
    return Outcome(kept.nonce, verdict, kept.direction, person, first_in if verdict is Verdict.ALREADY_IN else None)


def rule_of(checkpoint: Checkpoint, *, any_time: bool = False) -> judge.Checkpoint:
    """The checkpoint as the judge sees it; `any_time`: without its window, for a paper that was signed while it was open."""
    minds = checkpoint.session is not None and checkpoint.session.bookable
    return judge.Checkpoint(
        id=checkpoint.id, categories=frozenset(checkpoint.category_ids) if checkpoint.category_ids is not None else None,
        sessions=frozenset({checkpoint.session_id}) if minds else None, policy=checkpoint.policy.value, strict=checkpoint.strict,
        opens_at=None if any_time else checkpoint.opens_at, closes_at=None if any_time else checkpoint.closes_at,
        all_out_at=checkpoint.all_out_at)


def known_of(person: Person | None, retired_at: datetime | None, batch: Batch) -> judge.Known | None:
    """The person as the judge sees him."""
    if person is None:
        return None
    blocked = person.updated_at if person.status is RegistrationStatus.BLOCKED else None
    return judge.Known(
        registration_id=person.id, event_id=person.event_id, category_id=person.category_id,
        session_ids=frozenset(batch.sessions.get(person.id, ())), status="confirmed" if blocked else person.status.value,
        cancelled_at=person.cancelled_at, blocked_at=blocked,
        code_retired_at=retired_at, needs_answers=person.id in batch.unanswered)


def own_scan(device: Device, nonce: str) -> Scan:
    """The phone's own scan with this nonce. Raises `NoSuchScan`."""
    scan = db.session.scalar(select(Scan).where(Scan.device_id == device.id, Scan.nonce == nonce))
    if scan is None:
        raise NoSuchScan
    return scan


def believed(device: Device, claimed_at: datetime, at: datetime | None = None) -> datetime:
    """When something happened on a phone: by its clock if that can be, else now."""
    at = at or now()
    return claimed_at if device.enrolled_at <= claimed_at <= at else at


def undo_own(device: Device, target: str, claimed_at: datetime | None = None, at: datetime | None = None) -> Scan:
    """A phone takes back its own scan within 15 minutes. Raises `NotGranted`, `NoSuchScan`, `TooLateToUndo`.

    `claimed_at`: when its staff did so, by its clock, if that was before it reached us.
    """
    at = at or now()
    when = believed(device, claimed_at, at) if claimed_at else at
    scan = db.session.scalar(select(Scan).where(Scan.device_id == device.id, Scan.nonce == target).with_for_update())
    if scan is None or not device.may("undo"):
        log.warning("device %s may not undo %r", device.id, target)
        raise NotGranted if not device.may("undo") else NoSuchScan
    if scan.undone_at is None:
        if scan.judged_at < when - UNDO_WITHIN:
            raise TooLateToUndo
        scan.undone_at, scan.undone_by_device_id = at, device.id
        db.session.flush()
    return scan


def undo(scan: Scan, by: User, at: datetime | None = None) -> None:
    """An organiser takes back any scan at any time; the mark says who and when."""
    if scan.undone_at is None:
        scan.undone_at, scan.undone_by_id = at or now(), by.id
        db.session.flush()


def has_scanned(device: Device, registration: Registration) -> bool:
    """Whether this phone has had the person's code before it: only then may it see who that is."""
    return bool(db.session.scalar(select(exists().where(Scan.device_id == device.id, Scan.registration_id == registration.id))))


def keep_answers(device: Device, registration: Registration, given: Mapping[int, Given]) -> None:
    """Keep what someone answered at the door."""
    seats.lock(registration.event_id)
    if consents.keep_answers(registration, given):
        registration.updated_at = now()  # the phones are told
        db.session.flush()
        history.record("registration.answered_at_door", registration=registration, device=device.label)
