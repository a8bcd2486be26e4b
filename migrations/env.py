"""How Alembic reaches the database: through the application that `flask db` runs in."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from models import db


@contextmanager
def foreign_keys_asleep(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: dropping the old one would delete, by cascade, the rows that point to it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")  # outside a transaction, where alone it counts
    try:
        yield
        assert driver.execute("PRAGMA foreign_key_check").fetchone() is None, "rows point to rows that are gone"
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def migrate(connection: Connection) -> None:
    """Bring a database to the revision that was asked for."""
    context.configure(connection=connection, target_metadata=db.metadata, **current_app.extensions["migrate"].configure_args)
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """Migrate the database of the current application in one transaction, or the one that `flask restore` is filling in its own."""
    if given := context.config.attributes.get("connection"):
        migrate(given)
        return
    with current_app.extensions["migrate"].db.engine.connect() as connection, foreign_keys_asleep(connection):
        migrate(connection)
        connection.commit()


run()
