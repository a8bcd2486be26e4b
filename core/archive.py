"""The file of a back-up: a zip with a manifest that names every member with its size and SHA-256.

It is read with distrust: nothing in it says where a file is put, its names are known beforehand, and no more is read of a member than
the manifest says. What is read is never held in memory as a whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from core.errors import Refused

FORMAT = 1
MANIFEST = "manifest.json"
BLOCK = 1 << 20
LONGEST_LINE = 32 << 20  # bytes of one row
LARGEST_MANIFEST = 256 << 20
SECRETS = ("secrets/secret_key", "secrets/certificate.p12")
NAMES = re.compile(r"database/[a-z][a-z0-9_]{0,62}\.jsonl|files/[0-9a-f]{64}|" + "|".join(re.escape(name) for name in SECRETS))


class NoBackup(Refused):
    """The file is no back-up of the product, or not a whole one."""

    message = _l("This file is no whole back-up of Ruam: take another one. Nothing was changed.")

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason, self.args = reason, (reason,)


@dataclass(frozen=True)
class Member:
    """One file in the archive."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """What is in a back-up and where it came from. `missing`: stored files that were gone or damaged before."""

    version: str
    revision: str
    database: str  # sqlite or postgresql: it may be restored to either
    made_at: str
    product: str = "ruam"
    format: int = FORMAT
    missing: list[str] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


class Writer:
    """Puts members into the zip, and what they are into the manifest."""

    def __init__(self, file: io.BufferedIOBase, manifest: Manifest) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True)
        self.manifest = manifest

    def add(self, name: str, pieces: Iterable[bytes], *, compress: bool = False) -> Member:
        """Write one member, piece by piece."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        size, found = 0, hashlib.sha256()
        with self._zip.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                found.update(piece)
                size += len(piece)
        self.manifest.members[name] = Member(size, found.hexdigest())
        return self.manifest.members[name]

    def give_up(self) -> None:
        """Let go of a file that is not going to be a back-up."""
        with suppress(OSError, ValueError):
            self._zip.close()

    def close(self) -> None:
        """Write the manifest and the zip's own list."""
        info = zipfile.ZipInfo(MANIFEST)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        self._zip.writestr(info, self.manifest.to_bytes())
        self._zip.close()


class Reader:
    """A back-up that is read. Raises `NoBackup` wherever it is not what it should be."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        self.manifest = _manifest(archive)
        listed = {info.filename: info.file_size for info in archive.infolist() if info.filename != MANIFEST}
        if len(archive.infolist()) != len(listed) + 1:
            raise NoBackup("a name is there twice")
        if listed != {name: member.size for name, member in self.manifest.members.items()}:
            raise NoBackup("the manifest and the archive differ")

    def names(self, folder: str) -> list[str]:
        """The members of `database`, `files` or `secrets`, in order."""
        return sorted(name for name in self.manifest.members if name.startswith(f"{folder}/"))

    @property
    def size(self) -> int:
        """Bytes, unpacked."""
        return sum(member.size for member in self.manifest.members.values())

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content in pieces. What was read is right only when it has ended: the checksum comes last."""
        known, size, found = self.manifest.members[name], 0, hashlib.sha256()
        try:
            with self._zip.open(name) as member:
                while piece := member.read(BLOCK):
                    size += len(piece)
                    found.update(piece)
                    yield piece
        except (zipfile.BadZipFile, EOFError, RuntimeError, OSError, ValueError) as error:
            raise NoBackup(f"{name}: {error}") from error
        except Exception as error:  # zlib.error, which zipfile lets through
            raise NoBackup(f"{name}: {type(error).__name__}") from error
        if size != known.size or found.hexdigest() != known.sha256:
            raise NoBackup(f"{name}: other bytes than the manifest says")

    def lines(self, name: str) -> Iterator[bytes]:
        """The content line by line."""
        rest = b""
        for piece in self.pieces(name):
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
            if len(rest) > LONGEST_LINE:
                raise NoBackup(f"{name}: a line is too long")
        if rest:
            raise NoBackup(f"{name}: the last line breaks off")

    def verify(self) -> None:
        """Read everything and compare it with the manifest."""
        for name in self.manifest.members:
            for _piece in self.pieces(name):
                pass


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > LARGEST_MANIFEST:
            raise NoBackup("the manifest is too large")
        facts: dict[str, Any] = json.loads(archive.read(info))
        members = {str(name): Member(int(member["size"]), str(member["sha256"])) for name, member in facts.pop("members").items()}
        manifest = Manifest(**facts, members=members)
    except NoBackup:
        raise
    except Exception as error:  # made by anybody, it fails in any way
        raise NoBackup(f"manifest: {type(error).__name__}: {error}") from error
    if (manifest.product, manifest.format) != ("ruam", FORMAT):
        raise NoBackup(f"{manifest.product} {manifest.format}")
    for name, member in members.items():
        if not NAMES.fullmatch(name) or member.size < 0:
            raise NoBackup(f"unknown member {name[:80]!r}")
        if name.startswith("files/") and name != f"files/{member.sha256}":
            raise NoBackup(f"{name}: not the name of its content")
    return manifest


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """Open a back-up. Raises `NoBackup`."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, ValueError, RuntimeError) as error:
        raise NoBackup(str(error)) from error
    with archive:
        yield Reader(archive)
