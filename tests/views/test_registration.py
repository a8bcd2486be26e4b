"""A participant's way: form, ticket, change, cancel; and everything that may be wrong on it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import Tag
from sqlalchemy import func, select

from app import create_app
from blueprints.registration import notices
from core import jobs
from core.codes import new_code
from core.extensions import limiter
from models import (
    Category,
    Consent,
    Event,
    EventStatus,
    Message,
    Notice,
    Organisation,
    Registration,
    RegistrationStatus,
    RetiredCode,
    db,
    now,
)
from tests.conftest import settings
from tests.factories import Factory
from tests.page import Browser, Page


def fields(page: Page) -> dict[str, str]:
    """What the form would send as it stands."""
    sent = {}
    for control in page.all("main form [name]"):
        if control.name != "button" and (control.get("type") not in ("radio", "checkbox") or control.has_attr("checked")):
            sent[control["name"]] = _value(control)
    return sent


def _value(control: Tag) -> str:
    if control.name == "textarea":
        return control.get_text().removeprefix("\r\n").removeprefix("\n")
    if control.name == "select":
        chosen = control.select_one("option[selected]") or control.select_one("option")
        return chosen.get("value", "") if chosen else ""
    return control.get("value", "")


def person(page: Page, **given: str) -> dict[str, str]:
    """The form filled in by a made-up person."""
    return fields(page) | {"title": "นางสาว", "first_name": "น้ำทิพย์", "last_name": "ก้ำแก้ว",
                           "organisation_name": "บจก. เครื่องมือแพทย์เหนือ",
                           "position": "ผู้จัดการ", "email": "Namthip@Example.org", "phone": "๐๘๑-๒๓๔-๕๖๗๘"} | given


def register(browser: Browser, event: Event, status: int = 303, **given: str) -> Page:
    address = f"/e/{event.slug}/register"
    return browser.post(address, person(browser.get(address), **given), status)


def registered(event: Event) -> list[Registration]:
    return list(db.session.scalars(select(Registration).where(Registration.event_id == event.id).order_by(Registration.id)))


def test_two_requests_lead_from_the_form_to_the_code(browser: Browser, make: Factory) -> None:
    event = make.event(capacity=5)
    answer = register(browser, event, consents="photos")
    page = browser.get(answer.location)
    assert page.one(".code-plate svg") and page.text(".ticket-name") == "นางสาวน้ำทิพย์ ก้ำแก้ว"
    assert page.headers["X-Robots-Tag"] == "noindex" and page.headers["Cache-Control"] == "no-store"
    one = registered(event)[0]
    assert (one.email, one.phone, one.language) == ("namthip@example.org", "+66812345678", "th")
    assert one.organisation and not one.organisation.confirmed
    assert [c.purpose for c in one.consents] == ["photos"] and db.session.get_one(Notice, one.notice_id).version == 1
    assert (event.taken, event.categories[0].taken) == (1, 1)


def test_consents_are_unticked_and_no_condition(browser: Browser, make: Factory) -> None:
    event = make.event()
    page = browser.get(f"/e/{event.slug}/register")
    assert not [box for box in page.all("input[type=checkbox]") if box.has_attr("checked")]
    register(browser, event)
    assert db.session.scalar(select(func.count(Consent.id))) == 0


def test_the_form_kept_with_sentences(browser: Browser, make: Factory) -> None:
    event = make.event()
    page = register(browser, event, 422, first_name="", email="nobody", phone="12", last_name="<b>x</b>")
    assert page.error("first_name") and page.error("email") and page.error("phone")
    assert register(browser, event, 422, phone="02 345 6789 ต่อ 12345678901").error("phone")
    assert page.one("[name=last_name]")["value"] == "<b>x</b>" and page.one("[name=phone]")["value"] == "12"
    assert registered(event) == []


@pytest.mark.parametrize("field", ["first_name", "position", "organisation_name"])
def test_a_national_id_is_not_stored(browser: Browser, make: Factory, field: str) -> None:
    event = make.event()
    page = register(browser, event, 422, **{field: "1-1017-00230-70-8"})
    assert page.error(field)
    assert registered(event) == [] and event.taken == 0


@pytest.mark.parametrize("typed,kept", [
    (("เเก้ว", "ใส"), ("แก้ว", "ใส")), (("กัญ\u200bญา", ""), ("กัญญา", "")), (("นํ้าทิพย์", "ดี"), ("น้ำทิพย์", "ดี")),
    (("{{7*7}}", "😀"), ("{{7*7}}", "😀")), (("L" * 60, ""), ("L" * 60, "")),
])
def test_hard_names(browser: Browser, make: Factory, typed: tuple[str, str], kept: tuple[str, str]) -> None:
    event = make.event()
    page = browser.get(register(browser, event, first_name=typed[0], last_name=typed[1], title="").location)
    one = registered(event)[0]
    assert (one.first_name, one.last_name) == kept and kept[0] in page.text(".ticket-name")


def test_the_last_seat_is_refused_in_a_sentence(browser: Browser, make: Factory) -> None:
    event = make.event(capacity=1)
    address = f"/e/{event.slug}/register"
    late = person(browser.get(address), email="late@example.org")
    register(browser, event)
    page = browser.post(address, late, 422)
    assert "ที่นั่ง" in page.text(".error-summary") or "seats" in page.text(".error-summary")
    assert page.one("[name=email]")["value"] == "late@example.org" and len(registered(event)) == 1


def test_a_full_category_cannot_be_chosen(browser: Browser, make: Factory) -> None:
    event = make.event()
    full = make.category(event, capacity=0)
    page = browser.get(f"/e/{event.slug}/register")
    assert [radio["value"] for radio in page.all("[name=category_id][disabled]")] == [str(full.id)]
    assert register(browser, event, 422, category_id=str(full.id)).error("category_id")
    other = make.event().categories[0]
    assert register(browser, event, 422, category_id=str(other.id)).error("category_id")
    assert (event.taken, full.taken) == (0, 0)


def test_the_same_form_sent_twice_takes_one_seat(browser: Browser, make: Factory) -> None:
    event = make.event()
    address = f"/e/{event.slug}/register"
    sent = person(browser.get(address))
    assert browser.post(address, sent).location == browser.post(address, sent).location
    assert len(registered(event)) == event.taken == 1


def test_the_same_person_twice_gets_the_link_by_mail_alone(browser: Browser, make: Factory) -> None:
    event = make.event()
    register(browser, event)
    one = registered(event)[0]
    page = register(browser, event, 422, title="", first_name="นํ้าทิพย์", email="namthip@example.org")
    assert one.manage_token not in page.response.get_data(as_text=True) and page.one(".error-summary")
    register(browser, event, 422)
    kinds = db.session.scalars(select(Message.kind).where(Message.registration_id == one.id).order_by(Message.id)).all()
    assert kinds == ["registration_confirmed", "registration_link"], "a second request within ten minutes sends nothing"
    assert event.taken == 1


def test_a_changed_notice_is_shown_again(browser: Browser, make: Factory) -> None:
    event = make.event()
    address = f"/e/{event.slug}/register"
    sent = person(browser.get(address))
    event.contact_name = "ฝ่ายใหม่"
    page = browser.post(address, sent, 422)
    assert "ฝ่ายใหม่" in page.text(".privacy") and registered(event) == []
    browser.post(address, person(page))
    assert "ฝ่ายใหม่" in db.session.get_one(Notice, registered(event)[0].notice_id).text_th
    assert fields(page)["notice"] == notices.wording(event).digest


def test_a_session_that_ran_out_keeps_what_was_typed(browser: Browser, make: Factory) -> None:
    event = make.event()
    page = browser.get(f"/e/{event.slug}/register")
    page = browser.post(f"/e/{event.slug}/register", person(page, csrf_token="old"), 422)
    assert page.one("[name=first_name]")["value"] == "น้ำทิพย์" and page.text(".error-summary")
    browser.post(f"/e/{event.slug}/register", person(page, csrf_token=browser.csrf_token()))
    assert len(registered(event)) == 1


@pytest.mark.parametrize("given", [
    {"status": EventStatus.CLOSED}, {"status": EventStatus.CANCELLED}, {"status": EventStatus.FINISHED},
    {"registration_closes_at": now() - timedelta(hours=1)}, {"registration_opens_at": now() + timedelta(hours=1)},
])
def test_closed_events_say_so_and_take_nobody(browser: Browser, make: Factory, given: dict) -> None:
    event = make.event()
    address = f"/e/{event.slug}/register"
    sent = person(browser.get(address))
    for name, value in given.items():
        setattr(event, name, value)
    assert browser.get(address).one("main .notice")
    assert browser.post(address, sent, 422).text(".error-summary")
    assert registered(event) == [] and event.taken == 0


def test_a_draft_does_not_exist(browser: Browser, make: Factory) -> None:
    event = make.event(status=EventStatus.DRAFT, published_at=None)
    browser.get(f"/e/{event.slug}/register", 404)


def test_change_own_details(browser: Browser, make: Factory) -> None:
    event = make.event(capacity=3)
    other = make.category(event, capacity=1)
    token = register(browser, event, category_id=str(event.categories[0].id)).location
    page = browser.get(f"{token}/edit")
    sent = fields(page) | {"first_name": "เอก", "email": "ek@example.org", "category_id": str(other.id)}
    browser.post(f"{token}/edit", sent)
    one = registered(event)[0]
    assert one.first_name == "เอก" and one.sort_key.startswith("อเก") and "เอกก" in one.search_text.replace(" ", "")
    assert (event.taken, *(c.taken for c in event.categories)) == (1, 0, 1)
    assert db.session.scalar(select(Message.to).where(Message.kind == "registration_changed")) == "ek@example.org"
    assert browser.post(f"{token}/edit", sent, 422).text(".error-summary"), "the same page sent again is out of date"


def test_cancel_once_and_register_again(browser: Browser, make: Factory) -> None:
    event = make.event(capacity=1)
    token = register(browser, event).location
    browser.get(f"{token}/cancel")
    browser.post(f"{token}/cancel")
    browser.post(f"{token}/cancel")
    assert (event.taken, event.categories[0].taken) == (0, 0)
    assert not browser.get(token).all(".code-plate")
    browser.get(register(browser, event).location)
    assert [r.status for r in registered(event)] == [RegistrationStatus.CANCELLED, RegistrationStatus.CONFIRMED]
    assert event.taken == 1


@pytest.mark.parametrize("given", [
    {"status": EventStatus.CANCELLED}, {"starts_at": now() - timedelta(days=2), "ends_at": now() - timedelta(days=1)}])
def test_nothing_changes_after_the_event(browser: Browser, make: Factory, given: dict) -> None:
    one = make.registration()
    for name, value in given.items():
        setattr(one.event, name, value)
    address = f"/r/{one.manage_token}"
    assert browser.get(address).one(".ticket-page > .notice")
    page = browser.get(f"{address}/edit", 422)
    browser.post(f"{address}/edit", fields(page) | {"first_name": "อื่น"}, 422)
    browser.post(f"{address}/cancel")
    assert one.status == RegistrationStatus.CONFIRMED and one.first_name != "อื่น" and one.event.taken == 1


def test_consent_is_withdrawn_as_easily_as_given(browser: Browser, make: Factory) -> None:
    event = make.event()
    token = register(browser, event, consents="photos").location
    for given in ("no", "no", "yes", "yes"):
        browser.post(f"{token}/consents", {"purpose": "photos", "given": given})
    history = [(c.withdrawn_at is not None) for c in registered(event)[0].consents]
    assert history == [True, False]
    browser.post(f"{token}/consents", {"purpose": "lottery", "given": "yes"}, 400)


def test_what_a_camera_opens(browser: Browser, make: Factory) -> None:
    one = make.registration(first_name="กัญญา", last_name="ศรีสุข")
    page = browser.get(f"/T/{one.code}")
    assert page.text(".ticket-name") == "กัญญา ศ." and page.headers["X-Robots-Tag"] == "noindex"
    body = page.response.get_data(as_text=True)
    assert not any(secret in body for secret in ("ศรีสุข", one.email, one.manage_token, "ตัวอย่าง จำกัด"))
    for typed in (f"/t/{one.code}", f"/T/{one.code.lower()}"):
        answer = browser.open("GET", typed)
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/T/{one.code}")
    browser.get(f"/T/{new_code()}", 404)
    browser.get("/T/1234", 404)


def test_a_replaced_code_says_so(browser: Browser, make: Factory) -> None:
    one, old = make.registration(), new_code()
    db.session.add(RetiredCode(code=old, registration_id=one.id))
    assert browser.get(f"/T/{old}").one(".tone-warning")


def test_files_of_the_ticket(browser: Browser, make: Factory) -> None:
    one = make.registration()
    picture = browser.get(f"/r/{one.manage_token}/ticket.png")
    assert picture.response.data.startswith(b"\x89PNG")
    calendar = browser.get(f"/r/{one.manage_token}/event.ics")
    assert f"/r/{one.manage_token}" in calendar.response.get_data(as_text=True).replace("\r\n ", "")
    browser.get(f"/r/{new_code()}", 404)


def test_sign_ups_are_rate_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)  # and put back what the new application changes
    monkeypatch.setattr(limiter, "initialized", False)
    monkeypatch.setattr(jobs, "_app", None)
    app = create_app(settings(tmp_path, "") | {"RATELIMIT_ENABLED": True})
    with app.app_context():
        db.create_all()
        event = Factory().event(capacity=0)
        visitor, address = Browser(app), f"/e/{event.slug}/register"
        sent = person(visitor.get(address))
        statuses = [visitor.open("POST", address, data=sent).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429], "ten times an hour for one e-mail address"


def test_the_organisation_is_found_under_another_spelling(make: Factory, browser: Browser) -> None:
    known = make.organisation("บริษัท เครื่องมือแพทย์เหนือ จำกัด")
    event = make.event()
    register(browser, event)
    assert registered(event)[0].organisation_id == known.id
    assert db.session.scalar(select(func.count(Organisation.id)).where(Organisation.folded == known.folded)) == 1
    assert db.session.scalar(select(Category.taken).where(Category.event_id == event.id)) == 1
