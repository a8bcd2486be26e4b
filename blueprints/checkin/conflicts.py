"""The inbox of conflicts: admissions that should not have been. They are derived from the log; only their settlement is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.functions import FunctionElement

from blueprints.checkin import judge, services
from blueprints.checkin.attendance import attendance, in_order
from blueprints.checkin.judge import Verdict
from blueprints.checkin.queries import admitted
from blueprints.checkin.texts import TEXTS
from core import history
from core.errors import Refused, explain
from models import Checkpoint, ConflictSettlement, Decision, Direction, EntryPolicy, Event, Scan, ScanSource, User, db

#: Verdicts of codes that are nobody's: nothing can admit them, and yet a phone without a network may have.
NOBODY = (Verdict.UNKNOWN.value, Verdict.OTHER_EVENT.value, Verdict.REPLACED.value)
_ALREADY_SETTLED = _l("Somebody else has settled this meanwhile. Nothing was changed.")
explain("uq_conflict_settlement_scan_id", None, _ALREADY_SETTLED)


#: Ids of events, or a statement that gives them.
Events = Sequence[int] | Select[tuple[int]]


class AlreadySettled(Refused):
    message = _ALREADY_SETTLED


class NoConflict(Refused):
    message = _l("This is no conflict any more: one of the scans was undone meanwhile.")


class _binary(FunctionElement[str]):
    """A text compared letter by letter, as Python does, whatever language the database speaks."""

    type = String()
    inherit_cache = True


@compiles(_binary)
def _collated(element: _binary, compiler: Any, **options: Any) -> str:
    return f'({compiler.process(element.clauses, **options)}) COLLATE "C"'


@compiles(_binary, "sqlite")
def _as_it_is(element: _binary, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)})"


def repeated(events: Events) -> Select[tuple[int]]:
    """Ids of the admissions that the checkpoint's policy forbids: those that `attendance` calls conflicts.

    A signed sheet that is read afterwards confirms an admission and never fights with one.
    """
    several = (select(Scan.checkpoint_id, Scan.registration_id).join(Checkpoint, Checkpoint.id == Scan.checkpoint_id)
               .where(Checkpoint.event_id.in_(events), Checkpoint.policy != EntryPolicy.ANY, Scan.registration_id.is_not(None),
                      _stands(Scan, Direction.IN)).group_by(Scan.checkpoint_id, Scan.registration_id).having(func.count() > 1).subquery())
    before, out = aliased(Scan), aliased(Scan)
    left = exists().where(_same(out, Scan), _stands(out, Direction.OUT), out.judged_at >= before.judged_at, out.judged_at < Scan.judged_at)
    all_out = Checkpoint.all_out_at
    inside = and_(~left.correlate(before, Scan), or_(all_out.is_(None), all_out < before.judged_at, all_out >= Scan.judged_at))
    earlier = or_(before.judged_at < Scan.judged_at, and_(before.judged_at == Scan.judged_at, _key(before) < _key(Scan)))
    found = exists().where(_same(before, Scan), _stands(before, Direction.IN), earlier, or_(Checkpoint.policy == EntryPolicy.ONCE, inside))
    return (select(Scan.id).join(several, and_(several.c.checkpoint_id == Scan.checkpoint_id, several.c.registration_id == Scan.registration_id))
            .join(Checkpoint, Checkpoint.id == Scan.checkpoint_id).where(_stands(Scan, Direction.IN), found.correlate(Scan, Checkpoint)))


def _same(one: Any, other: Any) -> ColumnElement[bool]:
    return and_(one.checkpoint_id == other.checkpoint_id, one.registration_id == other.registration_id)


def _stands(scan: Any, direction: Direction) -> ColumnElement[bool]:
    return and_(scan.verdict == Verdict.OK.value, scan.direction == direction, scan.undone_at.is_(None), scan.source != ScanSource.PAPER)


def _key(scan: Any) -> ColumnElement[str]:
    """`batch.Kept.past` in SQL: what tells two scans of one moment apart."""
    return _binary(func.coalesce(cast(scan.device_id, String), "None") + ":" + scan.nonce)


def _refused_by_us() -> ColumnElement[bool]:
    """Let in by a phone without a network that we would have told to stop, for another reason than a second admission."""
    return and_(Scan.offline, admitted(), Scan.would_be.not_in(("", Verdict.OK.value, Verdict.ALREADY_IN.value)))


def _by_the_phone_alone() -> ColumnElement[bool]:
    """Let in by a phone without a network with a code that is nobody's."""
    return and_(Scan.offline, Scan.direction == Direction.IN, Scan.undone_at.is_(None), Scan.verdict.in_(NOBODY),
                or_(Scan.shown == Verdict.OK.value, Scan.forced_sent))


def open_ones(event: Event) -> Select[tuple[Scan]]:
    """The scans that wait for a decision, newest first."""
    return (select(Scan).options(joinedload(Scan.registration), joinedload(Scan.gate), joinedload(Scan.device))
            .where(Scan.id.in_(_open_ids([event.id]))).order_by(Scan.judged_at.desc(), Scan.id.desc()))


def _open_ids(events: Events) -> Any:
    direct = select(Scan.id).where(Scan.event_id.in_(events), or_(_refused_by_us(), _by_the_phone_alone()))
    settled = exists().where(ConflictSettlement.scan_id == Scan.id)
    return repeated(events).where(~settled).union(direct.where(~settled))


