"""A back-up file is read with distrust: what is not whole, or not ours, is refused before anything is touched."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import archive

FILE = b"content"
SHA = hashlib.sha256(FILE).hexdigest()


def written(path: Path) -> Path:
    manifest = archive.Manifest("1", "0001", "sqlite", "2020-07-17T00:00:00+00:00")
    with path.open("wb") as file:
        writer = archive.Writer(file, manifest)
        writer.add("database/job.jsonl", [b"[]\n", b"[1", b"]\n"], compress=True)
        writer.add(f"files/{SHA}", [FILE])
        writer.close()
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    with archive.reading(written(tmp_path / "a.zip")) as backup:
        backup.verify()
        assert list(backup.lines("database/job.jsonl")) == [b"[]", b"[1]"]
        assert (backup.names("files"), backup.size) == ([f"files/{SHA}"], 7 + len(FILE))


def test_every_changed_byte_is_noticed(tmp_path: Path) -> None:
    """Whichever byte is changed, the back-up is refused, or reads as it was: some bytes of a zip mean nothing."""
    path = written(tmp_path / "a.zip")
    whole = path.read_bytes()
    for position in range(0, len(whole), 3):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1:])
        try:
            with archive.reading(path) as backup:
                backup.verify()
                read = {name: b"".join(backup.pieces(name)) for name in backup.manifest.members}
        except archive.NoBackup:
            continue
        assert read == {"database/job.jsonl": b"[]\n[1]\n", f"files/{SHA}": FILE}, position


def test_every_half_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip")
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(archive.NoBackup), archive.reading(path) as backup:
            backup.verify()


def hostile(path: Path, members: dict[str, bytes], change: Callable[[dict[str, Any]], None] = lambda _facts: None) -> Path:
    facts: dict[str, Any] = {"product": "ruam", "format": 1, "version": "1", "revision": "0001", "database": "sqlite", "made_at": "", "members": {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in members.items()}}
    change(facts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, data)
        target.writestr("manifest.json", json.dumps(facts))
    return path


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "files/../x", "database/a/../b.jsonl", "files/" + "A" * 64, "secrets/other",
                                  "database/JOB.jsonl", "C:\\x", "files/" + "0" * 64])
def test_names_that_are_not_ours(tmp_path: Path, name: str) -> None:
    with pytest.raises(archive.NoBackup), archive.reading(hostile(tmp_path / "a.zip", {name: b"x"})) as backup:
        backup.verify()


@pytest.mark.parametrize("change", [
    lambda facts: facts.update(product="other"), lambda facts: facts.update(format=2), lambda facts: facts.update(more=1),
    lambda facts: facts.pop("revision"), lambda facts: facts.update(members=[]), lambda facts: facts["members"].clear(),
    lambda facts: facts["members"].update({"files/" + "1" * 64: {"size": 0, "sha256": "1" * 64}}),
    lambda facts: facts["members"]["database/job.jsonl"].update(size=1)])
def test_manifests_that_do_not_fit(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    with pytest.raises(archive.NoBackup), archive.reading(hostile(tmp_path / "a.zip", {"database/job.jsonl": b"[]\n"}, change)) as backup:
        backup.verify()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice(tmp_path: Path) -> None:
    path = hostile(tmp_path / "a.zip", {"database/job.jsonl": b"[]\n"})
    with zipfile.ZipFile(path, "a") as target:
        target.writestr("database/job.jsonl", "[1]")
    with pytest.raises(archive.NoBackup), archive.reading(path):
        pass


def test_a_line_without_end_is_refused_in_little_memory(tmp_path: Path) -> None:
    """A bomb of 300 MB in one line, 300 kB packed."""
    path, zeros = tmp_path / "a.zip", bytes(1 << 20)
    with path.open("wb") as file:
        writer = archive.Writer(file, archive.Manifest("1", "0001", "sqlite", ""))
        writer.add("database/job.jsonl", (zeros for _ in range(300)), compress=True)
        writer.close()
    tracemalloc.start()
    try:
        with archive.reading(path) as backup, pytest.raises(archive.NoBackup):
            list(backup.lines("database/job.jsonl"))
        assert tracemalloc.get_traced_memory()[1] < 4 * archive.LONGEST_LINE
    finally:
        tracemalloc.stop()


def test_a_file_that_is_no_zip(tmp_path: Path) -> None:
    for content in (b"", b"PK\x05\x06", io.BytesIO(b"x" * 1000).read()):
        (tmp_path / "a.zip").write_bytes(content)
        with pytest.raises(archive.NoBackup), archive.reading(tmp_path / "a.zip"):
            pass
