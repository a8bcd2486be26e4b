"""Forms of slots."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from blueprints.presentations.services import SlotCommand
from core.forms import Boxes, DateField, Form, IntegerField, TextField, TimeField, moment, required
from core.locale import both, local
from models import Event, Organisation, Slot, SlotKind

KINDS = {SlotKind.TALK: _l("A presentation"), SlotKind.BREAK: _l("A break")}
TYPING = {"list": "organisations", "data-module": "suggest", "autocomplete": "off"}


def _minutes(label: str, least: int) -> IntegerField:
    return IntegerField(label, [required(), NumberRange(least, 600, _l("Type a number from %(least)s to 600.", least=least))])


class SlotForm(Form):
    """Who presents what, for how long."""

    kind = SelectField(_l("What it is"), [required()], choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()])
    organisation = TextField(_l("Organisation"), render_kw=TYPING)
    title_th = TextField(_l("Title in Thai"), limit=400)
    title_en = TextField(_l("Title in English"), limit=400)
    presenters = TextField(_l("Who presents"), limit=400)
    minutes = _minutes(_l("Minutes"), 1)
    question_minutes = _minutes(_l("Minutes for questions"), 0)
    begins_day = DateField(_l("Begins on"))
    begins_time = TimeField(_l("Time"), description=_l("Empty: when the one before ends."))
    file_ids = Boxes(_l("Files to hand out with it"), coerce=int)

    @classmethod
    def of(cls, event: Event, slot: Slot | None) -> SlotForm:
        """The form of a slot, or of a new one."""
        begins = local(slot.begins_at, event.timezone) if slot and slot.begins_at else None
        form = cls(obj=slot, data=None if slot else {"minutes": 10, "question_minutes": 5}) if begins is None else cls(
            obj=slot, begins_day=begins.date(), begins_time=begins.time())
        form.file_ids.choices = [SelectChoice(file.id, both(file.name_th, file.name_en)) for file in event.files]
        if slot and not form.is_submitted():
            form.kind.data, form.organisation.data = slot.kind.value, slot.organisation_name
            form.file_ids.data = [file.id for file in slot.files]
        return form

    def validate_begins_day(self, field: DateField) -> None:
        if self.begins_time.typed and not field.typed:
            raise ValidationError(str(_l("Please type the day too.")))

    def validate_begins_time(self, field: TimeField) -> None:
        if self.begins_day.typed and not field.typed:
            raise ValidationError(str(_l("Please type the time too.")))

    def to_command(self, zone: str) -> SlotCommand:
        """What was typed, with its moment on the clock of `zone`."""
        begins: datetime | None = moment(self.begins_day.data, self.begins_time.data, zone) if self.begins_day.data else None
        return SlotCommand(SlotKind(self.kind.data), self.organisation.data or "", self.title_th.data or "", self.title_en.data or "",
                           self.presenters.data or "", self.minutes.data, self.question_minutes.data, begins, tuple(self.file_ids.data or ()))


class OrganisationsForm(Form):
    """Which organisations present, each with the same time."""

    ids = Boxes(_l("Organisations"), [required(_l("Tick at least one."))], coerce=int)
    minutes = _minutes(_l("Minutes"), 1)
    question_minutes = _minutes(_l("Minutes for questions"), 0)

    @classmethod
    def of(cls, candidates: list[Organisation]) -> OrganisationsForm:
        """The form, with every candidate ticked at first."""
        form = cls(data={"minutes": 10, "question_minutes": 5, "ids": [one.id for one in candidates]})
        form.ids.choices = [SelectChoice(one.id, both(one.name_th, one.name_en)) for one in candidates]
        return form
