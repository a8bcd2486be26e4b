"""What organisers do with an entry of the directory of organisations."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.programmes.services import WIDTH, stands_for
from core import history
from core.codes import digest
from core.errors import ChangedMeanwhile, Refused, explain
from models import Organisation, OrganisationKind, db
from thai.organisations import fold_organisation, sort_name
from thai.sorting import sort_key
from thai.text import juristic_number


class SameOrganisation(Refused):
    """Another entry has the name; `other` is the one that stands for it."""

    message = _l("Another organisation in the directory has this name already, in this or another spelling.")
    field = "name_th"

    def __init__(self, other: Organisation) -> None:
        super().__init__()
        self.other = other


class NoName(Refused):
    message = _l("Please type a name with letters or digits in it.")
    field = "name_th"


class BadJuristicNumber(Refused):
    message = _l("This is no juristic registration number: it has 13 digits, the first is 0. Check it, or leave it empty.")
    field = "juristic_number"


class Merged(Refused):
    message = _l("This entry has been merged into another meanwhile. Change that one.")


explain("uq_organisation_folded", "name_th", SameOrganisation.message)
explain("uq_organisation_juristic_number", "juristic_number",
        _l("Another organisation in the directory has this number already."))


@dataclass(frozen=True)
class OrganisationCommand:
    """An entry of the directory as an organiser typed it."""

    name_th: str
    name_en: str
    kind: OrganisationKind
    sector: str
    province: str
    juristic_number: str


def state_of(organisation: Organisation) -> str:
    """A digest of what the entry says, so that a second editor is noticed."""
    return digest("\n".join(map(str, asdict(_said(organisation)).values())))


def _said(organisation: Organisation) -> OrganisationCommand:
    return OrganisationCommand(organisation.name_th, organisation.name_en, organisation.kind, organisation.sector,
                               organisation.province, organisation.juristic_number or "")


def edit_organisation(organisation: Organisation, command: OrganisationCommand, seen: str | None = None) -> None:
    """Write what an organiser typed, which also confirms the entry; `seen` is the `state_of` it that the person saw.

    Raises NoName, SameOrganisation, BadJuristicNumber, ChangedMeanwhile, Merged.
    """
    db.session.refresh(organisation, with_for_update=True)
    if organisation.merged_into_id is not None:
        raise Merged
    if seen is not None and seen != state_of(organisation):
        raise ChangedMeanwhile
    try:
        number = juristic_number(command.juristic_number) if command.juristic_number else None
    except ValueError:
        raise BadJuristicNumber from None
    before = _said(organisation)
    _rename(organisation, command.name_th)
    organisation.name_en, organisation.folded_en = command.name_en, fold_organisation(command.name_en)[:WIDTH]
    organisation.kind, organisation.sector, organisation.province = command.kind, command.sector, command.province
    organisation.juristic_number, organisation.confirmed = number, True
    db.session.flush()
    old, new = asdict(before), asdict(_said(organisation))
    if changed := {name: [old[name], new[name]] for name in old if old[name] != new[name]}:
        history.record("organisation.changed", organisation=organisation, **changed)


def _rename(organisation: Organisation, name: str) -> None:
    """Give the entry another Thai name. The name of an entry merged into it may be taken: the two swap, so both go on finding it."""
    folded = fold_organisation(name)[:WIDTH]
    if not folded:
        raise NoName
    other = db.session.scalar(select(Organisation).where(Organisation.folded == folded, Organisation.id != organisation.id))
    if other is not None:
        if stands_for(other) is not organisation:
            raise SameOrganisation(stands_for(other))
        old = organisation.name_th, organisation.folded, organisation.sort_key
        other.folded = f"~{other.id}"  # a name has one owner at any moment
        db.session.flush()
    organisation.name_th, organisation.folded, organisation.sort_key = name, folded, sort_key(sort_name(name))
    if other is not None:
        db.session.flush()
        other.name_th, other.folded, other.sort_key = old


def confirm_organisation(organisation: Organisation) -> None:
    """An organiser has looked at an entry that a participant typed: from now on it is offered to others."""
    if not organisation.confirmed:
        organisation.confirmed = True
        history.record("organisation.confirmed", organisation=organisation)
    db.session.flush()
