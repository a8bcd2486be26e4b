"""A question as people will meet it, while it is being written."""

from __future__ import annotations

from flask_babel import gettext as _

from blueprints.questions import fields, queries
from blueprints.questions.forms import KINDS, PLACES, QuestionForm
from blueprints.questions.queries import Asked
from core.locale import both, in_language
from models import Event, Question, QuestionVersion


def of(form: QuestionForm) -> list[tuple[str, fields.AnswersForm]]:
    """The field in Thai and in English, made of what stands in the editor."""
    definition = form.to_definition() if form.kind.data in KINDS and form.asked.data in PLACES else None
    if definition is None or not definition.label_th:
        return []
    options = [{"key": f"o{n}", "th": option.th, "en": option.en} for n, option in enumerate(definition.options)]
    made = []
    for language in ("th", "en"):
        with in_language(language):
            question = Question(id=0, kind=definition.kind, required=definition.required, sensitive=definition.sensitive)
            wording = QuestionVersion(label_th=definition.label_th, label_en=definition.label_en, help_th=definition.help_th,
                                      help_en=definition.help_en, options=options, limits={})
            made.append((language, fields.answers_form([Asked(question, wording)])(prefix=f"{language}-")))
    return made


def words(event: Event, questions: list[Asked]) -> dict[int, str]:
    """Of whom each question is asked, in a sentence; "" for everyone."""
    categories = {category.id: both(category.name_th, category.name_en) for category in event.categories}
    labels = {one.id: one for one in questions}
    said = {}
    for one in questions:
        parts = []
        rule = one.rule
        if rule.category_ids is not None:
            parts.append(_("only %(categories)s", categories=", ".join(categories.get(i, "?") for i in sorted(rule.category_ids))))
        if rule.condition and rule.condition.question_id in labels:
            earlier = labels[rule.condition.question_id]
            values = [text for key, text in queries.values(earlier) if key in rule.condition.values]
            parts.append(_("after “%(question)s”: %(answers)s", question=earlier.label, answers=", ".join(values)))
        said[one.id] = "; ".join(parts)
    return said
