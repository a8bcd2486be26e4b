"""The checkpoints and gates of a cloned event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from blueprints.checkin.agenda import on_day, renamed
from blueprints.events.cloning import Part, event_cloned
from core.locale import local
from models import Checkpoint, Event, Gate, db


@event_cloned.connect
def copy_checkpoints(source: Event, copy: Event, parts: Collection[Part], categories: Mapping[int, int], sessions: Mapping[int, int],
                     days: int, **_more: Any) -> None:
    """The same doors on the new days. One for a session that was not taken over stays away; a name that ends with its day ends with the new one.

    The code for self check-in is a secret of its event: it is not taken over.
    """
    if Part.CHECKPOINTS not in parts:
        return
    there = db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == source.id).order_by(Checkpoint.position, Checkpoint.id))
    for old in there:
        if old.session_id is not None and old.session_id not in sessions:
            continue
        name_th, name_en = _named(old, source, days)
        db.session.add(Checkpoint(
            event_id=copy.id, session_id=sessions.get(old.session_id or 0), position=old.position, name_th=name_th, name_en=name_en,
            kind=old.kind, policy=old.policy, strict=old.strict, signature=old.signature,
            **{name: on_day(getattr(old, name), days, source.timezone) for name in ("opens_at", "closes_at", "all_out_at")},
            category_ids=[categories[i] for i in old.category_ids or () if i in categories] or None))
    names = db.session.scalars(select(Gate.name).where(Gate.event_id == source.id).order_by(Gate.id))
    db.session.add_all([Gate(event_id=copy.id, name=name) for name in names])
    db.session.flush()


def _named(old: Checkpoint, source: Event, days: int) -> tuple[str, str]:
    if old.opens_at is None:
        return old.name_th, old.name_en
    day = local(old.opens_at, source.timezone).date()
    return renamed(old.name_th, old.name_en, day, day + timedelta(days=days))
