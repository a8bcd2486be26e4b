"""Ordering a paper that takes a while, and taking away what has been fetched."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from blueprints.papers.facts import Order
from core import work
from core.errors import Refused
from models import Event, Job, JobState, User, db, now

PAPERS = ("badges", "tents", "sheet", "names")
KINDS = tuple(f"paper-{paper}" for paper in PAPERS)
AT_ONCE = 300  # people on a paper that is made while its reader waits


class Nobody(Refused):
    message = _l("Nobody is on this list. Choose other categories, or include those who are not confirmed.")


class AlreadyRunning(Refused):
    message = _l("This paper is being made already. The page shows how far it is.")


def start(event: Event, order: Order, actor: User | None) -> Job:
    """Write down a paper that the worker will make; the former one of its kind goes. Raises `AlreadyRunning`."""
    kind = f"paper-{order.paper}"
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    if work.is_running(kind, event.id):
        raise AlreadyRunning
    work.take_away_files(select(Job).where(Job.event_id == event.id, Job.kind == kind))
    job = Job(kind=kind, event_id=event.id, created_by_id=actor.id if actor else None)
    db.session.add(job)
    db.session.flush()
    return job


def take_away_old() -> None:
    """Forget papers that were made long ago."""
    work.take_away_old_files(KINDS)


def give_up_lost() -> None:
    """A worker that was killed forgot what it was to print: say so, and the page offers it again."""
    db.session.execute(update(Job).where(Job.id.in_(work.lost(KINDS, (JobState.RUNNING,))))
                       .values(state=JobState.FAILED, error="worker stopped", finished_at=now()))
