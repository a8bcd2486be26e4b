"""Background jobs of accounts."""

from blueprints.accounts import services
from core import jobs
from core.transaction import transaction


@jobs.task
def send_reset(email: str) -> None:
    """Mail a link for a new password. A job, so that the answer takes equally long whether or not the account exists."""
    with transaction():
        services.send_reset(email)
