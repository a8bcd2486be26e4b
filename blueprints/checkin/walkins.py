"""People who come without a registration are registered at the door, on a phone that may be offline.

A phone that was offline has let the person in already. So what it tells later is taken beyond every limit, and recorded: nobody who
is inside is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from blueprints.checkin import typed
from blueprints.checkin.items import BadItem, is_id, is_nonce
from blueprints.checkin.judge import CLOCK_LEAD
from blueprints.checkin.services import NotGranted
from blueprints.events.queries import seats_left
from blueprints.registration import notices, seats, services
from blueprints.registration.details import Details, RegisterCommand
from blueprints.registration.facts import AlreadyRegistered
from core import history
from core.codes import digest
from core.errors import Refused
from models import Category, Checkpoint, Device, Event, Registration, RegistrationSource, Scan, db
from thai.names import TITLES

TEXTS = ("first_name", "last_name", "title", "organisation_name", "phone", "email")


class AnotherEvent(Refused):
    message = _l("This checkpoint belongs to another event. Reload the page and choose the checkpoint again.")


@dataclass(frozen=True)
class WalkIn:
    """Somebody whom staff typed in, as the phone reports it. `forced`: beyond every limit, by staff with the right."""

    nonce: str
    first_name: str
    last_name: str
    title: str
    organisation_name: str
    category_id: int | None
    phone: str
    email: str
    claimed_at: datetime
    offline: bool = False
    forced: bool = False


def read(data: Any) -> WalkIn:
    """One walk-in of the JSON batch. Raises `BadItem`."""
    nonce = data.get("nonce") if isinstance(data, dict) else None
    if not is_nonce(nonce):
        raise BadItem(nonce if isinstance(nonce, str) else "")
    category_id, offline, forced = data.get("category"), data.get("offline", False), data.get("forced", False)
    try:
        claimed_at = datetime.fromisoformat(data["claimed_at"])
        said = typed.texts(data, *TEXTS)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise BadItem(nonce) from None
    if claimed_at.tzinfo is None or not (category_id is None or is_id(category_id)) or type(offline) is not bool or type(forced) is not bool:
        raise BadItem(nonce)
    return WalkIn(nonce, category_id=category_id, claimed_at=claimed_at, offline=offline, forced=forced, **said)


def admit(device: Device, checkpoint: Checkpoint, walk_in: WalkIn, at: datetime) -> Registration:
    """Register the person, once however often the phone tells it; whoever is registered already is found instead. `at` is our time.

    No scan is written. The event's row is held from here on, so a batch admits its walk-ins before it holds anybody's row.
    Raises `NotGranted`, `AnotherEvent`, `NameMissing`, `NationalId`, `services.NotOpen`, `seats.NoLongerOpen`; and of a phone that is
    online `typed.BadPhone`, `typed.BadEmail` and kinds of `seats.Full`, these unless staff with the right forced it.
    """
    if not device.may("walk_in") or (walk_in.forced and not device.may("force")):
        raise NotGranted
    if checkpoint.event_id != device.event_id:
        raise AnotherEvent
    event, key = device.event, digest(f"walk-in {device.id} {walk_in.nonce}")[:40]
    seats.lock(event.id)
    scanned = select(Scan.registration_id).where(Scan.device_id == device.id, Scan.nonce == walk_in.nonce)  # an erased person has no key
    if before := db.session.scalar(select(Registration).where(or_(Registration.form_key == key, Registration.id.in_(scanned)))):
        return before
    details, unread = _details(event, walk_in)
    command = RegisterCommand(details, source=RegistrationSource.WALK_IN, form_key=key, overbook=walk_in.offline or walk_in.forced,
                              tell=bool(details.email), at=_came_at(device, walk_in, at))
    try:
        with db.session.begin_nested():  # one who is refused takes nothing from the others of a batch
            registration = services.register(event, command)
    except AlreadyRegistered as fact:
        return fact.registration
    registration.notice_id = notices.put(event, notices.wording(event)).id  # told by word of mouth
    db.session.flush()
    history.record("registration.walked_in", registration=registration, device=device.label, **({"changes": unread} if unread else {}))
    return registration


def _came_at(device: Device, walk_in: WalkIn, at: datetime) -> datetime:
    """When the person came, by the phone's clock if it can be believed (as the judge does)."""
    if walk_in.offline:  # whatever its clock says, its staff let the person in while people came
        return device.event.starts_at
    return walk_in.claimed_at if device.enrolled_at <= walk_in.claimed_at <= at + CLOCK_LEAD else at


def _details(event: Event, walk_in: WalkIn) -> tuple[Details, dict[str, list[str]]]:
    """What is kept; and of a phone that was offline, what it could not check and we cannot read, for the history."""
    given: dict[str, Any] = {}
    unread = {}
    for name, reader in (("phone", typed.phone), ("email", typed.email)):
        text = getattr(walk_in, name)
        try:
            given[name] = reader(text)
        except (typed.BadPhone, typed.BadEmail):
            if not walk_in.offline:
                raise
            given[name], unread[name] = reader(""), [text, ""]
    number, extension = given["phone"]
    category = _category(event, walk_in)
    return Details(category, walk_in.first_name, walk_in.title, walk_in.last_name, walk_in.organisation_name, "", given["email"], number,
                   extension), unread


def _category(event: Event, walk_in: WalkIn) -> int:
    """The chosen category; none chosen, or one that is gone since an offline phone was told: the first with a free seat."""
    if walk_in.category_id and (not walk_in.offline or any(one.id == walk_in.category_id for one in event.categories)):
        return walk_in.category_id
    offered = _offered(event)
    return next((one for one in offered if seats_left(event, one) != 0), offered[0]).id


def _offered(event: Event) -> list[Category]:
    return [one for one in event.categories if not one.hidden] or list(event.categories)


def form_facts(event: Event) -> Mapping[str, Any]:
    """What a phone needs to draw the form without the network: categories, titles, and what is full."""
    return {
        "categories": [{"id": one.id, "th": one.name_th, "en": one.name_en or one.name_th, "full": seats_left(event, one) == 0}
                       for one in _offered(event)],
        "titles": list(TITLES), "full": seats_left(event) == 0}
