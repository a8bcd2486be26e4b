"""Phones at the door: how one becomes a device of an event, is recognised, and loses its right."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import wraps
from itertools import count
from typing import Any

from flask import current_app, g, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from blueprints.checkin import gates
from core import access, errors, history
from core.codes import digest, is_code, new_code
from core.errors import Refused
from models import Checkpoint, Device, DeviceMode, Enrolment, Event, EventStatus, Gate, User, db, now
from thai.text import normalise

COOKIE = "ruam_device"
LINK_LIFE = timedelta(minutes=30)
AFTER_EVENT = timedelta(days=1)
SEEN_EVERY = timedelta(minutes=1)
KEY_LIFE = timedelta(days=90)  # after the right has ended: a phone that kept scans is known again when it is enrolled again
GRANTS = ("search", "undo", "force", "walk_in", "substitute", "search_offline")


class LinkSpent(Refused):
    message = _l("This link has been used or has expired. Ask the organiser to show a new QR code.")


class NameMissing(Refused):
    message = _l("Please type a name.")
    field = "label"


class EventNotRunning(Refused):
    message = _l("This event is cancelled, so no phone can scan for it.")


def enrolment(event: Event, gate_name: str, grants: Collection[str], by: User | None, at: datetime | None = None, *,
              mode: DeviceMode = DeviceMode.STAFF, gate_ids: Collection[int] = (), checkpoint_ids: Collection[int] | None = None) -> str:
    """A single-use link for one phone, good for 30 minutes; returns its token. Raises `EventNotRunning`.

    `gate_ids` are other gates that the phone may choose, `checkpoint_ids` those that it may (None: all); what is not the event's
    is left out. People use a kiosk by themselves, so it gets no grant.
    """
    if event.status is EventStatus.CANCELLED:
        raise EventNotRunning
    token, gate = new_code(), gates.named(event, gate_name)
    row = Enrolment(event_id=event.id, gate_id=gate.id, digest=digest(token), mode=mode, created_by_id=by.id if by else None,
                    grants=[] if mode is DeviceMode.KIOSK else [grant for grant in GRANTS if grant in grants],
                    gate_ids=[one for one in _of(event, Gate, gate_ids) if one != gate.id],
                    checkpoint_ids=None if checkpoint_ids is None else _of(event, Checkpoint, checkpoint_ids) or None,
                    expires_at=(at or now()) + LINK_LIFE)
    db.session.add(row)
    db.session.flush()
    history.record("device.invited", event=event, gate=gate.name, mode=mode.value, grants=row.grants)
    return token


def _of(event: Event, kind: type[Gate] | type[Checkpoint], ids: Collection[int]) -> list[int]:
    return list(db.session.scalars(select(kind.id).where(kind.event_id == event.id, kind.id.in_(ids)).order_by(kind.id)))


def open_enrolment(token: str, at: datetime | None = None) -> Enrolment:
    """The enrolment behind a link that is still good. Raises `LinkSpent`."""
    row = db.session.scalar(select(Enrolment).where(Enrolment.digest == digest(token))) if is_code(token.upper()) else None
    if row is None or row.used_at is not None or row.expires_at <= (at or now()) or row.event.status is EventStatus.CANCELLED:
        raise LinkSpent
    return row


def enrol(token: str, old_key: str = "", at: datetime | None = None) -> tuple[Device, str]:
    """Make a phone a device; returns it and the key for its cookie. Of many phones at once, one wins. Raises `LinkSpent`.

    A phone that brings the key of a device of the same event (`old_key`), whatever became of it, is that device again, as this
    enrolment says. It stays enrolled since the first time, so that the clock of the scans that it still keeps is believed.
    """
    at = at or now()
    row = open_enrolment(token, at)
    won = db.session.execute(update(Enrolment).where(Enrolment.id == row.id, Enrolment.used_at.is_(None)).values(used_at=at))
    if not won.rowcount:
        raise LinkSpent
    device, key = _known(row.event_id, old_key), new_code()
    again = device is not None
    if device is None:
        device = Device(event_id=row.event_id, label=_label(row.gate), enrolled_at=at)
        db.session.add(device)
    elif device.gate_id != row.gate_id and device.label.rpartition(" ")[0] == device.gate.name:
        device.label = _label(row.gate)  # nobody gave it another name
    device.gate, device.key_digest, device.mode, device.grants = row.gate, digest(key), row.mode, row.grants
    device.gate_ids, device.checkpoint_ids = row.gate_ids, row.checkpoint_ids
    device.expires_at, device.revoked_at, device.wiped_at = max(row.event.ends_at, at) + AFTER_EVENT, None, None
    db.session.flush()
    history.record("device.enrolled", event=row.event, device=device.id, label=device.label, again=again)
    return device, key


def _known(event_id: int, key: str) -> Device | None:
    """The device of this event that once had this key."""
    if not is_code(key):
        return None
    return db.session.scalar(select(Device).where(Device.key_digest == digest(key), Device.event_id == event_id).with_for_update())


def _label(gate: Gate) -> str:
    """The gate's name and the first number that no phone of the event has."""
    db.session.execute(select(Gate.id).where(Gate.id == gate.id).with_for_update(key_share=True))  # one phone after another; scans go on
    taken = set(db.session.scalars(select(Device.label).where(Device.event_id == gate.event_id)))
    return next(label for number in count(1) if (label := f"{gate.name[:190]} {number}") not in taken)


