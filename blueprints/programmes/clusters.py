"""What organisers do with clusters and their members."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from blueprints.programmes.services import find_or_create_organisation
from core import history
from core.errors import Refused, explain
from models import Cluster, Membership, db
from thai.text import normalise

MOST_NAMES = 500  # in one list
_NUMBER = re.compile(r"\s*[0-9๐-๙]*[.)]?\s*")
_NUMBERED = re.compile(r"^(?:[0-9๐-๙]{1,3}[.)]|[-–•*])\s+")


class ClusterThere(Refused):
    message = _l("Another cluster has this name already.")
    field = "name_th"


class MemberAlready(Refused):
    message = _l("The organisation is a member of this cluster at that time already.")
    field = "name"


class NoOrganisationName(Refused):
    message = _l("Please type the name of an organisation, with letters or digits in it.")
    field = "name"


class LeftBeforeJoined(Refused):
    message = _l("The day of leaving comes before the day of joining. Please check both dates.")
    field = "left_on"


explain("ck_membership_left_after_joined", "left_on", LeftBeforeJoined.message)
explain("uq_membership_cluster_id_organisation_id_joined_on", "joined_on", MemberAlready.message)


def save_cluster(cluster: Cluster, name_th: str, name_en: str) -> Cluster:
    """Write the names of a new or known cluster. Raises ClusterThere."""
    same = or_(Cluster.name_th == name_th, Cluster.name_en == name_en if name_en else False)
    with db.session.no_autoflush:
        if db.session.scalar(select(Cluster.id).where(same, Cluster.id != (cluster.id or 0)).limit(1)) is not None:
            raise ClusterThere
    cluster.name_th, cluster.name_en = name_th, name_en
    db.session.add(cluster)
    db.session.flush()
    return cluster


def add_member(cluster: Cluster, name: str, joined_on: date | None) -> Membership:
    """The organisation of this name, new if need be, joins the cluster. Raises NoOrganisationName, MemberAlready."""
    _hold(cluster)
    organisation = find_or_create_organisation(name, confirmed=True)
    if organisation is None:
        raise NoOrganisationName
    db.session.flush()
    member = Membership(cluster_id=cluster.id, organisation_id=organisation.id, joined_on=joined_on)
    _refuse_overlap(member)
    db.session.add(member)
    db.session.flush()
    history.record("cluster.joined", organisation=organisation, cluster=cluster.name_th, on=_iso(joined_on))
    return member


def add_members(cluster: Cluster, names: Iterable[str], joined_on: date | None) -> int:
    """All of these join who are not members at that time; how many did."""
    added = 0
    for name in names:
        try:
            add_member(cluster, name, joined_on)
            added += 1
        except (MemberAlready, NoOrganisationName):
            continue
    return added


def set_times(member: Membership, joined_on: date | None, left_on: date | None) -> None:
    """Write when the organisation joined and left. Raises LeftBeforeJoined, MemberAlready."""
    _hold(member.cluster)
    if joined_on and left_on and left_on < joined_on:
        raise LeftBeforeJoined
    db.session.refresh(member)
    verb = "cluster.left" if left_on and left_on != member.left_on else "cluster.times_changed"
    with db.session.no_autoflush:
        member.joined_on, member.left_on = joined_on, left_on
        _refuse_overlap(member, field="joined_on")
    db.session.flush()
    history.record(verb, organisation=member.organisation, cluster=member.cluster.name_th, joined=_iso(joined_on), left=_iso(left_on))


def remove_member(member: Membership) -> None:
    """Take out a row that was a mistake; who left is marked as left instead (`set_times`)."""
    history.record("cluster.removed", organisation=member.organisation, cluster=member.cluster.name_th,
                   joined=_iso(member.joined_on), left=_iso(member.left_on))
    db.session.delete(member)
    db.session.flush()


def names_of(text: str) -> list[str]:
    """The names in a pasted list, one a line, without numbers and bullets before them; of a workbook's row the first cell that is
    more than a number."""
    cells = (next((cell for cell in line.split("\t") if not _NUMBER.fullmatch(cell)), "") for line in text.splitlines())
    return [name for name in (normalise(_NUMBERED.sub("", cell.strip())) for cell in cells) if name]


def _hold(cluster: Cluster) -> None:
    """One change of a cluster's members at a time."""
    db.session.execute(select(Cluster.id).where(Cluster.id == cluster.id).with_for_update())


def _refuse_overlap(member: Membership, field: str | None = None) -> None:
    others = select(Membership).where(Membership.cluster_id == member.cluster_id, Membership.id != (member.id or 0),
                                      Membership.organisation_id == member.organisation_id)
    for other in db.session.scalars(others):
        if (_from(member) <= (other.left_on or date.max)) and (_from(other) <= (member.left_on or date.max)):
            raise MemberAlready(field=field)


def _from(member: Membership) -> date:
    return member.joined_on or date.min


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
