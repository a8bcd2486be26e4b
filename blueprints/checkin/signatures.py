"""Signatures written with a finger on a phone's screen: evidence that somebody came, where the checkpoint asks for it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from core.errors import Refused
from models import Checkpoint, Device, Registration, Signature, db

WIDTH, HEIGHT, LONGEST = 600, 200, 8_000
MEND_WITHIN = timedelta(minutes=15)
_POINT = re.compile(r"([ML])(\d{1,3}(?:\.\d{1,2})?) (\d{1,3}(?:\.\d{1,2})?)", re.ASCII)


class NotASignature(Refused):
    message = _l("This signature could not be read. Please let the person sign again.")


class NotAskedHere(Refused):
    message = _l("Nobody signs on the screen at this checkpoint.")


class NobodyHere(Refused):
    message = _l("This person is not registered for this event.")


def is_path(path: object) -> bool:
    """Whether this is SVG path data of strokes in a box of 600 × 200: "M12 40L13.5 41M20 50L…", at least one line, and nothing else."""
    if not isinstance(path, str) or not 0 < len(path) <= LONGEST or not path.startswith("M") or "L" not in path:
        return False
    end = 0
    for point in _POINT.finditer(path):
        if point.start() != end or float(point[2]) > WIDTH or float(point[3]) > HEIGHT:
            return False
        end = point.end()
    return end == len(path)


def keep(device: Device, checkpoint: Checkpoint, registration_id: int, path: object, at: datetime) -> Signature:
    """Keep what somebody signed `at` a moment, and return the signature that counts.

    There is one for each person and checkpoint. The phone that took it may take it anew for 15 minutes; after that, and from any
    other phone, it stays as it was. Raises `NotASignature`, `NotAskedHere`, `NobodyHere`.
    """
    if not is_path(path):
        raise NotASignature
    if checkpoint.event_id != device.event_id or not checkpoint.signature:
        raise NotAskedHere
    there = db.session.scalar(select(Registration.id).where(  # held, so that of two phones at once one is the first
        Registration.id == registration_id, Registration.event_id == device.event_id, Registration.anonymised_at.is_(None)).with_for_update())
    if there is None:
        raise NobodyHere
    signature = db.session.scalar(select(Signature).where(Signature.registration_id == there, Signature.checkpoint_id == checkpoint.id))
    if signature is None:
        signature = Signature(registration_id=there, checkpoint_id=checkpoint.id, device_id=device.id, signed_at=at, path=path)
        db.session.add(signature)
    elif signature.device_id == device.id and signature.signed_at < at <= signature.signed_at + MEND_WITHIN:
        signature.path = str(path)
    db.session.flush()
    return signature


def of(registration: Registration) -> list[tuple[Signature, Checkpoint]]:
    """What one person signed, and where, the earliest first."""
    rows = db.session.execute(select(Signature, Checkpoint).join(Checkpoint, Checkpoint.id == Signature.checkpoint_id)
                              .where(Signature.registration_id == registration.id).order_by(Signature.signed_at, Signature.id))
    return [(row[0], row[1]) for row in rows]
