"""The live board: who is expected and who came at one checkpoint, by enterprise and over time; and the arrivals of guests of honour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Row, Select, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.functions import FunctionElement

from blueprints.checkin import queries
from core.locale import both, local
from models import Checkpoint, EntryPolicy, Gate, Organisation, Registration, Scan, db

ENTERPRISES = 12
FIVE_MINUTES = 300
STEPS = (5, 10, 15, 30, 60, 120, 240, 1440, 7 * 1440, 28 * 1440)  # minutes of one bar
MOST_BARS = 36


def chosen(rows: Sequence[Checkpoint], wanted: int | None) -> Checkpoint | None:
    """The checkpoint that the address names, else the one that is open now."""
    return next((row for row in rows if row.id == wanted), None) or next(iter(queries.open_first(list(rows))), None)


def came() -> Select[tuple[int]]:
    """Who was let in at the checkpoint `:checkpoint_id`, gone out since or not."""
    return queries.inside(EntryPolicy.ONCE)


@dataclass(frozen=True)
class Enterprise:
    """How many people of one organisation are expected and how many of them came."""

    id: int | None  # None: not in the directory, `name` is what people typed
    name: str
    expected: int
    came: int

    @property
    def address(self) -> dict[str, Any]:
        """How the page of those who are missing names it."""
        return {"organisation": self.id} if self.id else {"name": self.name}


def enterprises(checkpoint: Checkpoint) -> list[Enterprise]:
    """Those of whom most are expected."""
    typed = case((Registration.organisation_id.is_(None), Registration.organisation_name), else_="")
    people = (select(Registration.organisation_id, typed.label("typed"), func.count().label("expected"),
                     func.sum(case((Registration.id.in_(came()), 1), else_=0)).label("came"))
              .where(*queries.expected(checkpoint), (Registration.organisation_id.is_not(None)) | (Registration.organisation_name != ""))
              .group_by(Registration.organisation_id, typed).order_by(func.count().desc(), Registration.organisation_id, typed)
              .limit(ENTERPRISES).subquery())
    rows = db.session.execute(
        select(people, Organisation.name_th, Organisation.name_en).outerjoin(Organisation, Organisation.id == people.c.organisation_id)
        .order_by(people.c.expected.desc(), people.c.organisation_id, people.c.typed), queries.of(checkpoint))
    return [Enterprise(row.organisation_id, both(row.name_th, row.name_en) if row.organisation_id else row.typed, row.expected, int(row.came))
            for row in rows]


def missing(checkpoint: Checkpoint, organisation_id: int | None, name: str) -> Select[tuple[Registration]]:
    """Who of an organisation is expected and has not come, in Thai order; of all organisations if none is named. Executed with `queries.of`."""
    rows = select(Registration).options(joinedload(Registration.category)).where(*queries.expected(checkpoint), Registration.id.not_in(came()))
    if organisation_id is not None:
        rows = rows.where(Registration.organisation_id == organisation_id)
    elif name:
        rows = rows.where(Registration.organisation_id.is_(None), Registration.organisation_name == name)
    return rows.params(queries.of(checkpoint)).order_by(Registration.sort_key, Registration.id)


class _five_minutes(FunctionElement[int]):
    """The number of a moment's five minutes since 1970."""

    type = Integer()
    inherit_cache = True


@compiles(_five_minutes)
def _epoch(element: _five_minutes, compiler: Any, **options: Any) -> str:
    return f"CAST(FLOOR(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **options)}) / {FIVE_MINUTES}) AS INTEGER)"


@compiles(_five_minutes, "sqlite")
def _strftime(element: _five_minutes, compiler: Any, **options: Any) -> str:
    return f"(CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER) / {FIVE_MINUTES})"


@dataclass(frozen=True)
class Bar:
    """How many came first between two moments, and how many had come by its end."""

    start: datetime
    end: datetime
    people: int
    total: int

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.end - self.start).total_seconds()) // 60


def arrivals(checkpoint: Checkpoint) -> list[Bar]:
    """First admissions over time, in at most `MOST_BARS` bars without gaps, each as long as the others."""
    firsts = (select(func.min(Scan.judged_at).label("at")).where(Scan.checkpoint_id == checkpoint.id, Scan.registration_id.is_not(None),
                                                                 queries.admitted()).group_by(Scan.registration_id).subquery())
    bucket = _five_minutes(firsts.c.at)
    counted = db.session.execute(select(bucket, func.count()).group_by(bucket).order_by(bucket)).all()
    return bars([(datetime.fromtimestamp(number * FIVE_MINUTES, UTC), people) for number, people in counted])


def bars(counted: Sequence[tuple[datetime, int]]) -> list[Bar]:
    """The counts of five minutes each, in order of time, gathered into bars on the clock of the event's country."""
    if not counted:
        return []
    ahead = local(counted[0][0]).utcoffset() or timedelta()  # bars of hours and days begin at the clock's, not at UTC's

    def number(moment: datetime, step: int) -> int:
        return int((moment + ahead).timestamp()) // (step * 60)

    first, last = counted[0][0], counted[-1][0]
    step = next((step for step in STEPS if number(last, step) - number(first, step) < MOST_BARS), STEPS[-1])
    people: dict[int, int] = {}
    for moment, n in counted:
        people[number(moment, step)] = people.get(number(moment, step), 0) + n
    out, total, length = [], 0, timedelta(minutes=step)
    for one in range(max(min(people), max(people) - MOST_BARS + 1), max(people) + 1):
        start, total = datetime.fromtimestamp(one * step * 60, UTC) - ahead, total + people.get(one, 0)
        out.append(Bar(start, start + length, people.get(one, 0), total))
    return out


def vips(checkpoint: Checkpoint, latest: bool) -> Select[Any]:
    """Guests of honour in Thai order or with the latest arrival on top: the registration, `at` which it first came in, and on each
    row how many `came` and how many `there_are`."""
    first = (select(func.min(Scan.judged_at)).where(Scan.registration_id == Registration.id, Scan.checkpoint_id == checkpoint.id, queries.admitted())
             .correlate(Registration).scalar_subquery())
    all_of_them = (select(Registration.id, first.label("at"), Registration.status).where(
        Registration.event_id == checkpoint.event_id, Registration.vip).subquery())
    at = all_of_them.c.at
    rows = (select(Registration, at, func.count(at).over().label("came"), func.count().over().label("there_are"))
            .join(all_of_them, all_of_them.c.id == Registration.id).where(all_of_them.c.status.in_(queries.SEATED) | at.is_not(None)))
    newest = (at.is_(None), at.desc()) if latest else ()
    return rows.order_by(*newest, Registration.sort_key, Registration.id)


def gates_of(checkpoint: Checkpoint, rows: Sequence[Row[Any]]) -> dict[int, str]:
    """Through which gate each of these guests first came in."""
    ids = [registration.id for registration, at, *_counts in rows if at]
    scans = db.session.execute(select(Scan.registration_id, Gate.name).join(Gate, Gate.id == Scan.gate_id).where(
        Scan.checkpoint_id == checkpoint.id, Scan.registration_id.in_(ids), queries.admitted()).order_by(Scan.judged_at.desc(), Scan.id.desc()))
    return dict(scans.all())  # the earliest comes last and stays
