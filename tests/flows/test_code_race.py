"""Two hundred people send the last use of a code at the same moment, through HTTP, from a real server: exactly one gets it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from core.config import database_url
from models import AccessCode, Category, Event, Registration, db
from tests.flows import test_rush as rush

PEOPLE = 200
REFUSAL = "ใช้ครบจำนวน"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """DATABASE_URL of each of the two databases, both empty."""
    return request.getfixturevalue("postgresql") if request.param == "postgresql" else ""


def test_the_last_use_of_a_code_is_used_once(tmp_path: Path, url: str) -> None:
    engine = create_engine(database_url(url, tmp_path))
    rush._prepare(engine, guarded=True)
    with Session(engine) as session:
        event = session.scalars(select(Event)).one()
        hidden = Category(event=event, name_th="วิทยากร", hidden=True, taken=2)
        session.add(AccessCode(event=event, category=hidden, code="LAST", max_uses=2, uses=1, reserves=True))
        event.taken = 2
        session.commit()
        hidden_id = hidden.id
    with rush._server(tmp_path, url, guarded=True) as port:
        headers, form = rush._form(port)
        form |= {"access_code": "last", "category_id": str(hidden_id)}
        with ThreadPoolExecutor(rush.AT_ONCE) as crowd:
            answers = list(crowd.map(lambda n: rush._send(port, headers, form, n), range(PEOPLE)))
    with Session(engine) as session:
        event, code = session.scalars(select(Event)).one(), session.scalars(select(AccessCode)).one()
        people = session.scalars(select(Registration)).all()
        stands = (code.uses, event.taken, session.get_one(Category, hidden_id).taken, [one.access_code_id for one in people])
    with engine.begin() as connection:
        db.metadata.drop_all(connection)
    engine.dispose()
    assert Counter(status for status, _body in answers) == {303: 1, 422: PEOPLE - 1}
    assert sum(REFUSAL in body for status, body in answers if status == 422) == PEOPLE - 1
    assert stands == (2, 2, 2, [code.id]), "the seat was held before, and no other was taken"