def rename(device: Device, label: str) -> None:
    """Call the phone as staff call it. Raises `NameMissing`."""
    label = normalise(label)[:200]
    if not label:
        raise NameMissing
    device.label = label
    db.session.flush()


def revoke(device: Device, at: datetime | None = None) -> None:
    """Take the phone's right away; its scans stay."""
    if device.revoked_at is None:
        device.revoked_at = at or now()
        db.session.flush()
        history.record("device.revoked", event=device.event, device=device.id, label=device.label)


def revoke_all(event: Event, at: datetime | None = None) -> int:
    """Take the right of every phone of the event away; returns how many had one."""
    at = at or now()
    rows = db.session.scalars(select(Device).where(Device.event_id == event.id, Device.revoked_at.is_(None), Device.expires_at > at)
                              .order_by(Device.id).with_for_update(key_share=True)).all()
    for device in rows:
        revoke(device, at)
    return len(rows)


def remember(response: Response, device: Device, key: str) -> Response:
    """Give the phone its key. It outlives the right, which the server keeps, not the cookie."""
    response.set_cookie(COOKIE, key, expires=device.expires_at + KEY_LIFE, path="/door", httponly=True, samesite="Strict",
                        secure=current_app.config["SESSION_COOKIE_SECURE"])
    return response


_BY_KEY = (select(Device).options(joinedload(Device.event), joinedload(Device.gate))
           .where(Device.key_digest == bindparam("digest")))


def recognised() -> Device | None:
    """The device whose cookie this request carries, whether its right still stands or not."""
    key = request.cookies.get(COOKIE, "")
    return db.session.scalar(_BY_KEY, {"digest": digest(key)}) if is_code(key) else None


def stands(device: Device, at: datetime | None = None) -> bool:
    """Whether the phone may still scan."""
    return not device.revoked_at and device.expires_at > (at or now()) and device.event.status is not EventStatus.CANCELLED


def saw(device: Device, at: datetime, unsent: int | None = None) -> None:
    """Note that the phone is there, and how many scans it says it keeps unsent; at most once a minute unless that number changed."""
    if device.last_seen_at is None or device.last_seen_at < at - SEEN_EVERY or unsent not in (None, device.unsent):
        values = {"last_seen_at": at} | ({} if unsent is None else {"unsent": unsent})
        db.session.execute(update(Device).where(Device.id == device.id).values(values))


def forgot(device: Device, at: datetime | None = None) -> None:
    """A phone whose right is gone says that it no longer knows the participants."""
    device.wiped_at = device.wiped_at or at or now()
    db.session.flush()


def enrolled(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view for enrolled phones; it gets `device`. Others are told to ask for a new QR code (401)."""
    return _for_devices(view, stands)


def known(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view for phones that are or were enrolled; it gets `device`."""
    return _for_devices(view, lambda _device: True)


def _for_devices(view: Callable[..., Any], good: Callable[[Device], bool]) -> Callable[..., Any]:
    @wraps(view)
    def entered(*args: Any, **kwargs: Any) -> Any:
        device = recognised()
        if device is None or not good(device):
            return errors.page(401, title=_l("This phone can no longer scan"),
                               message=_l("Its right has ended or was taken back. Ask the organiser for a new QR code to enrol this phone."))
        g.device = device
        return view(*args, device=device, **kwargs)

    return access.device(entered)


def limit_key() -> str:
    """What the door's rate limit counts by: the phone, not the hotel's shared address."""
    return digest(request.cookies.get(COOKIE, request.remote_addr or ""))
