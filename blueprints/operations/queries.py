"""How the background stands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select

from core import heartbeat
from core.jobs import huey
from models import Event, Job, JobState, Message, MessageState, db

UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class Background:
    """What waits, what failed, who works."""

    jobs: dict[JobState, int]
    mails_waiting: int
    mails_failed: int
    queue: int
    workers: list[heartbeat.Worker]

    @property
    def alive(self) -> bool:
        """Whether any worker runs."""
        return any(worker.lives for worker in self.workers)


def background() -> Background:
    """The figures on top of the page."""
    jobs = dict(db.session.execute(select(Job.state, func.count()).group_by(Job.state)).all())
    mails = dict(db.session.execute(select(Message.state, func.count()).group_by(Message.state)).all())
    waiting = mails.get(MessageState.QUEUED, 0) + mails.get(MessageState.SENDING, 0)
    return Background(jobs, waiting, mails.get(MessageState.FAILED, 0), huey.storage.queue_size(), heartbeat.workers())


def jobs(state: str) -> Select[tuple[Job]]:
    """Jobs, the newest first: all of them, those `waiting` or under way, or those that `failed`."""
    found = select(Job).order_by(Job.created_at.desc(), Job.id.desc())
    wanted = {"waiting": UNDER_WAY, "failed": (JobState.FAILED,)}.get(state)
    return found if wanted is None else found.where(Job.state.in_(wanted))


def events_of(jobs: list[Job]) -> dict[int, Event]:
    """The events that these jobs are about, by id."""
    wanted = {job.event_id for job in jobs if job.event_id}
    return {event.id: event for event in db.session.scalars(select(Event).where(Event.id.in_(wanted)).order_by(Event.id))}
