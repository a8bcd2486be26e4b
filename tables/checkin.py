"""Checkpoints, gates, devices and scans."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import DIGEST, LINE, Key, choice, db, now, pk

if TYPE_CHECKING:
    from tables.events import Event
    from tables.registration import Registration


class EntryPolicy(enum.StrEnum):
    ONCE = "once"
    REENTRY = "reentry"
    ANY = "any"


class Checkpoint(db.Model):
    """Which categories and session a scan admits to, when, and how often."""

    __tablename__ = "checkpoint"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("event_session.id"))
    position: Mapped[int] = mapped_column(default=0)
    name_th: Mapped[str] = mapped_column(LINE)
    name_en: Mapped[str] = mapped_column(LINE, default="")
    policy: Mapped[EntryPolicy] = mapped_column(choice(EntryPolicy), default=EntryPolicy.ONCE)
    strict: Mapped[bool] = mapped_column(default=True)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    category_ids: Mapped[list[Any] | None]  # None: every category
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="closes_after_opening"),)


class Gate(db.Model):
    """A door at which devices stand."""

    __tablename__ = "gate"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(LINE)
    __table_args__ = (UniqueConstraint("event_id", "name"),)


class Enrolment(db.Model):
    """A single-use invitation for a phone to become a device of one event. Only the link's digest is kept."""

    __tablename__ = "enrolment"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    grants: Mapped[list[Any]] = mapped_column(default=list)  # of "search", "walk_in", "undo", "force"
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    gate: Mapped[Gate] = relationship()


class Device(db.Model):
    """An enrolled phone. Its key is in the phone's cookie; only the digest is kept."""

    __tablename__ = "device"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    label: Mapped[str] = mapped_column(LINE)
    key_digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    grants: Mapped[list[Any]] = mapped_column(default=list)
    enrolled_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
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
    )
