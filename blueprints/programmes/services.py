"""What people do with programmes, clusters and the directory of organisations."""

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
from models import Cluster, Host, Organisation, OrganisationKind, Programme, Role, User, db
from thai.organisations import fold_organisation, sort_name
from thai.sorting import sort_key
from thai.text import juristic_number, normalise

_WIDTH = 200  # characters of Organisation.name_th and folded


class EndsBeforeStart(Refused):
    message = _l("The last day comes before the first day. Please check both dates.")
    field = "ends_on"


class SameOrganisation(Refused):
    message = _l("Another organisation in the directory has this name already, in this or another spelling.")
    field = "name_th"


class NoName(Refused):
    message = _l("Please type a name with letters or digits in it.")
    field = "name_th"


class BadJuristicNumber(Refused):
    message = _l("This is no juristic registration number: it has 13 digits, the first is 0. Check it, or leave it empty.")
    field = "juristic_number"


explain("ck_programme_ends_after_start", "ends_on", EndsBeforeStart.message)
explain("uq_organisation_folded", "name_th", SameOrganisation.message)
explain("uq_organisation_juristic_number", "juristic_number",
        _l("Another organisation in the directory has this number already."))


@dataclass(frozen=True)
class HostCommand:
    """A host as typed, with a new logo (bytes and media type, already cleaned) or the wish to drop the old one."""

    name: str
    logo: tuple[bytes, str] | None = None
    drop_logo: bool = False


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


@dataclass(frozen=True)
class OrganisationCommand:
    """An entry of the directory as an organiser typed it."""

    name_th: str
    name_en: str
    kind: OrganisationKind
    sector: str
    province: str
    juristic_number: str


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
    for command in commands:
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
    folded = fold_organisation(name)[:_WIDTH]
    if not folded:
        return None
    organisation = db.session.scalars(
        select(Organisation).where(or_(Organisation.folded == folded, Organisation.folded_en == folded))
        .order_by(case((Organisation.folded == folded, 0), else_=1), Organisation.id).limit(1)).first()
    while organisation is not None and organisation.merged_into_id is not None:
        organisation = db.session.get_one(Organisation, organisation.merged_into_id)
    return organisation


def find_or_create_organisation(name: str, *, confirmed: bool) -> Organisation | None:
    """The organisation of this name, new if need be; None when the name has no letter or digit.

    An entry that a participant typed (`confirmed=False`) is offered to others only once an organiser has used or confirmed it.
    """
    organisation = find_organisation(name) or _new_organisation(normalise(name)[:_WIDTH], confirmed)
    if organisation is not None and confirmed:
        organisation.confirmed = True
    return organisation


def _new_organisation(name: str, confirmed: bool) -> Organisation | None:
    folded = fold_organisation(name)[:_WIDTH]
    if not folded:
        return None
    organisation = Organisation(name_th=name, folded=folded, sort_key=sort_key(sort_name(name)), confirmed=confirmed)
    try:
        with db.session.begin_nested():
            db.session.add(organisation)
    except IntegrityError:  # somebody typed the same name at the same moment
        return find_organisation(name)
    return organisation


def edit_organisation(organisation: Organisation, command: OrganisationCommand) -> None:
    """Write what an organiser typed, which also confirms the entry. Raises NoName, SameOrganisation, BadJuristicNumber."""
    folded = fold_organisation(command.name_th)[:_WIDTH]
    if not folded:
        raise NoName
    other = select(Organisation.id).where(Organisation.folded == folded, Organisation.id != organisation.id)
    if db.session.scalar(other) is not None:
        raise SameOrganisation
    try:
        number = juristic_number(command.juristic_number) if command.juristic_number else None
    except ValueError:
        raise BadJuristicNumber from None
    organisation.name_th, organisation.name_en, organisation.kind = command.name_th, command.name_en, command.kind
    organisation.sector, organisation.province, organisation.juristic_number = command.sector, command.province, number
    organisation.folded, organisation.folded_en = folded, fold_organisation(command.name_en)[:_WIDTH]
    organisation.sort_key = sort_key(sort_name(command.name_th))
    confirm_organisation(organisation)


def confirm_organisation(organisation: Organisation) -> None:
    """An organiser has looked at an entry that a participant typed: from now on it is offered to others."""
    organisation.confirmed = True
    db.session.flush()
