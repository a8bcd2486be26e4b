"""A back-up taken from either database comes back on either, to the letter; half ones, false ones and full disks change nothing."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import stamp, upgrade
from sqlalchemy import func as sql
from sqlalchemy import select

from core import archive, backup, dump, restore, storage
from core.config import ROOT
from core.transaction import transaction
from models import HistoryEntry, Job, JobState, Registration, StoredFile, db
from tests.conftest import settings
from tests.databases import own_database
from tests.factories import Factory

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite at the newest revision, to be copied: migrating takes seconds."""
    from app import create_app

    folder = tmp_path_factory.mktemp("migrated")
    with create_app(settings(folder, "")).app_context():
        upgrade(directory=str(ROOT / "migrations"))
        db.engine.dispose()
    return folder / "ruam.sqlite3"


@pytest.fixture
def installation(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> Iterator[Callable[..., Flask]]:
    """Makes installations, each with a folder and a database of its own, with tables unless told otherwise."""
    from app import create_app

    apps = []

    def install(name: str, kind: str = "sqlite", *, tables: bool = True) -> Flask:
        folder = tmp_path / name
        folder.mkdir()
        if tables and kind == "sqlite":
            shutil.copy(migrated, folder)
        url = own_database(request.getfixturevalue("postgresql"), f"backup_{name}") if kind == "postgresql" else ""
        app = create_app(settings(folder, url))
        apps.append(app)
        if tables and url:
            with app.app_context():
                db.create_all()
                stamp(directory=str(ROOT / "migrations"))
                db.engine.dispose()
        return app

    yield install
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def fill(app: Flask, people: int = 3) -> None:
    """Rows that are hard to carry: Thai, quotes, `null` and NULL, references in a circle, microseconds, files."""
    make = Factory()
    with app.app_context():
        with transaction():
            event = make.event(title_th='งาน "พิเศษ"\nบรรทัดสอง\\n \u2028 😀', poster_sha256=storage.put(b"poster" * 9000, "image/png"))
            first = make.registration(event)
            for _ in range(people):
                make.registration(event, booked_by_id=first.id)
            first.created_at = datetime(2020, 7, 17, 1, 2, 3, 456789, tzinfo=UTC)
            for options in (None, {}, {"ก": [1, 2.5, 1e-7, None, "x"], "z": True}):
                db.session.add(Job(kind="x", event_id=event.id, options=options, file_sha256=storage.put(os.urandom(100), "application/pdf")))
            db.session.add(Job(kind="x", state=JobState.DONE))
        db.engine.dispose()


def content(app: Flask) -> dict[str, list[bytes]]:
    """Every row of every table."""
    engine = dump.reading_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as connection:
        found = {name: list(dump.lines(connection, table)) for name, table in dump.tables(connection).items()}
    engine.dispose()
    return found


def back_up(app: Flask, folder: Path, **more: Any) -> backup.Made:
    with app.app_context():
        return backup.make(app.config, folder, **more)


def put_back(app: Flask, path: Path, **more: Any) -> restore.Restored:
    with app.app_context():
        return restore.restore(path, app.config, **more)


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_what_was_backed_up_comes_back_on_either_database(installation: Callable[..., Flask], tmp_path: Path, source: str, target: str) -> None:
    old, new = installation("old", source), installation("new", target, tables=False)
    fill(old)
    made = back_up(old, tmp_path / "backups")
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600 and stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    done = put_back(new, made.path)
    assert content(new) == content(old)
    assert (done.rows, done.files) == (made.rows, made.files) == (sum(len(rows) - 1 for rows in content(old).values()), 4)
    with new.app_context():
        for sha256 in db.session.scalars(select(StoredFile.sha256)):
            storage.read(sha256)
        with transaction():  # new rows are numbered after the old ones
            Factory().registration(db.session.scalars(select(Registration).order_by(Registration.id)).first().event)
        assert db.session.scalar(select(sql.count(Registration.id))) == 5


def test_json_null_and_sql_null_stay_apart(installation: Callable[..., Flask], tmp_path: Path) -> None:
    old, new = installation("old"), installation("new", "postgresql", tables=False)
    with old.app_context(), db.engine.begin() as connection:
        for options in ("NULL", "'null'", "'{\"b\": 1.0,  \"a\":2}'"):
            connection.exec_driver_sql("INSERT INTO job (kind, options, state, done, total, error, created_at, seen_at) "
                                       f"VALUES ('x', {options}, 'done', 0, 0, '', '2020-01-01 00:00:00.000000', '2020-01-01 00:00:00.000000')")
    put_back(new, back_up(old, tmp_path).path)
    with new.app_context(), db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT options::text FROM job ORDER BY id").scalars().all()
    assert found == [None, "null", '{"b": 1.0,  "a":2}']


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_while_people_write_is_one_moment(installation: Callable[..., Flask], tmp_path: Path, kind: str) -> None:
    """Every entry is written with its file and its job in one transaction: the back-up has all three or none, and every file."""
    app, stop, written = installation("old", kind), threading.Event(), [0]

    def write() -> None:
        with app.app_context():
            while not stop.is_set():
                with transaction():
                    sha256 = storage.put(os.urandom(2000), "application/pdf")
                    db.session.add_all([Job(kind="x", file_sha256=sha256), HistoryEntry(verb=sha256[:20])])
                written[0] += 1
            db.session.remove()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        until = time.monotonic() + 20
        while written[0] < 20 and time.monotonic() < until:
            time.sleep(0.01)
        before = written[0]
        made = back_up(app, tmp_path / "backups")
        after = written[0]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    with archive.reading(made.path) as found:
        rows = {name: list(found.lines(f"database/{name}.jsonl"))[1:] for name in ("job", "history_entry", "stored_file")}
        files = {Path(name).name for name in found.names("files")}
    assert len(rows["job"]) == len(rows["history_entry"]) == len(rows["stored_file"]) == len(files)
    assert before - 2 <= len(files) <= after + 2 and after > before, "writers went on meanwhile"
    assert not made.missing


def test_a_file_taken_away_meanwhile_makes_it_begin_again(installation: Callable[..., Flask], tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    app = installation("old")
    with app.app_context(), transaction():
        kept, gone = storage.put(b"kept", "text/plain"), storage.put(b"gone", "text/plain")
    add = backup._add_tables

    def then_discard(*args: Any) -> Any:
        found = add(*args)
        if storage.path_of(gone).exists():
            with transaction():
                storage.discard(gone)
        return found

    monkeypatch.setattr(backup, "_add_tables", then_discard)
    made = back_up(app, tmp_path / "backups")
    with archive.reading(made.path) as found:
        assert found.names("files") == [f"files/{kept}"] and not made.missing
        assert len(list(found.lines("database/stored_file.jsonl"))) == 2


def test_a_damaged_file_is_told_and_does_not_stop_the_rest(installation: Callable[..., Flask], tmp_path: Path) -> None:
    app, new = installation("old"), installation("new")
    with app.app_context(), transaction():
        storage.put(b"whole", "text/plain")
        broken = storage.put(b"broken", "text/plain")
        storage.path_of(broken).write_bytes(b"bro")
    made = back_up(app, tmp_path / "backups")
    assert made.missing == [broken] and made.files == 1
    assert put_back(new, made.path).manifest.missing == [broken]


def test_only_the_newest_are_kept(installation: Callable[..., Flask], tmp_path: Path) -> None:
    app, folder = installation("old"), tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"ruam-2020010{day}-000000.zip").write_bytes(b"old")
    (folder / "ruam-my-own.zip").write_bytes(b"not ours")
    (folder / backup.PART).write_bytes(b"what a killed one left")
    made = back_up(app, folder, keep=2)
    assert {path.name for path in folder.glob("*.zip")} == {made.path.name, "ruam-20200104-000000.zip", "ruam-my-own.zip"}
    assert not (folder / backup.PART).exists()
    assert backup.age(folder) < timedelta(minutes=1)


def test_restore_wants_an_empty_database_unless_told(installation: Callable[..., Flask], tmp_path: Path) -> None:
    old, new = installation("old"), installation("new")
    fill(old)
    path = back_up(old, tmp_path / "backups").path
    fill(new, people=1)
    before = content(new)
    with pytest.raises(restore.NotEmpty):
        put_back(new, path)
    assert content(new) == before
    with new.app_context():
        db.engine.dispose()
    done = put_back(new, path, replace=True)
    assert content(new) == content(old)
    (kept,) = (path for path in done.kept if re.match(r"ruam\.sqlite3\.before-", path.name))
    assert kept.stat().st_size > 0


@pytest.mark.parametrize("kind", KINDS)
def test_restore_refuses_while_the_product_runs(installation: Callable[..., Flask], tmp_path: Path, kind: str) -> None:
    old, new = installation("old"), installation("new", kind)
    path = back_up(old, tmp_path / "backups").path
    with new.app_context():
        db.session.scalar(select(sql.count(Registration.id)))  # a connection that somebody holds
        with pytest.raises(restore.Running):
            restore.restore(path, new.config)
        db.session.remove()


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_do_not_fit_change_nothing(installation: Callable[..., Flask], tmp_path: Path, kind: str) -> None:
    """A registration of an event that is not there: the checksums are right, the database is not."""
    old, new = installation("old"), installation("new", kind)
    fill(old)
    path = spoiled(back_up(old, tmp_path / "backups").path, "database/event.jsonl", lambda data: data.split(b"\n")[0] + b"\n")
    before = content(new)
    with pytest.raises(restore.DoesNotFit):
        put_back(new, path, replace=True)
    assert content(new) == before
    assert not list(tmp_path.glob("new/.*restoring*"))


def spoiled(path: Path, name: str, change: Callable[[bytes], bytes], *, honest: bool = True) -> Path:
    """The back-up with one member changed; `honest`: with a manifest that says so."""
    other = path.with_name("ruam-spoiled.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        manifest = json.loads(source.read("manifest.json"))
        for info in source.infolist():
            data = source.read(info)
            if info.filename == name:
                data = change(data)
                if honest:
                    manifest["members"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            if info.filename != "manifest.json":
                target.writestr(info.filename, data)
        target.writestr("manifest.json", json.dumps(manifest))
    return other
