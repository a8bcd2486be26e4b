"""What people do with programmes, and how a name finds its organisation or cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from blueprints.accounts import services as accounts
from core import storage
from core.errors import ChangedMeanwhile, Refused, explain
from models import Cluster, Host, Organisation, Programme, Role, User, db
from thai.organisations import fold_organisation, sort_name
from thai.sorting import sort_key
from thai.text import normalise

WIDTH = 200  # characters of Organisation.name_th and folded


class EndsBeforeStart(Refused):
    message = _l("The last day comes before the first day. Please check both dates.")
    field = "ends_on"


explain("ck_programme_ends_after_start", "ends_on", EndsBeforeStart.message)


@dataclass(frozen=True)
class HostCommand:
    """A host as typed, with a new logo (bytes and media type, already cleaned) or the wish to drop the old one."""

    name: str
    logo: tuple[bytes, str] | None = None
    drop_logo: bool = False
    place: int | None = None  # among the hosts, from 1; None: where it stands


@dataclass(frozen=True)
class ProgrammeCommand:
    """A programme as typed. Targets: organisations and persons as numbers, attendance and satisfaction in percent."""

    title_th: str
    title_en: str
    summary_th: str
    summary_en: str
    cluster_th: str
    cluster_en: str
    starts_on: date
    ends_on: date
    target_organisations: int | None = None
    target_persons: int | None = None
    target_attendance: int | None = None
    target_satisfaction: int | None = None
    hosts: Sequence[HostCommand] = field(default=())


def create_programme(command: ProgrammeCommand, by: User) -> Programme:
    """A new programme, owned by its creator. Raises EndsBeforeStart."""
    programme = Programme()
    db.session.add(programme)
    _write(programme, command)
    db.session.flush()
    accounts.grant(by, Role.OWNER, programme)
    return programme


def edit_programme(programme: Programme, command: ProgrammeCommand, version: int) -> None:
    """Write what was typed over the state `version` that the person saw. Raises ChangedMeanwhile, EndsBeforeStart."""
    if programme.version != version:
        raise ChangedMeanwhile
    _write(programme, command)
    flag_modified(programme, "title_th")  # a change of the hosts alone is a change of the programme too
    db.session.flush()


def _write(programme: Programme, command: ProgrammeCommand) -> None:
    if command.ends_on < command.starts_on:
        raise EndsBeforeStart
    for name in ("title_th", "title_en", "summary_th", "summary_en", "starts_on", "ends_on", "target_organisations",
                 "target_persons", "target_attendance", "target_satisfaction"):
        setattr(programme, name, getattr(command, name))
    programme.cluster = find_or_create_cluster(command.cluster_th, command.cluster_en)
    programme.hosts = hosts_as_typed(programme.hosts, command.hosts)


def hosts_as_typed(present: Sequence[Host], commands: Sequence[HostCommand]) -> list[Host]:
    """The hosts in the order typed; an organisation that was host before keeps its logo, typed twice it stands once."""
    before = {host.organisation: host for host in present}
    hosts: dict[Organisation, Host] = {}
    for command in in_order(commands):
        organisation = find_or_create_organisation(command.name, confirmed=True)
        if organisation is None or organisation in hosts:
            continue
        host = before.get(organisation) or Host(organisation=organisation)
        host.position = len(hosts)
        if command.logo:
            host.logo_sha256 = storage.put(*command.logo)
        elif command.drop_logo:
            host.logo_sha256 = None
        hosts[organisation] = host
    return list(hosts.values())


def in_order(commands: Sequence[HostCommand]) -> list[HostCommand]:
    """The lines by their places. A line that was given another's place goes before it on the way up, after it on the way down."""
    def key(line: tuple[int, HostCommand]) -> tuple[float, int]:
        stood, place = line[0] + 1, line[1].place or line[0] + 1
        return place + (0.5 if place > stood else -0.5 if place < stood else 0), stood
    return [command for _, command in sorted(enumerate(commands), key=key)]


def find_or_create_cluster(name_th: str, name_en: str = "") -> Cluster | None:
    """The cluster of this name in Thai or English, or a new one; None without a name. An English name given is kept."""
    name_th, name_en = normalise(name_th), normalise(name_en)
    if not (name_th or name_en):
        return None
    name = name_th or name_en
    cluster = db.session.scalars(
        select(Cluster).where(or_(Cluster.name_th == name, Cluster.name_en == name)).order_by(Cluster.id)).first()
    if cluster is None:
        cluster = Cluster(name_th=name)
        db.session.add(cluster)
    if name_en:
        cluster.name_en = name_en
    db.session.flush()
    return cluster


def find_organisation(name: str) -> Organisation | None:
    """The organisation that stands for this name in any spelling, Thai or English; a merged entry leads to the one it became."""
    folded = fold_organisation(name)[:WIDTH]
    if not folded:
        return None
    organisation = db.session.scalars(
        select(Organisation).where(or_(Organisation.folded == folded, Organisation.folded_en == folded))
        .order_by(case((Organisation.folded == folded, 0), else_=1), Organisation.id).limit(1)).first()
    return stands_for(organisation) if organisation else None


def stands_for(organisation: Organisation) -> Organisation:
    """The entry that this one became through every merge since; itself if it was not merged."""
    while organisation.merged_into_id is not None:
        organisation = db.session.get_one(Organisation, organisation.merged_into_id)
    return organisation


def find_or_create_organisation(name: str, *, confirmed: bool) -> Organisation | None:
    """The organisation of this name, new if need be; None when the name has no letter or digit.

    An entry that a participant typed (`confirmed=False`) is offered to others only once an organiser has used or confirmed it.
    The entry is not merged into another before the transaction ends, so that what is written with its id stays with a live one.
    """
    organisation = _held(find_organisation(name)) or _new_organisation(normalise(name)[:WIDTH], confirmed)
    if organisation is not None and confirmed:
        organisation.confirmed = True
    return organisation


def _held(organisation: Organisation | None) -> Organisation | None:
    """The entry, held against a merge until the transaction ends; who merged it meanwhile has been waited for."""
    while organisation is not None:
        organisation = db.session.scalars(
            select(Organisation).where(Organisation.id == organisation.id).with_for_update(read=True, key_share=True)
            .execution_options(populate_existing=True)).one()
        if organisation.merged_into_id is None:
            break
        organisation = stands_for(organisation)
    return organisation


def _new_organisation(name: str, confirmed: bool) -> Organisation | None:
    folded = fold_organisation(name)[:WIDTH]
    if not folded:
        return None
    organisation = Organisation(name_th=name, folded=folded, sort_key=sort_key(sort_name(name)), confirmed=confirmed)
    try:
        with db.session.begin_nested():
            db.session.add(organisation)
    except IntegrityError:  # somebody typed the same name at the same moment
        return _held(find_organisation(name))
    return organisation
