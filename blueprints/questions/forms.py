"""The editor's form of one question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from blueprints.questions import queries
from blueprints.questions.queries import Asked
from blueprints.questions.rules import MOST_OPTIONS, WITH_OPTIONS, Condition, Definition, Option
from core.forms import Boxes, Form, IntegerField, ParagraphField, TextField, VersionField, optional, required
from core.locale import both
from models import AskedAt, Event, Question, QuestionKind, QuestionVersion

SPARE_ROWS = 2
KINDS = {
    QuestionKind.SHORT_TEXT: _l("Short text"), QuestionKind.PARAGRAPH: _l("Paragraph"), QuestionKind.NUMBER: _l("A number"),
    QuestionKind.YES_NO: _l("Yes or no"), QuestionKind.ONE_OF: _l("One of several"), QuestionKind.MANY_OF: _l("Several of many"),
    QuestionKind.DATE: _l("A day"), QuestionKind.TIME: _l("A time of day"), QuestionKind.PHONE: _l("Telephone"), QuestionKind.EMAIL: _l("E-mail"),
    QuestionKind.FILE: _l("File"),
}
PLACES = {
    AskedAt.FORM: _l("On the registration form"), AskedAt.DOOR: _l("At the door, by the staff"),
    AskedAt.STAFF: _l("Nowhere: organisers fill it in"),
}


class OptionRow(Form):
    """One answer to choose. An emptied row goes."""

    class Meta:
        csrf = False

    key = HiddenField()
    th = TextField(_l("Answer in Thai"))
    en = TextField(_l("Answer in English"))


class QuestionForm(Form):
    """A question as its editor writes it."""

    version = VersionField()
    kind = SelectField(_l("Kind of answer"), [required()], choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()])
    label_th = TextField(_l("Question in Thai"), limit=400)
    label_en = TextField(_l("Question in English"), limit=400)
    help_th = ParagraphField(_l("Help in Thai"), limit=1000, render_kw={"rows": 2})
    help_en = ParagraphField(_l("Help in English"), limit=1000, render_kw={"rows": 2})
    options = FieldList(FormField(OptionRow), max_entries=MOST_OPTIONS)
    low = IntegerField(_l("At least"), [optional()], description=_l("Of a number, or how many of many."))
    high = IntegerField(_l("At most"), [optional()])
    asked = RadioField(_l("Where it is asked"), [required()], choices=[SelectChoice(place.value, label) for place, label in PLACES.items()])
    required = BooleanField(_l("Must be answered"))
    sensitive = BooleanField(_l("Sensitive, such as health, religion or food by religion"), description=_l(
        "People are asked for explicit consent (PDPA section 26), and the answers are erased soon after the event."))
    categories = Boxes(_l("Only of these categories"), coerce=int, description=_l("None ticked: of everyone."))
    condition = Boxes(_l("Only after this answer"), validate_choice=False,
                      description=_l("Tick answers of one earlier question; none ticked: always asked."))

    def prepare(self, event: Event, questions: Sequence[Asked], question_id: int | None) -> None:
        """Offer the event's categories, the earlier answers, and rows for more options."""
        self.categories.choices = [SelectChoice(category.id, both(category.name_th, category.name_en)) for category in event.categories]
        self.condition.choices = [SelectChoice(f"{one.id}:{key}", f"{one.label} – {words}") for one in queries.before(questions, question_id)
                                  for key, words in queries.values(one)]
        while len(self.options) < MOST_OPTIONS and sum(not row.form.th.data for row in self.options) < SPARE_ROWS:
            self.options.append_entry()

    def to_definition(self) -> Definition:
        """What was written, for the service."""
        kind = QuestionKind(self.kind.data)
        rows = [Option(row.form.key.data or "", row.form.th.data, row.form.en.data or "") for row in self.options if row.form.th.data]
        bounded = kind in (QuestionKind.NUMBER, QuestionKind.MANY_OF)
        return Definition(
            kind, self.label_th.data or "", self.label_en.data or "", self.help_th.data or "", self.help_en.data or "",
            tuple(rows) if kind in WITH_OPTIONS else (), self.low.data if bounded else None, self.high.data if bounded else None,
            AskedAt(self.asked.data), self.required.data, self.sensitive.data, frozenset(self.categories.data or ()) or None, self._condition())

    def _condition(self) -> Condition | None:
        pairs = [pair.partition(":") for pair in self.condition.data or ()]
        if not pairs:
            return None
        ids = {int(number) for number, _colon, _value in pairs if number.isdecimal()}
        # Answers of two questions are no condition; the service says so.
        return Condition(ids.pop() if len(ids) == 1 else 0, frozenset(value for _number, _colon, value in pairs))


def of_question(question: Question, wording: QuestionVersion) -> dict[str, Any]:
    """What the form of an existing question starts with."""
    condition = question.condition
    return {
        "version": question.version, "kind": question.kind.value, "asked": question.asked.value, "required": question.required,
        "sensitive": question.sensitive, "categories": question.category_ids or [],
        "condition": [f"{condition['question_id']}:{value}" for value in condition["values"]] if condition else [],
        "options": [dict(option) for option in wording.options], "low": wording.limits.get("min"), "high": wording.limits.get("max"),
        **{name: getattr(wording, name) for name in ("label_th", "label_en", "help_th", "help_en")}}
