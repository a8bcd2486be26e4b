"""One line each of the lists in an event's form."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, ValidationError
from wtforms.widgets import HiddenInput

from core.forms import DateField, Form, IntegerField, TextField, TimeField, between, optional

SEATS = between(0, 100_000, _l("Please type a number between 0 and 100,000."))


class Row(Form):
    """One line of a list in the form. A line in which nothing is written does not count; its Thai title makes it whole."""

    class Meta:
        csrf = False

    id = IntegerField(widget=HiddenInput())
    remove = BooleanField(_l("Remove"))

    def used(self) -> bool:
        """Whether something stands in this line."""
        return any(getattr(field, "typed", None) or field.data for field in self if field.short_name != "remove")


class CategoryRow(Row):
    name_th = TextField(_l("Thai name"))
    name_en = TextField(_l("English name"))
    capacity = IntegerField(_l("Seats"), [optional(), SEATS])
    hidden = BooleanField(_l("Only with a code"), description=_l("Nobody else sees this category or its seats."))
    approval = BooleanField(_l("An organiser approves each person"))

    def validate_name_th(self, field: Field) -> None:
        if self.used() and not field.data and not self.remove.data:
            raise ValidationError(str(_l("Please type the Thai name, or tick “Remove”.")))


class SessionRow(Row):
    day = DateField(_l("Day"))
    starts = TimeField(_l("Starts at"))
    ends = TimeField(_l("Ends at"))
    title_th = TextField(_l("Thai title"), limit=400)
    title_en = TextField(_l("English title"), limit=400)
    room = TextField(_l("Room"))
    speaker = TextField(_l("Speaker"), limit=400)
    bookable = BooleanField(_l("People choose whether to take part"))
    capacity = IntegerField(_l("Seats"), [optional(), SEATS])

    def _validate_filled(self, field: Field) -> None:
        if self.used() and not field.data and not getattr(field, "typed", None) and not self.remove.data:
            raise ValidationError(str(_l("Please fill this in, or tick “Remove”.")))

    validate_title_th = validate_starts = validate_ends = _validate_filled
