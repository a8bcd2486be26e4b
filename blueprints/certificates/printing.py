"""Making the files of certificates in the worker, a chunk at a time, so that a killed worker loses no more than a chunk's time."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, islice

from flask import current_app

from blueprints.certificates import issuing, queries
from blueprints.certificates.design import Design
from blueprints.certificates.facts import Facts
from blueprints.certificates.pdf import Press
from core import storage
from core.transaction import transaction
from models import Certificate, Event, Job, db, now

CHUNK = 50


def issue(job: Job) -> None:
    with transaction():
        event = db.session.get_one(Event, job.event_id)
        issuing.issue(event, job.created_by_id, current_app.config["BASE_URL"])
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
            press = press or press_of(chunk[0])
            files = press.individual([Facts.from_json(c.facts) for c in chunk])
            with transaction():
                for certificate, file in zip(chunk, files, strict=True):
                    certificate.file_sha256 = storage.put(file, "application/pdf")
                job.done += len(chunk)
                job.seen_at = now()


def press_of(certificate: Certificate, background: bool = True) -> Press:
    """The press for certificates of the same design and register; without `background` the paper is pre-printed stock."""
    design = replace(Design.from_json(certificate.design.content), specimen=certificate.register.specimen)
    return Press(design, storage.read, background=background)
