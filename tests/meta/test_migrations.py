"""The migrations make the tables that models.py describes, on an empty database, and take them away again."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect, text

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
            for table in db.metadata.tables.values():
                ours = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
                assert {c["name"] for c in inspect(connection).get_check_constraints(table.name)} == ours, table.name
        downgrade(directory=str(ROOT / "migrations"), revision="base")
        with db.engine.connect() as connection:
            assert inspect(connection).get_table_names() == ["alembic_version"]


def test_a_table_made_anew_keeps_the_rows_that_point_to_it(empty: Flask) -> None:
    with empty.app_context():
        upgrade(directory=str(ROOT / "migrations"), revision="0002")
        with db.engine.begin() as connection:
            for row in ("INSERT INTO programme (id, title_th, title_en, summary_th, summary_en, starts_on, ends_on, version, created_at) "
                        "VALUES (1, 'โครงการ', '', '', '', '2020-02-01', '2020-07-31', 1, '2020-01-01')",
                        "INSERT INTO event (id, programme_id, slug, kind, status, title_th, title_en, summary_th, summary_en, starts_at, "
                        "ends_at, timezone, place_th, place_en, map_url, online_url, chair_th, chair_en, contact_name, contact_phone, "
                        "contact_email, taken, cancel_reason, created_at, version) VALUES (1, 1, 'a', 'meeting', 'draft', 'งาน', '', '', '', "
                        "'2020-07-17 02:00', '2020-07-17 09:00', 'Asia/Bangkok', '', '', '', '', '', '', '', '', '', 0, '', '2020-01-01', 1)",
                        "INSERT INTO category (id, event_id, position, name_th, name_en, taken) VALUES (1, 1, 0, 'ผู้เข้าร่วม', '', 0)"):
                connection.execute(text(row))
        upgrade(directory=str(ROOT / "migrations"))
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT name_th, hidden FROM category")).all() == [("ผู้เข้าร่วม", 0)]
