"""Flows need real commits and many threads: an application on a database of its own, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import settings


@pytest.fixture(params=["sqlite", "postgresql"])
def own_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose transactions really commit; its tables are dropped afterwards."""
    from app import create_app
    from models import db

    url = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""
    app = create_app(settings(tmp_path, url))
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.session.remove()
        db.drop_all()
        db.engine.dispose()
