"""Background jobs of messages."""

from __future__ import annotations

from blueprints.messages import outgoing
from core import jobs
from core.transaction import transaction
from models import db, now


@jobs.task
def leave(mailing_id: int) -> None:
    """Write a mailing's messages, then post them."""
    if outgoing.run(mailing_id):
        with transaction():
            post(mailing_id)


@jobs.task
def post(mailing_id: int) -> None:
    """Send a batch, and queue up again behind whatever came in meanwhile: no confirmation waits for thousands of letters."""
    if outgoing.post_some(mailing_id):
        with transaction():
            post(mailing_id)


@jobs.every_minute
def send_due() -> None:
    """Let go what is due."""
    found = outgoing.due(now())
    db.session.rollback()
    for mailing_id in found:
        leave.now(mailing_id)  # type: ignore[attr-defined]
