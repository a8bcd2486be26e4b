"""One deed for many people of the list: each has a result of its own, and one refusal stops nobody else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.registration import approval, letters, marks, services
from blueprints.registration.details import Details
from core import history
from core.errors import Refused
from models import Category, Event, Registration, RegistrationStatus, db

MOST = 5_000
CHUNK = 100


class TooMany(Refused):
    message = _l("This is more than 5,000 people at once. Please narrow the list first.")


class NobodyChosen(Refused):
    message = _l("Please tick at least one person.")


@dataclass
class Outcome:
    """What became of a deed: how many, and of the others who and why not."""

    done: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)  # registration id, sentence


@dataclass(frozen=True)
class Deed:
    """Something to do with one registration, in words for the button and for what it leads to."""

    label: Any
    warning: Any
    act: Callable[[Registration, Category | None], None]
    danger: bool = False
    needs_category: bool = False


def _cancel(registration: Registration, _category: Category | None) -> None:
    services.cancel(registration, by_organiser=True)


def _approve(registration: Registration, _category: Category | None) -> None:
    approval.approve(registration)


def _send_link(registration: Registration, _category: Category | None) -> None:
    if registration.status == RegistrationStatus.CANCELLED or not registration.email:
        raise NoAddress
    if letters.send_link(registration):
        history.record("registration.link_sent", registration=registration)


def _move(registration: Registration, category: Category | None) -> None:
    if category is None or registration.category_id == category.id:
        return
    details = Details(category.id, registration.first_name, registration.title, registration.last_name, registration.organisation_name,
                      registration.position, registration.email, registration.phone, registration.phone_extension)
    services.update_details(registration, details, registration.version, by_organiser=True)


def _vip(registration: Registration, _category: Category | None) -> None:
    marks.set_vip(registration, True)


def _not_vip(registration: Registration, _category: Category | None) -> None:
    marks.set_vip(registration, False)


class NoAddress(Refused):
    message = _l("Has no e-mail address, or is cancelled.")


DEEDS: dict[str, Deed] = {
    "link": Deed(_l("Send the link again"), _l("Each gets an e-mail with the link to the ticket."), _send_link),
    "approve": Deed(_l("Give a seat"), _l("Those who asked or wait get a seat while some are free, and are told so."), _approve),
    "move": Deed(_l("Move to another category"), _l("Seats of the new category are taken, those of the old one are free. Each is told."), _move,
                 needs_category=True),
    "vip": Deed(_l("Mark as VIP"), _l("The door and the master of ceremonies are told when they arrive. Nobody is written to."), _vip),
    "not_vip": Deed(_l("Take the VIP mark away"), _l("The door treats them like everybody. Nobody is written to."), _not_vip),
    "cancel": Deed(_l("Cancel the registrations"), _l("Tickets become invalid, seats are free, and each is told."), _cancel, danger=True),
}


def people(event: Event, ids: Sequence[int]) -> list[Registration]:
    """Those of the event among `ids`, in Thai dictionary order. Raises `NobodyChosen`, `TooMany`."""
    if not ids:
        raise NobodyChosen
    if len(ids) > MOST:
        raise TooMany
    found: list[Registration] = []
    for start in range(0, len(ids), 500):
        found += db.session.scalars(select(Registration).where(Registration.event_id == event.id, Registration.id.in_(ids[start:start + 500])))
    if not found:
        raise NobodyChosen
    return sorted(found, key=lambda one: (one.sort_key, one.id))


def do(name: str, event: Event, ids: Sequence[int], category: Category | None, outcome: Outcome) -> None:
    """Do it to each of `ids`, each in a savepoint of its own. Called with a chunk in each transaction."""
    deed = DEEDS[name]
    for registration in people(event, ids):
        try:
            with db.session.begin_nested():
                deed.act(registration, category)
            outcome.done += 1
        except Refused as fact:
            outcome.refused.append((registration.id, str(fact.message)))
