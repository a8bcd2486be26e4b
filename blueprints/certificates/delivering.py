"""What leaves the house: the file for the printer, the folders of enterprises, and the preview. The worker reads plain values first and
holds no lock on the database while it renders."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from flask import current_app
from pikepdf import ObjectStreamMode, Pdf, String

from blueprints.certificates import issuing, orders, plans, pressroom, printing
from blueprints.certificates.facts import Facts
from blueprints.certificates.orders import Order, Sheet
from blueprints.certificates.pressroom import Press
from core import storage, work
from core.filenames import Distinct, safe_name
from core.sheets import csv_of
from core.transaction import transaction
from models import Certificate, Event, Job, db, now

STEP = 50  # certificates between two looks at whether to stop
INDEX = ("เลขที่", "ชื่อ", "หน่วยงาน", "ไฟล์", "ตรวจสอบได้ที่", "SHA-256")
WITHOUT_ENTERPRISE = "ไม่ระบุหน่วยงาน"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the date of every file in an archive, so that equal certificates make an equal one


class _Stopped(Exception):
    """Somebody cancelled the job."""


def merge(job: Job) -> None:
    """One file for the printer, a page for each certificate of the order; what a design shares is in it once."""
    order = Order.from_json(job.options)
    with transaction():
        sheets = orders.sheets(db.session.get_one(Event, job.event_id), order)
        presses = {sheet.press: sheet.id for sheet in sheets}
        presses = {key: printing.press_of(db.session.get_one(Certificate, one), order.background) for key, one in presses.items()}
        job.total, job.done = len(sheets), 0
    with tempfile.TemporaryDirectory(dir=storage.scratch()) as folder:
        try:
            whole = _merged(job, sheets, presses, Path(folder))
        except _Stopped:
            return
        with transaction():
            job.file_sha256 = storage.put_path(whole, "application/pdf")
            job.done, job.seen_at = job.total, now()


def _merged(job: Job, sheets: Sequence[Sheet], presses: dict[tuple[int, bool], Press], folder: Path) -> Path:
    """Each design is pressed by itself, people who share a layer after one another, and the pages are put in order at the end."""
    facts = [Facts.from_json(sheet.facts) for sheet in sheets]
    places: list[int] = []
    parts: list[Path] = []
    for key, press in presses.items():
        members = sorted((n for n, sheet in enumerate(sheets) if sheet.press == key), key=lambda n: (repr(facts[n].shared()), n))
        parts.append(folder / f"{len(parts)}.pdf")
        press.merge(_told(job, [facts[n] for n in members], len(places)), parts[-1])
        places += members
    if places == list(range(len(places))) and len(parts) == 1:
        return parts[0]
    _arrange(parts, places, folder / "all.pdf", f"{sheets[0].number} – {sheets[-1].number}")
    return folder / "all.pdf"


def _told(job: Job, items: Iterable[Facts], before: int) -> Iterator[Facts]:
    """The items, with a word on how far the job is at every STEP. Raises `_Stopped`."""
    for number, item in enumerate(items):
        if number % STEP == 0:
            _tell(job, before + number)
        yield item


def _tell(job: Job, done: int) -> None:
    if work.should_stop(job):
        raise _Stopped
    with transaction():
        job.done, job.seen_at = done, now()


def _arrange(parts: Sequence[Path], places: Sequence[int], out: Path, title: str) -> None:
    """One file of the pages of all parts, of which the nth goes to the place `places[n]`."""
    opened = [Pdf.open(part) for part in parts]
    try:
        pages = [page for pdf in opened for page in pdf.pages]
        whole = Pdf.new()
        for _place, page in sorted(zip(places, pages, strict=True), key=lambda pair: pair[0]):
            whole.pages.append(page)
        whole.docinfo.Title = String(title)
        whole.save(out, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    finally:
        for pdf in opened:
            pdf.close()


def pack(job: Job) -> None:
    """An archive with a folder for each enterprise: the certificates of its people as they are stored, byte for byte, and an index."""
    with transaction():
        order = replace(Order.from_json(job.options), sort="organisation")
        sheets = [sheet for sheet in orders.sheets(db.session.get_one(Event, job.event_id), order) if sheet.file_sha256]
        job.total, job.done = len(sheets), 0
    with tempfile.TemporaryDirectory(dir=storage.scratch()) as folder:
        path = Path(folder) / "all.zip"
        try:
            _packed(job, sheets, path)
        except _Stopped:
            return
        with transaction():
            job.file_sha256 = storage.put_path(path, "application/zip")
            job.done, job.seen_at = job.total, now()


def _packed(job: Job, sheets: Sequence[Sheet], path: Path) -> None:
    folders, folder_of, files, rows = Distinct(), {}, {}, []
    index = folders.name("index", ".csv")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, sheet in enumerate(sheets):
            if number % STEP == 0:
                _tell(job, number)
            if sheet.organisation not in folder_of:
                folder_of[sheet.organisation] = folders.name(safe_name(sheet.organisation, WITHOUT_ENTERPRISE))
                files[sheet.organisation] = Distinct()
            stem = safe_name(f"{safe_name(sheet.number, str(sheet.id), 60)}-{sheet.holder}", str(sheet.id), 180)
            name = f"{folder_of[sheet.organisation]}/{files[sheet.organisation].name(stem, '.pdf')}"
            _add(archive, name, storage.read(sheet.file_sha256 or ""))
            rows.append((sheet.number, sheet.holder, sheet.organisation, name, sheet.facts["verify_url"], sheet.file_sha256))
        _add(archive, index, csv_of(list(INDEX), rows))


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, EPOCH)
    info.external_attr = 0o644 << 16
    archive.writestr(info, data)


def preview(job: Job) -> None:
    """One certificate as it would be, for the longest name that is registered: no number is taken."""
    with transaction():
        plan = plans.ordered(job)
        assert plan is not None
        facts = issuing.preview_facts(plan, current_app.config["BASE_URL"])
        press = Press(pressroom.plate(plan.design.content, specimen=True))
    file = press.one(facts)
    with transaction():
        job.total = job.done = 1
        job.file_sha256 = storage.put(file, "application/pdf")
