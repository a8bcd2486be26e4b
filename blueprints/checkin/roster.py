"""What a phone at the door carries with it: the event's facts, sealed people, replaced codes and who was let in; all of it or what is new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select, union_all

from blueprints.checkin import queries
from blueprints.checkin.asking import asks_at_door, unanswered
from blueprints.checkin.judge import Verdict
from blueprints.checkin.sealing import find_key, seal
from blueprints.questions.queries import asked as asked_questions
from models import AskedAt, Device, Event, Gate, Registration, RegistrationStatus, RetiredCode, Scan, SessionChoice, db, now
from thai.names import display_name

PAGE = 2000  # people in one answer
OVERLAP = timedelta(minutes=2)  # what was being committed while the phone last asked is told again
_STATUS = {
    RegistrationStatus.CONFIRMED: "", RegistrationStatus.NOT_CONFIRMED: "n", RegistrationStatus.WAITLISTED: "w",
    RegistrationStatus.PENDING_APPROVAL: "p", RegistrationStatus.CANCELLED: "x", RegistrationStatus.BLOCKED: "b",
}
_PEOPLE = select(
    Registration.id, Registration.code, Registration.category_id, Registration.status, Registration.cancelled_at, Registration.updated_at,
    Registration.title, Registration.first_name, Registration.last_name, Registration.organisation_name, Registration.staff_note,
    Registration.vip, Registration.wheelchair, asks_at_door.label("asks_at_door"))


def roster(device: Device, since: datetime | None = None, after: int = 0, at: datetime | None = None) -> dict[str, Any]:
    """One page of what the phone should know, as JSON. `since`: the `now` of the page with which its last complete answer began.

    `more` is the `after` of the next page, None on the last. The log and the replaced codes come with the first page. Of whoever was
    made anonymous only the id is told, to a phone that carries names. The number of statements depends on nothing.
    """
    at, event = at or now(), device.event
    known = since - OVERLAP if since else None
    rows = db.session.execute(_people(event, known, after)).all()
    told = {"now": at.isoformat(), "more": rows[-1].id if len(rows) == PAGE else None, "people": _sealed(event, rows), **facts(device)}
    if device.may("search_offline"):
        told["names"] = [[find_key(row.code), row.id, _name(row), row.organisation_name] for row in rows]
        told["gone"] = _gone(event, known)
    if not after:
        told |= {"retired": _retired(event, known), "log": _log(device, known)}
    return told


def facts(device: Device) -> dict[str, Any]:
    """The event and the phone's place at it."""
    event = device.event
    gates = db.session.execute(select(Gate.id, Gate.name).where(Gate.id.in_({device.gate_id, *device.gate_ids})).order_by(Gate.name, Gate.id)).all()
    sessions = {one.id: one for one in event.sessions}
    every = queries.open_first(queries.checkpoints(event))
    points = [one for one in every if device.checkpoint_ids is None or one.id in device.checkpoint_ids]
    return {
        "event": {"id": event.id, "title": [event.title_th, event.title_en], "zone": event.timezone, "call": event.contact_phone},
        "device": {"id": device.id, "label": device.label, "mode": device.mode.value, "grants": sorted(device.grants), "gate": device.gate_id,
                   "enrolled_at": _ms(device.enrolled_at), "expires_at": _ms(device.expires_at)},
        "gates": [[one.id, one.name] for one in gates],
        "categories": [[one.id, one.name_th, one.name_en, int(one.hidden)] for one in event.categories],
        "sessions": [[one.id, one.title_th, one.title_en] for one in sessions.values() if one.bookable],
        "asks": [[one.id, one.question.version, int(one.question.required), one.question.category_ids, one.question.condition]
                 for one in asked_questions(event.id, [AskedAt.DOOR])],
        "takes": [one.id for one in every],  # where what was kept may still be sent
        "checkpoints": [{
            "id": one.id, "name": [one.name_th, one.name_en], "categories": one.category_ids,
            "sessions": [one.session_id] if one.session_id and sessions[one.session_id].bookable else None, "policy": one.policy.value,
            "opensAt": _ms(one.opens_at), "closesAt": _ms(one.closes_at), "strict": one.strict, "allOutAt": _ms(one.all_out_at),
            "signature": one.signature} for one in points]}


