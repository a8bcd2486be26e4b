"""Bringing people in from a workbook: upload, match columns, look, apply, undo.

An import may be killed at any row and goes on where it was: each row carries a key of its own, so nobody comes in twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, or_, select

from blueprints.imports import files, headings, marks, rows, workbooks
from blueprints.imports.headings import Headings
from blueprints.imports.marks import Line
from blueprints.imports.rows import Row
from blueprints.imports.sentences import in_every_language
from blueprints.imports.workbooks import Sheet
from blueprints.registration import seats, services
from blueprints.registration.details import RegisterCommand
from core import history, storage
from core.errors import Refused
from core.transaction import transaction
from models import (
    Event,
    ImportBatch,
    ImportState,
    Registration,
    RegistrationSource,
    User,
    db,
    now,
)
from thai.text import fold

CHUNK = 50  # people per transaction: the door and the form get their turn in between
KEPT_FOR = timedelta(days=7)
TAKEN_UP_AFTER = timedelta(minutes=5)


class NoNames(Refused):
    message = _l("No column of this sheet holds names. Please choose which column is the name.")
    field = "columns"


class NothingChosen(Refused):
    message = _l("No row is left to import. Please choose at least one without an error.")


class Finished(Refused):
    message = _l("This import is done already, or its file was removed. Please upload the file again.")


def upload(event: Event, data: bytes, name: str, author: User | None) -> ImportBatch:
    """Keep a workbook and guess what its columns are. Raises `workbooks`' facts."""
    sheets = workbooks.read(data)
    batch = ImportBatch(event_id=event.id, file_name=name[-200:], sha256=files.put(sheets), created_by_id=author.id if author else None)
    best = headings.best(sheets)
    batch.choices = _choices(best, headings.find(sheets[best].rows), event)
    db.session.add(batch)
    db.session.flush()
    return batch


def _choices(sheet: int, found: Headings | None, event: Event) -> dict[str, Any]:
    visible = [category for category in event.categories if not category.hidden] or event.categories
    return {"sheet": sheet, "first": found.first if found else -1, "last": found.last if found else -1, "tell": False,
            "columns": {str(column): name for column, name in found.columns.items()} if found else {}, "default": visible[0].id}


def sheets_of(batch: ImportBatch) -> list[Sheet]:
    """What the file holds. Raises `Finished` when it is gone."""
    if batch.sha256 is None:
        raise Finished
    return files.read(batch.sha256)


def choose(batch: ImportBatch, sheet: int, heading: int, columns: Mapping[int, str], default: int) -> None:
    """Say which sheet, which row of headings (0: none) and what each column is. Another sheet or row is read anew.

    Raises `NoNames`, `Finished`.
    """
    _check_open(batch)
    sheets = sheets_of(batch)
    before = batch.choices
    sheet = min(max(sheet, 0), len(sheets) - 1)
    if sheet != before["sheet"]:
        batch.choices = dict(_choices(sheet, headings.find(sheets[sheet].rows), batch.event), default=default)
        return
    last = min(heading, len(sheets[sheet].rows)) - 1
    if last != before["last"]:
        found = headings.at(sheets[sheet].rows, last, last) if last >= 0 else None
        columns = found.columns if found else columns
    first = before["first"] if last == before["last"] else last
    kept = {str(column): name for column, name in columns.items() if name in (*headings.FIELDS, headings.NATIONAL_ID)}
    if not {"name", "first_name"} & set(kept.values()):
        raise NoNames
    batch.choices = before | {"ticks": {}, "first": first, "last": last, "columns": kept, "default": default}


def preview(batch: ImportBatch) -> list[Line]:
    """Every person in the file, with the errors of each row and those who are there already."""
    choices = batch.choices
    sheet = sheets_of(batch)[choices["sheet"]]
    columns = {int(column): name for column, name in choices["columns"].items()}
    categories: dict[str, set[int]] = {}
    for category in batch.event.categories:
        for name in filter(None, (category.name_th, category.name_en)):
            categories.setdefault(fold(name), set()).add(category.id)
    parsed = rows.parse(sheet.rows, choices["last"] + 1, columns, categories, choices["default"])
    return marks.lines(batch.event, parsed, sheet.hidden_rows, choices.get("ticks", {}))


def tick(batch: ImportBatch, shown: Collection[int], ticked: Collection[int]) -> None:
    """Remember which of the rows `shown` are to be brought in. Raises `Finished`."""
    _check_open(batch)
    ticks = {str(number): number in ticked for number in shown}
    batch.choices = batch.choices | {"ticks": batch.choices.get("ticks", {}) | ticks}


def ticked(batch: ImportBatch) -> list[int]:
    """The numbers of the rows that are ticked."""
    return [line.row.number for line in preview(batch) if line.ticked]


