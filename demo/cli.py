"""`flask demo`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from flask_migrate import upgrade


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing when the database is in use.")
@click.option("--migrate", is_flag=True, help="Bring the database up to date first, in the same process: starting one costs seconds.")
@with_appcontext
def demo(if_empty: bool, migrate: bool) -> None:
    """Load the demonstration into an empty database."""
    if migrate:
        upgrade()
    from demo import build  # the renderer of certificates is heavy

    if build.is_empty():
        password = build.load()
        click.echo(f"The demonstration is loaded. Sign in as {build.EMAIL} with {password}")
    elif not if_empty:
        raise click.ClickException("The database is in use; the demonstration goes into an empty one only.")
