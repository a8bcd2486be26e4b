"""The server is killed outright, again and again, while phones upload: whatever it acknowledged is there, and everything once."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from core.codes import digest, new_code
from core.config import ROOT, database_url
from models import Category, Checkpoint, Device, Event, EventKind, EventStatus, Gate, Programme, Registration, RegistrationStatus, Scan, db
from tests.databases import free_port

SCANS, PEOPLE, PHONES, KILLS = 1_000, 700, 2, 4
AT_MOST = 60  # seconds that the phones try


class Server:
    """The product under gunicorn, as `make run` starts it; `kill` leaves it no time for anything."""

    def __init__(self, folder: Path, url: str) -> None:
        self.port, self.log = free_port(), folder / "server.log"
        self.environ = {name: value for name, value in os.environ.items() if name != "JOBS_URL"}
        self.environ |= {"INSTANCE_DIR": str(folder), "DATABASE_URL": url, "SECRET_KEY": "only-for-tests",
                         "BASE_URL": f"http://127.0.0.1:{self.port}", "PORT": str(self.port)}

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "gunicorn", "-c", "scripts/gunicorn.conf.py"], cwd=ROOT, env=self.environ,
                                            stdout=log, stderr=log, start_new_session=True)

    def kill(self) -> None:
        """SIGKILL to the master and its workers, the group that was started here."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


@dataclass
class Phone:
    """What static/door/sync.js does: the oldest of the queue go in batches, and what no answer has named goes again."""

    server: Server
    key: str
    checkpoint: int
    queue: list[dict[str, Any]]
    sizes: random.Random
    about_to_send: Callable[[], None]
    told: dict[str, str] = field(default_factory=dict)
    failures: int = 0

    def run(self) -> None:
        until = time.monotonic() + AT_MOST
        while self.queue and time.monotonic() < until:
            batch = self.queue[:self.sizes.choice((1, 3, 10, 30, 60))]
            self.about_to_send()
            try:
                results = self._send(batch)
            except (OSError, http.client.HTTPException):
                self.failures += 1
                time.sleep(0.05)
                continue
            named = {result["nonce"]: result["verdict"] for result in results}
            self.told |= named
            self.queue = [item for item in self.queue if item["nonce"] not in named]

    def _send(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=8)
        body = json.dumps({"checkpoint": self.checkpoint, "scans": [_as_sent(item) for item in batch], "unsent": len(self.queue) - len(batch)})
        try:
            connection.request("POST", "/door/api/scans", body, {"Content-Type": "application/json", "Cookie": f"ruam_device={self.key}"})
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status >= 500:
            raise http.client.HTTPException
        assert response.status == 200, answer.decode()
        return json.loads(answer)["results"]


def _as_sent(item: dict[str, Any]) -> dict[str, Any]:
    late = datetime.now(UTC) - datetime.fromisoformat(item["claimed_at"]) > timedelta(seconds=4)
    return item | {"offline": True, "shown": "ok"} if late else item


class Killer:
    """Kills the server while a request is under way, each time the phones have been told of so many more scans, and starts it again."""

    def __init__(self, server: Server, engine: Engine) -> None:
        self.server, self.engine, self.phones = server, engine, list[Phone]()
        self.due = [random.randrange(180 * n + 20, 180 * n + 80) for n in range(KILLS)]
        self.kills, self.missing = 0, set[str]()
        self.turn, self.threads = threading.Lock(), list[threading.Thread]()

    def about_to_send(self) -> None:
        told = sum(len(phone.told) for phone in self.phones)
        if self.kills < KILLS and told >= self.due[self.kills] and self.turn.acquire(blocking=False):
            self.threads.append(threading.Timer(random.uniform(0, 0.05), self._strike))
            self.threads[-1].start()

    def _strike(self) -> None:
        self.server.kill()
        told = {nonce for phone in self.phones for nonce in list(phone.told)}
        self.missing |= told - set(_stored(self.engine))
        self.server.start()
        self.kills += 1
        self.turn.release()


def _stored(engine: Engine) -> dict[str, str]:
    with Session(engine) as session:
        return dict(session.execute(select(Scan.nonce, Scan.verdict)).all())


