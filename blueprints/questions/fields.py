"""Questions as fields of a form: `with_answers` gives a form class with the event's questions in it.

Every field is optional for WTForms; whether an answer is required is decided when all are read, for it depends on the category and
on the other answers. What was answered to a question that is not asked is dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, time
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FormField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.questions import queries, rules, uploads
from blueprints.questions.answers import Given
from blueprints.questions.queries import Asked
from core.forms import DateField, EmailField, Form, ParagraphField, PhoneField, TextField, TimeField, TypedField, optional
from models import Answer, AskedAt, QuestionKind
from thai.digits import to_arabic
from thai.text import holds_national_id

FormClass = TypeVar("FormClass", bound=type[Form])
NATIONAL_ID = _l("This looks like a national ID number. We never collect it, so nothing was saved: please take it out.")
FEW = 8  # options that are shown all at once; more become a list to open


class NumberField(TypedField):
    """A number as people type it, with Thai digits, commas and a decimal point; `data` is an int, a float or None."""

    unreadable = _l("Please type a number, such as 12 or 3.5.")

    def read(self, typed: str) -> int | float:
        number = float(to_arabic(typed).replace(",", "").replace(" ", ""))
        if not abs(number) < 1e15:  # nor not-a-number
            raise ValueError
        return int(number) if number.is_integer() else number


class Boxes(SelectMultipleField):
    """A box to tick for each option."""

    widget, option_widget = ListWidget(prefix_label=False), CheckboxInput()


def with_answers(form_class: FormClass, event_id: int, where: Collection[AskedAt],
                 stored: Mapping[int, Answer] | None = None) -> FormClass:
    """`form_class` with the questions asked at `where`; the very class where nothing is asked."""
    questions = queries.asked(event_id, where)
    if not questions:
        return form_class
    return type(form_class.__name__, (form_class,), {"answers": FormField(answers_form(questions, stored))})  # type: ignore[return-value]


class AnswersForm(Form):
    """The base of the part of a form that holds the answers."""

    class Meta:
        csrf = False

    questions: list[Asked] = []
    all_rules: Sequence[rules.Rule] = ()  # of all questions of the event, where the form holds but some of them
    known: Mapping[int, Any] = {}  # answers to those that it does not hold

    def of_category(self, category_id: int) -> list[Asked]:
        """The questions for someone of this category who answers like this."""
        said = {**self.known, **{one.id: self._said(one) for one in self.questions}}
        ids = set(rules.asked_of(self.all_rules or [one.rule for one in self.questions], category_id, said))
        return [one for one in self.questions if one.id in ids]

    def check(self, category_id: int) -> bool:
        """Whether the answers will do, for someone of this category; sentences stand beside the fields."""
        asked = {one.id for one in self.of_category(category_id)}
        good = True
        for one in self.questions:
            field = self[f"q{one.id}"]
            if one.id not in asked:
                field.errors = []
            elif not field.errors:
                field.errors = [str(sentence) for sentence in self._wrong(one, field.data)]
            good = good and not field.errors
        return good

    def given(self, category_id: int) -> dict[int, Given]:
        """The answers, by question; None as a value for a question that is asked and was left empty."""
        answers = {}
        for one in self.of_category(category_id):
            data = self[f"q{one.id}"].data
            consented = not one.question.sensitive or self[f"c{one.id}"].data
            if one.kind == QuestionKind.FILE:
                answers[one.id] = Given(one.wording.id, *(data if data and consented else (None,)))
            else:
                answers[one.id] = Given(one.wording.id, plain(one.kind, data) if consented else None)
        return answers

    def _said(self, one: Asked) -> Any:
        data = self[f"q{one.id}"].data
        return data if one.kind in rules.CHOOSING else None

    def _wrong(self, one: Asked, data: Any) -> list[Any]:
        limits, empty = one.wording.limits, data in (None, "", [], ())
        if empty:
            return [_("Please answer this.")] if one.question.required else []
        if one.question.sensitive and not self[f"c{one.id}"].data:
            return [_("Please tick that you agree, or leave this empty. Without your consent we do not keep it.")]
        if isinstance(data, str) and holds_national_id(data):
            return [NATIONAL_ID]
        size = len(data) if one.kind == QuestionKind.MANY_OF else data if one.kind == QuestionKind.NUMBER else None
        if size is not None and "min" in limits and size < limits["min"]:
            return [_("At least %(number)s, please.", number=limits["min"])]
        if size is not None and "max" in limits and size > limits["max"]:
            return [_("At most %(number)s, please.", number=limits["max"])]
        return []


def answers_form(questions: list[Asked], stored: Mapping[int, Answer] | None = None, **more: Any) -> type[AnswersForm]:
    """A part of a form with a field for each question, filled in with what is `stored`; `more` are `all_rules` and `known` answers."""
    fields: dict[str, Any] = {"questions": questions, **more}
    for one in questions:
        answer = (stored or {}).get(one.id)
        fields[f"q{one.id}"] = _field(one, answer)
        if one.question.sensitive:
            fields[f"c{one.id}"] = BooleanField(_l("I agree that this answer is kept for this event. It is erased soon after it."),
                                                default=answer is not None)
    return type("Answers", (AnswersForm,), fields)


def _field(one: Asked, answer: Answer | None) -> Any:
    told = {"description": one.help, "default": shown(one.kind, answer) if answer else None}
    kind = one.kind
    if kind == QuestionKind.YES_NO:
        return RadioField(one.label, [optional()], choices=[SelectChoice(*value) for value in queries.values(one)], validate_choice=False, **told)
    if kind in rules.WITH_OPTIONS:
        choices = [SelectChoice(*option) for option in _choices(one, answer)]
        if kind == QuestionKind.MANY_OF:
            return Boxes(one.label, [optional()], choices=choices, **told)
        if len(choices) <= FEW:
            return RadioField(one.label, [optional()], choices=choices, validate_choice=True, **told)
        return SelectField(one.label, [optional()], choices=[SelectChoice("", ""), *choices], **told)
    if kind == QuestionKind.FILE:
        return uploads.UploadField(one.label, **told)
    simple = {QuestionKind.SHORT_TEXT: TextField, QuestionKind.PARAGRAPH: ParagraphField, QuestionKind.NUMBER: NumberField,
              QuestionKind.DATE: DateField, QuestionKind.TIME: TimeField, QuestionKind.PHONE: PhoneField, QuestionKind.EMAIL: EmailField}
    return simple[kind](one.label, [optional()], **told)


def _choices(one: Asked, answer: Answer | None) -> list[tuple[str, str]]:
    """The options of now, and those that the person chose when they still were there."""
    choices = list(one.options)
    if answer is not None and answer.wording.id != one.wording.id:
        chosen, known = rules.said(answer.value), {key for key, _words in choices}
        choices += [option for option in Asked(one.question, answer.wording).options if option[0] in chosen and option[0] not in known]
    return choices


def plain(kind: QuestionKind, data: Any) -> Any:
    """A field's data as it is stored (JSON): dates and times in ISO form, a telephone as [E.164, extension], yes/no as true/false."""
    if data in (None, "", [], ()):
        return None
    if kind == QuestionKind.YES_NO:
        return data == "yes"
    if isinstance(data, date):
        return data.isoformat()
    if isinstance(data, time):
        return f"{data:%H:%M}"
    return list(data) if isinstance(data, tuple | list) else data


def shown(kind: QuestionKind, answer: Answer) -> Any:
    """What is stored, as a field's data: the opposite of `plain`."""
    value = answer.value
    if kind == QuestionKind.YES_NO:
        return "yes" if value else "no"
    if kind == QuestionKind.DATE:
        return date.fromisoformat(value)
    if kind == QuestionKind.TIME:
        return time.fromisoformat(value)
    if kind == QuestionKind.FILE:
        return value, answer.file_sha256
    return tuple(value) if kind == QuestionKind.PHONE else value
