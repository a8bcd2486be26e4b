"""Printing a long register takes a while: the worker does it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.certificates import register_queries, registers
from core import work
from core.errors import Refused
from models import Job, JobState, Register, User, db, now

KIND = "register"
AT_ONCE = 300  # lines that are printed while their reader waits


class AlreadyPrinting(Refused):
    message = _l("This register is being printed already. The page shows how far it is.")


def start(register: Register, period: str, actor: User | None) -> Job:
    """Write down a print that the worker will make; the register's former one goes. Raises `AlreadyPrinting`."""
    registers.lock(register)
    prints = register_queries.prints(register)
    running = prints.where(Job.state.in_((JobState.QUEUED, JobState.RUNNING)), Job.seen_at > now() - work.LOST_AFTER)
    if db.session.scalar(select(running.exists())):
        raise AlreadyPrinting
    work.take_away_files(prints)
    job = Job(kind=KIND, options={"register_id": register.id, "period": period}, created_by_id=actor.id if actor else None)
    db.session.add(job)
    db.session.flush()
    return job
