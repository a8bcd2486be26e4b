"""The marks that staff put on a person: VIP, and who needs a way without steps.

The door judges and greets by them, so a change of either moves `updated_at`, by which phones learn what is new.
"""

from __future__ import annotations

from blueprints.registration import consents, seats
from core import history
from models import ConsentPurpose, Registration, db


def change(registration: Registration, vip: bool | None, wheelchair: bool | None) -> None:
    """Write the marks, None leaving one as it is. The event's row is held.

    A wheelchair is health data (PDPA s.26): whoever sets the mark says that the person agreed, and that consent is kept, so that
    it can be seen and withdrawn. The history, which stays for years, never says who needs one.
    """
    before = registration.vip, registration.wheelchair
    after = before[0] if vip is None else vip, before[1] if wheelchair is None else wheelchair
    if after == before:
        return
    registration.vip, registration.wheelchair = after
    if after[1] and not before[1]:
        consents.agree(registration, ConsentPurpose.SENSITIVE)
    db.session.flush()
    if after[0] != before[0]:
        history.record("registration.changed", registration=registration, changes={"vip": ["", "✓"] if after[0] else ["✓", ""]})


def set_vip(registration: Registration, vip: bool) -> None:
    """Mark somebody as VIP, or take the mark away; nobody is written to."""
    seats.lock(registration.event_id)
    db.session.refresh(registration)
    change(registration, vip, None)
