"""Taking the people of an import out again, a chunk in each transaction: whoever is only a row goes for good, whoever was written
to is cancelled and told so, and whoever came, holds a certificate or was changed stays."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from blueprints.imports.sentences import in_every_language
from blueprints.registration import seats, services
from core.errors import Refused
from core.transaction import transaction
from models import Certificate, HistoryEntry, ImportBatch, ImportState, Message, Registration, RegistrationStatus, Scan, Signature, db, now

CHUNK = 50


class MustStay(Refused):
    """Something has happened to this registration since."""


SCANNED = _l("The door has scanned this person.")
CERTIFIED = _l("A certificate was issued to this person.")
CHANGED = _l("The registration was changed since.")


def run(batch_id: int) -> None:
    """Take out everyone who can be; who stays, and why, is kept in the batch's choices. Killed, it goes on where it was."""
    more = True
    while more:
        with transaction():
            batch = db.session.get(ImportBatch, batch_id, populate_existing=True)
            if batch is None or batch.state != ImportState.UNDOING:
                return
            seats.lock(batch.event_id)
            db.session.refresh(batch)
            after = batch.choices["after"]
            people = db.session.scalars(
                select(Registration).where(Registration.import_id == batch_id, Registration.id > after)
                .order_by(Registration.id).limit(CHUNK)).all()
            stay = dict(batch.choices["stay"])
            for number, registration in [(one.id, one) for one in people]:
                try:
                    with db.session.begin_nested():
                        _take_out(registration)
                except Refused as fact:
                    stay[str(number)] = in_every_language(fact.message)
                after = number
            batch.choices = batch.choices | {"after": after, "done": batch.choices["done"] + len(people), "seen": now().isoformat(), "stay": stay}
            more = len(people) == CHUNK
            if not more:
                batch.state, batch.undone_at = ImportState.UNDONE, now()


def _take_out(registration: Registration) -> None:
    """Raises `MustStay`, and what stops a cancellation."""
    if registration.status == RegistrationStatus.CANCELLED:
        return
    colleague = aliased(Registration)
    for table, column, why in ((Scan, Scan.registration_id, SCANNED), (Signature, Signature.registration_id, SCANNED),
                               (Certificate, Certificate.registration_id, CERTIFIED),
                               (HistoryEntry, HistoryEntry.registration_id, CHANGED), (colleague, colleague.booked_by_id, CHANGED)):
        if _there(table, column, registration):
            raise MustStay(why)
    if registration.version > 1:
        raise MustStay(CHANGED)
    if _there(Message, Message.registration_id, registration):
        services.cancel(registration, by_organiser=True)
        return
    services.take_out(registration, reason="", letter=None)
    db.session.delete(registration)
    db.session.flush()


def _there(table: Any, column: Any, registration: Registration) -> bool:
    return bool(db.session.scalar(select(exists(select(table.id).where(column == registration.id)))))
