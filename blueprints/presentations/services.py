"""What organisers do with presentations: write the order, publish it, run the clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.presentations import queries
from blueprints.programmes.services import find_or_create_organisation
from core import history
from core.errors import Refused
from models import Event, EventFile, Organisation, Slot, SlotFile, SlotKind, Stage, db, now

MOST = 200


class TooMany(Refused):
    message = _l("An event may have up to %(most)s slots.", most=MOST)


class NothingToPresent(Refused):
    message = _l("Say who presents or what: an organisation or a title.")
    field = "organisation"


class NobodyNext(Refused):
    message = _l("This was the last slot.")


@dataclass(frozen=True)
class SlotCommand:
    """A slot as an organiser writes it."""

    kind: SlotKind = SlotKind.TALK
    organisation: str = ""
    title_th: str = ""
    title_en: str = ""
    presenters: str = ""
    minutes: int = 10
    question_minutes: int = 5
    begins_at: datetime | None = None
    file_ids: tuple[int, ...] = ()


def save(event: Event, command: SlotCommand, slot: Slot | None = None) -> Slot:
    """Write a slot; a new one comes last. Raises `NothingToPresent`, `TooMany`."""
    if not (command.organisation or command.title_th or command.title_en):
        raise NothingToPresent
    if slot is None:
        slot = _appended(event)
    organisation = find_or_create_organisation(command.organisation, confirmed=True) if command.organisation else None
    db.session.flush()
    slot.kind, slot.organisation_id, slot.organisation_name = command.kind, organisation.id if organisation else None, command.organisation
    slot.title_th, slot.title_en = command.title_th or command.title_en, command.title_en
    slot.presenters, slot.minutes, slot.question_minutes = command.presenters, command.minutes, command.question_minutes
    slot.begins_at = command.begins_at
    db.session.flush()
    history.record("presentations.slot_saved", event=event, slot=slot.id)
    _put_files(event, slot, command.file_ids)
    return slot


def _appended(event: Event) -> Slot:
    rows = _held(event)
    if len(rows) >= MOST:
        raise TooMany
    slot = Slot(event_id=event.id, position=rows[-1].position + 1 if rows else 0)
    db.session.add(slot)
    return slot


def _held(event: Event) -> list[Slot]:
    """The slots, with the event's row held: two who change the order at once take turns."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    return queries.slots(event)


def _put_files(event: Event, slot: Slot, file_ids: Collection[int]) -> None:
    own = set(db.session.scalars(select(EventFile.id).where(EventFile.event_id == event.id, EventFile.id.in_(file_ids))))
    have = set(db.session.scalars(select(SlotFile.file_id).where(SlotFile.slot_id == slot.id)))
    for gone in have - own:
        db.session.delete(db.session.get_one(SlotFile, (slot.id, gone)))
    db.session.add_all(SlotFile(slot_id=slot.id, file_id=one) for one in sorted(own - have))
    db.session.flush()
    db.session.expire(slot, ["files"])


def add_organisations(event: Event, ids: Collection[int], minutes: int, question_minutes: int) -> int:
    """A slot for each of these candidates, in dictionary order; say how many. Raises `TooMany`."""
    rows: Sequence[Organisation] = [one for one in queries.candidates(event) if one.id in set(ids)]
    if len(_held(event)) + len(rows) > MOST:
        raise TooMany
    last = db.session.scalar(select(func.max(Slot.position)).where(Slot.event_id == event.id))
    first = 0 if last is None else last + 1
    db.session.add_all(Slot(event_id=event.id, position=first + n, organisation_id=one.id, organisation_name=one.name_th,
                            minutes=minutes, question_minutes=question_minutes) for n, one in enumerate(rows))
    history.record("presentations.slots_added", event=event, slots=len(rows))
    db.session.flush()
    return len(rows)


def move(event: Event, slot: Slot, step: int) -> None:
    """One place up (−1) or down (1); the first and the last stay."""
    rows = _held(event)
    place = rows.index(slot)
    if 0 <= place + step < len(rows):
        rows.insert(place + step, rows.pop(place))
    for position, one in enumerate(rows):
        one.position = position
    db.session.flush()


def withdraw(slot: Slot, withdrawn: bool) -> None:
    """It does not take place, and its line stays; or it does after all."""
    slot.withdrawn = withdrawn
    history.record("presentations.slot_withdrawn" if withdrawn else "presentations.slot_restored", event=slot.event, slot=slot.id)
    db.session.flush()


def remove(slot: Slot) -> None:
    """Take the slot out of the order."""
    history.record("presentations.slot_removed", event=slot.event, slot=slot.id)
    db.session.delete(slot)
    db.session.flush()


def publish(event: Event, published: bool) -> None:
    """Show the order on the event's public page, or no longer."""
    if event.shows_presentations != published:
        event.shows_presentations = published
        history.record("presentations.published" if published else "presentations.hidden", event=event)
    db.session.flush()


def hold_stage(event: Event) -> Stage:
    """The event's stage, with the event's row held: two who change it at once take turns."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    stage = queries.stage(event)
    if stage is None:
        stage = Stage(event_id=event.id)
        db.session.add(stage)
        db.session.flush()
    return stage


def start(event: Event, slot: Slot) -> None:
    """The slot begins now."""
    stage = hold_stage(event)
    stage.slot_id, stage.started_at, stage.paused_at, stage.extra_seconds = slot.id, now(), None, 0
    db.session.flush()


def start_next(event: Event) -> None:
    """The slot after the one that runs begins; the first if none does. Raises `NobodyNext`."""
    rows = [slot for slot in queries.slots(event) if not slot.withdrawn]
    stage = hold_stage(event)
    place = next((n for n, slot in enumerate(rows) if slot.id == stage.slot_id), -1)
    if place + 1 >= len(rows):
        raise NobodyNext
    start(event, rows[place + 1])


def pause(event: Event) -> None:
    """The clock stands; it does already: nothing happens."""
    stage = hold_stage(event)
    if stage.started_at and stage.paused_at is None:
        stage.paused_at = now()
    db.session.flush()


def resume(event: Event) -> None:
    """The clock goes on where it stood."""
    stage = hold_stage(event)
    if stage.started_at and stage.paused_at:
        stage.started_at, stage.paused_at = stage.started_at + (now() - stage.paused_at), None
    db.session.flush()


def add_minute(event: Event) -> None:
    """A minute more for the talk that runs."""
    stage = hold_stage(event)
    if stage.started_at:
        stage.extra_seconds += int(timedelta(minutes=1).total_seconds())
    db.session.flush()


def stop(event: Event) -> None:
    """Nothing runs any more."""
    stage = hold_stage(event)
    stage.slot_id = stage.started_at = stage.paused_at = None
    stage.extra_seconds = 0
    db.session.flush()
