"""The database goes and comes back, the disk is full, the mail server is slow, the clock jumps, a job comes twice: nothing that was
acknowledged is lost, nothing is half-written, and people get a sentence in their language."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import itsdangerous.timed
import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select

import tables.base
from core import jobs, mail, outbox, storage
from core.codes import new_code
from core.config import ROOT
from core.extensions import limiter
from core.transaction import transaction
from models import Message, MessageState, Registration, StoredFile, db, now
from tests.conftest import settings
from tests.databases import Cluster, free_port
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_registration import person

TELL = {"th": ("ระบบมีผู้ใช้งานมาก", "เซิร์ฟเวอร์ไม่มีพื้นที่เหลือ"), "en": ("The service is busy", "The server has no room left")}


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with TemporaryDirectory(prefix="ruam-postgresql-") as folder:
        cluster = Cluster(Path(folder))
        cluster.start()
        yield cluster
        cluster.stop()


@pytest.fixture
def quiet() -> Iterator[None]:
    """No rate limits, and jobs that wait for a worker, as in production."""
    before, limiter.enabled, jobs.huey.immediate = limiter.enabled, False, False
    yield
    limiter.enabled, jobs.huey.immediate = before, True
    jobs.huey.flush()


def furnished(folder: Path, url: str) -> Flask:
    """An application with an open event."""
    from app import create_app

    app = create_app(settings(folder, url))
    with app.app_context():
        db.create_all()
        with transaction():
            Factory().event(slug="open", capacity=50)
        db.session.remove()
    return app


def registered() -> int:
    count = db.session.scalar(select(func.count(Registration.id))) or 0
    db.session.rollback()
    return count


def test_a_database_that_is_started_again_is_found_again(cluster: Cluster, tmp_path: Path, quiet: None) -> None:
    app = furnished(tmp_path, cluster.url)
    with app.app_context():
        browser = Browser(app)
        filled = person(browser.get("/e/open/register"))
        for language, (busy, _full) in TELL.items():
            browser.speak(language)
            cluster.stop()
            for method in ("GET", "POST"):
                response = browser.open(method, "/e/open/register", data=filled if method == "POST" else None)
                assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
                assert busy in response.text and "Traceback" not in response.text
            assert browser.open("GET", "/healthz").status_code == 200
            assert browser.open("GET", "/readyz").json["database"] == "failed"
            cluster.start()
            assert browser.open("GET", "/e/open/register").status_code == 200, "the very next request"
        assert registered() == 0
        assert browser.open("POST", "/e/open/register", data=filled).status_code == 303, "the same form, sent again"
        assert registered() == 1
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("language", list(TELL))
def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path, quiet: None, language: str) -> None:
    """SQLite's own limit on pages brings the very error of a full disk."""
    app = furnished(tmp_path, "")
    with app.app_context():
        browser = Browser(app)
        browser.speak(language)
        filled = person(browser.get("/e/open/register"), staff_note="ก" * 400)
        most = [db.session.execute(db.text("PRAGMA page_count")).scalar_one() + 5]

        @sqlalchemy_event.listens_for(db.engine, "begin")
        def limit(connection: Any) -> None:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {most[0]}")

        db.session.remove()
        people = [filled | {"email": f"a{n}@example.org", "first_name": f"คน{n}", "form_key": new_code()} for n in range(40)]
        answers = [browser.open("POST", "/e/open/register", data=each) for each in people]
        refused = [answer for answer in answers if answer.status_code == 503]
        assert refused
        assert all(TELL[language][1] in answer.text for answer in refused)
        assert {answer.status_code for answer in answers} == {303, 503}
        assert registered() == sum(answer.status_code == 303 for answer in answers), "each acknowledged one, and no other"
        assert db.session.scalar(select(func.count(Message.id))) == registered()
        db.session.rollback()
        most[0] = 1 << 30
        assert browser.open("POST", "/e/open/register", data=people[-1]).status_code == 303


def test_a_file_that_finds_no_room_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = furnished(tmp_path, "")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with app.app_context():
        with pytest.raises(OSError), transaction():
            storage.put(b"a poster", "image/png")
        assert db.session.scalar(select(func.count(StoredFile.sha256))) == 0
        assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
        db.session.remove()


def test_a_backup_that_finds_no_room_says_so_and_leaves_none(tmp_path: Path) -> None:
    """The kernel's limit on the size of a file stands for the disk."""
    app = furnished(tmp_path, "")
    with app.app_context():
        db.session.execute(db.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        db.session.execute(db.text("INSERT INTO alembic_version VALUES ('0001')"))
        storage.put(os.urandom(300_000), "application/pdf")
        db.session.commit()
        db.session.remove()
    environ = os.environ | {"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "only-for-tests", "DATABASE_URL": "", "JOBS_URL": "memory://"}
    command = [sys.executable, "-m", "flask", "--app", "app", "backup"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)))
    assert done.returncode == 1 and "ดิสก์เต็ม" in done.stderr and "The disk is full" in done.stderr and "Traceback" not in done.stderr
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".lock"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "backups").glob("ruam-*.zip"))) == 1


