"""What was done to whom, for the people who answer for it: one row per deed, in the deed's own transaction."""

from __future__ import annotations

from typing import Any

from core.access import current_user
from models import Event, HistoryEntry, Organisation, Programme, Registration, db


def record(verb: str, *, registration: Registration | None = None, event: Event | None = None,
           organisation: Organisation | None = None, programme: Programme | None = None, by_participant: bool = False,
           **details: Any) -> None:
    """Remember that the signed-in account, the participant or a job did `verb` (such as "registration.substituted").

    `details` are plain data (JSON). Those of a registration are emptied when the person's data are erased, so personal data
    belong there and nowhere else.
    """
    user = None if by_participant else current_user()
    event_id = registration.event_id if registration else event.id if event else None
    db.session.add(HistoryEntry(
        verb=verb, user_id=user.id if user else None, by_participant=by_participant, event_id=event_id,
        registration_id=registration.id if registration else None, organisation_id=organisation.id if organisation else None,
        programme_id=programme.id if programme else None, details=details))
