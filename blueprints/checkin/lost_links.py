"""The way back of somebody who has no private link at hand: by e-mail or telephone number it is sent to the address on file."""

from __future__ import annotations

from flask import request
from flask_babel import lazy_gettext as _l

from blueprints.checkin import venue_services
from blueprints.registration import letters
from core.forms import Form, TextField, required
from models import Event


class ContactForm(Form):
    """By what somebody is found who has no link at hand."""

    contact = TextField(_l("Your e-mail or telephone number"), [required()], limit=254, description=_l("The one that you registered with."),
                        render_kw={"autocomplete": "email", "autocapitalize": "off", "spellcheck": "false"})


def typed(purpose: str) -> str:
    """What limits count by: the purpose, and what was typed."""
    return f"{purpose}:" + request.form.get("contact", "").strip().lower()[:254]


def send_links(event: Event, contact: str) -> None:
    """Send the private link of whoever registered with this e-mail address or telephone number to the address on file.

    Nobody learns from it whether there is such a person. Raises `venue_services.BadContact` when it is neither an address nor a number.
    """
    try:
        found = venue_services.find(event, contact)
    except venue_services.NobodyFound:
        return
    for registration in found:
        letters.send_link(registration)
