"""The certificate of a cloned event."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from blueprints.certificates.queries import current_design
from blueprints.events.cloning import Part, event_cloned
from models import CertificateDesign, Event, db


@event_cloned.connect
def copy_design(source: Event, copy: Event, parts: Collection[Part], days: int, **_more: Any) -> None:
    """The newest design, which numbers with the same register, and whose day of issue moved with the event."""
    if Part.CERTIFICATE not in parts or (design := current_design(source)) is None:
        return
    issued_on = date.fromisoformat(design.content["issued_on"]) + timedelta(days=days)
    db.session.add(CertificateDesign(
        programme_id=copy.programme_id, event_id=copy.id, name=design.name, version=1, created_by_id=copy.created_by_id,
        content=design.content | {"issued_on": issued_on.isoformat()}))
    db.session.flush()
