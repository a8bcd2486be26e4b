"""Seats: who holds how many. Nobody counts rows; two guarded counters move, always the event's first and then the category's.

Whoever holds the event's row holds every seat of the event until the transaction ends, so no two can wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select, update

from core.errors import Refused, explain
from models import Category, Event, EventStatus, db

Counted = type[Event] | type[Category]


class EventFull(Refused):
    """Every seat of the event is taken."""

    message = _l("All seats are taken, so nothing was registered. If someone cancels, a seat is free again: look here later, "
                 "or ask the organiser.")


class CategoryFull(Refused):
    """Every seat of the category is taken; another category may have some."""

    message = _l("All seats of this category are taken. Choose another category if it fits you, or ask the organiser.")
    field = "category_id"


class NoSuchCategory(Refused):
    """The category is none of this event's."""

    message = _l("Please choose one of these.")
    field = "category_id"


class NoLongerOpen(Refused):
    """The event left the state in which it takes people."""

    message = _l("Registration has just been closed. Nothing was registered; please ask the organiser.")


# The last line of defence, should a seat ever be counted in another way.
explain("ck_event_not_oversold", None, EventFull.message)
explain("ck_category_not_oversold", "category_id", CategoryFull.message)


def lock(event_id: int) -> None:
    """Hold the event's row until the transaction ends. (SQLite has one writer at a time and needs no such lock.)"""
    db.session.execute(select(Event.id).where(Event.id == event_id).with_for_update())


def take(event_id: int, category_id: int, statuses: Collection[EventStatus]) -> None:
    """Take one seat of an event in one of `statuses`. Raises `EventFull`, `NoLongerOpen`, `CategoryFull`, `NoSuchCategory`."""
    if not _add(Event, event_id, 1, _has_room(Event), Event.status.in_(statuses)):
        status = db.session.scalar(select(Event.status).where(Event.id == event_id))
        raise EventFull if status in statuses else NoLongerOpen
    _take_in_category(event_id, category_id)


def give_back(event_id: int, category_id: int) -> None:
    """Free one seat."""
    _add(Event, event_id, -1)
    _add(Category, category_id, -1)


def move(event_id: int, old_category_id: int, new_category_id: int) -> None:
    """Change to a seat of another category. Raises `CategoryFull`, `NoSuchCategory`."""
    lock(event_id)
    _take_in_category(event_id, new_category_id)
    _add(Category, old_category_id, -1)


def _take_in_category(event_id: int, category_id: int) -> None:
    ours = Category.event_id == event_id
    if not _add(Category, category_id, 1, _has_room(Category), ours):
        known = db.session.scalar(select(Category.id).where(Category.id == category_id, ours))
        raise CategoryFull if known else NoSuchCategory


def _has_room(table: Counted) -> ColumnElement[bool]:
    return or_(table.capacity.is_(None), table.taken < table.capacity)


def _add(table: Counted, row_id: int, step: int, *where: ColumnElement[bool]) -> bool:
    """Move the counter of one row that meets `where`; whether there was such a row."""
    moved = db.session.execute(
        update(table).where(table.id == row_id, *where).values(taken=table.taken + step)
        .execution_options(synchronize_session=False)).rowcount
    if row := db.session.identity_map.get(db.session.identity_key(table, row_id)):
        db.session.expire(row, ["taken"])
    return moved == 1
