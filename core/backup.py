"""Back-up: the database, the stored files and the keys in one file, taken while the product runs, and read again before it counts.

The rows are one snapshot. Stored files are on disk before a row names them and are never changed, so what the snapshot names is
found after it; a file that was taken away meanwhile makes the back-up begin again.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select

from core import archive, dump, storage
from core.config import ROOT
from core.errors import Refused
from models import now

OURS = re.compile(r"ruam-\d{8}-\d{6}\.zip")
PART = ".ruam-back-up.part"
TRIES = 5


class Unhealthy(Refused):
    """The database itself is damaged: a copy of it would look like a back-up and be none."""

    message = _l("The database is damaged, so no back-up was made: keep the older back-ups, and see the troubles below.")

    def __init__(self, found: list[str]) -> None:
        self.found = found
        super().__init__()


class NoTables(Refused):
    """There is nothing to back up."""

    message = _l("There are no tables yet, so there is nothing to back up: run `flask --app app db upgrade` first.")


class AlreadyRunning(Refused):
    """Another back-up writes to the same folder."""

    message = _l("Another back-up is being written to this folder: wait for it.")


class TakenAway(Exception):
    """A file that the snapshot names was discarded after the snapshot."""


@dataclass(frozen=True)
class Made:
    """A back-up that was written and read again."""

    path: Path
    size: int
    tables: int
    rows: int
    files: int
    missing: list[str]
    removed: list[Path]


def product_version() -> str:
    """The newest version that the change log tells of."""
    found = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def backups(folder: Path) -> list[Path]:
    """The back-ups in a folder, newest first."""
    return sorted((path for path in folder.glob("ruam-*.zip") if OURS.fullmatch(path.name)), reverse=True)


def age(folder: Path) -> timedelta | None:
    """How old the newest back-up is; None when there is none."""
    newest = max((path.stat().st_mtime for path in backups(folder)), default=None)
    return None if newest is None else timedelta(seconds=now().timestamp() - newest)


def make(config: Mapping[str, Any], folder: Path, keep: int | None = None) -> Made:
    """Write a back-up into `folder`, check it, and only then let go of all but the newest `keep`.

    Raises `Refused`, or `OSError` when the disk is full; no half back-up is left.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        part = folder / PART
        try:
            rows = _write(config, part)
            with archive.reading(part) as written:
                written.verify()
                manifest = written.manifest
            path = folder / f"ruam-{now():%Y%m%d-%H%M%S}.zip"
            os.replace(part, path)
            _settle(folder)
        finally:
            part.unlink(missing_ok=True)
        removed = backups(folder)[keep:] if keep else []
        for old in removed:
            old.unlink()
    members = list(manifest.members)
    return Made(path, path.stat().st_size, sum(name.startswith("database/") for name in members), rows,
                sum(name.startswith("files/") for name in members), manifest.missing, removed)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with open(os.open(folder / ".lock", os.O_CREAT | os.O_WRONLY, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning from None
        yield


def _settle(folder: Path) -> None:
    """A renamed file is safe from a power cut once its folder is written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(config: Mapping[str, Any], part: Path) -> int:
    for attempt in range(TRIES):
        part.unlink(missing_ok=True)  # what a killed one left
        with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            try:
                rows = _fill(config, file, patient=attempt < TRIES - 1)
            except TakenAway:
                continue
            file.flush()
            os.fsync(file.fileno())
            return rows
    raise AssertionError("the last try takes what there is")


def _fill(config: Mapping[str, Any], file: Any, *, patient: bool) -> int:
    engine = dump.reading_engine(config["SQLALCHEMY_DATABASE_URI"])
    try:
        with engine.connect() as connection:
            writer = archive.Writer(file, _about(connection))
            try:
                rows, stored = _add_tables(connection, writer)
                connection.rollback()  # the snapshot is taken; copying files must not hold it
                _add_files(writer, stored, lambda sha256: not patient or _still_named(engine, sha256))
                _add_secrets(config, writer)
                writer.close()
            except BaseException:
                writer.give_up()
                raise
            return rows
    finally:
        engine.dispose()


def _about(connection: Connection) -> archive.Manifest:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise NoTables
    if found := dump.troubles(connection):
        raise Unhealthy(found)
    return archive.Manifest(product_version(), revision, connection.dialect.name, now().isoformat(timespec="seconds"))


def _add_files(writer: archive.Writer, stored: list[str], still_named: Callable[[str], bool]) -> None:
    for sha256 in stored:
        if not _add_file(writer, sha256):
            if not still_named(sha256):
                raise TakenAway
            writer.manifest.missing.append(sha256)


def _add_tables(connection: Connection, writer: archive.Writer) -> tuple[int, list[str]]:
    rows, tables = 0, dump.tables(connection)
    for name, table in tables.items():
        def counted(lines: Iterator[bytes]) -> Iterator[bytes]:
            nonlocal rows
            yield next(lines)
            for line in lines:
                rows += 1
                yield line

        writer.add(f"database/{name}.jsonl", counted(dump.lines(connection, table)), compress=True)
    files = tables["stored_file"]
    return rows, list(connection.scalars(select(files.c.sha256).order_by(files.c.sha256)))


def _add_file(writer: archive.Writer, sha256: str) -> bool:
    """Whether the bytes were there, and are those of their name. Damaged ones are not taken: they would be found to be no back-up."""
    try:
        return storage.is_whole(sha256) and writer.add(f"files/{sha256}", storage.pieces(sha256)).sha256 == sha256
    except storage.FileMissing:
        return False


def _still_named(engine: Any, sha256: str) -> bool:
    with engine.connect() as connection:
        files = dump.tables(connection)["stored_file"]
        return connection.scalar(select(files.c.sha256).where(files.c.sha256 == sha256)) is not None


def _add_secrets(config: Mapping[str, Any], writer: archive.Writer) -> None:
    """The key under which links and sessions were signed, and the signing certificate in its own encryption, without its password."""
    writer.add("secrets/secret_key", [config["SECRET_KEY"].encode()])
    signing = Path(config["CERTIFICATE_P12"]) if config["CERTIFICATE_P12"] else None
    if signing is not None and signing.is_file():
        writer.add("secrets/certificate.p12", [signing.read_bytes()])

