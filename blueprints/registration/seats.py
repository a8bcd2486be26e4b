"""Seats: who holds how many. Nobody counts rows; guarded counters move, always the event's first, then the category's, then
the sessions' by their ids.

Whoever holds the event's row holds every seat of the event until the transaction ends, so no two can wait for each other, and
what is counted meanwhile (the people of one organisation) cannot change.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from sqlalchemy import ColumnElement, bindparam, case, func, or_, select, update

from core.errors import Refused, explain
from models import Category, Event, EventSession, EventStatus, Registration, RegistrationStatus, db

Counted = type[Event] | type[Category] | type[EventSession]

#: Those who hold a seat: with a ticket, or with an offer that waits for its answer.
HOLDING = (RegistrationStatus.CONFIRMED, RegistrationStatus.NOT_CONFIRMED)


@dataclass(frozen=True)
class Place:
    """What one person takes of an event: a seat of a category and of the chosen sessions.

    What an access code `reserved` has been counted since the code was made: the event's seat, and the category's if the code is
    for one.
    """

    event_id: int
    category_id: int
    session_ids: tuple[int, ...] = ()
    reserved: bool = False
    category_reserved: bool = False


class Full(Refused):
    """No seat where one was wanted; its kinds say where."""


class EventFull(Full):
    """Every seat of the event is taken."""

    message = _l("All seats are taken, so nothing was registered. If someone cancels, a seat is free again: look here later, "
                 "or ask the organiser.")


class CategoryFull(Full):
    """Every seat of the category is taken; another category may have some."""

    message = _l("All seats of this category are taken. Choose another category if it fits you, or ask the organiser.")
    field = "category_id"


class SessionFull(Full):
    """Every seat of one of the chosen sessions is taken."""

    message = _l("All seats of a session that you chose are taken. Please choose another session.")
    field = "session_ids"


class OrganisationFull(Full):
    """The organisation has as many people in the event as the organiser allows."""

    message = _l("Your organisation has all the seats that one organisation may have. Please agree with your colleagues who comes, "
                 "or ask the organiser.")
    field = "organisation_name"


class NotEnough(Refused):
    """Fewer free seats than an access code wants to hold; the sentence says how many there are."""

    field = "reserves"

    def __init__(self, left: int) -> None:
        super().__init__(lazy_ngettext("Only %(num)s seat is free to be held. Hold fewer, or raise the number of seats first.",
                                       "Only %(num)s seats are free to be held. Hold fewer, or raise the number of seats first.", left)
                         if left else _l("No seat is free to be held. Raise the number of seats first, or hold none."))


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
explain("ck_event_session_not_oversold", "session_ids", SessionFull.message)


def lock(event_id: int) -> None:
    """Hold the event's row until the transaction ends. (SQLite has one writer at a time and needs no such lock.)

    The key stays free, so that a scan, which holds the person's row and names the event, never waits for it: whoever cancels
    holds the event's and wants the person's.
    """
    db.session.execute(select(Event.id).where(Event.id == event_id).with_for_update(key_share=True))


def take(place: Place, statuses: Collection[EventStatus], *, overbook: bool = False) -> bool:
    """Take a seat of an event in one of `statuses`; with `overbook` beyond the capacity too, and whether that was needed.

    Raises `EventFull`, `CategoryFull`, `SessionFull`, `NoLongerOpen`, `NoSuchCategory`. What was taken before the refusal goes
    back with the caller's transaction or savepoint.
    """
    beyond = False
    allowed = Event.status.in_(statuses)
    if place.reserved:
        if not _add(Event, place.event_id, 0, allowed):
            raise NoLongerOpen
    elif not _add(Event, place.event_id, 1, _has_room(Event), allowed):
        beyond = overbook and _overbook(Event, place.event_id, allowed)
        if not beyond:
            status = db.session.scalar(select(Event.status).where(Event.id == place.event_id))
            raise EventFull if status in statuses else NoLongerOpen
    if not place.category_reserved:
        beyond |= _take_in_category(place.event_id, place.category_id, overbook)
    return take_sessions(place.event_id, place.session_ids, overbook=overbook) or beyond


def take_sessions(event_id: int, session_ids: Collection[int], *, overbook: bool = False) -> bool:
    """Take a seat in each session. Raises `SessionFull`."""
    beyond = False
    for session_id in sorted(session_ids):
        ours = EventSession.event_id == event_id
        if not _add(EventSession, session_id, 1, _has_room(EventSession), ours):
            if not (overbook and _overbook(EventSession, session_id, ours)):
                raise SessionFull
            beyond = True
    return beyond


def give_back(place: Place) -> None:
    """Free what one person held."""
    if not place.reserved:
        _add(Event, place.event_id, -1)
    if not place.category_reserved:
        _add(Category, place.category_id, -1)
    give_back_sessions(place.session_ids)


def give_back_sessions(session_ids: Collection[int]) -> None:
    """Free a seat in each session."""
    for session_id in sorted(session_ids):
        _add(EventSession, session_id, -1)


def reserve(event_id: int, category_id: int | None, number: int) -> None:
    """Hold `number` seats for an access code, or free so many where it is negative. Call it while the event's row is held.

    Raises `NotEnough`.
    """
    for table, row_id in ((Event, event_id), (Category, category_id)):
        if number and row_id and not _add(table, row_id, number, *([_has_room(table, number)] if number > 0 else [])):
            left = db.session.scalar(select(table.capacity - table.taken).where(table.id == row_id))
            raise NotEnough(max(left or 0, 0))


def move(event_id: int, old_category_id: int, new_category_id: int) -> None:
    """Change to a seat of another category. Raises `CategoryFull`, `NoSuchCategory`."""
    lock(event_id)
    _take_in_category(event_id, new_category_id, False)
    _add(Category, old_category_id, -1)


_OF_ORGANISATION = select(Event.per_organisation, select(func.count(Registration.id)).where(
    Registration.event_id == bindparam("event_id"), Registration.organisation_id == bindparam("organisation_id"),
    Registration.status.in_(HOLDING), Registration.id != bindparam("but_not")).scalar_subquery()).where(Event.id == bindparam("event_id"))


def check_organisation(event: Event, organisation_id: int | None, but_not: int = 0) -> None:
    """Whether one more person of this organisation may come; call it while the event's row is held. Raises `OrganisationFull`."""
    if event.per_organisation is None or organisation_id is None:
        return
    most, there = db.session.execute(
        _OF_ORGANISATION, {"event_id": event.id, "organisation_id": organisation_id, "but_not": but_not}).one()
    if most is not None and there >= most:
        raise OrganisationFull


