"""From the first version to today with data in every table: nothing is lost, and the product works on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, Integer, Table, text

from blueprints.certificates.design import Design
from blueprints.certificates.facts import Facts
from core import backup, dump, restore
from core.codes import new_code
from core.config import ROOT
from models import User, db
from tests.conftest import settings
from tests.databases import own_database
from tests.page import Browser

START = datetime(2020, 7, 17, 2, 0, tzinfo=UTC)
CODE = new_code()
FACTS = Facts(number="๐๐๐๑/๒๕๖๓", holder_th="กัญญา", event_title="งานเก่า", dates_text="", issued_on=date(2020, 7, 17), verify_url="HTTPS://X/V/A").to_json()
#: What the first version wrote where anything at all would not do; an id is 1, a choice as here, a text its column's name in Thai letters.
GIVEN: dict[str, dict[str, Any]] = {
    "user_account": {"email": "old@example.org", "is_admin": True, "language": "th", "deactivated_at": None},
    "organisation": {"kind": "enterprise", "merged_into_id": None, "juristic_number": None, "name_th": "บริษัท ตัวอย่าง จำกัด"},
    "programme": {"starts_on": date(2020, 2, 1), "ends_on": date(2020, 7, 31), "title_th": "โครงการเก่า"},
    "event": {"kind": "result_presentation", "status": "published", "slug": "old-event", "timezone": "Asia/Bangkok", "title_th": "งานเก่า",
              "ends_at": START + timedelta(hours=7), "capacity": 50, "taken": 2, "registration_opens_at": None, "registration_closes_at": None,
              "cancelled_at": None, "map_url": "https://example.org/map", "online_url": ""},
    "category": {"capacity": 50, "taken": 2},
    "event_session": {"ends_at": START + timedelta(hours=3)},
    "register": {"reset": "buddhist_year", "padding": 4, "pattern": "{number}/{year}"},
    "account_link": {"purpose": "reset", "role": None, "event_id": None},
    "role_grant": {"role": "owner", "event_id": None},
    "job": {"state": "done", "kind": "issue"},
    "checkpoint": {"policy": "once", "session_id": None, "opens_at": None, "closes_at": None, "category_ids": None},
    "device": {"grants": [], "expires_at": START + timedelta(days=1)}, "enrolment": {"grants": []},
    "registration": {"status": "confirmed", "source": "online", "code": "A" * 26, "manage_token": "B" * 26, "language": "th", "cancelled_at": None,
                     "email": "somebody@example.org", "phone": "+66812345678", "phone_extension": "", "first_name": "กัญญา"},
    "certificate_design": {"event_id": None, "content": Design().to_json()},
    "certificate": {"kind": "attendance", "status": "valid", "replaces_id": None, "code": CODE, "number": "๐๐๐๑/๒๕๖๓", "status_at": None,
                    "facts": FACTS, "file_sha256": None, "status_by_id": None, "status_reason": ""},
    "consent": {"purpose": "photos", "withdrawn_at": None},
    "message": {"state": "sent", "language": "th", "params": {}},
    "scan": {"verdict": "ok", "direction": "in", "source": "camera", "forced_needed": False, "undoes_id": None},
}


def value(table: Table, column: Any) -> Any:
    """Something to write into this column."""
    given = GIVEN.get(table.name, {})
    if column.name in given:
        return given[column.name]
    if column.name.endswith("sha256") or column.name == "digest":
        return "0" * 64
    for kind, something in ((JSON, {}), (Boolean, False), (DateTime, START), (Date, date(2020, 7, 17)), (Integer, 1)):
        if isinstance(column.type, kind):
            return something.replace(tzinfo=None) if kind is DateTime and not column.type.timezone else something
    return f"ก{column.name}"[:column.type.length]


def furnish(connection: Connection) -> None:
    """A row in every table, and a second registration."""
    tables = dump.tables(connection)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    with dump.references_asleep(connection, tables):
        for table in tables.values():
            row = {column.name: value(table, column) for column in table.columns}
            row = {name: moment.replace(tzinfo=None) if isinstance(moment, datetime) and connection.dialect.name == "sqlite" else moment
                   for name, moment in row.items()}
            connection.execute(table.insert(), row)
            if table.name == "registration":
                other = {"id": 2, "code": "D" * 26, "manage_token": "E" * 26, "form_key": "other", "person_key": "other"}
                connection.execute(table.insert(), row | other)
    if connection.dialect.name == "postgresql":
        for table in tables.values():
            dump.count_on(connection, table)


def rows(connection: Connection, columns: dict[str, list[str]]) -> dict[str, list[Any]]:
    """What these columns hold, as the database gives it."""
    return {name: connection.execute(text(f'SELECT {", ".join(listed)} FROM {name} ORDER BY 1')).all() for name, listed in columns.items()}


@pytest.fixture(params=["sqlite", "postgresql"])
def first_version(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An installation of the first version, in use."""
    from app import create_app

    url = own_database(request.getfixturevalue("postgresql"), "first_version") if request.param == "postgresql" else ""
    app = create_app(settings(tmp_path, url))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"), revision="0001")
        with db.engine.begin() as connection:
            furnish(connection)
        db.engine.dispose()
        yield app
        db.session.remove()
        db.engine.dispose()


def held(app: Flask) -> tuple[dict[str, list[str]], dict[str, list[Any]]]:
    with db.engine.connect() as connection:
        columns = {name: [column.name for column in table.columns if not isinstance(column.type, JSON)]
                   for name, table in dump.tables(connection).items()}
        return columns, rows(connection, columns)


def it_works(app: Flask) -> None:
    """The pages that matter open with the old rows, for the public, for the holder of the link, and for the organiser."""
    browser = Browser(app)
    assert "งานเก่า" in browser.get("/e/old-event").text()
    assert "กัญญา" in browser.get("/r/" + "B" * 26).text()
    browser.get(f"/V/{CODE}")
    browser.sign_in(db.session.get_one(User, 1))
    for path in ("/organiser", "/organiser/events/1", "/organiser/events/1/registrations", "/organiser/events/1/certificates",
                 "/organiser/events/1/door", "/organiser/programmes/1", "/organiser/jobs"):
        browser.get(path)


def test_rows_of_the_first_version_survive_every_migration(first_version: Flask) -> None:
    columns, before = held(first_version)
    assert len(columns) > 25 and all(before.values()), "something in every table"
    upgrade(directory=str(ROOT / "migrations"))
    with db.engine.connect() as connection:
        after = rows(connection, columns)
        assert dump.troubles(connection) == []
        assert connection.scalar(text("SELECT count(DISTINCT person_ref) FROM registration WHERE person_ref <> ''")) == 2
    assert after == before
    it_works(first_version)


def test_a_backup_of_the_first_version_is_migrated_as_it_is_restored(first_version: Flask, tmp_path: Path) -> None:
    columns, before = held(first_version)
    db.engine.dispose()
    path = backup.make(first_version.config, tmp_path / "backups").path
    done = restore.restore(path, first_version.config, replace=True)
    assert done.manifest.revision == "0001"
    with db.engine.connect() as connection:
        assert rows(connection, columns) == before
    it_works(first_version)
