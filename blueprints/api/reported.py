"""A report's plain values as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from blueprints.api.shapes import plain
from blueprints.reports.document import Block, Chart, Facts, Heading, PageBreak, Table, Text

_OBJECTS = {"type": "array", "items": {"type": "object"}}
BLOCKS = {
    "type": "array",
    "description": "The blocks of the report in the order in which it is read. Charts are left out: what they show is in a table.",
    "items": {"type": "object", "required": ["block"], "properties": {
        "block": {"type": "string", "enum": ["heading", "text", "facts", "table"]}, "text": {"type": "string"}, "level": {"type": "integer"},
        "key": {"type": "string"}, "title": {"type": "string"}, "note": {"type": "string"},
        "facts": _OBJECTS, "columns": _OBJECTS, "rows": _OBJECTS}}}


def as_json(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Each block that says something."""
    return [_block(one) for one in blocks if not isinstance(one, Chart | PageBreak)]


def _block(block: Heading | Text | Facts | Table) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"block": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Text):
        return {"block": "text", "text": block.text}
    if isinstance(block, Facts):
        return {"block": "facts", "facts": [{"label": one.label, "value": plain(one.value), "kind": one.kind.value, "hint": one.hint}
                                            for one in block.facts]}
    return {"block": "table", "key": block.key, "title": block.title, "note": block.note,
            "columns": [{"heading": one.heading, "kind": one.kind.value} for one in block.columns],
            "rows": [{"level": row.level.value, "cells": plain(row.cells)} for row in block.rows]}
