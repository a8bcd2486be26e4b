"""What every test may use: the application on a real database, a checking browser object, made-up people.

`--database=postgresql` runs the same tests on a throw-away PostgreSQL.
"""

from __future__ import annotations

import os

os.environ["JOBS_URL"] = "memory://"  # jobs run at once, in the test

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event

from tests import databases
from tests.factories import Factory
from tests.page import Browser


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def settings(instance: Path, url: str) -> dict[str, Any]:
    """A configuration for tests: everything under `instance`, no mail server, no process of its own for rendering."""
    from core import config

    loaded = config.load({"INSTANCE_DIR": str(instance), "SECRET_KEY": "only-for-tests", "DATABASE_URL": url,
                          "BASE_URL": "http://localhost", "JOBS_URL": "memory://"})
    return loaded | {"TESTING": True, "RENDER_IN_PROCESS": True}


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of an empty PostgreSQL, started for this run."""
    with TemporaryDirectory(prefix="ruam-postgresql-") as folder, databases.postgresql_cluster(Path(folder)) as url:
        yield url


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty Redis, started for this run."""
    with databases.redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest) -> str:
    """DATABASE_URL of this run: "" is SQLite in the instance folder."""
    return request.getfixturevalue("postgresql") if request.config.getoption("--database") == "postgresql" else ""


@pytest.fixture(scope="session")
def whole_app(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Flask]:
    """The application with every table, for the whole run. Tests use `app`."""
    from app import create_app
    from core.extensions import limiter
    from models import db

    app = create_app(settings(tmp_path_factory.mktemp("instance"), database_url))
    limiter.enabled = False
    with app.app_context():
        db.create_all()
    yield app


@pytest.fixture
def app(whole_app: Flask) -> Iterator[Flask]:
    """The application inside one outer transaction that is rolled back after the test; commits inside are savepoints."""
    from blueprints.api import webhooks
    from core import jobs
    from models import db

    jobs.init_app(whole_app)  # another test may have made another application since
    webhooks.forget(math.inf)  # in an empty database nobody listens
    with whole_app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        db._app_engines[whole_app] = {None: connection}
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield whole_app
        finally:
            db.session.remove()
            db._app_engines[whole_app] = {None: engine}
            outer.rollback()
            connection.close()


@pytest.fixture
def make(app: Flask) -> Factory:
    """Makes users, programmes, events, registrations … in the database, with sensible made-up values."""
    return Factory()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A visitor in Thai. Every page that it opens is checked (`tests.page`)."""
    return Browser(app)


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as sent:` collects the SQL that is sent meanwhile."""

    @contextmanager
    def listening() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            sent.append(statement)

        engine = db.engine
        sqlalchemy_event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            sqlalchemy_event.remove(engine, "before_cursor_execute", note)

    from models import db

    return listening


@pytest.fixture
def limits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rate limits on, as in production, counted anew."""
    from core.extensions import limiter

    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
