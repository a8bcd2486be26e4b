"""The organiser's forms for an event."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, FormField, SelectChoice, SelectField, ValidationError
from wtforms.widgets import HiddenInput

from blueprints.events.rules import CategoryDetails, EventDetails, SessionDetails
from blueprints.events.services import ReasonMissing
from core.errors import Refused
from core.forms import (
    DateField,
    EmailField,
    Form,
    IntegerField,
    ParagraphField,
    TextField,
    TimeField,
    between,
    clean_url,
    moment,
    optional,
    required,
)
from core.locale import local
from models import Event, EventKind

KINDS = {
    EventKind.WORKSHOP: _l("Workshop"),
    EventKind.TRAINING: _l("Training"),
    EventKind.SEMINAR: _l("Seminar"),
    EventKind.MEETING: _l("Meeting"),
    EventKind.RESULT_PRESENTATION: _l("Result presentation"),
}
SPARE_ROWS, MOST_ROWS = 3, 60
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

    def _validate_filled(self, field: Field) -> None:
        if self.used() and not field.data and not getattr(field, "typed", None) and not self.remove.data:
            raise ValidationError(str(_l("Please fill this in, or tick “Remove”.")))

    validate_title_th = validate_starts = validate_ends = _validate_filled


class EventForm(Form):
    """Create or edit an event."""

    version = IntegerField(widget=HiddenInput())
    kind = SelectField(_l("Kind of event"), [required()], choices=[SelectChoice(*kind) for kind in KINDS.items()])
    title_th = TextField(_l("Title in Thai"), [required()], limit=400)
    title_en = TextField(_l("Title in English"), limit=400)
    summary_th = ParagraphField(_l("What it is about, in Thai"), render_kw={"rows": 5})
    summary_en = ParagraphField(_l("What it is about, in English"), render_kw={"rows": 5})
    slug = TextField(_l("Public address"), limit=60)
    start_day = DateField(_l("Day"), [required()])
    start_time = TimeField(_l("Starts at"), [required()])
    end_time = TimeField(_l("Ends at"), [required()])
    end_day = DateField(_l("Last day"))
    place_th = TextField(_l("Place in Thai"), limit=400)
    place_en = TextField(_l("Place in English"), limit=400)
    map_url = TextField(_l("Link to a map"), [clean_url], limit=500)
    online_url = TextField(_l("Link to join online"), [clean_url], limit=500)
    chair_th = TextField(_l("Chair, in Thai"), limit=400)
    chair_en = TextField(_l("Chair, in English"), limit=400)
    contact_name = TextField(_l("Contact"))
    contact_phone = TextField(_l("Telephone"), limit=50)
    contact_email = EmailField(_l("E-mail"), [optional()])
    hours = IntegerField(_l("Hours of training"), [optional(), between(1, 999, _l("Please type a number between 1 and 999."))])
    opens_day = DateField(_l("Registration opens on"))
    opens_time = TimeField(_l("Time"))
    closes_day = DateField(_l("Registration closes on"))
    closes_time = TimeField(_l("Time"))
    capacity = IntegerField(_l("Seats in all"), [optional(), SEATS])
    categories = FieldList(FormField(CategoryRow), max_entries=MOST_ROWS)
    sessions = FieldList(FormField(SessionRow), max_entries=MOST_ROWS)

    def validate_opens_day(self, field: Field) -> None:
        _day_with_time(field, self.opens_time)

    def validate_closes_day(self, field: Field) -> None:
        _day_with_time(field, self.closes_time)

    def add_rows(self) -> None:
        """Offer empty lines at the end of each list."""
        for rows in (self.categories, self.sessions):
            for _number in range(min(SPARE_ROWS, MOST_ROWS - len(rows))):
                rows.append_entry()

    def refuse(self, fact: Refused) -> None:
        """Show a fact beside its field; several facts, each beside its own."""
        for one in getattr(fact, "facts", [fact]):
            super().refuse(one)

    def to_command(self, zone: str = "Asia/Bangkok") -> EventDetails:
        """What was typed, with its moments on the clock of `zone`."""
        start_day = self.start_day.data
        return EventDetails(
            kind=EventKind(self.kind.data), slug=self.slug.data or "",
            **{name: self[name].data or "" for name in _TEXTS},
            starts_at=moment(start_day, self.start_time.data, zone),
            ends_at=moment(self.end_day.data or start_day, self.end_time.data, zone),
            hours=self.hours.data, capacity=self.capacity.data,
            registration_opens_at=_moment(self.opens_day.data, self.opens_time.data or time(0, 0), zone),
            registration_closes_at=_moment(self.closes_day.data, self.closes_time.data or time(23, 59), zone),
            categories=tuple(self._categories()), sessions=tuple(self._sessions(start_day, zone)))

    def _categories(self) -> Any:
        for number, entry in enumerate(self.categories):
            row = entry.form
            if row.used():
                yield CategoryDetails(number, row.id.data, row.name_th.data, row.name_en.data or "",
                                      row.capacity.data, row.remove.data)

    def _sessions(self, first_day: date, zone: str) -> Any:
        for number, entry in enumerate(self.sessions):
            row = entry.form
            if row.used() and (row.id.data or not row.remove.data):
                day = row.day.data or first_day
                yield SessionDetails(
                    number, row.id.data, row.title_th.data, row.title_en.data or "", moment(day, row.starts.data or time(), zone),
                    moment(day, row.ends.data or time(), zone), row.room.data or "", row.speaker.data or "", row.remove.data)


class CancelForm(Form):
    """Why an event is called off."""

    reason = ParagraphField(_l("Reason"), [required(ReasonMissing.message)], limit=1000, render_kw={"rows": 4})


_TEXTS = ("title_th", "title_en", "summary_th", "summary_en", "place_th", "place_en", "map_url", "online_url",
          "chair_th", "chair_en", "contact_name", "contact_phone", "contact_email")


def _moment(day: date | None, clock: time, zone: str) -> datetime | None:
    return moment(day, clock, zone) if day else None


def _day_with_time(day: Field, clock: Field) -> None:
    if clock.typed and not day.typed:
        raise ValidationError(str(_l("Please type the day too.")))


def of_event(event: Event) -> dict[str, Any]:
    """What the form of an existing event shows."""
    start, end = local(event.starts_at, event.timezone), local(event.ends_at, event.timezone)
    shown: dict[str, Any] = {name: getattr(event, name) for name in (*_TEXTS, "slug", "hours", "capacity", "version")}
    shown |= {"kind": event.kind.value, "start_day": start.date(), "start_time": start.time(), "end_time": end.time(),
              "end_day": end.date() if end.date() != start.date() else None}
    for name, value in (("opens", event.registration_opens_at), ("closes", event.registration_closes_at)):
        if value:
            at = local(value, event.timezone)
            shown |= {f"{name}_day": at.date(), f"{name}_time": at.time()}
    shown["categories"] = [{"id": row.id, "name_th": row.name_th, "name_en": row.name_en, "capacity": row.capacity}
                           for row in event.categories]
    shown["sessions"] = []
    for row in event.sessions:
        first, last = local(row.starts_at, event.timezone), local(row.ends_at, event.timezone)
        shown["sessions"].append({
            "id": row.id, "day": first.date() if first.date() != start.date() else None,
            "starts": first.time(), "ends": last.time(), "title_th": row.title_th, "title_en": row.title_en,
            "room": row.room, "speaker": row.speaker})
    return shown


def of_new_event() -> dict[str, Any]:
    """What the form of a new event shows at first."""
    return {"kind": EventKind.WORKSHOP.value, "categories": [{"name_th": "ผู้เข้าร่วม", "name_en": "Participant"}]}
