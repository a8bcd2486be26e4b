"""E-mails about registrations, written when they are sent, in the participant's language."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.events.calendar import event_ics
from blueprints.events.services import event_cancelled
from blueprints.registration import queries, tickets
from blueprints.registration.letters import address_of, tell
from core import outbox
from core.locale import both, when
from core.mail import Attachment, Letter
from core.qr import qr_png
from models import Event, Message, Registration, RegistrationStatus, db

QR_SCALE = 8  # pixels a module

# Kind → (subject, heading, first sentence) of the letters that carry the ticket.
WITH_TICKET = {
    "registration_confirmed": (
        _l("Your ticket: %(event)s"), _l("You are registered"),
        _l("Your seat is reserved. Show the QR code below at the door.")),
    "registration_changed": (
        _l("Your registration was changed: %(event)s"), _l("Your registration was changed"),
        _l("This is your ticket as it stands now. The QR code is still the same.")),
    "registration_link": (
        _l("The link to your ticket: %(event)s"), _l("The link to your ticket"),
        _l("Someone, probably you, asked for this link again.")),
}


@outbox.renders("registration_confirmed")
@outbox.renders("registration_changed")
@outbox.renders("registration_link")
def ticket_letter(message: Message) -> Letter | None:
    """The ticket with its QR code, the link to the private page, and the event for the calendar; nothing once cancelled.

    It goes to the address of today: the one it was queued for may be wrong, or of someone whose seat a colleague has now.
    """
    registration = _registration(message)
    to = address_of(registration)
    if registration.status != RegistrationStatus.CONFIRMED or not to:
        return None
    subject, heading, lead = WITH_TICKET[message.kind]
    code = qr_png(tickets.ticket_url(registration), scale=QR_SCALE)
    calendar = event_ics(registration.event, current_app.config["BASE_URL"], tickets.private_url(registration))
    return _letter(message, "ticket", str(subject), (
        Attachment("ticket-qr.png", "image/png", code, cid="ticket"),
        Attachment("event.ics", "text/calendar", calendar)), to=to, heading=heading, lead=lead)


# Kind → (status for which it is still true, subject, heading, first sentence, words on the button) of the letters about a seat.
ABOUT_SEAT = {
    "registration_waitlisted": (
        RegistrationStatus.WAITLISTED, _l("On the waitlist: %(event)s"), _l("You are on the waitlist"),
        _l("All seats are taken at the moment. As soon as one is free we offer it to you by e-mail; you need not do anything."),
        _l("See how it stands")),
    "registration_pending": (
        RegistrationStatus.PENDING_APPROVAL, _l("We have received your request: %(event)s"), _l("The organiser decides"),
        _l("The organiser looks at each request for this category. You will get an e-mail as soon as it is decided."),
        _l("See how it stands")),
    "registration_rejected": (
        RegistrationStatus.CANCELLED, _l("No seat for you: %(event)s"), _l("There is no seat for you this time"),
        _l("We are sorry that we cannot give you a seat. The organiser writes:"), None),
    "waitlist_offer": (
        RegistrationStatus.NOT_CONFIRMED, _l("A seat is free for you: %(event)s"), _l("A seat is free for you"),
        _l("Please accept it, or decline it so that the next person can come. We hold it for you until:"), _l("Accept or decline")),
    "waitlist_lapsed": (
        RegistrationStatus.CANCELLED, _l("Your offered seat has gone on: %(event)s"), _l("The time to accept your seat is over"),
        _l("The seat went to the next person. If you would still like to come, please register again."), None),
}


@outbox.renders("registration_waitlisted")
@outbox.renders("registration_pending")
@outbox.renders("registration_rejected")
@outbox.renders("waitlist_offer")
@outbox.renders("waitlist_lapsed")
def seat_letter(message: Message) -> Letter | None:
    """How it stands with a seat, to the address of today; nothing when it stands otherwise by now."""
    status, subject, heading, lead, button = ABOUT_SEAT[message.kind]
    registration = _registration(message)
    to = address_of(registration)
    if registration.status != status or not to:
        return None
    quoted = {"registration_rejected": registration.status_reason,
              "waitlist_offer": when(registration.offer_expires_at) if registration.offer_expires_at else ""}.get(message.kind, "")
    return _letter(message, "about_seat", str(subject), to=to, heading=heading, lead=lead, quoted=quoted, button=button)


@outbox.renders("registration_handed_over", once=True)
def handed_over_letter(message: Message) -> Letter:
    """To the person whose seat a colleague has now: no word of who that is, for the letter may be read by others."""
    return _letter(message, "handed_over", _("A colleague has your seat: %(event)s"), name=message.params.get("name", ""))


@outbox.renders("registration_cancelled")
def cancelled_letter(message: Message) -> Letter:
    """The seat is free again."""
    return _letter(message, "registration_cancelled", _("Your registration is cancelled: %(event)s"))


@outbox.renders("event_cancelled")
def event_cancelled_letter(message: Message) -> Letter:
    """The event does not take place, and why."""
    event = _registration(message).event
    calendar = event_ics(event, current_app.config["BASE_URL"])
    return _letter(message, "event_cancelled", _("Cancelled: %(event)s"), (Attachment("event.ics", "text/calendar", calendar),))


@event_cancelled.connect
def tell_everyone(event: Event, **_more: Any) -> None:
    """Write to everyone who has a seat or hopes for one; `events.services.cancel` sends the signal once."""
    for registration in db.session.scalars(queries.to_tell(event)):
        tell("event_cancelled", registration)


def _registration(message: Message) -> Registration:
    return db.session.get_one(Registration, message.registration_id)


def _letter(message: Message, template: str, subject: str, attachments: tuple[Attachment, ...] = (), *, to: str = "",
            **context: Any) -> Letter:
    registration = _registration(message)
    event, base_url = registration.event, current_app.config["BASE_URL"]
    title = both(event.title_th, event.title_en)
    context = {"name": tickets.name_of(registration)} | context
    context |= {"registration": registration, "event": event, "event_title": title,
                "code": tickets.grouped(registration.code), "private_url": tickets.private_url(registration),
                "event_url": f"{base_url}/e/{event.slug}"}
    return Letter(to=to or message.to, subject=subject.replace("%(event)s", title), attachments=attachments,
                  text=render_template(f"emails/{template}.txt", **context),
                  html=render_template(f"emails/{template}.html", **context))
