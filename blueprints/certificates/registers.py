"""Registers (ทะเบียนคุม): which there are, and the numbers that they hand out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select, union_all

from blueprints.certificates import numbers
from core import history
from core.errors import Refused, explain
from models import Certificate, Event, Register, RegisterCounter, RegisterReset, Reservation, db


class PatternBroken(Refused):
    message = _l("The pattern needs {number} once, and may hold {year}, for example: ศภ.1 {number}/{year}")
    field = "pattern"


class YearMissing(Refused):
    message = _l("Numbers that begin again each year need {year} in the pattern: otherwise two certificates get the same number.")
    field = "pattern"


class RegisterFixed(Refused):
    message = _l("Certificates have been numbered with this register. "
                 "Its pattern can no longer change; give the register another name to start a new one.")
    field = "pattern"


#: When a register begins again, as people say it.
RESETS = {RegisterReset.BUDDHIST_YEAR: _l("each Buddhist year"), RegisterReset.FISCAL_YEAR: _l("each fiscal year"),
          RegisterReset.PROGRAMME: _l("each programme"), RegisterReset.NEVER: _l("never")}


class RegisterShared(Refused):
    field = "register_name"

    def __init__(self, register: Register) -> None:
        super().__init__(_l(
            "This register belongs to the whole installation, and only administrators change it. To number with it, take over its rules: "
            "pattern %(pattern)s, at least %(digits)s digits, %(script)s, begins again: %(reset)s. "
            "Or give another name to start a register of your programme.",
            pattern=register.pattern, digits=register.padding, script=_l("Thai digits") if register.thai_digits else _l("Arabic digits"),
            reset=RESETS[register.reset]))


class NameTaken(Refused):
    message = _l("There is a register of this name already. Please choose another name.")
    field = "name"


for _constraint in ("uq_register_programme_id_name", "uq_register_shared_name"):  # somebody else was faster
    explain(_constraint, "name", NameTaken.message)


@dataclass(frozen=True)
class RegisterCommand:
    """How a register writes its numbers, and whether what it numbers is evidence."""

    name: str
    pattern: str
    padding: int
    thai_digits: bool
    reset: RegisterReset
    specimen: bool

    def rules(self) -> dict[str, Any]:
        """What can no longer change once a number is out."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "name"}


def save_register(event: Event, command: RegisterCommand) -> Register:
    """The register of that name that the event's programme numbers with: its own, made or changed, or the installation's as it is.

    Raises `PatternBroken`, `YearMissing`, `RegisterFixed` and `RegisterShared`.
    """
    register = named(event.programme_id, command.name)
    if register is None and (shared := named(None, command.name)):
        if _differs(shared, command):
            raise RegisterShared(shared)
        return shared
    return add_register(event.programme_id, command) if register is None else change_register(register, command)


def named(programme_id: int | None, name: str) -> Register | None:
    """The programme's register of this name; without a programme, the installation's."""
    return db.session.scalar(select(Register).where(Register.programme_id == programme_id, Register.name == name))


def add_register(programme_id: int | None, command: RegisterCommand) -> Register:
    """A new register of a programme, or of the whole installation. Raises `PatternBroken`, `YearMissing` and `NameTaken`."""
    _check(command)
    if named(programme_id, command.name):
        raise NameTaken
    register = Register(programme_id=programme_id, name=command.name, **command.rules())
    db.session.add(register)
    db.session.flush()
    history.record("certificate.register_added", programme=register.programme, register=register.id, pattern=register.pattern)
    return register


def change_register(register: Register, command: RegisterCommand) -> Register:
    """Give the register another name and, while it is unused, other rules. Raises as `add_register`, and `RegisterFixed`."""
    if command.name != register.name and named(register.programme_id, command.name):
        raise NameTaken
    if _differs(register, command):
        lock(register)
        if is_used(register):
            raise RegisterFixed
        _check(command)
        for name, value in command.rules().items():
            setattr(register, name, value)
    if register in db.session.dirty or register.name != command.name:
        history.record("certificate.register_changed", programme=register.programme, register=register.id, pattern=register.pattern)
    register.name = command.name
    db.session.flush()
    return register


def is_used(register: Register) -> bool:
    """Whether a number of this register is out: on a certificate, or put aside."""
    return any(db.session.scalar(select(table.id).where(table.register_id == register.id).limit(1)) for table in (Certificate, Reservation))


def _check(command: RegisterCommand) -> None:
    try:
        numbers.check_pattern(command.pattern)
    except numbers.BadPattern:
        raise PatternBroken from None
    if numbers.begins_each_year(command.reset) and not numbers.writes_year(command.pattern):
        raise YearMissing


def _differs(register: Register, command: RegisterCommand) -> bool:
    return any(getattr(register, name) != value for name, value in command.rules().items())


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
    ranges: list[tuple[str, int, int]] = []
    for name, low, high in db.session.execute(select(steps).where(steps.c.low <= steps.c.high).order_by(steps.c.period, steps.c.low)):
        if ranges and ranges[-1][::2] == (name, low - 1):
            low = ranges.pop()[1]
        ranges.append((name, low, high))
    return [(f"{name}: " if name else "") + (f"{low}–{high}" if low < high else f"{low}") for name, low, high in ranges]
