"""Commands of messages."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from blueprints.messages import bounces, bp
from core.errors import Refused
from core.transaction import transaction
from models import Message, db


@bp.cli.command("note-bounce")
@with_appcontext
def note_bounce() -> None:
    """Read a returned e-mail (a delivery status notification) from standard input and note it on the message that it is about."""
    bounce = bounces.read(sys.stdin.buffer.read())
    message = db.session.get(Message, bounce.message_id) if bounce else None
    if bounce is None or message is None:
        raise click.ClickException("This is no notification about a message of this installation that failed for good.")
    try:
        with transaction():
            bounces.note(message, bounce.reason)
    except Refused as fact:
        raise click.ClickException(str(fact.message)) from None
    click.echo(f"Noted on message {bounce.message_id}: {bounce.reason}")
