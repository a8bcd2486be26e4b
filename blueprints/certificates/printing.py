"""Making the files of certificates in the worker, a chunk at a time, so that a killed worker loses no more than a chunk's time.

Nothing holds the database while a process with limits (`pressroom`) renders. A chunk that fails is made again one by one: whose
certificate it is that cannot be made is said in the end, and everybody else has theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.certificates import issuing, plans, pressroom, queries
from blueprints.certificates.pressing import Plate
from blueprints.certificates.pressroom import Made, NotMade, Pressroom
from core import storage, work
from core.limited import Failure
from core.locale import in_both_languages
from core.p12 import Seal, seal_of
from core.transaction import transaction
from models import Certificate, CertificateDesign, Job, Register, db, now

CHUNK = 50
UNSTAMPED = _l("The time stamp server did not answer: these certificates are signed without a time stamp.")


@dataclass(frozen=True)
class Unprinted:
    """A certificate whose file is to be made, as plain values."""

    id: int
    called: str
    facts: dict[str, Any]
    key: tuple[int, bool]


def issue(job: Job) -> None:
    """Write the records that the plan gives now, then make the files that are still to be made."""
    with transaction():
        plan = plans.ordered(job)
        if plan is not None:
            issuing.issue(plan, job.created_by_id, current_app.config["BASE_URL"])
    print_files(job)


def print_files(job: Job) -> None:
    """Make, sign and keep the file of every certificate of the job's event that has none. Raises `SigningBroken`, `DesignBroken` when
    nobody's can be made, and `NotMade` for those that could not."""
    pressroom.sweep()
    seal = seal_of(current_app.config)
    with transaction():
        waiting = _unprinted(job.event_id)
        plates = {key: _plate(*key) for key in {one.key for one in waiting}}
        job.total, job.done, job.error = len(waiting), 0, ""
    failed: dict[str, Failure] = {}
    with Pressroom() as room:
        for key, group in groupby(waiting, key=lambda one: one.key):
            members = iter(list(group))
            plate = plates[key]
            while chunk := list(islice(members, CHUNK)):
                if work.should_stop(job):
                    return
                plate = _proved(room, plate, key[0], chunk)
                failed |= _press(room, job, plate, chunk, seal)
    if failed:
        raise NotMade(list(failed), next(iter(failed.values())))


def _unprinted(event_id: int | None) -> list[Unprinted]:
    rows = queries.unprinted(event_id).join(Register, Register.id == Certificate.register_id).with_only_columns(
        Certificate.id, Certificate.number, Certificate.holder, Certificate.facts, Certificate.design_id, Register.specimen,
        maintain_column_froms=True)
    return [Unprinted(row[0], f"{row[1]} {row[2]}", row[3], (row[4], row[5])) for row in db.session.execute(rows)]


def press_of(certificate: Certificate, background: bool = True) -> pressroom.Press:
    """The press for certificates of the same design and register; without `background` the paper is pre-printed."""
    return pressroom.Press(_plate(certificate.design_id, certificate.register.specimen, background))


def _plate(design_id: int, specimen: bool, background: bool = True) -> Plate:
    design = db.session.get_one(CertificateDesign, design_id)
    return pressroom.plate(design.content, specimen=specimen, background=background, layered=design.layered is not False)


def _proved(room: Pressroom, plate: Plate, design_id: int, chunk: Sequence[Unprinted]) -> Plate:
    """The plate, pressed in layers only if that shows the same; looked at once for each version of a design that has HTML of its own."""
    with transaction():
        design = db.session.get_one(CertificateDesign, design_id)
        layered, own = design.layered, bool(design.content.get("html") or design.content.get("css"))
    if layered is None:
        try:
            layered = not own or room.looks_the_same(plate, [one.facts for one in chunk])
        except Failure:
            return plate  # whose fault that is, pressing tells
        with transaction():
            db.session.get_one(CertificateDesign, design_id).layered = layered
    return replace(plate, layered=layered)


def _press(room: Pressroom, job: Job, plate: Plate, chunk: Sequence[Unprinted], seal: Seal | None) -> dict[str, Failure]:
    """Press a chunk; whose certificates could not be made, and why."""
    try:
        _press_together(room, job, plate, chunk, seal)
        return {}
    except Failure as failure:
        seal_of(current_app.config)  # it may have expired meanwhile
        room.check(plate, chunk[0].facts)
        if len(chunk) == 1:
            return {chunk[0].called: failure}
    failed: dict[str, Failure] = {}
    for one in chunk:
        if work.should_stop(job):
            break
        failed |= _press(room, job, plate, [one], seal)
    return failed


def _press_together(room: Pressroom, job: Job, plate: Plate, chunk: Sequence[Unprinted], seal: Seal | None) -> None:
    with room.individual(plate, [one.facts for one in chunk], seal) as made:
        kept = [room.store(one) for one in made]
    with transaction():
        _name(chunk, made, kept)
        if seal and seal.timestamp_url and not all(one.signature and one.signature["timestamped"] for one in made):
            job.error = in_both_languages(UNSTAMPED)
        job.done, job.seen_at = job.done + len(chunk), now()
    room.settle()


def _name(chunk: Sequence[Unprinted], made: Sequence[Made], kept: Sequence[tuple[str, int]]) -> None:
    """Write down which file is whose. Someone whose name was erased meanwhile, or who has a file from another worker, keeps what is."""
    rows = {row.id: row for row in db.session.scalars(
        select(Certificate).where(Certificate.id.in_([one.id for one in chunk]), Certificate.file_sha256.is_(None), Certificate.holder != "")
        .order_by(Certificate.id).with_for_update(of=Certificate).execution_options(populate_existing=True))}
    for one, file, (sha256, size) in zip(chunk, made, kept, strict=True):
        if certificate := rows.get(one.id):
            storage.record(sha256, size, "application/pdf")
            certificate.file_sha256, certificate.signature = sha256, file.signature
