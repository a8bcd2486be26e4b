"""Whom certificates are for, as rows of the database: registrations, organisations and people who are only named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, or_, select

from blueprints.certificates.eligibility import Subject, Verdict
from blueprints.registration.people import search_words
from models import CertificateKind, CertificatePlan, NamedHolder, Organisation, Registration, db
from thai.text import fold

Holder = Registration | Organisation | NamedHolder
Key = tuple[Subject, int]

MODELS: dict[Subject, type[Any]] = {Subject.REGISTRATION: Registration, Subject.ORGANISATION: Organisation, Subject.NAMED: NamedHolder}
CHUNK = 1000  # ids in one statement
LONGEST = 20  # names that may be the widest on paper


def load(verdicts: Iterable[Verdict]) -> dict[Key, Holder]:
    """The rows that the verdicts are about."""
    ids: dict[Subject, list[int]] = defaultdict(list)
    for one in verdicts:
        ids[one.subject].append(one.id)
    found: dict[Key, Holder] = {}
    for subject, wanted in ids.items():
        model = MODELS[subject]
        for start in range(0, len(wanted), CHUNK):
            rows = db.session.scalars(select(model).where(model.id.in_(wanted[start:start + CHUNK])).order_by(model.id))
            found |= {(subject, row.id): row for row in rows}
    return found


def found(plan: CertificatePlan, typed: str) -> set[Key]:
    """Whom of the plan's subjects a search finds, by name and organisation."""
    words = search_words(typed)
    registrations = select(Registration.id).where(
        Registration.event_id == plan.event_id, *(Registration.search_text.contains(word, autoescape=True) for word in words))
    of_event = select(Registration.organisation_id).where(Registration.event_id == plan.event_id)
    organisations = select(Organisation.id).where(Organisation.id.in_(of_event), *(
        or_(Organisation.folded.contains(word, autoescape=True), Organisation.folded_en.contains(word, autoescape=True)) for word in words))
    named = db.session.execute(select(NamedHolder.id, NamedHolder.name_th, NamedHolder.name_en, NamedHolder.organisation)
                               .where(NamedHolder.plan_id == plan.id).order_by(NamedHolder.id))
    searched = organisations if plan.kind is CertificateKind.ENTERPRISE else registrations
    subject = Subject.ORGANISATION if plan.kind is CertificateKind.ENTERPRISE else Subject.REGISTRATION
    return ({(subject, one) for one in db.session.scalars(searched)}
            | {(Subject.NAMED, row[0]) for row in named if all(word in fold(" ".join(row[1:])) for word in words)})


def longest(plan: CertificatePlan) -> list[Holder]:
    """Those whose names are the longest, among all whom the plan may be about."""
    statements: list[Any] = [
        select(NamedHolder).where(NamedHolder.plan_id == plan.id).order_by(func.length(NamedHolder.name_th).desc(), NamedHolder.id)]
    if plan.kind is CertificateKind.ENTERPRISE:
        of_event = select(Registration.organisation_id).where(Registration.event_id == plan.event_id)
        statements += [select(Organisation).where(Organisation.id.in_(of_event)).order_by(func.length(Organisation.name_th).desc(), Organisation.id)]
    else:
        people = select(Registration).where(Registration.event_id == plan.event_id)
        size = func.length(Registration.title) + func.length(Registration.first_name) + func.length(Registration.last_name)
        statements += [people.order_by(func.length(Registration.certificate_name).desc(), Registration.id),
                       people.order_by(size.desc(), Registration.id)]
    return [row for statement in statements for row in db.session.scalars(statement.limit(LONGEST))]
