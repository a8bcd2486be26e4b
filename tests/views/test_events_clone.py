"""Cloning, series and the archive, on the organiser's pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.locale import local
from models import Event, EventStatus, Grant, Role, db, now
from tests.factories import Factory
from tests.page import Browser, Page
from tests.views.test_events_public import statements


@pytest.fixture
def organiser(make: Factory, browser: Browser) -> Browser:
    return browser.sign_in(make.admin()).speak("en")


def shown(page: Page) -> dict[str, object]:
    """What the form would send."""
    fields: dict[str, object] = {tag["name"]: tag.get("value", "") for tag in page.all("form.form input[name]")
                                 if tag.get("type") not in ("checkbox",) and tag["name"] != "shown"}
    fields |= {tag["name"]: tag.get_text().strip() for tag in page.all("form.form textarea")}
    fields |= {tag["name"]: (tag.select_one("option[selected]") or tag.select_one("option"))["value"] for tag in page.all("form.form select")}
    for tag in page.all("form.form input[type=checkbox][checked]"):
        fields[tag["name"]] = [*fields.get(tag["name"], []), tag["value"]]  # type: ignore[misc]
    fields["shown"] = [tag["value"] for tag in page.all("[name=shown]")]
    fields.pop("csrf_token")
    return fields


def drafts() -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.status == EventStatus.DRAFT).order_by(Event.starts_at)))


def test_clone_with_all_parts_at_first(make: Factory, organiser: Browser) -> None:
    event = make.event()
    path = f"/organiser/events/{event.id}/clone"
    form = shown(organiser.get(path))
    assert len(form["parts"]) == 11
    page = organiser.post(path, form | {"first_day": "30/2/2570"}, status=422)
    assert "no such day" in page.error("first_day") and len(shown(page)["parts"]) == 11
    where = organiser.post(path, form | {"first_day": "17 ก.ค. 2570", "title_en": "Once more"}).location
    [copy] = drafts()
    assert where == f"/organiser/events/{copy.id}" and copy.slug == "2027-07-17-once-more"
    assert "Once more" in organiser.get(where).text("h1")
    assert organiser.post(path, form | {"first_day": "17/7/2570", "title_en": "Once more"}).location == where, "a double click"


def test_only_organisers_of_the_programme_make_new_events(make: Factory, browser: Browser) -> None:
    event, helper = make.event(), make.user()
    make.grant(helper, Role.ORGANISER, event)
    for page in ("clone", "series"):
        browser.sign_in(helper).get(f"/organiser/events/{event.id}/{page}", status=403)
    assert not browser.get(f"/organiser/events/{event.id}").all(f'a[href$="/{event.id}/clone"]')


def test_roles_are_an_owner_s_to_take_over(make: Factory, browser: Browser) -> None:
    event, helper = make.event(), make.user()
    make.grant(helper, Role.ORGANISER, event.programme)
    make.grant(make.user(), Role.OWNER, event)
    path = f"/organiser/events/{event.id}/clone"
    form = shown(browser.sign_in(helper).get(path)) | {"first_day": "17/7/2570"}
    assert len(form["parts"]) == 10 and "people" not in form["parts"]
    assert "valid choice" in browser.speak("en").post(path, form | {"parts": ["people"]}, status=422).text(".error-summary")
    browser.post(path, form)
    assert db.session.scalar(select(func.count(Grant.id)).where(Grant.event_id == drafts()[0].id)) == 0


def test_a_series_is_shown_first_and_made_as_shown(make: Factory, organiser: Browser) -> None:
    event = make.event(title_th="ประชุมคณะทำงาน ครั้งที่ 1", title_en="Working group (1)")
    event.programme.ends_on = local(now()).date() + timedelta(days=20)
    day = local(event.starts_at).date()
    make.event(event.programme, title_en="Another workshop", starts_at=event.starts_at + timedelta(days=14))
    path = f"/organiser/events/{event.id}/series"
    form = shown(organiser.get(path)) | {"every": "2", "times": "3"}
    page = organiser.post(path, form, status=200)
    assert drafts() == []
    days = [(day + timedelta(weeks=2 * n)) for n in (1, 2, 3)]
    assert [tag["value"] for tag in page.all("[name=shown]")] == [one.isoformat() for one in days]
    rows = [row.get_text(" ", strip=True) for row in page.all(".planned li")]
    assert f"{days[0]:%A}" in rows[0] and "Working group (2)" in rows[0] and "On the same day: Another workshop" in rows[0]
    assert "Outside the period" in rows[1] and "same day" not in rows[1]
    # What was not shown is not made.
    assert not organiser.post(path, shown(page) | {"create": "y", "times": "2"}, status=200).all(".flashes *") and drafts() == []
    wanted = shown(page) | {"create": "y", "left_out": days[1].isoformat()}
    organiser.post(path, wanted)
    assert "there already" in organiser.post(path, wanted, status=422).text(".error-summary"), "a double click"
    made = drafts()
    assert [one.title_th for one in made] == ["ประชุมคณะทำงาน ครั้งที่ 2", "ประชุมคณะทำงาน ครั้งที่ 3"]
    assert [local(one.starts_at).date() for one in made] == [days[0], days[2]]
    source = db.session.get(Event, event.id)
    assert source.series and {one.series for one in made} == {source.series}
    assert len(organiser.get(f"/organiser/events/{event.id}").all(".siblings li")) == 3


def test_a_series_on_typed_days(make: Factory, organiser: Browser) -> None:
    event = make.event()
    path = f"/organiser/events/{event.id}/series"
    form = shown(organiser.get(path)) | {"rhythm": "list"}
    assert "type the days" in organiser.post(path, form, status=422).error("days")
    wrong = organiser.post(path, form | {"days": "1/8/2570\nพรุ่งนี้"}, status=422)
    assert "พรุ่งนี้" in wrong.error("days") and wrong.one("[name=days]").get_text().strip().startswith("1/8/2570")
    page = organiser.post(path, form | {"days": "1/8/2570\n๒ ส.ค. ๗๐"}, status=200)
    assert [tag["value"] for tag in page.all("[name=shown]")] == ["2027-08-01", "2027-08-02"]
    assert "past" in organiser.post(path, form | {"days": "17/7/2563"}, status=200).text(".planned")


def test_the_public_page_leads_to_the_public_rest_of_the_series(make: Factory, browser: Browser) -> None:
    programme = make.programme()
    event, other = (make.event(programme, series="S") for _number in range(2))
    make.event(programme, series="S", status=EventStatus.DRAFT)
    assert [link["href"] for link in browser.get(f"/e/{event.slug}").all(".siblings a")] == [f"/e/{other.slug}"]


def test_an_archived_event_leaves_the_lists_and_keeps_its_page(make: Factory, organiser: Browser) -> None:
    event = make.event(status=EventStatus.FINISHED, starts_at=now() - timedelta(days=9))
    path, programme = f"/organiser/events/{event.id}", f"/organiser/programmes/{event.programme_id}"
    organiser.post(f"{path}/archive")
    for page in ("/", programme, "/organiser"):
        assert event.title_en not in organiser.get(page).text(), page
    assert event.title_th.encode() not in organiser.get("/calendar.ics").response.data
    assert organiser.get(f"/e/{event.slug}").text("h1") == event.title_en
    link = organiser.get(programme).one('a[href$="archived=1"]')["href"]
    assert event.title_en in organiser.get(link).text()
    assert "archived" in organiser.get(path).text(".notice")
    organiser.post(f"{path}/unarchive")
    assert event.title_en in organiser.get("/").text()


def test_what_is_not_over_is_not_archived(make: Factory, organiser: Browser) -> None:
    event = make.event()
    organiser.post(f"/organiser/events/{event.id}/archive")
    assert "finished, cancelled or past" in organiser.get(f"/organiser/events/{event.id}").text(".flashes")
    assert db.session.scalar(select(func.count(Event.id)).where(Event.archived_at.is_not(None))) == 0


def test_the_overview_costs_the_same_however_much_there_is(make: Factory, organiser: Browser) -> None:
    event = make.event(series="S")
    path = f"/organiser/events/{event.id}"
    organiser.get(path)
    with statements() as bare:
        organiser.get(path)
    for _number in range(5):
        make.event(event.programme, series="S")
        make.category(event)
        make.session(event)
        make.registration(event)
    with statements() as full:
        organiser.get(path)
    assert 1 <= len(full) == len(bare) <= 10, "\n".join(full)
