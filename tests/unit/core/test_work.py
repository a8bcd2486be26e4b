"""Background jobs: begun once, cancelled between chunks, taken up when their worker was killed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import work
from core.transaction import transaction
from models import Event, Job, JobState, db, now
from tests.factories import Factory


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


def new_job(event: Event, **given: object) -> Job:
    with transaction():
        job = Job(kind="count", event_id=event.id, **given)
        db.session.add(job)
    return job


def count_to(total: int, cancelled_at: int = -1, heard: bool = True):
    """A deed of `total` chunks, during one of which somebody asks to cancel it."""

    def deed(job: Job) -> None:
        with transaction():
            job.total = total
        for number in range(job.done, total):
            if number == cancelled_at:
                with transaction():
                    work.cancel(job)
            if heard and work.should_stop(job):
                return
            with transaction():
                job.done, job.seen_at = number + 1, now()

    return deed


def test_a_cancelled_job_stops_at_the_next_chunk_and_keeps_what_is_done(event: Event) -> None:
    job = new_job(event)
    work.run(job.id, count_to(5, cancelled_at=3))
    assert (job.state, job.done, job.total) == (JobState.CANCELLED, 3, 5)
    assert job.finished_at and job.cancel_asked_at and job.is_over
    assert not work.is_running("count", event.id), "a new one may start"


def test_a_job_that_was_cancelled_too_late_is_done(event: Event) -> None:
    job = new_job(event)
    work.run(job.id, count_to(3, cancelled_at=2, heard=False))
    assert (job.state, job.done) == (JobState.DONE, 3)


def test_a_job_that_never_began_is_cancelled_at_once_and_never_begins(event: Event) -> None:
    job = new_job(event)
    with transaction():
        work.cancel(job)
    assert job.state is JobState.CANCELLED
    work.run(job.id, count_to(3))
    assert (job.state, job.done) == (JobState.CANCELLED, 0)


def test_a_job_that_was_cancelled_and_lost_its_worker_is_not_done_again(event: Event) -> None:
    job = new_job(event, state=JobState.RUNNING, total=5, done=2, seen_at=now() - timedelta(minutes=3))
    with transaction():
        work.cancel(job)
    assert job.state is JobState.RUNNING, "its worker may still live"
    assert work.lost(["count"]) == [job.id]
    work.run(job.id, count_to(5))
    assert (job.state, job.done) == (JobState.CANCELLED, 2)


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_what_is_over_stays_as_it_ended(event: Event, state: JobState) -> None:
    job = new_job(event, state=state)
    with transaction():
        work.cancel(job)
    assert (job.state, job.cancel_asked_at) == (state, None)
