"""Phones at the door: how one becomes a device of an event, is recognised, and loses its right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import current_app, g, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from core import access, errors
from core.codes import digest, is_code, new_code
from core.errors import Refused
from models import Device, Enrolment, Event, EventStatus, Gate, User, db, now
from thai.text import normalise

COOKIE = "ruam_device"
LINK_LIFE = timedelta(minutes=30)
AFTER_EVENT = timedelta(days=1)
SEEN_EVERY = timedelta(minutes=1)
GRANTS = ("search", "undo", "force", "walk_in", "substitute")


class LinkSpent(Refused):
    message = _l("This link has been used or has expired. Ask the organiser to show a new QR code.")


class EventNotRunning(Refused):
    message = _l("This event is cancelled, so no phone can scan for it.")


def enrolment(event: Event, gate_name: str, grants: Sequence[str], by: User | None, at: datetime | None = None) -> str:
    """A single-use link for one phone, good for 30 minutes; returns its token. Raises `EventNotRunning`."""
    if event.status is EventStatus.CANCELLED:
        raise EventNotRunning
    token = new_code()
    db.session.add(Enrolment(event_id=event.id, gate_id=_gate(event, gate_name).id, digest=digest(token),
                             grants=[grant for grant in GRANTS if grant in grants], created_by_id=by.id if by else None,
                             expires_at=(at or now()) + LINK_LIFE))
    db.session.flush()
    return token


def _gate(event: Event, name: str) -> Gate:
    name = normalise(name)[:200] or "ประตูหลัก"
    gate = db.session.scalar(select(Gate).where(Gate.event_id == event.id, Gate.name == name))
    if gate is None:
        gate = Gate(event_id=event.id, name=name)
        db.session.add(gate)
        db.session.flush()
    return gate


def open_enrolment(token: str, at: datetime | None = None) -> Enrolment:
    """The enrolment behind a link that is still good. Raises `LinkSpent`."""
    row = db.session.scalar(select(Enrolment).where(Enrolment.digest == digest(token))) if is_code(token.upper()) else None
    if row is None or row.used_at is not None or row.expires_at <= (at or now()) or row.event.status is EventStatus.CANCELLED:
        raise LinkSpent
    return row


def enrol(token: str, at: datetime | None = None) -> tuple[Device, str]:
    """Make a phone a device; returns it and the key for its cookie. Of many phones at once, one wins. Raises `LinkSpent`."""
    at = at or now()
    row = open_enrolment(token, at)
    won = db.session.execute(update(Enrolment).where(Enrolment.id == row.id, Enrolment.used_at.is_(None)).values(used_at=at))
    if not won.rowcount:
        raise LinkSpent
    number = (db.session.scalar(select(func.count(Device.id)).where(Device.gate_id == row.gate_id)) or 0) + 1
    key = new_code()
    device = Device(event_id=row.event_id, gate_id=row.gate_id, label=f"{row.gate.name} {number}", key_digest=digest(key),
                    grants=row.grants, enrolled_at=at, expires_at=max(row.event.ends_at, at) + AFTER_EVENT)
    db.session.add(device)
    db.session.flush()
    return device, key


def revoke(device: Device, at: datetime | None = None) -> None:
    """Take the phone's right away; its scans stay."""
    device.revoked_at = device.revoked_at or at or now()
    db.session.flush()


def remember(response: Response, device: Device, key: str) -> Response:
    """Give the phone its key."""
    response.set_cookie(COOKIE, key, expires=device.expires_at, path="/door", httponly=True, samesite="Strict",
                        secure=current_app.config["SESSION_COOKIE_SECURE"])
    return response


_BY_KEY = (select(Device).options(joinedload(Device.event), joinedload(Device.gate))
           .where(Device.key_digest == bindparam("digest")))


def recognised(at: datetime | None = None) -> Device | None:
    """The device whose cookie this request carries, if its right still stands."""
    key = request.cookies.get(COOKIE, "")
    device = db.session.scalar(_BY_KEY, {"digest": digest(key)}) if is_code(key) else None
    if device is None or device.revoked_at or device.expires_at <= (at or now()) or device.event.status is EventStatus.CANCELLED:
        return None
    return device


def saw(device: Device, at: datetime) -> None:
    """Note that the phone is there, at most once a minute."""
    if device.last_seen_at is None or device.last_seen_at < at - SEEN_EVERY:
        db.session.execute(update(Device).where(Device.id == device.id).values(last_seen_at=at))


def enrolled(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view for enrolled phones; it gets `device`. Others are told to ask for a new QR code (401)."""

    @wraps(view)
    def entered(*args: Any, **kwargs: Any) -> Any:
        device = recognised()
        if device is None:
            return errors.page(401, title=_l("This phone can no longer scan"),
                               message=_l("Its right has ended or was taken back. Ask the organiser for a new QR code to enrol this phone."))
        g.device = device
        return view(*args, device=device, **kwargs)

    return access.device(entered)


def limit_key() -> str:
    """What the door's rate limit counts by: the phone, not the hotel's shared address."""
    return digest(request.cookies.get(COOKIE, request.remote_addr or ""))
