"""Checkpoints, gates, devices and scans."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import CODE, DIGEST, LINE, Key, choice, db, now, pk

if TYPE_CHECKING:
    from tables.events import Event, EventSession
    from tables.registration import Registration


class EntryPolicy(enum.StrEnum):
    ONCE = "once"
    REENTRY = "reentry"
    ANY = "any"


class CheckpointKind(enum.StrEnum):
    """What is entered here: the whole event, one day, half a day, a session, or a meal (which finance counts)."""

    EVENT = "event"
    DAY = "day"
    HALF_DAY = "half_day"
    SESSION = "session"
    MEAL = "meal"


class Checkpoint(db.Model):
    """Which categories and session a scan admits to, when, and how often."""

    __tablename__ = "checkpoint"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("event_session.id"))
    position: Mapped[int] = mapped_column(default=0)
    name_th: Mapped[str] = mapped_column(LINE)
    name_en: Mapped[str] = mapped_column(LINE, default="")
    kind: Mapped[CheckpointKind] = mapped_column(choice(CheckpointKind), default=CheckpointKind.EVENT)
    policy: Mapped[EntryPolicy] = mapped_column(choice(EntryPolicy), default=EntryPolicy.ONCE)
    strict: Mapped[bool] = mapped_column(default=True)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    all_out_at: Mapped[datetime | None]  # whoever is in counts as gone out at this time
    category_ids: Mapped[list[Any] | None]  # None: every category
    signature: Mapped[bool] = mapped_column(default=False)  # people sign on the phone's screen
    venue_key: Mapped[str | None] = mapped_column(CODE)  # secret of the rotating code for self check-in; None: switched off
    session: Mapped[EventSession | None] = relationship()
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="closes_after_opening"),)


class Gate(db.Model):
    """A door at which devices stand."""

    __tablename__ = "gate"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(LINE)
    __table_args__ = (UniqueConstraint("event_id", "name"),)


class DeviceMode(enum.StrEnum):
    """A phone in the hands of staff, or a kiosk at which people scan their own tickets."""

    STAFF = "staff"
    KIOSK = "kiosk"


class Enrolment(db.Model):
    """A single-use invitation for a phone to become a device of one event. Only the link's digest is kept."""

    __tablename__ = "enrolment"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    mode: Mapped[DeviceMode] = mapped_column(choice(DeviceMode), default=DeviceMode.STAFF)
    grants: Mapped[list[Any]] = mapped_column(default=list)  # of `checkin.texts.GRANTS`
    gate_ids: Mapped[list[Any]] = mapped_column(default=list)  # other gates that the phone may choose
    checkpoint_ids: Mapped[list[Any] | None]  # those it may choose; None: all
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    gate: Mapped[Gate] = relationship()


class Device(db.Model):
    """An enrolled phone. Its key is in the phone's cookie; only the digest is kept. Enrolled again, a phone stays the same device."""

    __tablename__ = "device"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    label: Mapped[str] = mapped_column(LINE)
    key_digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    mode: Mapped[DeviceMode] = mapped_column(choice(DeviceMode), default=DeviceMode.STAFF)
    grants: Mapped[list[Any]] = mapped_column(default=list)
    gate_ids: Mapped[list[Any]] = mapped_column(default=list)
    checkpoint_ids: Mapped[list[Any] | None]
    enrolled_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    unsent: Mapped[int] = mapped_column(default=0)  # scans that it keeps, as it said when it was last seen
    wiped_at: Mapped[datetime | None]  # when, its right gone, it said that it has forgotten the participants
    event: Mapped[Event] = relationship()
    gate: Mapped[Gate] = relationship()

    def may(self, grant: str) -> bool:
        return grant in self.grants


class Direction(enum.StrEnum):
    IN = "in"
    OUT = "out"


class ScanSource(enum.StrEnum):
    CAMERA = "camera"
    KEYBOARD = "keyboard"
    TYPED = "typed"
    SEARCH = "search"
    WALK_IN = "walk_in"
    KIOSK = "kiosk"
    SELF = "self"  # on the person's own phone, by the code that changes in the room
    PAPER = "paper"
    IMPORT = "import"
    AUTOMATIC = "automatic"


class Scan(db.Model):
    """One attempt at a door, stored for ever. Only the undo marks are ever written again. Attendance is derived from these rows."""

    __tablename__ = "scan"
    id: Key = pk()
    nonce: Mapped[str] = mapped_column(String(64))  # made by the device, unique per device
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))  # None: an organiser or an import
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"))
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    direction: Mapped[Direction] = mapped_column(choice(Direction))
    source: Mapped[ScanSource] = mapped_column(choice(ScanSource))
    raw_code: Mapped[str] = mapped_column(String(300))
    claimed_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=now)
    judged_at: Mapped[datetime]  # claimed_at where it can be believed, else received_at
    clock_warning: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str] = mapped_column(String(30))
    would_be: Mapped[str] = mapped_column(String(30), default="")  # the verdict without force
    shown: Mapped[str] = mapped_column(String(30), default="")  # what the phone, alone, told the staff; "" when it asked us first
    forced_sent: Mapped[bool] = mapped_column(default=False)
    forced_needed: Mapped[bool] = mapped_column(default=False)
    offline: Mapped[bool] = mapped_column(default=False)
    undone_at: Mapped[datetime | None]
    undone_by_device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    gate: Mapped[Gate | None] = relationship()
    registration: Mapped[Registration | None] = relationship()
    device: Mapped[Device | None] = relationship(foreign_keys=[device_id])
    __table_args__ = (
        UniqueConstraint("device_id", "nonce"),
        Index("ix_scan_standing", "checkpoint_id", "verdict", "direction", "undone_at", "registration_id"),
        Index("ix_scan_registration_id", "registration_id", "judged_at"),
        Index("ix_scan_event_id", "event_id", "id"),
        # What is new since a phone last asked.
        Index("ix_scan_event_id_received_at", "event_id", "received_at"),
        Index("ix_scan_event_id_undone_at", "event_id", "undone_at"),
    )


class Decision(enum.StrEnum):
    """How a conflict ended: the later admission stands beside the first, or it is undone."""

    KEPT = "kept"
    UNDONE = "undone"


class ConflictSettlement(db.Model):
    """What an organiser decided about a scan that should not have admitted, and why."""

    __tablename__ = "conflict_settlement"
    id: Key = pk()
    scan_id: Mapped[int] = mapped_column(ForeignKey("scan.id"), unique=True)
    decision: Mapped[Decision] = mapped_column(choice(Decision))
    reason: Mapped[str] = mapped_column(String(500))
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    settled_at: Mapped[datetime] = mapped_column(default=now)
    scan: Mapped[Scan] = relationship()


class Signature(db.Model):
    """What a person wrote with a finger on a phone at a checkpoint: evidence beside the paper's."""

    __tablename__ = "signature"
    id: Key = pk()
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    path: Mapped[str] = mapped_column(Text)  # SVG path data in a box of 600 × 200: "M12 40L13 41…"
    signed_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("registration_id", "checkpoint_id"), Index("ix_signature_checkpoint_id", "checkpoint_id"))
