"""Signs of life of the job workers, kept in the store of the job queue, where every web server can read them."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from huey.signals import SIGNAL_EXECUTING

from core.jobs import huey
from models import now

log = logging.getLogger(__name__)
EVERY = 15  # seconds
LATE = timedelta(seconds=75)  # a worker that was silent for so long is not running
FORGOTTEN = timedelta(days=1)
PREFIX = "ruam.worker."


@dataclass(frozen=True)
class Worker:
    """One worker process: when it last gave a sign of life, and the task that it does, if any."""

    name: str
    at: datetime
    task: str = ""
    since: datetime | None = None

    @property
    def lives(self) -> bool:
        """Whether its last sign is recent. A clock that was set back does not make it dead."""
        return abs(now() - self.at) < LATE


_tasks: dict[int, tuple[str, datetime]] = {}


@huey.signal()
def _note(signal: str, task: Any, *_more: Any) -> None:
    """Remember what this thread does: Huey says when a task begins, and whatever comes next ends it."""
    if signal == SIGNAL_EXECUTING:
        _tasks[threading.get_ident()] = (task.name, now())
    else:
        _tasks.pop(threading.get_ident(), None)


def name() -> str:
    """This process, unlike any other on any machine."""
    return f"{socket.gethostname()}:{os.getpid()}"


def beat() -> None:
    """Tell that this worker lives and what it does."""
    task, since = next(iter(list(_tasks.values())), ("", None))
    facts = {"at": now().isoformat(), "task": task, "since": since.isoformat() if since else None}
    huey.storage.put_data(PREFIX + name(), json.dumps(facts).encode())


def workers() -> list[Worker]:
    """Those who gave a sign of life within a day, the newest sign first."""
    found = []
    for key, value in huey.storage.result_items().items():
        key = key.decode() if isinstance(key, bytes) else key
        if key.startswith(PREFIX):
            facts = json.loads(value)
            since = datetime.fromisoformat(facts["since"]) if facts["since"] else None
            found.append(Worker(key.removeprefix(PREFIX), datetime.fromisoformat(facts["at"]), facts["task"], since))
    return sorted((worker for worker in found if abs(now() - worker.at) < FORGOTTEN), key=lambda worker: (worker.at, worker.name), reverse=True)


def forget() -> None:
    """Take away this worker's sign, as it ends, and those of workers long gone."""
    huey.storage.delete_data(PREFIX + name())
    for key, value in huey.storage.result_items().items():
        key = key.decode() if isinstance(key, bytes) else key
        if key.startswith(PREFIX) and now() - datetime.fromisoformat(json.loads(value)["at"]) > FORGOTTEN:
            huey.storage.delete_data(key)


def keep_beating(stop: threading.Event) -> threading.Thread:
    """Beat in a thread of its own until told to stop: a long task must not look like death."""

    def run() -> None:
        while True:
            try:
                beat()
            except Exception:  # the store is away for a while; the next beat will do
                log.warning("no sign of life could be written", exc_info=True)
            if stop.wait(EVERY):
                return

    thread = threading.Thread(target=run, name="heartbeat", daemon=True)
    thread.start()
    return thread
