"""The reminders of a cloned event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from blueprints.events.cloning import Part, event_cloned
from models import Event, Mailing, MailingState, db, now

_TEXTS = ("subject_th", "subject_en", "body_th", "body_en", "about_registration")


@event_cloned.connect
def copy_reminders(source: Event, copy: Event, parts: Collection[Part], categories: Mapping[int, int], sessions: Mapping[int, int],
                   **_more: Any) -> None:
    """Reminders, which leave so many hours before the copy, and drafts. What was written for one day stays with that day.

    One for categories or sessions that were not taken over becomes a draft: nobody shall get what was meant for others.
    """
    if Part.REMINDERS not in parts:
        return
    known = {"categories": categories, "sessions": sessions}
    for old in db.session.scalars(
            select(Mailing).where(Mailing.event_id == source.id, Mailing.state != MailingState.CALLED_OFF,
                                  or_(Mailing.hours_before.is_not(None), Mailing.state == MailingState.DRAFT)).order_by(Mailing.id)):
        audience = {name: [known[name][i] for i in value if i in known[name]] if name in known else value
                    for name, value in old.audience.items()}
        same = all(len(audience[name]) == len(old.audience[name]) for name in known if name in audience)
        in_time = old.hours_before is not None and copy.starts_at - timedelta(hours=old.hours_before) > now()
        db.session.add(Mailing(
            event_id=copy.id, state=MailingState.SCHEDULED if same and in_time else MailingState.DRAFT, audience=audience,
            hours_before=old.hours_before, created_by_id=copy.created_by_id, **{name: getattr(old, name) for name in _TEXTS}))
    db.session.flush()
