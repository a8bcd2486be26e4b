"""What leaves the house: the file for the printer, and the preview."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from flask import current_app

from blueprints.certificates import issuing, plans, printing, queries
from blueprints.certificates.design import Design
from blueprints.certificates.facts import Facts
from blueprints.certificates.pdf import Press
from core import storage, work
from core.paper import join
from core.transaction import transaction
from models import Event, Job, db, now


def merge(job: Job) -> None:
    certificates = list(db.session.scalars(queries.printable_file(job.event_id)))
    with transaction():
        job.total, job.done = len(certificates), 0
    with tempfile.TemporaryDirectory(dir=work.scratch()) as folder:
        parts = []
        for _, group in groupby(certificates, key=lambda c: c.design_id):
            members = list(group)
            parts.append(Path(folder) / f"{len(parts)}.pdf")
            printing.press_of(members[0]).merge((Facts.from_json(c.facts) for c in members), parts[-1])
            with transaction():
                job.done, job.seen_at = job.done + len(members), now()
        with transaction():
            if len(parts) > 1:  # a design seldom changes within an event
                join(parts, Path(folder) / "all.pdf")
                parts = [Path(folder) / "all.pdf"]
            job.file_sha256 = storage.put_path(parts[0], "application/pdf")


def preview(job: Job) -> None:
    """One certificate as it would be, for the longest name that is registered: no number is taken."""
    with transaction():
        plan = plans.plan_of(db.session.get_one(Event, job.event_id))
        assert plan is not None
        facts = issuing.preview_facts(plan, current_app.config["BASE_URL"])
        file = next(Press(replace(Design.from_json(plan.design.content), specimen=True), storage.read).individual([facts]))
        job.total = job.done = 1
        job.file_sha256 = storage.put(file, "application/pdf")
