"""What presentations add to features below them: a clone takes the order along, the public page shows it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from flask import render_template

from blueprints.events.cloning import Part, event_cloned
from blueprints.events.sections import PUBLIC_PAGE
from blueprints.presentations import judging, queries
from models import Criterion, Event, Slot, db


@event_cloned.connect
def copy_slots(source: Event, copy: Event, parts: Collection[Part], **_more: Any) -> None:
    """The order, with times of its own moved along, and the criteria. Presenters, files, judges, scores and
    the clock stay behind."""
    if Part.SESSIONS not in parts:
        return
    moved: timedelta = copy.starts_at - source.starts_at
    db.session.add_all(Slot(
        event_id=copy.id, position=slot.position, kind=slot.kind, organisation_id=slot.organisation_id, organisation_name=slot.organisation_name,
        title_th=slot.title_th, title_en=slot.title_en, minutes=slot.minutes, question_minutes=slot.question_minutes,
        begins_at=slot.begins_at + moved if slot.begins_at else None) for slot in queries.slots(source) if not slot.withdrawn)
    db.session.add_all(Criterion(event_id=copy.id, position=one.position, name_th=one.name_th, name_en=one.name_en, most=one.most, weight=one.weight)
                       for one in judging.criteria(source))
    db.session.flush()


def _public(event: Event) -> str:
    if not event.shows_presentations:
        return ""
    return render_template("presentations/_public.html", event=event, times=queries.schedule(event, queries.slots(event)))


PUBLIC_PAGE.append(_public)
