"""What people ask for about their data, and what the clock does by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from blueprints.privacy import erasing
from blueprints.registration import services as registrations
from blueprints.registration.notices import Item
from blueprints.registration.retention import KEEPING, FieldGroup, ends_at
from core import history, outbox
from core.errors import ChangedMeanwhile, Refused
from core.transaction import transaction
from models import (
    Certificate,
    DataRequest,
    Event,
    EventStatus,
    Purge,
    Registration,
    RegistrationStatus,
    RequestKind,
    RequestState,
    Scan,
    db,
    now,
)

HOURS_OF_WEEK = 7 * 24
TO_ANSWER = timedelta(days=30)  # PDPA s.30 and s.33: without delay, at most thirty days


class ReasonMissing(Refused):
    message = _l("Please write the reason: the person will read it.")
    field = "note"


class Answered(Refused):
    message = _l("This request is answered already.")


class OutOfBounds(Refused):
    """More days than the group may be kept, or none."""

    def __init__(self, group: FieldGroup) -> None:
        super().__init__(_l("Please type a number of days from 1 to %(most)s.", most=KEEPING[group].most), group.value)


def note(registration: Registration, kind: RequestKind, state: RequestState = RequestState.DONE, text: str = "") -> DataRequest:
    """Record what a person asked for (PDPA s.39)."""
    request = DataRequest(event_id=registration.event_id, registration_id=registration.id, kind=kind, state=state, note=text[:500],
                          closed_at=now() if state != RequestState.OPEN else None)
    db.session.add(request)
    db.session.flush()
    return request


def ask(registration: Registration, kind: RequestKind, text: str) -> DataRequest:
    """A request that an organiser has to answer; a second one of a kind, while the first is open, is the first."""
    registrations.hold(registration)
    open_ = db.session.scalar(select(DataRequest).where(DataRequest.registration_id == registration.id, DataRequest.kind == kind,
                                                        DataRequest.state == RequestState.OPEN))
    if open_ is None:
        return note(registration, kind, RequestState.OPEN, text)
    if text:
        open_.note = text[:500]
    return open_


def erases_itself(registration: Registration) -> bool:
    """Whether the data may go at the person's word: nothing has happened yet that money or a certificate rests on."""
    event = registration.event
    begun = event.starts_at <= now() and event.status != EventStatus.CANCELLED
    return not begun and not has_evidence(registration.id)


def has_evidence(registration_id: int) -> bool:
    """Whether a scan or a certificate names the person."""
    return bool(db.session.scalar(select(exists().where(Scan.registration_id == registration_id)))
                or db.session.scalar(select(exists().where(Certificate.registration_id == registration_id))))


def erase(registration: Registration) -> bool:
    """Erase at once where that is possible, else put the request before the organiser; whether it was done."""
    registrations.hold(registration)
    if not erases_itself(registration):
        ask(registration, RequestKind.ERASE, "")
        return False
    note(registration, RequestKind.ERASE)
    _erase(registration)
    return True


def _erase(registration: Registration, but_letter: int = 0) -> None:
    if registration.status != RegistrationStatus.CANCELLED and registration.event.status != EventStatus.CANCELLED \
            and registration.event.ends_at > now():
        registrations.take_out(registration, reason="", letter=None)
    erasing.anonymise(registration, but_letter=but_letter)
    history.record("registration.erased", registration=registration)


def answer(request: DataRequest, state: RequestState, text: str, user_id: int | None) -> None:
    """Close a request: done (an erasure is carried out) or refused, with a reason. The person is told first.

    Raises `ReasonMissing`, `Answered`.
    """
    db.session.refresh(request, with_for_update=True)
    if request.state != RequestState.OPEN:
        raise Answered
    if state == RequestState.REFUSED and not text.strip():
        raise ReasonMissing
    request.state, request.closed_at, request.closed_by_id = state, now(), user_id
    registration = request.registration
    letter = None
    if registration is not None and registration.email:
        letter = outbox.queue("data_request_answered", registration.email, registration.language,
                     {"kind": request.kind.value, "state": state.value, "text": text.strip()[:1000]}, registration)
    history.record("privacy.answered", event=request.event, kind=request.kind.value, state=state.value)
    if registration is not None and request.kind == RequestKind.ERASE and state == RequestState.DONE:
        registrations.hold(registration)
        _erase(registration, letter.id if letter else 0)


def save_notice(event: Event, words: dict[Item, tuple[str, str]], consents: list[str], version: int) -> None:
    """Keep the organiser's own words; an item left empty says ours. Raises `ChangedMeanwhile`."""
    _hold(event, version)
    own: dict = {item.value: {"th": th, "en": en} for item, (th, en) in words.items() if th or en}
    event.notice_items = own | {"consents": consents}
    event.version += 1
    db.session.flush()
    history.record("privacy.notice", event=event, items=sorted(own))


def save_retention(event: Event, days: dict[FieldGroup, int], version: int) -> None:
    """Keep each group so many days. Raises `OutOfBounds`, `ChangedMeanwhile`."""
    for group, number in days.items():
        if not 1 <= number <= KEEPING[group].most:
            raise OutOfBounds(group)
    _hold(event, version)
    event.retention = {group.value: number for group, number in days.items()}
    event.version += 1
    db.session.flush()
    history.record("privacy.retention", event=event, **event.retention)


def _hold(event: Event, version: int) -> None:
    db.session.refresh(event, with_for_update=True)
    if event.version != version:
        raise ChangedMeanwhile


@dataclass(frozen=True)
class Due:
    """A field group of an event whose time has come."""

    event_id: int
    group: FieldGroup


def due(at: datetime) -> list[Due]:
    """What is to be erased at `at` and was not yet, the oldest event first."""
    done = _done()
    return [one for one in _over(at) if (one.event_id, one.group.value) not in done]


def due_again(at: datetime) -> list[Due]:
    """What was erased and is looked through once more, each event in an hour of its own each week: a letter that was sent or a
    person who was added since must not stay for ever."""
    done, hour = _done(), int(at.timestamp()) // 3600 % HOURS_OF_WEEK
    return [one for one in _over(at) if (one.event_id, one.group.value) in done and one.event_id % HOURS_OF_WEEK == hour]


def _done() -> set[tuple[int, str]]:
    return {(purge.event_id, purge.field_group) for purge in db.session.scalars(select(Purge))}


def _over(at: datetime) -> list[Due]:
    shortest = timedelta(days=1)
    events = db.session.scalars(select(Event).where(Event.ends_at < at - shortest).order_by(Event.ends_at, Event.id))
    return [Due(event.id, group) for event in events for group in FieldGroup if ends_at(event, group) <= at]


def purge(one: Due) -> int:
    """Erase one group of one event, a chunk in each transaction; what a crash leaves is erased the next time. How many rows."""
    rows = 0
    while True:
        with transaction():
            erased = erasing.erase_chunk(one.event_id, one.group)
            rows += erased
            if not erased:
                _write_down(one, rows)
                return rows


def _write_down(one: Due, rows: int) -> None:
    """The record of the erasure; what was erased later is added to it."""
    kept = db.session.get(Purge, (one.event_id, one.group.value))
    if kept is None:
        db.session.add(Purge(event_id=one.event_id, field_group=one.group.value, rows=rows))
    elif rows:
        kept.rows, kept.done_at = kept.rows + rows, now()
