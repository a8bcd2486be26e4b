"""The forms in which events are cloned."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectChoice, SelectField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.events.cloning import CloneCommand, Part
from blueprints.events.patterns import LAST, MOST, Pattern, Rhythm, read_dates, without_number
from core.forms import DateField, Form, IntegerField, ParagraphField, TextField, between, optional, required
from core.locale import language, local
from models import Event
from thai.dates import WEEKDAYS

PARTS = {
    Part.TEXTS: _l("Texts, place, chair and contact"), Part.SESSIONS: _l("Agenda"), Part.CATEGORIES: _l("Categories and seats"),
    Part.QUESTIONS: _l("Questions"), Part.FILES: _l("Poster and files"), Part.HOSTS: _l("Hosts"), Part.PEOPLE: _l("People with a role"),
    Part.CHECKPOINTS: _l("Checkpoints and gates at the door"), Part.CERTIFICATE: _l("Design of the certificate"),
    Part.REMINDERS: _l("Reminders"), Part.PRIVACY: _l("Privacy notice and retention"),
}
RHYTHMS = {
    Rhythm.WEEKS: _l("Every so many weeks, on a weekday"), Rhythm.MONTH_WEEKDAY: _l("Every so many months, on such a weekday of the month"),
    Rhythm.MONTH_DAY: _l("Every so many months, on the same day of the month"), Rhythm.LIST: _l("On the days that I type"),
}
NTH = {1: _l("First"), 2: _l("Second"), 3: _l("Third"), 4: _l("Fourth"), LAST: _l("Last")}
ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class PartsForm(Form):
    """Which parts of an event are taken over."""

    title_th = TextField(_l("Title in Thai"), [required()], limit=400)
    title_en = TextField(_l("Title in English"), limit=400)
    parts = SelectMultipleField(_l("Take over"), choices=[SelectChoice(part.value, label) for part, label in PARTS.items()],
                                option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False))

    def keep_people_out(self) -> None:
        """Offer no roles to take over: whoever is not an owner gives none."""
        self.parts.choices = [choice for choice in self.parts.choices if choice.value != Part.PEOPLE]

    def chosen(self) -> frozenset[Part]:
        """The parts."""
        return frozenset(Part(part) for part in self.parts.data or ())


class CloneForm(PartsForm):
    """A new event from one that is there."""

    first_day = DateField(_l("First day of the new event"), [required()])

    def to_command(self) -> CloneCommand:
        return CloneCommand(self.title_th.data, self.title_en.data or "", self.first_day.data, self.chosen())


class SeriesForm(PartsForm):
    """Many new events from one that is there."""

    rhythm = SelectField(_l("How often"), [required()], choices=[SelectChoice(*one) for one in RHYTHMS.items()])
    from_day = DateField(_l("From"), [required()])
    times = IntegerField(_l("How many events"), [optional(), between(1, MOST, _l("Please type a number between 1 and 24."))])
    every = IntegerField(_l("Every how many weeks or months"), [optional(), between(1, 12, _l("Please type a number between 1 and 12."))])
    weekday = SelectField(_l("Weekday"), coerce=int)
    nth = SelectField(_l("Which one of the month"), coerce=int, choices=[SelectChoice(*one) for one in NTH.items()])
    days = ParagraphField(_l("Days to hold it on"), limit=1000, render_kw={"rows": 4})
    numbered = BooleanField(_l("Number the titles"))
    first_number = IntegerField(_l("First number"), [optional(), between(1, 999, _l("Please type a number between 1 and 999."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ENGLISH if language() == "en" else [f"วัน{name}" for name in WEEKDAYS]
        self.weekday.choices = [SelectChoice(number, name) for number, name in enumerate(names)]

    def validate_days(self, field: Field) -> None:
        self.typed_days, unreadable = read_dates(field.data or "")
        if self.rhythm.data != Rhythm.LIST:
            return
        if unreadable:
            raise ValidationError(str(_l("This is no day: %(text)s. Type day/month/year, such as 17/7/2563, one on each line.",
                                         text=", ".join(unreadable)[:100])))
        if not self.typed_days:
            raise ValidationError(str(_l("Please type the days, such as 17/7/2563, one on each line.")))
        if len(set(self.typed_days)) > MOST:
            raise ValidationError(str(_l("Please type up to 24 days.")))

    def pattern(self) -> Pattern:
        """The pattern as typed."""
        return Pattern(Rhythm(self.rhythm.data), self.from_day.data, self.times.data or 4, self.every.data or 1, self.weekday.data,
                       self.nth.data, tuple(self.typed_days))

    def number(self) -> int | None:
        """The first number, if the titles are numbered."""
        return (self.first_number.data or 1) if self.numbered.data else None


def of_clone(event: Event) -> dict[str, Any]:
    """What the form of a clone shows at first."""
    return {"title_th": event.title_th, "title_en": event.title_en, "parts": [part.value for part in Part]}


def of_series(event: Event) -> dict[str, Any]:
    """What the form of a series shows at first: as the event is now, and its number counted on."""
    day: date = local(event.starts_at, event.timezone).date()
    (title_th, number), (title_en, _number) = without_number(event.title_th), without_number(event.title_en)
    return of_clone(event) | {
        "title_th": title_th, "title_en": title_en, "rhythm": Rhythm.WEEKS.value, "from_day": day, "times": 4, "every": 1,
        "weekday": day.weekday(), "nth": min((day.day - 1) // 7 + 1, LAST), "numbered": True, "first_number": (number or 1) + 1}
