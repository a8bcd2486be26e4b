"""Background tasks that a person waits for: begun once, ended with what came of them, found again when their worker was killed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from core import storage
from core.errors import Refused
from core.locale import in_both_languages
from core.transaction import transaction
from models import Job, JobState, db, now

log = logging.getLogger(__name__)
#: A running job that gave no sign of life for this long lost its worker.
LOST_AFTER = timedelta(minutes=2)
#: Files that hold names and are soon made anew.
KEPT_FOR = timedelta(hours=24)


def run(job_id: int, deed: Callable[[Job], None]) -> None:
    """Do a job and write down how it ended. `deed` may be done again after a crash: what it has done stays done. One that asks
    `should_stop` between its chunks, and returns when it should, can be cancelled."""
    with transaction():
        job = db.session.get(Job, job_id, with_for_update=True)
        if job is None or job.is_over:
            return
        if job.cancel_asked_at:  # its worker was killed before it heard of that
            job.state, job.finished_at = JobState.CANCELLED, now()
            return
        job.state, job.seen_at = JobState.RUNNING, now()
    try:
        deed(job)
    except Exception as error:
        log.exception("job %s of event %s", job.kind, job.event_id)
        db.session.rollback()
        with transaction():
            job = db.session.get_one(Job, job_id)
            job.state, job.error, job.finished_at = JobState.FAILED, _said(error)[:500], now()
        return
    with transaction():
        db.session.refresh(job, with_for_update=True)
        stopped = job.cancel_asked_at is not None and job.done < job.total  # asked too late: it is done
        job.state, job.finished_at = JobState.CANCELLED if stopped else JobState.DONE, now()


def _said(error: Exception) -> str:
    return in_both_languages(error.message) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"


def cancel(job: Job) -> None:
    """Ask the worker to stop at the next chunk. What is done stays done, and a new start continues; a job that is over stays as it
    ended, and one that never began is over at once."""
    db.session.refresh(job, with_for_update=True)
    if job.is_over or job.cancel_asked_at:
        return
    job.cancel_asked_at = now()
    if job.state is JobState.QUEUED:
        job.state, job.finished_at = JobState.CANCELLED, job.cancel_asked_at
    db.session.flush()


_RESUMERS: dict[str, Callable[[int], None]] = {}


def resumes(kinds: Collection[str], queue: Callable[[int], None]) -> None:
    """Register that jobs of these kinds have all they need in their row, so that `queue` can start one again."""
    _RESUMERS.update(dict.fromkeys(kinds, queue))


def resumable(job: Job) -> bool:
    """Whether the job can be started again from its row alone."""
    return job.kind in _RESUMERS


class NotAgain(Refused):
    """The job goes on or is done, or only those who ordered it can start it again."""

    message = _l("This job cannot be started again from here: order it again on the page of its event.")


def again(job: Job) -> None:
    """Start a failed or stopped job again, from where it was. Raises `NotAgain`."""
    db.session.refresh(job, with_for_update=True)
    if job.state not in (JobState.FAILED, JobState.CANCELLED) or not resumable(job):
        raise NotAgain
    job.state, job.error, job.seen_at = JobState.QUEUED, "", now()
    job.cancel_asked_at = job.finished_at = None
    db.session.flush()
    _RESUMERS[job.kind](job.id)


def should_stop(job: Job) -> bool:
    """Whether somebody asked to cancel the job meanwhile. It commits, for it is asked between two chunks, where no lock is held."""
    with transaction():
        db.session.refresh(job, ["cancel_asked_at"])
        return job.cancel_asked_at is not None


def is_running(kind: str, event_id: int) -> bool:
    """Whether a job of this kind is under way for the event, with a worker that lives."""
    running = select(Job.id).where(Job.event_id == event_id, Job.kind == kind, Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
                                   Job.seen_at > now() - LOST_AFTER)
    return db.session.scalar(running.limit(1)) is not None


def lost(kinds: Collection[str], states: Collection[JobState] = (JobState.QUEUED, JobState.RUNNING)) -> list[int]:
    """Jobs of these kinds whose worker was killed, or never began."""
    rows = select(Job.id).where(Job.kind.in_(kinds), Job.state.in_(states), Job.seen_at < now() - LOST_AFTER)
    return list(db.session.scalars(rows.order_by(Job.id).limit(20)))


def take_away_files(jobs: Select[tuple[Job]]) -> None:
    """Forget the files that these jobs have made; what still names one of them keeps it."""
    for job in db.session.scalars(jobs.where(Job.file_sha256.is_not(None)).order_by(Job.id).limit(500)).all():
        sha256, job.file_sha256 = job.file_sha256, None
        db.session.flush()
        if sha256:
            storage.discard(sha256)


def take_away_old_files(kinds: Collection[str]) -> None:
    """Forget the files that jobs of these kinds made long ago (`KEPT_FOR`)."""
    take_away_files(select(Job).where(Job.kind.in_(kinds), Job.finished_at < now() - KEPT_FOR))
