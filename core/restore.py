"""Restore: a back-up becomes the database, the stored files and the keys of this installation, or nothing changes.

The new database is made beside the one there is, at the revision of the back-up, and migrated up; only when it is whole does it take
its place. Stored files come first: under their SHA-256 they harm nothing, whatever comes after.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, create_engine, inspect, make_url, select, text
from sqlalchemy import func as sql
from sqlalchemy.exc import DatabaseError

from core import archive, dump, jobs, storage
from core.config import ROOT
from core.errors import Refused
from models import db, now

MARGIN = 1.2  # a database takes more room than its rows


class NotEmpty(Refused):
    """The database holds something."""

    message = _l("The database here is not empty. Back it up first; then add --replace to put the back-up in its place.")


class Running(Refused):
    """The product uses the database."""

    message = _l("The product is running on this database: stop its service first, then restore.")


class TooNew(Refused):
    """The back-up is of a newer version."""

    message = _l("This back-up was made by a newer version of Ruam: upgrade this installation first, then restore.")


class NoRoom(Refused):
    """Too little free disk."""

    message = _l("There is too little free disk for this back-up: make room, then restore. Nothing was changed.")


class DoesNotFit(Refused):
    """The rows are not those of a healthy database of that revision."""

    message = _l("The rows of this back-up do not fit together, so nothing was changed: take another back-up.")

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason, self.args = reason, (reason,)


@dataclass
class Restored:
    """What was put back, and what is left to do by hand."""

    manifest: archive.Manifest
    rows: int = 0
    files: int = 0
    kept: list[Path] = field(default_factory=list)  # what was there before, under another name
    signing: Path | None = None  # where the signing certificate was put
    other_key: bool = False  # SECRET_KEY is set, and is not the key of the back-up


def check(path: Path) -> Restored:
    """Read a back-up as a whole and restore its rows into a database that is thrown away. Touches nothing here."""
    with archive.reading(path) as backup, tempfile.TemporaryDirectory(prefix="ruam-check-") as folder:
        _known_revision(backup.manifest.revision)
        backup.verify()
        rows = _build(Path(folder) / "check.sqlite3", backup)
        return Restored(backup.manifest, rows, len(backup.names("files")))


def restore(path: Path, config: Mapping[str, Any], *, replace: bool = False) -> Restored:
    """Put a back-up in the place of an empty database, or of any with `replace`. Raises `Refused`."""
    url = config["SQLALCHEMY_DATABASE_URI"]
    with archive.reading(path) as backup, _stopped(Path(config["INSTANCE_DIR"])):
        _known_revision(backup.manifest.revision)
        _room_for(backup, config)
        if not replace and not _is_empty(url):
            raise NotEmpty
        backup.verify()
        done = Restored(backup.manifest)
        done.files = _put_files(backup)
        if url.startswith("sqlite"):
            done.rows = _into_sqlite(Path(make_url(url).database or ""), backup, done)
        else:
            done.rows = _into_postgresql(url, backup)
        _put_secrets(backup, config, done)
        jobs.forget_all()  # they are about rows that were here before; what is due is found again by itself
        return done


@contextmanager
def _stopped(instance: Path) -> Iterator[None]:
    """`scripts/serve.py` holds this lock while it runs."""
    instance.mkdir(parents=True, exist_ok=True)
    with open(instance / ".serve.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Running from None
        yield


def _known_revision(revision: str) -> None:
    known = {script.revision for script in ScriptDirectory(ROOT / "migrations").walk_revisions()}
    if revision not in known:
        raise TooNew


def _room_for(backup: archive.Reader, config: Mapping[str, Any]) -> None:
    """Whether files and database fit on their disks; a zip that unpacks to more than there is is turned away here."""
    folder = Path(config["STORAGE_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    if backup.size * MARGIN > shutil.disk_usage(folder).free:
        raise NoRoom


def _is_empty(url: str) -> bool:
    file = make_url(url).database if url.startswith("sqlite") else None
    if file and not Path(file).exists():
        return True
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return all(connection.scalar(select(sql.count()).select_from(table)) == 0 for table in dump.tables(connection).values())
    finally:
        engine.dispose()


def _fill(connection: Connection, backup: archive.Reader) -> int:
    """Tables at the back-up's revision, its rows, then up to today. Raises `DoesNotFit`."""
    dump.migrate_to(connection, backup.manifest.revision)
    tables, rows = dump.tables(connection), 0
    wanted = {f"database/{name}.jsonl" for name in tables}
    if wanted != set(backup.names("database")):
        raise DoesNotFit(f"other tables: {sorted(wanted ^ set(backup.names('database')))}")
    try:
        with dump.references_asleep(connection, tables):
            for name, table in tables.items():
                rows += dump.load(connection, table, backup.lines(f"database/{name}.jsonl"))
                dump.count_on(connection, table)
    except (dump.Unfit, DatabaseError, ValueError, OverflowError) as error:
        raise DoesNotFit(str(getattr(error, "orig", error))[:500]) from error
    dump.migrate_to(connection, "head")
    return rows


