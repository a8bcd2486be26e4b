"""Background jobs of papers."""

from __future__ import annotations

from typing import Any

from blueprints.papers import services
from core import jobs
from core.transaction import transaction


@jobs.task
def print_paper(job_id: int, order: dict[str, Any]) -> None:
    """Make the paper that was ordered (`facts.Order.to_json`)."""
    from blueprints.papers import printing  # the renderer is heavy: only the worker loads it

    printing.run(job_id, order)


@jobs.every_minute
def give_up_lost_papers() -> None:
    """Say of papers whose worker was killed that they will not come."""
    with transaction():
        services.give_up_lost()


@jobs.every_hour
def take_away_old_papers() -> None:
    """Papers hold personal data: they are not kept."""
    with transaction():
        services.take_away_old()
