"""Background jobs: Huey, kept in SQLite in `instance/`, or on Redis or PostgreSQL where JOBS_URL says so.

A job gets ids, never rows, and calls a service in its own transaction. It may run twice; every task is written so that the
second run changes nothing.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask
from huey import Huey, MemoryHuey, RedisHuey, SqliteHuey, crontab

from core.config import SETTINGS
from core.transaction import after_commit
from models import db

log = logging.getLogger(__name__)
_app: Flask | None = None


def _open(environ: Any = os.environ) -> Huey:
    url = environ.get("JOBS_URL", "")
    if url == "memory://":
        return MemoryHuey("ruam", immediate=True)
    if url.startswith(("redis://", "rediss://")):
        return RedisHuey("ruam", url=url)
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


def forget_all() -> None:
    """Empty the queue."""
    huey.storage.flush_queue()
    huey.storage.flush_schedule()
