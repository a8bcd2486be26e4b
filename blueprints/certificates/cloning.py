"""The certificates of a cloned event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from blueprints.certificates.eligibility import rule_of
from blueprints.certificates.rules import BY_NAME
from blueprints.checkin import queries as checkin
from blueprints.events.cloning import Part, event_copied
from models import CertificateDesign, CertificatePlan, Event, db


@event_copied.connect
def copy_plans(source: Event, copy: Event, parts: Collection[Part], categories: Mapping[int, int], days: int, **_more: Any) -> None:
    """Each plan with its newest design, which numbers with the same register, and whose day of issue moved with the event. Its rule names
    the copies of the checkpoints and categories; of those that were not taken over it asks nothing."""
    if Part.CERTIFICATE not in parts:
        return
    checkpoints = _copies(source, copy)
    for plan in db.session.scalars(select(CertificatePlan).where(CertificatePlan.event_id == source.id).order_by(CertificatePlan.id)).all():
        design = CertificateDesign(programme_id=copy.programme_id, event_id=copy.id, name=plan.design.name, version=1,
                                   created_by_id=copy.created_by_id, content=plan.design.content)
        db.session.add(design)
        db.session.flush()
        rule = rule_of(plan)
        chosen = tuple(categories[one] for one in rule.categories or () if one in categories)
        rule = replace(rule, compulsory=tuple(checkpoints[one] for one in rule.compulsory if one in checkpoints),
                       categories=chosen or (() if plan.kind in BY_NAME else None))
        db.session.add(CertificatePlan(event_id=copy.id, kind=plan.kind, rule=rule.to_json(), issued_on=plan.issued_on + timedelta(days=days),
                                       design_id=design.id, register_id=plan.register_id))
    db.session.flush()


def _copies(source: Event, copy: Event) -> dict[int, int]:
    """Old id → new id of the checkpoints that were taken over: a copy keeps its kind and its place in the order."""
    there = {(one.position, one.kind): one.id for one in checkin.checkpoints(copy)}
    return {one.id: there[one.position, one.kind] for one in checkin.checkpoints(source) if (one.position, one.kind) in there}
