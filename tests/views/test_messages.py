"""The organiser's pages of messages: writing, looking over, sending; templates; the way out of news."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select

from blueprints.messages import queries, services, unsubscribing
from blueprints.messages.audience import Audience
from blueprints.messages.services import MailingCommand, Texts
from core.transaction import transaction
from models import Event, Mailing, MailingState, Message, MessageTemplate, RegistrationStatus, Role, Unsubscription, db, now
from tests.factories import Factory
from tests.page import Browser, Page

TEXTS = Texts("เรื่อง {งาน}", "", "เรียน {ชื่อ}", "")


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def organiser(browser: Browser, make: Factory, event: Event) -> Browser:
    user = make.user(email="officer@example.org")
    make.grant(user, Role.ORGANISER, event.programme)
    return browser.sign_in(user).speak("en")


def at(event: Event, rest: str = "") -> str:
    return f"/organiser/events/{event.id}/mailings{rest}"


def write(event: Event, audience: Audience | None = None) -> Mailing:
    with transaction():
        return services.write(event, MailingCommand(TEXTS, audience or Audience()), None)


def typed(**given: Any) -> dict[str, Any]:
    return {"subject_th": "เรื่อง {งาน}", "body_th": "เรียน {ชื่อ}", "about": "own", "statuses": ["confirmed"], "attendance": ""} | given


def sent_form(page: Page) -> dict[str, Any]:
    """What the form of the page would send."""
    form: dict[str, Any] = {}
    for tag in page.all("form.form input[name], form.form textarea"):
        if tag.get("type") in ("checkbox", "radio") and not tag.has_attr("checked"):
            continue
        value = tag.get_text().lstrip("\r\n") if tag.name == "textarea" else tag.get("value", "")
        form[tag["name"]] = [*form[tag["name"]], value] if tag["name"] in form and tag["name"] in ("statuses", "categories") else \
            [value] if tag["name"] in ("statuses", "categories") else value
    form.pop("csrf_token")
    return form


def test_from_a_ready_made_text_to_sent(organiser: Browser, make: Factory, event: Event) -> None:
    one = make.registration(event)
    make.registration(event, status=RegistrationStatus.CANCELLED)
    assert organiser.get(at(event)).one(".empty")
    form = sent_form(organiser.get(at(event, "/new?starter=reminder")))
    assert form["statuses"] == ["confirmed"] and "{ชื่อ}" in form["body_th"]
    preview = organiser.get(organiser.post(at(event, "/new"), form).location)
    mailing = db.session.scalars(select(Mailing)).one()
    assert [tag["lang"] for tag in preview.all(".letter.phone")] == ["th", "en"]
    assert one.first_name in preview.text(".letters") and "{" not in preview.text(".letters") and "แผนที่" not in preview.text(".letters")
    organiser.post(at(event, f"/{mailing.id}/test"), {"person": str(one.id)})
    tests = db.session.scalars(select(Message).where(Message.kind == "mailing_test")).all()
    assert [(m.to, m.registration_id, m.params) for m in tests] == [("officer@example.org", None, {})] * 2
    page = organiser.get(at(event, f"/{mailing.id}/send"))
    assert "1 person gets this message." in page.text() and "Cancelled: 1" in page.text(".left-out")
    organiser.post(at(event, f"/{mailing.id}/send"), {"when": "now"})
    again = organiser.post(at(event, f"/{mailing.id}/send"), {"when": "now"}, 422)
    assert "scheduled or sent already" in again.text(".error-summary")
    assert db.session.scalar(select(func.count()).where(Message.mailing_id == mailing.id)) == 1
    assert "Sent" in organiser.get(at(event, f"/{mailing.id}")).text(".facts")
    assert [cell.get_text() for cell in organiser.get(at(event)).all("tbody td.number")] == ["1", "1", "0"]
    assert len(organiser.get(f"/organiser/events/{event.id}/messages?mailing={mailing.id}").all("tbody tr")) == 1


def test_wrong_input_keeps_what_was_typed(organiser: Browser, event: Event) -> None:
    page = organiser.post(at(event, "/new"), typed(body_th="เรียน {nam}"), 422)
    assert "Did you mean {name}?" in page.error("body_th") and page.one("#body_th").get_text().strip() == "เรียน {nam}"
    assert page.error("statuses") == "" and "at least one" in organiser.post(at(event, "/new"), typed(statuses=[]), 422).error("statuses")
    assert "Thai, in English, or in both" in organiser.post(at(event, "/new"), typed(body_th="", subject_th=""), 422).error("body_th")
    assert "not both" in organiser.post(at(event, "/new"), typed(subject_en="only"), 422).error("body_en")
    assert db.session.scalar(select(func.count(Mailing.id))) == 0


def test_counting_without_and_with_javascript(organiser: Browser, make: Factory, event: Event) -> None:
    make.registration(event)
    make.registration(event, status=RegistrationStatus.WAITLISTED)
    page = organiser.post(at(event, "/new"), typed(count="1", statuses=["confirmed", "waitlisted"]), 200)
    assert "2 people get this message." in page.text(".reach-box") and page.one("#body_th").get_text().strip() == "เรียน {ชื่อ}"
    answer = organiser.open("GET", at(event, "/count?statuses=waitlisted&about=own&categories=x")).get_data(as_text=True)
    assert "1 person gets this message." in answer
    assert "0 people" in organiser.open("GET", at(event, "/count")).get_data(as_text=True)


def test_schedule_remind_and_call_off(organiser: Browser, make: Factory, event: Event) -> None:
    event.starts_at, event.ends_at = now() + timedelta(days=3), now() + timedelta(days=4)
    mailing = write(event)
    send = at(event, f"/{mailing.id}/send")
    assert "exactly when" in organiser.post(send, {"when": "at"}, 422).text(".error-summary")
    assert organiser.post(send, {"when": "at", "day": "1/1/2563", "clock": "9.00"}, 422).error("day")
    assert organiser.post(send, {"when": "before", "hours_before": "100"}, 422).error("hours_before")
    organiser.post(send, {"when": "before", "hours_before": "๒๔"})
    page = organiser.get(at(event, f"/{mailing.id}"))
    assert (mailing.state, mailing.hours_before) == (MailingState.SCHEDULED, 24) and "24 hours before" in page.text()
    organiser.post(at(event, f"/{mailing.id}/call-off"))
    assert mailing.state == MailingState.CALLED_OFF
    assert organiser.get(send).one("[name=hours_before]")["value"] == "24"
    organiser.post(send, {"when": "at", "day": "1/1/2590", "clock": "9.00"})
    assert mailing.state == MailingState.SCHEDULED and mailing.due_at.year == 2047
    for closed in (send, at(event, f"/{mailing.id}/edit")):
        assert organiser.get(closed, 302).location == at(event, f"/{mailing.id}")
    organiser.post(at(event, f"/{mailing.id}/delete"))
    assert mailing.state == MailingState.SCHEDULED, "what is scheduled is called off first"


def test_two_organisers_and_one_draft(organiser: Browser, event: Event) -> None:
    mailing = write(event)
    page = organiser.get(at(event, f"/{mailing.id}/edit"))
    form = sent_form(page)
    organiser.post(at(event, f"/{mailing.id}/edit"), form | {"body_th": "แรก"})
    stale = organiser.post(at(event, f"/{mailing.id}/edit"), form | {"body_th": "หลัง"}, 422)
    assert "Someone else" in stale.text(".error-summary") and stale.one("#body_th").get_text().strip() == "หลัง"
    organiser.post(at(event, f"/{mailing.id}/edit"), sent_form(stale))
    assert mailing.body_th == "หลัง"
    organiser.post(at(event, f"/{mailing.id}/delete"))
    assert db.session.scalar(select(func.count(Mailing.id))) == 0


def test_a_message_of_another_event_is_not_here(organiser: Browser, make: Factory, event: Event) -> None:
    foreign = write(make.event())
    for rest in ("", "/edit", "/preview", "/send"):
        organiser.get(at(event, f"/{foreign.id}{rest}"), 404)
    organiser.get(at(event, f"/new?mailing={foreign.id}"), 404)


def test_a_person_of_many_is_found_for_the_preview(organiser: Browser, make: Factory, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_SHOWN", 2)
    for first in ("สมชาย", "สมหญิง", "น้ำทิพย์"):
        make.registration(event, first_name=first)
    path = at(event, f"/{write(event).id}/preview")
    assert len(organiser.get(path).all("option")) == 2
    assert "น้ำทิพย์" in organiser.get(f"{path}?q=นำทิพย์").text(".letters")
    assert organiser.get(f"{path}?q=ไม่มีใคร").one(".empty")


def test_preview_without_anybody(organiser: Browser, event: Event) -> None:
    mailing = write(event)
    assert organiser.get(at(event, f"/{mailing.id}/preview")).one(".empty")
    organiser.post(at(event, f"/{mailing.id}/test"))


def test_templates_of_a_programme(organiser: Browser, event: Event) -> None:
    path = f"/organiser/programmes/{event.programme_id}/message-templates"
    form = sent_form(organiser.get(f"{path}/new?starter=thank_you"))
    organiser.post(f"{path}/new", form | {"name": "Ours"})
    assert "Another template" in organiser.post(f"{path}/new", form | {"name": "Ours"}, 422).error("name")
    template = db.session.scalars(select(MessageTemplate)).one()
    edit = sent_form(organiser.get(f"{path}/{template.id}/edit"))
    organiser.post(f"{path}/{template.id}/edit", edit | {"body_en": "Dear {name}, thanks"})
    assert organiser.post(f"{path}/{template.id}/edit", edit, 422).text(".error-summary")
    page = organiser.get(at(event, f"/new?template={template.id}"))
    assert page.one("#body_en").get_text().strip() == "Dear {name}, thanks" and page.text(".starters [aria-current]") == "Ours"
    organiser.post(f"{path}/{template.id}/delete")
    assert db.session.scalar(select(func.count(MessageTemplate.id))) == 0


def statements(visit: Callable[[], object]) -> int:
    """How many SELECTs a visit takes."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sqlalchemy_event.listen(db.engine.engine, "before_cursor_execute", note)
    try:
        visit()
    finally:
        sqlalchemy_event.remove(db.engine.engine, "before_cursor_execute", note)
    return len([s for s in seen if s.startswith("SELECT")])


