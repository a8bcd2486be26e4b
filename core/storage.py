"""Files, each under the SHA-256 of its bytes: kept for ever, but for those that `discard` takes away.

They are on disk (STORAGE_DIR) or, where STORAGE_URL names one, in a bucket that several machines share.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from core.shelves import SHELVES, Bucket, Disk, Lying, Shelves, place
from core.transaction import after_commit
from models import StoredFile, db

BLOCK = 1 << 20
bucket = lru_cache(maxsize=4)(Bucket)  # one client for each process, with its connections


class FileMissing(RuntimeError):
    """The database knows a file whose bytes are not in storage, or are not what they were."""


def shelves_of(config: Mapping[str, Any]) -> Shelves:
    """Where this installation keeps its files."""
    if not config["STORAGE_URL"]:
        return Disk(Path(config["STORAGE_DIR"]))
    return bucket(*(config[name] for name in ("STORAGE_URL", "S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY")), scratch())


def _shelves() -> Shelves:
    return shelves_of(current_app.config)


def scratch() -> Path:
    """A folder of this machine for files in the making and copies of stored ones."""
    folder = Path(current_app.config["STORAGE_DIR"]) / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def path_of(sha256: str) -> Path:
    """A stored file on this machine, for programs that open it by name: itself, or a copy that lasts a day. There may be none."""
    return _shelves().at_hand(sha256)


def put(data: bytes, media_type: str) -> str:
    """Keep `data` and return its SHA-256. The bytes are safe before the database row is written; a crash between
    the two leaves a file that nothing names, never a name without a file. Raises `OSError` when the disk is full."""
    sha256, shelves = hashlib.sha256(data).hexdigest(), _shelves()
    if shelves.size(sha256) is None:
        shelves.write(data, sha256)
    record(sha256, len(data), media_type)
    return sha256


def put_path(path: Path, media_type: str) -> str:
    """Keep a file that was written to disk, without reading it into memory; `path` is moved away."""
    sha256 = digest(path)
    record(sha256, keep(path, sha256), media_type)
    return sha256


def digest(path: Path) -> str:
    """The SHA-256 of a file on disk, read a piece at a time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(path: Path, sha256: str) -> int:
    """Move a file to where the stored ones are, safe from a power cut, and return its size. `record` writes its row: a crash between
    the two leaves a file that nothing names."""
    size = path.stat().st_size
    _shelves().move_in(path, sha256)
    return size


def record(sha256: str, size: int, media_type: str) -> None:
    """The row of a kept file, unless it is there."""
    if db.session.scalar(select(StoredFile.sha256).where(StoredFile.sha256 == sha256)) is None:
        db.session.add(StoredFile(sha256=sha256, size=size, media_type=media_type))
        db.session.flush()


def size_of(sha256: str) -> int | None:
    """Bytes of a stored file; None when they are gone."""
    return _shelves().size(sha256)


def open_file(sha256: str) -> BinaryIO:
    """The file, to be read a piece at a time, unchecked. Raises `FileMissing`."""
    try:
        return _shelves().open(sha256)
    except FileNotFoundError:
        raise FileMissing(sha256) from None


def pieces(sha256: str) -> Iterator[bytes]:
    """The file in pieces, unchecked. Raises `FileMissing`."""
    with open_file(sha256) as file:
        while block := file.read(BLOCK):
            yield block


def is_whole(sha256: str) -> bool:
    """Whether the bytes are there and are those of their name. Raises `FileMissing` when there are none."""
    with open_file(sha256) as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def read(sha256: str) -> bytes:
    """The bytes, checked against their name. Raises `FileMissing`."""
    with open_file(sha256) as file:
        data = file.read()
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
    after_commit(lambda: remove(place(sha256)))


def remove(at: str) -> None:
    """Take away bytes that no row names."""
    _shelves().remove(at)


def lying() -> Iterator[tuple[str, Iterator[Lying]]]:
    """All that lies in storage, named by a row or not: a shelf, by the first two figures of the SHA-256, after the other."""
    shelves = _shelves()
    return ((shelf, shelves.lying(shelf)) for shelf in SHELVES)
