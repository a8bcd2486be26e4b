"""Numbers have no gap and no double, whoever asks at the same time and whatever fails on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import select

from blueprints.certificates import registers
from core.transaction import transaction
from models import Event, Register, db
from tests.factories import Factory

ASKING = 50


class ChangeOfMind(Exception):
    """Something that fails after the number was taken."""


def test_fifty_at_once_get_one_to_fifty_and_a_failure_leaves_no_gap(own_app: Flask) -> None:
    with own_app.app_context(), transaction():
        event = Factory().event()
        register = Register(programme=event.programme, name="ทะเบียน", pattern="{number}/{year}")
        db.session.add(register)
        db.session.flush()
        register_id, event_id = register.id, event.id

    def ask(n: int) -> int | None:
        with own_app.app_context():
            try:
                with transaction():
                    number = registers.take_numbers(db.session.get_one(Register, register_id), "2563", 1, db.session.get_one(Event, event_id))[0]
                    if n % 5 == 4:
                        raise ChangeOfMind
                    return number
            except ChangeOfMind:
                return None
            finally:
                db.session.remove()

    with ThreadPoolExecutor(20) as crowd:
        numbers = [n for n in crowd.map(ask, range(ASKING + ASKING // 4)) if n is not None]
    assert sorted(numbers) == list(range(1, ASKING + 1))
    with own_app.app_context(), transaction():
        register, event = db.session.scalars(select(Register)).one(), db.session.scalars(select(Event)).one()
        assert registers.take_numbers(register, "2563", 3, event) == [51, 52, 53]
        assert registers.take_numbers(register, "2564", 1, event) == [1]