class SilentServer:
    """A mail server that takes the connection and says nothing."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.held: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self.held.append(self.socket.accept()[0])
            except OSError:
                return

    @property
    def port(self) -> int:
        return self.socket.getsockname()[1]


@pytest.mark.parametrize("state", ["slow", "down"])
def test_a_mail_server_that_is_away_costs_nobody_anything(tmp_path: Path, quiet: None, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    server = SilentServer()
    app = furnished(tmp_path, "")
    app.config |= {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": server.port if state == "slow" else free_port(), "MAIL_TLS": "none"}
    monkeypatch.setattr(mail, "TIMEOUT", 0.5)
    with app.app_context():
        browser = Browser(app)
        filled = person(browser.get("/e/open/register"))
        begun = time.monotonic()
        assert browser.open("POST", "/e/open/register", data=filled).status_code == 303
        assert time.monotonic() - begun < 2, "nobody waits for the mail server"
        assert server.held == []
        (message,) = db.session.scalars(select(Message).order_by(Message.id)).all()
        outbox.deliver.now(message.id)
        db.session.refresh(message)
        assert (message.state, message.attempts) == (MessageState.QUEUED, 1) and message.due_at > now() and message.last_error
        sent: list[Any] = []
        monkeypatch.setattr(mail, "_connect", lambda _config: Mailbox(sent))
        message.due_at = now()
        db.session.commit()
        outbox.sweep()
        outbox.sweep()
        db.session.refresh(message)
        assert message.state is MessageState.SENT and len(sent) == 1
        db.session.remove()
    server.socket.close()


class Mailbox:
    """A mail server that takes everything."""

    def __init__(self, sent: list[Any]) -> None:
        self.sent = sent

    def send_message(self, message: Any) -> None:
        self.sent.append(message)

    def quit(self) -> None: ...

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(self, *_error: object) -> None: ...


def test_a_worker_killed_while_sending_leaves_a_letter_that_goes_later(tmp_path: Path, quiet: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row says "sending" and nobody does: after the lease somebody else takes it up, under the same Message-ID."""
    app, sent = furnished(tmp_path, ""), list[Any]()
    app.config |= {"MAIL_SERVER": "127.0.0.1", "MAIL_TLS": "none"}
    with app.app_context():
        browser = Browser(app)
        browser.open("POST", "/e/open/register", data=person(browser.get("/e/open/register")))
        (message_id,) = db.session.scalars(select(Message.id)).all()

        def killed(*_more: object) -> None:
            raise SystemExit  # nothing after it is done, as after a SIGKILL

        monkeypatch.setattr(mail, "send", killed)
        with pytest.raises(SystemExit):
            outbox.deliver.now(message_id)
        db.session.rollback()
        monkeypatch.undo()
        monkeypatch.setattr(mail, "_connect", lambda _config: Mailbox(sent))
        outbox.sweep()
        assert sent == [], "it may still be on its way"
        jump(monkeypatch, outbox.LEASE + timedelta(seconds=1))
        outbox.sweep()
        assert len(sent) == 1 and sent[0]["Message-ID"] == f"<ruam-{message_id}@localhost>"
        db.session.remove()


def jump(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Set the clock that the product reads."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + by

    monkeypatch.setattr(tables.base, "datetime", Clock)
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda real=time.time: real() + by.total_seconds())


@pytest.mark.parametrize("by", [timedelta(hours=-3), timedelta(hours=13), timedelta(days=400)], ids=str)
def test_a_clock_that_jumps_takes_no_registration_and_no_letter(tmp_path: Path, quiet: None, monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    app, sent = furnished(tmp_path, ""), list[Any]()
    app.config |= {"MAIL_SERVER": "127.0.0.1", "MAIL_TLS": "none"}
    monkeypatch.setattr(mail, "_connect", lambda _config: Mailbox(sent))
    with app.app_context():
        with transaction():
            admin = Factory().admin()
        visitor, organiser = Browser(app), Browser(app).sign_in(admin)
        ticket = visitor.open("POST", "/e/open/register", data=person(visitor.get("/e/open/register"))).headers["Location"]
        assert organiser.open("GET", "/organiser").status_code == 200
        with monkeypatch.context() as there:
            jump(there, by)
            assert organiser.open("GET", "/organiser").status_code in (200, 302), "signed in, or asked to sign in again"
            assert visitor.open("GET", ticket).status_code == 200, "the private link holds"
            assert visitor.open("GET", "/e/open/register").status_code in (200, 404, 410)
            outbox.sweep()
        assert organiser.open("GET", "/organiser").status_code == 200, "and back again"
        outbox.sweep()
        assert len(sent) == 1, "once, whichever clock it was"
        assert db.session.scalars(select(Registration.status)).all() == ["confirmed"]
        db.session.remove()


def test_every_periodic_job_twice_changes_nothing_more(tmp_path: Path, quiet: None) -> None:
    from core import dump

    app = furnished(tmp_path, "")
    with app.app_context():
        with transaction():
            registration = Factory().registration(email="somebody@example.org")
            outbox.queue("registration_confirmed", registration.email, "th", {}, registration)
        db.session.remove()

        def content() -> dict[str, list[bytes]]:
            engine = dump.reading_engine(app.config["SQLALCHEMY_DATABASE_URI"])
            with engine.connect() as connection:
                found = {name: list(dump.lines(connection, table)) for name, table in dump.tables(connection).items()}
            engine.dispose()
            return found

        def round_() -> dict[str, list[bytes]]:
            for task in jobs.huey._registry.periodic_tasks:
                jobs.huey.execute(task)
            return content()

        before, once = content(), round_()
        assert once != before, "the letter went"
        assert round_() == once
        letters = list((tmp_path / "mail").iterdir())
        for message_id in db.session.scalars(select(Message.id)).all():
            db.session.rollback()
            outbox.deliver.now(message_id)
        assert list((tmp_path / "mail").iterdir()) == letters and len(letters) == 1
        assert content() == once
        db.session.remove()
