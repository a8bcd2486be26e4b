"""What surveys add to features below them: a certificate may ask for the survey, and a clone takes it along."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _l

from blueprints.certificates.rules import CONDITIONS, Condition
from blueprints.events.cloning import Part, event_cloned
from blueprints.surveys import queries
from models import Event, Survey, SurveyItem, db

CONDITIONS["survey"] = Condition(_l("Survey answered"), lambda event: set(db.session.scalars(queries.answered(event))),
                                 lambda event: queries.survey_of(event) is not None)


@event_cloned.connect
def copy_survey(source: Event, copy: Event, parts: Collection[Part], **_more: Any) -> None:
    """The words and lines, closed and without an answer."""
    survey = queries.survey_of(source)
    if Part.QUESTIONS not in parts or survey is None:
        return
    db.session.add(Survey(
        event_id=copy.id, title_th=survey.title_th, title_en=survey.title_en, intro_th=survey.intro_th, intro_en=survey.intro_en,
        bands=survey.bands, everyone=survey.everyone,
        items=[SurveyItem(position=item.position, kind=item.kind, label_th=item.label_th, label_en=item.label_en, options=item.options,
                          required=item.required) for item in survey.items]))
    db.session.flush()
