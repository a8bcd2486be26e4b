"""The rows of a database as lines of JSON that SQLite and PostgreSQL both give and take, to the letter.

The first line of a table names its columns and the kind of each, every other line is one row. Moments are written in UTC, JSON as the
very text that the database keeps. Tables are read as they are in the database, not as `models.py` describes them, so that a dump
of an older revision is understood by the migrations that follow it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from alembic import command
from flask import current_app
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    cast,
    create_engine,
    insert,
    select,
    text,
    type_coerce,
)
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func as sql
from sqlalchemy.schema import AddConstraint, DropConstraint

from core.config import ROOT

BATCH = 1000  # rows read or written at once
#: The kinds that the product stores, narrowest first.
KINDS: tuple[tuple[type[Any], str], ...] = (
    (JSON, "json"), (Boolean, "truth"), (DateTime, "moment"), (Date, "date"), (Integer, "number"), (String, "text"))
REVISIONS = "alembic_version"  # Alembic's own table: the revision is in the manifest


class Unfit(Exception):
    """Lines that are no table of the revision they claim to be of."""


def moment(value: datetime) -> str:
    """ISO 8601 in UTC. SQLite keeps moments without a zone: they are UTC there."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


WRITERS: dict[str, Callable[[Any], Any]] = {"moment": moment, "date": lambda value: value.isoformat()}
READERS: dict[str, Callable[[Any], Any]] = {"moment": datetime.fromisoformat, "date": date.fromisoformat}
TYPES: dict[str, tuple[type, ...]] = {"json": (str,), "text": (str,), "moment": (str,), "date": (str,), "truth": (bool,), "number": (int,)}


def kinds(table: Table) -> dict[str, str]:
    """Column → kind, by name. Raises `Unfit` for a type that the product does not store."""
    found = {}
    for column in sorted(table.columns, key=lambda column: column.name):  # their order depends on how the table came about
        kind = next((kind for cls, kind in KINDS if isinstance(column.type, cls)), None)
        if kind is None:
            raise Unfit(f"{table.name}.{column.name}: {column.type!r}")
        found[column.name] = kind
    return found


def tables(connection: Connection) -> dict[str, Table]:
    """Name → table, as the database has them."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {name: table for name, table in sorted(metadata.tables.items()) if name != REVISIONS}


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """The table in lines, in the order of its key, a batch at a time in memory."""
    known = kinds(table)
    yield _line(list(known.items()))
    wanted = [_raw(connection, table.c[name]) if kind == "json" else table.c[name] for name, kind in known.items()]
    writers = [WRITERS.get(kind) for kind in known.values()]
    rows = connection.execute(select(*wanted).order_by(*table.primary_key.columns), execution_options={"yield_per": BATCH})
    for row in rows:
        yield _line([write(value) if write and value is not None else value for write, value in zip(writers, row, strict=True)])


def _raw(connection: Connection, column: Any) -> Any:
    """A JSON column as the text that is stored: what was written is kept to the letter, and `null` is not NULL."""
    return cast(column, Text) if connection.dialect.name == "postgresql" else type_coerce(column, Text)


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def load(connection: Connection, table: Table, source: Iterable[bytes]) -> int:
    """Put lines into an empty table and return how many rows they were. Raises `Unfit`."""
    source = iter(source)
    known = kinds(table)
    if _parsed(next(source, b"null"), table) != [list(item) for item in known.items()]:
        raise Unfit(f"{table.name}: other columns")
    readers = [(name, READERS.get(kind), TYPES[kind]) for name, kind in known.items()]
    wanted = {name: cast(bindparam(name, type_=Text), JSON) if connection.dialect.name == "postgresql" else bindparam(name, type_=Text)
              for name, kind in known.items() if kind == "json"}
    statement = insert(table).values({name: wanted.get(name, bindparam(name)) for name in known})
    count = 0
    while batch := [_row(line, readers, table) for line in islice(source, BATCH)]:
        connection.execute(statement, batch)
        count += len(batch)
    return count


def _row(line: bytes, readers: list[tuple[str, Callable[[Any], Any] | None, tuple[type, ...]]], table: Table) -> dict[str, Any]:
    values = _parsed(line, table)
    if len(values) != len(readers):
        raise Unfit(f"{table.name}: a row of {len(values)}")
    row = {}
    for value, (name, read, types) in zip(values, readers, strict=True):
        if value is not None and type(value) not in types:
            raise Unfit(f"{table.name}.{name}: {type(value).__name__}")
        row[name] = read(value) if read and value is not None else value
    return row


def _parsed(line: bytes, table: Table) -> Any:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise Unfit(f"{table.name}: {error}") from error
    if not isinstance(value, list):
        raise Unfit(f"{table.name}: not a row")
    return value


@contextmanager
def references_asleep(connection: Connection, loaded: dict[str, Table]) -> Iterator[None]:
    """Rows may come in any order: PostgreSQL's foreign keys are taken away and made again, which checks every row.

    SQLite's connection comes here with them off (`beside`), and the caller checks them.
    """
    references = [key for table in loaded.values() for key in table.foreign_key_constraints]
    postgresql = connection.dialect.name == "postgresql"
    for key in references if postgresql else ():
        connection.execute(DropConstraint(key))
    yield
    for key in references if postgresql else ():
        connection.execute(AddConstraint(key))


def count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were loaded; SQLite does so by itself."""
    if connection.dialect.name == "postgresql" and "id" in table.columns and isinstance(table.c.id.type, Integer):
        newest = select(sql.max(table.c.id)).scalar_subquery()
        connection.execute(select(sql.setval(sql.pg_get_serial_sequence(table.name, "id"), newest)).where(newest.is_not(None)))


def migrate_to(connection: Connection, revision: str) -> None:
    """Bring this database to a revision, in the transaction that the connection is in."""
    config = current_app.extensions["migrate"].migrate.get_config(str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def reading_engine(url: str) -> Engine:
    """An engine whose transactions are snapshots that hold up no writer: REPEATABLE READ, or SQLite's write-ahead log."""
    if not url.startswith("sqlite"):
        return create_engine(url, isolation_level="REPEATABLE READ", hide_parameters=True)
    return _sqlite(url, "busy_timeout=30000")


def beside(url: str) -> Engine:
    """An engine for an SQLite in the making: foreign keys asleep, no care for power cuts before it is whole."""
    return _sqlite(url, "foreign_keys=OFF", "synchronous=OFF")


def _sqlite(url: str, *pragmas: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False}, hide_parameters=True)

    @sqlalchemy_event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for a snapshot
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @sqlalchemy_event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def troubles(connection: Connection) -> list[str]:
    """What SQLite finds broken in its own file. PostgreSQL checks its pages itself."""
    if connection.dialect.name != "sqlite":
        return []
    found = [row[0] for row in connection.execute(text("PRAGMA integrity_check(10)")) if row[0] != "ok"]
    return found + [f"{row[0]} {row[1]} → {row[2]}" for row in connection.execute(text("PRAGMA foreign_key_check")).fetchmany(10)]
