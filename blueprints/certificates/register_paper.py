"""A register on paper: A4 across, in lines of one height, so that pages are counted before they are drawn. Lengths in points unless
they say mm."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from blueprints.certificates import register_queries, register_rows
from blueprints.certificates.register_rows import Line
from core import storage
from core.locale import in_language
from core.paper import MM, TEMPLATES, drawable, environment, join, line_cell, name_cell, size_classes, squeezed, wrapped_cell
from core.pdf import html_to_pdf
from core.transaction import transaction
from models import Job, Register, db, now
from thai import dates
from thai.digits import to_thai

FOLDER = TEMPLATES / "registers"
ROWS, ROWS_AT_END = 14, 10  # the last page has room for the totals and a signature
PAGES = 10  # of one document
HEADING = "ทะเบียนคุมเกียรติบัตร"
# Widths in mm as in register.css, less the padding of a cell.
_NUMBER, _NAME, _ORGANISATION, _EVENT, _NOTE = 34.2, 52.2, 44.2, 65.2, 38.2
_ROW = 10.4 * MM


@dataclass(frozen=True)
class Book:
    """One period of a register as it is printed: plain values, so that nothing is read while it is drawn."""

    name: str
    owner: str  # the programme, or that it is everybody's
    period: str
    printed_on: str
    specimen: bool
    thai_digits: bool
    totals: str
    lines: Sequence[Line]

    def digits(self, text: object) -> str:
        """The text in the digits of this register."""
        return to_thai(str(text)) if self.thai_digits else str(text)


def book(register: Register, period: str) -> Book:
    """What is printed of a period, in Thai."""
    with in_language("th"):
        standing, title = register_queries.standing(register, period), register.programme.title_th if register.programme else ""
        named = period and not (title and period.startswith("p"))  # the programme is its own period, and named as the owner
        return Book(
            drawable(register.name)[0], drawable(f"โครงการ{title.removeprefix('โครงการ')}" if title else "ทะเบียนกลาง ใช้ร่วมกันทุกโครงการ")[0],
            drawable(register_queries.period_name(register, period))[0] if named else "",
            f"พิมพ์เมื่อ {dates.medium_date(register_queries.today())}", register.specimen, register.thai_digits,
            f"ออกแล้ว {standing.issued:,} ฉบับ (ใช้ได้ {standing.valid:,} · เพิกถอน {standing.revoked:,} · ออกฉบับแทนแล้ว {standing.replaced:,}) "
            f"กันไว้ยังไม่ใช้ {standing.aside:,} เลขที่", register_rows.lines(register, period))


def write(what: Book, folder: Path, progress: Callable[[int], None] = lambda _done: None) -> Path:
    """Write the register into `folder` and return its path. `progress` is told of the lines done after each chunk."""
    parts: list[Path] = []
    for done, html in documents(what):
        parts.append(folder / f"{len(parts)}.pdf")
        parts[-1].write_bytes(html_to_pdf(html, css=css(), roots=(FOLDER,)))
        progress(done)
    join(parts, folder / "register.pdf", f"{HEADING} {what.name} {what.period}".rstrip())
    return folder / "register.pdf"


def documents(what: Book) -> Iterator[tuple[int, str]]:
    """The HTML of PAGES pages at a time, with how many lines are drawn by then."""
    sizes = page_sizes(len(what.lines))
    ends = list(accumulate(sizes))
    pages = [what.lines[end - size:end] for size, end in zip(sizes, ends, strict=True)]
    head = [(text, wrapped_cell(text, size, 200, height * MM, weight, 1.3)[1], style) for text, size, height, weight, style in (
        (what.name, 12.5, 6, 600, "name"), (what.owner, 10.5, 9.5, 400, "owner"), (what.digits(what.period), 10.5, 5, 400, "period")) if text]
    template = environment(FOLDER).get_template("register.html")
    for first in range(0, len(pages), PAGES):
        chunk = [(f"หน้า {what.digits(number)} จาก {what.digits(len(pages))}", [_row(line, what) for line in page])
                 for number, page in enumerate(pages[first:first + PAGES], first + 1)]
        yield ends[min(first + PAGES, len(pages)) - 1], squeezed(template.render(
            heading=HEADING, book=what, head=head, pages=chunk, last=first + PAGES >= len(pages)))


def page_sizes(lines: int) -> list[int]:
    """How many lines stand on each page; the last has at least one, if there are any, and room for what stands at the end."""
    sizes = [ROWS] * (lines // ROWS) + [lines % ROWS] * bool(lines % ROWS or not lines)
    if sizes[-1] > ROWS_AT_END:
        sizes[-1:] = [ROWS_AT_END, sizes[-1] - ROWS_AT_END]
    return sizes


def _row(line: Line, what: Book) -> dict[str, object]:
    number, name, organisation, event, note = (drawable(text)[0] for text in (line.number, line.name, line.organisation, line.event, line.note))
    return {
        "order": what.digits(line.order), "aside": line.aside, "date": what.digits(dates.short_date(line.issued_on)) if line.issued_on else "",
        "cells": [line_cell(tuple(number.split(" – ")), 9.5, _NUMBER) if line.aside else wrapped_cell(number, 9.5, _NUMBER, _ROW),
                  wrapped_cell(name, 10, _NAME + _ORGANISATION, _ROW) if line.aside else name_cell(name, 10.5, _NAME, _ROW),
                  *([] if line.aside else [wrapped_cell(organisation, 9, _ORGANISATION, _ROW)]), wrapped_cell(event, 9, _EVENT, _ROW)],
        "note": wrapped_cell(what.digits(note), 9, _NOTE, _ROW)}


def css() -> str:
    """The style sheet of the register, with a class for each size of letters."""
    return (FOLDER / "register.css").read_text(encoding="utf-8") + size_classes()


def paper(what: Book) -> bytes:
    """The register at once, for a reader who waits."""
    with tempfile.TemporaryDirectory(dir=storage.scratch()) as folder:
        return write(what, Path(folder)).read_bytes()


def make(job: Job) -> None:
    """What the worker does: the register of the job's options, kept as the job's file."""
    options = job.options or {}
    with transaction():
        what = book(db.session.get_one(Register, options["register_id"]), options["period"])
        job.total, job.done = len(what.lines), 0

    def progress(done: int) -> None:
        with transaction():
            job.done, job.seen_at = done, now()

    with tempfile.TemporaryDirectory(dir=storage.scratch()) as folder:
        path = write(what, Path(folder), progress)
        with transaction():
            job.file_sha256 = storage.put_path(path, "application/pdf")
