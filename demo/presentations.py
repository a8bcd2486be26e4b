"""The order of presentations at the demonstration's result presentation."""

from __future__ import annotations

from datetime import timedelta

from blueprints.presentations import queries, services
from blueprints.presentations.services import SlotCommand
from models import Event, SlotKind


def present(event: Event) -> None:
    """A slot for each enterprise of the cluster, a break after the tenth, and the order published."""
    enterprises = [one.id for one in queries.candidates(event)][:20]
    services.add_organisations(event, enterprises, 8, 4)
    queries.slots(event)[0].begins_at = event.starts_at + timedelta(minutes=90)  # after the opening
    rest = services.save(event, SlotCommand(SlotKind.BREAK, title_th="พักรับประทานอาหารว่าง", title_en="Refreshments", minutes=15, question_minutes=0))
    for _ in range(len(enterprises) - 10):
        services.move(event, rest, -1)
    services.publish(event, True)
