"""Background jobs of reports."""

from __future__ import annotations

from blueprints.reports import pack_jobs
from core import jobs, work
from core.transaction import transaction
from models import db


@jobs.task
def make_pack(job_id: int) -> None:
    """Make the closing pack that was ordered."""
    pack_jobs.run(job_id)


@jobs.every_minute
def take_up_lost_packs() -> None:
    """Make again what a killed worker left."""
    lost = work.lost([pack_jobs.KIND])
    db.session.rollback()
    for job_id in lost:
        pack_jobs.run(job_id)


@jobs.every_hour
def take_away_old_packs() -> None:
    """Packs may hold names: they are not kept."""
    with transaction():
        work.take_away_old_files([pack_jobs.KIND])
