"""Whether an instance needs nothing done before it can be served. Standard library only, like all of set-up."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations" / "versions"


def is_prepared(instance: Path) -> bool:
    """Whether our own SQLite has today's tables and somebody's account: starting the application just to see that costs seconds."""
    database = instance / "ruam.sqlite3"
    if os.environ.get("DATABASE_URL") or not database.exists():
        return False
    newest = max(path.name.partition("_")[0] for path in MIGRATIONS.glob("*.py"))
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        row = connection.execute("SELECT version_num, (SELECT count(*) FROM user_account) FROM alembic_version").fetchone()
        return row is not None and row[0] == newest and row[1] > 0
    return False
