"""The questions of one event for another, when it is cloned."""

from __future__ import annotations

from collections.abc import Mapping

from blueprints.questions import queries
from models import Event, Question, QuestionVersion, db


def copy_questions(source: Event, target: Event, categories: Mapping[int, int]) -> dict[int, int]:
    """Ask at `target` what is asked at `source`; old id → new id of each question.

    `categories` maps the ids of the source's categories to the target's; a question for categories that were not copied is asked of
    everyone. Options keep their keys, so conditions hold.
    """
    known: dict[int, int] = {}
    for one in queries.asked(source.id):
        old, wording = one.question, one.wording
        ours = [categories[i] for i in old.category_ids or () if i in categories]
        condition = dict(old.condition, question_id=known[old.condition["question_id"]]) if old.condition else None
        new = Question(event_id=target.id, position=old.position, kind=old.kind, asked=old.asked, required=old.required,
                       sensitive=old.sensitive, category_ids=ours or None, condition=condition)
        db.session.add(new)
        db.session.flush()
        known[old.id] = new.id
        db.session.add(QuestionVersion(
            question_id=new.id, version=1, label_th=wording.label_th, label_en=wording.label_en, help_th=wording.help_th,
            help_en=wording.help_en, options=wording.options, limits=wording.limits))
    db.session.flush()
    return known
