"""Background jobs of certificates."""

from __future__ import annotations

from blueprints.certificates import orders, register_jobs
from core import jobs, work
from core.transaction import transaction
from models import db


@jobs.task
def run_job(job_id: int) -> None:
    """Do what the job's row says."""
    from blueprints.certificates import jobs as certificate_jobs  # the renderer is heavy: only the worker loads it

    certificate_jobs.run(job_id)


work.resumes((*orders.KINDS, register_jobs.KIND), run_job)


@jobs.every_minute
def take_up_lost_jobs() -> None:
    """Run again what a killed worker left."""
    from blueprints.certificates.jobs import run, unfinished

    lost = unfinished()
    db.session.rollback()
    for job_id in lost:
        run(job_id)


@jobs.every_hour
def take_away_old_files() -> None:
    """Files for the printer and for enterprises, and printed registers, hold names: they are not kept. The certificates themselves are."""
    with transaction():
        work.take_away_old_files((*orders.FLEETING, register_jobs.KIND))
