"""What people see of surveys: the lines, and the figures that the answers add up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from blueprints.checkin import queries as checkin
from blueprints.surveys.analysis import FEWEST, Change, Tally, pooled
from core.locale import both
from models import Event, ItemKind, Registration, RegistrationStatus, Survey, SurveyAnswer, SurveyCompletion, SurveyItem, SurveySheet, db

SCORED = (ItemKind.LIKERT, ItemKind.BEFORE_AFTER)


@dataclass
class Section:
    """A heading with its items and what they add up to. The first may have no heading."""

    item: SurveyItem | None
    items: list[SurveyItem] = field(default_factory=list)

    @property
    def label(self) -> str:
        return both(self.item.label_th, self.item.label_en) if self.item else ""


@dataclass(frozen=True)
class Figures:
    """The answers of a survey, counted: nothing in it leads to a person."""

    sheets: int
    tallies: dict[int, Tally]  # of likert items, and of the scores after of before-and-after items
    changes: dict[int, Change]
    options: dict[int, dict[str, int]]

    def section(self, section: Section) -> Tally:
        """All scores of a section together."""
        return pooled(self.tallies[item.id] for item in section.items if item.kind in SCORED and item.id in self.tallies)

    @property
    def grand(self) -> Tally:
        """All scores of the survey together."""
        return pooled(self.tallies.values())

    @property
    def shown(self) -> bool:
        """Whether enough have answered that nobody is known by an answer."""
        return self.sheets >= FEWEST


def survey_of(event: Event) -> Survey | None:
    """The event's survey."""
    return db.session.scalar(select(Survey).where(Survey.event_id == event.id))


def is_open(survey: Survey) -> bool:
    """Whether it takes answers now."""
    return survey.opened_at is not None and survey.closed_at is None


def how_many_sheets(survey: Survey) -> int:
    """How many have answered."""
    return db.session.scalar(select(func.count()).select_from(SurveySheet).where(SurveySheet.survey_id == survey.id)) or 0


def sections(survey: Survey) -> list[Section]:
    """The items below their headings, in order."""
    found: list[Section] = []
    for item in survey.items:
        if item.kind is ItemKind.SECTION:
            found.append(Section(item))
        else:
            if not found:
                found.append(Section(None))
            found[-1].items.append(item)
    return found


def figures(survey: Survey, among: tuple[int, str] | None = None) -> Figures:
    """The counts of every item, in three statements whatever the number of sheets. `among` (item, option) counts only the sheets that chose
    that option."""
    rows = (select(SurveyAnswer.item_id, SurveyAnswer.score, SurveyAnswer.before, SurveyAnswer.option, func.count())
            .join(SurveySheet, SurveySheet.id == SurveyAnswer.sheet_id).where(SurveySheet.survey_id == survey.id, SurveyAnswer.words.is_(None)))
    sheets = select(func.count()).select_from(SurveySheet).where(SurveySheet.survey_id == survey.id)
    if among:
        chosen = aliased(SurveyAnswer)
        here = select(chosen.sheet_id).where(chosen.item_id == among[0], chosen.option == among[1])
        rows, sheets = rows.where(SurveyAnswer.sheet_id.in_(here)), sheets.where(SurveySheet.id.in_(here))
    scores: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    pairs: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    options: dict[int, dict[str, int]] = defaultdict(dict)
    for item_id, score, before, option, count in db.session.execute(
            rows.group_by(SurveyAnswer.item_id, SurveyAnswer.score, SurveyAnswer.before, SurveyAnswer.option)):
        if option is not None:
            options[item_id][option] = count
        if score is not None:
            scores[item_id][score] += count
        if score is not None and before is not None:
            pairs[item_id].append((before, score, count))
    return Figures(db.session.scalar(sheets) or 0, {one: Tally.of(counts) for one, counts in scores.items()},
                   {one: Change(tuple(sorted(found))) for one, found in pairs.items()}, dict(options))


def cuts(survey: Survey) -> list[tuple[SurveyItem, dict, Figures]]:
    """The figures of each group of respondents that is large enough: item, option, figures."""
    found = [(item, option, figures(survey, (item.id, option["key"]))) for item in survey.items if item.kind is ItemKind.CHOICE
             for option in item.options]
    return [one for one in found if one[2].shown]


def open_answers(item: SurveyItem) -> Select[tuple[SurveyAnswer]]:
    """What people wrote, in an order that says nothing: that of random keys."""
    return select(SurveyAnswer).where(SurveyAnswer.item_id == item.id, SurveyAnswer.words.is_not(None)).order_by(SurveyAnswer.sheet_id)


def may_answer(survey: Survey) -> Select[tuple[Registration]]:
    """Those for whom the survey is, in Thai order."""
    rows = select(Registration).where(Registration.event_id == survey.event_id, Registration.status == RegistrationStatus.CONFIRMED,
                                      Registration.anonymised_at.is_(None))
    if not survey.everyone:
        rows = rows.where(Registration.id.in_(checkin.attended(survey.event)))
    return rows.order_by(Registration.sort_key, Registration.id)


def response(survey: Survey) -> tuple[int, int]:
    """How many have answered, of how many who may."""
    asked = db.session.scalar(select(func.count()).select_from(may_answer(survey).order_by(None).subquery())) or 0
    done = db.session.scalar(select(func.count()).select_from(SurveyCompletion).where(SurveyCompletion.survey_id == survey.id)) or 0
    return done, asked


def answered(event: Event) -> Select[tuple[int]]:
    """Ids of the registrations that have answered the event's survey."""
    return (select(SurveyCompletion.registration_id).join(Survey, Survey.id == SurveyCompletion.survey_id)
            .where(Survey.event_id == event.id))


def words_of(items: Sequence[SurveyItem]) -> dict[int, list[SurveyAnswer]]:
    """The free words of these items; at most 500 of each on one page."""
    return {item.id: list(db.session.scalars(open_answers(item).limit(500))) for item in items if item.kind is ItemKind.OPEN}
