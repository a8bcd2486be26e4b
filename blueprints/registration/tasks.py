"""What happens by itself: offers and codes lapse, and free seats find those who wait."""

from __future__ import annotations

from blueprints.registration import code_changes, seats, waitlist
from core import jobs
from core.transaction import transaction
from models import AccessCode, Event, Registration, db, now


@jobs.every_minute
def let_offers_lapse() -> None:
    """End the offers whose time is over, each in its own transaction, and pass the seats on."""
    ids = db.session.scalars(waitlist.lapsed(now())).all()
    db.session.rollback()
    for registration_id in ids:
        with transaction():
            if registration := db.session.get(Registration, registration_id):
                waitlist.lapse(registration)


@jobs.every_minute
def offer_free_seats() -> None:
    """Look where people wait while seats are free, for instance because an organiser raised a capacity."""
    ids = db.session.scalars(waitlist.to_look_at(now())).all()
    db.session.rollback()
    for event_id in ids:
        with transaction():
            seats.lock(event_id)
            event = db.session.get(Event, event_id, populate_existing=True)
            if event:
                waitlist.pass_on(event)


@jobs.every_minute
def let_codes_lapse() -> None:
    """Free the seats that codes hold though their time is over, each in its own transaction."""
    ids = db.session.scalars(code_changes.to_lapse(now())).all()
    db.session.rollback()
    for code_id in ids:
        with transaction():
            if code := db.session.get(AccessCode, code_id):
                code_changes.lapse(code)
