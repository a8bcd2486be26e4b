"""Views of a list that an organiser keeps under a name."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from blueprints.registration.listing import Chosen
from core.errors import Refused
from models import Event, ListView, User, db
from thai.text import normalise

MOST = 20


class NameMissing(Refused):
    message = _l("Please give the view a name.")


class TooMany(Refused):
    message = _l("You keep 20 views of this list already. Please remove one first.")


def of(user: User, event: Event) -> list[ListView]:
    """One's own views, by name."""
    return list(db.session.scalars(select(ListView).where(ListView.user_id == user.id, ListView.event_id == event.id)
                                   .order_by(ListView.name, ListView.id)))


def keep(user: User, event: Event, name: str, wanted: Chosen) -> None:
    """Keep the list as it is; the same name again is overwritten. Raises `NameMissing`, `TooMany`."""
    name = normalise(name)[:200]
    if not name:
        raise NameMissing
    mine = (ListView.user_id == user.id, ListView.event_id == event.id)
    view = db.session.scalar(select(ListView).where(*mine, ListView.name == name))
    if view is None:
        if (db.session.scalar(select(func.count(ListView.id)).where(*mine)) or 0) >= MOST:
            raise TooMany
        view = ListView(user_id=user.id, event_id=event.id, name=name)
        db.session.add(view)
    view.query, view.columns = wanted.as_args(), list(wanted.columns)
    db.session.flush()


def forget(user: User, event: Event, name: str) -> None:
    """Remove one of one's own views."""
    db.session.execute(delete(ListView).where(ListView.user_id == user.id, ListView.event_id == event.id, ListView.name == name))
