"""The letter that invites one person."""

from __future__ import annotations

from flask import current_app, render_template
from flask_babel import gettext as _

from blueprints.registration import codes, invitations
from core import outbox
from core.errors import Refused
from core.locale import both
from core.mail import Letter
from core.web import address
from models import AccessCode, Message, db


@outbox.renders(invitations.KIND)
def invitation_letter(message: Message) -> Letter | None:
    """The personal link, until when it is good, and how to decline; nothing once it is answered or over."""
    code = db.session.get(AccessCode, message.access_code_id) if message.access_code_id else None
    if code is None:
        return None
    try:
        codes.find(code.event, code.code)
    except Refused:
        return None
    event, reminder = code.event, bool(message.params.get("reminder"))
    title = both(event.title_th, event.title_en)
    subject = _("Reminder of your invitation: %(event)s", event=title) if reminder else _("You are invited: %(event)s", event=title)
    context = {"code": code, "event": event, "event_title": title, "reminder": reminder, "url": link(code),
               "event_url": f"{current_app.config['BASE_URL']}/e/{event.slug}",
               "decline_url": address("registration.invitation_decline", slug=event.slug, code=code.code)}
    return Letter(to=message.to, subject=subject, text=render_template("emails/registration_invitation.txt", **context),
                  html=render_template("emails/registration_invitation.html", **context))


def link(code: AccessCode) -> str:
    """The form with this code filled in."""
    return f"{current_app.config['BASE_URL']}/e/{code.event.slug}/register?code={code.code}"
