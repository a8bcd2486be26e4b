"""What shows the door of a running event in the demonstration: people of note, a second phone that was offline, and what it brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from blueprints.certificates.specimen import demo_path
from core.codes import digest, new_code
from models import Checkpoint, CheckpointKind, Device, EntryPolicy, Event, Gate, Registration, Scan, Signature, db, now

CAME_TWICE, UNKNOWN = "demo-offline-1", "demo-offline-2"


def open_door(event: Event, people: Sequence[Registration]) -> None:
    """Marks on a few people; a meal that is counted; a side entrance whose phone scanned in the dark, one ticket for the second time."""
    for person in (*people[:2], people[-1]):
        person.vip = True
    people[4].wheelchair, people[4].staff_note = True, "ขอที่นั่งใกล้ทางเข้า"
    entrance = db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id).order_by(Checkpoint.position)).first()
    assert entrance
    db.session.add(Checkpoint(
        event_id=event.id, position=entrance.position + 1, name_th="อาหารกลางวัน", name_en="Lunch", kind=CheckpointKind.MEAL,
        policy=EntryPolicy.ONCE, opens_at=entrance.opens_at, closes_at=entrance.closes_at))
    gate = Gate(event_id=event.id, name="ประตูข้าง")
    db.session.add(gate)
    db.session.flush()
    at = now()
    phone = Device(event_id=event.id, gate_id=gate.id, label="ประตูข้าง 1", key_digest=digest(new_code()), grants=["search", "undo", "walk_in"],
                   enrolled_at=at - timedelta(hours=3), expires_at=event.ends_at + timedelta(days=1), last_seen_at=at - timedelta(minutes=9), unsent=2)
    db.session.add(phone)
    db.session.flush()
    first = db.session.scalars(select(Scan).where(Scan.checkpoint_id == entrance.id).order_by(Scan.judged_at, Scan.id)).first()
    assert first
    again = (first.judged_at + timedelta(minutes=12), first.registration_id, first.raw_code, "ok", "already_in", True, CAME_TWICE)
    stranger = (first.judged_at + timedelta(minutes=20), None, new_code(), "unknown", "unknown", False, UNKNOWN)
    for moment, registration_id, code, verdict, would_be, needed, nonce in (again, stranger):
        db.session.add(Scan(
            nonce=nonce, event_id=event.id, device_id=phone.id, gate_id=gate.id, checkpoint_id=entrance.id, registration_id=registration_id,
            direction="in", source="camera", raw_code=code, claimed_at=moment, received_at=moment + timedelta(minutes=25), judged_at=moment,
            verdict=verdict, would_be=would_be, shown="ok" if needed else "unverified", forced_needed=needed, offline=True))
    db.session.flush()


def sign(event: Event) -> None:
    """Two in three of those who came to a finished event signed on the phone's screen: their sign-in sheet is no longer blank."""
    came = db.session.execute(select(Scan.registration_id, Scan.checkpoint_id, Scan.judged_at).where(
        Scan.event_id == event.id, Scan.registration_id.is_not(None)).order_by(Scan.id)).all()
    for n, (registration_id, checkpoint_id, at) in enumerate(came):
        if n % 3:
            db.session.add(Signature(registration_id=registration_id, checkpoint_id=checkpoint_id, signed_at=at, path=demo_path(n)))
    db.session.flush()