def _prepare(engine: Engine) -> tuple[int, list[str], list[str]]:
    """The id of the checkpoint, the keys of the phones, and the codes of the people."""
    with engine.begin() as connection:
        db.metadata.create_all(connection)
    now = datetime.now(UTC)
    keys, codes = [new_code() for _ in range(PHONES)], [new_code() for _ in range(PEOPLE)]
    with Session(engine) as session:
        programme = Programme(title_th="โครงการ", starts_on=now.date(), ends_on=now.date())
        event = Event(programme=programme, slug="door", kind=EventKind.SEMINAR, status=EventStatus.PUBLISHED, title_th="สัมมนา",
                      starts_at=now, ends_at=now + timedelta(hours=3), published_at=now, taken=PEOPLE)
        event.categories = [Category(name_th="ผู้เข้าร่วม", taken=PEOPLE)]
        session.add(event)
        session.flush()
        gate, checkpoint = Gate(event_id=event.id, name="ประตู"), Checkpoint(event_id=event.id, name_th="ทางเข้างาน")
        session.add_all([gate, checkpoint])
        session.flush()
        session.add_all(Device(event_id=event.id, gate_id=gate.id, label=f"ประตู {n}", key_digest=digest(key), enrolled_at=now - timedelta(hours=2),
                               expires_at=now + timedelta(days=1)) for n, key in enumerate(keys))
        session.add_all(Registration(
            event_id=event.id, category_id=event.categories[0].id, status=RegistrationStatus.CONFIRMED, code=code, manage_token=new_code(),
            first_name="กัญญา", sort_key=code, search_text=code, person_key=code, person_ref=code) for code in codes)
        session.commit()
        return checkpoint.id, keys, codes


def _scans(codes: list[str]) -> list[list[dict[str, Any]]]:
    """What the phones have to tell: everybody once, some once more; half of it from before the network came."""
    now = datetime.now(UTC)
    wanted = codes + random.sample(codes, SCANS - PEOPLE)
    random.shuffle(wanted)
    made = [{"nonce": str(uuid4()), "code": code, "direction": "in", "source": "camera", "forced": False,
             "claimed_at": (now - timedelta(seconds=random.choice((0, random.randrange(3_600))))).isoformat()} for code in wanted]
    return [made[n::PHONES] for n in range(PHONES)]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """DATABASE_URL of each of the two databases, both empty."""
    return request.getfixturevalue("postgresql") if request.param == "postgresql" else ""


@pytest.fixture
def engine(tmp_path: Path, url: str) -> Iterator[Engine]:
    engine = create_engine(database_url(url, tmp_path))
    yield engine
    with engine.begin() as connection:
        db.metadata.drop_all(connection)
    engine.dispose()


def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(tmp_path: Path, url: str, engine: Engine) -> None:
    checkpoint, keys, codes = _prepare(engine)
    server = Server(tmp_path, url)
    killer = Killer(server, engine)
    queues = _scans(codes)
    killer.phones += [Phone(server, key, checkpoint, list(queue), random.Random(n), killer.about_to_send)
                      for n, (key, queue) in enumerate(zip(keys, queues, strict=True))]
    server.start()
    try:
        with ThreadPoolExecutor(PHONES) as crowd:
            list(crowd.map(Phone.run, killer.phones))
        for thread in killer.threads:
            thread.join()
    finally:
        server.kill()
    told = {nonce: verdict for phone in killer.phones for nonce, verdict in phone.told.items()}
    assert killer.kills == KILLS and not killer.missing, "what was acknowledged before a kill is there after it"
    assert set(told) == {item["nonce"] for queue in queues for item in queue}, "in the end everything was told"
    assert _stored(engine) == told
    with Session(engine) as session:
        assert session.scalar(select(func.count(Scan.id))) == SCANS, "each number once"
        came = session.scalar(select(func.count(Scan.registration_id.distinct())).where(Scan.verdict == "ok"))
    assert came == PEOPLE
    assert set(Counter(told.values())) <= {"ok", "already_in"}
