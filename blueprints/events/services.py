"""What organisers can do with events. Facts that stop them are `Refused`; nothing is committed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from blinker import Namespace
from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select, update

from blueprints.events import rules
from blueprints.events.parts import check_capacity, put_categories, put_sessions
from blueprints.events.rules import EventDetails
from core import history
from core.errors import ChangedMeanwhile, Refused, explain
from models import Category, Event, EventSession, EventStatus, Programme, User, db, now

#: Sent inside the transaction with the event, once, when it is cancelled: those above tell the people.
event_cancelled = Namespace().signal("event_cancelled")
#: Sent inside the transaction with the event when its settings are saved, with its `Times` `before` and `after`: those above move
#: what goes with them.
event_changed = Namespace().signal("event_changed")

_OWN = ("kind", "title_th", "title_en", "summary_th", "summary_en", "starts_at", "ends_at", "place_th", "place_en", "map_url",
        "online_url", "chair_th", "chair_en", "contact_name", "contact_phone", "contact_email", "hours",
        "registration_opens_at", "registration_closes_at", "capacity", "per_organisation", "group_size", "waitlist", "offer_hours",
        "changes_until", "names_until")

#: What an event has that says nothing else: everyone who registers belongs to a category.
FIRST_CATEGORY = {"name_th": "ผู้เข้าร่วม", "name_en": "Participant"}
ADDRESS_TAKEN = _l("Another event has this address already. Please choose another.")
explain("uq_event_slug", "slug", ADDRESS_TAKEN)


class SlugTaken(Refused):
    message = ADDRESS_TAKEN
    field = "slug"


class WrongStatus(Refused):
    message = _l("The event is in another state by now, so nothing was changed. Look at its state on this page and choose again.")


class StartsInPast(Refused):
    message = _l("The event starts in the past. Correct its day and time in the settings, then publish it.")


class NotBegun(Refused):
    message = _l("The event has not begun yet. To stop registrations, close them; to call it off, cancel the event.")


class NotOver(Refused):
    message = _l("Only an event that is finished, cancelled or past can be archived. Finish it first, or cancel it.")


class ReasonMissing(Refused):
    message = _l("Please write the reason: everyone who registered will read it.")
    field = "reason"


@dataclass(frozen=True)
class Times:
    """When an event is, and each of its sessions (by id)."""

    starts_at: datetime
    ends_at: datetime
    sessions: Mapping[int, tuple[datetime, datetime]]


def create(programme: Programme, details: EventDetails, author: User | None = None) -> Event:
    """A new draft. Raises `rules.Unfit`, `SlugTaken`."""
    rules.check(details)
    event = Event(programme=programme, created_by_id=author.id if author else None, slug=_slug(details, None))
    _fill(event, details)
    db.session.add(event)
    db.session.flush()
    put_categories(event, details)
    put_sessions(event, details)
    return event


def update_event(event: Event, details: EventDetails, version: int) -> None:
    """Change an event that the organiser saw as `version`.

    Raises `ChangedMeanwhile` when it was saved since then, `rules.Unfit`, `SlugTaken`, `parts.BelowTaken`,
    `parts.CategoryInUse`, `parts.SessionInUse`, `parts.SessionChosen`, `parts.BothChosen`.
    """
    rules.check(details)
    _lock(event, version)
    if event.status == EventStatus.DRAFT:
        event.slug = _slug(details, event)
    check_capacity(event, details.capacity, "capacity")
    before = _times(event)
    _fill(event, details)
    db.session.flush()
    put_categories(event, details)
    put_sessions(event, details)
    event_changed.send(event, before=before, after=_times(event))
    history.record("event.changed", event=event, version=event.version)


def publish(event: Event, at: datetime | None = None) -> None:
    """Show a draft to the public. Raises `WrongStatus`, `StartsInPast`, `rules.NoCategory`."""
    at = at or now()
    _step(event, (EventStatus.DRAFT,), EventStatus.PUBLISHED)
    if event.starts_at <= at:
        raise StartsInPast
    if not event.categories:
        raise rules.NoCategory
    event.published_at = at
    db.session.flush()


def close(event: Event) -> None:
    """Take no more registrations. Raises `WrongStatus`."""
    _step(event, (EventStatus.PUBLISHED,), EventStatus.CLOSED)


def reopen(event: Event) -> None:
    """Take registrations again. Raises `WrongStatus`."""
    _step(event, (EventStatus.CLOSED,), EventStatus.PUBLISHED)


def finish(event: Event, at: datetime | None = None) -> None:
    """The event is over. Raises `WrongStatus`, `NotBegun`."""
    if event.starts_at > (at or now()):
        raise NotBegun
    _step(event, (EventStatus.PUBLISHED, EventStatus.CLOSED), EventStatus.FINISHED)


def cancel(event: Event, reason: str, at: datetime | None = None) -> None:
    """Call the event off and have everyone told, once. Raises `ReasonMissing`, `WrongStatus`."""
    if not reason.strip():
        raise ReasonMissing
    _step(event, (EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.CLOSED), EventStatus.CANCELLED)
    event.cancelled_at, event.cancel_reason = at or now(), reason
    db.session.flush()
    event_cancelled.send(event)


def archive(event: Event, at: datetime | None = None) -> None:
    """Put an event that is over away: lists no longer show it, its page stays. Raises `NotOver`."""
    at = at or now()
    if event.status not in (EventStatus.FINISHED, EventStatus.CANCELLED) and event.ends_at > at:
        raise NotOver
    if event.archived_at is None:
        event.archived_at = at
        history.record("event.archived", event=event)
    db.session.flush()


def unarchive(event: Event) -> None:
    """Show an archived event in the lists again."""
    if event.archived_at is not None:
        event.archived_at = None
        history.record("event.unarchived", event=event)
    db.session.flush()


def _step(event: Event, sources: tuple[EventStatus, ...], target: EventStatus) -> None:
    # Guarded, so that of two people who press at once the second changes nothing and tells nobody.
    moved = db.session.execute(
        update(Event).where(Event.id == event.id, Event.status.in_(sources)).values(status=target, version=Event.version + 1)
        .execution_options(synchronize_session=False))
    db.session.refresh(event)
    if not moved.rowcount:
        raise WrongStatus
    history.record("event.status_changed", event=event, status=target.value)


def _times(event: Event) -> Times:
    return Times(event.starts_at, event.ends_at, {session.id: (session.starts_at, session.ends_at) for session in event.sessions})


def _lock(event: Event, version: int) -> None:
    """Hold the event's row, and with it every seat count, until the end of the transaction."""
    locked = db.session.execute(
        update(Event).where(Event.id == event.id, Event.version == version).values(version=version + 1)
        .execution_options(synchronize_session=False))
    if not locked.rowcount:
        raise ChangedMeanwhile
    db.session.refresh(event)
    for part in (Category, EventSession):
        db.session.scalars(select(part).where(part.event_id == event.id).order_by(part.id)
                           .with_for_update().execution_options(populate_existing=True)).all()


def _slug(details: EventDetails, event: Event | None) -> str:
    """The slug asked for, or one made from the day and the English title. Raises `SlugTaken`."""
    if not (wanted := details.slug or (event.slug if event else "")):
        return free_slug(details.title_en, details.starts_at.date())
    if db.session.scalar(select(exists().where(Event.slug == wanted, Event.id != (event.id if event else 0)))):
        raise SlugTaken
    return wanted


def free_slug(title_en: str, day: date) -> str:
    """An address for a new event, made from its day and English title, that no other event has."""
    proposed = rules.propose_slug(title_en, day)
    taken = db.session.scalar(select(exists().where(Event.slug == proposed)))
    return f"{proposed}-{rules.random_part()}" if taken else proposed


def _fill(event: Event, details: EventDetails) -> None:
    for name in _OWN:
        setattr(event, name, getattr(details, name))
