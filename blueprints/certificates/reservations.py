"""Numbers put aside: for an event, which then takes them first, or for papers that are written by hand."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.certificates import numbers, registers
from core import history
from core.errors import Refused
from models import CertificatePlan, Event, Register, RegisterReset, Reservation, User, db

MOST = 2000  # numbers at a time


class EventMissing(Refused):
    message = _l("This register begins again with each programme: choose the event that the numbers are for.")
    field = "event_id"


class WrongYear(Refused):
    field = "year"

    def __init__(self, year: int) -> None:
        super().__init__(_l("The event’s certificates are numbered in the year %(year)s, as the day of issue in its settings says.", year=year))


class OutsideRange(Refused):
    field = "through"

    def __init__(self, reservation: Reservation) -> None:
        super().__init__(_l("Type a number from %(first)s to %(last)s, or leave this empty if none was used.",
                            first=reservation.following, last=reservation.last))


@dataclass(frozen=True)
class ReserveCommand:
    """How many numbers, of which year (BE; of a register that begins again each year), for which event or papers."""

    count: int
    purpose: str
    event: Event | None = None
    year: int | None = None


def reserve(register: Register, command: ReserveCommand, actor: User | None) -> Reservation:
    """Put the next numbers aside. Raises `EventMissing` and `WrongYear`."""
    # The event before the register, as an issue locks them.
    if command.event:
        db.session.execute(select(Event.id).where(Event.id == command.event.id).with_for_update())
    registers.lock(register)
    period = period_for(register, command)
    counter = registers.counter_of(register, period)
    first = counter.last + 1
    counter.last += command.count
    reservation = Reservation(
        register_id=register.id, period=period, first=first, last=counter.last, following=first, purpose=command.purpose,
        event_id=command.event.id if command.event else None, created_by_id=actor.id if actor else None)
    db.session.add(reservation)
    db.session.flush()
    history.record("certificate.numbers_reserved", programme=register.programme, event=command.event, register=register.id, period=period,
                   first=reservation.first, last=reservation.last)
    return reservation


def period_for(register: Register, command: ReserveCommand) -> str:
    """The period that the numbers are put aside in: for an event that has a plan with this register, the one it will take them from."""
    if numbers.begins_each_year(register.reset):
        planned = select(CertificatePlan.issued_on).where(CertificatePlan.register_id == register.id).order_by(CertificatePlan.id)
        days = db.session.scalars(planned.where(CertificatePlan.event_id == command.event.id)).all() if command.event else []
        years = [numbers.year_of(register.reset, day) for day in days]
        if years and command.year not in years:
            raise WrongYear(years[0])
        return str(command.year)
    if register.reset is RegisterReset.NEVER:
        return ""
    programme_id = command.event.programme_id if command.event else register.programme_id
    if programme_id is None:
        raise EventMissing
    return f"p{programme_id}"


def release(reservation: Reservation, used_through: int | None = None) -> int:
    """Give back what is left of a reservation, if nothing was handed out after it: the counter goes back. Otherwise the unused numbers
    stay in the register with their purpose. Returns how many numbers went back.

    `used_through` is the last number that was written by hand. Raises `OutsideRange`.
    """
    if reservation.event_id:
        db.session.execute(select(Event.id).where(Event.id == reservation.event_id).with_for_update())
    register = reservation.register
    registers.lock(register)
    db.session.refresh(reservation)
    if used_through is not None:
        if reservation.event_id or not reservation.following <= used_through <= reservation.last:
            raise OutsideRange(reservation)
        reservation.following = used_through + 1
    counter = registers.counter_of(register, reservation.period)
    back = reservation.last + 1 - reservation.following if counter.last == reservation.last else 0
    history.record("certificate.numbers_released", programme=register.programme, event=reservation.event, register=register.id,
                   period=reservation.period, first=reservation.following, last=reservation.last, back=back)
    counter.last -= back
    if back > reservation.last - reservation.first:
        db.session.delete(reservation)
    else:
        reservation.last -= back
    db.session.flush()
    return back
