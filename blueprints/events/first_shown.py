"""What an event's form shows before anything is typed."""

from __future__ import annotations

from typing import Any

from blueprints.events.forms import GROUP_SIZE, OFFER_HOURS, TEXTS
from blueprints.events.services import FIRST_CATEGORY
from core.locale import local
from models import Event, EventKind

_AS_IT_IS = (*TEXTS, "slug", "hours", "capacity", "per_organisation", "group_size", "waitlist", "offer_hours", "version")


def of_event(event: Event) -> dict[str, Any]:
    """What the form of an existing event shows."""
    start, end = local(event.starts_at, event.timezone), local(event.ends_at, event.timezone)
    shown: dict[str, Any] = {name: getattr(event, name) for name in _AS_IT_IS}
    shown |= {"kind": event.kind.value, "start_day": start.date(), "start_time": start.time(), "end_time": end.time(),
              "end_day": end.date() if end.date() != start.date() else None}
    for name, value in (("opens", event.registration_opens_at), ("closes", event.registration_closes_at),
                        ("changes", event.changes_until), ("names", event.names_until)):
        if value:
            at = local(value, event.timezone)
            shown |= {f"{name}_day": at.date(), f"{name}_time": at.time()}
    shown["categories"] = [{name: getattr(row, name) for name in ("id", "name_th", "name_en", "capacity", "hidden", "approval")}
                           for row in event.categories]
    shown["sessions"] = []
    for row in event.sessions:
        first, last = local(row.starts_at, event.timezone), local(row.ends_at, event.timezone)
        shown["sessions"].append({
            "id": row.id, "day": first.date() if first.date() != start.date() else None,
            "starts": first.time(), "ends": last.time(), "title_th": row.title_th, "title_en": row.title_en,
            "room": row.room, "speaker": row.speaker, "bookable": row.bookable, "capacity": row.capacity})
    return shown


def of_new_event() -> dict[str, Any]:
    """What the form of a new event shows at first."""
    return {"kind": EventKind.WORKSHOP.value, "group_size": GROUP_SIZE, "offer_hours": OFFER_HOURS,
            "categories": [FIRST_CATEGORY]}