def _build(target: Path, backup: archive.Reader) -> int:
    """A whole SQLite of its own. Raises `DoesNotFit`."""
    engine = dump.beside(f"sqlite:///{target}")
    try:
        with engine.begin() as connection:
            rows = _fill(connection, backup)
            if found := dump.troubles(connection):
                raise DoesNotFit("; ".join(found))
    finally:
        engine.dispose()
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return rows


def _into_sqlite(target: Path, backup: archive.Reader, done: Restored) -> int:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.restoring")
    draft.unlink(missing_ok=True)
    try:
        rows = _build(draft, backup)
        if target.exists():
            _fold_log(target)
            done.kept.append(_aside(target))
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return rows


def _fold_log(target: Path) -> None:
    """Bring the write-ahead log into the file, which SQLite does only when nobody else has it open. Raises `Running`."""
    try:
        with closing(sqlite3.connect(target, timeout=2)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise Running from None
    except sqlite3.DatabaseError:  # no database any more, which may be why somebody restores: its log goes aside with it
        for ending in ("-wal", "-shm"):
            log = target.with_name(target.name + ending)
            if log.exists():
                log.rename(_free_name(log))


def _free_name(path: Path) -> Path:
    return path.with_name(f"{path.name}.before-{now():%Y%m%d-%H%M%S}")


def _aside(path: Path) -> Path:
    """A second name for a file that is about to be replaced: at no moment is there none."""
    kept = _free_name(path)
    os.link(path, kept)
    return kept


def _into_postgresql(url: str, backup: archive.Reader) -> int:
    """All in one transaction: whatever fails, the database is what it was."""
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.begin() as connection:
            others = ("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                      "AND backend_type = 'client backend'")
            if connection.scalar(text(others)):
                raise Running
            ours = {*db.metadata.tables, dump.REVISIONS, *(Path(name).stem for name in backup.names("database"))}
            for name in sorted(ours & set(inspect(connection).get_table_names())):
                connection.execute(text(f'DROP TABLE "{name}" CASCADE'))
            return _fill(connection, backup)
    finally:
        engine.dispose()


def _put_files(backup: archive.Reader) -> int:
    """Keep every file that is not here yet. Its bytes are checked on the way."""
    count = 0
    for name in backup.names("files"):
        sha256 = Path(name).name
        if storage.size_of(sha256) is None or not storage.is_whole(sha256):
            handle, draft = tempfile.mkstemp(dir=storage.scratch())
            try:
                with os.fdopen(handle, "wb") as file:
                    file.writelines(backup.pieces(name))
                storage.keep(Path(draft), sha256)
            finally:
                Path(draft).unlink(missing_ok=True)
        count += 1
    return count


def _put_secrets(backup: archive.Reader, config: Mapping[str, Any], done: Restored) -> None:
    instance = Path(config["INSTANCE_DIR"])
    for name in backup.names("secrets"):
        content = b"".join(backup.pieces(name))
        if name == "secrets/secret_key":
            done.other_key = _put_key(instance / "secret_key", content, config["SECRET_KEY"].encode(), done)
        elif not config["CERTIFICATE_P12"]:
            done.signing = instance / "certificate.p12"
            _write_secret(done.signing, content)


def _put_key(target: Path, key: bytes, present: bytes, done: Restored) -> bool:
    """Whether another key is set in the environment, where only the administrator can change it."""
    if hashlib.sha256(key).digest() == hashlib.sha256(present).digest():
        return False
    if os.environ.get("SECRET_KEY"):
        return True
    if target.exists():
        done.kept.append(_aside(target))
    _write_secret(target, key + b"\n")
    return False


def _write_secret(target: Path, content: bytes) -> None:
    """For its owner alone, whole or not at all."""
    handle, draft = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:  # mkstemp lets only the owner in
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, target)
