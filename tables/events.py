"""Events, their sessions, categories and files, and the codes that open seats."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import CODE, LINE, TITLE, Key, choice, db, now, pk

if TYPE_CHECKING:
    from tables.files import StoredFile
    from tables.programmes import Host, Programme


class EventKind(enum.StrEnum):
    WORKSHOP = "workshop"
    TRAINING = "training"
    SEMINAR = "seminar"
    MEETING = "meeting"
    RESULT_PRESENTATION = "result_presentation"


class EventStatus(enum.StrEnum):
    """draft → published → closed → finished; draft, published and closed may be cancelled."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    FINISHED = "finished"
    CANCELLED = "cancelled"


def seat_rules() -> tuple[CheckConstraint, ...]:
    """What holds for every counter of seats: `taken` of `capacity` (None: no limit), and what was overbooked on purpose."""
    return (CheckConstraint("capacity >= 0", name="capacity_not_negative"),
            CheckConstraint("taken >= 0", name="taken_not_negative"),
            CheckConstraint("overbooked BETWEEN 0 AND taken", name="overbooked_within_taken"),
            CheckConstraint("taken <= capacity + overbooked", name="not_oversold"))


class Event(db.Model):
    """One event. `taken` counts the seats held; only a guarded UPDATE moves it (`registration.services`)."""

    __tablename__ = "event"
    id: Key = pk()
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)  # in the public address; never changes after publication
    kind: Mapped[EventKind] = mapped_column(choice(EventKind))
    status: Mapped[EventStatus] = mapped_column(choice(EventStatus), default=EventStatus.DRAFT)
    title_th: Mapped[str] = mapped_column(TITLE)
    title_en: Mapped[str] = mapped_column(TITLE, default="")
    summary_th: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Bangkok")
    place_th: Mapped[str] = mapped_column(TITLE, default="")
    place_en: Mapped[str] = mapped_column(TITLE, default="")
    map_url: Mapped[str] = mapped_column(String(500), default="")
    online_url: Mapped[str] = mapped_column(String(500), default="")
    chair_th: Mapped[str] = mapped_column(TITLE, default="")
    chair_en: Mapped[str] = mapped_column(TITLE, default="")
    contact_name: Mapped[str] = mapped_column(LINE, default="")
    contact_phone: Mapped[str] = mapped_column(String(50), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    hours: Mapped[int | None]  # of training, as the certificate says
    registration_opens_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    changes_until: Mapped[datetime | None]  # until when people change, cancel and substitute; None: until the event ends
    names_until: Mapped[datetime | None]  # until when people proof-read the name for the certificate; None: as changes_until
    capacity: Mapped[int | None]  # None: no limit
    taken: Mapped[int] = mapped_column(default=0)
    overbooked: Mapped[int] = mapped_column(default=0)  # seats given beyond the capacity by someone with the right
    per_organisation: Mapped[int | None]  # most seats for one organisation; None: no limit
    group_size: Mapped[int] = mapped_column(default=5)  # most people on one form; 1: each registers alone
    waitlist: Mapped[bool] = mapped_column(default=False)
    offer_hours: Mapped[int] = mapped_column(default=24)  # how long an offer from the waitlist holds its seat
    poster_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    series: Mapped[str | None] = mapped_column(CODE, index=True)  # the same for events made from one pattern
    notice_items: Mapped[dict[str, Any] | None]  # the organiser's own words for items of the privacy notice
    mask_holders: Mapped[bool] = mapped_column(default=False)  # strangers who verify a certificate see the name once they type it
    shows_presentations: Mapped[bool] = mapped_column(default=False)  # their order stands on the public page
    retention: Mapped[dict[str, Any] | None]  # field group → days kept after the event; None: the product's defaults
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)  # two organisers with one form open: the second is told
    programme: Mapped[Programme] = relationship(back_populates="events")
    sessions: Mapped[list[EventSession]] = relationship(
        back_populates="event", order_by="EventSession.starts_at, EventSession.position", cascade="all, delete-orphan")
    categories: Mapped[list[Category]] = relationship(
        back_populates="event", order_by="Category.position, Category.id", cascade="all, delete-orphan")
    own_hosts: Mapped[list[Host]] = relationship(back_populates="event", order_by="Host.position", cascade="all, delete-orphan")
    files: Mapped[list[EventFile]] = relationship(
        back_populates="event", order_by="EventFile.position, EventFile.id", cascade="all, delete-orphan")
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("registration_closes_at > registration_opens_at", name="closes_after_opening"),
        *seat_rules(),
        CheckConstraint("hours > 0", name="hours_positive"),
        CheckConstraint("per_organisation > 0", name="per_organisation_positive"),
        CheckConstraint("group_size BETWEEN 1 AND 50", name="group_size_range"),
        CheckConstraint("offer_hours BETWEEN 1 AND 720", name="offer_hours_range"),
    )


