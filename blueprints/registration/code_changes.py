"""What organisers do with access codes: make, change and revoke them; and how codes lapse.

Every deed sets the code and moves the counters from what the code held to what it holds (`_set`), while the event's row is held.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from sqlalchemy import Select, func, select

from blueprints.registration import codes, seats, services
from core import history
from core.codes import digest
from core.errors import ChangedMeanwhile, Refused, explain
from models import AccessCode, Event, EventStatus, Registration, User, db, now

MOST_USES = 10_000
LENGTH, INVITATION_LENGTH, SHORTEST = 8, 12, 4  # letters: of a poster's code, of one that opens a person's name, of one that was typed


@dataclass(frozen=True)
class CodeDetails:
    """What an organiser decides of a code."""

    label: str = ""
    category_id: int | None = None
    max_uses: int = 1
    reserves: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Invited:
    """The person whom a code invites."""

    email: str
    name: str = ""
    organisation_name: str = ""
    language: str = "th"


class CodeTaken(Refused):
    message = _l("This event has this code already. Please choose another one.")
    field = "code"


class CodeTooShort(Refused):
    message = _l("Please type at least four letters or digits, or leave it empty and we make one.")
    field = "code"


class ExpiresInThePast(Refused):
    message = _l("This moment is over already. Please choose a later one, or leave day and time empty.")
    field = "expires_day"


class CategoryInUse(Refused):
    message = _l("People have used this code for its category, so the category can no longer be changed. Make another code.")
    field = "category_id"


class CodeGone(Refused):
    message = _l("This code was revoked or declined, so it can no longer be changed. Make a new one.")


class EventIsOver(Refused):
    message = _l("The event is over or cancelled, so it needs no codes any more.")


class BelowUses(Refused):
    field = "max_uses"

    def __init__(self, uses: int) -> None:
        super().__init__(lazy_ngettext("The code was used %(num)s time already, so it cannot be less.",
                                       "The code was used %(num)s times already, so it cannot be less.", uses))


explain("uq_access_code_event_id_code", CodeTaken.field, CodeTaken.message)


def create(event: Event, details: CodeDetails, typed: str = "", *, invited: Invited | None = None, by: User | None = None) -> AccessCode:
    """Make a code, the `typed` one or a random one, and hold its seats.

    Raises `EventIsOver`, `CodeTooShort`, `CodeTaken`, `ExpiresInThePast`, `seats.NoSuchCategory`, `seats.NotEnough`.
    """
    _hold(event)
    _check(event, details)
    code = AccessCode(event=event, code=_letters(event, typed, invited), label=details.label, max_uses=details.max_uses, uses=0,
                      invites=invited is not None, created_by_id=by.id if by else None, **(vars(invited) if invited else {}))
    db.session.add(code)
    db.session.flush()
    _set(code, reserves=details.reserves, category_id=details.category_id, expires_at=details.expires_at)
    _record("code.created", code)
    return code


def change(code: AccessCode, details: CodeDetails, seen: str, invited: Invited | None = None) -> None:
    """Change a code as it was `seen` (`fingerprint`), and whom it invites; a new address was not written to yet.

    A later end gives a code that lapsed its seats again, if they are free.

    Raises `ChangedMeanwhile`, `EventIsOver`, `CodeGone`, `BelowUses`, `CategoryInUse`, `ExpiresInThePast`, `seats.NoSuchCategory`,
    `seats.NotEnough`.
    """
    _hold(code.event)
    db.session.refresh(code)
    if fingerprint(code) != seen:
        raise ChangedMeanwhile
    if code.declined_at or (code.revoked_at and not codes.lapsed(code)):
        raise CodeGone
    _check(code.event, details)
    if details.max_uses < code.uses:
        raise BelowUses(code.uses)
    if code.uses and details.category_id != code.category_id:
        raise CategoryInUse
    person = vars(invited) if invited else {}
    if invited and invited.email != code.email:
        person = person | {"sent_at": None}
    _set(code, **vars(details), revoked_at=None, **person)
    _record("code.changed", code)


def revoke(code: AccessCode) -> None:
    """Let the code open nothing any more and free the seats it holds. Who came with it stays; twice is once."""
    seats.lock(code.event_id)
    db.session.refresh(code)
    if code.revoked_at is None:
        _set(code, revoked_at=now())
        _record("code.revoked", code)


def lapse(code: AccessCode) -> None:
    """Free the seats of a code whose time is over; any other stays as it is."""
    seats.lock(code.event_id)
    db.session.refresh(code)
    if code.revoked_at is None and code.expires_at and code.expires_at <= now():
        _set(code, revoked_at=now())
        _record("code.lapsed", code)


def decline(code: AccessCode) -> None:
    """The invited person does not come: the seat is free. Raises `codes.CodeUsedUp` once registered."""
    seats.lock(code.event_id)
    db.session.refresh(code)
    if code.uses:
        raise codes.CodeUsedUp
    if code.declined_at is None:
        _set(code, declined_at=now(), revoked_at=code.revoked_at or now())
        _record("code.declined", code, by_participant=True)


def to_lapse(at: datetime) -> Select[tuple[int]]:
    """The ids of the codes that hold seats though their time is over at `at`."""
    return (select(AccessCode.id).where(AccessCode.reserves, AccessCode.revoked_at.is_(None), AccessCode.expires_at <= at)
            .order_by(AccessCode.expires_at, AccessCode.id).limit(200))


def fingerprint(code: AccessCode) -> str:
    """The same as long as nobody changed what an organiser decides of the code."""
    names = (*CodeDetails.__dataclass_fields__, *Invited.__dataclass_fields__, "revoked_at")
    return digest(repr([getattr(code, name) for name in names]))


def _hold(event: Event) -> None:
    seats.lock(event.id)
    db.session.refresh(event, ["status", "taken", "capacity"])
    if event.status in (EventStatus.CANCELLED, EventStatus.FINISHED) or event.ends_at <= now():
        raise EventIsOver


def _check(event: Event, details: CodeDetails) -> None:
    if details.category_id is not None and details.category_id not in [category.id for category in event.categories]:
        raise seats.NoSuchCategory
    if details.expires_at and details.expires_at <= now():
        raise ExpiresInThePast


def _letters(event: Event, typed: str, invited: Invited | None) -> str:
    if not typed:
        return codes.readable(INVITATION_LENGTH if invited else LENGTH)
    letters = codes.clean(typed)
    if len(letters) < SHORTEST:
        raise CodeTooShort
    if db.session.scalar(select(AccessCode.id).where(AccessCode.event_id == event.id, AccessCode.code == letters)):
        raise CodeTaken
    return letters


def _set(code: AccessCode, **values: Any) -> None:
    """Set the code, and move the counters from the seats that it held to those that it holds."""
    held, category_id = _held(code), code.category_id
    for name, value in values.items():
        setattr(code, name, value)
    holds = _held(code)
    if category_id == code.category_id:
        seats.reserve(code.event_id, category_id, holds - held)
    else:
        seats.reserve(code.event_id, category_id, -held)
        seats.reserve(code.event_id, code.category_id, holds)
    db.session.flush()
    if holds < held:
        services.pass_on(code.event)


def _held(code: AccessCode) -> int:
    """The seats that a code holds beside those of the people who came with it. Who asks or waits with it has none yet."""
    if code.id is None or not codes.reserves_seat(code):
        return 0
    seated = db.session.scalar(select(func.count(Registration.id)).where(
        Registration.access_code_id == code.id, Registration.status.in_(seats.HOLDING))) or 0
    return code.max_uses - seated


def _record(verb: str, code: AccessCode, *, by_participant: bool = False) -> None:
    """Without the name of an invited person: it belongs to the code alone."""
    db.session.flush()
    history.record(verb, event=code.event, by_participant=by_participant, code_id=code.id, label=code.label, max_uses=code.max_uses,
                   reserves=code.reserves, category_id=code.category_id,
                   expires_at=code.expires_at.isoformat() if code.expires_at else None)
