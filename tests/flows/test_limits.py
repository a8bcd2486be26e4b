"""Two hundred people at the same moment, through HTTP: every kind of limit holds to the seat, and counts what the rows say."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from core.config import database_url
from models import Category, Event, EventSession, Registration, RegistrationStatus, SessionChoice, db
from tests.flows import test_rush as rush

PEOPLE = 200


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """DATABASE_URL of each of the two databases, both empty."""
    return request.getfixturevalue("postgresql") if request.param == "postgresql" else ""


#: Limit → how many get in: 20 organisations of ten people each may send two.
LIMITS = {"category": 30, "session": 30, "organisation": 40, "waitlist": 50}


def _limit(session: Session, limit: str) -> dict[str, str]:
    """Put the limit on the event; what the form says besides."""
    event, category = session.execute(select(Event, Category).join(Category, Category.event_id == Event.id)).one()
    event.capacity, category.capacity = (50, None) if limit == "waitlist" else (None, None)
    more: dict[str, str] = {}
    if limit == "category":
        category.capacity = LIMITS[limit]
    elif limit == "session":
        part = EventSession(event=event, title_th="ช่วงบ่าย", starts_at=event.starts_at, ends_at=event.ends_at, bookable=True, capacity=LIMITS[limit])
        session.add(part)
        session.flush()
        more["session_ids"] = str(part.id)
    elif limit == "organisation":
        event.per_organisation = 2
    else:
        event.waitlist, more["join_waitlist"] = True, "y"
    session.commit()
    return more


@pytest.mark.parametrize("limit", list(LIMITS))
def test_the_limit_holds(tmp_path: Path, url: str, limit: str) -> None:
    engine = create_engine(database_url(url, tmp_path))
    rush._prepare(engine, guarded=True)
    with Session(engine) as session:
        more = _limit(session, limit)
    with rush._server(tmp_path, url, guarded=True) as port:
        headers, form = rush._form(port)
        with ThreadPoolExecutor(rush.AT_ONCE) as crowd:
            answers = Counter(status for status, _body in crowd.map(lambda n: rush._send(port, headers, form | more, n), range(PEOPLE)))
    with Session(engine) as session:
        event = session.scalars(select(Event)).one()
        by_status = Counter(session.scalars(select(Registration.status)))
        most = max(session.execute(select(func.count()).where(Registration.status == RegistrationStatus.CONFIRMED)
                                   .group_by(Registration.organisation_id)).scalars())
        sessions = session.execute(select(EventSession.taken, select(func.count()).select_from(SessionChoice).scalar_subquery())).all()
        counted = event.taken, session.scalars(select(Category.taken)).one()
    with engine.begin() as connection:
        db.metadata.drop_all(connection)
    engine.dispose()
    seats = LIMITS[limit]
    assert by_status[RegistrationStatus.CONFIRMED] == seats and counted == (seats, seats)
    if limit == "waitlist":
        assert answers == {303: PEOPLE} and by_status[RegistrationStatus.WAITLISTED] == PEOPLE - seats, "nobody is lost"
    else:
        assert answers == {303: seats, 422: PEOPLE - seats}
    assert limit != "organisation" or most == 2
    assert all(row == (seats, seats) for row in sessions)