class EventSession(db.Model):
    """A part of the agenda: a half-day, a talk, a room slot. People choose among the bookable ones, which may have seats of
    their own; two that overlap cannot both be chosen."""

    __tablename__ = "event_session"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title_th: Mapped[str] = mapped_column(TITLE)
    title_en: Mapped[str] = mapped_column(TITLE, default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room: Mapped[str] = mapped_column(LINE, default="")
    speaker: Mapped[str] = mapped_column(TITLE, default="")
    bookable: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    overbooked: Mapped[int] = mapped_column(default=0)
    event: Mapped[Event] = relationship(back_populates="sessions")
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"), *seat_rules())


class Category(db.Model):
    """A kind of participant of one event, with its own share of the seats if `capacity` is set.

    A hidden one is offered only to those who bring an access code for it; with `approval` an organiser decides on each person.
    """

    __tablename__ = "category"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name_th: Mapped[str] = mapped_column(LINE)
    name_en: Mapped[str] = mapped_column(LINE, default="")
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    overbooked: Mapped[int] = mapped_column(default=0)
    hidden: Mapped[bool] = mapped_column(default=False)
    approval: Mapped[bool] = mapped_column(default=False)
    event: Mapped[Event] = relationship(back_populates="categories")
    __table_args__ = (UniqueConstraint("event_id", "name_th"), *seat_rules())


class EventFile(db.Model):
    """A file to hand out; one for registered people is found on their private pages alone."""

    __tablename__ = "event_file"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name_th: Mapped[str] = mapped_column(LINE)
    name_en: Mapped[str] = mapped_column(LINE, default="")
    file_name: Mapped[str] = mapped_column(LINE)  # as it is saved on the reader's machine
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    for_registered: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    event: Mapped[Event] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()


class AccessCode(db.Model):
    """A code that opens registration: to a hidden category, to reserved seats, or to one invited person (`invites`).

    One that `reserves` holds the seats of its unused uses; they count in the `taken` of the event and of its category.
    """

    __tablename__ = "access_code"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"), index=True)  # None: any but hidden
    code: Mapped[str] = mapped_column(String(40))  # upper case
    label: Mapped[str] = mapped_column(LINE, default="")  # for organisers
    invites: Mapped[bool] = mapped_column(default=False)  # one person, whose name and address may have been erased since
    name: Mapped[str] = mapped_column(LINE, default="")  # of the invited person
    organisation_name: Mapped[str] = mapped_column(LINE, default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(2), default="th")
    max_uses: Mapped[int] = mapped_column(default=1)
    uses: Mapped[int] = mapped_column(default=0)
    reserves: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]  # revoked or lapsed; what it reserved is free again
    declined_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    event: Mapped[Event] = relationship()
    category: Mapped[Category | None] = relationship()
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        CheckConstraint("max_uses > 0", name="max_uses_positive"),
        CheckConstraint("uses BETWEEN 0 AND max_uses", name="not_overused"),
    )
