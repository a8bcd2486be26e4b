"""Registers (ทะเบียนคุม): which there are, and the numbers that they hand out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.certificates import numbers
from core.errors import Refused
from models import Certificate, Event, Register, RegisterCounter, RegisterReset, db


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


def take_numbers(register: Register, period: str, count: int) -> range:
    """The next `count` numbers of the register's period. They are the caller's once its transaction commits; if it
    fails, they go back: no gap. Everyone else waits for the counter's row until then."""
    key = {"register_id": register.id, "period": period}
    # The register's row is the lock that exists before the counter does.
    db.session.execute(select(Register.id).where(Register.id == register.id).with_for_update())
    counter = db.session.get(RegisterCounter, key, populate_existing=True, with_for_update=True)
    if counter is None:
        counter = RegisterCounter(**key, last=0)
        db.session.add(counter)
    first = counter.last + 1
    counter.last += count
    db.session.flush()
    return range(first, first + count)
