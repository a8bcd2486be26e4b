"""Checkpoints follow an event whose days or sessions are changed, as long as nobody was scanned there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta

from blueprints.checkin import agenda, checkpoints, queries
from blueprints.events.services import Times, event_changed
from core.forms import moment
from core.locale import local
from models import Checkpoint, Event, db

Hours = Mapping[int, tuple[datetime, datetime]]


@event_changed.connect
def follow(event: Event, before: Times, after: Times) -> None:
    """The window of a session's door goes with the session, any other with the day of the event on which it opens.

    A day more gets its entrance, a day less loses it, where the entrances are those that were made by themselves.
    """
    if before == after or not (there := queries.checkpoints(event)):
        return
    old, new = (agenda.days_of(times.starts_at, times.ends_at, event.timezone) for times in (before, after))
    usual, stay = {row.id for row in there if _is_usual(row, event.timezone)}, checkpoints.used(event)
    stuck = {_day(row, event.timezone) for row in there if row.id in stay & usual}
    for row in there:
        if row.id not in stay and not _with_session(row, before.sessions, after.sessions) and old != new:
            _with_day(event, row, old, new, stuck if row.id in usual else None)
    if usual and old != new:
        bare = [day for n, day in enumerate(new) if n >= len(old) or old[n] in stuck]
        _let_in(event, bare)
    db.session.flush()


def _with_session(row: Checkpoint, before: Hours, after: Hours) -> bool:
    """Whether the checkpoint moves with a session: it is the session's, and its window the usual one."""
    then, hours = before.get(row.session_id or 0), after.get(row.session_id or 0)
    if not then or not hours or (row.opens_at, row.closes_at) != agenda.session_window(*then):
        return False
    row.opens_at, row.closes_at = agenda.session_window(*hours)
    return True


def _with_day(event: Event, row: Checkpoint, old: list[date], new: list[date], stuck: set[date | None] | None) -> None:
    """Move a checkpoint from a day to the one in its place; `stuck` are the days of entrances that stay, None: this is no usual entrance."""
    day = _day(row, event.timezone)
    if day not in old:
        return
    target = new[old.index(day)] if old.index(day) < len(new) else None
    if target is None or (stuck is not None and target in stuck):
        if stuck is not None:
            _remove(event, row)
        return
    for name in ("opens_at", "closes_at", "all_out_at"):
        setattr(row, name, agenda.on_day(getattr(row, name), (target - day).days, event.timezone))
    row.name_th, row.name_en = agenda.renamed(row.name_th, row.name_en, day, target)
    if stuck is not None:
        own = next(one for one in agenda.entrances(event.starts_at, event.ends_at, event.timezone) if one.key == f"day:{target}")
        row.kind, row.name_th, row.name_en = own.kind, own.name_th, own.name_en


def _remove(event: Event, row: Checkpoint) -> None:
    with suppress(checkpoints.OnlyOneOfPhone):  # a phone has nothing else; the organiser sees the day in the list
        checkpoints.remove(event, row)


def _let_in(event: Event, days: list[date]) -> None:
    there, keys = queries.checkpoints(event), {f"day:{day}" for day in days}
    checkpoints.add(event, [one for one in agenda.entrances(event.starts_at, event.ends_at, event.timezone)
                            if one.key in keys and not any(checkpoints.is_there(one, row) for row in there)])


def _is_usual(row: Checkpoint, zone: str) -> bool:
    """Whether this is an entrance as it is made by itself."""
    day = _day(row, zone)
    return (day is not None and row.kind in checkpoints.ENTRANCES and row.session_id is None and row.category_ids is None
            and (row.name_th, row.name_en) in (agenda.ENTRANCE, agenda.name_of_day(day))
            and (row.opens_at, row.closes_at) == tuple(moment(one, datetime.min.time(), zone) for one in (day, day + timedelta(days=1))))


def _day(row: Checkpoint, zone: str) -> date | None:
    return local(row.opens_at, zone).date() if row.opens_at else None
