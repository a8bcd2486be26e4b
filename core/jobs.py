"""Background jobs: Huey, kept in SQLite in `instance/`, or on Redis or PostgreSQL where JOBS_URL says so.

A job gets ids, never rows, and calls a service in its own transaction. It may run twice; every task is written so that the
second run changes nothing.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer, Scheduler

from core.config import SETTINGS, on_redis
from core.transaction import after_commit
from models import db

log = logging.getLogger(__name__)
MINUTE = "ruam.minute."
KEPT = timedelta(minutes=10)  # clocks of machines differ less
_app: Flask | None = None


def _open(environ: Any = os.environ) -> Huey:
    url = environ.get("JOBS_URL", "")
    if url == "memory://":
        return MemoryHuey("ruam", immediate=True)
    if on_redis(url):
        return RedisHuey("ruam", url=url)
    if url.startswith("postgres"):
        return PostgresHuey("ruam", dsn=url, table_prefix="ruam_jobs")
    instance = Path(environ.get("INSTANCE_DIR") or SETTINGS["INSTANCE_DIR"])
    return SqliteHuey("ruam", filename=str(instance / "jobs.sqlite3"), results=False)


huey = _open()


def init_app(app: Flask) -> None:
    """Remember the application that tasks run in."""
    global _app
    _app = app


def _in_app(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def run(*args: Any) -> None:
        assert _app is not None
        with _app.app_context():
            try:
                function(*args)
            except Exception:
                log.exception("job %s%r", function.__name__, tuple(arg for arg in args if isinstance(arg, int)))
                raise
            finally:
                db.session.remove()

    return run


def task(function: Callable[..., Any]) -> Callable[..., None]:
    """Make `function` a job. Calling it queues it once the surrounding transaction is committed."""
    job = huey.task()(_in_app(function))

    @wraps(function)
    def queue(*args: Any) -> None:
        after_commit(lambda: job(*args))

    queue.now = function  # type: ignore[attr-defined]
    return queue


def every_hour(function: Callable[[], Any]) -> Callable[[], Any]:
    """Make `function` a job that the worker runs each hour."""
    huey.periodic_task(crontab(minute="17"))(_in_app(function))
    return function


def every_minute(function: Callable[[], Any]) -> Callable[[], Any]:
    """Make `function` a job that the worker runs each minute."""
    huey.periodic_task(crontab())(_in_app(function))
    return function


def is_first(at: datetime) -> bool:
    """Whether no other worker has begun this minute: the first one queues what is due, for all of them."""
    oldest, minute, newest = (f"{MINUTE}{moment:%Y%m%d%H%M}" for moment in (at - KEPT, at, at + KEPT))
    if not huey.storage.put_if_empty(minute, b"1"):
        return False
    for key in huey.storage.result_items():
        key = key.decode() if isinstance(key, bytes) else key
        if key.startswith(MINUTE) and not oldest <= key <= newest:
            huey.storage.delete_data(key)
    return True


class _Scheduler(Scheduler):
    def enqueue_periodic_tasks(self, now: datetime | None) -> None:
        try:
            if is_first(datetime.now(UTC)):
                super().enqueue_periodic_tasks(now)
        except Exception:  # the store is away for a while; the next minute will do
            log.warning("no periodic jobs were queued", exc_info=True)


class _Consumer(Consumer):
    scheduler_class = _Scheduler


def consumer() -> Consumer:
    """What takes jobs from the queue, one after another, in this process and in others."""
    return _Consumer(huey, workers=1, periodic=True, initial_delay=0.1, max_delay=1.0)


def forget_all() -> None:
    """Empty the queue."""
    huey.storage.flush_queue()
    huey.storage.flush_schedule()
