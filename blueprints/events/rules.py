"""What an event must obey, as pure functions: the details in, the facts that stop them out. No database."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from core.errors import Refused
from models import EventKind
from thai.text import fold

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LENGTH = 60
_SLUG_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are read for another


@dataclass(frozen=True)
class CategoryDetails:
    """One category; `id` is None for a new one, `row` its place in the form, `remove` whether it shall go."""

    row: int
    id: int | None
    name_th: str
    name_en: str
    capacity: int | None
    remove: bool = False
    hidden: bool = False
    approval: bool = False


@dataclass(frozen=True)
class SessionDetails:
    """One session of the agenda; `id`, `row` and `remove` as in `CategoryDetails`."""

    row: int
    id: int | None
    title_th: str
    title_en: str
    starts_at: datetime
    ends_at: datetime
    room: str
    speaker: str
    remove: bool = False
    bookable: bool = False
    capacity: int | None = None


@dataclass(frozen=True)
class EventDetails:
    """All that an organiser says about an event. Moments are aware; an empty slug asks for one to be made."""

    kind: EventKind
    slug: str
    title_th: str
    title_en: str
    summary_th: str
    summary_en: str
    starts_at: datetime
    ends_at: datetime
    place_th: str
    place_en: str
    map_url: str
    online_url: str
    chair_th: str
    chair_en: str
    contact_name: str
    contact_phone: str
    contact_email: str
    hours: int | None
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    capacity: int | None
    categories: tuple[CategoryDetails, ...]
    sessions: tuple[SessionDetails, ...]
    per_organisation: int | None = None
    group_size: int = 5
    waitlist: bool = False
    offer_hours: int = 24
    changes_until: datetime | None = None
    names_until: datetime | None = None


class EndsBeforeStart(Refused):
    message = _l("The event must end after it starts. Please check the days and times.")
    field = "end_time"


class OpensTooLate(Refused):
    message = _l("Registration must open before the event ends.")
    field = "opens_day"


class ClosesBeforeOpening(Refused):
    message = _l("Registration must close after it opens.")
    field = "closes_day"


class ClosesTooLate(Refused):
    message = _l("Registration must close before the event ends.")
    field = "closes_day"


class ChangesTooLate(Refused):
    message = _l("This must be at or before the end of the event.")
    field = "changes_day"


class NamesTooLate(ChangesTooLate):
    field = "names_day"


class SlugUnfit(Refused):
    message = _l("The address may hold small Latin letters, digits and single hyphens, such as result-presentation-2563.")
    field = "slug"


class CategoryTwice(Refused):
    message = _l("Two categories cannot have the same Thai name. Please change one.")


class NoCategory(Refused):
    message = _l("Please name at least one category: everyone who registers belongs to one.")
    field = "categories"


class SessionEndsBeforeStart(Refused):
    message = _l("The session must end after it starts.")


class SessionOutsideEvent(Refused):
    message = _l("The session must lie between the start and the end of the event.")


class SeatsOfAll(Refused):
    message = _l("Seats count only in a session that people choose. Tick that they choose it, or leave the seats empty.")


class Unfit(Refused):
    """Several facts at once: `facts`, each for its own field."""

    def __init__(self, facts: list[Refused]) -> None:
        self.facts = facts
        super().__init__(facts[0].message, facts[0].field)


def check(details: EventDetails) -> None:
    """Raises `Unfit` with every rule that the details break."""
    if facts := [*_broken(details), *_broken_categories(details), *_broken_sessions(details)]:
        raise Unfit(facts)


def _broken(details: EventDetails) -> Iterator[Refused]:
    opens, closes = details.registration_opens_at, details.registration_closes_at
    if details.ends_at <= details.starts_at:
        yield EndsBeforeStart()
    elif closes and closes > details.ends_at:
        yield ClosesTooLate()
    elif opens and not closes and opens >= details.ends_at:
        yield OpensTooLate()
    if opens and closes and closes <= opens:
        yield ClosesBeforeOpening()
    for until, fact in ((details.changes_until, ChangesTooLate), (details.names_until, NamesTooLate)):
        if until and until > details.ends_at > details.starts_at:
            yield fact()
    if details.slug and not (SLUG.fullmatch(details.slug) and len(details.slug) <= SLUG_LENGTH):
        yield SlugUnfit()


def _broken_categories(details: EventDetails) -> Iterator[Refused]:
    kept = [category for category in details.categories if not category.remove]
    if not kept:
        yield NoCategory()
    seen: set[str] = set()
    for category in kept:
        name = fold(category.name_th)
        if name in seen:
            yield CategoryTwice(field=f"categories-{category.row}-name_th")
        seen.add(name)


def _broken_sessions(details: EventDetails) -> Iterator[Refused]:
    for session in details.sessions:
        if session.remove:
            continue
        if session.ends_at <= session.starts_at:
            yield SessionEndsBeforeStart(field=f"sessions-{session.row}-ends")
        elif session.starts_at < details.starts_at or session.ends_at > details.ends_at:
            yield SessionOutsideEvent(field=f"sessions-{session.row}-starts")
        if session.capacity is not None and not session.bookable:
            yield SeatsOfAll(field=f"sessions-{session.row}-capacity")


def propose_slug(title_en: str, day: date) -> str:
    """An address such as 2020-07-17-result-presentation: the day, then as many whole words of the Latin title as fit.

    Without Latin letters five random ones stand in, so that the address of one draft does not give away another's.
    """
    words = re.findall(r"[a-z0-9]+", title_en.lower())
    slug = day.isoformat()
    for word in words:
        if len(slug) + 1 + len(word) > SLUG_LENGTH - 6:  # room for what makes it unique
            break
        slug += f"-{word}"
    return slug if slug != day.isoformat() else f"{slug}-{random_part()}"


def random_part() -> str:
    """Five random letters or digits."""
    return "".join(secrets.choice(_SLUG_LETTERS) for _ in range(5))