@pytest.mark.parametrize("page", ["mailings", "messages"])
def test_lists_take_a_steady_number_of_statements(organiser: Browser, make: Factory, event: Event, page: str) -> None:
    taken = []
    for more in (2, 12):
        for _ in range(more):
            make.registration(event)
            with transaction():
                services.send_now(write(event))
        taken.append(statements(lambda: organiser.get(f"/organiser/events/{event.id}/{page}")))
    assert taken[1] <= taken[0] <= 12, taken


def test_the_way_out_of_news_and_back(browser: Browser, make: Factory) -> None:
    programme = make.programme()
    path = f"/u/{unsubscribing.token_of(programme.id, 'a@example.org')}"
    browser.speak("en").get(path)
    assert db.session.scalar(select(func.count(Unsubscription.id))) == 0, "a mail scanner that opens the link changes nothing"
    for _ in range(2):
        browser.post(path)
    assert db.session.scalar(select(func.count(Unsubscription.id))) == 1
    assert "no more news" in browser.get(path).text(".notice")
    browser.post(f"{path}/undo")
    assert db.session.scalar(select(func.count(Unsubscription.id))) == 0
    answer = browser.open("POST", path, data={"List-Unsubscribe": "One-Click"})  # no session, no token of a form
    assert answer.status_code == 200 and db.session.scalar(select(func.count(Unsubscription.id))) == 1
    browser.get(path[:-10] + "".join("b" if letter == "a" else "a" for letter in path[-10:]), 404)  # the last one may carry no bits
    browser.get("/u/nothing", 404)
