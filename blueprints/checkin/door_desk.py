"""What staff at the door do besides scanning: a colleague comes instead, a whole enterprise comes in at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from blueprints.checkin import queries, typed
from blueprints.checkin.services import NotGranted
from blueprints.registration import changes, seats
from blueprints.registration.details import Details
from blueprints.registration.tickets import name_of
from core.errors import Refused
from core.locale import both
from models import Checkpoint, Device, Event, Registration, RegistrationStatus, db
from thai.organisations import fold_organisation, sort_name
from thai.text import fold

MOST = 200  # of one organisation at one event
_LOOKED_AT = 1_000


class NotThere(Refused):
    message = _l("This person is not registered for this event.")


class NoSeat(Refused):
    message = _l("This person holds no seat, so nobody can come instead. Register the colleague as a walk-in.")


@dataclass(frozen=True)
class Colleague:
    """Who comes instead."""

    title: str
    first_name: str
    last_name: str
    phone: str
    email: str


def read(data: Mapping[str, Any]) -> Colleague:
    """A colleague out of JSON. Raises ValueError."""
    return Colleague(**typed.texts(data, "title", "first_name", "last_name", "phone", "email"))


def substitute(device: Device, registration: Registration | None, colleague: Colleague) -> Registration:
    """Give the seat to a colleague of the same organisation; the old ticket is void.

    Raises `NotGranted`, `NotThere`, `NoSeat`, `typed.BadPhone`, `typed.BadEmail`, and the facts of `changes.substitute`.
    """
    if not device.may("substitute"):
        raise NotGranted
    if registration is None or registration.event_id != device.event_id or registration.anonymised_at:
        raise NotThere
    if registration.status != RegistrationStatus.CONFIRMED:
        raise NoSeat
    number, extension = typed.phone(colleague.phone)
    details = Details(registration.category_id, colleague.first_name, colleague.title, colleague.last_name, registration.organisation_name,
                      email=typed.email(colleague.email), phone=number, phone_extension=extension)
    changes.substitute(registration, details, registration.version, by_organiser=True, device=device.label)
    return registration


def of_organisation(event: Event, organisation_id: int | None, name: str) -> list[Registration]:
    """Everybody with a seat from one organisation, in Thai dictionary order, at most `MOST` + 1.

    People without an entry in the directory belong together if their organisation's name is the same in any spelling.
    """
    rows = select(Registration).options(joinedload(Registration.category)).where(
        Registration.event_id == event.id, Registration.status.in_(seats.HOLDING)).order_by(Registration.sort_key, Registration.id)
    if organisation_id is not None:
        return list(db.session.scalars(rows.where(Registration.organisation_id == organisation_id).limit(MOST + 1)))
    folded, words = fold_organisation(name), fold(sort_name(name))
    if not folded or not words:
        return []
    alike = rows.where(Registration.organisation_id.is_(None), Registration.search_text.contains(words, autoescape=True)).limit(_LOOKED_AT)
    return [one for one in db.session.scalars(alike) if fold_organisation(one.organisation_name) == folded][:MOST + 1]


def inside(checkpoint: Checkpoint, ids: Collection[int]) -> set[int]:
    """Which of these registrations are in, or came, at the checkpoint."""
    here = select(Registration.id).where(Registration.id.in_(ids), Registration.id.in_(queries.inside(checkpoint.policy)))
    return set(db.session.scalars(here, queries.of(checkpoint))) if ids else set()


def hit(registration: Registration, came: bool) -> dict[str, Any]:
    """One person as a search on the phone shows it: nothing by which the person could be reached."""
    return {"registration": registration.id, "name": name_of(registration), "organisation": registration.organisation_name,
            "organisation_id": registration.organisation_id, "category": both(registration.category.name_th, registration.category.name_en),
            "status": registration.status.value, "in": came}
