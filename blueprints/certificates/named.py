"""People who get a certificate without a registration: typed or pasted, or taken from the agenda."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from core import history
from core.errors import Refused
from models import Certificate, CertificateKind, CertificatePlan, CertificateStatus, Event, NamedHolder, db
from thai.names import split_title
from thai.organisations import sort_name
from thai.sorting import name_sort_key, sort_key
from thai.text import fold, normalise

MOST_LINES = 500
LONGEST = 200
PARTS = re.compile(r"[\t;]")
SPEAKERS = re.compile(r"[\n;/]|,(?=\s)|\sและ\s?|\sand\s")

NO_NAME = _l("There is no name at the beginning of the line.")
TOO_MANY_PARTS = _l("There is more on the line than name, English name and organisation.")
TOO_LONG = _l("One part has more than 200 characters.")
TWICE = _l("This name is on the list already.")


class HasCertificate(Refused):
    def __init__(self, number: str) -> None:
        super().__init__(_l("Certificate %(number)s names this person, so the line stays. Revoke the certificate first.", number=number))


class TooManyLines(Refused):
    message = _l("Up to 500 lines at one time. Please paste the rest afterwards.")
    field = "lines"


class LinesUnclear(Refused):
    message = _l("Nothing is saved yet: please mend the lines that are marked below, and save again.")
    field = "lines"


class SameName(Refused):
    message = TWICE
    field = "name_th"


@dataclass(frozen=True)
class HolderCommand:
    """What a certificate says of somebody who is only named."""

    name_th: str
    name_en: str = ""
    organisation: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The same for the same person, whatever the spaces and the title."""
        return fold(split_title(self.name_th)[1]) or fold(self.name_th), fold(self.organisation)


@dataclass(frozen=True)
class Line:
    """What was read on a line, and what is wrong with it."""

    number: int
    holder: HolderCommand
    problem: Any = ""


def read(text: str, there: Iterable[HolderCommand] = ()) -> list[Line]:
    """What pasted lines say: name, English name, organisation, divided by tabs or semicolons; an empty line says nothing. `there` are
    those who are on the list already. Raises `TooManyLines`."""
    known, found = {one.key for one in there}, []
    for number, line in enumerate(text.splitlines(), 1):
        if not normalise(line):
            continue
        parts = [normalise(part) for part in PARTS.split(line)]
        holder = HolderCommand(*(parts + ["", "", ""])[:3])
        found.append(Line(number, holder, _problem(parts, holder, known)))
        known.add(holder.key)
    if len(found) > MOST_LINES:
        raise TooManyLines
    return found


def _problem(parts: list[str], holder: HolderCommand, known: set[tuple[str, str]]) -> Any:
    if not holder.name_th:
        return NO_NAME
    if any(parts[3:]):
        return TOO_MANY_PARTS
    if any(len(part) > LONGEST for part in parts):
        return TOO_LONG
    return TWICE if holder.key in known else ""


def listed(plan: CertificatePlan) -> Select[tuple[NamedHolder]]:
    """Who is named, in Thai order."""
    return select(NamedHolder).where(NamedHolder.plan_id == plan.id).order_by(NamedHolder.sort_key, NamedHolder.id)


def holders_of(plan: CertificatePlan) -> list[NamedHolder]:
    """All who are named, in Thai order."""
    return list(db.session.scalars(listed(plan)))


def numbers_of(holders: Sequence[NamedHolder]) -> dict[int, str]:
    """The number of the valid certificate of each who has one, by the id of the line."""
    rows = db.session.execute(select(Certificate.named_holder_id, Certificate.number).where(
        Certificate.named_holder_id.in_([one.id for one in holders]), Certificate.status == CertificateStatus.VALID).order_by(Certificate.id))
    return {row[0]: row[1] for row in rows}


def add(plan: CertificatePlan, text: str) -> list[Line]:
    """Name everybody on these lines, or nobody when something is wrong with one; what was read. Raises `TooManyLines`."""
    db.session.execute(select(Event.id).where(Event.id == plan.event_id).with_for_update())
    lines = read(text, map(_command, holders_of(plan)))
    if not any(line.problem for line in lines):
        for line in lines:
            holder = NamedHolder(plan_id=plan.id)
            _write(plan, holder, line.holder)
            db.session.add(holder)
        if lines:
            history.record("certificate.holders_named", event=plan.event, kind=plan.kind.value, count=len(lines))
        db.session.flush()
    return lines


def change(plan: CertificatePlan, holder: NamedHolder, command: HolderCommand) -> None:
    """Write the line anew; a certificate that is issued stays as it is. Raises `SameName`."""
    db.session.execute(select(Event.id).where(Event.id == plan.event_id).with_for_update())
    if any(one.id != holder.id and _command(one).key == command.key for one in holders_of(plan)):
        raise SameName
    _write(plan, holder, command)
    history.record("certificate.holder_changed", event=plan.event, kind=plan.kind.value, holder=holder.id)
    db.session.flush()


def remove(plan: CertificatePlan, holder: NamedHolder) -> None:
    """Take the line away. Raises `HasCertificate` while a valid certificate names the holder."""
    db.session.execute(select(Event.id).where(Event.id == plan.event_id).with_for_update())
    if number := numbers_of([holder]).get(holder.id):
        raise HasCertificate(number)
    history.record("certificate.holder_removed", event=plan.event, kind=plan.kind.value, holder=holder.id)
    db.session.delete(holder)
    db.session.flush()


def proposed(plan: CertificatePlan) -> list[str]:
    """The speakers of the agenda who are not named yet, a line each. Nobody for other certificates than those of speakers."""
    if plan.kind is not CertificateKind.SPEAKER:
        return []
    found = {_command(one).key[0] for one in holders_of(plan)}
    lines = []
    for session in plan.event.sessions:
        for name in map(normalise, SPEAKERS.split(session.speaker)):
            key = HolderCommand(name).key[0]
            if name and key not in found:
                found.add(key)
                lines.append(name)
    return lines


def _command(holder: NamedHolder) -> HolderCommand:
    return HolderCommand(holder.name_th, holder.name_en, holder.organisation)


def _write(plan: CertificatePlan, holder: NamedHolder, command: HolderCommand) -> None:
    holder.name_th, holder.name_en, holder.organisation = command.name_th, command.name_en, command.organisation
    if plan.kind is CertificateKind.ENTERPRISE:
        holder.sort_key = sort_key(sort_name(command.name_th))
    else:
        first, _space, last = (split_title(command.name_th)[1] or command.name_th).partition(" ")
        holder.sort_key = name_sort_key(first, last)
