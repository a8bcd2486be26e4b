"""From an order to a PDF: what the database says, laid out, rendered a chunk at a time so that memory does not grow with the event."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import current_app
from PIL import Image

from blueprints.checkin import queries as checkin
from blueprints.checkin.rowcodes import row_code
from blueprints.events.queries import hosts_of_event
from blueprints.papers import badges, queries, sheets
from blueprints.papers.facts import COLOURS, SIZES, Guest, Occasion, Order, printable
from blueprints.registration.tickets import ticket_url
from core import storage, work
from core.paper import data_uri, join
from core.pdf import html_to_pdf
from core.transaction import transaction
from models import Checkpoint, Event, Job, Registration, db, now
from thai import dates
from thai.digits import to_thai
from thai.names import display_name, formal_name
from thai.phones import format_phone

EMBLEMS, EMBLEM_PIXELS = 2, (420, 300)
_STEPS = {"badges": badges.CHUNK, "tents": badges.CHUNK, "sheet": sheets.ROWS * sheets.PAGES, "names": sheets.NAMES * sheets.PAGES}
HEADINGS = {"badges": "ป้ายชื่อ", "tents": "ป้ายตั้งโต๊ะ", "sheet": "ใบลงทะเบียน", "names": "รายชื่อ"}


def paper(event: Event, order: Order) -> bytes:
    """The paper at once, for a reader who waits."""
    with tempfile.TemporaryDirectory(dir=storage.scratch()) as folder:
        return write(event, order, Path(folder)).read_bytes()


def write(event: Event, order: Order, folder: Path, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Path:
    """Write the paper into `folder` and return its path. `progress` is told of each chunk: people done, people in all."""
    checkpoint = checkpoint_of(event, order)
    rows = queries.people(event, order, checkpoint)
    occasion = _occasion(event, order, queries.part_of(order, checkpoint))
    documents, css = _documents(order, _guests(event, order, rows, checkpoint, occasion.columns), occasion)
    parts: list[Path] = []
    for html in documents:
        parts.append(folder / f"{len(parts)}.pdf")
        parts[-1].write_bytes(html_to_pdf(html, css=css, roots=(badges.FOLDER,)))
        progress(min(len(parts) * _STEPS[order.paper], len(rows)), len(rows))
    join(parts, folder / "paper.pdf", f"{HEADINGS[order.paper]} {occasion.title}")
    return folder / "paper.pdf"


def checkpoint_of(event: Event, order: Order) -> Checkpoint | None:
    """The checkpoint of a sign-in sheet; other papers have none."""
    return queries.checkpoint_of(checkin.checkpoints(event), event, order) if order.paper == "sheet" else None


def _documents(order: Order, guests: list[Guest], occasion: Occasion) -> tuple[Iterator[str], str]:
    if order.paper == "badges":
        size = SIZES[order.size]
        return badges.badges(guests, occasion, size), badges.badge_css(size)
    if order.paper == "tents":
        return badges.tents(guests, occasion), badges.tent_css()
    if order.paper == "sheet":
        return sheets.sign_in(guests, occasion, order.blank), sheets.sheet_css()
    return sheets.names(guests, occasion, by_enterprise=order.sort == "organisation"), sheets.sheet_css()


def _occasion(event: Event, order: Order, part: Checkpoint | None) -> Occasion:
    title, place = printable(event.title_th or event.title_en), printable(event.place_th or event.place_en)
    if order.paper not in ("sheet", "names"):
        return Occasion(title)
    days, hosts = queries.days(event), hosts_of_event(event)
    if order.day:
        date, time = dates.long_date(order.day), dates.time_range(*queries.hours(event, order.day, part.session_id if part else None))
    else:
        date, time = dates.date_range(days[0], days[-1]) if len(days) > 1 else dates.long_date(days[0]), ""
    if order.thai_digits:
        date, time = to_thai(date), to_thai(time)
    return Occasion(
        title, date, time, place, hosts=printable(" ร่วมกับ ".join(host.organisation.name_th for host in hosts)),
        emblems=tuple(_emblem(host.logo_sha256) for host in hosts if host.logo_sha256)[:EMBLEMS],
        part=printable(part.name_th or part.name_en) if part else "",
        columns=order.columns or queries.columns(event, order.day or days[0], part), thai_digits=order.thai_digits)


def _emblem(sha256: str) -> str:
    """A logo as small as it is printed: a large picture would be packed anew for each chunk."""
    picture = Image.open(io.BytesIO(storage.read(sha256)))
    picture.thumbnail(EMBLEM_PIXELS)
    file = io.BytesIO()
    picture.convert("RGBA").save(file, "PNG")
    return data_uri(file.getvalue())


def _guests(event: Event, order: Order, rows: list[Registration], checkpoint: Checkpoint | None, columns: int) -> list[Guest]:
    colours = {category.id: COLOURS[n % len(COLOURS)] for n, category in enumerate(event.categories)}
    signed = queries.signatures(event, order.day, queries.part_of(order, checkpoint)) if order.paper == "sheet" and order.day else {}
    secret, name_of = current_app.config["SECRET_KEY"], formal_name if order.paper in ("sheet", "names") else display_name
    return [Guest(
        name=_name(one, name_of), name_en=printable(one.name_en),
        organisation=printable(one.organisation_name), group=printable(queries.enterprise(one)), position=printable(one.position),
        category=printable(one.category.name_th or one.category.name_en), colour=colours[one.category_id],
        phone=format_phone(one.phone, one.phone_extension) if one.phone else "", vip=one.vip, ticket=ticket_url(one),
        row_code=row_code(checkpoint.id, one.id, secret) if checkpoint else "",
        signatures=_in_columns(signed.get(one.id, ("", "")), columns)) for one in rows]


def _name(one: Registration, name_of: Callable[[str, str, str], str]) -> str:
    """The name, or the English one where no font of ours can draw the other."""
    if not printable(one.first_name + one.last_name) and one.name_en:
        return printable(one.name_en)
    return printable(name_of(one.title, one.first_name, one.last_name))


def _in_columns(signed: tuple[str, str], columns: int) -> tuple[str, str]:
    """Whoever signs once signs in the first column, at whatever hour."""
    return signed if columns == 2 else (signed[0] or signed[1], "")


def run(job_id: int, ordered: dict) -> None:
    """Make the paper of a job and keep it."""
    work.run(job_id, lambda job: _make(job, Order.from_json(ordered)))


def _make(job: Job, order: Order) -> None:
    def progress(done: int, total: int) -> None:
        with transaction():
            job.done, job.total, job.seen_at = done, total, now()

    event = db.session.get_one(Event, job.event_id)
    with tempfile.TemporaryDirectory(dir=storage.scratch()) as folder:
        path = write(event, order, Path(folder), progress)
        with transaction():
            job.file_sha256 = storage.put_path(path, "application/pdf")
            job.done = job.total