def how_many(event: Event) -> int:
    """How many conflicts wait for a decision."""
    return db.session.scalar(select(func.count()).select_from(_open_ids([event.id]).subquery())) or 0


def how_many_each(events: Events) -> dict[int, int]:
    """The same for each of several events that has any."""
    rows = select(Scan.event_id, func.count()).where(Scan.id.in_(_open_ids(events))).group_by(Scan.event_id)
    return dict(db.session.execute(rows).all())


def settled(event: Event) -> Select[tuple[ConflictSettlement]]:
    """What was decided, newest first."""
    scan = joinedload(ConflictSettlement.scan)
    return (select(ConflictSettlement).join(ConflictSettlement.scan).where(Scan.event_id == event.id)
            .options(scan.joinedload(Scan.registration), scan.joinedload(Scan.gate), scan.joinedload(Scan.device))
            .order_by(ConflictSettlement.settled_at.desc(), ConflictSettlement.id.desc()))


@dataclass(frozen=True)
class Case:
    """One conflict: the scan that should not have admitted, the admission before it where there is one, and why it is here."""

    scan: Scan
    checkpoint: Checkpoint
    before: Scan | None
    why: tuple[str, ...]


def cases(scans: Sequence[Scan]) -> list[Case]:
    """The scans as cases; two statements however many they are."""
    places = {row.id: row for row in db.session.scalars(select(Checkpoint).where(Checkpoint.id.in_({scan.checkpoint_id for scan in scans})))}
    people = {scan.registration_id for scan in scans if scan.registration_id}
    logs: dict[tuple[int, int | None], list[Scan]] = {}
    for row in db.session.scalars(select(Scan).options(joinedload(Scan.gate), joinedload(Scan.device)).where(
            Scan.registration_id.in_(people), Scan.checkpoint_id.in_(places), Scan.verdict == Verdict.OK.value, Scan.undone_at.is_(None),
            Scan.source != ScanSource.PAPER)):
        logs.setdefault((row.checkpoint_id, row.registration_id), []).append(row)
    return [_case(scan, places[scan.checkpoint_id], logs.get((scan.checkpoint_id, scan.registration_id), [])) for scan in scans]


def _case(scan: Scan, place: Checkpoint, log: list[Scan]) -> Case:
    pasts = {past.nonce: (past, row) for row in log for past in (past_of(row),)}
    mine, before, why = past_of(scan), None, []
    if mine.nonce in attendance([past for past, _row in pasts.values()], place.policy.value, place.all_out_at).conflicts:
        admissions = sorted((past for past, _row in pasts.values() if past.direction == "in"), key=in_order)
        earlier = [past for past in admissions if in_order(past) < in_order(mine)]
        before = pasts[(earlier[0] if place.policy is EntryPolicy.ONCE else earlier[-1]).nonce][1]
        why.append(_("The same ticket had been let in before at this checkpoint."))
        if scan.forced_sent and not scan.offline:
            why.append(_("Door staff were told and admitted all the same."))
    if scan.verdict in NOBODY:
        why.append(_("Without a network, the phone let this code in. In truth: “%(verdict)s”.", verdict=TEXTS[Verdict(scan.verdict)][0]))
    elif scan.offline and scan.would_be not in ("", Verdict.OK, Verdict.ALREADY_IN):
        why.append(_("The phone had no network. The server would have said: “%(verdict)s”.", verdict=TEXTS[Verdict(scan.would_be)][0]))
    return Case(scan, place, before, tuple(why))


def past_of(scan: Scan) -> judge.Past:
    """A stored scan as the judge sees it."""
    return judge.Past(f"{scan.device_id}:{scan.nonce}", scan.direction.value, scan.judged_at, scan.gate.name if scan.gate else "",
                      scan.verdict == Verdict.OK, scan.undone_at is not None)


def settlement_of(scan: Scan) -> ConflictSettlement | None:
    """What was decided about this scan."""
    return db.session.scalar(select(ConflictSettlement).where(ConflictSettlement.scan_id == scan.id))


def is_open(event: Event, scan: Scan) -> bool:
    """Whether this scan waits for a decision."""
    return bool(db.session.scalar(select(Scan.id).where(Scan.id == scan.id, Scan.id.in_(_open_ids([event.id])))))


def settle(event: Event, scan: Scan, decision: Decision, reason: str, by: User, at: datetime | None = None) -> ConflictSettlement:
    """Decide a conflict: the admission stands, or its scan is undone. Raises `AlreadySettled` to the second of two, and `NoConflict`."""
    db.session.refresh(scan, with_for_update=True)
    if settlement_of(scan):
        raise AlreadySettled
    if not is_open(event, scan):
        raise NoConflict
    row = ConflictSettlement(scan_id=scan.id, decision=decision, reason=reason, settled_by_id=by.id, **({"settled_at": at} if at else {}))
    db.session.add(row)
    if decision is Decision.UNDONE:
        services.undo(scan, by, at)
    db.session.flush()
    person = scan.registration if scan.registration and scan.registration.event_id == event.id else None
    if person:
        history.record("conflict.settled", registration=person, scan=scan.id, decision=decision.value, changes={"reason": ["", reason]})
    else:
        history.record("conflict.settled", event=event, scan=scan.id, decision=decision.value)
    return row
