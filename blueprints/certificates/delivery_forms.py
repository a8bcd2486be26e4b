"""What can be chosen for the files that leave the house."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from blueprints.certificates import orders
from blueprints.certificates.orders import Order
from core.forms import DateField, Form, IntegerField, between, optional
from models import CertificateKind, Event

KIND_NAMES = {
    CertificateKind.ATTENDANCE: _l("Certificates of participants"), CertificateKind.SPEAKER: _l("Certificates of speakers"),
    CertificateKind.ORGANISER: _l("Certificates of organisers"), CertificateKind.ENTERPRISE: _l("Certificates of enterprises"),
}
SORTS = (("number", _l("By number")), ("organisation", _l("By enterprise, to hand out in piles")), ("name", _l("By name, in Thai order")))
HIGHEST = 9_999_999


class OrderForm(Form):
    """Which certificates a file is made of."""

    class Meta:
        csrf = False  # two forms share the page and its token, which every POST is checked for

    kind = SelectField(_l("Which certificates"))
    organisation = SelectField(_l("Of which enterprise"), coerce=int)

    def offer(self, event: Event) -> None:
        """Fill in what can be chosen for this event."""
        self.kind.choices = [SelectChoice("", _("All kinds"))] + [SelectChoice(kind.value, words) for kind, words in KIND_NAMES.items()]
        self.organisation.choices = [SelectChoice(0, _("All enterprises"))] + [SelectChoice(*one) for one in orders.enterprises(event)]

    def to_order(self) -> Order:
        """The certificates as they were chosen."""
        return Order(kind=self.kind.data, organisation_id=self.organisation.data or None, **self.more())

    def more(self) -> dict[str, Any]:
        """What this file alone is asked for."""
        return {}


class MergeForm(OrderForm):
    """One file for the printer."""

    sort = SelectField(_l("In which order"), choices=[SelectChoice(*one) for one in SORTS])
    since = DateField(_l("Issued on this day or later"), [optional()])
    first = IntegerField(_l("From running number"), [optional(), between(1, HIGHEST, _l("From 1 to %(most)d.", most=HIGHEST))])
    last = IntegerField(_l("To running number"), [optional(), between(1, HIGHEST, _l("From 1 to %(most)d.", most=HIGHEST))])
    background = BooleanField(_l("Print the background and the frame"), default=True, description=_l(
        "Leave this out for paper on which they are printed already: then only the words, the signatures and the code are printed."))

    def validate_last(self, field: IntegerField) -> None:
        """A range goes upwards."""
        if field.data is not None and self.first.data is not None and field.data < self.first.data:
            raise ValidationError(str(_l("This is less than where the range begins.")))

    def more(self) -> dict[str, Any]:
        return {"sort": self.sort.data, "since": self.since.data, "first": self.first.data, "last": self.last.data,
                "background": self.background.data}


class ZipForm(OrderForm):
    """A folder for each enterprise."""


FORMS: dict[str, type[OrderForm]] = {"merge": MergeForm, "zip": ZipForm}


def unsent(event: Event, kind: str) -> OrderForm:
    """The form as the page first shows it."""
    form = FORMS[kind](formdata=None, prefix=f"{kind}-")
    form.offer(event)
    return form


def sent(event: Event, kind: str) -> OrderForm:
    """The form as it was filled in."""
    form = FORMS[kind](prefix=f"{kind}-")
    form.offer(event)
    return form
