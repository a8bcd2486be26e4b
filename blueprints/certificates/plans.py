"""The plan of each kind of certificate at an event: who gets one, numbered how, with which date, in which design."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from blueprints.certificates import designing
from blueprints.certificates.design import Design
from blueprints.certificates.registers import RegisterCommand, save_register
from models import CertificateKind, CertificatePlan, Event, User, db


@dataclass(frozen=True)
class PlanCommand:
    """The day of issue and the register of one kind of certificate."""

    issued_on: date
    register: RegisterCommand


def plan_of(event: Event, kind: CertificateKind = CertificateKind.ATTENDANCE) -> CertificatePlan | None:
    """The event's plan for certificates of this kind."""
    return db.session.scalar(select(CertificatePlan).where(CertificatePlan.event_id == event.id, CertificatePlan.kind == kind))


def save_plan(event: Event, kind: CertificateKind, command: PlanCommand, actor: User | None) -> CertificatePlan:
    """Keep the plan; a new one begins with the product's own design. Raises what `save_register` raises."""
    register, plan = save_register(event, command.register), plan_of(event, kind)
    if plan is None:
        design = designing.new_version(event, kind, Design.starting(kind), actor)
        plan = CertificatePlan(event_id=event.id, kind=kind, design_id=design.id, register_id=register.id, issued_on=command.issued_on)
        db.session.add(plan)
    plan.issued_on, plan.register_id = command.issued_on, register.id
    db.session.flush()
    return plan
