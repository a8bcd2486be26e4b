"""Every table of Ruam, in sections by feature.

Plain facts only: columns, named constraints, and methods that read their own row. Rules that need more than one row live in
the features' services; a rule that data must obey for ever is a constraint here, and its name leads to the form field
(`core.errors`). Text is NFC, dates are ISO, times are aware UTC; Thai digits and the Buddhist era exist only at the edge.

The names of people, addresses and answers sit on the registration as they were given for that event: what was signed up for
stays what it was. People are the same person across events when `person_key` is the same.
"""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry, relationship

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite keeps no zone, so it is put back on reading; a naive value is refused on writing."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def choice(members: type[enum.StrEnum]) -> Enum:
    """A column type that stores an enum by value, as text, with a check in the database."""
    return Enum(members, values_callable=lambda e: [m.value for m in e], native_enum=False, create_constraint=True,
                length=30, name=members.__name__.lower())


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime(), dict[str, Any]: JSON(), list[Any]: JSON()},
    )


db = SQLAlchemy(model_class=Base)

Key = Mapped[int]
pk = lambda: mapped_column(Integer, primary_key=True)  # noqa: E731
LINE, TITLE, CODE, DIGEST = String(200), String(400), String(26), String(64)


# Accounts ---------------------------------------------------------------------------------------------------------------


class Role(enum.StrEnum):
    """What an account may do in a programme or an event, weakest first."""

    VIEWER = "viewer"
    DOOR_SUPERVISOR = "door_supervisor"
    ORGANISER = "organiser"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class User(db.Model):
    """Someone with an account: organisers and administrators. Participants and door staff have none."""

    __tablename__ = "user_account"
    id: Key = pk()
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(LINE)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(2), default="th")
    # Part of every signed-in session: raising it signs the account out everywhere.
    session_epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    deactivated_at: Mapped[datetime | None]
    grants: Mapped[list[Grant]] = relationship(back_populates="user", cascade="all, delete-orphan")


class Grant(db.Model):
    """One account's role in one programme (and all its events) or in one event."""

    __tablename__ = "role_grant"
    id: Key = pk()
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    created_at: Mapped[datetime] = mapped_column(default=now)
    user: Mapped[User] = relationship(back_populates="grants")
    programme: Mapped[Programme | None] = relationship()
    event: Mapped[Event | None] = relationship()
    __table_args__ = (
        CheckConstraint("(programme_id IS NULL) <> (event_id IS NULL)", name="one_scope"),
        UniqueConstraint("user_id", "programme_id"),
        UniqueConstraint("user_id", "event_id"),
    )


class LinkPurpose(enum.StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


class AccountLink(db.Model):
    """A single-use link sent by e-mail: an invitation (with the role it brings) or a password reset. Only its digest is kept."""

    __tablename__ = "account_link"
    id: Key = pk()
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose))
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(LINE, default="")
    makes_admin: Mapped[bool] = mapped_column(default=False)
    role: Mapped[Role | None] = mapped_column(choice(Role))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_by: Mapped[User | None] = relationship()


# Files ------------------------------------------------------------------------------------------------------------------


class StoredFile(db.Model):
    """A file kept for ever under the SHA-256 of its bytes; the bytes are in storage, never in the database."""

    __tablename__ = "stored_file"
    sha256: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    media_type: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(default=now)


# Organisations and programmes -------------------------------------------------------------------------------------------


class OrganisationKind(enum.StrEnum):
    ENTERPRISE = "enterprise"
    AGENCY = "agency"
    UNIVERSITY = "university"
    ASSOCIATION = "association"
    OTHER = "other"


class Organisation(db.Model):
    """One entry of the directory. A merged entry points to the one that stands for it, and its spelling still finds it."""

    __tablename__ = "organisation"
    id: Key = pk()
    name_th: Mapped[str] = mapped_column(LINE)
    name_en: Mapped[str] = mapped_column(LINE, default="")
    folded: Mapped[str] = mapped_column(LINE, unique=True)  # thai.organisations.fold_organisation(name_th)
    folded_en: Mapped[str] = mapped_column(LINE, default="", index=True)
    sort_key: Mapped[str] = mapped_column(TITLE, default="")
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind), default=OrganisationKind.ENTERPRISE)
    sector: Mapped[str] = mapped_column(LINE, default="")
    province: Mapped[str] = mapped_column(String(100), default="")
    juristic_number: Mapped[str | None] = mapped_column(String(13), unique=True)
    # Typed by a participant and not yet looked at by an organiser: not offered to others while they type.
    confirmed: Mapped[bool] = mapped_column(default=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Cluster(db.Model):
    """A group of organisations that a programme brings together."""

    __tablename__ = "cluster"
    id: Key = pk()
    name_th: Mapped[str] = mapped_column(LINE)
    name_en: Mapped[str] = mapped_column(LINE, default="")
    memberships: Mapped[list[Membership]] = relationship(back_populates="cluster", cascade="all, delete-orphan")


class Membership(db.Model):
    """An organisation's time in a cluster; a second time is a second row."""

    __tablename__ = "membership"
    id: Key = pk()
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    cluster: Mapped[Cluster] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()
    __table_args__ = (
        CheckConstraint("left_on IS NULL OR joined_on IS NULL OR left_on >= joined_on", name="left_after_joined"),
        UniqueConstraint("cluster_id", "organisation_id", "joined_on"),
    )


class Programme(db.Model):
    """A programme of events with targets; the fiscal year is the one its first day falls in (`thai.dates.fiscal_year`)."""

    __tablename__ = "programme"
    id: Key = pk()
    title_th: Mapped[str] = mapped_column(TITLE)
    title_en: Mapped[str] = mapped_column(TITLE, default="")
    summary_th: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    target_organisations: Mapped[int | None]
    target_persons: Mapped[int | None]
    target_attendance: Mapped[int | None]  # percent
    target_satisfaction: Mapped[int | None]  # percent
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    cluster: Mapped[Cluster | None] = relationship()
    hosts: Mapped[list[Host]] = relationship(back_populates="programme", order_by="Host.position", cascade="all, delete-orphan")
    events: Mapped[list[Event]] = relationship(back_populates="programme", order_by="Event.starts_at, Event.id")
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("target_attendance BETWEEN 0 AND 100", name="attendance_percent"),
        CheckConstraint("target_satisfaction BETWEEN 0 AND 100", name="satisfaction_percent"),
    )
    __mapper_args__ = {"version_id_col": version}


