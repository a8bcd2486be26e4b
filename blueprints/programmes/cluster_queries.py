"""What people see of clusters, and what a pasted list of names means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, or_, select
from sqlalchemy.orm import joinedload

from blueprints.programmes.services import WIDTH, stands_for
from core.locale import local
from models import Cluster, Membership, Organisation, Programme, db, now
from thai.organisations import fold_organisation


@dataclass(frozen=True)
class Line:
    """One pasted name. `state`: new, known, spelling (known under the other name), member, twice or unreadable."""

    name: str
    state: str
    organisation: Organisation | None = None


def today() -> date:
    """This day in Thailand."""
    return local(now()).date()


def at_present() -> ColumnElement[bool]:
    """Whether a membership holds today."""
    day = today()
    return and_(or_(Membership.joined_on.is_(None), Membership.joined_on <= day), or_(Membership.left_on.is_(None), Membership.left_on > day))


def all_clusters() -> Select[Any]:
    """Every cluster, by name."""
    return select(Cluster).order_by(Cluster.name_th, Cluster.id)


def sizes(clusters: Sequence[Cluster]) -> dict[int, tuple[int, int]]:
    """Cluster id → (members today, programmes), for these clusters."""
    ids = [cluster.id for cluster in clusters]
    people = select(Membership.cluster_id, func.count(distinct(Membership.organisation_id))).where(
        Membership.cluster_id.in_(ids), at_present()).group_by(Membership.cluster_id)
    works = select(Programme.cluster_id, func.count(Programme.id)).where(Programme.cluster_id.in_(ids)).group_by(Programme.cluster_id)
    members, programmes = ({row[0]: row[1] for row in db.session.execute(query)} for query in (people, works))
    return {n: (members.get(n, 0), programmes.get(n, 0)) for n in ids}


def members(cluster: Cluster, former: bool) -> Select[Any]:
    """The rows of those who are members today (or are not any more, or not yet), in dictionary order."""
    return (select(Membership).join(Membership.organisation).options(joinedload(Membership.organisation))
            .where(Membership.cluster_id == cluster.id, ~at_present() if former else at_present())
            .order_by(Organisation.sort_key, Organisation.id, Membership.joined_on, Membership.id))


def count_members(cluster: Cluster) -> tuple[int, int]:
    """How many rows hold today, and how many do not."""
    row = db.session.execute(
        select(func.count(Membership.id).filter(at_present()), func.count(Membership.id)).where(Membership.cluster_id == cluster.id)).one()
    return row[0], row[1] - row[0]


def programmes_of(cluster: Cluster) -> list[Programme]:
    """The programmes that work with the cluster, newest first."""
    return list(db.session.scalars(
        select(Programme).where(Programme.cluster_id == cluster.id).order_by(Programme.starts_on.desc(), Programme.id.desc()).limit(20)))


def read_names(cluster: Cluster, names: Sequence[str]) -> list[Line]:
    """What adding these names would mean, without changing anything."""
    folded = [fold_organisation(name)[:WIDTH] for name in names]
    known = _known(set(folded))
    there = set(db.session.scalars(select(Membership.organisation_id).where(Membership.cluster_id == cluster.id, at_present())))
    seen: set[object] = set()
    lines = []
    for name, key in zip(names, folded, strict=True):
        organisation = known.get(key)
        same: object = organisation.id if organisation else key
        if not key:
            state = "unreadable"
        elif same in seen:
            state = "twice"
        elif organisation is None:
            state = "new"
        elif organisation.id in there:
            state = "member"
        else:
            state = "known" if organisation.name_th == name else "spelling"
        seen.add(same)
        lines.append(Line(name, state, organisation))
    return lines


def _known(folded: set[str]) -> dict[str, Organisation]:
    """As `services.find_organisation`, for many names at once."""
    found: dict[str, Organisation] = {}
    wanted = folded - {""}
    rows = db.session.scalars(
        select(Organisation).where(or_(Organisation.folded.in_(wanted), Organisation.folded_en.in_(wanted))).order_by(Organisation.id)).all()
    for organisation in rows:
        found.setdefault(organisation.folded_en, organisation)
    found |= {organisation.folded: organisation for organisation in rows}
    merged = {organisation.merged_into_id for organisation in found.values()} - {None}
    became = {row.id: row for row in db.session.scalars(select(Organisation).where(Organisation.id.in_(merged)))}
    return {key: stands_for(became.get(row.merged_into_id or 0, row)) for key, row in found.items() if key in wanted}
