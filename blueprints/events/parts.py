"""The lists in an event: its categories and sessions, put as an organiser wrote them without taking a seat from anybody."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, distinct, exists, func, select
from sqlalchemy.orm import aliased

from blueprints.events import rules
from blueprints.events.rules import CategoryDetails, EventDetails, SessionDetails
from core.errors import Refused, explain
from models import Category, Checkpoint, Event, EventSession, Registration, RegistrationStatus, SessionChoice, db

explain("uq_category_event_id_name_th", "categories", rules.CategoryTwice.message)


class BelowTaken(Refused):
    """The capacity would be less than what is held. Says how many are."""

    def __init__(self, counted: Event | Category | EventSession, field: str) -> None:
        least = counted.taken - counted.overbooked
        if counted.overbooked:
            message = _l("%(taken)s seats are taken already, %(extra)s of them beyond the capacity: type at least %(least)s, or "
                         "cancel registrations first.", taken=counted.taken, extra=counted.overbooked, least=least)
        else:
            message = _l("%(taken)s seats are taken already: type at least %(taken)s, or cancel registrations first.", taken=least)
        super().__init__(message, field)


class CategoryInUse(Refused):
    message = _l("People have registered in this category, or seats of it are reserved, so it has to stay. "
                 "Lower its capacity to let nobody else in.")


class SessionInUse(Refused):
    message = _l("A checkpoint at the door belongs to this session, so it has to stay. Change the checkpoint first.")


class SessionChosen(Refused):
    message = _l("People have chosen this session, so it has to stay, and to be chosen. Set its seats to those taken to let "
                 "nobody else in.")


class BothChosen(Refused):
    """People would have to be in two places."""

    def __init__(self, people: int, field: str) -> None:
        super().__init__(_l("%(people)s people have chosen this session and another that would then be at the same time. "
                            "Choose other times, or have them choose anew first.", people=people), field)


def check_capacity(counted: Event | Category | EventSession, capacity: int | None, field: str) -> None:
    """Whether what is held fits `capacity`; seats overbooked on purpose need no room. Raises `BelowTaken`."""
    if capacity is not None and capacity < counted.taken - counted.overbooked:
        raise BelowTaken(counted, field)


def put_categories(event: Event, details: EventDetails) -> None:
    """Write the categories. Raises `BelowTaken`, `CategoryInUse`."""
    known = {category.id: category for category in event.categories}
    for given in details.categories:
        category = known.get(given.id) if given.id else None
        if category and given.remove:
            _remove_category(event, category, given)
        elif category and category.name_th != given.name_th:
            category.name_th = f"~{category.id}"  # so that two may swap their names: each lets go of its own first
    db.session.flush()
    for position, given in enumerate(given for given in details.categories if not given.remove):
        category = known.get(given.id) if given.id else None
        if category is None:
            category = Category(event_id=event.id)
            event.categories.append(category)
        else:
            check_capacity(category, given.capacity, f"categories-{given.row}-capacity")
        category.position, category.capacity = position, given.capacity
        category.name_th, category.name_en = given.name_th, given.name_en
        category.hidden, category.approval = given.hidden, given.approval
    db.session.flush()


def _remove_category(event: Event, category: Category, given: CategoryDetails) -> None:
    if category.taken or db.session.scalar(select(exists().where(Registration.category_id == category.id))):
        raise CategoryInUse(field=f"categories-{given.row}-remove")
    event.categories.remove(category)


def put_sessions(event: Event, details: EventDetails) -> None:
    """Write the sessions. Raises `BelowTaken`, `SessionInUse`, `SessionChosen`, `BothChosen`."""
    moved: list[tuple[EventSession, SessionDetails]] = []
    known = {session.id: session for session in event.sessions}
    for position, given in enumerate(details.sessions):
        session = known.get(given.id) if given.id else None
        if given.remove:
            if session:
                _remove_session(event, session, given)
            continue
        if session is None:
            session = EventSession(event_id=event.id)
            event.sessions.append(session)
        else:
            check_capacity(session, given.capacity, f"sessions-{given.row}-capacity")
            if session.bookable and not given.bookable and _is_chosen(session):
                raise SessionChosen(field=f"sessions-{given.row}-bookable")
            if session.bookable and (session.starts_at, session.ends_at) != (given.starts_at, given.ends_at):
                moved.append((session, given))
        session.position, session.title_th, session.title_en = position, given.title_th, given.title_en
        session.starts_at, session.ends_at = given.starts_at, given.ends_at
        session.room, session.speaker = given.room, given.speaker
        session.bookable, session.capacity = given.bookable, given.capacity
    db.session.flush()
    for session, given in moved:
        if people := _in_two_places(session):
            raise BothChosen(people, f"sessions-{given.row}-starts")


def _remove_session(event: Event, session: EventSession, given: SessionDetails) -> None:
    if _is_chosen(session):
        raise SessionChosen(field=f"sessions-{given.row}-remove")
    if db.session.scalar(select(exists().where(Checkpoint.session_id == session.id))):
        raise SessionInUse(field=f"sessions-{given.row}-remove")
    db.session.execute(delete(SessionChoice).where(SessionChoice.session_id == session.id))  # of people who cancelled
    event.sessions.remove(session)


_STANDING = Registration.status != RegistrationStatus.CANCELLED


def _is_chosen(session: EventSession) -> bool:
    return bool(db.session.scalar(select(exists().where(
        SessionChoice.session_id == session.id, SessionChoice.registration_id == Registration.id, _STANDING))))


def _in_two_places(session: EventSession) -> int:
    """How many people chose `session` and another one at the same time."""
    ours, theirs = aliased(SessionChoice), aliased(SessionChoice)
    return db.session.scalar(
        select(func.count(distinct(ours.registration_id))).join(Registration, Registration.id == ours.registration_id)
        .join(theirs, theirs.registration_id == ours.registration_id).join(EventSession, EventSession.id == theirs.session_id)
        .where(ours.session_id == session.id, EventSession.id != session.id, _STANDING,
               EventSession.starts_at < session.ends_at, EventSession.ends_at > session.starts_at)) or 0
