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


def counted_then_taken(event_id: int, category_id: int, statuses: object) -> None:
    """What everyone writes first: look, and then take."""
    row = db.session.execute(select(Event.taken, Event.capacity).where(Event.id == event_id)).one()
    db.session.rollback()
    if row.capacity is not None and row.taken >= row.capacity:
        raise seats.EventFull
    time.sleep(0.25)  # the form of the next person arrives
    for table, row_id in ((Event, event_id), (Category, category_id)):
        db.session.execute(update(table).where(table.id == row_id).values(taken=table.taken + 1)
                           .execution_options(synchronize_session=False))


if os.environ.get("GUARD") == "off":
    seats.take = counted_then_taken

app = create_app(config.load() | {"RATELIMIT_ENABLED": False})
