"""Many events from one, on the days of a pattern."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from blueprints.events import queries
from blueprints.events.cloning import CloneCommand, Part, clone
from blueprints.events.patterns import MOST, numbered
from core import history
from core.codes import new_code
from core.errors import Refused
from core.locale import both, local
from models import Event, EventStatus, User, db, now

TITLE_WIDTH = 400
MOST_SHOWN = 100


class NoDays(Refused):
    message = _l("There is no day to make an event on. Change the pattern, or take fewer days out.")


class AlreadyMade(Refused):
    message = _l("These events are there already: the event’s overview lists the whole series.")


@dataclass(frozen=True)
class Planned:
    """One event to be: its first and last day, its titles, and what to look at first."""

    day: date
    last: date
    title_th: str
    title_en: str
    warnings: tuple[Any, ...] = ()
    left_out: bool = False


def plan(source: Event, days: Sequence[date], titles: tuple[str, str], first_number: int | None,
         left_out: Collection[date] = ()) -> list[Planned]:
    """What the series would be, with warnings for days that are past, outside the programme, or taken by its other events."""
    first, last = (local(at, source.timezone).date() for at in (source.starts_at, source.ends_at))
    taken = _others(source, days, last - first)
    ordinals = count(first_number or 0)
    planned = []
    for day in days:
        end, out = day + (last - first), day in left_out
        th, en = titles if first_number is None or out else numbered(titles, next(ordinals))
        clashes = [_l("On the same day: %(title)s", title=title) for begins, ends, title in taken if begins <= end and ends >= day]
        planned.append(Planned(day, end, th[:TITLE_WIDTH], en[:TITLE_WIDTH], (*_about(source, day, end), *clashes), out))
    return planned


def _about(source: Event, day: date, end: date) -> list[Any]:
    programme, warnings = source.programme, []
    if day < local(now(), source.timezone).date():
        warnings.append(_l("This day is past"))
    if day < programme.starts_on or end > programme.ends_on:
        warnings.append(_l("Outside the period of the programme"))
    return warnings


def _others(source: Event, days: Sequence[date], length: timedelta) -> list[tuple[date, date, str]]:
    """The programme's events around these days: first day, last day, title."""
    if not days:
        return []
    zone = local(now(), source.timezone).tzinfo
    opens = datetime.combine(min(days), datetime.min.time(), zone)
    closes = datetime.combine(max(days) + length + timedelta(days=1), datetime.min.time(), zone)
    rows = db.session.scalars(
        select(Event).where(Event.programme_id == source.programme_id, Event.status != EventStatus.CANCELLED,
                            Event.starts_at < closes, Event.ends_at >= opens).order_by(Event.starts_at, Event.id))
    return [(local(one.starts_at, source.timezone).date(), local(one.ends_at, source.timezone).date(), both(one.title_th, one.title_en))
            for one in rows]


def create(source: Event, planned: Sequence[Planned], parts: frozenset[Part], author: User | None) -> list[Event]:
    """Make them all, but those left out, as drafts of one series with their source.

    The same form sent twice makes them once. Raises `NoDays`, `AlreadyMade`.
    """
    if not (wanted := [one for one in planned if not one.left_out]):
        raise NoDays
    db.session.refresh(source, with_for_update=True)
    there = {(local(one.starts_at, source.timezone).date(), one.title_th) for one in all_of(source)}
    if not (wanted := [one for one in wanted if (one.day, one.title_th) not in there]):
        raise AlreadyMade
    source.series = source.series or new_code()
    copies = [clone(source, CloneCommand(one.title_th, one.title_en, one.day, parts, source.series), author) for one in wanted[:MOST]]
    history.record("event.series_made", event=source, events=[copy.id for copy in copies])
    return copies


def all_of(event: Event) -> list[Event]:
    """The events of the same series, this one among them, in their order."""
    return list(db.session.scalars(_of(event))) if event.series else []


def public_of(event: Event) -> list[Event]:
    """The other events of the series that anyone may see."""
    if not event.series:
        return []
    return list(db.session.scalars(_of(event).where(queries.is_listed(), Event.id != event.id)))


def _of(event: Event) -> Select[tuple[Event]]:
    return select(Event).where(Event.series == event.series).order_by(Event.starts_at, Event.id).limit(MOST_SHOWN)
