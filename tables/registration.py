"""Registrations, notices, consents and imports."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import CODE, DIGEST, LINE, TITLE, Key, choice, db, now, pk

if TYPE_CHECKING:
    from tables.events import AccessCode, Category, Event, EventSession
    from tables.programmes import Organisation
    from tables.questions import Answer


class Notice(db.Model):
    """The privacy notice as people read it (PDPA s.23). A change of wording is a new version; an old one is never edited."""

    __tablename__ = "notice"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    version: Mapped[int]
    text_th: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    consents: Mapped[dict[str, Any]] = mapped_column(default=dict)  # purpose → {"th": …, "en": …}: what a yes said yes to
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("event_id", "version"),)


class RegistrationStatus(enum.StrEnum):
    """`confirmed` holds a seat, and so does `not_confirmed`: an offer from the waitlist that waits for its answer."""

    CONFIRMED = "confirmed"
    PENDING_APPROVAL = "pending_approval"
    WAITLISTED = "waitlisted"
    NOT_CONFIRMED = "not_confirmed"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"


class RegistrationSource(enum.StrEnum):
    ONLINE = "online"
    STAFF = "staff"
    WALK_IN = "walk_in"
    IMPORT = "import"


class Registration(db.Model):
    """One person at one event, with one code. `code` is what the QR says; `manage_token` opens the private page."""

    __tablename__ = "registration"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    access_code_id: Mapped[int | None] = mapped_column(ForeignKey("access_code.id"), index=True)
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)  # the colleague who filled in the form
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    status: Mapped[RegistrationStatus] = mapped_column(choice(RegistrationStatus))
    source: Mapped[RegistrationSource] = mapped_column(choice(RegistrationSource), default=RegistrationSource.ONLINE)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    manage_token: Mapped[str] = mapped_column(CODE, unique=True)
    # The same form sent twice carries the same key and gets the same registration.
    form_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(100), default="")
    first_name: Mapped[str] = mapped_column(LINE)
    last_name: Mapped[str] = mapped_column(LINE, default="")
    name_en: Mapped[str] = mapped_column(LINE, default="")
    certificate_name: Mapped[str] = mapped_column(LINE, default="")  # overrides title, first and last on the certificate
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    organisation_name: Mapped[str] = mapped_column(LINE, default="")  # as typed
    position: Mapped[str] = mapped_column(LINE, default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")  # E.164
    phone_extension: Mapped[str] = mapped_column(String(10), default="")
    staff_note: Mapped[str] = mapped_column(String(500), default="")  # shown to door staff
    vip: Mapped[bool] = mapped_column(default=False)  # the door and the master of ceremonies are told of the arrival
    wheelchair: Mapped[bool] = mapped_column(default=False)  # needs a way without steps
    language: Mapped[str] = mapped_column(String(2), default="th")
    sort_key: Mapped[str] = mapped_column(TITLE)  # thai.sorting.name_sort_key
    search_text: Mapped[str] = mapped_column(Text)  # thai.text.fold of name, organisation, e-mail and phone
    person_key: Mapped[str] = mapped_column(DIGEST)  # digest of the folded name and e-mail or phone
    # The same for one person throughout a programme and random, so that people are still counted once when their data are gone.
    person_ref: Mapped[str] = mapped_column(CODE, default="")
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    cancelled_at: Mapped[datetime | None]
    status_reason: Mapped[str] = mapped_column(String(500), default="")  # as told to the person
    overbooked: Mapped[bool] = mapped_column(default=False)
    waitlisted_at: Mapped[datetime | None]  # the place in the waitlist; kept through offers
    offer_expires_at: Mapped[datetime | None]  # until when an offered seat is held
    name_checked_at: Mapped[datetime | None]  # the holder proof-read the name for the certificate
    anonymised_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    event: Mapped[Event] = relationship()
    category: Mapped[Category] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    access_code: Mapped[AccessCode | None] = relationship()
    booked_by: Mapped[Registration | None] = relationship(remote_side="Registration.id")
    consents: Mapped[list[Consent]] = relationship(cascade="all, delete-orphan")
    answers: Mapped[list[Answer]] = relationship(cascade="all, delete-orphan")
    sessions: Mapped[list[EventSession]] = relationship(
        secondary="session_choice", order_by="EventSession.starts_at, EventSession.position", viewonly=True)
    __table_args__ = (
        Index("ix_registration_event_id_sort_key", "event_id", "sort_key", "id"),
        Index("ix_registration_event_id_created_at", "event_id", "created_at", "id"),
        # The organiser's list searches and filters within this index alone: 100,000 rows are not read to find fifty. (PostgreSQL
        # reads whole tables fast, and refuses long texts in an index.)
        Index("ix_registration_listed", "event_id", "sort_key", "id", "status", "category_id", "search_text").ddl_if(dialect="sqlite"),
        Index("ix_registration_event_id_status", "event_id", "status", "waitlisted_at"),
        Index("ix_registration_event_id_organisation_id", "event_id", "organisation_id"),
        Index("ix_registration_event_id_updated_at", "event_id", "updated_at"),  # what is new since a phone last asked
        Index("ix_registration_person_key", "person_key"),
        Index("uq_registration_same_person", "event_id", "person_key", unique=True,
              sqlite_where=text("status <> 'cancelled'"), postgresql_where=text("status <> 'cancelled'")),
    )
    __mapper_args__ = {"version_id_col": version}


class SessionChoice(db.Model):
    """A session that a person chose. It holds a seat of the session while the registration holds one of the event."""

    __tablename__ = "session_choice"
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id"), primary_key=True, index=True)


class ImportState(enum.StrEnum):
    UPLOADED = "uploaded"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"


class ImportBatch(db.Model):
    """A workbook of people on its way into an event. The file itself goes from storage once it was applied or left lying."""

    __tablename__ = "import_batch"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str] = mapped_column(LINE)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    state: Mapped[ImportState] = mapped_column(choice(ImportState), default=ImportState.UPLOADED)
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)  # sheet, heading row, column → field, rows left out
    created: Mapped[int] = mapped_column(default=0)  # people
    skipped: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()


class ListView(db.Model):
    """An organiser's own choice of columns and filters of an event's list, under a name."""

    __tablename__ = "list_view"
    id: Key = pk()
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(LINE)
    columns: Mapped[list[Any]] = mapped_column(default=list)
    query: Mapped[dict[str, Any]] = mapped_column(default=dict)  # filters and order, as in the list's address
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("user_id", "event_id", "name"),)


class RetiredCode(db.Model):
    """A code that was good once and was replaced (a substitute came, a phone was lost): the door must say so."""

    __tablename__ = "retired_code"
    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    retired_at: Mapped[datetime] = mapped_column(default=now)


class ConsentPurpose(enum.StrEnum):
    """Extras only: what the event itself needs rests on the public task (PDPA s.24(4)), not on consent."""

    PHOTOS = "photos"
    CONTACT_SHARING = "contact_sharing"
    NEWS = "news"  # of other events
    SENSITIVE = "sensitive"  # answers that PDPA s.26 protects


class Consent(db.Model):
    """One person's yes to one purpose under one wording; a withdrawal is a time, never a deletion."""

    __tablename__ = "consent"
    id: Key = pk()
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[ConsentPurpose] = mapped_column(choice(ConsentPurpose))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
