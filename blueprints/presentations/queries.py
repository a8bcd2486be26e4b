"""What people see of presentations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from blueprints.checkin.queries import attended
from blueprints.presentations.schedule import Timed, timed
from models import Event, Membership, Organisation, Registration, RegistrationStatus, Slot, SlotKind, Stage, db


@dataclass(frozen=True)
class Group:
    """Who comes to be photographed together: the organisation of a slot, how many of it have come, how many of them are VIPs."""

    number: int
    name_th: str
    name_en: str
    came: int
    vips: int


def slots(event: Event) -> list[Slot]:
    """The event's slots in their order."""
    return list(db.session.scalars(
        select(Slot).options(joinedload(Slot.organisation), selectinload(Slot.files)).where(Slot.event_id == event.id)
        .order_by(Slot.position, Slot.id)))


def schedule(event: Event, rows: Sequence[Slot]) -> list[Timed]:
    """Those that take place, with their times."""
    return timed(rows, event.starts_at)


def ends_late(event: Event, times: Sequence[Timed]) -> datetime | None:
    """When the last slot ends, if that is after the event."""
    last = max((one.ends_at for one in times), default=None)
    return last if last and last > event.ends_at else None


def stage(event: Event) -> Stage | None:
    """How far the presentations are; None: nothing was begun."""
    return db.session.get(Stage, event.id)


def candidates(event: Event) -> list[Organisation]:
    """Organisations that could present and have no slot yet: the members of the programme's cluster and those that have registered."""
    cluster = event.programme.cluster_id
    members = select(Membership.organisation_id).where(Membership.cluster_id == cluster, Membership.left_on.is_(None))
    registered = select(Registration.organisation_id).where(
        Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED, Registration.organisation_id.is_not(None))
    taken = select(Slot.organisation_id).where(Slot.event_id == event.id, Slot.organisation_id.is_not(None))
    return list(db.session.scalars(
        select(Organisation).where(or_(Organisation.id.in_(members), Organisation.id.in_(registered)), Organisation.id.not_in(taken))
        .order_by(Organisation.sort_key, Organisation.id)))


def photo_order(event: Event, rows: Sequence[Slot]) -> list[Group]:
    """The organisations of the talks, in the order in which they present, each once."""
    counts = {organisation_id: (came, vips) for organisation_id, came, vips in db.session.execute(
        select(Registration.organisation_id, func.count(), func.count(func.nullif(Registration.vip, False)))
        .where(Registration.event_id == event.id, Registration.id.in_(attended(event))).group_by(Registration.organisation_id))}
    seen: set[int | str] = set()
    found: list[Group] = []
    for slot in rows:
        name = slot.organisation.name_th if slot.organisation else slot.organisation_name or slot.title_th
        who = slot.organisation_id or name
        if slot.kind is not SlotKind.TALK or slot.withdrawn or who in seen:
            continue
        seen.add(who)
        came, vips = counts.get(slot.organisation_id, (0, 0)) if slot.organisation_id else (0, 0)
        found.append(Group(len(found) + 1, name, slot.organisation.name_en if slot.organisation else slot.title_en, came, vips))
    return found
