"""What people see of programmes and organisations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, distinct, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from models import (
    Cluster,
    Event,
    EventStatus,
    Grant,
    Host,
    Membership,
    Organisation,
    Programme,
    Registration,
    RegistrationStatus,
    StoredFile,
    User,
    db,
    now,
)
from thai.digits import to_arabic
from thai.organisations import fold_organisation


@dataclass(frozen=True)
class Reached:
    """How many organisations and persons hold a place in a programme's events."""

    organisations: int
    persons: int


def visible_programmes(user: User) -> Select[Any]:
    """The programmes in which `user` may see something, newest first."""
    query = select(Programme).order_by(Programme.starts_on.desc(), Programme.id.desc())
    if user.is_admin:
        return query
    mine = select(Grant.programme_id).where(Grant.user_id == user.id, Grant.programme_id.is_not(None))
    through_events = select(Event.programme_id).join(Grant, Grant.event_id == Event.id).where(Grant.user_id == user.id)
    return query.where(or_(Programme.id.in_(mine), Programme.id.in_(through_events)))


def whole_programmes(user: User, programmes: list[Programme]) -> set[int]:
    """The ids of those programmes in which `user` has a role in the programme itself, and not only in some event."""
    ids = {programme.id for programme in programmes}
    if user.is_admin:
        return ids
    return set(db.session.scalars(select(Grant.programme_id).where(Grant.user_id == user.id, Grant.programme_id.in_(ids))))


def events_by_programme(user: User, programmes: list[Programme]) -> dict[int, list[Event]]:
    """The events that `user` may see of each programme: upcoming ones by their start, then past ones, the latest first."""
    whole = whole_programmes(user, programmes)
    single = select(Grant.event_id).where(Grant.user_id == user.id, Grant.event_id.is_not(None))
    events = db.session.scalars(
        upcoming_first(select(Event)).where(Event.programme_id.in_([p.id for p in programmes]), Event.archived_at.is_(None),
                                            or_(Event.programme_id.in_(whole), Event.id.in_(single))))
    found: dict[int, list[Event]] = {programme.id: [] for programme in programmes}
    for event in events:
        found[event.programme_id].append(event)
    return found


def upcoming_first(query: Select[Any]) -> Select[Any]:
    """Order events: what is not over yet by its start, then what is over, the latest first."""
    over = Event.ends_at < now()
    return query.order_by(over, case((over, None), else_=Event.starts_at), Event.starts_at.desc(), Event.id)


def events_of(programme: Programme, archived: bool = False) -> Select[Any]:
    """The events of a programme, upcoming ones first: those in use, or those put away."""
    put_away = Event.archived_at.is_not(None) if archived else Event.archived_at.is_(None)
    return upcoming_first(select(Event).where(Event.programme_id == programme.id, put_away))


def count_archived(programme: Programme) -> int:
    """How many events of the programme are put away."""
    return db.session.scalar(select(func.count(Event.id)).where(Event.programme_id == programme.id, Event.archived_at.is_not(None))) or 0


def reached(programme: Programme) -> Reached:
    """Organisations and persons with a confirmed registration, each counted once in the whole programme."""
    row = db.session.execute(
        select(func.count(distinct(Registration.organisation_id)), func.count(distinct(Registration.person_ref)))
        .join(Event, Event.id == Registration.event_id)
        .where(*_counted(programme))).one()
    return Reached(*row)


def _counted(programme: Programme) -> tuple[ColumnElement[bool], ...]:
    return (Event.programme_id == programme.id, Event.status != EventStatus.CANCELLED,
            Registration.status == RegistrationStatus.CONFIRMED)


