"""People check themselves in with their own phones, by the code on the screen in the room."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, insert, select

from blueprints.checkin import judge, services, venue
from blueprints.checkin.batch import read
from blueprints.checkin.judge import Verdict
from core import history
from core.codes import digest, new_code
from core.errors import Refused
from models import Checkpoint, Device, Direction, Event, EventStatus, Registration, RegistrationStatus, Scan, ScanSource, db, now
from thai.phones import PhoneError, parse_phone
from thai.text import fold

#: For so long whoever pointed the camera at the screen counts as being in the room.
PROOF_LIFE = timedelta(minutes=5)
#: Within this the same phone that checks the same person in once more pressed twice.
SAME_PRESS = timedelta(minutes=1)
MOST = 10  # people behind one address who are offered


class BadContact(Refused):
    message = _l("Please type the e-mail address, such as name@example.com, or the telephone number, such as 081 234 5678.")
    field = "contact"


class NobodyFound(Refused):
    message = _l("Nobody registered for this event with this. Try the other one, e-mail or telephone, or ask at the desk.")
    field = "contact"


@dataclass(frozen=True)
class Welcome:
    """What checking in came to. `first_in` is when the person had come before, where that is what refuses."""

    registration_id: int
    verdict: Verdict
    at: datetime
    first_in: datetime | None = None


def switch(checkpoint: Checkpoint, event: Event, on: bool) -> None:
    """Let people check themselves in at this checkpoint, or no longer. Each time the key is a new one, and the old codes are worth nothing."""
    checkpoint.venue_key = new_code() if on else None
    history.record("checkpoint.self_check_in", event=event, checkpoint=checkpoint.id, on=on)
    db.session.flush()


def shown(text: str, at: datetime) -> Checkpoint | None:
    """The checkpoint on whose screen this token stands or stood a moment ago; None for any other token."""
    checkpoint = open_checkpoint(venue.checkpoint_of(text))
    if checkpoint is None or not venue.accepts(text, checkpoint.venue_key or "", checkpoint.id, at):
        return None
    return checkpoint


def open_checkpoint(checkpoint_id: int | None) -> Checkpoint | None:
    """The checkpoint, if people may check themselves in there."""
    checkpoint = db.session.get(Checkpoint, checkpoint_id) if checkpoint_id is not None and checkpoint_id < 2**31 else None
    if checkpoint is None or checkpoint.venue_key is None or event_of(checkpoint).status is EventStatus.CANCELLED:
        return None
    return checkpoint


def event_of(checkpoint: Checkpoint) -> Event:
    """The checkpoint's event."""
    return db.session.get_one(Event, checkpoint.event_id)


def key_mark(checkpoint: Checkpoint) -> str:
    """What tells one switching on from the next, and may be read by anyone."""
    return digest(checkpoint.venue_key or "")[:16]


def find(event: Event, contact: str) -> list[Registration]:
    """Who registered for the event with exactly this e-mail address or telephone number; whoever cancelled only if nobody else did.

    Raises `BadContact`, `NobodyFound`.
    """
    try:
        address = contact.replace(" ", "").lower() if "@" in contact else ""
        number = "" if address else parse_phone(contact)[0]
    except PhoneError:
        raise BadContact from None
    this = Registration.email == address if address else Registration.phone == number
    # The list's index holds the search text: the rows of all the others are not read.
    listed = Registration.search_text.contains(fold(address or re.sub(r"^\+66", "0", number)), autoescape=True)
    rows = _people(event).where(listed, this).limit(MOST)
    found = list(db.session.scalars(rows))
    if not found:
        raise NobodyFound
    return [row for row in found if row.status is not RegistrationStatus.CANCELLED] or found


def these(event: Event, ids: list[int]) -> list[Registration]:
    """The event's registrations with these ids, in the order of names."""
    return list(db.session.scalars(_people(event).where(Registration.id.in_(ids)))) if ids else []


def _people(event: Event) -> Select[tuple[Registration]]:
    return select(Registration).where(Registration.event_id == event.id, Registration.anonymised_at.is_(None)).order_by(
        Registration.sort_key, Registration.id)


def check_in(checkpoint: Checkpoint, registration_id: int, proof: str, at: datetime | None = None) -> Welcome:
    """Judge and keep that this person came. `proof` names the one pointing of a camera at the screen: pressed twice, it answers as before."""
    at = at or now()
    nobody = Device(event_id=checkpoint.event_id)  # stands for the person's own phone, and is never stored
    batch = read(nobody, checkpoint, (), (), {registration_id})
    if (before := _pressed(checkpoint, registration_id, proof, at)) is not None:
        return Welcome(registration_id, Verdict.OK, before)
    person = batch.people.get(registration_id)
    attempt = judge.Attempt(direction="in", claimed_at=at, received_at=at, enrolled_at=at)
    known = services.known_of(person, None, batch)
    judgement = judge.judge(checkpoint.event_id, services.rule_of(checkpoint), known, attempt, batch.past[registration_id])
    row = {"nonce": f"{proof}-{new_code()}", "event_id": checkpoint.event_id, "checkpoint_id": checkpoint.id, "registration_id": registration_id,
           "direction": Direction.IN, "source": ScanSource.SELF, "raw_code": "", "claimed_at": at, "received_at": at, "judged_at": at,
           "verdict": judgement.verdict.value, "would_be": judgement.would_be.value}
    db.session.execute(insert(Scan.__table__), row)
    services.scans_kept.send(checkpoint.event_id, scans=[row])
    first = judgement.first_in.at if judgement.first_in and judgement.verdict is Verdict.ALREADY_IN else None
    return Welcome(registration_id, judgement.verdict, at, first)


def _pressed(checkpoint: Checkpoint, registration_id: int, proof: str, at: datetime) -> datetime | None:
    """When the same phone let the same person in a moment ago. Asked while the person's row is held."""
    return db.session.scalar(select(Scan.judged_at).where(
        Scan.registration_id == registration_id, Scan.checkpoint_id == checkpoint.id, Scan.device_id.is_(None),
        Scan.nonce.startswith(f"{proof}-"), Scan.verdict == Verdict.OK.value, Scan.undone_at.is_(None),
        Scan.judged_at > at - SAME_PRESS).order_by(Scan.id.desc()).limit(1))
