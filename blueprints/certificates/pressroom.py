"""Where certificates are pressed: a process of its own with limits, because a name, a picture or a design may be made to blow up.

The files come back as paths in a folder that is locked while this process lives. Which of them went into storage is noted there before
they do: a folder that nobody locks any more tells which stored bytes no row may name, as their worker was killed between the two.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from blueprints.certificates import pressing
from blueprints.certificates.design import Design
from blueprints.certificates.facts import Facts
from blueprints.certificates.pressing import Plate
from core import storage
from core.errors import Refused
from core.limited import Doer, Failure, Limited, Unlimited
from core.p12 import Seal
from core.shelves import place
from core.transaction import transaction
from models import StoredFile, db

CPU, CPU_A_PAGE, CPU_A_SIGNATURE = 5.0, 0.3, 0.2  # seconds
PREFIX = "press-"
ABANDONED = 86_400  # seconds after which nobody works on a folder any more
#: What went wrong, by the kind of `core.limited.Failure`.
CAUSES = {
    "memory": _l("it takes too much memory"), "killed": _l("it takes too much memory"), "cpu": _l("it takes too long"),
    "time": _l("it takes too long"), "PictureMissing": _l("a picture of the design is missing in storage"),
}


class DesignBroken(Refused):
    """Nobody's certificate can be made with this design."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(_l("No certificate can be made with this design: %(cause)s. Change the design, then start again.", cause=cause(failure)))


class NotMade(Refused):
    """The certificates of some people could not be made, while all others were."""

    def __init__(self, failed: Sequence[str], failure: Failure) -> None:
        names = ", ".join(failed[:3]) + (f" … (+{len(failed) - 3})" if len(failed) > 3 else "")
        super().__init__(_l("Everyone else's certificate is there, but not that of %(names)s: %(cause)s. "
                            "Replace it with one whose name is written in another way.", names=names, cause=cause(failure)))


def cause(failure: Failure) -> Any:
    """Why something could not be pressed, for people."""
    return CAUSES.get(failure.kind, str(failure))


@dataclass(frozen=True)
class Made:
    """The file of one certificate on its way to storage, and what is to be kept of its signature."""

    path: Path
    signature: dict[str, Any] | None


def plate(design: dict[str, Any], *, specimen: bool = False, background: bool = True, layered: bool = True) -> Plate:
    """What the press needs of a kept design."""
    text = json.dumps(Design.from_json(design).to_json(), ensure_ascii=False, sort_keys=True)
    pictures = tuple((sha256, str(storage.path_of(sha256))) for sha256 in sorted(set(_stored(design))))
    return Plate(text, pictures, specimen, background, layered)


def _stored(value: Any) -> Iterator[str]:
    """The SHA-256 of each stored picture, wherever in the design."""
    if isinstance(value, dict):
        yield from (one for name, one in value.items() if name.endswith("sha256") and isinstance(one, str))
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from _stored(one)


class Pressroom:
    """A process that presses, for as long as the `with` lasts, and the folder for what it makes."""

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=storage.scratch()))
        self._lock = (self.folder / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        (self.folder / "stored").mkdir()
        self._doer: Doer = Unlimited() if current_app.config.get("RENDER_IN_PROCESS") else Limited(self.folder)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._doer.__exit__(kind, error, trace)
        with self._lock, contextlib.suppress(SQLAlchemyError):  # without a database the folder waits for `sweep`
            self.settle()
            shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def individual(self, plate: Plate, people: Sequence[dict[str, Any]], seal: Seal | None = None) -> Iterator[list[Made]]:
        """The files of `people`, given as facts in JSON, until the `with` ends. Raises `core.limited.Failure`."""
        cpu = CPU + (CPU_A_PAGE + (CPU_A_SIGNATURE if seal else 0)) * len(people)
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            made = self._doer.do(pressing.individual, plate, list(people), folder, seal, cpu=cpu)
            yield [Made(Path(one["path"]), one["signature"]) for one in made]

    def merge(self, plate: Plate, people: Iterable[Facts], out: Path) -> None:
        """One file at `out`, a page for each of `people`, who are asked for as it goes. Raises `DesignBroken` and what `people` raises."""
        try:
            self._doer.do(pressing.merge, plate, str(out), cpu=CPU, items=(facts.to_json() for facts in people), cpu_per_item=CPU_A_PAGE)
        except Failure as failure:
            raise DesignBroken(failure) from failure

    def check(self, plate: Plate, facts: dict[str, Any]) -> None:
        """Raises `DesignBroken` when even a harmless holder's certificate cannot be made."""
        try:
            self._doer.do(pressing.sample, plate, facts, cpu=CPU)
        except Failure as failure:
            raise DesignBroken(failure) from failure

    def looks_the_same(self, plate: Plate, people: Sequence[dict[str, Any]]) -> bool:
        """Whether layers show what a direct rendering shows. Raises `core.limited.Failure`."""
        return self._doer.do(pressing.looks_the_same, plate, list(people), cpu=CPU)

    def store(self, made: Made) -> tuple[str, int]:
        """Put a file into storage, before the row that names it; its SHA-256 and size. `storage.record` writes the row, then `settle`."""
        sha256 = storage.digest(made.path)
        (self.folder / "stored" / sha256).touch()
        return sha256, storage.keep(made.path, sha256)

    def settle(self) -> None:
        """Take away what was stored and is named by no row after all."""
        stored = list((self.folder / "stored").iterdir())
        _unname([path.name for path in stored])
        for path in stored:
            path.unlink()


@dataclass(frozen=True)
class Press:
    """A press with a process of its own for each piece of work."""

    plate: Plate

    def merge(self, people: Iterable[Facts], out: Path) -> None:
        """As `Pressroom.merge`."""
        with Pressroom() as room:
            room.merge(self.plate, people, out)

    def one(self, facts: Facts) -> bytes:
        """The file of one certificate. Raises `DesignBroken`."""
        with Pressroom() as room:
            try:
                with room.individual(self.plate, [facts.to_json()]) as made:
                    return made[0].path.read_bytes()
            except Failure as failure:
                raise DesignBroken(failure) from failure


def sweep() -> int:
    """Take away what killed workers left: their folders, and the stored bytes that no row names. How many of these."""
    gone = 0
    for folder in sorted(storage.scratch().glob(f"{PREFIX}*")):
        try:
            with (folder / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                gone += _unname([path.name for path in (folder / "stored").iterdir()])
                shutil.rmtree(folder, ignore_errors=True)
        except (BlockingIOError, FileNotFoundError):
            continue  # its worker lives, or has just begun
    for path in storage.scratch().iterdir():
        if path.stat().st_mtime < time.time() - ABANDONED:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return gone


def _unname(digests: Sequence[str]) -> int:
    if not digests:
        return 0
    with transaction():
        named = set(db.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(digests))))
    lost = [sha256 for sha256 in digests if sha256 not in named]
    for sha256 in lost:
        storage.remove(place(sha256))
    return len(lost)
