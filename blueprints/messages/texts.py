"""How messages are called and how they stand, in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from blueprints.messages.audience import ABSENT, CAME, NONE, READY, Audience, organisations_in
from core.locale import both
from models import Event, Message, MessageState, RegistrationStatus

KINDS = {
    "registration_confirmed": _l("Confirmation with ticket"),
    "registration_changed": _l("Change of the registration"),
    "registration_link": _l("Link to the ticket"),
    "registration_cancelled": _l("Cancellation of the registration"),
    "registration_waitlisted": _l("Place on the waitlist"),
    "registration_pending": _l("Receipt of the request"),
    "registration_rejected": _l("Refusal of the request"),
    "registration_handed_over": _l("Hand-over to a colleague"),
    "waitlist_offer": _l("Offer of a seat"),
    "waitlist_lapsed": _l("End of an offer"),
    "event_cancelled": _l("Cancellation of the event"),
    "mailing": _l("Message from the organiser"),
}
OTHER_KIND = _l("Other message")

STATES = {
    MessageState.QUEUED: (_l("Waiting"), "info"),
    MessageState.SENDING: (_l("Being sent"), "info"),
    MessageState.SENT: (_l("Sent"), "success"),
    MessageState.FAILED: (_l("Failed"), "danger"),
}
NOT_NEEDED = (_l("No longer needed"), "neutral")
BOUNCED = (_l("Came back"), "danger")

STATUSES = {
    RegistrationStatus.CONFIRMED: _l("Confirmed"),
    RegistrationStatus.PENDING_APPROVAL: _l("Awaiting approval"),
    RegistrationStatus.WAITLISTED: _l("On the waitlist"),
    RegistrationStatus.NOT_CONFIRMED: _l("Not confirmed yet"),
    RegistrationStatus.CANCELLED: _l("Cancelled"),
}
ATTENDANCE = {"": _l("Everyone"), CAME: _l("Who came"), ABSENT: _l("Who did not come")}
CERTIFICATE = {"": _l("With or without"), READY: _l("Only those whose certificate is ready"), NONE: _l("Only those without a certificate")}
UNANSWERED = _l("Only those who have not answered")


def standing(message: Message) -> tuple[object, str]:
    """The word and the tone for how a message stands."""
    if message.bounced_at:
        return BOUNCED
    if message.state == MessageState.SENT and message.sent_at is None:
        return NOT_NEEDED
    return STATES[message.state]


def audience_facts(event: Event, audience: Audience) -> dict[str, str]:
    """An audience in words; what leaves nobody out is empty."""
    organisations = dict(organisations_in(event)) if audience.organisations else {}
    return {
        "statuses": ", ".join(str(STATUSES[RegistrationStatus(status)]) for status in audience.statuses),
        "attendance": str(ATTENDANCE[audience.attendance]) if audience.attendance else "",
        "certificate": str(CERTIFICATE[audience.certificate]) if audience.certificate else "",
        "survey": str(UNANSWERED) if audience.unanswered else "",
        "categories": ", ".join(both(row.name_th, row.name_en) for row in event.categories if row.id in audience.categories),
        "sessions": ", ".join(both(row.title_th, row.title_en) for row in event.sessions if row.id in audience.sessions),
        "organisations": ", ".join(organisations[id] for id in audience.organisations if id in organisations),
    }
