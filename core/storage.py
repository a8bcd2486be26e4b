"""Files, each under the SHA-256 of its bytes: kept for ever, but for those that `discard` takes away."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from core.transaction import after_commit
from models import StoredFile, db


class FileMissing(RuntimeError):
    """The database knows a file whose bytes are not in storage, or are not what they were."""


def path_of(sha256: str) -> Path:
    """Where the bytes of a stored file are."""
    return Path(current_app.config["STORAGE_DIR"]) / sha256[:2] / sha256[2:4] / sha256


def shelves() -> Iterator[Path]:
    """The folders, by the first two figures of the SHA-256, in which the stored files are."""
    return Path(current_app.config["STORAGE_DIR"]).glob("[0-9a-f][0-9a-f]")


def put(data: bytes, media_type: str) -> str:
    """Keep `data` and return its SHA-256. The bytes are on disk before the database row is written; a crash between
    the two leaves a file that nothing names, never a name without a file. Raises `OSError` when the disk is full."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not path_of(sha256).exists():
        _write(data, path_of(sha256))
    record(sha256, len(data), media_type)
    return sha256


def _write(data: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def put_path(path: Path, media_type: str) -> str:
    """Keep a file that was written to disk, without reading it into memory; `path` is moved away."""
    sha256 = digest(path)
    record(sha256, keep(path, sha256), media_type)
    return sha256


def digest(path: Path) -> str:
    """The SHA-256 of a file on disk, read a piece at a time."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def keep(path: Path, sha256: str) -> int:
    """Move a file to where the stored ones are, safe on disk, and return its size. `record` writes its row: a crash between the two
    leaves a file that nothing names."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    target, size = path_of(sha256), path.stat().st_size
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.replace(path, target)
    except OSError:  # another file system
        _write(path.read_bytes(), target)
        path.unlink()
    return size


def record(sha256: str, size: int, media_type: str) -> None:
    """The row of a kept file, unless it is there."""
    if db.session.scalar(select(StoredFile.sha256).where(StoredFile.sha256 == sha256)) is None:
        db.session.add(StoredFile(sha256=sha256, size=size, media_type=media_type))
        db.session.flush()


def read(sha256: str) -> bytes:
    """The bytes, checked against their name. Raises `FileMissing`."""
    try:
        data = path_of(sha256).read_bytes()
    except FileNotFoundError:
        raise FileMissing(sha256) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FileMissing(sha256)
    return data


def discard(sha256: str) -> None:
    """Take a file away, unless something still names it. Its bytes go after the commit."""
    try:
        with db.session.begin_nested():
            db.session.execute(delete(StoredFile).where(StoredFile.sha256 == sha256))
    except IntegrityError:
        return
    after_commit(lambda: path_of(sha256).unlink(missing_ok=True))
