"""The sessions that a person chooses among the bookable ones of an event."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

from sqlalchemy import delete, insert, select

from blueprints.registration import seats
from blueprints.registration.facts import NoSuchSession, SessionsOverlap
from models import Event, EventSession, Registration, SessionChoice, db


def bookable(event: Event) -> list[EventSession]:
    """The sessions to choose from, in the order of the agenda."""
    return [session for session in event.sessions if session.bookable]


def check(event: Event, session_ids: Collection[int]) -> tuple[int, ...]:
    """The wanted sessions' ids, each once, in order. Raises `NoSuchSession`, `SessionsOverlap`."""
    if not session_ids:
        return ()
    offered = {session.id: session for session in bookable(event)}
    if not set(session_ids) <= offered.keys():
        raise NoSuchSession
    wanted = [offered[session_id] for session_id in sorted(set(session_ids))]
    if any(overlap(one, other) for one, other in combinations(wanted, 2)):
        raise SessionsOverlap
    return tuple(session.id for session in wanted)


def overlap(one: EventSession, other: EventSession) -> bool:
    """Whether nobody can be in both."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def of(registration: Registration) -> tuple[int, ...]:
    """The ids of the sessions that the person chose."""
    return tuple(db.session.scalars(select(SessionChoice.session_id).where(SessionChoice.registration_id == registration.id)
                                    .order_by(SessionChoice.session_id)))


def put(registration: Registration, session_ids: Collection[int]) -> None:
    """Remember the choice of a new registration."""
    if session_ids:
        db.session.execute(insert(SessionChoice), [{"registration_id": registration.id, "session_id": i} for i in session_ids])


def change(registration: Registration, session_ids: Collection[int]) -> bool:
    """Change the choice, and move the seats of someone who holds one; whether anything changed.

    Call it while the event's row is held. Raises `NoSuchSession`, `SessionsOverlap`, `seats.SessionFull`.
    """
    before = set(of(registration))
    wanted = set(session_ids) if set(session_ids) == before else set(check(registration.event, session_ids))
    if wanted == before:
        return False
    if registration.status in seats.HOLDING:
        seats.take_sessions(registration.event_id, wanted - before)
        seats.give_back_sessions(before - wanted)
    db.session.execute(delete(SessionChoice).where(SessionChoice.registration_id == registration.id,
                                                   SessionChoice.session_id.in_(before - wanted)))
    put(registration, wanted - before)
    db.session.expire(registration, ["sessions"])
    return True
