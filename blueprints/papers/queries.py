"""Who and what stands on a paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from blueprints.papers.facts import Order
from core.forms import moment
from core.locale import local
from models import Checkpoint, CheckpointKind, Event, EventSession, Job, Registration, RegistrationStatus, SessionChoice, Signature, db
from thai.organisations import sort_name
from thai.sorting import sort_key

#: Whoever may still come: a seat may become free for those who wait.
MAY_COME = (RegistrationStatus.CONFIRMED, RegistrationStatus.NOT_CONFIRMED, RegistrationStatus.WAITLISTED, RegistrationStatus.PENDING_APPROVAL)
#: What people sign for by itself, and not for the day.
PARTS = (CheckpointKind.HALF_DAY, CheckpointKind.SESSION, CheckpointKind.MEAL)
MOST_DAYS = 62
NOON, AFTER_LUNCH = time(12), time(13)


def days(event: Event) -> list[date]:
    """The days of the event, the first of them when it is very long."""
    first, last = (local(moment, event.timezone).date() for moment in (event.starts_at, event.ends_at))
    return [first + timedelta(days=n) for n in range(min((last - first).days + 1, MOST_DAYS))]


def hours(event: Event, day: date, session_id: int | None = None) -> tuple[time, time]:
    """From when until when the event, or one of its sessions, goes on that day: by its agenda, or else the hours of its first and
    last day."""
    parts = [(local(one.starts_at, event.timezone), local(one.ends_at, event.timezone)) for one in event.sessions
             if session_id in (None, one.id)]
    today = [(start, end) for start, end in parts if start.date() == day]
    if today:
        return min(start for start, _end in today).time(), max(end for _start, end in today).time()
    return local(event.starts_at, event.timezone).time(), local(event.ends_at, event.timezone).time()


def columns(event: Event, day: date, part: Checkpoint | None) -> int:
    """How often people sign that day: once for a part of it, twice for a day that spans lunch."""
    if part:
        return 1
    start, end = hours(event, day)
    return 2 if start < NOON and end > AFTER_LUNCH else 1


def checkpoint_of(rows: Sequence[Checkpoint], event: Event, order: Order) -> Checkpoint | None:
    """The checkpoint that the row codes of a sheet are about: the chosen one, else the first that opens that day and is no meal,
    else the first of the whole event."""
    chosen = next((row for row in rows if row.id == order.checkpoint_id), None)
    doors = [row for row in rows if row.kind not in (CheckpointKind.MEAL, CheckpointKind.SESSION)]
    today = [row for row in doors if row.opens_at and local(row.opens_at, event.timezone).date() == order.day]
    return chosen or next(iter(today or [row for row in doors if row.kind is CheckpointKind.EVENT] or doors or rows), None)


def part_of(order: Order, checkpoint: Checkpoint | None) -> Checkpoint | None:
    """The checkpoint when it was chosen and is that of a part of the day: its sheet is about that part alone."""
    return checkpoint if checkpoint and checkpoint.id == order.checkpoint_id and checkpoint.kind in PARTS else None


def _wanted(event: Event, order: Order, checkpoint: Checkpoint | None) -> Select[tuple[Registration]]:
    rows = select(Registration).where(Registration.event_id == event.id, Registration.anonymised_at.is_(None))
    if order.registration_id is not None:
        return rows.where(Registration.id == order.registration_id)
    rows = rows.where(Registration.status.in_((RegistrationStatus.CONFIRMED,) if order.confirmed_only else MAY_COME))
    for ids in (order.category_ids, checkpoint.category_ids if checkpoint else None):
        if ids is not None:
            rows = rows.where(Registration.category_id.in_(ids))
    if checkpoint and checkpoint.session_id:
        chosen = select(SessionChoice.registration_id).where(SessionChoice.session_id == checkpoint.session_id)
        open_to_all = select(EventSession.id).where(EventSession.id == checkpoint.session_id, EventSession.bookable.is_(False))
        rows = rows.where(or_(Registration.id.in_(chosen), open_to_all.exists()))
    return rows


def how_many(event: Event, order: Order, checkpoint: Checkpoint | None = None) -> int:
    """How many people the paper is about."""
    return db.session.scalar(select(func.count()).select_from(_wanted(event, order, checkpoint).subquery())) or 0


def people(event: Event, order: Order, checkpoint: Checkpoint | None = None) -> list[Registration]:
    """The people of a paper in its order; enterprises follow one another by their names without legal form, in Thai order."""
    rows = _wanted(event, order, checkpoint).options(joinedload(Registration.category), joinedload(Registration.organisation))
    key = Registration.created_at if order.sort == "registered" else Registration.sort_key
    found = list(db.session.scalars(rows.order_by(key, Registration.id)))
    return sorted(found, key=_enterprise_key) if order.sort == "organisation" else found


def _enterprise_key(one: Registration) -> tuple[bool, str, str]:
    name = enterprise(one)
    return (not name, sort_key(sort_name(name)), name)


def enterprise(one: Registration) -> str:
    """The name under which a list puts people of one enterprise together: the directory's, or what was typed."""
    return one.organisation.name_th or one.organisation.name_en if one.organisation else one.organisation_name


def signatures(event: Event, day: date, part: Checkpoint | None) -> dict[int, tuple[str, str]]:
    """What people signed on the screen that day, or for a part of it, morning and afternoon, by registration. The half-day's own
    checkpoint says which half it is, else the hour of signing. What was signed for a meal is no attendance of the day."""
    start = moment(day, time(), event.timezone)
    rows = select(Signature, Checkpoint).join(Checkpoint, Checkpoint.id == Signature.checkpoint_id).where(Checkpoint.event_id == event.id)
    if part:
        rows = rows.where(Checkpoint.id == part.id)
    else:
        rows = rows.where(Checkpoint.kind != CheckpointKind.MEAL, Signature.signed_at >= start, Signature.signed_at < start + timedelta(days=1))
    rows = rows.order_by(Signature.signed_at, Signature.id)
    found: dict[int, tuple[str, str]] = {}
    for signature, checkpoint in db.session.execute(rows):
        half = checkpoint.opens_at if checkpoint.kind is CheckpointKind.HALF_DAY and checkpoint.opens_at else signature.signed_at
        morning, afternoon = found.get(signature.registration_id, ("", ""))
        if local(half, event.timezone).time() < NOON:
            morning = morning or signature.path
        else:
            afternoon = afternoon or signature.path
        found[signature.registration_id] = morning, afternoon
    return found


def latest_jobs(event: Event, kinds: Sequence[str]) -> list[Job]:
    """The newest job of each kind, in the order of `kinds`."""
    newest = select(func.max(Job.id)).where(Job.event_id == event.id, Job.kind.in_(kinds)).group_by(Job.kind)
    rows = {job.kind: job for job in db.session.scalars(select(Job).where(Job.id.in_(newest)).order_by(Job.id))}
    return [rows[kind] for kind in kinds if kind in rows]
