"""Imports that run by themselves, and files that nobody came back for."""

from __future__ import annotations

from blueprints.imports import services, undoing
from core import jobs
from core.transaction import transaction
from models import ImportBatch, db


@jobs.task
def run_import(batch_id: int) -> None:
    """Bring in what was chosen."""
    services.run(batch_id)


@jobs.task
def run_undo(batch_id: int) -> None:
    """Take its people out."""
    undoing.run(batch_id)


@jobs.every_minute
def tidy_imports() -> None:
    """Go on where a worker was killed; remove files that were left lying."""
    broken, lying = services.broken_off(), services.left_lying()
    db.session.rollback()
    for batch_id in broken:
        services.run(batch_id)
        undoing.run(batch_id)
    for batch_id in lying:
        with transaction():
            services.forget_file(db.session.get_one(ImportBatch, batch_id))
