"""Registers (ทะเบียนคุม): which there are, and the numbers that they hand out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select, union_all

from blueprints.certificates import numbers
from core.errors import Refused
from models import Certificate, Event, Register, RegisterCounter, RegisterReset, Reservation, db


class PatternBroken(Refused):
    message = _l("The pattern needs {number} once, and may hold {year}, for example: ศภ.1 {number}/{year}")
    field = "pattern"


class RegisterFixed(Refused):
    message = _l("Certificates have been numbered with this register. "
                 "Its pattern can no longer change; give the register another name to start a new one.")
    field = "pattern"


@dataclass(frozen=True)
class RegisterCommand:
    """How a register writes its numbers, and whether what it numbers is evidence."""

    name: str
    pattern: str
    padding: int
    thai_digits: bool
    reset: RegisterReset
    specimen: bool


def save_register(event: Event, command: RegisterCommand) -> Register:
    """The register of that name in the event's programme, made or changed. Raises `PatternBroken` and `RegisterFixed`."""
    try:
        numbers.check_pattern(command.pattern)
    except numbers.BadPattern:
        raise PatternBroken from None
    register = db.session.scalar(select(Register).where(Register.programme_id == event.programme_id, Register.name == command.name))
    rules: dict[str, Any] = {"pattern": command.pattern, "padding": command.padding, "thai_digits": command.thai_digits,
                             "reset": command.reset, "specimen": command.specimen}
    if register is None:
        register = Register(programme_id=event.programme_id, name=command.name, **rules)
        db.session.add(register)
    elif any(getattr(register, name) != value for name, value in rules.items()):
        if db.session.scalar(select(Certificate.id).where(Certificate.register_id == register.id).limit(1)):
            raise RegisterFixed
        for name, value in rules.items():
            setattr(register, name, value)
    db.session.flush()
    return register


def lock(register: Register) -> None:
    """Everyone else who takes, reserves or releases numbers of this register waits until this transaction ends.

    The register's row is the lock that exists before any counter does. It is the weaker lock, which lets others refer to the register
    meanwhile.
    """
    db.session.execute(select(Register.id).where(Register.id == register.id).with_for_update(key_share=True))


def counter_of(register: Register, period: str) -> RegisterCounter:
    """The counter of a period, made when the period begins. Call it behind `lock`."""
    key = {"register_id": register.id, "period": period}
    counter = db.session.get(RegisterCounter, key, populate_existing=True)
    if counter is None:
        counter = RegisterCounter(**key, last=0)
        db.session.add(counter)
    return counter


def take_numbers(register: Register, period: str, count: int, event: Event) -> list[int]:
    """`count` numbers of the register's period: first those reserved for the event, then the next ones. They are the caller's once
    its transaction commits; if it fails, they go back: no gap. Everyone else waits for the register until then."""
    lock(register)
    taken: list[int] = []
    open_ranges = (select(Reservation).where(
        Reservation.register_id == register.id, Reservation.period == period, Reservation.event_id == event.id,
        Reservation.following <= Reservation.last).order_by(Reservation.first).execution_options(populate_existing=True))
    for reservation in db.session.scalars(open_ranges).all():
        part = range(reservation.following, min(reservation.last + 1, reservation.following + count - len(taken)))
        reservation.following += len(part)
        taken += part
    counter, rest = counter_of(register, period), count - len(taken)
    taken += range(counter.last + 1, counter.last + 1 + rest)
    counter.last += rest
    db.session.flush()
    return taken


def gaps(register: Register) -> list[str]:
    """Numbers up to the last one handed out that no certificate has and nobody reserved, as ranges: "2563: 5–7". There are none
    unless something went around this module; `flask certificates check` asks."""
    # What a reservation for an event has handed out is on certificates; papers written by hand are in no table.
    rest = case((Reservation.event_id.is_(None), Reservation.first), else_=Reservation.following)
    used = union_all(*(
        select(table.period, first.label("first"), last.label("last")).where(table.register_id == register.id)
        for table, first, last in ((Certificate, Certificate.sequence, Certificate.sequence), (Reservation, rest, Reservation.last),
                                   (RegisterCounter, RegisterCounter.last + 1, RegisterCounter.last)))).subquery()
    period, first, last = used.c
    before = func.coalesce(func.max(last).over(partition_by=period, order_by=(first, last), rows=(None, -1)), 0)
    steps = select(period, (before + 1).label("low"), (first - 1).label("high")).subquery()
    found = db.session.execute(select(steps).where(steps.c.low <= steps.c.high).order_by(steps.c.period, steps.c.low))
    return [(f"{name}: " if name else "") + (f"{low}–{high}" if low < high else f"{low}") for name, low, high in found]
