"""Access codes: they open a hidden category, hold reserved seats, or invite one person.

The seats of a code that reserves are in the counters of the event and of its category from the day it is made. Whoever
registers with it takes one of them; whoever cancels leaves it to the code, as long as the code is good.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update

from core.errors import Refused
from models import AccessCode, Category, Event, db, now
from thai.digits import to_arabic
from thai.names import split_title
from thai.text import normalise

READABLE = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no 0 and O, no 1, I and L


class CodeUnknown(Refused):
    message = _l("We do not know this code. Please check it letter by letter, or leave the field empty.")
    field = "access_code"


class CodeExpired(Refused):
    message = _l("The time of this code is over. Please ask whoever gave it to you.")
    field = "access_code"


class CodeRevoked(Refused):
    message = _l("This code is no longer good. Please ask whoever gave it to you.")
    field = "access_code"


class CodeUsedUp(Refused):
    message = _l("This code has been used as often as it may be. Please ask whoever gave it to you.")
    field = "access_code"


class CodeNotForCategory(Refused):
    message = _l("This code is not for this category. Please choose the category that it is for.")
    field = "category_id"


def clean(typed: str) -> str:
    """The code as it is kept: upper case, Arabic digits, nothing but letters and digits."""
    return re.sub(r"[^0-9A-Zก-๛]", "", to_arabic(normalise(typed)).upper())[:40]


def readable(length: int) -> str:
    """A fresh random code of letters and digits that nobody reads for another."""
    return "".join(secrets.choice(READABLE) for _ in range(length))


def grouped(code: str) -> str:
    """The code as people read it, four letters at a time; `clean` takes it back."""
    return "-".join(code[start:start + 4] for start in range(0, len(code), 4)) if set(code) <= set(READABLE) else code


def find(event: Event, typed: str) -> AccessCode:
    """The good code that was typed. Raises `CodeUnknown`, `CodeRevoked`, `CodeExpired`, `CodeUsedUp`."""
    code = by_letters(event, typed)
    if code is None:
        raise CodeUnknown
    check(code, now())
    return code


def by_letters(event: Event, typed: str) -> AccessCode | None:
    """The code that was typed, good or not."""
    return db.session.scalar(select(AccessCode).where(AccessCode.event_id == event.id, AccessCode.code == clean(typed)))


def check(code: AccessCode, at: datetime) -> None:
    """Whether the code is good at `at`. Raises `CodeRevoked`, `CodeExpired`, `CodeUsedUp`."""
    if code.declined_at or (code.revoked_at and not lapsed(code)):
        raise CodeRevoked
    if code.expires_at and code.expires_at <= at:
        raise CodeExpired
    if code.uses >= code.max_uses:
        raise CodeUsedUp


def lapsed(code: AccessCode) -> bool:
    """Whether its time was over when the seats that it held were freed; otherwise `revoked_at` is an organiser's or the person's doing."""
    return bool(code.revoked_at and code.expires_at and code.expires_at <= code.revoked_at and not code.declined_at)


def categories_open_to(event: Event, code: AccessCode | None) -> list[Category]:
    """What this visitor may choose: the one category that the code is for, else all that are not hidden."""
    if code and code.category_id:
        return [category for category in event.categories if category.id == code.category_id]
    return [category for category in event.categories if not category.hidden]


def redeem(event_id: int, code: AccessCode, category_id: int) -> None:
    """Use the code once. Call it while the event's row is held. Raises `CodeUsedUp`, `CodeNotForCategory`."""
    if code.category_id not in (None, category_id):
        raise CodeNotForCategory
    at = now()
    used = db.session.execute(
        update(AccessCode).where(AccessCode.id == code.id, AccessCode.event_id == event_id, AccessCode.uses < AccessCode.max_uses,
                                 AccessCode.revoked_at.is_(None), or_(AccessCode.expires_at.is_(None), AccessCode.expires_at > at))
        .values(uses=AccessCode.uses + 1).execution_options(synchronize_session=False)).rowcount
    db.session.expire(code, ["uses", "revoked_at"])
    if not used:
        check(code, at)
        raise CodeUsedUp


def give_back(code_id: int) -> None:
    """One use less: a registration that used the code was cancelled."""
    db.session.execute(update(AccessCode).where(AccessCode.id == code_id, AccessCode.uses > 0).values(uses=AccessCode.uses - 1)
                       .execution_options(synchronize_session=False))
    if code := db.session.identity_map.get(db.session.identity_key(AccessCode, code_id)):
        db.session.expire(code, ["uses"])


def reserves_seat(code: AccessCode) -> bool:
    """Whether the seats of this code are in the counters already."""
    return code.reserves and code.revoked_at is None


def prefill(code: AccessCode) -> dict[str, str]:
    """What an invitation knows of the invited person, by form field."""
    title, name = split_title(code.name)
    first, _space, last = name.partition(" ")
    return {"title": title, "first_name": first, "last_name": last, "email": code.email, "organisation_name": code.organisation_name}
