"""Of several workers, one queues what is due in a minute, wherever the queue is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from huey import Huey

from core import config, jobs
from tests.databases import own_database

AT = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "redis", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Huey]]:
    """The same queue, opened by two workers."""
    url = {"sqlite": lambda: "", "redis": lambda: request.getfixturevalue("redis_server"),
           "postgresql": lambda: own_database(request.getfixturevalue("postgresql"), "jobs")}[request.param]()
    opened = [jobs._open({"JOBS_URL": url, "INSTANCE_DIR": str(tmp_path)}) for _ in range(2)]
    yield opened
    opened[0].storage.flush_all()
    for huey in opened:
        huey.storage.close()


def first(huey: Huey, at: datetime, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(jobs, "huey", huey)
    return jobs.is_first(at)


def test_each_minute_is_begun_by_one(two: list[Huey], monkeypatch: pytest.MonkeyPatch) -> None:
    begun = [[first(huey, AT + timedelta(minutes=n), monkeypatch) for huey in two[::(-1) ** n]] for n in range(30)]
    assert begun == [[True, False]] * 30
    kept = [key for key in two[0].storage.result_items() if jobs.MINUTE in str(key)]
    assert len(kept) <= 1 + jobs.KEPT // timedelta(minutes=1), "what is long past is forgotten"


def test_a_clock_that_was_set_back_stops_nothing(two: list[Huey], monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(first(two[0], AT + timedelta(minutes=n), monkeypatch) for n in range(5))
    back = AT - timedelta(hours=1)
    assert all(first(two[1], back + timedelta(minutes=n), monkeypatch) for n in range(65))


def test_a_scheduler_that_cannot_reach_the_queue_goes_on(two: list[Huey], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "huey", two[0])
    scheduler = jobs.consumer()._create_scheduler()
    monkeypatch.setattr(jobs, "is_first", lambda _at: 1 // 0)
    scheduler.enqueue_periodic_tasks(None)
    assert two[0].storage.queue_size() == 0


def test_limits_are_counted_where_the_jobs_are(tmp_path: Path) -> None:
    def counted(**environ: str) -> str:
        return config.load({"SECRET_KEY": "x", "INSTANCE_DIR": str(tmp_path), **environ})["RATELIMIT_STORAGE_URI"]

    assert counted() == counted(JOBS_URL="postgresql://x/y") == "memory://"
    assert counted(JOBS_URL="redis://a:1/0") == "redis://a:1/0"
    assert counted(JOBS_URL="redis://a:1/0", RATELIMIT_STORAGE="redis://b:1/0") == "redis://b:1/0"
