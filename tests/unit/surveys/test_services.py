"""Surveys with the real database: one answer each, no way from an answer to a person, figures that add up."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from blueprints.certificates import plans
from blueprints.certificates.eligibility import Outcome, dry_run
from blueprints.certificates.plans import PlanCommand
from blueprints.certificates.registers import RegisterCommand
from blueprints.certificates.rules import Rule
from blueprints.events.cloning import CloneCommand, Part, clone
from blueprints.surveys import queries, services
from blueprints.surveys.services import ItemCommand, Reply
from models import (
    CertificateKind,
    Event,
    ItemKind,
    RegisterReset,
    Registration,
    RegistrationStatus,
    Scan,
    Survey,
    SurveyAnswer,
    SurveyCompletion,
    SurveySheet,
    db,
    now,
)
from tests.factories import Factory


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def survey(event: Event) -> Survey:
    survey = services.begin(event)
    services.open_survey(survey)
    return survey


def came(make: Factory, event: Event) -> Registration:
    person = make.registration(event)
    checkpoint = db.session.execute(db.text("select id from checkpoint where event_id = :id"), {"id": event.id}).scalar()
    db.session.add(Scan(nonce=f"s{person.id}", event_id=event.id, checkpoint_id=checkpoint, registration_id=person.id, direction="in",
                        source="camera", raw_code=person.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    db.session.flush()
    return person


def item(survey: Survey, kind: ItemKind, n: int = 0):
    return [one for one in survey.items if one.kind is kind][n]


def test_each_person_answers_once(make: Factory, event: Event, survey: Survey) -> None:
    person, first = came(make, event), item(survey, ItemKind.LIKERT)
    services.answer(survey, person, {first.id: Reply(score=4)})
    with pytest.raises(services.AlreadyAnswered):
        services.answer(survey, person, {first.id: Reply(score=1)})
    assert queries.figures(survey).tallies[first.id].counts == (0, 0, 0, 1, 0)
    assert set(db.session.scalars(queries.answered(event))) == {person.id}


def test_who_may_answer(make: Factory, event: Event, survey: Survey) -> None:
    absent = make.registration(event)
    cancelled = make.registration(event, status=RegistrationStatus.CANCELLED)
    for person in (absent, cancelled):
        with pytest.raises(services.NotYours):
            services.check_may_answer(survey, person)
    survey.everyone = True
    services.check_may_answer(survey, absent)
    with pytest.raises(services.NotYours):
        services.check_may_answer(survey, cancelled)
    services.close_survey(survey)
    with pytest.raises(services.NotOpen):
        services.check_may_answer(survey, absent)


def test_no_column_leads_from_an_answer_to_a_person() -> None:
    reached, found = {"survey_sheet", "survey_answer"}, 0
    while len(reached) != found:  # every table that these name
        found = len(reached)
        reached |= {key.column.table.name for name in reached for key in db.metadata.tables[name].foreign_keys}
    assert not reached & {"registration", "survey_completion", "scan", "answer"}
    kept = {column.name for name in ("survey_sheet", "survey_answer") for column in db.metadata.tables[name].columns}
    assert kept == {"id", "survey_id", "sheet_id", "item_id", "score", "before", "option", "words"}, "no time, no number in order"
    assert {column.name for column in db.metadata.tables["survey_completion"].columns} == {"survey_id", "registration_id"}


def test_the_order_of_sheets_says_nothing_about_the_order_of_people(make: Factory, event: Event, survey: Survey) -> None:
    words = item(survey, ItemKind.OPEN)
    for n in range(20):
        services.answer(survey, came(make, event), {words.id: Reply(words=f"{n:02d}")})
    db.session.expire_all()
    said = [one.words for one in db.session.scalars(queries.open_answers(words))]
    assert sorted(said) == [f"{n:02d}" for n in range(20)] != said
    if db.engine.dialect.name == "sqlite":  # a table without row numbers is kept in the order of its random keys
        kept = db.session.execute(db.text("SELECT id FROM survey_sheet")).scalars().all()
        assert kept == sorted(kept)


def test_the_figures_are_those_of_the_answers(make: Factory, event: Event, survey: Survey) -> None:
    dice, likert = random.Random(5), item(survey, ItemKind.LIKERT)
    both_times, group = item(survey, ItemKind.BEFORE_AFTER), item(survey, ItemKind.CHOICE)
    given = [(dice.randint(1, 5), dice.randint(1, 5), dice.randint(1, 5), dice.choice(["enterprise", "agency"])) for _ in range(30)]
    for score, before, after, who in given:
        services.answer(survey, came(make, event), {
            likert.id: Reply(score=score), both_times.id: Reply(score=after, before=before), group.id: Reply(option=who)})
    services.answer(survey, came(make, event), {})  # blank, and counted nowhere
    found = queries.figures(survey)
    assert found.sheets == 31
    assert found.tallies[likert.id].counts == tuple(sum(one[0] == point for one in given) for point in range(1, 6))
    assert found.changes[both_times.id].n == 30
    assert found.changes[both_times.id].difference == round(Decimal(sum(one[2] - one[1] for one in given)) / 30, 2)
    agency = [one for one in given if one[3] == "agency"]
    cut = queries.figures(survey, (group.id, "agency"))
    assert (cut.sheets, cut.tallies[likert.id].n) == (len(agency), len(agency))
    assert found.options[group.id] == {"enterprise": 30 - len(agency), "agency": len(agency)}


def test_small_groups_are_not_shown(make: Factory, event: Event, survey: Survey) -> None:
    group = item(survey, ItemKind.CHOICE)
    for who in ["enterprise"] * 5 + ["agency"] * 4:
        services.answer(survey, came(make, event), {group.id: Reply(option=who), item(survey, ItemKind.LIKERT).id: Reply(score=5)})
    assert [option["key"] for _item, option, _figures in queries.cuts(survey)] == ["enterprise"]


def test_items_stay_once_somebody_answered(make: Factory, event: Event, survey: Survey) -> None:
    first = item(survey, ItemKind.LIKERT)
    services.save_item(survey, ItemCommand(ItemKind.LIKERT, "ใหม่"), first)
    services.answer(survey, came(make, event), {first.id: Reply(score=3)})
    for deed in (lambda: services.save_item(survey, ItemCommand(ItemKind.LIKERT, "อื่น"), first), lambda: services.move(survey, first, 1),
                 lambda: services.remove(survey, first), lambda: services.save_item(survey, ItemCommand(ItemKind.OPEN, "อีก"))):
        with pytest.raises(services.Answered):
            deed()
    assert first.label_th == "ใหม่"


def test_words_that_name_a_person_can_be_struck_out(make: Factory, event: Event, survey: Survey) -> None:
    words, score = item(survey, ItemKind.OPEN), item(survey, ItemKind.LIKERT)
    services.answer(survey, came(make, event), {words.id: Reply(words="คุณก พูดดี"), score.id: Reply(score=5)})
    sheet = db.session.scalars(select(SurveySheet)).one()
    assert services.strike(survey, sheet.id, words.id) and not services.strike(survey, sheet.id, words.id)
    assert [answer.item_id for answer in db.session.scalars(select(SurveyAnswer))] == [score.id]


def test_nobody_answers_for_a_person_who_has_gone(make: Factory, event: Event, survey: Survey) -> None:
    person = came(make, event)
    services.answer(survey, person, {item(survey, ItemKind.LIKERT).id: Reply(score=5)})
    assert db.session.scalar(select(SurveyCompletion.survey_id).where(SurveyCompletion.registration_id == person.id)) == survey.id


def test_the_certificate_may_wait_for_the_survey(make: Factory, event: Event, survey: Survey) -> None:
    answered, silent = came(make, event), came(make, event)
    services.answer(survey, answered, {item(survey, ItemKind.LIKERT).id: Reply(score=5)})
    register = RegisterCommand("ทะเบียน", "{number}", 1, False, RegisterReset.NEVER, specimen=False)
    rule = Rule(conditions=("survey",))
    plan = plans.save_plan(event, CertificateKind.ATTENDANCE, PlanCommand(now().date(), register, rule), None)
    assert {one.id: one.outcome for one in dry_run(plan)} == {answered.id: Outcome.NEW, silent.id: Outcome.NOT}


def test_a_clone_asks_the_same_and_has_no_answers(make: Factory, event: Event, survey: Survey) -> None:
    services.answer(survey, came(make, event), {})
    copy = clone(event, CloneCommand("ครั้งใหม่", "", event.starts_at.date() + timedelta(days=7), frozenset({Part.QUESTIONS})), None)
    found = queries.survey_of(copy)
    assert [one.label_th for one in found.items] == [one.label_th for one in survey.items]
    assert (queries.is_open(found), queries.how_many_sheets(found)) == (False, 0)
