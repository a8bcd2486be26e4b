"""The demonstration's cluster, and names as participants really type them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from blueprints.programmes.services import find_or_create_organisation
from blueprints.registration.people import describe
from models import Membership, Organisation, Registration, db

FOUNDED = date(2018, 6, 1)
#: Position among the enterprises → a spelling that the folding does not see through.
TYPED = {0: "บจก.ล้านนาเมดิคัลดีไวซ์", 1: "ดอยคำเฮลท์แคร์", 2: "Ping River Biomedicals Co.,Ltd."}


def memberships(enterprises: Sequence[Organisation]) -> list[Membership]:
    """The founders first, then three or four each half-year; all were there when the programme began. One left and came again."""
    joined = [FOUNDED if n < 8 else date(2019, 1 if n < 12 else 7, 15) if n < 16 else date(2020, 1, 20) for n in range(len(enterprises))]
    rows = [Membership(organisation=member, joined_on=day) for member, day in zip(enterprises, joined, strict=True)]
    rows[-1].left_on = date(2021, 9, 30)
    return [*rows, Membership(organisation=enterprises[-1], joined_on=date(2024, 1, 15))]


def misspell(people: Sequence[Registration], enterprises: Sequence[Organisation]) -> None:
    """Some people typed their organisation in another spelling: it waits to be confirmed, and looks like the one that is known."""
    for n, typed in TYPED.items():
        person = next((p for p in people if p.organisation_id == enterprises[n].id), None)
        organisation = find_or_create_organisation(typed, confirmed=False) if person else None
        if person and organisation:
            db.session.flush()
            person.organisation_id, person.organisation_name = organisation.id, typed
            describe(person)
