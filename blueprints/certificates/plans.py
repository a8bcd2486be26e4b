"""The plan of each kind of certificate at an event: who gets one, numbered how, with which date, in which design."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from blueprints.certificates import designing
from blueprints.certificates.design import Design
from blueprints.certificates.registers import RegisterCommand, save_register
from blueprints.certificates.rules import Rule
from blueprints.checkin import queries as checkin
from core import history
from core.errors import Refused
from models import CertificateKind, CertificatePlan, Event, Job, User, db


class NotInEvent(Refused):
    message = _l("The rule names a category or checkpoint that this event does not have.")


@dataclass(frozen=True)
class PlanCommand:
    """The day of issue, the register and the rule of one kind of certificate; without a rule the former stays."""

    issued_on: date
    register: RegisterCommand
    rule: Rule | None = None


def plan_of(event: Event, kind: CertificateKind = CertificateKind.ATTENDANCE) -> CertificatePlan | None:
    """The event's plan for certificates of this kind."""
    return db.session.scalar(select(CertificatePlan).where(CertificatePlan.event_id == event.id, CertificatePlan.kind == kind))


def plans_of(event: Event) -> list[CertificatePlan]:
    """All plans of the event, in the order of kinds."""
    found = {plan.kind: plan for plan in db.session.scalars(
        select(CertificatePlan).options(joinedload(CertificatePlan.register)).where(CertificatePlan.event_id == event.id)
        .order_by(CertificatePlan.id))}
    return [found[kind] for kind in CertificateKind if kind in found]


def ordered(job: Job) -> CertificatePlan | None:
    """The plan that a job was ordered for."""
    kind = CertificateKind((job.options or {}).get("kind", CertificateKind.ATTENDANCE))
    return plan_of(db.session.get_one(Event, job.event_id), kind)


def save_plan(event: Event, kind: CertificateKind, command: PlanCommand, actor: User | None) -> CertificatePlan:
    """Keep the plan; a new one begins with the product's own design. Raises what `save_register` raises."""
    register, plan = save_register(event, command.register), plan_of(event, kind)
    if plan is None:
        design = designing.new_version(event, kind, Design.starting(kind), actor)
        plan = CertificatePlan(event_id=event.id, kind=kind, design_id=design.id, register_id=register.id, issued_on=command.issued_on)
        db.session.add(plan)
    plan.issued_on, plan.register_id = command.issued_on, register.id
    if command.rule is not None:
        _check(event, command.rule)
        plan.rule = command.rule.to_json()
    db.session.flush()
    history.record("certificate.plan_saved", event=event, kind=kind.value, register=register.id, issued_on=plan.issued_on.isoformat(),
                   rule=plan.rule)
    return plan


def _check(event: Event, rule: Rule) -> None:
    checkpoints = {one.id for one in checkin.checkpoints(event)}
    if set(rule.compulsory) - checkpoints or set(rule.categories or ()) - {category.id for category in event.categories}:
        raise NotInEvent
