"""What organisers see of one organisation and of two that may be one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, distinct, func, or_, select
from sqlalchemy.orm import joinedload

from blueprints.programmes import duplicates
from blueprints.programmes.duplicates import Entry, Pair
from models import (
    Event,
    EventStatus,
    HistoryEntry,
    Host,
    Membership,
    NotDuplicate,
    Organisation,
    Programme,
    Registration,
    RegistrationStatus,
    db,
    now,
)

HOLDING = (RegistrationStatus.CONFIRMED, RegistrationStatus.NOT_CONFIRMED)


@dataclass(frozen=True)
class Counts:
    """What hangs on an entry: registrations, memberships, hosts."""

    registrations: int
    memberships: int
    hosts: int


def merged_into(organisation: Organisation) -> list[Organisation]:
    """The entries that became this one, in dictionary order."""
    return list(db.session.scalars(
        select(Organisation).where(Organisation.merged_into_id == organisation.id).order_by(Organisation.sort_key, Organisation.id)))


def memberships_of(organisation: Organisation) -> list[Membership]:
    """Its times in clusters, the latest first."""
    return list(db.session.scalars(
        select(Membership).options(joinedload(Membership.cluster)).where(Membership.organisation_id == organisation.id)
        .order_by(Membership.left_on.is_not(None), Membership.joined_on.desc(), Membership.id)))


def participation(organisation: Organisation) -> Sequence[Any]:
    """(programme, events, persons, registrations) of confirmed registrations, the newest programme first."""
    return db.session.execute(
        select(Programme, func.count(distinct(Event.id)), func.count(distinct(Registration.person_key)), func.count(Registration.id))
        .join(Event, Event.programme_id == Programme.id).join(Registration, Registration.event_id == Event.id)
        .where(Registration.organisation_id == organisation.id, Registration.status == RegistrationStatus.CONFIRMED,
               Event.status != EventStatus.CANCELLED)
        .group_by(Programme.id).order_by(Programme.starts_on.desc(), Programme.id.desc())).all()


def hosted_by(organisation: Organisation) -> list[Programme | Event]:
    """The programmes and events that it holds, programmes first, the newest first."""
    hosts = select(Host.programme_id, Host.event_id).where(Host.organisation_id == organisation.id).subquery()
    programmes = db.session.scalars(select(Programme).where(Programme.id.in_(select(hosts.c.programme_id)))
                                    .order_by(Programme.starts_on.desc(), Programme.id.desc()))
    events = db.session.scalars(select(Event).where(Event.id.in_(select(hosts.c.event_id))).order_by(Event.starts_at.desc(), Event.id))
    return [*programmes, *events]


def history_of(organisation: Organisation) -> Select[Any]:
    """What was done to the entry and to those merged into it, the latest first."""
    ids = select(Organisation.id).where(or_(Organisation.id == organisation.id, Organisation.merged_into_id == organisation.id))
    return (select(HistoryEntry).options(joinedload(HistoryEntry.user)).where(HistoryEntry.organisation_id.in_(ids))
            .order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc()))


def count_for(organisation: Organisation) -> Counts:
    """What a merge would move."""
    counts = (db.session.scalar(select(func.count(table.id)).where(table.organisation_id == organisation.id)) or 0
              for table in (Registration, Membership, Host))
    return Counts(*counts)


def crowded(one: Organisation, other: Organisation) -> Sequence[Any]:
    """(event, seats held by both) where the two together have more seats than one organisation may have."""
    held = func.count(Registration.id)
    return db.session.execute(
        select(Event, held).join(Registration, Registration.event_id == Event.id)
        .where(Registration.organisation_id.in_((one.id, other.id)), Registration.status.in_(HOLDING),
               Event.per_organisation.is_not(None), Event.ends_at >= now())
        .group_by(Event.id).having(held > Event.per_organisation).order_by(Event.starts_at, Event.id)).all()


def lookalikes() -> list[Pair]:
    """The pairs of live entries that look alike and were not told apart."""
    return duplicates.find(_entries(), _apart())


def like(organisation: Organisation) -> list[Organisation]:
    """The live entries that look like this one, the likest first."""
    entry = duplicates.Entry(organisation.id, (organisation.name_th, organisation.name_en), organisation.juristic_number)
    pairs = duplicates.like(entry, _entries(), _apart())
    others = [pair.first if pair.second == organisation.id else pair.second for pair in pairs[:5]]
    found = by_ids(set(others))
    return [found[n] for n in others]


def _entries() -> list[Entry]:
    table = Organisation
    rows = db.session.execute(select(table.id, table.name_th, table.name_en, table.juristic_number).where(table.merged_into_id.is_(None)))
    return [Entry(row.id, (row.name_th, row.name_en), row.juristic_number) for row in rows]


def _apart() -> set[tuple[int, int]]:
    return {(row.first_id, row.second_id) for row in db.session.execute(select(NotDuplicate.first_id, NotDuplicate.second_id))}


def by_ids(ids: set[int]) -> dict[int, Organisation]:
    """These organisations."""
    return {row.id: row for row in db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
