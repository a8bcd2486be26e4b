"""The lines of a register (ทะเบียนคุม): each certificate and each range of numbers put aside, once, in the order of numbers.

What was revoked or replaced stays, and says so. A name that was erased when its time came is said to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from blueprints.certificates import numbers, register_queries
from core.locale import both, short_date
from models import Certificate, CertificateStatus, Register, Reservation, db

STEP = 1000


@dataclass(frozen=True)
class Line:
    """One line. `first` and `last` are the same but for a range that is put aside (`aside`)."""

    first: int
    last: int
    number: str
    name: str
    organisation: str = ""
    event: str = ""
    issued_on: date | None = None
    note: str = ""
    verify_url: str = ""
    sha256: str = ""
    aside: bool = False

    @property
    def order(self) -> str:
        """The running number, or the range."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


def count(register: Register, period: str) -> int:
    """How many lines a period has."""
    issued = select(func.count()).select_from(Certificate).where(Certificate.register_id == register.id, Certificate.period == period)
    return (db.session.scalar(issued) or 0) + len(_aside(register, period))


def lines(register: Register, period: str) -> list[Line]:
    """The lines of a period."""
    return sorted([*_certificates(register, period), *_aside(register, period)], key=lambda line: line.first)


def _certificates(register: Register, period: str) -> Iterator[Line]:
    replaced, by = aliased(Certificate), aliased(Certificate)
    rows = (select(Certificate.sequence, Certificate.number, Certificate.holder, Certificate.facts, Certificate.status, Certificate.status_at,
                   Certificate.status_reason, Certificate.file_sha256, replaced.number.label("replaces"), by.number.label("replaced_by"))
            .outerjoin(replaced, replaced.id == Certificate.replaces_id).outerjoin(by, by.replaces_id == Certificate.id)
            .where(Certificate.register_id == register.id, Certificate.period == period).order_by(Certificate.sequence).limit(STEP))
    after = 0
    while found := db.session.execute(rows.where(Certificate.sequence > after)).all():
        yield from map(_line, found)
        after = found[-1].sequence


def _line(row: Any) -> Line:
    facts = row.facts
    return Line(
        row.sequence, row.sequence, row.number, row.holder or _("(name erased)"), facts.get("organisation", ""), facts.get("event_title", ""),
        date.fromisoformat(facts["issued_on"]), standing(row.status, row.status_at, row.status_reason, row.replaced_by, row.replaces),
        facts.get("verify_url", ""), row.file_sha256 or "")


def standing(status: CertificateStatus, at: datetime | None, reason: str, replaced_by: str | None, replaces: str | None) -> str:
    """What the column of remarks says: taken back or replaced when and why, and in whose place it stands."""
    day, parts = short_date(at) if at else "", []
    if status is CertificateStatus.REVOKED:
        parts.append(_("Revoked %(date)s", date=day))
    elif status is CertificateStatus.REPLACED:
        parts.append(_("Replaced by %(number)s, %(date)s", number=replaced_by or "–", date=day))
    if parts and reason:
        parts.append(reason)
    if replaces:
        parts.append(_("Issued in place of %(number)s", number=replaces))
    return " · ".join(parts)


def _aside(register: Register, period: str) -> list[Line]:
    rows = (select(Reservation).where(Reservation.register_id == register.id, Reservation.period == period)
            .options(joinedload(Reservation.event)).order_by(Reservation.first))
    return list(_ranges(register, db.session.scalars(rows)))


def _ranges(register: Register, found: Iterable[Reservation]) -> Iterator[Line]:
    for one in found:
        event = both(one.event.title_th, one.event.title_en) if one.event else ""
        day = numbers.day_in(one.period, register_queries.local_day(one.created_at))
        for first, last, used in ((one.first, one.following - 1, True), (one.following, one.last, False)):
            if first > last or (used and one.event_id):  # what an event has taken is on its certificates
                continue
            ends = [numbers.written(register, number, day) for number in sorted({first, last})]
            yield Line(first, last, " – ".join(ends), _("Written by hand: %(purpose)s", purpose=one.purpose) if used
                       else _("Put aside: %(purpose)s", purpose=one.purpose), event=event, note="" if used else _("not used"), aside=True)
