"""Beside the rule: people who are named without a registration, and exceptions that an organiser decides with a reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from blueprints.certificates.eligibility import Subject
from core import history
from core.errors import Refused
from models import Certificate, CertificateException, CertificatePlan, CertificateStatus, NamedHolder, Organisation, Registration, User, db, now
from thai.sorting import sort_key
from thai.text import normalise

MOST_LINES = 500
LONGEST = 200  # characters of a name, as the column holds


class ReasonNeeded(Refused):
    message = _l("Please give a reason: the history keeps it.")
    field = "reason"


class NobodyChosen(Refused):
    message = _l("Tick at least one.")


class HoldsOne(Refused):
    message = _l("This person holds a valid certificate. Revoke it first, then the name can be taken away.")


class BadLine(Refused):
    """A pasted line that cannot be read; the message names it."""

    field = "lines"

    def __init__(self, number: int) -> None:
        super().__init__(_l(
            "Line %(number)s: a name of 1 to 200 characters is needed, then – after a tab or | – the English name and the organisation.",
            number=number), "lines")


@dataclass(frozen=True)
class Named:
    """Who is named on a certificate."""

    name_th: str
    name_en: str = ""
    organisation: str = ""


def read_lines(text: str) -> list[Named]:
    """Pasted lines: name, English name, organisation, parted by tabs or |. Raises `BadLine` for the first that cannot be read."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [normalise(part) for part in line.replace("|", "\t").split("\t")]
        if not parts[0] or len(parts) > 3 or any(len(part) > LONGEST for part in parts) or number > MOST_LINES:
            raise BadLine(number)
        found.append(Named(*parts))
    return found


def add(plan: CertificatePlan, people: Collection[Named]) -> int:
    """Name these people on the plan; who is named already, letter by letter, is not named twice. How many are new."""
    known = {(one.name_th, one.organisation) for one in db.session.scalars(select(NamedHolder).where(NamedHolder.plan_id == plan.id))}
    new = [one for one in dict.fromkeys(people) if (one.name_th, one.organisation) not in known]
    db.session.add_all([NamedHolder(plan_id=plan.id, name_th=one.name_th, name_en=one.name_en, organisation=one.organisation,
                                    sort_key=sort_key(one.name_th)[:400]) for one in new])
    db.session.flush()
    if new:
        history.record("certificate.named", event=plan.event, kind=plan.kind.value, people=len(new))
    return len(new)


def remove(holder: NamedHolder) -> None:
    """Name somebody no longer. Raises `HoldsOne`."""
    if db.session.scalar(select(Certificate.id).where(Certificate.named_holder_id == holder.id, Certificate.status == CertificateStatus.VALID)):
        raise HoldsOne
    db.session.delete(holder)
    db.session.flush()


def speakers(plan: CertificatePlan) -> list[Named]:
    """Those whom the agenda names and the plan does not yet."""
    known = set(db.session.scalars(select(NamedHolder.name_th).where(NamedHolder.plan_id == plan.id)))
    names = dict.fromkeys(normalise(part) for session in plan.event.sessions for part in session.speaker.replace(";", ",").split(","))
    return [Named(name) for name in names if name and name not in known]


def decide(plan: CertificatePlan, subject: Subject, ids: Collection[int], granted: bool, reason: str, actor: User | None) -> int:
    """Grant or deny a certificate beside the rule, for each of these. How many. Raises `NobodyChosen` and `ReasonNeeded`."""
    if not reason:
        raise ReasonNeeded
    model = Organisation if subject is Subject.ORGANISATION else Registration
    rows = select(model.id).where(model.id.in_(ids))
    if model is Registration:
        rows = rows.where(Registration.event_id == plan.event_id)
    found = sorted(set(db.session.scalars(rows)))
    if not found:
        raise NobodyChosen
    db.session.execute(select(CertificatePlan.id).where(CertificatePlan.id == plan.id).with_for_update())
    withdraw(plan, subject, found)
    name = f"{subject.value}_id"
    db.session.add_all([CertificateException(plan_id=plan.id, granted=granted, reason=reason, decided_by_id=actor.id if actor else None,
                                             decided_at=now(), **{name: one}) for one in found])
    db.session.flush()
    history.record("certificate.exception", event=plan.event, kind=plan.kind.value, granted=granted, subjects=found, reason=reason)
    return len(found)


def withdraw(plan: CertificatePlan, subject: Subject, ids: Collection[int]) -> None:
    """Let the rule decide again."""
    link = CertificateException.organisation_id if subject is Subject.ORGANISATION else CertificateException.registration_id
    db.session.execute(delete(CertificateException).where(CertificateException.plan_id == plan.id, link.in_(ids)))
    db.session.flush()
