"""Where the bytes of stored files are: on a disk, or in a bucket of an S3-compatible store.

In both a file lies at `ab/cd/abcd…`, by its SHA-256, so that files can be copied from one to the other as they are.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Protocol

SHELVES = [f"{number:02x}" for number in range(256)]
READ_AHEAD = 4 << 20  # bytes that one request to a bucket brings


class Away(OSError):
    """The store of files does not answer, or turns us away."""


@dataclass(frozen=True)
class Lying:
    """A file as it lies there: where, when it was written (seconds since 1970), and its last name."""

    at: str
    written: float

    @property
    def name(self) -> str:
        return self.at.rpartition("/")[2]


class Shelves(Protocol):
    """What a place for files can do. Raises `Away`."""

    def size(self, sha256: str) -> int | None:
        """Bytes of a file; None when there is none."""

    def open(self, sha256: str) -> BinaryIO:
        """The file, to be read in pieces and sought in. Raises `FileNotFoundError`."""

    def write(self, data: bytes, sha256: str) -> None:
        """Keep these bytes: on return a power cut does not harm them, and before it there is no half of them."""

    def move_in(self, path: Path, sha256: str) -> None:
        """Keep a file of this machine, which is gone from where it was; else as `write`."""

    def at_hand(self, sha256: str) -> Path:
        """The file on this machine: itself or a checked copy. A file that is not kept gives a path where nothing is."""

    def lying(self, shelf: str) -> Iterator[Lying]:
        """Everything on one of `SHELVES`, in order."""

    def remove(self, at: str) -> None:
        """Take away what lies there, if it does."""


def place(sha256: str) -> str:
    """Where a file lies."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


@dataclass(frozen=True)
class Disk:
    """Files in a folder."""

    folder: Path

    def size(self, sha256: str) -> int | None:
        try:
            return self.at_hand(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def open(self, sha256: str) -> BinaryIO:
        return self.at_hand(sha256).open("rb")

    def write(self, data: bytes, sha256: str) -> None:
        target = self.at_hand(sha256)
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

    def move_in(self, path: Path, sha256: str) -> None:
        with path.open("rb") as file:
            os.fsync(file.fileno())
        target = self.at_hand(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.replace(path, target)
        except OSError:  # another file system
            self.write(path.read_bytes(), sha256)
            path.unlink()

    def at_hand(self, sha256: str) -> Path:
        return self.folder / place(sha256)

    def lying(self, shelf: str) -> Iterator[Lying]:
        for path in sorted((self.folder / shelf).glob("??/*")):
            yield Lying(str(path.relative_to(self.folder)), path.stat().st_mtime)

    def remove(self, at: str) -> None:
        (self.folder / at).unlink(missing_ok=True)


@dataclass(frozen=True)
class Bucket:
    """Files in a bucket: `url` is s3://bucket or s3://bucket/prefix. Without keys, those of the machine's role are asked for.

    `copies` is a folder of this machine for files that a program has to open by name.
    """

    url: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str
    copies: Path

    @cached_property
    def _store(self) -> Any:
        from obstore.store import from_url  # only those who have a bucket load it, each process for itself: its threads survive no fork

        wanted = {"endpoint": self.endpoint, "access_key_id": self.access_key, "secret_access_key": self.secret_key}
        return from_url(
            self.url, region=self.region, **{name: value for name, value in wanted.items() if value},
            client_options={"connect_timeout": "5s", "read_timeout": "30s", "timeout": "10m", "allow_http": self.endpoint.startswith("http://")},
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)})

    def size(self, sha256: str) -> int | None:
        import obstore

        try:
            with _asking():
                return obstore.head(self._store, place(sha256))["size"]
        except FileNotFoundError:
            return None

    def open(self, sha256: str) -> BinaryIO:
        size = self.size(sha256)
        if size is None:
            raise FileNotFoundError(sha256)
        return io.BufferedReader(_Object(self._store, place(sha256), size), READ_AHEAD)

    def write(self, data: bytes, sha256: str) -> None:
        self._put(data, sha256)

    def move_in(self, path: Path, sha256: str) -> None:
        self._put(path, sha256)
        path.unlink()

    def _put(self, what: bytes | Path, sha256: str) -> None:
        import obstore

        with _asking():
            obstore.put(self._store, place(sha256), what)

    def at_hand(self, sha256: str) -> Path:
        copy = self.copies / sha256
        if copy.exists():
            os.utime(copy)  # in use: whoever tidies lets it be
            return copy
        with suppress(FileNotFoundError), self.open(sha256) as file:
            handle, draft = tempfile.mkstemp(dir=self.copies)
            with os.fdopen(handle, "wb") as written:
                shutil.copyfileobj(file, written, READ_AHEAD)
            with open(draft, "rb") as written:
                whole = hashlib.file_digest(written, "sha256").hexdigest() == sha256
            os.replace(draft, copy) if whole else os.unlink(draft)
        return copy

    def lying(self, shelf: str) -> Iterator[Lying]:
        import obstore

        with _asking():
            found = [one for page in obstore.list(self._store, shelf) for one in page]
        for one in sorted(found, key=lambda one: one["path"]):
            yield Lying(one["path"], one["last_modified"].timestamp())

    def remove(self, at: str) -> None:
        import obstore

        with _asking():
            obstore.delete(self._store, at)


class _Object(io.RawIOBase):
    """An object of a bucket, read in ranges."""

    def __init__(self, store: Any, at: str, size: int) -> None:
        self._store, self._place, self._size, self._at = store, at, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        import obstore

        length = min(len(buffer), self._size - self._at)
        if length <= 0:
            return 0
        with _asking():
            buffer[:length] = obstore.get_range(self._store, self._place, start=self._at, length=length).to_bytes()
        self._at += length
        return length


@contextmanager
def _asking() -> Iterator[None]:
    """Tell a file that is not there from a store that is away; what it said may hold the key's name, so only its kind is kept."""
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError:
        raise
    except BaseError as error:
        status = re.search(r"\b[45]\d\d [A-Z][A-Za-z ]+", str(error))
        raise Away(f"{type(error).__name__} {status[0] if status else ''}".strip()) from error
