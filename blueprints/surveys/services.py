"""What people do with surveys: organisers write, open and close them; participants answer once, without a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from blueprints.checkin import queries as checkin
from blueprints.surveys import queries, template
from core import history
from core.codes import new_code
from core.errors import Refused
from models import (
    BandSet,
    Event,
    ItemKind,
    Registration,
    RegistrationStatus,
    Survey,
    SurveyAnswer,
    SurveyCompletion,
    SurveyItem,
    SurveySheet,
    db,
    now,
)

MOST_ITEMS = 60


class HasOne(Refused):
    message = _l("This event has a survey already.")


class Answered(Refused):
    message = _l("Somebody has answered already, so the items stay as they are: their answers were given to these words.")


class TooMany(Refused):
    message = _l("A survey has at most 60 lines. People stop answering long before.")


class NothingAsked(Refused):
    message = _l("Add at least one item before you open the survey.")


class NotOpen(Refused):
    message = _l("The survey is not open.")


class NotYours(Refused):
    message = _l("This survey is for those who came. If you came, please ask the organiser to look at your registration.")


class AlreadyAnswered(Refused):
    message = _l("You have answered already. Thank you.")


@dataclass(frozen=True)
class Reply:
    """What a sheet says to one item; what does not belong to its kind is left empty."""

    score: int | None = None
    before: int | None = None
    option: str | None = None
    words: str | None = None


@dataclass(frozen=True)
class ItemCommand:
    """One line as its editor wrote it; `options` are (key, Thai, English)."""

    kind: ItemKind
    label_th: str
    label_en: str = ""
    options: tuple[tuple[str, str, str], ...] = ()
    required: bool = False


@dataclass(frozen=True)
class SurveyCommand:
    """The words above the items, who may answer, and how means are put into words."""

    title_th: str
    title_en: str
    intro_th: str
    intro_en: str
    bands: BandSet
    everyone: bool


def begin(event: Event) -> Survey:
    """The survey of the event, with the usual lines. Raises `HasOne`."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    if queries.survey_of(event):
        raise HasOne
    survey = Survey(event_id=event.id, title_th=template.TITLE[0], title_en=template.TITLE[1], intro_th=template.INTRO[0],
                    intro_en=template.INTRO[1])
    survey.items = [
        SurveyItem(position=position, kind=kind, label_th=th, label_en=en, required=kind in (ItemKind.LIKERT, ItemKind.BEFORE_AFTER),
                   options=[{"key": key, "th": a, "en": b} for key, a, b in options])
        for position, (kind, th, en, options) in enumerate(template.ITEMS)]
    db.session.add(survey)
    db.session.flush()
    history.record("survey.begun", event=event)
    return survey


def change(survey: Survey, command: SurveyCommand) -> None:
    """Write the words anew; they may change at any time, the items may not."""
    survey.title_th, survey.title_en = command.title_th, command.title_en
    survey.intro_th, survey.intro_en = command.intro_th, command.intro_en
    survey.bands, survey.everyone = command.bands, command.everyone
    db.session.flush()


def save_item(survey: Survey, command: ItemCommand, item: SurveyItem | None = None) -> SurveyItem:
    """Add a line at the end, or change one. Raises `Answered` and `TooMany`."""
    _hold_unanswered(survey)
    if item is None:
        if len(survey.items) >= MOST_ITEMS:
            raise TooMany
        item = SurveyItem(survey_id=survey.id, position=max((one.position for one in survey.items), default=0) + 1, kind=command.kind)
        db.session.add(item)
    item.kind, item.label_th, item.label_en, item.required = command.kind, command.label_th, command.label_en, command.required
    taken = {key for key, _th, _en in command.options if key}
    fresh = (key for n in range(1, 1000) if (key := f"a{n}") not in taken)
    item.options = [{"key": key or next(fresh), "th": th, "en": en} for key, th, en in command.options]
    db.session.flush()
    db.session.expire(survey, ["items"])
    return item


def move(survey: Survey, item: SurveyItem, step: int) -> None:
    """Move a line up (−1) or down (1). Raises `Answered`."""
    _hold_unanswered(survey)
    rows = list(survey.items)
    here = rows.index(item)
    there = min(max(here + step, 0), len(rows) - 1)
    rows.insert(there, rows.pop(here))
    for position, one in enumerate(rows):
        one.position = position
    db.session.flush()
    db.session.expire(survey, ["items"])


def remove(survey: Survey, item: SurveyItem) -> None:
    """Take a line away. Raises `Answered`."""
    _hold_unanswered(survey)
    survey.items.remove(item)
    db.session.flush()


def _hold_unanswered(survey: Survey) -> None:
    db.session.execute(select(Survey.id).where(Survey.id == survey.id).with_for_update())
    if queries.how_many_sheets(survey):
        raise Answered


def open_survey(survey: Survey) -> None:
    """Take answers from now on. Raises `NothingAsked`."""
    if not any(item.kind is not ItemKind.SECTION for item in survey.items):
        raise NothingAsked
    survey.opened_at, survey.closed_at = survey.opened_at or now(), None
    db.session.flush()
    history.record("survey.opened", event=survey.event)


def close_survey(survey: Survey) -> None:
    """Take no more answers; opening it again goes on where it stopped."""
    survey.closed_at = now()
    db.session.flush()
    history.record("survey.closed", event=survey.event)


def check_may_answer(survey: Survey, registration: Registration) -> None:
    """Raises `NotOpen`, `NotYours` or `AlreadyAnswered`."""
    if not queries.is_open(survey):
        raise NotOpen
    if db.session.get(SurveyCompletion, (survey.id, registration.id)):
        raise AlreadyAnswered
    if registration.status is not RegistrationStatus.CONFIRMED or not (survey.everyone or _came(registration)):
        raise NotYours


def _came(registration: Registration) -> bool:
    return db.session.scalar(checkin.attended(registration.event).where(checkin.Scan.registration_id == registration.id).limit(1)) is not None


def answer(survey: Survey, registration: Registration, replies: Mapping[int, Reply]) -> None:
    """Keep a sheet, and that this person has answered; nothing joins the two. Raises what `check_may_answer` raises."""
    check_may_answer(survey, registration)
    try:
        with db.session.begin_nested():
            db.session.add(SurveyCompletion(survey_id=survey.id, registration_id=registration.id))
            db.session.flush()
    except IntegrityError:
        raise AlreadyAnswered from None
    sheet = SurveySheet(id=new_code(), survey_id=survey.id)
    db.session.add(sheet)
    db.session.flush()
    db.session.add_all([SurveyAnswer(sheet_id=sheet.id, item_id=item_id, score=reply.score, before=reply.before, option=reply.option,
                                     words=reply.words) for item_id, reply in replies.items() if reply != Reply()])
    db.session.flush()


def strike(survey: Survey, sheet_id: str, item_id: int) -> bool:
    """Empty the words of one answer, such as one that names a person; the sheet's other answers stay. Whether there were any."""
    found = db.session.scalar(select(SurveyAnswer).join(SurveySheet, SurveySheet.id == SurveyAnswer.sheet_id).where(
        SurveySheet.survey_id == survey.id, SurveyAnswer.sheet_id == sheet_id, SurveyAnswer.item_id == item_id, SurveyAnswer.words.is_not(None)))
    if found is None:
        return False
    db.session.delete(found)
    db.session.flush()
    history.record("survey.struck", event=survey.event, item=item_id)
    return True
