"""E-mails about corrections of certificates, written when they are sent, in the holder's language."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template
from flask_babel import gettext as _

from blueprints.certificates import queries
from blueprints.registration import tickets
from blueprints.registration.letters import address_of
from core import outbox
from core.locale import both
from core.mail import Letter
from models import Certificate, CorrectionRequest, Message, db


@outbox.renders("certificate_replaced", once=True)
def replaced_letter(message: Message) -> Letter | None:
    """There is a new certificate, and the former one says so to everyone who verifies it."""
    certificate = db.session.get_one(Certificate, message.params["certificate"])
    lead = (_("Your certificate was corrected as you asked.") if message.params["asked"]
            else _("The organiser has issued a new certificate in place of yours."))
    former = certificate.replaces
    return _letter(message, certificate, _("Your new certificate: %(event)s"), heading=_("There is a new certificate for you"), lead=lead,
                   quoted=former.status_reason if former else "", number=certificate.number, former=former.number if former else "")


@outbox.renders("correction_refused", once=True)
def refused_letter(message: Message) -> Letter | None:
    """The certificate stays as it is, and why."""
    request = db.session.get_one(CorrectionRequest, message.params["request"])
    return _letter(message, request.certificate, _("About the correction you asked for: %(event)s"),
                   heading=_("Your certificate was not corrected"), lead=_("The organiser has looked at your request and writes:"),
                   quoted=request.answer, number=request.certificate.number, former="")


def _letter(message: Message, certificate: Certificate, subject: str, **context: Any) -> Letter | None:
    """Nothing when somebody else has the seat, or nobody can be written to, by now."""
    registration = certificate.registration
    to = address_of(registration) if registration else ""
    if registration is None or not to or certificate not in queries.of_registration(registration.id):
        return None
    event, base_url = certificate.event, current_app.config["BASE_URL"]
    title = both(event.title_th, event.title_en)
    context |= {"name": tickets.name_of(registration), "event": event, "event_title": title, "event_url": f"{base_url}/e/{event.slug}",
                "private_url": tickets.private_url(registration), "registration": registration}
    return Letter(to=to, subject=subject.replace("%(event)s", title), text=render_template("emails/certificate.txt", **context),
                  html=render_template("emails/certificate.html", **context))