def confirm(batch: ImportBatch, chosen: Collection[int] | None, tell: bool) -> None:
    """Start the import: of all good rows (`None`), or of the chosen row numbers. Raises `NothingChosen`, `Finished`."""
    _check_open(batch)
    lines = preview(batch)
    wanted = [line.row.number for line in lines if line.possible and (line.ok if chosen is None else line.row.number in chosen)]
    if not wanted:
        raise NothingChosen
    batch.choices = batch.choices | {"wanted": wanted, "tell": tell, "confirmed": now().isoformat(), "done": 0, "refused": {}}
    history.record("import.started", event=batch.event, file=batch.file_name, rows=len(wanted))


def run(batch_id: int) -> None:
    """Register the chosen people, a chunk at a time; what was done before a crash stays done."""
    batch = db.session.get(ImportBatch, batch_id)
    if batch is None or batch.state != ImportState.UPLOADED or "wanted" not in batch.choices:
        return
    wanted = set(batch.choices["wanted"])
    todo = [line.row for line in preview(batch) if line.row.number in wanted]
    event_id = batch.event_id
    db.session.rollback()
    for start in range(0, len(todo), CHUNK):
        with transaction():
            seats.lock(event_id)  # before the batch's row, as everybody does
            batch = db.session.get(ImportBatch, batch_id, with_for_update=True, populate_existing=True)
            if batch is None or batch.state != ImportState.UPLOADED:
                return
            refused = dict(batch.choices["refused"])
            for row in todo[start:start + CHUNK]:
                if fact := _register(batch, row):
                    refused[str(row.number)] = fact
            batch.choices = batch.choices | {"refused": refused, "done": min(start + CHUNK, len(todo)), "seen": now().isoformat()}
    with transaction():
        seats.lock(event_id)
        batch = db.session.get_one(ImportBatch, batch_id, with_for_update=True)
        batch.created = len(registered(batch))
        batch.skipped = len(wanted) - batch.created
        batch.state, batch.applied_at = ImportState.APPLIED, now()
        forget_file(batch)
        history.record("import.applied", event=batch.event, file=batch.file_name, people=batch.created)


def _register(batch: ImportBatch, row: Row) -> dict[str, str]:
    """Register one person; the sentence that says why not, in every language."""
    command = RegisterCommand(row.details, source=RegistrationSource.IMPORT, form_key=f"import-{batch.id}-{row.number}", import_id=batch.id,
                              tell=bool(batch.choices["tell"]))
    try:
        with db.session.begin_nested():
            services.register(batch.event, command)
    except Refused as fact:
        return in_every_language(fact.message)
    return {}


def registered(batch: ImportBatch) -> list[Registration]:
    """The people of an import, in their order."""
    return list(db.session.scalars(select(Registration).where(Registration.import_id == batch.id).order_by(Registration.id)))


def staying(batch: ImportBatch) -> list[Registration]:
    """Those who were not taken out when the import was undone."""
    ids = [int(number) for number in batch.choices.get("stay", {})][:500]
    return list(db.session.scalars(select(Registration).where(Registration.id.in_(ids)).order_by(Registration.id))) if ids else []


def undo(batch: ImportBatch) -> None:
    """Have the people of an import taken out again (`undoing.run`). Raises `Finished`."""
    seats.lock(batch.event_id)
    db.session.refresh(batch)
    if batch.state != ImportState.APPLIED:
        raise Finished
    batch.state = ImportState.UNDOING
    batch.choices = batch.choices | {"after": 0, "done": 0, "total": len(registered(batch)), "seen": now().isoformat(), "stay": {}}
    history.record("import.undone", event=batch.event, file=batch.file_name)


def discard(batch: ImportBatch) -> None:
    """Forget a workbook that was not applied. Raises `Finished`."""
    _check_open(batch)
    forget_file(batch)
    db.session.delete(batch)
    db.session.flush()


def forget_file(batch: ImportBatch) -> None:
    """The file has served its purpose, and goes: its people are in the event, or nobody came back for it."""
    if batch.sha256:
        sha256, batch.sha256 = batch.sha256, None
        db.session.flush()
        storage.discard(sha256)
    batch.choices = {name: value for name, value in batch.choices.items() if name not in ("wanted", "ticks")}


def left_lying() -> list[int]:
    """Imports whose file nobody applied within a week."""
    return list(db.session.scalars(select(ImportBatch.id).where(
        ImportBatch.sha256.is_not(None), ImportBatch.created_at < now() - KEPT_FOR).order_by(ImportBatch.id).limit(100)))


def broken_off() -> list[int]:
    """Imports whose worker was killed, on the way in or out."""
    under_way = db.session.scalars(select(ImportBatch).where(or_(
        and_(ImportBatch.state == ImportState.UPLOADED, ImportBatch.sha256.is_not(None)), ImportBatch.state == ImportState.UNDOING))
        .order_by(ImportBatch.id)).all()
    stale = (now() - TAKEN_UP_AFTER).isoformat()
    return [batch.id for batch in under_way if "confirmed" in batch.choices and batch.choices.get("seen", batch.choices["confirmed"]) < stale]


def _check_open(batch: ImportBatch) -> None:
    seats.lock(batch.event_id)
    db.session.refresh(batch)
    if batch.state != ImportState.UPLOADED or "wanted" in batch.choices:
        raise Finished
