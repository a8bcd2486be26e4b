"""Registers, designs and certificates."""

from __future__ import annotations

import enum
from datetime import date, datetime
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
    PROGRAMME = "programme"


class Register(db.Model):
    """A register (ทะเบียนคุม) that hands out numbers: `pattern` holds {number} and {year}.

    One without a programme belongs to the whole installation: every programme may number with it.
    """

    __tablename__ = "register"
    id: Key = pk()
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"), index=True)
    name: Mapped[str] = mapped_column(LINE)
    pattern: Mapped[str] = mapped_column(LINE)
    padding: Mapped[int] = mapped_column(default=1)
    thai_digits: Mapped[bool] = mapped_column(default=True)
    reset: Mapped[RegisterReset] = mapped_column(choice(RegisterReset), default=RegisterReset.BUDDHIST_YEAR)
    # A register of specimens numbers certificates that are not evidence and say so.
    specimen: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    programme: Mapped[Programme | None] = relationship()
    __table_args__ = (
        UniqueConstraint("programme_id", "name"),
        Index("uq_register_shared_name", "name", unique=True,
              sqlite_where=text("programme_id IS NULL"), postgresql_where=text("programme_id IS NULL")),
        CheckConstraint("padding BETWEEN 1 AND 9", name="padding_range"),
    )


class RegisterCounter(db.Model):
    """The last number handed out in one period of a register; raised by an UPDATE in the certificate's own transaction."""

    __tablename__ = "register_counter"
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)  # BE year, "p" and the programme's id, or "" for never
    last: Mapped[int] = mapped_column(default=0)


class Reservation(db.Model):
    """A range of numbers put aside: for one event, which then takes from it first, or for papers written by hand.

    `following` is the next one to hand out; past `last` the range is used up. An unused number stays in the register with its purpose.
    """

    __tablename__ = "reservation"
    id: Key = pk()
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    period: Mapped[str] = mapped_column(String(10))
    first: Mapped[int]
    last: Mapped[int]
    following: Mapped[int]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    purpose: Mapped[str] = mapped_column(LINE)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    register: Mapped[Register] = relationship()
    event: Mapped[Event | None] = relationship()
    __table_args__ = (
        UniqueConstraint("register_id", "period", "first"),
        CheckConstraint("first BETWEEN 1 AND last", name="range_in_order"),
        CheckConstraint("following BETWEEN first AND last + 1", name="following_within_range"),
    )


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
    # Whether a certificate pressed in layers looked the same to the pixel as one rendered directly; None: not compared yet.
    layered: Mapped[bool | None]
    __table_args__ = (UniqueConstraint("programme_id", "event_id", "name", "version"),)


class CertificateKind(enum.StrEnum):
    ATTENDANCE = "attendance"
    SPEAKER = "speaker"
    ORGANISER = "organiser"
    ENTERPRISE = "enterprise"


class CertificatePlan(db.Model):
    """Who gets a certificate of one kind at an event (`rule`, read by `certificates.rules`), in which design, with which numbers."""

    __tablename__ = "certificate_plan"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[CertificateKind] = mapped_column(choice(CertificateKind))
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    issued_on: Mapped[date]
    design_id: Mapped[int] = mapped_column(ForeignKey("certificate_design.id", ondelete="CASCADE"))
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    event: Mapped[Event] = relationship()
    design: Mapped[CertificateDesign] = relationship()
    register: Mapped[Register] = relationship()
    __table_args__ = (UniqueConstraint("event_id", "kind"),)


class NamedHolder(db.Model):
    """Somebody who gets a certificate without a registration, such as a speaker or one of the staff."""

    __tablename__ = "named_holder"
    id: Key = pk()
    plan_id: Mapped[int] = mapped_column(ForeignKey("certificate_plan.id", ondelete="CASCADE"), index=True)
    name_th: Mapped[str] = mapped_column(LINE)
    name_en: Mapped[str] = mapped_column(LINE, default="")
    organisation: Mapped[str] = mapped_column(LINE, default="")
    sort_key: Mapped[str] = mapped_column(TITLE)
    created_at: Mapped[datetime] = mapped_column(default=now)
    plan: Mapped[CertificatePlan] = relationship()


class CertificateException(db.Model):
    """An organiser's decision beside the rule, with its reason: this person or enterprise gets one (`granted`), or does not."""

    __tablename__ = "certificate_exception"
    id: Key = pk()
    plan_id: Mapped[int] = mapped_column(ForeignKey("certificate_plan.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    granted: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        UniqueConstraint("plan_id", "registration_id"),
        UniqueConstraint("plan_id", "organisation_id"),
        CheckConstraint("(registration_id IS NULL) <> (organisation_id IS NULL)", name="one_subject"),
    )


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
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)  # of an enterprise's certificate
    named_holder_id: Mapped[int | None] = mapped_column(ForeignKey("named_holder.id", ondelete="SET NULL"), index=True)
    holder: Mapped[str] = mapped_column(LINE)
    sort_key: Mapped[str] = mapped_column(TITLE)
    facts: Mapped[dict[str, Any]]
    design_id: Mapped[int] = mapped_column(ForeignKey("certificate_design.id"))
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    signature: Mapped[dict[str, Any] | None]  # of the file: who signed it and when, as `certificates.signing` describes; None: unsigned
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
        Index("uq_certificate_one_valid_organisation", "event_id", "organisation_id", "kind", unique=True,
              sqlite_where=text("status = 'valid'"), postgresql_where=text("status = 'valid'")),
        Index("uq_certificate_one_valid_named_holder", "named_holder_id", "kind", unique=True,
              sqlite_where=text("status = 'valid'"), postgresql_where=text("status = 'valid'")),
    )


class CorrectionDecision(enum.StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"


class CorrectionRequest(db.Model):
    """What a holder says is wrong on a certificate, and what the organiser decided; an accepted one led to `replacement`."""

    __tablename__ = "correction_request"
    id: Key = pk()
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    holder_th: Mapped[str] = mapped_column(LINE)
    holder_en: Mapped[str] = mapped_column(LINE, default="")
    organisation: Mapped[str] = mapped_column(LINE, default="")
    message: Mapped[str] = mapped_column(String(500), default="")
    asked_at: Mapped[datetime] = mapped_column(default=now)
    decision: Mapped[CorrectionDecision | None] = mapped_column(choice(CorrectionDecision))
    answer: Mapped[str] = mapped_column(String(500), default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    replacement_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    certificate: Mapped[Certificate] = relationship(foreign_keys=certificate_id)
    replacement: Mapped[Certificate | None] = relationship(foreign_keys=replacement_id)
