"""The organiser's pages of an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models import Event, EventStatus, Role, db, now
from tests.factories import Factory
from tests.page import Browser, Page


@pytest.fixture
def organiser(make: Factory, browser: Browser) -> Browser:
    """Someone who owns everything, reading English."""
    return browser.sign_in(make.admin()).speak("en")


def typed(**given: str) -> dict[str, str]:
    """The form of a one-day meeting as an organiser fills it in."""
    return {"kind": "meeting", "title_th": "ประชุมคณะทำงาน", "title_en": "Working group", "start_day": "17/7/2570",
            "start_time": "9.00", "end_time": "๑๖.๓๐ น.", "place_th": "เชียงใหม่",
            "categories-0-name_th": "ผู้เข้าร่วม", "categories-0-capacity": "40"} | given


def shown(page: Page) -> dict[str, Any]:
    """What the form on this page would send."""
    fields = {tag["name"]: tag.get("value", "") for tag in page.all("form.form input[name]") if tag.get("type") != "checkbox"}
    fields |= {tag["name"]: "y" for tag in page.all("form.form input[type=checkbox][checked]")}
    fields |= {tag["name"]: tag.get_text().lstrip("\r\n") for tag in page.all("form.form textarea")}
    fields |= {tag["name"]: tag.select_one("option[selected]")["value"] for tag in page.all("form.form select")}
    fields.pop("csrf_token")
    return fields


def test_create_look_over_and_publish(make: Factory, organiser: Browser) -> None:
    programme = make.programme()
    path = f"/organiser/programmes/{programme.id}/events/new"
    assert len(organiser.get(path).all("#categories .row-group")) == 4
    opened = typed(**{"sessions-0-starts": "9.00", "sessions-0-ends": "10.00", "sessions-0-title_th": "พิธีเปิด",
                      "closes_day": "10 ก.ค. 70"})
    where = organiser.post(path, opened).location
    event = db.session.scalars(select(Event)).one()
    assert where == f"/organiser/events/{event.id}"
    assert (event.starts_at, event.ends_at) == (datetime(2027, 7, 17, 2, tzinfo=UTC), datetime(2027, 7, 17, 9, 30, tzinfo=UTC))
    assert event.registration_closes_at == datetime(2027, 7, 10, 16, 59, tzinfo=UTC)
    assert (event.slug, event.status, event.categories[0].capacity) == ("2027-07-17-working-group", EventStatus.DRAFT, 40)
    assert "Before you publish" in organiser.get(where).text()
    organiser.post(f"{where}/publish")
    assert db.session.get(Event, event.id).status == EventStatus.PUBLISHED
    assert organiser.get(f"/e/{event.slug}").text("h1") == "Working group"


@pytest.mark.parametrize(("wrong", "field", "sentence"), [
    ({"title_th": ""}, "title_th", "Please fill this in."),
    ({"end_time": "8.00"}, "end_time", "must end after it starts"),
    ({"start_day": "2570-07-17"}, "start_day", "The year cannot be right"),
    ({"start_day": "30/2/2570"}, "start_day", "no such day"),
    ({"end_time": "เที่ยง"}, "end_time", "hours and minutes"),
    ({"opens_day": "16/7/2570", "closes_day": "15/7/2570"}, "closes_day", "close after it opens"),
    ({"closes_day": "18/7/2570"}, "closes_day", "before the event ends"),
    ({"closes_time": "9.00"}, "closes_day", "the day too"),
    ({"capacity": "many"}, "capacity", "whole number"),
    ({"capacity": "-1"}, "capacity", "between 0"),
    ({"map_url": "javascript:alert(1)"}, "map_url", "https://"),
    ({"contact_email": "nobody@"}, "contact_email", "cannot be right"),
    ({"slug": "Not A Slug"}, "slug", "Latin letters"),
    ({"changes_day": "18/7/2570"}, "changes_day", "before the end"),
    ({"names_time": "9.00"}, "names_day", "the day too"),
    ({"group_size": "51"}, "group_size", "between 1 and 50"),
    ({"categories-0-name_th": "", "categories-0-name_en": "Guest"}, "categories-0-name_th", "Thai name"),
    ({"categories-1-name_th": "ผู้เข้าร่วม"}, "categories-1-name_th", "same Thai name"),
    ({"categories-0-capacity": "x"}, "categories-0-capacity", "whole number"),
    ({"sessions-0-title_th": "พิธีเปิด"}, "sessions-0-starts", "fill this in"),
    ({"sessions-2-title_th": "เช้า", "sessions-2-starts": "7.00", "sessions-2-ends": "8.00"},
     "sessions-0-starts", "between the start"),
])
def test_a_wrong_field_has_its_sentence_and_keeps_what_was_typed(
        make: Factory, organiser: Browser, wrong: dict[str, str], field: str, sentence: str) -> None:
    page = organiser.post(f"/organiser/programmes/{make.programme().id}/events/new", typed(**wrong), status=422)
    assert sentence in page.error(field)
    assert page.all(".error-summary li"), "the summary has it too"
    assert page.one("title").get_text().startswith("Error")
    kept = shown(page)
    for name, value in typed(**wrong).items():
        if not name.startswith("sessions-2"):  # lines move up
            assert kept[name] == value
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0


def test_each_error_stands_once_in_the_summary(make: Factory, organiser: Browser) -> None:
    wrong = typed(**{"categories-0-capacity": "x", "title_th": ""})
    page = organiser.post(f"/organiser/programmes/{make.programme().id}/events/new", wrong, status=422)
    links = [link["href"] for link in page.all(".error-summary a")]
    assert links == ["#title_th", "#categories-0-capacity"]
    for link in links:
        page.one(link)


def test_no_category_is_said_at_the_list(make: Factory, organiser: Browser) -> None:
    empty = typed(**{"categories-0-name_th": "", "categories-0-capacity": ""})
    page = organiser.post(f"/organiser/programmes/{make.programme().id}/events/new", empty, status=422)
    assert "at least one category" in page.text("#categories")


def test_more_lines_without_script(make: Factory, organiser: Browser) -> None:
    asked = typed(title_th="", more="sessions")
    page = organiser.post(f"/organiser/programmes/{make.programme().id}/events/new", asked, status=200)
    assert not page.all(".error-summary")
    assert len(page.all("#categories .row-group")) == 4
    assert page.one("#sessions details").has_attr("open") and not page.one("#categories details").has_attr("open")
    assert shown(page)["title_en"] == "Working group"


def test_saving_an_untouched_form_changes_nothing(make: Factory, organiser: Browser) -> None:
    event = make.event(capacity=30, hours=6, registration_opens_at=now().replace(second=0, microsecond=0),
                       starts_at=(now() + timedelta(days=2)).replace(second=0, microsecond=0), map_url="https://maps.example.org")
    names = [column.key for column in Event.__table__.columns if column.key != "version"]
    before = {name: getattr(event, name) for name in names}
    page = organiser.get(f"/organiser/events/{event.id}/edit")
    organiser.post(f"/organiser/events/{event.id}/edit", shown(page))
    event = db.session.get(Event, event.id)
    assert {name: getattr(event, name) for name in names} == before
    assert len(event.categories) == 1


def test_more_about_seats_is_folded_until_it_is_used(make: Factory, organiser: Browser) -> None:
    path = f"/organiser/programmes/{make.programme().id}/events/new"
    assert not organiser.get(path).one(".more-settings").has_attr("open")
    more = {"waitlist": "y", "changes_day": "17/7/2570", "categories-0-hidden": "y", "categories-0-approval": "y"}
    where = organiser.post(path, typed(**more)).location
    event = db.session.scalars(select(Event)).one()
    assert (event.waitlist, event.offer_hours, event.group_size, event.changes_until) == (True, 24, 5, event.ends_at)
    page = organiser.get(f"{where}/edit")
    assert page.one(".more-settings").has_attr("open") and page.one("[name=changes_time]")["value"] == "16.30"
    assert shown(page).keys() >= {"waitlist", "categories-0-hidden", "categories-0-approval"}


def test_two_organisers_with_one_form(make: Factory, organiser: Browser) -> None:
    path = f"/organiser/events/{make.event().id}/edit"
    form = shown(organiser.get(path))
    organiser.post(path, form | {"title_en": "First"})
    page = organiser.post(path, form | {"title_en": "Second"}, status=422)
    assert "Someone else changed this" in page.text(".error-summary")
    again = shown(page)
    assert again["title_en"] == "Second"
    organiser.post(path, again)
    assert organiser.get(path).one("[name=title_en]")["value"] == "Second"


def test_capacity_below_what_is_taken(make: Factory, organiser: Browser) -> None:
    event = make.event(capacity=9, taken=9)
    path = f"/organiser/events/{event.id}/edit"
    page = organiser.post(path, shown(organiser.get(path)) | {"capacity": "8", "title_en": "Kept"}, status=422)
    assert "9 seats are taken" in page.error("capacity")
    assert shown(page)["title_en"] == "Kept"
    event = db.session.get(Event, event.id)
    assert event.capacity == 9 and event.title_en != "Kept"


def test_a_category_with_people_cannot_go(make: Factory, organiser: Browser) -> None:
    event = make.registration().event
    path = f"/organiser/events/{event.id}/edit"
    form = shown(organiser.get(path)) | {"categories-0-remove": "y", "categories-1-name_th": "ใหม่"}
    assert "has to stay" in organiser.post(path, form, status=422).error("categories-0-remove")


def test_history_may_be_edited_but_not_published(make: Factory, organiser: Browser) -> None:
    event = make.event(status=EventStatus.DRAFT, starts_at=now() - timedelta(days=400))
    path = f"/organiser/events/{event.id}"
    organiser.post(f"{path}/edit", shown(organiser.get(f"{path}/edit")))
    organiser.post(f"{path}/publish")
    assert "starts in the past" in organiser.get(path).text(".flashes")
    assert db.session.get(Event, event.id).status == EventStatus.DRAFT


def test_close_reopen_finish(make: Factory, organiser: Browser) -> None:
    event = make.event(starts_at=now() - timedelta(hours=1))
    path = f"/organiser/events/{event.id}"
    for step, status in (("close", "closed"), ("reopen", "published"), ("finish", "finished")):
        assert organiser.get(path).all(f'form[action="{path}/{step}"]'), f"a button for {step}"
        organiser.post(f"{path}/{step}")
        assert db.session.get(Event, event.id).status == status
    organiser.post(f"{path}/close")
    assert "another state" in organiser.get(path).text(".flashes")


def test_cancelling_says_how_many_hear_of_it_and_wants_a_reason(make: Factory, organiser: Browser) -> None:
    event = make.registration().event
    path = f"/organiser/events/{event.id}"
    assert "1 person is told" in organiser.get(f"{path}/cancel").text()
    assert "reason" in organiser.post(f"{path}/cancel", {"reason": " "}, status=422).error("reason")
    organiser.post(f"{path}/cancel", {"reason": "The hall is flooded."})
    assert "The hall is flooded." in organiser.get(path).text()
    assert "The hall is flooded." in organiser.get(f"/e/{event.slug}").text()


def test_the_overview_has_link_code_and_figures(make: Factory, organiser: Browser) -> None:
    event = make.registration(make.event(capacity=10)).event
    path = f"/organiser/events/{event.id}"
    page = organiser.get(path)
    assert page.one(".copy-field input")["value"] == f"http://localhost/e/{event.slug}"
    assert page.one(".code-plate svg")
    assert page.all(".stat-value")[0].get_text() == "1"
    picture = organiser.get(f"{path}/poster.png")
    assert picture.response.data.startswith(b"\x89PNG") and event.slug in picture.headers["Content-Disposition"]


def test_a_viewer_looks_and_changes_nothing(make: Factory, browser: Browser) -> None:
    event, viewer = make.event(), make.user()
    make.grant(viewer, Role.VIEWER, event)
    path = f"/organiser/events/{event.id}"
    page = browser.sign_in(viewer).get(path)
    assert not page.all(f'form[action^="{path}"]') and not page.all(f'a[href="{path}/cancel"]')
    browser.get(f"{path}/edit", status=403)
    browser.post(f"{path}/close", status=403)
    browser.sign_in(make.user()).get(path, status=404)
