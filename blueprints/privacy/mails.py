"""The letter that answers a request."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from blueprints.privacy.forms import REQUESTS
from core import outbox
from core.mail import Letter
from models import Message, RequestKind, RequestState


@outbox.renders("data_request_answered")
def answered(message: Message) -> Letter:
    """What became of a request about personal data. The registration may be erased by now: the letter says no name."""
    given = message.params
    context = {"what": REQUESTS[RequestKind(given["kind"])], "done": given["state"] == RequestState.DONE, "text": given["text"]}
    return Letter(to=message.to, subject=_("Your request about your data"), text=render_template("emails/data_request.txt", **context),
                  html=render_template("emails/data_request.html", **context))
