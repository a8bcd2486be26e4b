"""Background jobs of the API."""

from __future__ import annotations

from blueprints.api import deliveries, tokens
from core import jobs
from core.transaction import transaction


@jobs.every_minute
def tell_webhooks() -> None:
    """Send what is due again, and what a lost job has left."""
    deliveries.deliver_due.now()  # type: ignore[attr-defined]


@jobs.every_hour
def forget() -> None:
    """Forget what nobody will ask for again."""
    with transaction():
        tokens.forget_calls()
        deliveries.forget()
