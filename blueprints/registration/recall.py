"""Which registrations this browser has opened by their private links: whoever comes again with it need not type who it is.

The signed session keeps ids and a digest of the link, so that what was handed over to a colleague is no longer this browser's.
"""

from __future__ import annotations

from flask import session
from sqlalchemy import select

from core.codes import digest
from models import Event, Registration, db

MOST = 5
_NAME = "mine"


def remember(registration: Registration) -> None:
    """Note in the session that this browser holds the private link; the last five are kept."""
    this = [registration.id, registration.event_id, _mark(registration)]
    kept = [one for one in session.get(_NAME, []) if one[0] != registration.id]
    if this not in session.get(_NAME, []):
        session[_NAME] = [*kept, this][-MOST:]


def remembered(event: Event) -> list[Registration]:
    """The registrations of this event whose private links this browser has opened, if the links are still good."""
    marks = {number: mark for number, event_id, mark in session.get(_NAME, []) if event_id == event.id}
    rows = db.session.scalars(select(Registration).where(
        Registration.id.in_(marks), Registration.event_id == event.id, Registration.anonymised_at.is_(None))
        .order_by(Registration.sort_key, Registration.id))
    return [row for row in rows if marks[row.id] == _mark(row)]


def _mark(registration: Registration) -> str:
    return digest(registration.manage_token)[:16]
