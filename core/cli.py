"""Commands that belong to no feature."""

from threading import Event

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from core import backup_cli, jobs


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check libraries, fonts, database, mail, storage and clock, and say how to mend each."""
    try:
        from core.doctor import check_all  # loads Pango, whose absence is one of the things to tell
    except OSError as error:
        raise click.ClickException(
            f"{error}\nsudo apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error
    findings = check_all(current_app.config)
    for finding in findings:
        click.secho(f"{'✓' if finding.ok else '✗'} {finding.name}: ", fg="green" if finding.ok else "red", nl=False)
        click.echo(finding.detail)
        if finding.remedy:
            click.echo(f"    → {finding.remedy}")
    if not all(finding.ok for finding in findings):
        raise SystemExit(1)


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run background jobs until stopped."""
    from core import heartbeat

    stop = Event()
    beating = heartbeat.keep_beating(stop)
    try:
        jobs.consumer().run()
    finally:
        stop.set()
        beating.join(5)
        heartbeat.forget()


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(doctor)
    app.cli.add_command(worker)
    app.cli.add_command(backup_cli.backup)
    app.cli.add_command(backup_cli.restore_command)
