"""Making the files of certificates in the worker, a chunk at a time, so that a killed worker loses no more than a chunk's time."""

from __future__ import annotations

import logging
import tempfile
from itertools import groupby, islice
from pathlib import Path

from flask import current_app
from pikepdf import Pdf
from sqlalchemy import select

from blueprints.certificates import queries, services
from blueprints.certificates.facts import Design, Facts
from blueprints.certificates.pdf import Press
from core import storage
from core.transaction import transaction
from models import CertificateDesign, Event, Job, JobState, db, now

log = logging.getLogger(__name__)
CHUNK = 50


def run(job_id: int) -> None:
    """Do a job and write down how it ended. It may be run again after a crash: what is done stays done."""
    with transaction():
        job = db.session.get(Job, job_id, with_for_update=True)
        if job is None or job.is_over:
            return
        job.state, job.seen_at = JobState.RUNNING, now()
    try:
        {"issue": _issue, "merge": _merge, "preview": _preview}[job.kind](job)
    except Exception as error:
        log.exception("job %s of event %s", job.kind, job.event_id)
        db.session.rollback()
        with transaction():
            job = db.session.get_one(Job, job_id)
            job.state, job.error, job.finished_at = JobState.FAILED, f"{type(error).__name__}: {error}"[:500], now()
        return
    with transaction():
        job.state, job.finished_at = JobState.DONE, now()


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
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
        parts = []
        for _, group in groupby(certificates, key=lambda c: c.design_id):
            members = list(group)
            parts.append(Path(folder) / f"{len(parts)}.pdf")
            press_of(members[0].design).merge((Facts.from_json(c.facts) for c in members), parts[-1])
            with transaction():
                job.done, job.seen_at = job.done + len(members), now()
        with transaction():
            job.file_sha256 = storage.put_path(_joined(parts), "application/pdf")


def _scratch() -> Path:
    folder = Path(current_app.config["STORAGE_DIR"]) / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _joined(parts: list[Path]) -> Path:
    """One file of all parts; nearly always there is one, since a design seldom changes within an event."""
    if len(parts) == 1:
        return parts[0]
    out = parts[0].with_name("all.pdf")
    with Pdf.open(parts[0]) as whole:
        for part in parts[1:]:
            with Pdf.open(part) as pdf:
                whole.pages.extend(pdf.pages)
        whole.save(out, deterministic_id=True)
    return out


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


def unfinished() -> list[int]:
    """Jobs whose worker was killed, to be run again."""
    lost = select(Job.id).where(Job.state.in_((JobState.QUEUED, JobState.RUNNING)), Job.seen_at < now() - services.LOST_AFTER)
    return list(db.session.scalars(lost.order_by(Job.id).limit(20)))


