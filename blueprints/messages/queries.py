"""What people can see of messages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from blueprints.messages.audience import Audience, people, wants_news
from blueprints.registration.people import search_words
from models import (
    Event,
    Mailing,
    Message,
    MessageState,
    MessageTemplate,
    Programme,
    Registration,
    db,
)

MOST_SHOWN = 50
BOUNCED = "bounced"


@dataclass(frozen=True)
class OutboxFilter:
    """What the outbox shows; empty values leave nothing out. `state` may also be `BOUNCED`."""

    q: str = ""
    state: str = ""
    kind: str = ""
    mailing_id: int | None = None


@dataclass(frozen=True)
class Counts:
    """How a mailing stands: written, sent, failed, waiting, and no longer needed when their turn came."""

    to: int = 0
    sent: int = 0
    failed: int = 0
    waiting: int = 0
    not_needed: int = 0


def mailings(event: Event) -> Select[tuple[Mailing]]:
    """The event's mailings, newest first."""
    return select(Mailing).options(joinedload(Mailing.event)).where(Mailing.event_id == event.id).order_by(Mailing.id.desc())


def mailing_in_event(event: Event, mailing_id: int) -> Mailing | None:
    """One mailing of this event."""
    return db.session.scalar(select(Mailing).where(Mailing.id == mailing_id, Mailing.event_id == event.id))


def counts(mailing_ids: Collection[int]) -> dict[int, Counts]:
    """How these mailings stand, in one statement."""
    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    rows = db.session.execute(
        select(Message.mailing_id, func.count(), number(and_(Message.state == MessageState.SENT, Message.sent_at.is_not(None))),
               number(Message.state == MessageState.FAILED), number(Message.state.in_((MessageState.QUEUED, MessageState.SENDING))),
               number(and_(Message.state == MessageState.SENT, Message.sent_at.is_(None))))
        .where(Message.mailing_id.in_(mailing_ids)).group_by(Message.mailing_id))
    return {row[0]: Counts(*row[1:]) for row in rows}


def examples(event: Event, audience: Audience, *, news: bool, person_id: int | None = None, q: str = "") -> list[Registration]:
    """Some people of the audience to show the message for, found by name, the asked one among them; anyone registered if nobody
    belongs to it."""
    whole = (joinedload(Registration.event).joinedload(Event.programme), joinedload(Registration.category))
    rows = people(event, audience, news=news).options(*whole)
    for word in search_words(q):
        rows = rows.where(Registration.search_text.contains(word, autoescape=True))
    found = list(db.session.scalars(rows.limit(MOST_SHOWN)))
    if news:
        found = wants_news(event.programme_id, found)
    if person_id and all(row.id != person_id for row in found):
        found += db.session.scalars(rows.where(Registration.id == person_id))
    anyone = select(Registration).options(*whole).where(Registration.event_id == event.id, Registration.anonymised_at.is_(None))
    return found if found or q else list(db.session.scalars(anyone.order_by(Registration.id).limit(1)))


def templates(programme: Programme) -> list[MessageTemplate]:
    """The programme's own templates by name."""
    return list(db.session.scalars(select(MessageTemplate).where(MessageTemplate.programme_id == programme.id)
                                   .order_by(MessageTemplate.name, MessageTemplate.id)))


def template_in(programme: Programme, template_id: int) -> MessageTemplate | None:
    """One template of this programme."""
    return db.session.scalar(
        select(MessageTemplate).where(MessageTemplate.id == template_id, MessageTemplate.programme_id == programme.id))


def outbox_of(event: Event, chosen: OutboxFilter) -> Select[tuple[Message]]:
    """The e-mails to an event's people, newest first."""
    rows = (select(Message).join(Message.registration).options(joinedload(Message.registration), joinedload(Message.mailing))
            .where(Registration.event_id == event.id))
    if chosen.state == BOUNCED:
        rows = rows.where(Message.bounced_at.is_not(None))
    elif chosen.state:
        rows = rows.where(Message.state == chosen.state)
    if chosen.kind:
        rows = rows.where(Message.kind == chosen.kind)
    if chosen.mailing_id:
        rows = rows.where(Message.mailing_id == chosen.mailing_id)
    for word in search_words(chosen.q):
        rows = rows.where(or_(Registration.search_text.contains(word, autoescape=True),
                              Message.to.contains(chosen.q.strip().lower(), autoescape=True)))
    return rows.order_by(Message.id.desc())


def kinds_of(event: Event) -> list[str]:
    """The kinds of message that this event's people got."""
    return list(db.session.scalars(
        select(Message.kind).join(Message.registration).where(Registration.event_id == event.id).distinct().order_by(Message.kind)))


def bounced(event: Event) -> list[Message]:
    """The newest message of each person whose address, as it still stands, does not take mail."""
    newest = (select(func.max(Message.id)).join(Message.registration)
              .where(Registration.event_id == event.id, Message.bounced_at.is_not(None), Message.to == Registration.email,
                     Registration.anonymised_at.is_(None)).group_by(Message.registration_id))
    return list(db.session.scalars(select(Message).options(joinedload(Message.registration)).where(Message.id.in_(newest))
                                   .order_by(Message.id.desc()).limit(MOST_SHOWN)))


def message_in_event(event: Event, message_id: int) -> Message | None:
    """One e-mail about a registration of this event."""
    return db.session.scalar(
        select(Message).join(Message.registration).options(joinedload(Message.registration), joinedload(Message.mailing))
        .where(Message.id == message_id, Registration.event_id == event.id))


def messages_of(registration: Registration) -> list[Message]:
    """The e-mails to one person, newest first."""
    return list(db.session.scalars(select(Message).options(joinedload(Message.mailing))
                                   .where(Message.registration_id == registration.id).order_by(Message.id.desc()).limit(MOST_SHOWN)))