def cluster_members(programme: Programme) -> Sequence[Any]:
    """The organisations that were in the programme's cluster at some time of the programme, in dictionary order, each with how
    many people of it hold a place in the programme."""
    people = (select(Registration.organisation_id, func.count(distinct(Registration.person_key)).label("people"))
              .join(Event, Event.id == Registration.event_id).where(*_counted(programme))
              .group_by(Registration.organisation_id).subquery())
    members = select(Membership.organisation_id).where(
        Membership.cluster_id == programme.cluster_id,
        or_(Membership.joined_on.is_(None), Membership.joined_on <= programme.ends_on),
        or_(Membership.left_on.is_(None), Membership.left_on >= programme.starts_on))
    return db.session.execute(
        select(Organisation, func.coalesce(people.c.people, 0).label("people"))
        .outerjoin(people, people.c.organisation_id == Organisation.id)
        .where(Organisation.id.in_(members)).order_by(Organisation.sort_key, Organisation.id)).all()


def clusters() -> list[Cluster]:
    """Every cluster, by name."""
    return list(db.session.scalars(select(Cluster).order_by(Cluster.name_th, Cluster.id)))


def hosts_of(programme: Programme) -> list[Host]:
    """The hosts in their order, with their organisations."""
    return list(db.session.scalars(
        select(Host).options(joinedload(Host.organisation)).where(Host.programme_id == programme.id)
        .order_by(Host.position, Host.id)))


def directory(q: str = "", unconfirmed: bool = False, **equal: str) -> Select[Any]:
    """The organisations whose name holds `q` in any spelling, in dictionary order; those to be confirmed only, if asked.

    `equal`: kind, province, sector that they have; "" is any.
    """
    query = select(Organisation).where(Organisation.merged_into_id.is_(None)).filter_by(**{name: value for name, value in equal.items() if value})
    if unconfirmed:
        query = query.where(Organisation.confirmed.is_(False))
    return _found(query, q).order_by(Organisation.sort_key, Organisation.id)


def values_in_use(column: InstrumentedAttribute[str]) -> list[str]:
    """What the directory says there, each once: provinces, sectors."""
    return list(db.session.scalars(
        select(column).where(column != "", Organisation.merged_into_id.is_(None)).distinct().order_by(column).limit(300)))


def count_unconfirmed() -> int:
    """How many entries participants have typed that no organiser has looked at."""
    query = select(func.count(Organisation.id))
    return db.session.scalar(query.where(Organisation.confirmed.is_(False), Organisation.merged_into_id.is_(None))) or 0


def suggest_organisations(q: str, limit: int = 8) -> list[Organisation]:
    """Confirmed organisations whose name holds `q`; those that begin with it come first. Nothing under two letters."""
    folded = fold_organisation(q)
    if len(folded) < 2:
        return []
    begins = or_(Organisation.folded.startswith(folded, autoescape=True),
                 Organisation.folded_en.startswith(folded, autoescape=True))
    query = _named(select(Organisation).where(Organisation.confirmed, Organisation.merged_into_id.is_(None)), q)
    return list(db.session.scalars(
        query.order_by(case((begins, 0), else_=1), Organisation.sort_key, Organisation.id).limit(limit)))


def _found(query: Select[Any], q: str) -> Select[Any]:
    """As `_named`, by the spelling of an entry merged into another too, and by the juristic number."""
    if not (folded := fold_organisation(q)):
        return query
    merged = select(Organisation.merged_into_id).where(Organisation.merged_into_id.is_not(None))
    number = re.sub(r"[^0-9]", "", to_arabic(q))
    return query.where(or_(_holds(folded), Organisation.id.in_(merged.where(_holds(folded))),
                           Organisation.juristic_number == number if len(number) == 13 else false()))


def _named(query: Select[Any], q: str) -> Select[Any]:
    return query.where(_holds(folded)) if (folded := fold_organisation(q)) else query


def _holds(folded: str) -> ColumnElement[bool]:
    return or_(Organisation.folded.contains(folded, autoescape=True), Organisation.folded_en.contains(folded, autoescape=True))


def logo(sha256: str) -> StoredFile | None:
    """The stored file, if it is the logo of a host: no other file may leave by this way."""
    return db.session.scalar(
        select(StoredFile).where(StoredFile.sha256 == sha256, StoredFile.sha256.in_(select(Host.logo_sha256))))
