"""`flask backup` and `flask restore`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import lazy_gettext as _l

from core import archive, restore
from core import backup as backups
from core.errors import Refused
from core.locale import in_both_languages

DISK_FULL = _l("The disk is full or can't be written: make room, or name another folder. No half back-up was left.")
MISSING = _l("These stored files were gone or damaged before this back-up: look for them in an older one.")
OTHER_KEY = _l("SECRET_KEY is set and is not the key of this back-up: set it to the old one, or private links that were sent stop working.")
SIGNING = _l("The signing certificate was put here; set CERTIFICATE_P12 and its password to sign again.")


def _stop(fact: Refused) -> click.ClickException:
    more = getattr(fact, "reason", "") or "\n".join(getattr(fact, "found", []))
    return click.ClickException(in_both_languages(fact.message) + (f"\n{more}" if more else ""))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


@click.command("backup")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="The folder; BACKUP_DIR without it.")
@click.option("--keep", type=click.IntRange(min=1), help="Remove all but this many of the newest back-ups there.")
@with_appcontext
def backup(folder: Path | None, keep: int | None) -> None:
    """Write the database, the stored files and the keys into one checked file, while the product runs."""
    try:
        made = backups.make(current_app.config, folder or Path(current_app.config["BACKUP_DIR"]), keep)
    except Refused as fact:
        raise _stop(fact) from fact
    except OSError as error:
        raise click.ClickException(f"{in_both_languages(DISK_FULL)}\n{error}") from error
    click.echo(f"{made.path}  {_megabytes(made.size)}: {made.tables} tables, {made.rows:,} rows, {made.files:,} files, read again")
    for old in made.removed:
        click.echo(f"removed {old.name}")
    if made.missing:
        click.echo(in_both_languages(MISSING), err=True)
        click.echo("\n".join(made.missing), err=True)
        raise SystemExit(1)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also when the database here is not empty.")
@click.option("--check", is_flag=True, help="Only try: restore into a database that is thrown away.")
@with_appcontext
def restore_command(file: Path, replace: bool, check: bool) -> None:
    """Put the back-up FILE in the place of this installation's database, files and key. Stop the product first."""
    try:
        done = restore.check(file) if check else restore.restore(file, current_app.config, replace=replace)
    except Refused as fact:
        raise _stop(fact) from fact
    except OSError as error:
        raise click.ClickException(f"{in_both_languages(restore.NoRoom.message)}\n{error}") from error
    _report(done, "can be restored" if check else "restored")


def _report(done: restore.Restored, verb: str) -> None:
    facts: archive.Manifest = done.manifest
    click.echo(f"{verb}: {facts.made_at}, Ruam {facts.version}, {facts.database}, revision {facts.revision}: "
               f"{done.rows:,} rows, {done.files:,} files")
    for kept in done.kept:
        click.echo(f"before: {kept}")
    if done.signing:
        click.echo(f"{in_both_languages(SIGNING)} {done.signing}")
    if done.other_key:
        click.echo(in_both_languages(OTHER_KEY), err=True)
    if facts.missing:
        click.echo(in_both_languages(MISSING), err=True)
        click.echo("\n".join(facts.missing), err=True)
