"""The organiser's forms for an event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, FormField, SelectChoice, SelectField, ValidationError

from blueprints.events.row_forms import SEATS, CategoryRow, SessionRow
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
    VersionField,
    between,
    clean_url,
    moment,
    optional,
    required,
)
from models import EventKind

KINDS = {
    EventKind.WORKSHOP: _l("Workshop"),
    EventKind.TRAINING: _l("Training"),
    EventKind.SEMINAR: _l("Seminar"),
    EventKind.MEETING: _l("Meeting"),
    EventKind.RESULT_PRESENTATION: _l("Result presentation"),
}
SPARE_ROWS, MOST_ROWS = 3, 60
GROUP_SIZE, OFFER_HOURS = 5, 24  # people on one form, and hours, unless the organiser says otherwise


class EventForm(Form):
    """Create or edit an event."""

    version = VersionField()
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
    changes_day = DateField(_l("People change and cancel until"))
    changes_time = TimeField(_l("Time"))
    names_day = DateField(_l("People correct their names until"))
    names_time = TimeField(_l("Time"))
    capacity = IntegerField(_l("Seats in all"), [optional(), SEATS])
    per_organisation = IntegerField(_l("Seats for one organisation"), [
        optional(), between(1, 100_000, _l("Please type a number between 1 and 100,000."))])
    group_size = IntegerField(_l("People on one form"), [optional(), between(1, 50, _l("Please type a number between 1 and 50."))])
    waitlist = BooleanField(_l("Keep a waitlist when it is full"))
    offer_hours = IntegerField(_l("Hours to accept a seat from the waitlist"), [
        optional(), between(1, 720, _l("Please type a number of hours between 1 and 720."))])
    categories = FieldList(FormField(CategoryRow), max_entries=MOST_ROWS)
    sessions = FieldList(FormField(SessionRow), max_entries=MOST_ROWS)

    def validate_opens_day(self, field: Field) -> None:
        _day_with_time(field, self.opens_time)

    def validate_closes_day(self, field: Field) -> None:
        _day_with_time(field, self.closes_time)

    def validate_changes_day(self, field: Field) -> None:
        _day_with_time(field, self.changes_time)

    def validate_names_day(self, field: Field) -> None:
        _day_with_time(field, self.names_time)

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
        ends_at = moment(self.end_day.data or start_day, self.end_time.data, zone)
        return EventDetails(
            kind=EventKind(self.kind.data), slug=self.slug.data or "",
            **{name: self[name].data or "" for name in TEXTS},
            starts_at=moment(start_day, self.start_time.data, zone),
            ends_at=ends_at, hours=self.hours.data, capacity=self.capacity.data, per_organisation=self.per_organisation.data,
            group_size=self.group_size.data or GROUP_SIZE, waitlist=self.waitlist.data,
            offer_hours=self.offer_hours.data or OFFER_HOURS,
            changes_until=_until(self.changes_day.data, self.changes_time.data, zone, ends_at),
            names_until=_until(self.names_day.data, self.names_time.data, zone, ends_at),
            registration_opens_at=_moment(self.opens_day.data, self.opens_time.data or time(0, 0), zone),
            registration_closes_at=_moment(self.closes_day.data, self.closes_time.data or time(23, 59), zone),
            categories=tuple(self._categories()), sessions=tuple(self._sessions(start_day, zone)))

    def _categories(self) -> Iterator[CategoryDetails]:
        for number, entry in enumerate(self.categories):
            row = entry.form
            if row.used():
                yield CategoryDetails(number, row.id.data, row.name_th.data, row.name_en.data or "", row.capacity.data,
                                      row.remove.data, row.hidden.data, row.approval.data)

    def _sessions(self, first_day: date, zone: str) -> Iterator[SessionDetails]:
        for number, entry in enumerate(self.sessions):
            row = entry.form
            if row.used() and (row.id.data or not row.remove.data):
                day = row.day.data or first_day
                yield SessionDetails(
                    number, row.id.data, row.title_th.data, row.title_en.data or "", moment(day, row.starts.data or time(), zone),
                    moment(day, row.ends.data or time(), zone), row.room.data or "", row.speaker.data or "", row.remove.data,
                    row.bookable.data, row.capacity.data)


class CancelForm(Form):
    """Why an event is called off."""

    reason = ParagraphField(_l("Reason"), [required(ReasonMissing.message)], limit=1000, render_kw={"rows": 4})


TEXTS = ("title_th", "title_en", "summary_th", "summary_en", "place_th", "place_en", "map_url", "online_url",
          "chair_th", "chair_en", "contact_name", "contact_phone", "contact_email")


def _moment(day: date | None, clock: time, zone: str) -> datetime | None:
    return moment(day, clock, zone) if day else None


def _until(day: date | None, clock: time | None, zone: str, ends_at: datetime) -> datetime | None:
    """The end of the day, unless a time was typed; on the event's last day that is the end of the event."""
    if day is None or clock:
        return _moment(day, clock or time(), zone)
    last = moment(day, time(23, 59), zone)
    return min(last, ends_at) if day == ends_at.date() else last


def _day_with_time(day: Field, clock: Field) -> None:
    if clock.typed and not day.typed:
        raise ValidationError(str(_l("Please type the day too.")))
