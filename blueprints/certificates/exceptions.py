"""Exceptions: what organisers decide beside the rule, each with its reason."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.certificates.eligibility import Subject
from blueprints.certificates.subjects import MODELS, Key
from core import history
from core.errors import Refused, explain
from models import CertificateException, CertificateKind, CertificatePlan, Event, Organisation, Registration, User, db, now

MOST = 500  # at one time


class NobodyChosen(Refused):
    message = _l("Please tick the people whom it is about.")


class ReasonMissing(Refused):
    message = _l("Please say why: the reason stays with the decision.")
    field = "reason"


for _constraint in ("uq_certificate_exception_plan_id_registration_id", "uq_certificate_exception_plan_id_organisation_id"):
    explain(_constraint, None, _l("Somebody else has just decided this. Look at the list again."))


def decide(plan: CertificatePlan, keys: Collection[Key], granted: bool, reason: str, actor: User | None) -> int:
    """Grant a certificate to these people or enterprises, or deny it, whatever the rule says; how many they are. A decision takes the
    place of the former. An issued certificate stays as it is. Raises `NobodyChosen` and `ReasonMissing`."""
    if not reason:
        raise ReasonMissing
    db.session.execute(select(Event.id).where(Event.id == plan.event_id).with_for_update())
    chosen = _chosen(plan, keys)
    if not chosen:
        raise NobodyChosen
    column = CertificateException.organisation_id if plan.kind is CertificateKind.ENTERPRISE else CertificateException.registration_id
    before = {getattr(one, column.key): one for one in db.session.scalars(
        select(CertificateException).where(CertificateException.plan_id == plan.id, column.in_([one.id for one in chosen]))
        .order_by(CertificateException.id))}
    for one in chosen:
        exception = before.get(one.id) or CertificateException(plan_id=plan.id, **{column.key: one.id})
        exception.granted, exception.reason, exception.decided_at = granted, reason, now()
        exception.decided_by_id = actor.id if actor else None
        db.session.add(exception)
        _record(plan, one, "certificate.exception_granted" if granted else "certificate.exception_denied", reason)
    db.session.flush()
    return len(chosen)


def withdraw(plan: CertificatePlan, exception_id: int) -> None:
    """The rule alone decides again. One that is gone already is left gone."""
    exception = db.session.get(CertificateException, exception_id, with_for_update=True)
    if exception is None or exception.plan_id != plan.id:
        return
    subject, subject_id = ((Registration, exception.registration_id) if exception.registration_id else (Organisation, exception.organisation_id))
    _record(plan, db.session.get_one(subject, subject_id), "certificate.exception_withdrawn", exception.reason)
    db.session.delete(exception)
    db.session.flush()


def _chosen(plan: CertificatePlan, keys: Collection[Key]) -> list[Registration | Organisation]:
    subject = Subject.ORGANISATION if plan.kind is CertificateKind.ENTERPRISE else Subject.REGISTRATION
    model, ids = MODELS[subject], [one for kind, one in keys if kind is subject][:MOST]
    rows = select(model).where(model.id.in_(ids)).order_by(model.id)
    if model is Registration:
        return list(db.session.scalars(rows.where(Registration.event_id == plan.event_id, Registration.anonymised_at.is_(None))))
    return list(db.session.scalars(rows.where(Organisation.merged_into_id.is_(None))))


def _record(plan: CertificatePlan, subject: Registration | Organisation, verb: str, reason: str) -> None:
    if isinstance(subject, Registration):
        history.record(verb, registration=subject, kind=plan.kind.value, changes={"reason": ["", reason]})
    else:
        history.record(verb, organisation=subject, event=plan.event, kind=plan.kind.value, changes={"reason": ["", reason]})
