"""The migrations make the tables that models.py describes, on an empty database, and take them away again."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from core.config import ROOT
from models import db
from tests.conftest import settings


@pytest.fixture
def empty(tmp_path: Path) -> Flask:
    from app import create_app

    return create_app(settings(tmp_path, ""))


def test_migrations_and_tables_agree(empty: Flask) -> None:
    with empty.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        with db.engine.connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata)
            assert differences == []
            assert set(inspect(connection).get_table_names()) == {*db.metadata.tables, "alembic_version"}
        downgrade(directory=str(ROOT / "migrations"), revision="base")
        with db.engine.connect() as connection:
            assert inspect(connection).get_table_names() == ["alembic_version"]
