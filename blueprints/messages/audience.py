"""Who is written to: an audience as plain data, and the people who belong to it at this moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from blueprints.checkin import queries as checkin
from blueprints.surveys import queries as surveys
from core.codes import digest
from models import (
    Certificate,
    CertificateStatus,
    Consent,
    ConsentPurpose,
    Event,
    Mailing,
    Organisation,
    Registration,
    RegistrationStatus,
    SessionChoice,
    Unsubscription,
    db,
)

CAME, ABSENT = "came", "absent"
READY, NONE = "ready", "none"  # with a certificate to fetch; without a valid one


@dataclass(frozen=True)
class Audience:
    """Whom to write to. An empty tuple or text leaves nobody out; statuses are always named."""

    statuses: tuple[str, ...] = (RegistrationStatus.CONFIRMED.value,)
    categories: tuple[int, ...] = ()
    sessions: tuple[int, ...] = ()
    organisations: tuple[int, ...] = ()
    attendance: str = ""
    certificate: str = ""
    unanswered: bool = False  # only those whose answers to the survey are still missing

    @classmethod
    def of(cls, mailing: Mailing) -> Audience:
        """The audience of a stored mailing."""
        return cls.from_json(mailing.audience)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Audience:
        known = {field.name for field in fields(cls)}
        if isinstance(stored.get("certificate"), bool):  # until there were two ways to choose
            stored = stored | {"certificate": READY if stored["certificate"] else ""}
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in stored.items() if name in known})

    def to_json(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Reach:
    """How many get a message, and how many do not, by the reason."""

    people: int
    without_email: int
    not_agreed: int
    unsubscribed: int
    other_statuses: dict[RegistrationStatus, int]


_BOOKER = aliased(Registration)
#: Where mail for a person goes: the own address, or that of the colleague who registered someone without one.
ADDRESS = func.coalesce(func.nullif(Registration.email, ""), func.nullif(_BOOKER.email, ""))


def people(event: Event, audience: Audience, *, news: bool = False) -> Select[tuple[Registration]]:
    """Those who belong to the audience now and can be written to, in the order of their registration.

    News go only to people's own addresses, and only to those who consent to news; who unsubscribed from them is taken out by
    `wants_news`, for only digests are kept.
    """
    rows = _chosen(event, audience).where(Registration.email != "" if news else ADDRESS.is_not(None))
    return (rows.where(_agrees_to_news()) if news else rows).order_by(Registration.id)


def reach(event: Event, audience: Audience, *, news: bool = False) -> Reach:
    """Count the people of the audience, and name those who are left out."""
    everyone = _count(_chosen(event, audience))
    addressed = _count(people(event, audience))
    willing, unsubscribed = addressed, 0
    if news:
        addressed = _count(_chosen(event, audience).where(Registration.email != ""))
        emails = db.session.scalars(people(event, audience, news=True).with_only_columns(Registration.email, maintain_column_froms=True)).all()
        gone = unsubscribed_digests(event.programme_id)
        willing, unsubscribed = len(emails), sum(email_digest(email) in gone for email in emails)
    statuses = db.session.execute(
        select(Registration.status, func.count()).where(Registration.event_id == event.id, Registration.anonymised_at.is_(None),
                                                        Registration.status.not_in(audience.statuses))
        .group_by(Registration.status)).all()
    return Reach(willing - unsubscribed, everyone - addressed, addressed - willing, unsubscribed, {row[0]: row[1] for row in statuses})


def wants_news(programme_id: int, rows: Iterable[Registration]) -> list[Registration]:
    """Those of `rows` whose address was not unsubscribed."""
    gone = unsubscribed_digests(programme_id)
    return [row for row in rows if email_digest(row.email) not in gone]


def unsubscribed_digests(programme_id: int) -> set[str]:
    """The digests of the addresses that want no news of this programme."""
    return set(db.session.scalars(select(Unsubscription.email_digest).where(Unsubscription.programme_id == programme_id)))


def email_digest(email: str) -> str:
    """What is kept of an unsubscribed address."""
    return digest(email.strip().lower())


def organisations_in(event: Event) -> list[tuple[int, str]]:
    """The organisations whose people registered for the event, in Thai order, for choosing among."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.name_th)
        .where(Organisation.id.in_(select(Registration.organisation_id).where(Registration.event_id == event.id)))
        .order_by(Organisation.sort_key, Organisation.id).limit(500))
    return [(row[0], row[1]) for row in rows]


def _chosen(event: Event, audience: Audience) -> Select[tuple[Registration]]:
    rows = (select(Registration).outerjoin(_BOOKER, _BOOKER.id == Registration.booked_by_id)
            .where(Registration.event_id == event.id, Registration.status.in_(audience.statuses), Registration.anonymised_at.is_(None)))
    if audience.categories:
        rows = rows.where(Registration.category_id.in_(audience.categories))
    if audience.organisations:
        rows = rows.where(Registration.organisation_id.in_(audience.organisations))
    if audience.sessions:
        rows = rows.where(Registration.id.in_(select(SessionChoice.registration_id).where(SessionChoice.session_id.in_(audience.sessions))))
    if audience.attendance == CAME:
        rows = rows.where(Registration.id.in_(checkin.attended(event)))
    elif audience.attendance == ABSENT:
        rows = rows.where(Registration.id.not_in(checkin.attended(event)))
    valid = exists().where(Certificate.event_id == event.id, Certificate.registration_id == Registration.id,
                           Certificate.status == CertificateStatus.VALID)
    if audience.certificate == READY:
        rows = rows.where(valid.where(Certificate.file_sha256.is_not(None)))
    elif audience.certificate == NONE:
        rows = rows.where(~valid)
    if audience.unanswered:
        rows = rows.where(Registration.id.not_in(surveys.answered(event)))
    return rows


def _agrees_to_news() -> ColumnElement[bool]:
    return exists().where(and_(Consent.registration_id == Registration.id, Consent.purpose == ConsentPurpose.NEWS,
                               Consent.withdrawn_at.is_(None)))


def _count(rows: Select[Any]) -> int:
    return db.session.scalar(rows.order_by(None).with_only_columns(func.count(Registration.id), maintain_column_froms=True)) or 0
