"""Forms of registers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from blueprints.certificates import numbers, register_queries
from blueprints.certificates.registers import RESETS, RegisterCommand
from blueprints.certificates.reservations import MOST, ReserveCommand
from core.forms import Form, IntegerField, TextField, between, optional, required
from core.locale import both, short_date
from models import Event, Register, RegisterReset


class RegisterForm(Form):
    """A register: its name, and how it writes and counts."""

    name = TextField(_l("Name of the register"), [required()])
    pattern = TextField(_l("Pattern of the number"), [required()],
                        description=_l("{number} is the running number, {year} the Buddhist or the fiscal year."))
    padding = IntegerField(_l("Digits at least"), [required(), between(1, 9, _l("From 1 to 9 digits."))])
    reset = SelectField(_l("Begins again"), choices=[SelectChoice(reset.value, label) for reset, label in RESETS.items()])
    thai_digits = BooleanField(_l("Write the number in Thai digits"))
    specimen = BooleanField(_l("Mark as specimen (not evidence)"))

    @classmethod
    def of(cls, register: Register | None) -> Self:
        """The form as it was sent, or filled with the register, or with what a new one begins with."""
        if register is None:
            return cls(pattern="{number}/{year}", padding=3, reset=RegisterReset.BUDDHIST_YEAR.value, thai_digits=True)
        return cls(obj=register, reset=register.reset.value)

    def to_command(self) -> RegisterCommand:
        return RegisterCommand(self.name.data, self.pattern.data, self.padding.data, bool(self.thai_digits.data), RegisterReset(self.reset.data),
                               bool(self.specimen.data))

    def example(self) -> str:
        """How the first number would be written by what stands in the form; "" when that cannot be."""
        try:
            numbers.check_pattern(self.pattern.data or "")
            reset = RegisterReset(self.reset.data)
        except ValueError:
            return ""
        padding = self.padding.data if self.padding.data in range(1, 10) else 1
        return numbers.written(Register(pattern=self.pattern.data, padding=padding, reset=reset, thai_digits=bool(self.thai_digits.data)), 1,
                               register_queries.today())


class ReserveForm(Form):
    """How many numbers are put aside, and for what."""

    count = IntegerField(_l("How many numbers"), [required(), between(1, MOST, _l("From 1 to 2,000 numbers at a time."))])
    event_id = SelectField(_l("For which event"), coerce=int, description=_l("An event takes its numbers by itself, before the next ones."))
    year = IntegerField(_l("Year of the numbers (B.E.)"), [required()])
    purpose = TextField(_l("What for"), [required()], description=_l("Stands in the register, for example: the speakers’ certificates."))

    @classmethod
    def of(cls, register: Register, events: Sequence[Event]) -> Self:
        """The form for this register, with the year of today."""
        form = cls(year=numbers.year_of(register.reset, register_queries.today()))
        form.event_id.choices = [SelectChoice(0, _("No event: written by hand"))] + [
            SelectChoice(event.id, f"{both(event.title_th, event.title_en)} ({short_date(event.starts_at)})") for event in events]
        if numbers.begins_each_year(register.reset):
            this = numbers.year_of(register.reset, register_queries.today())
            form.year.validators = [*form.year.validators, between(this - 10, this + 1, _("Type a Buddhist year such as %(year)s.", year=this))]
        else:
            del form.year
        return form

    def to_command(self, events: Sequence[Event]) -> ReserveCommand:
        event = next((event for event in events if event.id == self.event_id.data), None)
        return ReserveCommand(self.count.data, self.purpose.data, event, self.year.data if "year" in self else None)


class ReleaseForm(Form):
    """What of a range was used, so that the rest can go back."""

    through = IntegerField(_l("Last number that was written by hand"), [optional()],
                           description=_l("As it stands in the register, without year. Leave it empty if none was used."))
