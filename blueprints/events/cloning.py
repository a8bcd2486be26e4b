"""A new event from one that is there: the chosen parts on other days, and none of the people who came."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from blinker import Namespace
from sqlalchemy import select

from blueprints.events import services
from blueprints.questions.copying import copy_questions
from core import history
from core.forms import moment
from core.locale import local
from models import Category, Event, EventFile, EventSession, EventStatus, Grant, Host, User, db, now

#: Sent inside the transaction for each copy, with `copy`, `parts`, `categories` and `sessions` (old id → new id) and `days` (how far
#: the copy was moved): features above copy what is theirs.
event_cloned = Namespace().signal("event_cloned")
#: Sent after it with the same, when every feature has copied: for what refers to copies of others.
event_copied = Namespace().signal("event_copied")


class Part(enum.StrEnum):
    """What can be taken over from an event."""

    TEXTS = "texts"
    SESSIONS = "sessions"
    CATEGORIES = "categories"
    QUESTIONS = "questions"
    FILES = "files"
    HOSTS = "hosts"
    PEOPLE = "people"
    CHECKPOINTS = "checkpoints"
    CERTIFICATE = "certificate"
    REMINDERS = "reminders"
    PRIVACY = "privacy"


@dataclass(frozen=True)
class CloneCommand:
    """The copy's titles, its first day on the event's own calendar, and what it takes over."""

    title_th: str
    title_en: str
    first_day: date
    parts: frozenset[Part]
    series: str | None = None


SENT_TWICE = timedelta(minutes=2)  # within this a form that comes again is the same form
_ALWAYS = ("programme_id", "kind", "timezone")
_TEXTS = ("summary_th", "summary_en", "place_th", "place_en", "map_url", "online_url", "chair_th", "chair_en", "contact_name",
          "contact_phone", "contact_email", "hours")
_LIMITS = ("capacity", "per_organisation", "group_size", "waitlist", "offer_hours")
_MOMENTS = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at", "changes_until", "names_until")
_OF_SESSION = ("position", "title_th", "title_en", "room", "speaker", "bookable", "capacity")
_OF_CATEGORY = ("position", "name_th", "name_en", "capacity", "hidden", "approval")
_OF_FILE = ("position", "name_th", "name_en", "file_name", "sha256", "for_registered")


def clone(source: Event, command: CloneCommand, author: User | None) -> Event:
    """A draft with the chosen parts; every date of it is as many days away from the source's as its first day.

    Times stay on the clock where the event is held. Nobody is registered in it and every counter stands at zero.
    """
    days = _days(source, command.first_day)
    moved = _mover(source.timezone, days)
    parts = command.parts
    taken = (*_ALWAYS, *(_TEXTS if Part.TEXTS in parts else ()), *(_LIMITS if Part.CATEGORIES in parts else ()),
             *(("notice_items", "retention") if Part.PRIVACY in parts else ()), *(("poster_sha256",) if Part.FILES in parts else ()))
    copy = Event(title_th=command.title_th, title_en=command.title_en, slug=services.free_slug(command.title_en, command.first_day),
                 series=command.series, created_by_id=author.id if author else None,
                 **{name: getattr(source, name) for name in taken}, **{name: moved(getattr(source, name)) for name in _MOMENTS})
    db.session.add(copy)
    db.session.flush()
    categories = _copy_categories(source, copy, parts)
    sessions = _copy_sessions(source, copy, moved) if Part.SESSIONS in parts else {}
    if Part.QUESTIONS in parts:
        copy_questions(source, copy, categories)
    if Part.FILES in parts:
        copy.files = [EventFile(**_values(file, _OF_FILE)) for file in source.files]
    if Part.HOSTS in parts:
        copy.own_hosts = [Host(**_values(host, ("organisation_id", "position", "logo_sha256"))) for host in source.own_hosts]
    if Part.PEOPLE in parts:
        grants = db.session.scalars(select(Grant).where(Grant.event_id == source.id).order_by(Grant.id))
        db.session.add_all([Grant(user_id=grant.user_id, role=grant.role, event_id=copy.id) for grant in grants])
    db.session.flush()
    for signal in (event_cloned, event_copied):
        signal.send(source, copy=copy, parts=parts, categories=categories, sessions=sessions, days=days)
    history.record("event.cloned", event=copy, source=source.id, parts=sorted(parts))
    return copy


def clone_once(source: Event, command: CloneCommand, author: User | None) -> Event:
    """As `clone`, but a form that is sent twice gets the same copy."""
    db.session.refresh(source, with_for_update=True)
    starts_at = _mover(source.timezone, _days(source, command.first_day))(source.starts_at)
    before = db.session.scalar(select(Event).where(
        Event.programme_id == source.programme_id, Event.status == EventStatus.DRAFT, Event.starts_at == starts_at,
        Event.title_th == command.title_th, Event.created_by_id == (author.id if author else None),
        Event.created_at > now() - SENT_TWICE).order_by(Event.id).limit(1))
    return before or clone(source, command, author)


def _days(source: Event, first_day: date) -> int:
    return (first_day - local(source.starts_at, source.timezone).date()).days


def _copy_categories(source: Event, copy: Event, parts: Collection[Part]) -> dict[int, int]:
    if Part.CATEGORIES not in parts:
        copy.categories.append(Category(**services.FIRST_CATEGORY))
        return {}
    pairs = [(one, Category(event_id=copy.id, **_values(one, _OF_CATEGORY))) for one in source.categories]
    return _flushed(pairs)


def _copy_sessions(source: Event, copy: Event, moved: Callable[[datetime | None], datetime | None]) -> dict[int, int]:
    pairs = [(one, EventSession(event_id=copy.id, starts_at=moved(one.starts_at), ends_at=moved(one.ends_at),
                                **_values(one, _OF_SESSION))) for one in source.sessions]
    return _flushed(pairs)


def _flushed(pairs: list[tuple[Any, Any]]) -> dict[int, int]:
    db.session.add_all([new for _old, new in pairs])
    db.session.flush()
    return {old.id: new.id for old, new in pairs}


def _values(row: Any, names: Collection[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _mover(zone: str, days: int) -> Callable[[datetime | None], datetime | None]:
    """Moves a moment by whole days on the clock of `zone`."""

    def moved(value: datetime | None) -> datetime | None:
        if value is None:
            return None
        there = local(value, zone)
        return moment(there.date() + timedelta(days=days), there.time(), zone)

    return moved
