"""The e-mails of mailings, written when they are sent."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from blueprints.messages import letters, unsubscribing
from blueprints.messages.audience import Audience, email_digest, unsubscribed_digests
from blueprints.registration.letters import address_of
from core import outbox
from core.locale import in_language
from core.mail import Letter
from models import EventStatus, Mailing, Message, Registration, db, now


@outbox.renders("mailing")
def mailing_letter(message: Message) -> Letter | None:
    """The text of the mailing for one person; nothing for those who meanwhile left its audience, nor once it is too late."""
    mailing = db.session.get_one(Mailing, message.mailing_id)
    registration = db.session.get_one(Registration, message.registration_id)
    to = address_of(registration)  # another one, maybe, than when it was queued: the letter holds links for this person alone
    if not to or _left(mailing, registration, to) or _too_late(mailing):
        return None
    written = letters.write(mailing, registration)
    leave = "" if mailing.about_registration else unsubscribing.url_of(mailing.event.programme_id, to)
    headers = (("List-Unsubscribe", f"<{leave}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")) if leave else ()
    return _letter(to, written, registration, leave, headers=headers)


@outbox.renders("mailing_test", once=True)
def test_letter(message: Message) -> Letter | None:
    """What one person of the audience would get, to the organiser who asked for it."""
    mailing = db.session.get(Mailing, message.params["mailing"])
    registration = db.session.get(Registration, message.params["person"])
    if mailing is None or registration is None:
        return None
    written = letters.write(mailing, registration, message.language)
    with in_language(written.language):
        subject = _("[Test] %(subject)s", subject=written.subject)
    return _letter(message.to, written, registration, "", subject=subject)


def _left(mailing: Mailing, registration: Registration, to: str) -> bool:
    if registration.status not in Audience.of(mailing).statuses or registration.anonymised_at:
        return True
    return not mailing.about_registration and email_digest(to) in unsubscribed_digests(mailing.event.programme_id)


def _too_late(mailing: Mailing) -> bool:
    """A reminder of what has begun, and whatever was written before the event was cancelled."""
    event = mailing.event
    if mailing.hours_before and now() >= event.starts_at:
        return True
    called_off = event.status == EventStatus.CANCELLED and event.cancelled_at
    return bool(called_off and mailing.due_at and mailing.due_at < called_off)


def _letter(to: str, written: letters.Written, registration: Registration, leave: str, *, subject: str = "",
            headers: tuple[tuple[str, str], ...] = ()) -> Letter:
    event = registration.event
    if event.contact_email:
        headers = (("Reply-To", event.contact_email), *headers)  # “please tell us” reaches the organiser
    with in_language(written.language):
        context = {"written": written, "event": event, "leave": leave}
        return Letter(to, subject or written.subject, render_template("emails/mailing.txt", **context),
                      render_template("emails/mailing.html", **context), headers=headers)
