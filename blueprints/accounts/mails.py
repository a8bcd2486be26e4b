"""The e-mails of accounts."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from blueprints.accounts import queries, services
from blueprints.accounts.forms import ROLES
from core import outbox
from core.errors import Refused
from core.locale import both
from core.mail import Letter
from core.web import address
from models import LinkPurpose, Message


@outbox.renders("password_reset", once=True)
def password_reset(message: Message) -> Letter | None:
    """The link to choose a new password; none when it is no longer good."""
    token = message.params["token"]
    try:
        link = services.open_link(LinkPurpose.RESET, token)
    except Refused:
        return None
    return _letter(message, "password_reset", _("A new password for Ruam"), link=link, url=address("accounts.reset", token=token))


@outbox.renders("invitation", once=True)
def invitation(message: Message) -> Letter | None:
    """The invitation to a programme, an event or the administration; none when it is no longer good."""
    token = message.params["token"]
    try:
        link = services.open_link(LinkPurpose.INVITATION, token)
    except Refused:
        return None
    return _letter(message, "invitation", _("You are invited to work in Ruam"), link=link, place=queries.place_of(link),
                   role=ROLES.get(link.role), url=address("accounts.accept", token=token))


@outbox.renders("identity_linked")
def identity_linked(message: Message) -> Letter:
    """Word of another way into the account, in case it was not its holder."""
    return _letter(message, "identity_linked", _("Another way into your account"), name=both(*message.params["labels"]),
                   email=message.params["email"], url=address("accounts.ways"))


def _letter(message: Message, template: str, subject: str, **context: Any) -> Letter:
    html = render_template(f"emails/{template}.html", subject=subject, **context)
    return Letter(message.to, subject, render_template(f"emails/{template}.txt", **context), html)