def _people(event: Event, known: datetime | None, after: int) -> Select[Any]:
    rows = _PEOPLE.where(Registration.event_id == event.id, Registration.id > after, Registration.anonymised_at.is_(None))
    return (rows.where(Registration.updated_at >= known) if known else rows).order_by(Registration.id).limit(PAGE)


def _sealed(event: Event, rows: Iterable[Row[Any]]) -> list[list[Any]]:
    """[found by, sealed, category, status, since when, has to be asked, sessions] of each, what is usual left off at the end."""
    rows = list(rows)
    ids = [row.id for row in rows]
    sessions = defaultdict(list)
    if any(one.bookable for one in event.sessions):
        for registration_id, session_id in db.session.execute(
                select(SessionChoice.registration_id, SessionChoice.session_id).where(SessionChoice.registration_id.in_(ids))
                .order_by(SessionChoice.session_id)):
            sessions[registration_id].append(session_id)
    to_ask = unanswered(event.id, {row.id: row.category_id for row in rows}) if rows and rows[0].asks_at_door else set()
    return [_short([find_key(row.code), seal(row.code, _personal(row)), row.category_id, _STATUS[row.status], _changed(row),
                    int(row.id in to_ask), sessions[row.id]]) for row in rows]


def _personal(row: Row[Any]) -> str:
    """What the person at the door is called: name, organisation, note and marks, a line each."""
    marks = ("v" if row.vip else "") + ("w" if row.wheelchair else "")
    lines = (_name(row), row.organisation_name, row.staff_note, marks)
    return "\n".join(" ".join(line.split()) for line in lines).rstrip("\n")


def _name(row: Row[Any]) -> str:
    return display_name(row.title, row.first_name, row.last_name)


def _changed(row: Row[Any]) -> int:
    """Since when the registration is cancelled or blocked."""
    if row.status == RegistrationStatus.CANCELLED:
        return _ms(row.cancelled_at) or 0
    return _ms(row.updated_at) or 0 if row.status == RegistrationStatus.BLOCKED else 0


def _short(values: list[Any]) -> list[Any]:
    while not values[-1]:
        values.pop()
    return values


def _gone(event: Event, known: datetime | None) -> list[int]:
    """Whose names the phone has to forget."""
    if known is None:
        return []
    return list(db.session.scalars(select(Registration.id).where(
        Registration.event_id == event.id, Registration.updated_at >= known, Registration.anonymised_at.is_not(None)).order_by(Registration.id)))


def _retired(event: Event, known: datetime | None) -> list[list[Any]]:
    rows = select(RetiredCode.code, RetiredCode.retired_at).join(Registration, Registration.id == RetiredCode.registration_id).where(
        Registration.event_id == event.id)
    rows = rows.where(RetiredCode.retired_at >= known) if known else rows
    return [[find_key(code), _ms(at)] for code, at in db.session.execute(rows.order_by(RetiredCode.code))]


def _log(device: Device, known: datetime | None) -> list[list[Any]]:
    """[found by, key, checkpoint, direction, time, gate, undone] of every admission; the phone's own scans have their nonce as key."""
    wanted = select(Scan.id).where(Scan.event_id == device.event_id, Scan.verdict == Verdict.OK.value)
    if known:  # two ranges of two indexes
        wanted = union_all(wanted.where(Scan.received_at >= known), wanted.where(Scan.undone_at >= known))
    rows = db.session.execute(
        select(Registration.code, Scan.id, Scan.device_id, Scan.nonce, Scan.checkpoint_id, Scan.direction, Scan.judged_at, Gate.name, Scan.undone_at)
        .join(Registration, Registration.id == Scan.registration_id).outerjoin(Gate, Gate.id == Scan.gate_id)
        .where(Scan.id.in_(wanted)).order_by(Scan.id))
    return [[find_key(row.code), row.nonce if row.device_id == device.id else f"#{row.id}", row.checkpoint_id, row.direction.value,
             _ms(row.judged_at), row.name or "", int(row.undone_at is not None)] for row in rows]


def _ms(moment: datetime | None) -> int | None:
    """Milliseconds since 1970, as a phone counts."""
    return int(moment.timestamp() * 1000) if moment else None
