"""Forms: our own sentences in Thai and English, clean text, and dates and phones as Thai people type them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_domain, gettext, lazy_ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms import IntegerField as _IntegerField
from wtforms.form import BaseForm
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, StopValidation
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget, TextInput

from core.errors import Refused
from thai import dates, digits, phones, text

#: What WTForms itself may say; it has no Thai, so its sentences are in our catalogues.
WTFORMS_SENTENCES = (
    _l("Not a valid choice."), _l("Invalid Choice: could not coerce."), _l("One or more data inputs could not be coerced."),
    lazy_ngettext("'%(value)s' is not a valid choice for this field.", "'%(value)s' are not valid choices for this field.", 1),
)


class _Sentences:
    """WTForms asks this object for its own sentences."""

    gettext = staticmethod(gettext)

    @staticmethod
    def ngettext(singular: str, plural: str, n: int) -> str:
        """As it stands in the catalogue: WTForms itself fills in the values."""
        return get_domain().get_translations().ungettext(singular, plural, n)


class Form(FlaskForm):
    """The base of every page's form. `refuse` puts a service's fact beside the field that it is about."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            return _Sentences

    def refuse(self, fact: Refused) -> None:
        """Show `fact` beside its field, in a row of a list too ("colleagues-0-first_name"), or above the form when it names none.

        What was typed stays.
        """
        name, _dash, rest = (fact.field or "").partition("-")
        index, _dash, inner = rest.partition("-")
        if inner and name in self._fields:
            rows = self._fields[name]
            rows[int(index)].form.refuse(Refused(fact.message, inner))
            rows.errors = [entry.errors for entry in rows]
        elif fact.field and fact.field in self._fields:
            field = self._fields[fact.field]
            field.errors = [*field.errors, str(fact.message)]
        else:
            self.form_errors = [*self.form_errors, str(fact.message)]


class _Filled(InputRequired):
    """Refuses spaces and invisible characters too: nothing is left of them once they are cleaned."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        super().__call__(form, field)
        if field.data == "":
            field.errors = []
            raise StopValidation(self.message)


def required(message: Any = None) -> InputRequired:
    """The field must be filled in."""
    return _Filled(message or _l("Please fill this in."))


def at_most(limit: int) -> Length:
    """The text may have up to `limit` characters."""
    return Length(max=limit, message=_l("Please shorten this: up to %(max)d characters."))


class _Between(NumberRange):
    """Silent when there is no number: that it is missing or unreadable has its own sentence."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        if field.data is not None:
            super().__call__(form, field)


def between(low: int | None = None, high: int | None = None, message: Any = None) -> NumberRange:
    """The number, if there is one, lies between `low` and `high`."""
    return _Between(low, high, message)


optional = Optional


class TextField(StringField):
    """One line of clean text (`thai.text.normalise`)."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), limit: int = 200, **kwargs: Any) -> None:
        super().__init__(label, [*validators, at_most(limit)], **kwargs)
        self.limit = limit

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = text.normalise(valuelist[0]) if valuelist else ""


class ParagraphField(TextAreaField):
    """Several lines of clean text."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), limit: int = 5000, **kwargs: Any) -> None:
        super().__init__(label, [*validators, at_most(limit)], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = text.normalise_lines(valuelist[0]) if valuelist else ""


class EmailField(TextField):
    """An e-mail address, lower case. No network look-up."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        message = _l("This e-mail address cannot be right. It looks like name@example.com.")
        super().__init__(label, [*validators, Email(message)], limit=254, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = (self.data or "").replace(" ", "").lower()


class TypedField(StringField):
    """A text that is read as something else: `typed` is what the person wrote, `data` what it means or None."""

    unreadable: Any = ""

    def read(self, typed: str) -> Any:
        raise ValueError

    def process_data(self, value: Any) -> None:
        self.data, self.typed = value, None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        self.typed = valuelist[0].strip() if valuelist else ""
        if self.typed:
            try:
                self.data = self.read(self.typed)
            except ValueError as error:
                raise ValidationError(str(self.sentence(error))) from error

    def sentence(self, error: ValueError) -> Any:
        return self.unreadable

    def show(self, value: Any) -> str:
        return str(value)

    def _value(self) -> str:
        if getattr(self, "typed", None) is not None:
            return self.typed or ""
        return "" if self.data is None else self.show(self.data)


class IntegerField(_IntegerField):
    """A whole number; Thai digits are welcome, which a browser's number field would not let in."""

    widget = TextInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"render_kw": {"inputmode": "numeric"}, **kwargs})

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = digits.to_arabic(valuelist[0]).replace(",", "").strip() if valuelist else ""
        try:
            self.data = int(typed) if typed else None
        except ValueError:
            self.data = None
            raise ValidationError(str(_l("Please type a whole number, such as 50."))) from None


class VersionField(_IntegerField):
    """Which version of a thing the person saw, for `ChangedMeanwhile`. What cannot be one is 0, which no row has."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0] if valuelist else ""
        self.data = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0

    def _value(self) -> str:
        return str(self.data or 0)  # not what was sent: a page shown again after a clash carries the new version


class DateField(TypedField):
    """A day as people type it: 17/7/2563, 17 ก.ค. 63, 2020-07-17."""

    SENTENCES = {
        "unreadable": _l("Please type the date as day/month/year, such as 17/7/2563."),
        "ce_year_too_late": _l("The year cannot be right: with a Buddhist year type day/month/year, such as 17/7/2563."),
        "no_such_day": _l("There is no such day in the calendar. Please check day and month."),
    }

    def read(self, typed: str) -> date:
        return dates.parse_date(typed)

    def sentence(self, error: ValueError) -> Any:
        return self.SENTENCES[getattr(error, "reason", "unreadable")]

    def show(self, value: date) -> str:
        return f"{value.day}/{value.month}/{dates.be_year(value)}"


class TimeField(TypedField):
    """A time of day: 9.00, 09:00, ๐๙.๐๐ น."""

    unreadable = _l("Please type the time as hours and minutes, such as 09.00.")

    def read(self, typed: str) -> time:
        return dates.parse_time(typed)

    def show(self, value: time) -> str:
        return f"{value:%H.%M}"


class PhoneField(TypedField):
    """A telephone number; `data` is (E.164, extension)."""

    unreadable = _l("This telephone number cannot be right. Type it with its leading 0, such as 081 234 5678 or 053 245 361 ต่อ 101.")

    def read(self, typed: str) -> tuple[str, str]:
        return phones.parse_phone(typed)

    def show(self, value: tuple[str, str]) -> str:
        return phones.format_phone(*value) if value and value[0] else ""


def moment(day: date, clock: time, zone: str = "Asia/Bangkok") -> datetime:
    """The moment of a day and a clock time in `zone`."""
    return datetime.combine(day, clock, ZoneInfo(zone))


def clean_url(form: Form, field: Field) -> None:
    """Validator: an address of the web, or nothing."""
    value = (field.data or "").strip()
    if value and not value.lower().startswith(("https://", "http://")):
        raise ValidationError(str(_l("Please paste the whole address, starting with https://")))
    field.data = value


class Boxes(SelectMultipleField):
    """Any number of choices, each with a box to tick."""

    widget, option_widget = ListWidget(prefix_label=False), CheckboxInput()
