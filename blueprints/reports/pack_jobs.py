"""Making a closing pack takes a while: the worker does it. One file holds all three, so that they are of one moment."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from blueprints.reports.pack import Order
from core import storage, work
from core.errors import Refused
from core.locale import BANGKOK, in_language
from core.transaction import transaction
from models import Job, JobState, Programme, User, db, now

KIND = "closing-pack"
ZIP = "application/zip"
NAMES = {"pdf": "report.pdf", "docx": "report.docx", "xlsx": "report.xlsx"}
_GATHERED, _BOOK, _TEXT, _ALL = 30, 40, 60, 100  # how much of the work each step is


class AlreadyMaking(Refused):
    message = _l("A closing pack of this programme is being made already. The page shows how far it is.")


def jobs_of(programme: Programme) -> Select[tuple[Job]]:
    """The programme's packs, the newest first."""
    return select(Job).where(Job.kind == KIND, Job.options["programme_id"].as_integer() == programme.id).order_by(Job.id.desc())


def start(programme: Programme, order: Order, actor: User | None) -> Job:
    """Write down a pack that the worker will make; the former one goes. Raises `AlreadyMaking`."""
    db.session.execute(select(Programme.id).where(Programme.id == programme.id).with_for_update())
    running = jobs_of(programme).where(Job.state.in_((JobState.QUEUED, JobState.RUNNING)), Job.seen_at > now() - work.LOST_AFTER)
    if db.session.scalar(running.limit(1)):
        raise AlreadyMaking
    work.take_away_files(jobs_of(programme))
    job = Job(kind=KIND, options={"programme_id": programme.id, **order.to_json()}, total=_ALL, created_by_id=actor.id if actor else None)
    db.session.add(job)
    db.session.flush()
    return job


def run(job_id: int) -> None:
    """Make the pack of a job and keep it."""
    work.run(job_id, _make)


class _Stopped(Exception):
    """Somebody cancelled the job."""


def _make(job: Job) -> None:
    options = job.options or {}
    order = Order.from_json(options)
    try:
        with in_language(order.language), tempfile.TemporaryDirectory(dir=storage.scratch()) as folder:
            path = _write(job, db.session.get_one(Programme, options["programme_id"]), order, Path(folder))
            with transaction():
                job.file_sha256 = storage.put_path(path, ZIP)
                job.done = job.total
    except _Stopped:
        return


def _write(job: Job, programme: Programme, order: Order, folder: Path) -> Path:
    from blueprints.reports import docx, pack, paper, workbook  # the writers are heavy: only the worker loads them

    def progress(first: int, last: int):  # type: ignore[no-untyped-def]
        def told(done: int, total: int) -> None:
            if work.should_stop(job):
                raise _Stopped
            with transaction():
                job.done, job.seen_at = first + (last - first) * done // max(total, 1), now()
        return told

    report = pack.document(programme, order, progress(0, _GATHERED))
    (folder / NAMES["xlsx"]).write_bytes(workbook.xlsx_of_document(report, BANGKOK))
    progress(_GATHERED, _BOOK)(1, 1)
    (folder / NAMES["docx"]).write_bytes(docx.docx_of_document(report))
    progress(_BOOK, _TEXT)(1, 1)
    paper.write_pdf(report, folder, progress(_TEXT, _ALL - 1))
    out = folder / "pack.zip"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in NAMES.values():
            packed.write(folder / name, name)
    return out


def member(job: Job, kind: str) -> bytes:
    """One of the three files of a pack that is made. Raises `storage.FileMissing`."""
    assert job.file_sha256 is not None
    with storage.open_file(job.file_sha256) as file, zipfile.ZipFile(file) as packed:
        return packed.read(NAMES[kind])
