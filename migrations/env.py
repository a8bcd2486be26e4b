"""How Alembic reaches the database: through the application that `flask db` runs in."""

from alembic import context
from flask import current_app

from models import db


def run() -> None:
    """Bring the database of the current application to the revision that was asked for, in one transaction."""
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=db.metadata, **current_app.extensions["migrate"].configure_args)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