class Host(db.Model):
    """An organisation that holds a programme, in the order in which the hosts are named."""

    __tablename__ = "host"
    id: Key = pk()
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    position: Mapped[int] = mapped_column(default=0)
    logo_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    programme: Mapped[Programme] = relationship(back_populates="hosts")
    organisation: Mapped[Organisation] = relationship()
    __table_args__ = (UniqueConstraint("programme_id", "organisation_id"),)


# Events -----------------------------------------------------------------------------------------------------------------


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
    capacity: Mapped[int | None]  # None: no limit
    taken: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)  # two organisers with one form open: the second is told
    programme: Mapped[Programme] = relationship(back_populates="events")
    sessions: Mapped[list[EventSession]] = relationship(
        back_populates="event", order_by="EventSession.starts_at, EventSession.position", cascade="all, delete-orphan")
    categories: Mapped[list[Category]] = relationship(
        back_populates="event", order_by="Category.position, Category.id", cascade="all, delete-orphan")
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("registration_closes_at > registration_opens_at", name="closes_after_opening"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("taken <= capacity", name="not_oversold"),
        CheckConstraint("hours > 0", name="hours_positive"),
    )


class EventSession(db.Model):
    """A part of the agenda: a half-day, a talk, a room slot."""

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
    event: Mapped[Event] = relationship(back_populates="sessions")
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)


class Category(db.Model):
    """A kind of participant of one event, with its own share of the seats if `capacity` is set."""

    __tablename__ = "category"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name_th: Mapped[str] = mapped_column(LINE)
    name_en: Mapped[str] = mapped_column(LINE, default="")
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    event: Mapped[Event] = relationship(back_populates="categories")
    __table_args__ = (
        UniqueConstraint("event_id", "name_th"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("taken <= capacity", name="not_oversold"),
    )


# Registration -----------------------------------------------------------------------------------------------------------


class Notice(db.Model):
    """The privacy notice as people read it (PDPA s.23). A change of wording is a new version; an old one is never edited."""

    __tablename__ = "notice"
    id: Key = pk()
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    version: Mapped[int]
    text_th: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("event_id", "version"),)


class RegistrationStatus(enum.StrEnum):
    """Only `confirmed` holds a seat."""

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
    staff_note: Mapped[str] = mapped_column(String(500), default="")  # shown to door staff: "wheelchair", VIP
    language: Mapped[str] = mapped_column(String(2), default="th")
    sort_key: Mapped[str] = mapped_column(TITLE)  # thai.sorting.name_sort_key
    search_text: Mapped[str] = mapped_column(Text)  # thai.text.fold of name, organisation, e-mail and phone
    person_key: Mapped[str] = mapped_column(DIGEST)  # digest of the folded name and e-mail or phone
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    event: Mapped[Event] = relationship()
    category: Mapped[Category] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    consents: Mapped[list[Consent]] = relationship(cascade="all, delete-orphan")
    __table_args__ = (
        Index("ix_registration_event_id_sort_key", "event_id", "sort_key", "id"),
        Index("ix_registration_event_id_status", "event_id", "status"),
        Index("ix_registration_person_key", "person_key"),
        Index("uq_registration_same_person", "event_id", "person_key", unique=True,
              sqlite_where=text("status <> 'cancelled'"), postgresql_where=text("status <> 'cancelled'")),
    )
    __mapper_args__ = {"version_id_col": version}


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


class Consent(db.Model):
    """One person's yes to one purpose under one wording; a withdrawal is a time, never a deletion."""

    __tablename__ = "consent"
    id: Key = pk()
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[ConsentPurpose] = mapped_column(choice(ConsentPurpose))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]


class MessageState(enum.StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Message(db.Model):
    """One e-mail in the outbox. It is written with what it reports and rendered when it is sent, from `kind` and `params`."""

    __tablename__ = "message"
    id: Key = pk()
    kind: Mapped[str] = mapped_column(String(40))
    to: Mapped[str] = mapped_column("to_address", String(254))
    language: Mapped[str] = mapped_column(String(2), default="th")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)  # emptied once sent: links in it are secrets
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    state: Mapped[MessageState] = mapped_column(choice(MessageState), default=MessageState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    registration: Mapped[Registration | None] = relationship()
    __table_args__ = (Index("ix_message_state_due_at", "state", "due_at"),)


# Check-in ---------------------------------------------------------------------------------------------------------------


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


# Certificates -----------------------------------------------------------------------------------------------------------


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


class JobState(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(db.Model):
    """A background task that a person waits for: what it does, how far it is, what came of it."""

    __tablename__ = "job"
    id: Key = pk()
    kind: Mapped[str] = mapped_column(String(40))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(500), default="")
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)  # last sign of life: a job whose worker was killed is taken up again
    finished_at: Mapped[datetime | None]

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)
