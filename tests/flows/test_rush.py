"""Two hundred people want fifty seats at the same moment, through HTTP, from a real server: exactly fifty get one."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from core.config import ROOT, database_url
from models import Category, Event, EventKind, EventStatus, Programme, Registration, RegistrationStatus, db
from tests.databases import free_port

PEOPLE, SEATS, AT_ONCE = 200, 50, 40
REFUSAL = "ที่นั่ง|seats are taken"


@dataclass(frozen=True)
class Outcome:
    """What the rush led to."""

    answers: Counter[int]
    sentences: int  # refusals that say so in words
    rows: int
    taken: tuple[int, int]  # of the event and of its category


def rush(folder: Path, url: str, *, guarded: bool, people: int = PEOPLE) -> Outcome:
    """Let everybody in at once and count."""
    engine = create_engine(database_url(url, folder))
    _prepare(engine, guarded)
    with _server(folder, url, guarded) as port:
        headers, form = _form(port)
        with ThreadPoolExecutor(AT_ONCE) as crowd:
            answers = list(crowd.map(lambda n: _send(port, headers, form, n), range(people)))
    with Session(engine) as session:
        rows = session.scalar(select(func.count(Registration.id)).where(Registration.status == RegistrationStatus.CONFIRMED)) or 0
        taken = session.execute(select(Event.taken, Category.taken).join(Category, Category.event_id == Event.id)).one()
    with engine.begin() as connection:
        db.metadata.drop_all(connection)
    engine.dispose()
    refused = [body for status, body in answers if status in (409, 422)]
    sentences = sum(bool(re.search(REFUSAL, body)) for body in refused)
    return Outcome(Counter(status for status, _ in answers), sentences, rows, tuple(taken))


def _prepare(engine: Engine, guarded: bool) -> None:
    held = {table: [c for c in table.constraints if str(c.name).endswith("_not_oversold")]
            for table in (Event.__table__, Category.__table__)}
    if not guarded:
        for table, constraints in held.items():
            table.constraints.difference_update(constraints)
    try:
        with engine.begin() as connection:
            db.metadata.create_all(connection)
    finally:
        for table, constraints in held.items():
            table.constraints.update(constraints)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with Session(engine) as session:
        programme = Programme(title_th="โครงการ", starts_on=tomorrow.date(), ends_on=tomorrow.date())
        event = Event(programme=programme, slug="rush", kind=EventKind.SEMINAR, status=EventStatus.PUBLISHED, title_th="สัมมนา",
                      starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=3), capacity=SEATS, published_at=datetime.now(UTC))
        event.categories = [Category(name_th="ผู้เข้าร่วม", capacity=SEATS)]
        session.add(event)
        session.commit()


@contextmanager
def _server(folder: Path, url: str, guarded: bool) -> Iterator[int]:
    port = free_port()
    environ = os.environ | {"INSTANCE_DIR": str(folder), "DATABASE_URL": url, "SECRET_KEY": "only-for-tests", "JOBS_URL": "",
                            "BASE_URL": f"http://127.0.0.1:{port}", "GUARD": "on" if guarded else "off"}
    command = [sys.executable, "-m", "gunicorn", "tests.flows.rush_app:app", "--bind", f"127.0.0.1:{port}",
               "--workers", "2", "--threads", "4", "--worker-tmp-dir", str(folder), "--no-control-socket"]
    with (open(folder / "server.log", "wb") as log,
          subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log) as server):
        try:
            _wait_until_up(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(20)


def _wait_until_up(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert server.poll() is None, "the server did not start: see server.log"
        try:
            return _request(port, "GET", "/healthz")[0] and None
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not answer within 20 seconds")


def _form(port: int) -> tuple[dict[str, str], dict[str, str]]:
    status, body, headers = _request(port, "GET", "/e/rush/register")
    assert status == 200
    hidden = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', body)[1] for name in ("csrf_token", "notice", "category_id")}
    return {"Cookie": headers["Set-Cookie"].split(";")[0], "Content-Type": "application/x-www-form-urlencoded"}, hidden


def _send(port: int, headers: dict[str, str], form: dict[str, str], n: int) -> tuple[int, str]:
    someone = {"first_name": f"ผู้เข้าร่วม{n}", "email": f"person{n}@example.org", "organisation_name": f"กิจการ {n % 20}"}
    return _request(port, "POST", "/e/rush/register", urlencode(form | someone), headers)[:2]


def _request(port: int, method: str, path: str, body: str | None = None,
             headers: dict[str, str] | None = None) -> tuple[int, str, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read().decode(), response.headers
    finally:
        connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """DATABASE_URL of each of the two databases, both empty."""
    return request.getfixturevalue("postgresql") if request.param == "postgresql" else ""


def test_fifty_seats_for_two_hundred_people(tmp_path: Path, url: str) -> None:
    outcome = rush(tmp_path, url, guarded=True)
    assert outcome.answers == {303: SEATS, 422: PEOPLE - SEATS}
    assert outcome.sentences == PEOPLE - SEATS
    assert outcome.rows == SEATS and outcome.taken == (SEATS, SEATS)


def test_without_the_guard_the_same_rush_oversells(tmp_path: Path, url: str) -> None:
    outcome = rush(tmp_path, url, guarded=False, people=80)
    assert outcome.rows > SEATS, "the rush is too gentle to show anything"
