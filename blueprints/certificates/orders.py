"""What is ordered from the worker: which certificates, in which order, on which paper; and what becomes of the files made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, time
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from core import history, work
from core.errors import Refused
from core.forms import moment
from models import Certificate, CertificateKind, CertificateStatus, Event, Job, Organisation, Register, Registration, User, db
from thai.organisations import sort_name
from thai.sorting import sort_key

#: In the order of the page.
KINDS = ("issue", "print", "preview", "merge", "zip")
#: They hold names, and are made anew faster than they are looked for.
FLEETING = ("preview", "merge", "zip")
MOST_ENTERPRISES = 500  # to choose among
LONGEST_PACE = 1800  # seconds: a job older than this has waited, or was taken up again


class NothingToHandOut(Refused):
    message = _l("No valid certificate is among these. Choose others, or issue certificates first.")


class AlreadyMaking(Refused):
    message = _l("This file is being made already. The page shows how far it is.")


@dataclass(frozen=True)
class Order:
    """Which of an event's valid certificates, and how. Nothing given: all of them, by number, on plain paper."""

    kind: str = ""  # of certificate
    organisation_id: int | None = None
    since: date | None = None  # issued on this day or later
    first: int | None = None  # of the running numbers, as `last`
    last: int | None = None
    sort: str = "number"  # number, name, organisation
    background: bool = True  # without: for pre-printed stock

    def to_json(self) -> dict[str, Any]:
        """As a job keeps it."""
        return asdict(self) | {"since": self.since.isoformat() if self.since else None}

    @classmethod
    def from_json(cls, data: dict[str, Any] | None) -> Self:
        """The order that `to_json` described; None is one of everything."""
        data = data or {}
        return cls(**data | {"since": date.fromisoformat(data["since"]) if data.get("since") else None})


@dataclass(frozen=True)
class Sheet:
    """One certificate of an order as plain values, for work that holds no lock meanwhile. `press` tells designs apart."""

    id: int
    number: str
    holder: str
    organisation: str
    facts: dict[str, Any]
    file_sha256: str | None
    press: tuple[int, bool]


def sheets(event: Event, order: Order) -> list[Sheet]:
    """The certificates of an order, as it wants them sorted. People of one enterprise follow one another by its name without the legal
    form, in Thai order, and are called by its name in the directory; those without an enterprise come last."""
    own, employer = aliased(Organisation), aliased(Organisation)
    name = func.coalesce(func.nullif(own.name_th, ""), own.name_en, func.nullif(employer.name_th, ""), employer.name_en)
    rows = (_wanted(event, order).join(Register, Register.id == Certificate.register_id)
            .outerjoin(own, own.id == Certificate.organisation_id).outerjoin(employer, employer.id == Registration.organisation_id)
            .with_only_columns(Certificate.id, Certificate.number, Certificate.holder, Certificate.facts, Certificate.file_sha256,
                               Certificate.design_id, Register.specimen, name, maintain_column_froms=True))
    keys = (Certificate.sort_key,) if order.sort != "number" else ()
    found = [Sheet(row[0], row[1], row[2], row[7] or row[3].get("organisation", ""), row[3], row[4], (row[5], row[6]))
             for row in db.session.execute(rows.order_by(*keys, Certificate.period, Certificate.sequence, Certificate.id))]
    return sorted(found, key=lambda one: _enterprise_key(one.organisation)) if order.sort == "organisation" else found


def _enterprise_key(name: str) -> tuple[bool, str, str]:
    return not name, sort_key(sort_name(name)), name


def how_many(event: Event, order: Order) -> int:
    """How many certificates the order is about."""
    return db.session.scalar(_wanted(event, order).with_only_columns(func.count(), maintain_column_froms=True)) or 0


def _wanted(event: Event, order: Order) -> Select[Any]:
    rows = select(Certificate).outerjoin(Registration, Registration.id == Certificate.registration_id).where(
        Certificate.event_id == event.id, Certificate.status == CertificateStatus.VALID, Certificate.holder != "")
    if order.kind:
        rows = rows.where(Certificate.kind == CertificateKind(order.kind))
    if order.organisation_id:
        rows = rows.where((Certificate.organisation_id == order.organisation_id) | (Registration.organisation_id == order.organisation_id))
    if order.since:
        rows = rows.where(Certificate.issued_at >= moment(order.since, time(), event.timezone))
    if order.first is not None:
        rows = rows.where(Certificate.sequence >= order.first)
    if order.last is not None:
        rows = rows.where(Certificate.sequence <= order.last)
    return rows


def enterprises(event: Event) -> list[tuple[int, str]]:
    """The enterprises of the directory that hold a valid certificate of the event, or whose people do, in Thai order."""
    valid = (Certificate.event_id == event.id, Certificate.status == CertificateStatus.VALID)
    ids = (select(Certificate.organisation_id).where(*valid, Certificate.organisation_id.is_not(None))
           .union(select(Registration.organisation_id).join(Certificate, Certificate.registration_id == Registration.id)
                  .where(*valid, Registration.organisation_id.is_not(None))))
    rows = db.session.execute(select(Organisation.id, Organisation.name_th, Organisation.name_en).where(Organisation.id.in_(ids))
                              .order_by(Organisation.sort_key, Organisation.id).limit(MOST_ENTERPRISES))
    return [(row[0], row[1] or row[2]) for row in rows]


def start(kind: str, event: Event, order: Order, actor: User | None) -> Job:
    """Write down a file that the worker will make; the former one of its kind goes. Raises `AlreadyMaking`, `NothingToHandOut`."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    if work.is_running(kind, event.id):
        raise AlreadyMaking
    if not how_many(event, order):
        raise NothingToHandOut
    work.take_away_files(select(Job).where(Job.event_id == event.id, Job.kind == kind))
    job = Job(kind=kind, event_id=event.id, created_by_id=actor.id if actor else None, options=order.to_json())
    db.session.add(job)
    history.record(f"certificate.{kind}_ordered", event=event, **order.to_json())
    db.session.flush()
    return job


def cancel(job: Job, event: Event) -> None:
    """Ask the worker to stop. What is done stays done."""
    work.cancel(job)
    history.record("certificate.job_cancelled", event=event, job=job.kind)


def latest(event: Event) -> list[Job]:
    """The newest job of each kind."""
    newest = select(func.max(Job.id)).where(Job.event_id == event.id, Job.kind.in_(KINDS)).group_by(Job.kind)
    return sorted(db.session.scalars(select(Job).where(Job.id.in_(newest)).order_by(Job.id)), key=lambda job: KINDS.index(job.kind))


def starters(jobs: Sequence[Job]) -> dict[int, str]:
    """The names of those who started the jobs, by their ids."""
    ids = {job.created_by_id for job in jobs if job.created_by_id}
    return {row[0]: row[1] for row in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))} if ids else {}


def seconds_left(job: Job) -> int | None:
    """How long a job under way will take, at the pace it had until its last sign of life; None when that says nothing yet."""
    took = (job.seen_at - job.created_at).total_seconds()
    if job.is_over or not 0 < job.done < job.total or not 2 <= took < LONGEST_PACE:
        return None
    return round(took * (job.total - job.done) / job.done)
