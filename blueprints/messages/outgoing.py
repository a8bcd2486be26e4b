"""A mailing leaves: when it is due, and one message for each person of its audience, whatever happens in between.

The people are found when it leaves, some hundred at a time, each portion a short transaction. What a killed worker has written
stands; the next run goes on with those who have no message yet, and the database refuses a second one to anybody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.orm import joinedload

from blueprints.events.services import event_cancelled
from blueprints.messages import audience as audiences
from blueprints.messages.audience import Audience
from core import outbox
from core.history import record
from core.transaction import transaction
from models import Event, EventStatus, Mailing, MailingState, Message, MessageState, Registration, db, now

PORTION = 500  # people a transaction
BATCH = 50  # letters a job: a confirmation waits for no more than these


def leaves_at(mailing: Mailing) -> datetime | None:
    """When it leaves; a reminder follows its event."""
    if mailing.due_at is None and mailing.hours_before is not None:
        return mailing.event.starts_at - timedelta(hours=mailing.hours_before)
    return mailing.due_at


def due(at: datetime) -> list[int]:
    """The mailings to be sent now, and those that a killed worker left half-way."""
    waiting = db.session.scalars(
        select(Mailing).options(joinedload(Mailing.event)).where(Mailing.state.in_((MailingState.SCHEDULED, MailingState.SENDING)))
        .order_by(Mailing.id))
    return [mailing.id for mailing in waiting if (when := leaves_at(mailing)) is not None and when <= at]


def run(mailing_id: int) -> bool:
    """Write a message to each person of the audience, each once however often this runs. Whether there is something to post."""
    with transaction():
        begun = _begin(_hold(mailing_id), now())
    if not begun:
        return False
    last = 0
    while last is not None:
        with transaction():
            last = _write_some(_hold(mailing_id), last)
    return True


def post_some(mailing_id: int) -> bool:
    """Send a batch of what is due; whether more may be waiting and the mail server can be reached."""
    waiting = db.session.scalars(
        select(Message.id).where(Message.mailing_id == mailing_id, Message.state == MessageState.QUEUED, Message.due_at <= now())
        .order_by(Message.id).limit(BATCH)).all()
    db.session.rollback()
    return outbox.deliver_all(waiting) and len(waiting) == BATCH


@event_cancelled.connect
def call_off_all(event: Event, **_more: object) -> None:
    """What was scheduled for an event says nothing true once it is cancelled."""
    db.session.execute(
        update(Mailing).where(Mailing.event_id == event.id, Mailing.state == MailingState.SCHEDULED)
        .values(state=MailingState.CALLED_OFF, version=Mailing.version + 1).execution_options(synchronize_session=False))


def _hold(mailing_id: int) -> Mailing:
    return db.session.get_one(Mailing, mailing_id, with_for_update=True, populate_existing=True)


def _begin(mailing: Mailing, at: datetime) -> bool:
    """Go from scheduled to sending, unless its moment has gone: an event that has begun needs no reminder."""
    if mailing.state == MailingState.SENDING:
        return True
    when = leaves_at(mailing)
    if mailing.state != MailingState.SCHEDULED or when is None or when > at:
        return False
    event = mailing.event
    if event.status == EventStatus.CANCELLED or when < event.starts_at <= at:
        mailing.state = MailingState.CALLED_OFF
        record("mailing.too_late", event=event, mailing=mailing.id)
        return False
    mailing.state, mailing.due_at = MailingState.SENDING, at
    record("mailing.sent", event=event, mailing=mailing.id)
    return True


def _write_some(mailing: Mailing, last: int) -> int | None:
    """Write to the next portion of people after `last`; the last one's id, or None when nobody is left and the mailing is done."""
    if mailing.state != MailingState.SENDING:
        return None
    news = not mailing.about_registration
    has_one = exists().where(Message.mailing_id == mailing.id, Message.registration_id == Registration.id)
    found = db.session.execute(
        audiences.people(mailing.event, Audience.of(mailing), news=news)
        .where(Registration.id > last, ~has_one).limit(PORTION)
        .with_only_columns(Registration.id, audiences.ADDRESS.label("email"), Registration.language, maintain_column_froms=True)).all()
    if not found:
        written = select(func.count()).where(Message.mailing_id == mailing.id)
        mailing.recipients, mailing.sent_at = db.session.scalar(written) or 0, now()
        mailing.state = MailingState.SENT
        return None
    gone = audiences.unsubscribed_digests(mailing.event.programme_id) if news else set()
    rows = [{"kind": "mailing", "to": person.email, "language": person.language, "registration_id": person.id, "mailing_id": mailing.id}
            for person in found if audiences.email_digest(person.email) not in gone]
    if rows:
        db.session.execute(insert(Message), rows)
    return found[-1].id
