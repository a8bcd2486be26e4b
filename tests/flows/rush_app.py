"""The application that the rush runs against: under gunicorn, on the database of DATABASE_URL or in INSTANCE_DIR.

GUARD=off takes the guard out: seats are counted and then inserted, in two steps, with no constraint behind. It shows what the
guard is for.
"""

from __future__ import annotations

import os
import time

from sqlalchemy import select, update

from app import create_app
from blueprints.registration import seats
from core import config
from models import Category, Event, db


def look(event_id: int) -> None:
    """What everyone writes first: look …"""
    row = db.session.execute(select(Event.taken, Event.capacity).where(Event.id == event_id)).one()
    db.session.rollback()
    if row.capacity is not None and row.taken >= row.capacity:
        raise seats.EventFull
    time.sleep(0.25)  # the form of the next person arrives


def take_blindly(place: seats.Place, _statuses: object, *, overbook: bool = False) -> bool:
    """… and then take."""
    for table, row_id in ((Event, place.event_id), (Category, place.category_id)):
        db.session.execute(update(table).where(table.id == row_id).values(taken=table.taken + 1)
                           .execution_options(synchronize_session=False))
    return False


if os.environ.get("GUARD") == "off":
    seats.lock, seats.take = look, take_blindly

app = create_app(config.load() | {"RATELIMIT_ENABLED": False})
