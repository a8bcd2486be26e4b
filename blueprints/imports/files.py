"""What is kept of an uploaded workbook until it is applied: its plain values, without national ID numbers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from blueprints.imports import headings
from blueprints.imports.headings import NATIONAL_ID
from blueprints.imports.workbooks import TAKEN_OUT, Sheet
from core import storage


def put(sheets: Sequence[Sheet]) -> str:
    """Keep the sheets; their digest."""
    kept = json.dumps([asdict(_without_numbers(sheet)) for sheet in sheets], ensure_ascii=False)
    return storage.put(gzip.compress(kept.encode(), 6, mtime=0), "application/gzip")


def read(sha256: str) -> list[Sheet]:
    """The sheets again. Raises `core.storage.FileMissing`."""
    return [Sheet(**kept) for kept in json.loads(gzip.decompress(storage.read(sha256)))]


def _without_numbers(sheet: Sheet) -> Sheet:
    """A column that is called national ID number is emptied, whatever stands in it."""
    found = headings.find(sheet.rows)
    theirs = {column for column, field in found.columns.items() if field == NATIONAL_ID} if found else set()
    if found is None or not theirs:
        return sheet
    rows = [[TAKEN_OUT if cell and place > found.last and column in theirs else cell for column, cell in enumerate(row)]
            for place, row in enumerate(sheet.rows)]
    return replace(sheet, rows=rows)
