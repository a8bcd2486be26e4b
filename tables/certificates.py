"""Registers, designs and certificates."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import CODE, LINE, TITLE, Key, choice, db, now, pk

if TYPE_CHECKING:
    from tables.events import Event
    from tables.programmes import Programme
    from tables.registration import Registration


class RegisterReset(enum.StrEnum):
    NEVER = "never"
    BUDDHIST_YEAR = "buddhist_year"
    FISCAL_YEAR = "fiscal_year"


class Register(db.Model):
    """A register (ทะเบียนคุม) that hands out numbers: `pattern` holds {number} and {year}."""

    __tablename__ = "register"
    id: Key = pk()
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    name: Mapped[str] = mapped_column(LINE)
    pattern: Mapped[str] = mapped_column(LINE)
    padding: Mapped[int] = mapped_column(default=1)
    thai_digits: Mapped[bool] = mapped_column(default=True)
    reset: Mapped[RegisterReset] = mapped_column(choice(RegisterReset), default=RegisterReset.BUDDHIST_YEAR)
    # A register of specimens numbers certificates that are not evidence and say so.
    specimen: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    programme: Mapped[Programme] = relationship()
    __table_args__ = (
        UniqueConstraint("programme_id", "name"),
        CheckConstraint("padding BETWEEN 1 AND 9", name="padding_range"),
    )


class RegisterCounter(db.Model):
    """The last number handed out in one period of a register; raised by an UPDATE in the certificate's own transaction."""

    __tablename__ = "register_counter"
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)  # BE year, or "" for never
    last: Mapped[int] = mapped_column(default=0)


class CertificateDesign(db.Model):
    """A design as one immutable version; a change is a new row. `content` is what the renderer reads."""

    __tablename__ = "certificate_design"
    id: Key = pk()
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(LINE)
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("programme_id", "event_id", "name", "version"),)


class CertificateKind(enum.StrEnum):
    ATTENDANCE = "attendance"
    SPEAKER = "speaker"
    ORGANISER = "organiser"
    ENTERPRISE = "enterprise"


class CertificateStatus(enum.StrEnum):
    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"


class Certificate(db.Model):
    """The record behind a paper. Everything printed is in `facts` as printed; only the file and the status are written later."""

    __tablename__ = "certificate"
    id: Key = pk()
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    period: Mapped[str] = mapped_column(String(10))
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(LINE)  # as printed
    number_key: Mapped[str] = mapped_column(LINE, index=True)  # folded, Arabic digits: what a visitor types finds it
    code: Mapped[str] = mapped_column(CODE, unique=True)
    kind: Mapped[CertificateKind] = mapped_column(choice(CertificateKind))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    holder: Mapped[str] = mapped_column(LINE)
    sort_key: Mapped[str] = mapped_column(TITLE)
    facts: Mapped[dict[str, Any]]
    design_id: Mapped[int] = mapped_column(ForeignKey("certificate_design.id"))
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    issued_at: Mapped[datetime] = mapped_column(default=now)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    status: Mapped[CertificateStatus] = mapped_column(choice(CertificateStatus), default=CertificateStatus.VALID)
    status_at: Mapped[datetime | None]
    status_reason: Mapped[str] = mapped_column(String(500), default="")
    status_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    event: Mapped[Event] = relationship()
    register: Mapped[Register] = relationship()
    design: Mapped[CertificateDesign] = relationship()
    registration: Mapped[Registration | None] = relationship()
    replaces: Mapped[Certificate | None] = relationship(remote_side="Certificate.id", back_populates="replaced_by")
    replaced_by: Mapped[Certificate | None] = relationship(back_populates="replaces", uselist=False)
    __table_args__ = (
        UniqueConstraint("register_id", "period", "sequence"),
        Index("ix_certificate_event_id_sequence", "event_id", "sequence"),
        Index("uq_certificate_one_valid", "event_id", "registration_id", "kind", unique=True,
              sqlite_where=text("status = 'valid'"), postgresql_where=text("status = 'valid'")),
    )
