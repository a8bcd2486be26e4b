"""What programs read: lists, a part at a time, and single things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, jsonify, request
from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from blueprints.api import bp
from blueprints.api.shapes import Shape
from core import access
from core.calls import BASE
from models import Role, db

USUAL, MOST = 100, 500  # rows of one answer

Mark = Callable[[access.View], access.View]


@dataclass(frozen=True)
class Said:
    """What the description says of a resource: one line of English, the schema of a row or of the whole, whether it is a list."""

    summary: str
    schema: dict[str, Any]
    name: str = ""
    many: bool = False


def _add(rule: str, scope: str, mark: Mark, said: Said, view: access.View) -> None:
    marked = mark(view)
    marked.scope, marked.said = scope, said  # type: ignore[attr-defined]
    name = "_".join(part.strip("<>").rpartition(":")[2] for part in rule.split("/"))
    bp.add_url_rule(BASE + rule, name, marked, methods=["GET"])


def listed(rule: str, scope: str, mark: Mark, shape: Shape, summary: str, key: InstrumentedAttribute[int] | None = None) -> Callable[..., Any]:
    """Give a list its address. The function returns the statement of its rows, which is put in the order of their ids."""

    def decorate(rows_of: Callable[..., Select[Any]]) -> Callable[..., Select[Any]]:
        @wraps(rows_of)
        def view(**where: Any) -> Response:
            return part(rows_of(**where), shape, key or shape.table.id)  # type: ignore[attr-defined]

        _add(rule, scope, mark, Said(summary, shape.schema(), shape.name, many=True), view)
        return rows_of

    return decorate


def one(rule: str, scope: str, mark: Mark, shape: Shape, summary: str) -> Callable[..., Any]:
    """Give a single thing its address. The function returns the row, or None when there is none."""

    def decorate(row_of: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(row_of)
        def view(**where: Any) -> Response:
            return jsonify(shape.of(row_of(**where) or abort(404)))

        _add(rule, scope, mark, Said(summary, shape.schema(), shape.name), view)
        return row_of

    return decorate


def worked_out(rule: str, scope: str, mark: Mark, schema: dict[str, Any], summary: str) -> Callable[..., Any]:
    """Give its address to what is no row of a table. The function returns it as JSON has it, or None when there is none."""

    def decorate(value_of: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(value_of)
        def view(**where: Any) -> Response:
            value = value_of(**where)
            return abort(404) if value is None else jsonify(value)

        _add(rule, scope, mark, Said(summary, schema), view)
        return value_of

    return decorate


def of_event(path: str, scope: str, shape: Shape, summary: str, *, role: Role = Role.VIEWER, single: str = "") -> None:
    """Lists of an event, for tables that name it; with `single`, each row by its id too."""
    table: Any = shape.table
    listed(f"events/<int:event_id>/{path}", scope, access.on_event(role), shape, summary)(
        lambda event: select(table).where(table.event_id == event.id))
    if single:
        one(f"events/<int:event_id>/{path}/<int:row_id>", scope, access.on_event(role), shape, single)(
            lambda event, row_id: db.session.scalar(select(table).where(table.event_id == event.id, table.id == row_id)))


def of_programme(path: str, scope: str, shape: Shape, summary: str, *, role: Role = Role.VIEWER) -> None:
    """Lists of a programme, for tables that name it."""
    table: Any = shape.table
    listed(f"programmes/<int:programme_id>/{path}", scope, access.on_programme(role), shape, summary)(
        lambda programme: select(table).where(table.programme_id == programme.id))


def part(rows: Select[Any], shape: Shape, key: InstrumentedAttribute[int]) -> Response:
    """The rows after `after`, at most `limit`, and the address of those that follow. A row that comes or goes meanwhile moves none."""
    limit, after = _whole("limit", USUAL, 1, MOST), _whole("after", 0, 0, 2**31 - 1)
    found = list(db.session.scalars(rows.where(key > after).order_by(None).order_by(key).limit(limit + 1)).unique())
    more = len(found) > limit
    items = [shape.of(row) for row in found[:limit]]
    after = getattr(found[len(items) - 1], key.key) if items else 0
    following = f"{request.path}?{urlencode({**request.args.to_dict(), 'limit': limit, 'after': after})}" if more else None
    answer = jsonify(items=items, next=following)
    if following:
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


def _whole(name: str, usual: int, least: int, most: int) -> int:
    """A whole number of the address. Answers 400 to anything else."""
    value = request.args.get(name, str(usual))
    if not (value.isascii() and value.isdigit() and len(value) < 11 and least <= int(value) <= most):
        abort(400)
    return int(value)
