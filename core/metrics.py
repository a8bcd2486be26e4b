"""What Prometheus reads: how requests go, counted as they go, and how things stand, asked when it asks."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select

from core import backup, heartbeat
from core.jobs import huey
from models import Job, JobState, Message, MessageState, db, now

SECONDS = Histogram("ruam_request_seconds", "Requests by endpoint, method and status, and how long they took.", ["endpoint", "method", "status"],
                    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10), registry=None)
_own = CollectorRegistry()
_own.register(SECONDS)


def init_app(app: Flask) -> None:
    """Count every request."""

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        if "begun" in g:
            SECONDS.labels(request.endpoint or "none", request.method, response.status_code).observe(time.perf_counter() - g.begun)
        return response


class State:
    """How things stand now."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family after the other."""
        yield _by_state("ruam_jobs", "Jobs that people ordered, by state.", JobState, select(Job.state, func.count()).group_by(Job.state))
        yield _by_state("ruam_mails", "E-mails in the outbox, by state.", MessageState, select(Message.state, func.count()).group_by(Message.state))
        yield GaugeMetricFamily("ruam_queue_tasks", "Tasks that wait for a worker.", value=huey.storage.queue_size())
        living = [worker for worker in heartbeat.workers() if worker.lives]
        yield GaugeMetricFamily("ruam_workers", "Workers that gave a sign of life of late.", value=len(living))
        if (age := backup.age(Path(current_app.config["BACKUP_DIR"]))) is not None:
            yield GaugeMetricFamily("ruam_backup_age_seconds", "Age of the newest back-up in BACKUP_DIR.", value=age.total_seconds())
        oldest = db.session.scalar(select(func.min(Message.due_at)).where(Message.state == MessageState.QUEUED))
        late = max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0
        yield GaugeMetricFamily("ruam_mail_late_seconds", "How long the e-mail that is due longest has been due.", value=late)
        pool = GaugeMetricFamily("ruam_db_connections", "Database connections of the process that answers.", labels=["state"])
        kept = db.engine.engine.pool
        if hasattr(kept, "checkedout"):
            pool.add_metric(["in_use"], kept.checkedout())
            pool.add_metric(["idle"], kept.checkedin())
        yield pool


def _by_state(name: str, words: str, states: type[JobState] | type[MessageState], counted: object) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=["state"])
    found = dict(db.session.execute(counted).all())  # type: ignore[call-overload]
    for state in states:
        family.add_metric([state.value], found.get(state, 0))
    return family


def text() -> bytes:
    """Everything in Prometheus' own format, of all web processes together."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)
    else:
        registry.register(SECONDS)
    registry.register(State())  # type: ignore[arg-type]
    return generate_latest(registry)
