"""Files are kept, read in pieces, found damaged and taken away alike on a disk and in a bucket."""

from __future__ import annotations

import hashlib
import io
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import stamp

from blueprints.certificates import checking
from core import access, backup, downloads, health, restore, shelves, storage
from core.config import ROOT
from core.shelves import place
from core.transaction import transaction
from models import StoredFile, db
from tests.conftest import settings
from tests.page import Browser
from tests.s3 import Store, s3

DATA = "เกียรติบัตร".encode()
SHA = hashlib.sha256(DATA).hexdigest()
LARGE = 11 << 20  # more than one part


@pytest.fixture(params=["disk", "bucket"])
def kept(request: pytest.FixtureRequest, app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Store | None]:
    """The store behind, or None for the disk."""
    monkeypatch.setitem(app.config, "STORAGE_DIR", str(tmp_path))
    if request.param == "disk":
        yield None
        return
    with s3() as store:
        for name, value in store.settings.items():
            monkeypatch.setitem(app.config, name, value)
        yield store


def damage(kept: Store | None, data: bytes | None) -> None:
    """Put other bytes, or none, where the file is."""
    if kept is not None:
        kept.objects.pop(f"files/{place(SHA)}")
        kept.objects |= {f"files/{place(SHA)}": data} if data is not None else {}
    elif data is None:
        storage.path_of(SHA).unlink()
    else:
        storage.path_of(SHA).write_bytes(data)


def lying() -> list[str]:
    return [one.name for _shelf, found in storage.lying() for one in found]


def test_what_is_put_is_read_again_and_kept_once(kept: Store | None) -> None:
    with transaction():
        assert storage.put(DATA, "application/pdf") == storage.put(DATA, "application/pdf") == SHA
    assert storage.read(SHA) == b"".join(storage.pieces(SHA)) == storage.path_of(SHA).read_bytes() == DATA
    assert storage.size_of(SHA) == db.session.get_one(StoredFile, SHA).size == len(DATA) and storage.is_whole(SHA)
    assert lying() == [SHA]
    if kept is not None:
        assert kept.objects == {f"files/{place(SHA)}": DATA} and sum(asked.startswith("PUT") for asked in kept.asked) == 1


@pytest.mark.parametrize("size", [0, 3, LARGE])
def test_a_file_of_any_size_is_moved_in_and_read_in_pieces(kept: Store | None, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "made").write_bytes(data)
    with transaction():
        sha256 = storage.put_path(tmp_path / "made", "application/zip")
    assert not (tmp_path / "made").exists() and b"".join(storage.pieces(sha256)) == data
    with storage.open_file(sha256) as file:
        file.seek(-2 if size else 0, io.SEEK_END)
        assert file.read() == data[-2:] and file.seek(0) == 0 and file.read(3) == data[:3]


def test_a_zip_is_read_where_it_lies(kept: Store | None, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as packed:
        packed.writestr("a.txt", "ก" * 9)
    with transaction():
        sha256 = storage.put_path(tmp_path / "pack.zip", "application/zip")
    with storage.open_file(sha256) as file, zipfile.ZipFile(file) as packed:
        assert packed.read("a.txt").decode() == "ก" * 9


@pytest.mark.parametrize("other", [b"other", None])
def test_other_bytes_are_never_taken_for_it(kept: Store | None, other: bytes | None) -> None:
    with transaction():
        storage.put(DATA, "application/pdf")
    damage(kept, other)
    with pytest.raises(storage.FileMissing):
        storage.read(SHA)
    if other is None:
        assert storage.size_of(SHA) is None and not storage.path_of(SHA).exists()
        with pytest.raises(storage.FileMissing):
            storage.is_whole(SHA)
    else:
        assert not storage.is_whole(SHA) and (kept is None or not storage.path_of(SHA).exists()), "no copy of what is not it"


def test_it_is_gone_after_the_commit_and_not_before(kept: Store | None) -> None:
    with transaction():
        storage.put(DATA, "application/pdf")
    with transaction():
        storage.discard(SHA)
        assert storage.size_of(SHA) == len(DATA)
    assert storage.size_of(SHA) is None and lying() == []
    storage.remove(place(SHA))  # twice is as good as once


def test_strays_are_what_no_row_names(kept: Store | None, tmp_path: Path) -> None:
    with transaction():
        storage.put(DATA, "application/pdf")
    (tmp_path / "stray").write_bytes(b"stray")
    sha256 = storage.digest(tmp_path / "stray")
    storage.keep(tmp_path / "stray", sha256)
    found = list(checking.strays(age=0 if kept is None else time.time() - 2**31))
    assert [one.name for one in found] == [sha256]
    storage.remove(found[0].at)
    assert lying() == [SHA]


def test_a_download_in_full_in_part_and_not_again(kept: Store | None, app: Flask) -> None:
    with transaction():
        storage.put(DATA, "application/pdf")

    def ask(**headers: str) -> tuple[int, bytes, str | None]:
        with app.test_request_context(headers=headers):
            response = downloads.attachment(SHA, "application/pdf", "เกียรติบัตร.pdf", "certificate.pdf")
            response.direct_passthrough = False
            return response.status_code, response.get_data(), response.headers.get("Content-Range")

    assert ask() == (200, DATA, None)
    assert ask(Range="bytes=3-5") == (206, DATA[3:6], f"bytes 3-5/{len(DATA)}")
    assert ask(**{"If-None-Match": f'"{SHA}"'})[0] == 304


def test_a_back_up_and_its_restoring(kept: Store | None, tmp_path: Path) -> None:
    """From either place to the same one, emptied: every file comes back, and a damaged one is replaced."""
    from app import create_app

    (tmp_path / "own").mkdir()
    own = create_app(settings(tmp_path / "own", "") | (kept.settings if kept else {}))
    with own.app_context():
        db.create_all()
        stamp(directory=str(ROOT / "migrations"))
        with transaction():
            storage.put(DATA, "application/pdf")
        db.session.remove()
        db.engine.dispose()
        made = backup.make(own.config, tmp_path / "backups")
        assert (made.files, made.missing) == (1, [])
        damage(kept, b"other")
        assert restore.restore(made.path, own.config, replace=True).files == 1
        assert storage.read(SHA) == DATA and [path for path in storage.scratch().iterdir() if path.is_file()] == []
        db.engine.dispose()


def test_a_store_that_is_away_is_no_missing_file(app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3() as store:
        for name, value in store.settings.items():
            monkeypatch.setitem(app.config, name, value)
        assert health.check()["storage"]
        store.broken = True
        for ask in (storage.size_of, storage.read, storage.path_of):
            with pytest.raises(shelves.Away):
                ask(SHA)
        assert not health.check()["storage"]
        monkeypatch.setitem(app.view_functions, "operations.healthz", access.public(lambda: storage.read(SHA)))
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        answer = browser.open("GET", "/healthz")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
