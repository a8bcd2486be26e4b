"""The doors of an event at which phones stand."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, or_, select

from core.errors import Refused, explain
from models import Device, Enrolment, Event, Gate, Scan, db
from thai.text import normalise

MOST = 50
FIRST = "ประตูหลัก"
NAME_TAKEN = _l("Another gate of this event has this name. Please choose another.")
explain("uq_gate_event_id_name", "name", NAME_TAKEN)


class NameTaken(Refused):
    message = NAME_TAKEN
    field = "name"


class NameMissing(Refused):
    message = _l("Please type a name.")
    field = "name"


class GateInUse(Refused):
    message = _l("A phone stands or stood at this gate, so it has to stay. You can give it another name.")


class TooManyGates(Refused):
    message = _l("An event can have up to 50 gates. Please remove one first.")
    field = "name"


def named(event: Event, name: str) -> Gate:
    """The event's gate of this name, made if it is new; without a name, the main one."""
    name = _clean(name) or FIRST
    gate = db.session.scalar(select(Gate).where(Gate.event_id == event.id, Gate.name == name))
    return gate or _new(event, name)


def add(event: Event, name: str) -> Gate:
    """A new gate. Raises `NameMissing`, `NameTaken`, `TooManyGates`."""
    return _new(event, _free(event, name))


def rename(gate: Gate, name: str) -> None:
    """Call the gate otherwise; what was scanned there is shown under the new name. Raises `NameMissing`, `NameTaken`."""
    gate.name = _free(db.session.get_one(Event, gate.event_id), name, gate)
    db.session.flush()


def remove(gate: Gate) -> None:
    """Take away a gate at which no phone ever stood; phones that might have chosen it no longer can. Raises `GateInUse`."""
    db.session.refresh(gate, with_for_update=True)
    used = or_(exists().where(Device.gate_id == gate.id), exists().where(Scan.gate_id == gate.id))
    if db.session.scalar(select(used)):
        raise GateInUse
    db.session.execute(db.delete(Enrolment).where(Enrolment.gate_id == gate.id))  # links that made no phone
    for kind in (Device, Enrolment):
        for row in db.session.scalars(select(kind).where(kind.event_id == gate.event_id).order_by(kind.id)):
            if gate.id in row.gate_ids:
                row.gate_ids = [one for one in row.gate_ids if one != gate.id]
    db.session.delete(gate)
    db.session.flush()


def _new(event: Event, name: str) -> Gate:
    if len(db.session.scalars(select(Gate.id).where(Gate.event_id == event.id)).all()) >= MOST:
        raise TooManyGates
    gate = Gate(event_id=event.id, name=name)
    db.session.add(gate)
    db.session.flush()
    return gate


def _free(event: Event, name: str, besides: Gate | None = None) -> str:
    name = _clean(name)
    if not name:
        raise NameMissing
    if db.session.scalar(select(Gate.id).where(Gate.event_id == event.id, Gate.name == name, Gate.id != (besides.id if besides else 0))):
        raise NameTaken
    return name


def _clean(name: str) -> str:
    return normalise(name)[:80]
