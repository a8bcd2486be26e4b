"""The certificates of a cloned event."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from blueprints.events.cloning import Part, event_cloned
from models import CertificateDesign, CertificatePlan, Event, db


@event_cloned.connect
def copy_plans(source: Event, copy: Event, parts: Collection[Part], days: int, **_more: Any) -> None:
    """Each plan with its newest design, which numbers with the same register, and whose day of issue moved with the event."""
    if Part.CERTIFICATE not in parts:
        return
    for plan in db.session.scalars(select(CertificatePlan).where(CertificatePlan.event_id == source.id).order_by(CertificatePlan.id)).all():
        design = CertificateDesign(programme_id=copy.programme_id, event_id=copy.id, name=plan.design.name, version=1,
                                   created_by_id=copy.created_by_id, content=plan.design.content)
        db.session.add(design)
        db.session.flush()
        db.session.add(CertificatePlan(event_id=copy.id, kind=plan.kind, rule=plan.rule, issued_on=plan.issued_on + timedelta(days=days),
                                       design_id=design.id, register_id=plan.register_id))
    db.session.flush()
