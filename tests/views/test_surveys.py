"""The survey through HTTP: written and opened by the organiser, answered on a phone, read as figures."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import select

from blueprints.privacy import data
from blueprints.surveys import queries, services
from blueprints.surveys.services import Reply
from models import Event, ItemKind, Message, Registration, Role, Scan, Survey, SurveyAnswer, SurveyCompletion, db, now
from tests.factories import Factory
from tests.page import Browser


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def organiser(make: Factory, browser: Browser, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return browser.sign_in(user)


def base(event: Event) -> str:
    return f"/organiser/events/{event.id}/survey"


def came(make: Factory, event: Event, **given: object) -> Registration:
    person = make.registration(event, **given)
    checkpoint = db.session.execute(db.text("select id from checkpoint where event_id = :id"), {"id": event.id}).scalar()
    db.session.add(Scan(nonce=f"v{person.id}", event_id=event.id, checkpoint_id=checkpoint, registration_id=person.id, direction="in",
                        source="camera", raw_code=person.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    db.session.flush()
    return person


def survey(event: Event) -> Survey:
    found = queries.survey_of(event)
    assert found
    return found


def opened(event: Event) -> Survey:
    found = services.begin(event)
    services.open_survey(found)
    return found


def filled(found: Survey, score: str = "4") -> dict[str, str]:
    answers = {f"i{item.id}": score for item in found.items if item.kind in (ItemKind.LIKERT, ItemKind.BEFORE_AFTER)}
    return answers | {f"b{item.id}": "2" for item in found.items if item.kind is ItemKind.BEFORE_AFTER}


def test_the_usual_survey_is_begun_changed_and_opened(organiser: Browser, event: Event) -> None:
    organiser.get(base(event))
    organiser.post(f"{base(event)}/begin")
    page = organiser.get(base(event))
    lines = len(survey(event).items)
    assert len(page.all(".question-list > li")) == lines == 24
    organiser.post(f"{base(event)}/items/new?kind=choice", {
        "kind": "choice", "label_th": "ท่านทราบข่าวจาก", "options-0-th": "ไลน์", "options-1-th": "อีเมล", "options-1-en": "E-mail"})
    added = survey(event).items[-1]
    assert [(one["key"], one["th"]) for one in added.options] == [("a1", "ไลน์"), ("a2", "อีเมล")]
    organiser.post(f"{base(event)}/items/{added.id}/up")
    assert survey(event).items[-2].id == added.id
    organiser.post(f"{base(event)}/items/{added.id}", {"kind": "choice", "label_th": "ทราบข่าวจากที่ใด", "options-0-key": "a1", "options-0-th": "LINE",
                                                       "options-1-key": "a2", "options-1-th": "อีเมล"})
    assert [one["key"] for one in survey(event).items[-2].options] == ["a1", "a2"]
    organiser.post(f"{base(event)}/items/{added.id}/remove")
    assert len(survey(event).items) == lines
    page = organiser.post(f"{base(event)}/items/new", {"kind": "choice", "label_th": "ไม่มีตัวเลือก"}, status=422)
    assert page.error("kind")
    organiser.post(f"{base(event)}/settings", {"title_th": "แบบประเมิน", "bands": "fifths", "everyone": "y"})
    organiser.post(f"{base(event)}/open")
    found = survey(event)
    assert (found.title_th, found.everyone, queries.is_open(found)) == ("แบบประเมิน", True, True)
    assert "svg" in organiser.open("GET", f"{base(event)}/screen").text
    organiser.post(f"{base(event)}/close")
    assert not queries.is_open(survey(event))


def test_a_participant_answers_on_the_private_page_once(make: Factory, browser: Browser, event: Event) -> None:
    person, found = came(make, event), opened(event)
    private = f"/r/{person.manage_token}"
    assert browser.get(private).one(f'a[href="{private}/survey"]')
    page = browser.get(f"{private}/survey")
    assert len(page.all(".scale")) == sum(2 if item.kind is ItemKind.BEFORE_AFTER else 1 for item in found.items if item.kind in queries.SCORED)
    page = browser.post(f"{private}/survey", {}, status=422)
    first = next(item for item in found.items if item.kind is ItemKind.LIKERT)
    assert page.one(f"#i{first.id} .field-error") and db.session.scalar(select(SurveyCompletion.survey_id)) is None
    words = next(item for item in found.items if item.kind is ItemKind.OPEN)
    page = browser.post(f"{private}/survey", filled(found) | {f"i{words.id}": "เลข 1-1017-00230-70-8"}, status=422)
    assert page.error(f"i{words.id}")
    browser.post(f"{private}/survey", filled(found) | {f"i{words.id}": "ดีมาก"})
    assert browser.open("GET", f"{private}/survey").status_code == 303
    browser.get(f"{private}/survey/thanks")
    assert f"{private}/survey" not in browser.open("GET", private).text
    assert db.session.query(SurveyCompletion).count() == 1
    assert db.session.scalar(select(SurveyAnswer.words).where(SurveyAnswer.words.is_not(None))) == "ดีมาก"


def test_a_closed_survey_and_a_stranger_to_it(make: Factory, browser: Browser, event: Event) -> None:
    person = make.registration(event)
    assert browser.open("GET", f"/r/{person.manage_token}/survey").status_code == 404
    found = opened(event)
    assert browser.open("GET", f"/r/{person.manage_token}/survey").status_code == 409
    services.close_survey(found)
    assert browser.open("POST", f"/r/{came(make, event).manage_token}/survey", data=filled(found)).status_code in (400, 409)
    assert db.session.query(SurveyAnswer).count() == 0


def test_the_code_on_the_screen_leads_a_known_phone_to_its_sheet(make: Factory, browser: Browser, event: Event) -> None:
    person = came(make, event)
    opened(event)
    browser.get(f"/e/{event.slug}/survey")
    browser.get(f"/r/{person.manage_token}")
    answer = browser.open("GET", f"/e/{event.slug}/survey")
    assert answer.status_code == 302 and answer.headers["Location"] == f"/r/{person.manage_token}/survey"


def test_results_show_from_five_answers_on_and_equal_the_workbook(make: Factory, organiser: Browser, event: Event) -> None:
    found = opened(event)
    likert = next(item for item in found.items if item.kind is ItemKind.LIKERT)
    words = next(item for item in found.items if item.kind is ItemKind.OPEN)
    for n, score in enumerate((5, 5, 4, 4)):
        services.answer(found, came(make, event), {likert.id: Reply(score=score), words.id: Reply(words=f"คำ {n}")})
    page = organiser.get(f"{base(event)}/results")
    assert not page.all(".results-table") and "คำ 1" not in page.text()
    assert organiser.open("GET", f"{base(event)}/results.xlsx").status_code == 404
    services.answer(found, came(make, event), {likert.id: Reply(score=3), words.id: Reply(words="<b>คำ</b> 4")})
    page = organiser.get(f"{base(event)}/results")
    cells = [[cell.get_text() for cell in row.select("th, td")] for row in page.all(".results-table tbody tr")]
    assert cells[0][1:] == ["5", "4.20", "0.84", "มาก", "84.00"]
    assert "<b>คำ</b> 4" in page.text()
    book = openpyxl.load_workbook(io.BytesIO(organiser.open("GET", f"{base(event)}/results.xlsx").data)).active
    rows = [[str(cell or "") for cell in row[:6]] for row in book.iter_rows(min_row=2, values_only=True)]
    assert rows == cells
    struck = next(form["action"] for form in page.all("form") if "/strike" in form["action"])
    organiser.post(struck)
    assert len(organiser.get(f"{base(event)}/results").all(".free-words li")) == 4


def test_what_stands_in_the_way_is_said(organiser: Browser, event: Event) -> None:
    organiser.post(f"{base(event)}/begin")
    organiser.post(f"{base(event)}/begin")
    assert db.session.query(Survey).count() == 1
    found = survey(event)
    for item in list(found.items):
        if item.kind is not ItemKind.SECTION:
            services.remove(found, item)
    organiser.post(f"{base(event)}/open")
    assert not queries.is_open(survey(event))


def test_results_can_be_read_in_both_sets_of_words(organiser: Browser, make: Factory, event: Event) -> None:
    """A mean of 4.00 is "much" by halves (3.51–4.50) and by fifths (3.41–4.20); 4.40 is "much" by halves and "most" by fifths."""
    found = opened(event)
    scored = [item for item in found.items if item.kind in (ItemKind.LIKERT, ItemKind.BEFORE_AFTER)]
    for score in (4, 4, 4, 5, 5):  # a mean of 4.40
        services.answer(found, came(make, event), {
            item.id: Reply(score=score, before=score if item.kind is ItemKind.BEFORE_AFTER else None) for item in scored})
    page = organiser.speak("en").get(f"{base(event)}/results")
    other = organiser.get(page.one('a[href*="bands="]')["href"])
    assert {row.select("td")[3].get_text() for row in page.all(".results-table tbody tr")} == {"much"}
    assert {row.select("td")[3].get_text() for row in other.all(".results-table tbody tr")} == {"most"}
    organiser.get(f"{base(event)}/results?bands=nonsense")


def test_whoever_has_no_link_is_sent_it_and_nobody_learns_who_registered(browser: Browser, make: Factory, event: Event) -> None:
    opened(event)
    person = came(make, event, email="here@example.org")
    way = f"/e/{event.slug}/survey"
    answers = [browser.speak("en").post(way, {"contact": contact}) for contact in ("here@example.org", "nobody@example.org")]
    assert answers[0].location == answers[1].location
    assert "on its way" in browser.get(answers[0].location).text()
    assert [message.to for message in db.session.scalars(select(Message))] == [person.email]
    assert browser.post(way, {"contact": "neither"}, 422).all(".field-error")


def test_my_data_says_that_one_answered_and_not_what(browser: Browser, make: Factory, event: Event) -> None:
    found, person = opened(event), came(make, event)
    assert data.of(person)["survey_answered"] is False
    services.answer(found, person, {item.id: Reply(score=2) for item in found.items if item.kind is ItemKind.LIKERT})
    assert data.of(person)["survey_answered"] is True
    assert "carry no name" in browser.speak("en").get(f"/r/{person.manage_token}/data").text()