def _take_in_category(event_id: int, category_id: int, overbook: bool) -> bool:
    ours = Category.event_id == event_id
    if _add(Category, category_id, 1, _has_room(Category), ours):
        return False
    if db.session.scalar(select(Category.id).where(Category.id == category_id, ours)) is None:
        raise NoSuchCategory
    if not (overbook and _overbook(Category, category_id, ours)):
        raise CategoryFull
    return True


def _has_room(table: Counted, number: int = 1) -> ColumnElement[bool]:
    return or_(table.capacity.is_(None), table.taken + number <= table.capacity)


def _overbook(table: Counted, row_id: int, *where: ColumnElement[bool]) -> bool:
    return _change(table, row_id, {"taken": table.taken + 1, "overbooked": table.overbooked + 1}, *where)


def _add(table: Counted, row_id: int, step: int, *where: ColumnElement[bool]) -> bool:
    """Move the counter of one row that meets `where`; whether there was such a row. The first seats back are those overbooked."""
    values: dict[str, Any] = {"taken": table.taken + step}
    if step < 0:
        values["overbooked"] = case((table.overbooked > -step, table.overbooked + step), else_=0)
    return _change(table, row_id, values, *where)


def _change(table: Counted, row_id: int, values: dict[str, Any], *where: ColumnElement[bool]) -> bool:
    moved = db.session.execute(
        update(table).where(table.id == row_id, *where).values(values).execution_options(synchronize_session=False)).rowcount
    if row := db.session.identity_map.get(db.session.identity_key(table, row_id)):
        db.session.expire(row, ["taken", "overbooked"])
    return moved == 1
