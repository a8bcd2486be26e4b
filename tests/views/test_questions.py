"""Questions: written in the editor, answered on the form, read by those who may."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select

from blueprints.questions import answers, queries, services
from blueprints.questions.rules import Condition, Definition, Option
from models import Answer, AskedAt, Consent, ConsentPurpose, Event, Question, QuestionKind, Registration, Role, db
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_registration import fields, person, registered

OPTIONS = (Option("", "ทั่วไป", "Any"), Option("", "ฮาลาล", "Halal"), Option("", "เจ", "Vegan"))
PDF = b"%PDF-1.7 made up"


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def organiser(browser: Browser, make: Factory, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return Browser(browser.app).sign_in(user)


def ask(event: Event, kind: QuestionKind = QuestionKind.SHORT_TEXT, **given: Any) -> Question:
    options = OPTIONS if kind in (QuestionKind.ONE_OF, QuestionKind.MANY_OF) else ()
    return services.add(event, Definition(**({"kind": kind, "label_th": f"คำถาม {kind.value}", "label_en": f"Question {kind.value}",
                                             "options": options} | given)))


def key(question: Question, number: int) -> str:
    return question.versions[-1].options[number]["key"]


def send(browser: Browser, event: Event, status: int = 303, **given: Any) -> Any:
    address = f"/e/{event.slug}/register"
    return browser.post(address, person(browser.get(address)) | given, status)


def mine(event: Event) -> Registration:
    return registered(event)[-1]


TYPED = {
    QuestionKind.SHORT_TEXT: ("เสื้อ  ไซซ์ เเอล", "เสื้อ ไซซ์ แอล"), QuestionKind.PARAGRAPH: ("หนึ่ง\r\nสอง", "หนึ่ง\nสอง"),
    QuestionKind.NUMBER: ("๑,๒๕๐.๕", "1250.5"), QuestionKind.YES_NO: ("yes", "ใช่"), QuestionKind.DATE: ("๒๔ ก.ค. ๖๙", "24 กรกฎาคม 2569"),
    QuestionKind.TIME: ("9.30 น.", "09.30"), QuestionKind.PHONE: ("053 245 361 ต่อ 101", "0 5324 5361 ต่อ 101"),
    QuestionKind.EMAIL: ("Boss@Example.ORG", "boss@example.org"),
}


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_every_kind_is_asked_answered_and_read(browser: Browser, organiser: Browser, event: Event, kind: QuestionKind) -> None:
    question = ask(event, kind, required=True)
    page = send(browser, event, 422)
    assert page.error(f"answers-q{question.id}") == "โปรดตอบข้อนี้"
    if kind == QuestionKind.FILE:
        typed, read = (io.BytesIO(PDF), "ใบสมัคร.pdf"), "ใบสมัคร.pdf"
    elif kind in (QuestionKind.ONE_OF, QuestionKind.MANY_OF):
        typed, read = key(question, 1), "ฮาลาล"
    else:
        typed, read = TYPED[kind]
    send(browser, event, **{f"answers-q{question.id}": typed})
    one = mine(event)
    assert plain(answers.texts([one.id])[one.id][question.id]) == read
    assert " ".join(read.split()) in browser.get(f"/r/{one.manage_token}").text()
    assert f"คำถาม {kind.value}" in organiser.get(f"/organiser/events/{event.id}/registrations/{one.id}").text()
    assert f"Question {kind.value}" in Browser(browser.app).speak("en").get(f"/e/{event.slug}/register").text()
    edit = f"/r/{one.manage_token}/edit"
    browser.post(edit, fields(browser.get(edit)))
    assert plain(answers.texts([one.id])[one.id][question.id]) == read, "a form sent as it stands changes nothing"


@pytest.mark.parametrize(("kind", "typed"), [
    (QuestionKind.NUMBER, "สิบสอง"), (QuestionKind.DATE, "31/2/2569"), (QuestionKind.TIME, "25.00"), (QuestionKind.PHONE, "12"),
    (QuestionKind.EMAIL, "x@"), (QuestionKind.ONE_OF, "nothing"), (QuestionKind.SHORT_TEXT, "1-1017-00230-70-8")])
def test_what_cannot_be_is_refused_beside_the_field(browser: Browser, event: Event, kind: QuestionKind, typed: str) -> None:
    question = ask(event, kind)
    page = send(browser, event, 422, **{f"answers-q{question.id}": typed})
    assert page.error(f"answers-q{question.id}") and registered(event) == []
    if kind not in (QuestionKind.ONE_OF,):
        assert page.one(f"[name=answers-q{question.id}]").get("value") == typed


def test_bounds(browser: Browser, event: Event) -> None:
    number, many = ask(event, QuestionKind.NUMBER, low=1, high=3), ask(event, QuestionKind.MANY_OF, high=2)
    page = send(browser, event, 422, **{f"answers-q{number.id}": "4", f"answers-q{many.id}": [key(many, n) for n in range(3)]})
    assert "ไม่เกิน 3" in page.error(f"answers-q{number.id}") and "ไม่เกิน 2" in page.error(f"answers-q{many.id}")


def test_conditions_and_categories(browser: Browser, make: Factory, event: Event) -> None:
    other = make.category(event)
    first = ask(event, QuestionKind.ONE_OF)
    then = ask(event, required=True, condition=Condition(first.id, frozenset({key(first, 1)})))
    theirs = ask(event, required=True, category_ids=frozenset({other.id}))
    own = str(event.categories[0].id)
    send(browser, event, category_id=own, **{f"answers-q{then.id}": "ไม่ได้ถาม", f"answers-q{theirs.id}": "ไม่ได้ถาม"})
    assert answers.of(mine(event)) == {}, "what was not asked is not kept"
    page = send(browser, event, 422, category_id=own, first_name="สอง", **{f"answers-q{first.id}": key(first, 1)})
    assert page.error(f"answers-q{then.id}") and not page.error(f"answers-q{theirs.id}")
    page = send(browser, event, 422, category_id=str(other.id), first_name="สาม")
    assert page.error(f"answers-q{theirs.id}")


def test_sensitive_answers_need_explicit_consent(browser: Browser, event: Event) -> None:
    question = ask(event, sensitive=True)
    page = send(browser, event, 422, **{f"answers-q{question.id}": "แพ้กุ้ง"})
    assert "ติ๊กว่ายินยอม" in page.error(f"answers-q{question.id}")
    send(browser, event, **{f"answers-q{question.id}": "แพ้กุ้ง", f"answers-c{question.id}": "y"})
    one = mine(event)
    consent = db.session.scalar(select(Consent).where(Consent.registration_id == one.id, Consent.purpose == ConsentPurpose.SENSITIVE))
    assert consent is not None and answers.of(one)[question.id].value == "แพ้กุ้ง"
    browser.post(f"/r/{one.manage_token}/consents", {"purpose": "sensitive", "given": "no"})
    assert consent.withdrawn_at and answers.of(one) == {}, "a withdrawal takes the answer along"


def test_an_upload_survives_a_refused_form(browser: Browser, make: Factory, event: Event) -> None:
    question = ask(event, QuestionKind.FILE, required=True)
    address = f"/e/{event.slug}/register"
    page = browser.post(address, person(browser.get(address), first_name="") | {f"answers-q{question.id}": (io.BytesIO(PDF), "ใบสมัคร.pdf")}, 422)
    browser.post(address, fields(page) | {"first_name": "น้ำทิพย์"})
    assert answers.of(mine(event))[question.id].file_name == "ใบสมัคร.pdf"
    page = browser.post(address, person(page, first_name="สอง") | {f"answers-q{question.id}-kept": "forged"}, 422)
    assert page.error(f"answers-q{question.id}")
    page = browser.post(address, person(page, first_name="สอง") | {f"answers-q{question.id}": (io.BytesIO(b"MZ\x90"), "virus.pdf")}, 422)
    assert "PDF" in page.error(f"answers-q{question.id}")


def test_the_organiser_downloads_a_file_and_a_viewer_does_not(browser: Browser, organiser: Browser, make: Factory, event: Event) -> None:
    question = ask(event, QuestionKind.FILE)
    send(browser, event, **{f"answers-q{question.id}": (io.BytesIO(PDF), "ใบสมัคร.pdf")})
    address = f"/organiser/events/{event.id}/registrations/{mine(event).id}/answers/{question.id}"
    assert organiser.get(address).response.data == PDF
    viewer = make.user()
    make.grant(viewer, Role.VIEWER, event)
    Browser(browser.app).sign_in(viewer).get(address, 403)


def test_staff_questions_are_for_staff(browser: Browser, organiser: Browser, event: Event) -> None:
    question = ask(event, asked=AskedAt.STAFF)
    send(browser, event, **{f"answers-q{question.id}": "ลักลอบ"})
    one = mine(event)
    assert answers.of(one) == {}
    address = f"/organiser/events/{event.id}/registrations/{one.id}/edit"
    organiser.post(address, fields(organiser.get(address)) | {f"answers-q{question.id}": "วีไอพี"})
    assert answers.of(one)[question.id].value == "วีไอพี"
    assert "วีไอพี" not in browser.get(f"/r/{one.manage_token}").text()


def test_an_option_that_went_stays_with_those_who_chose_it(browser: Browser, event: Event) -> None:
    question = ask(event, QuestionKind.ONE_OF)
    send(browser, event, **{f"answers-q{question.id}": key(question, 0)})
    wording = question.versions[-1]
    services.change(event, question, Definition(QuestionKind.ONE_OF, wording.label_th, options=tuple(
        Option(o["key"], o["th"]) for o in wording.options[1:])), question.version)
    one = mine(event)
    edit = f"/r/{one.manage_token}/edit"
    browser.post(edit, fields(browser.get(edit)) | {"position": "ใหม่"})
    assert answers.texts([one.id])[one.id][question.id] == "ทั่วไป"


def test_the_editor(organiser: Browser, event: Event) -> None:
    base = f"/organiser/events/{event.id}/questions"
    organiser.get(base)
    page = organiser.get(f"{base}/new?kind=one_of")
    form = fields(page) | {"label_th": "อาหาร", "label_en": "Food", "options-0-th": "ทั่วไป", "options-1-th": "ฮาลาล"}
    page = organiser.post(f"{base}/new?kind=one_of", form | {"more": "y"}, 200)
    assert len(page.all(".question-preview")) == 2 and len(page.all(".option-row")) == 4
    page = organiser.post(f"{base}/new", form | {"options-1-th": ""}, 422)
    assert "อย่างน้อยสองข้อ" in page.text()
    organiser.post(f"{base}/new", form)
    organiser.post(f"{base}/new", fields(organiser.get(f"{base}/new?kind=short_text")) | {"label_th": "รายละเอียด"})
    first, second = (one.question for one in queries.asked(event.id))
    organiser.post(f"{base}/{second.id}/up")
    assert [one.id for one in queries.asked(event.id)] == [second.id, first.id]
    organiser.post(f"{base}/{second.id}/down")
    page = organiser.get(f"{base}/{second.id}")
    organiser.post(f"{base}/{second.id}", fields(page) | {"condition": [f"{first.id}:{key(first, 1)}"], "help_th": "ระบุ"})
    assert queries.asked(event.id)[1].rule.condition == Condition(first.id, frozenset({key(first, 1)}))
    page = organiser.post(f"{base}/{second.id}", fields(page) | {"help_th": "คนที่สอง"}, 422)
    assert "คนอื่น" in page.text() or "ผู้อื่น" in page.text()
    organiser.post(f"{base}/{first.id}/remove")
    assert len(queries.asked(event.id)) == 2, "another question hangs on it"
    second_id = second.id
    organiser.post(f"{base}/{second_id}/remove")
    assert db.session.get(Question, second_id) is None


def test_the_form_asks_as_little_of_the_database_for_twenty_questions(browser: Browser, event: Event, statements: Any) -> None:
    def page() -> int:
        with statements() as sent:
            browser.get(f"/e/{event.slug}/register")
        return len(sent)

    ask(event)
    few = page()
    for _number in range(19):
        ask(event)
    assert page() == few
    assert db.session.scalar(select(Answer.id)) is None
