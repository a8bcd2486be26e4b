"""Webhooks: an address of another house that is told what happened in a programme or one of its events.

What is told is written in the transaction of the deed, as mail is, and leaves afterwards (`deliveries`). It names things by their ids
and holds no personal data: who may know more asks the API.
"""

from __future__ import annotations

import math
import secrets
import time
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from blueprints.api.deliveries import deliver_due
from blueprints.checkin.services import scans_kept
from core import history
from core.codes import new_code
from core.errors import Refused
from models import Certificate, Event, HistoryEntry, Programme, Registration, User, Webhook, WebhookDelivery, db, now

#: What a webhook may be told of → what people call it. Deeds of the history belong to the word before their dot.
SUBJECTS = {
    "registration": _l("Registrations: made, changed, cancelled, decided, waitlist"), "admission": _l("The door: each scan as it was judged"),
    "certificate": _l("Certificates: issued, replaced, revoked"), "event": _l("Events: published, changed, closed, cancelled"),
    "survey": _l("Surveys: opened and closed"), "message": _l("Messages to participants"), "import": _l("Imports")}
_SAME = {"registrations": "registration", "waitlist": "registration", "question": "event", "mailing": "message"}
MOST = 20  # webhooks of a programme
KEPT = 10  # seconds for which a process remembers who wants to be told


class TooMany(Refused):
    message = _l("The programme has many webhooks already. Stop those that nothing uses.")


class NoSubject(Refused):
    message = _l("Please choose at least one thing to be told of.")
    field = "subjects"


def add(programme: Programme, url: str, subjects: Sequence[str], event: Event | None, by: User | None) -> Webhook:
    """A new webhook with its secret. Raises `NoSubject`, `TooMany`."""
    chosen = [one for one in SUBJECTS if one in subjects]
    if not chosen:
        raise NoSubject
    if len([one for one in of(programme) if one.stopped_at is None]) >= MOST:
        raise TooMany
    hook = Webhook(programme_id=programme.id, event=event, url=url, subjects=chosen, created_by_id=by.id if by else None,
                   secret=f"whsec_{b64encode(secrets.token_bytes(24)).decode()}")
    db.session.add(hook)
    db.session.flush()
    history.record("webhook.made", programme=programme, url=url, subjects=chosen)
    _remembered.pop("", None)
    return hook


def stop(hook: Webhook, programme: Programme) -> None:
    """Tell nothing more."""
    if hook.stopped_at is None:
        hook.stopped_at = now()
        history.record("webhook.stopped", programme=programme, url=hook.url)
    db.session.flush()
    _remembered.pop("", None)


def go_on(hook: Webhook, programme: Programme) -> None:
    """Tell again, of what happens from now on."""
    if hook.stopped_at is not None:
        hook.stopped_at = None
        history.record("webhook.resumed", programme=programme, url=hook.url)
    db.session.flush()
    _remembered.pop("", None)


def of(programme: Programme) -> list[Webhook]:
    """The programme's webhooks, those at work first."""
    return list(db.session.scalars(select(Webhook).where(Webhook.programme_id == programme.id)
                                   .order_by(Webhook.stopped_at.is_not(None), Webhook.id)))


def one_of(programme: Programme, webhook_id: int) -> Webhook | None:
    """One webhook of the programme."""
    return db.session.scalar(select(Webhook).where(Webhook.programme_id == programme.id, Webhook.id == webhook_id))


def ping(hook: Webhook) -> None:
    """Tell the webhook that it works."""
    _write([(hook.id, "ping", {})])


def tell(verb: str, event_id: int | None, programme_id: int | None, facts: Iterable[Mapping[str, Any]]) -> None:
    """Write what those webhooks are told that want to know. One statement at most, and none where nobody listens."""
    subject = verb.partition(".")[0]
    subject = _SAME.get(subject, subject)
    wanted = [hook for hook in _listening() if subject in hook[3] and hook[2] in (None, event_id)]
    if not wanted:
        return
    programme_id = programme_id or (event_id and _programme_of(event_id))
    if hooks := [number for number, of_programme, *_more in wanted if of_programme == programme_id]:
        _write([(hook, verb, {"programme_id": programme_id, "event_id": event_id, **fact}) for fact in facts for hook in hooks])


def _write(rows: Sequence[tuple[int, str, dict[str, Any]]]) -> None:
    at = now()
    made = [(hook, verb, new_code(), facts) for hook, verb, facts in rows]
    db.session.execute(insert(WebhookDelivery), [
        {"webhook_id": hook, "code": code, "verb": verb, "created_at": at, "due_at": at, "tries": 0, "answer": "",
         "body": {"id": code, "type": verb, "at": at.isoformat(), **facts}} for hook, verb, code, facts in made])
    deliver_due()


def forget(until: float) -> None:
    """Take nobody to listen until `KEPT` seconds after `until` (monotonic): this is another database."""
    _programme_of.cache_clear()
    _remembered[""] = until, []


_remembered: dict[str, tuple[float, list[tuple[int, int, int | None, list[str]]]]] = {}


def _listening() -> list[tuple[int, int, int | None, list[str]]]:
    """The webhooks at work: id, programme, event, subjects. Remembered for some seconds, so that the door asks for none of it."""
    at, found = _remembered.get("", (-math.inf, []))
    if time.monotonic() - at > KEPT:
        with db.session.no_autoflush:
            found = [(*row,) for row in db.session.execute(select(Webhook.id, Webhook.programme_id, Webhook.event_id, Webhook.subjects)
                                                           .where(Webhook.stopped_at.is_(None)))]
        _remembered[""] = time.monotonic(), found
    return found


@lru_cache(maxsize=4096)
def _programme_of(event_id: int) -> int | None:
    """An event stays in its programme."""
    return db.session.scalar(select(Event.programme_id).where(Event.id == event_id))


@sqlalchemy_event.listens_for(db.session, "after_flush")
def _after_flush(session: Session, _context: Any) -> None:
    told: dict[tuple[str, int | None, int | None], list[dict[str, Any]]] = defaultdict(list)
    for row in session.new:
        if isinstance(row, HistoryEntry):
            told[row.verb, row.event_id, row.programme_id].append({"registration_id": row.registration_id})
        elif isinstance(row, Registration):
            told["registration.made", row.event_id, None].append({"registration_id": row.id, "status": str(row.status), "source": str(row.source)})
        elif isinstance(row, Certificate):
            told["certificate.issued", row.event_id, None].append({"certificate_id": row.id, "registration_id": row.registration_id})
    for (verb, event_id, programme_id), facts in told.items():
        tell(verb, event_id, programme_id, facts)


@scans_kept.connect
def _scanned(event_id: int, scans: Sequence[Mapping[str, Any]]) -> None:
    tell("admission.judged", event_id, None, [
        {"registration_id": one["registration_id"], "checkpoint_id": one["checkpoint_id"], "verdict": str(one["verdict"]),
         "direction": one["direction"].value, "judged_at": _moment(one["judged_at"])} for one in scans])


def _moment(value: datetime) -> str:
    return value.isoformat()
