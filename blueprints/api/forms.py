"""What people type to make tokens and webhooks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, ValidationError

from blueprints.api.deliveries import NotAllowed, check
from blueprints.api.tokens import SCOPES
from blueprints.api.webhooks import SUBJECTS
from core.forms import Boxes, Form, TextField, required
from models import Programme

DAYS = {7: _l("A week"), 30: _l("30 days"), 90: _l("90 days"), 365: _l("A year")}


class TokenForm(Form):
    """A new token."""

    name = TextField(_l("What it is for"), [required()])
    programme = SelectField(_l("Where it may be used"))
    days = RadioField(_l("How long it is good"), coerce=int, choices=list(DAYS.items()), default=90)
    scopes = Boxes(_l("What it may do"), choices=[(one, one) for one in SCOPES])

    def offer(self, programmes: list[tuple[int, str]]) -> None:
        """The programmes to which the token may be confined."""
        self.programme.choices = [("", _l("Everywhere the account may be")), *((str(number), title) for number, title in programmes)]

    def chosen(self, programmes: list[Programme]) -> Programme | None:
        """The programme that was chosen."""
        return next((one for one in programmes if str(one.id) == self.programme.data), None)


class WebhookForm(Form):
    """A new webhook."""

    url = TextField(_l("Address"), [required()], limit=500)
    event = SelectField(_l("Of which events"))
    subjects = Boxes(_l("What it is told of"), choices=list(SUBJECTS.items()))

    def offer(self, events: list[tuple[int, str]]) -> None:
        """The events to which it may be confined."""
        self.event.choices = [("", _l("All events of the programme")), *((str(number), title) for number, title in events)]

    def validate_url(self, field: Field) -> None:
        try:
            check(field.data)
        except NotAllowed as fact:
            raise ValidationError(str(fact.message)) from fact
