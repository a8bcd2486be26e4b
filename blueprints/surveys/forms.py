"""Forms of surveys: the sheet that people fill in, and what organisers write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from blueprints.surveys.analysis import POINTS
from blueprints.surveys.services import ItemCommand, Reply, SurveyCommand
from blueprints.surveys.texts import BANDS, KINDS
from core.forms import Form, ParagraphField, TextField, optional, required
from core.locale import both
from models import BandSet, ItemKind, SurveyItem
from thai.text import holds_national_id

MOST_OPTIONS, SPARE_ROWS, WORDS_LIMIT = 12, 2, 2000


def _points(label: str, validators: Sequence[Any]) -> RadioField:
    return RadioField(label, validators, coerce=int, choices=[SelectChoice(point, str(point)) for point in reversed(POINTS)])


def sheet_form(items: Sequence[SurveyItem]) -> Form:
    """The form of these items: `i7` is the answer to item 7, `b7` the score before. Errors sit beside each."""
    fields: dict[str, Any] = {}
    for item in items:
        label = both(item.label_th, item.label_en)
        rules = [required(_l("Please choose an answer."))] if item.required else [optional()]
        if item.kind is ItemKind.BEFORE_AFTER:
            fields[f"b{item.id}"] = _points(label, rules)
        if item.kind in (ItemKind.LIKERT, ItemKind.BEFORE_AFTER):
            fields[f"i{item.id}"] = _points(label, rules)
        elif item.kind is ItemKind.CHOICE:
            fields[f"i{item.id}"] = RadioField(label, rules, choices=[
                SelectChoice(option["key"], both(option["th"], option["en"])) for option in item.options])
        elif item.kind is ItemKind.OPEN:
            fields[f"i{item.id}"] = ParagraphField(label, [required() if item.required else optional(), holds_no_national_id],
                                                   limit=WORDS_LIMIT, render_kw={"rows": 3})
    return type("SheetForm", (Form,), fields)()


def holds_no_national_id(_form: Any, field: Any) -> None:
    """Nobody's national ID number is kept."""
    if holds_national_id(field.data or ""):
        raise ValidationError(str(_l("This holds a national ID number. Please take it out: we never keep one.")))


def replies(form: Form, items: Sequence[SurveyItem]) -> dict[int, Reply]:
    """What the valid form says, by item."""
    found = {}
    for item in items:
        if (field := form._fields.get(f"i{item.id}")) is None:
            continue
        if item.kind is ItemKind.OPEN:
            found[item.id] = Reply(words=field.data or None)
        elif item.kind is ItemKind.CHOICE:
            found[item.id] = Reply(option=field.data or None)
        else:
            before = form._fields.get(f"b{item.id}")
            found[item.id] = Reply(score=field.data or None, before=(before.data or None) if before else None)
    return found


class SurveyForm(Form):
    """The words above the items, and who may answer."""

    title_th = TextField(_l("Title in Thai"), [required()], limit=400)
    title_en = TextField(_l("Title in English"), limit=400)
    intro_th = ParagraphField(_l("Introduction in Thai"), limit=1000, render_kw={"rows": 3})
    intro_en = ParagraphField(_l("Introduction in English"), limit=1000, render_kw={"rows": 3})
    everyone = BooleanField(_l("Everyone with a seat may answer"), description=_l("Otherwise only those who were scanned at the door."))
    bands = SelectField(_l("Means in words"), [required()], choices=[SelectChoice(one.value, label) for one, label in BANDS.items()])

    def to_command(self) -> SurveyCommand:
        return SurveyCommand(self.title_th.data, self.title_en.data, self.intro_th.data, self.intro_en.data, BandSet(self.bands.data),
                             self.everyone.data)


class OptionRow(Form):
    """One answer to choose. An emptied row goes."""

    class Meta:
        csrf = False

    key = HiddenField()
    th = TextField(_l("Answer in Thai"))
    en = TextField(_l("Answer in English"))


class ItemForm(Form):
    """One line of a survey."""

    kind = SelectField(_l("Kind of line"), [required()], choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()])
    label_th = TextField(_l("Words in Thai"), [required()], limit=400)
    label_en = TextField(_l("Words in English"), limit=400)
    required = BooleanField(_l("Must be answered"))
    options = FieldList(FormField(OptionRow), max_entries=MOST_OPTIONS)

    def spare(self) -> None:
        """Offer empty rows for more answers to choose from."""
        while len(self.options) < MOST_OPTIONS and sum(not row.form.th.data for row in self.options) < SPARE_ROWS:
            self.options.append_entry()

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.kind.data == ItemKind.CHOICE.value and len(self.to_command().options) < 2:
            self.kind.errors = [*self.kind.errors, str(_l("Write at least two answers to choose from."))]
            return False
        return valid

    def to_command(self) -> ItemCommand:
        kind = ItemKind(self.kind.data)
        rows = [(row.form.key.data or "", row.form.th.data, row.form.en.data or "") for row in self.options if row.form.th.data]
        return ItemCommand(kind, self.label_th.data, self.label_en.data or "", tuple(rows) if kind is ItemKind.CHOICE else (),
                           self.required.data and kind is not ItemKind.SECTION)
