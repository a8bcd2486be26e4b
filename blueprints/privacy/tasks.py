"""The clock that erases."""

from __future__ import annotations

import logging

import click

from blueprints.privacy import bp, erasing, services
from core import jobs
from core.transaction import transaction
from models import Event, db, now

log = logging.getLogger(__name__)


@jobs.every_hour
def purge_what_is_due() -> None:
    """Erase what has been kept long enough, and files that nothing names any more."""
    at = now()
    for one in services.due(at) + services.due_again(at):
        try:
            log.info("erased %s of event %s: %s rows", one.group, one.event_id, services.purge(one))
        except Exception:  # one event that fails must not keep the data of the others
            log.exception("could not erase %s of event %s", one.group, one.event_id)
    with transaction():
        erasing.delete_unnamed_files()


@bp.cli.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
def purge_command(dry_run: bool) -> None:
    """Erase personal data whose time has come; the worker does so each hour."""
    for one in services.due(now()):
        slug = db.session.get_one(Event, one.event_id).slug
        rows = "" if dry_run else f": {services.purge(one)}"
        click.echo(f"{slug}: {one.group.value}{rows}")
