"""Making the files of certificates in the worker, a chunk at a time, so that a killed worker loses no more than a chunk's time."""

from __future__ import annotations

import tempfile
from itertools import groupby, islice
from pathlib import Path

from flask import current_app

from blueprints.certificates import queries, services
from blueprints.certificates.facts import Design, Facts
from blueprints.certificates.pdf import Press
from core import storage, work
from core.paper import join
from core.transaction import transaction
from models import CertificateDesign, Event, Job, db, now

CHUNK = 50


def run(job_id: int) -> None:
    """Do a job and write down how it ended. It may be run again after a crash: what is done stays done."""
    work.run(job_id, lambda job: DEEDS[job.kind](job))


def _issue(job: Job) -> None:
    with transaction():
        event = db.session.get_one(Event, job.event_id)
        services.issue(event, job.created_by_id, current_app.config["BASE_URL"])
    print_files(job)


def print_files(job: Job) -> None:
    """Make and keep the file of every certificate of the job's event that has none."""
    certificates = list(db.session.scalars(queries.unprinted(job.event_id)))
    with transaction():
        job.total, job.done = len(certificates), 0
    for _, group in groupby(certificates, key=lambda c: c.design_id):
        members = iter(list(group))
        press: Press | None = None
        while chunk := list(islice(members, CHUNK)):
            press = press or press_of(chunk[0].design)
            files = press.individual([Facts.from_json(c.facts) for c in chunk])
            with transaction():
                for certificate, file in zip(chunk, files, strict=True):
                    certificate.file_sha256 = storage.put(file, "application/pdf")
                job.done += len(chunk)
                job.seen_at = now()


def press_of(design: CertificateDesign) -> Press:
    """The press for one version of a design."""
    return Press(Design.from_json(design.content["design"]), storage.read)


def _merge(job: Job) -> None:
    certificates = list(db.session.scalars(queries.printable_file(job.event_id)))
    with transaction():
        job.total, job.done = len(certificates), 0
    with tempfile.TemporaryDirectory(dir=work.scratch()) as folder:
        parts = []
        for _, group in groupby(certificates, key=lambda c: c.design_id):
            members = list(group)
            parts.append(Path(folder) / f"{len(parts)}.pdf")
            press_of(members[0].design).merge((Facts.from_json(c.facts) for c in members), parts[-1])
            with transaction():
                job.done, job.seen_at = job.done + len(members), now()
        with transaction():
            if len(parts) > 1:  # a design seldom changes within an event
                join(parts, Path(folder) / "all.pdf")
                parts = [Path(folder) / "all.pdf"]
            job.file_sha256 = storage.put_path(parts[0], "application/pdf")


def _preview(job: Job) -> None:
    """One certificate as it would be, for the longest name that is registered: no number is taken."""
    with transaction():
        event = db.session.get_one(Event, job.event_id)
        design = queries.current_design(event)
        assert design is not None
        facts = services.preview_facts(event, design, current_app.config["BASE_URL"])
        content = Design.from_json(design.content["design"] | {"specimen": True})
        file = next(Press(content, storage.read).individual([facts]))
        job.total = job.done = 1
        job.file_sha256 = storage.put(file, "application/pdf")


DEEDS = {"issue": _issue, "merge": _merge, "preview": _preview}


def unfinished() -> list[int]:
    """Jobs of certificates whose worker was killed, to be run again."""
    return work.lost(DEEDS)
