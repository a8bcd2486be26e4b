"""What people see of registers: whose there are, how far they are, what is put aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from blueprints.certificates import numbers
from core.locale import both, local
from models import (
    Certificate,
    CertificatePlan,
    CertificateStatus,
    Event,
    Job,
    Programme,
    Register,
    RegisterCounter,
    RegisterReset,
    Registration,
    Reservation,
    db,
    now,
)
from thai.text import fold

CHOICES = 300  # events, and periods, that a form offers


@dataclass(frozen=True)
class Standing:
    """How far a period of a register is: its last number, what certificates are, and how many numbers are put aside and unused."""

    last: int
    issued: int
    valid: int
    revoked: int
    replaced: int
    aside: int


def registers_of(programme: Programme | None) -> Select[tuple[Register]]:
    """The registers of a programme; without one, those of the whole installation."""
    return select(Register).where(Register.programme_id == (programme.id if programme else None)).order_by(Register.name, Register.id)


def register_to_start_with(programme: Programme) -> Register | None:
    """What a new plan of the programme numbers with: as its newest plan does, else its own register, else the installation's. One of
    specimens is chosen on purpose or not at all."""
    evidence = select(Register).where(Register.specimen.is_(False))
    newest = (evidence.join(CertificatePlan, CertificatePlan.register_id == Register.id).join(Event, Event.id == CertificatePlan.event_id)
              .where(Event.programme_id == programme.id).order_by(CertificatePlan.id.desc()).limit(1))
    own_first = (evidence.where(or_(Register.programme_id == programme.id, Register.programme_id.is_(None)))
                 .order_by(Register.programme_id.is_(None), Register.id.desc()).limit(1))
    return db.session.scalar(newest) or db.session.scalar(own_first)


def register_in(programme: Programme | None, register_id: int) -> Register | None:
    """The register of this id, if it is the programme's, or for no programme the installation's."""
    return db.session.scalar(registers_of(programme).where(Register.id == register_id))


def today() -> date:
    """The day in Thailand."""
    return local_day(now())


def local_day(moment: datetime) -> date:
    """The day of a moment in Thailand."""
    return local(moment).date()


def following_number(register: Register) -> str:
    """How the next number would be written today."""
    period = numbers.period_on(register, today(), register.programme_id)
    last = db.session.scalar(select(RegisterCounter.last).where(RegisterCounter.register_id == register.id, RegisterCounter.period == period))
    return numbers.written(register, (last or 0) + 1, today())


def issued_by(registers: Collection[Register]) -> dict[int, int]:
    """How many certificates each register has numbered."""
    rows = select(Certificate.register_id, func.count()).where(Certificate.register_id.in_([one.id for one in registers]))
    return dict(db.session.execute(rows.group_by(Certificate.register_id)).all())


def periods(register: Register) -> list[tuple[str, str]]:
    """The periods in which numbers were handed out, the newest first, each with what people call it."""
    rows = select(RegisterCounter.period).where(RegisterCounter.register_id == register.id, RegisterCounter.last > 0)
    found = db.session.scalars(rows.order_by(func.length(RegisterCounter.period).desc(), RegisterCounter.period.desc()).limit(CHOICES)).all()
    names = _programme_names({int(period[1:]) for period in found if period.startswith("p")})
    return [(period, period_name(register, period, names)) for period in found]


def _programme_names(ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(select(Programme.id, Programme.title_th, Programme.title_en).where(Programme.id.in_(ids))) if ids else ()
    return {key: both(th, en) for key, th, en in rows}


def period_name(register: Register, period: str, names: dict[int, str] | None = None) -> str:
    """What people call a period: B.E. 2563, fiscal year 2563, the programme's title."""
    if period.startswith("p"):
        number = int(period[1:])
        return (_programme_names({number}) if names is None else names).get(number, period)
    if not period:
        return _("All years")
    return _("Fiscal year B.E. %(year)s", year=period) if register.reset is RegisterReset.FISCAL_YEAR else _("B.E. %(year)s", year=period)


def standing(register: Register, period: str) -> Standing:
    """How far the period is."""
    last = db.session.scalar(select(RegisterCounter.last).where(RegisterCounter.register_id == register.id, RegisterCounter.period == period))
    rows = select(Certificate.status, func.count()).where(Certificate.register_id == register.id, Certificate.period == period)
    by_status = dict(db.session.execute(rows.group_by(Certificate.status)).all())
    aside = db.session.scalar(select(func.sum(Reservation.last + 1 - Reservation.following)).where(
        Reservation.register_id == register.id, Reservation.period == period))
    valid, revoked, replaced = (by_status.get(status, 0) for status in (
        CertificateStatus.VALID, CertificateStatus.REVOKED, CertificateStatus.REPLACED))
    return Standing(last or 0, sum(by_status.values()), valid, revoked, replaced, aside or 0)


def certificates(register: Register, period: str, search: str = "") -> Select[tuple[Certificate]]:
    """The certificates of a period by their numbers, found by number, name, or what the registration is found by."""
    rows = select(Certificate).where(Certificate.register_id == register.id, Certificate.period == period).options(
        joinedload(Certificate.replaces), joinedload(Certificate.replaced_by))
    if search:
        rows = rows.outerjoin(Registration, Registration.id == Certificate.registration_id).where(or_(
            Certificate.number_key.contains(numbers.number_key(search), autoescape=True), Certificate.holder.contains(search, autoescape=True),
            Registration.search_text.contains(fold(search), autoescape=True)))
    return rows.order_by(Certificate.sequence, Certificate.id)


def reservations(register: Register) -> Select[tuple[Reservation]]:
    """What is or was put aside, the newest first."""
    return (select(Reservation).where(Reservation.register_id == register.id).options(joinedload(Reservation.event))
            .order_by(Reservation.created_at.desc(), Reservation.id.desc()))


def reservation_in(register: Register, reservation_id: int) -> Reservation | None:
    """The reservation of this id, if it is the register's."""
    return db.session.scalar(reservations(register).where(Reservation.id == reservation_id))


def events_for(register: Register) -> list[Event]:
    """The events that numbers may be put aside for: the programme's; of a shared register, those that number with it or come soon."""
    rows = select(Event).order_by(Event.starts_at.desc(), Event.id.desc()).limit(CHOICES)
    if register.programme_id is not None:
        rows = rows.where(Event.programme_id == register.programme_id)
    else:
        using = select(CertificatePlan.event_id).where(CertificatePlan.register_id == register.id)
        rows = rows.where(or_(Event.id.in_(using), Event.ends_at > now()))
    return list(db.session.scalars(rows))


def latest_print(register: Register) -> Job | None:
    """The newest background print of this register."""
    return db.session.scalar(prints(register).order_by(Job.id.desc()).limit(1))


def prints(register: Register) -> Select[tuple[Job]]:
    """Its background prints."""
    return select(Job).where(Job.kind == "register", Job.options["register_id"].as_integer() == register.id)
