"""Invitations: access codes for one person each. Who is invited, how it stands with each, and the letters that go out."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select

from blueprints.registration import code_changes, seats
from blueprints.registration.code_changes import CodeDetails, Invited
from blueprints.registration.invitation_lines import Line, read
from core import history, outbox
from core.errors import Refused
from models import AccessCode, Event, Message, MessageState, Registration, RegistrationStatus, User, db, now

KIND = "registration_invitation"
AT_MOST = 1000  # people on one list
AGAIN_AFTER, REMIND_AFTER = timedelta(minutes=10), timedelta(hours=20)  # one letter by hand; a reminder to everyone

REGISTERED = _l("This person is registered already.")
INVITED = _l("This person is on the invitation list already.")


class State(enum.StrEnum):
    """How it stands with one invited person."""

    NOT_SENT = "not_sent"
    SENT = "sent"
    REGISTERED = "registered"
    DECLINED = "declined"
    BOUNCED = "bounced"
    EXPIRED = "expired"
    REVOKED = "revoked"


class NobodyToInvite(Refused):
    message = _l("No line names somebody to invite. Each needs an e-mail address; see below what is wrong with the lines.")
    field = "people"


class TooMany(Refused):
    message = _l("Please invite up to 1,000 people at a time.")
    field = "people"


class NothingToSend(Refused):
    message = _l("This person has answered, or the invitation is over, so no letter was sent.")


class SentLately(Refused):
    message = _l("A letter went out a few minutes ago. Please wait before sending it again.")


def state() -> ColumnElement[str]:
    """The `State` of a code that invites, as the database sees it."""
    bounced = (select(or_(Message.bounced_at.is_not(None), Message.state == MessageState.FAILED))
               .where(Message.access_code_id == AccessCode.id).order_by(Message.id.desc()).limit(1).correlate(AccessCode).scalar_subquery())
    over = AccessCode.expires_at <= now()
    return case((AccessCode.uses > 0, State.REGISTERED), (AccessCode.declined_at.is_not(None), State.DECLINED),
                (AccessCode.revoked_at < AccessCode.expires_at, State.REVOKED), (over, State.EXPIRED),
                (AccessCode.revoked_at.is_not(None), State.REVOKED), (AccessCode.sent_at.is_(None), State.NOT_SENT),
                (bounced.is_(True), State.BOUNCED), else_=State.SENT)


def listed(event: Event, chosen: State | None = None, words: str = "") -> Select[tuple[AccessCode, str]]:
    """The invited people, those of the newest list first."""
    query = select(AccessCode, state().label("state")).where(AccessCode.event_id == event.id, AccessCode.invites)
    if chosen:
        query = query.where(state() == chosen)
    for word in words.split():
        query = query.where(or_(*(column.icontains(word, autoescape=True)
                                  for column in (AccessCode.name, AccessCode.email, AccessCode.organisation_name))))
    return query.order_by(AccessCode.id.desc())


def counts(event: Event) -> dict[str, int]:
    """How many invited people are in each state."""
    inner = listed(event).order_by(None).subquery()
    return {row[0]: row[1] for row in db.session.execute(select(inner.c.state, func.count()).group_by(inner.c.state).order_by(inner.c.state))}


def look(event: Event, text: str) -> list[Line]:
    """The pasted lines, with what is wrong with each; nobody is invited twice or who is registered."""
    lines = read(text)
    emails = {line.email for line in lines if line.problem is None}
    registered = _known(emails, lambda some: select(func.lower(Registration.email)).where(
        Registration.event_id == event.id, Registration.status != RegistrationStatus.CANCELLED, func.lower(Registration.email).in_(some)))
    invited = _known(emails, lambda some: select(AccessCode.email).where(
        AccessCode.event_id == event.id, AccessCode.email.in_(some),
        state().in_((State.NOT_SENT, State.SENT, State.REGISTERED))))
    marks = dict.fromkeys(invited, INVITED) | dict.fromkeys(registered, REGISTERED)
    return [replace(line, problem=line.problem or marks.get(line.email)) for line in lines]


def _known(emails: Iterable[str], query: Any) -> set[str]:
    emails, found = sorted(emails), set()
    for start in range(0, len(emails), 500):
        found |= set(db.session.scalars(query(emails[start:start + 500])))
    return found


def invite(event: Event, text: str, details: CodeDetails, language: str, by: User | None) -> int:
    """Make an invitation for each good line; how many. Letters go out with `send_new`.

    Raises `NobodyToInvite`, `TooMany` and the facts of `code_changes.create`.
    """
    seats.lock(event.id)  # two lists at once cannot invite one person twice
    good = [line for line in look(event, text) if line.problem is None]
    if not good:
        raise NobodyToInvite
    if len(good) > AT_MOST:
        raise TooMany
    for line in good:
        code_changes.create(event, replace(details, max_uses=1), by=by,
                            invited=Invited(line.email, line.name, line.organisation_name, language))
    return len(good)


def send_new(event: Event) -> int:
    """Write to everyone who was not written to yet; how many."""
    return _write(event, State.NOT_SENT)


def remind(event: Event) -> int:
    """Write again to everyone who has not answered, at most once a day each; how many."""
    return _write(event, State.SENT, AccessCode.sent_at < now() - REMIND_AFTER)


def send_again(code: AccessCode) -> None:
    """Write to one person. Raises `NothingToSend`, `SentLately`."""
    seats.lock(code.event_id)
    db.session.refresh(code)
    stands = db.session.scalar(select(state()).where(AccessCode.id == code.id))
    if stands not in (State.NOT_SENT, State.SENT, State.BOUNCED) or not code.email:
        raise NothingToSend
    if code.sent_at and code.sent_at > now() - AGAIN_AFTER:
        raise SentLately
    _letter(code)
    history.record("invitation.sent", event=code.event, code_id=code.id)


def _write(event: Event, stands: State, *where: ColumnElement[bool]) -> int:
    seats.lock(event.id)  # two presses of the button write once
    query = listed(event, stands).where(AccessCode.email != "", *where).order_by(None).order_by(AccessCode.id)
    codes = [row[0] for row in db.session.execute(query.execution_options(populate_existing=True))]
    for code in codes:
        _letter(code)
    if codes:
        history.record("invitations.sent" if stands == State.NOT_SENT else "invitations.reminded", event=event, number=len(codes))
    return len(codes)


def _letter(code: AccessCode) -> None:
    message = outbox.queue(KIND, code.email, code.language, {"reminder": code.sent_at is not None})
    message.access_code_id, code.sent_at = code.id, now()
    db.session.flush()


def in_pages(event: Event, chosen: State | None, words: str, page: int, per_page: int) -> tuple[Sequence[Row[Any]], int]:
    """One page of `listed`, and how many people there are in all."""
    query = listed(event, chosen, words)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return db.session.execute(query.limit(per_page).offset((page - 1) * per_page)).all(), total
