"""How a row looks in JSON, and the JSON Schema that says so. Both come from the table's own columns."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from models import Base, UtcDateTime

Extra = tuple[dict[str, Any], Callable[[Any], Any]]

TEXT, NUMBER, NUMBERS, ANYTHING = {"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "integer"}}, {}
_TYPES: dict[type, dict[str, Any]] = {
    sa.Integer: NUMBER, sa.Boolean: {"type": "boolean"}, UtcDateTime: {"type": "string", "format": "date-time"},
    sa.Date: {"type": "string", "format": "date"}, sa.String: TEXT, sa.JSON: ANYTHING}


@dataclass(frozen=True)
class Shape:
    """The columns of a table that programs see, in this order, and what is worked out: name → (its schema, how)."""

    name: str
    table: type[Base]
    columns: str
    extra: Mapping[str, Extra] = field(default_factory=dict)

    def of(self, row: Any) -> dict[str, Any]:
        """A row as JSON."""
        extra = {name: plain(work_out(row)) for name, (_schema, work_out) in self.extra.items()}
        return {name: plain(getattr(row, name)) for name in self._names} | extra

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.columns.split())

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of `of`."""
        columns = self.table.__table__.columns
        own = {name: _schema(columns[name]) for name in self._names}
        extra = {name: schema for name, (schema, _work_out) in self.extra.items()}
        return {"type": "object", "properties": own | extra, "required": [*own, *extra], "additionalProperties": False}


def _schema(column: sa.Column[Any]) -> dict[str, Any]:
    if isinstance(column.type, sa.Enum):
        found: dict[str, Any] = {"type": "string", "enum": list(column.type.enums)}
    else:
        found = dict(next(schema for kind, schema in _TYPES.items() if isinstance(column.type, kind)))
    if column.nullable and "type" in found:
        found["type"] = [found["type"], "null"]
        if "enum" in found:
            found["enum"] = [*found["enum"], None]
    return found


def plain(value: Any) -> Any:
    """A value as JSON has it: moments with their zone, exact numbers as they are."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
        return [plain(one) for one in value]
    return value if isinstance(value, int | float | bool | None) else str(value)
