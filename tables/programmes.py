"""The directory of organisations, clusters, programmes and their hosts."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import LINE, TITLE, Key, choice, db, now, pk

if TYPE_CHECKING:
    from tables.events import Event


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
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class NotDuplicate(db.Model):
    """Two entries that look alike and of which an organiser said that they are different organisations."""

    __tablename__ = "not_duplicate"
    first_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, index=True)
    __table_args__ = (CheckConstraint("first_id < second_id", name="in_order"),)


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
    """An organisation that holds a programme or an event, in the order in which the hosts are named.

    An event without hosts of its own has its programme's.
    """

    __tablename__ = "host"
    id: Key = pk()
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    logo_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    programme: Mapped[Programme | None] = relationship(back_populates="hosts")
    event: Mapped[Event | None] = relationship(back_populates="own_hosts")
    organisation: Mapped[Organisation] = relationship()
    __table_args__ = (
        UniqueConstraint("programme_id", "organisation_id"),
        UniqueConstraint("event_id", "organisation_id"),
        CheckConstraint("(programme_id IS NULL) <> (event_id IS NULL)", name="one_scope"),
    )
