"""The public pages of events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import event as sa_event

from core import storage
from models import Event, EventKind, EventSession, EventStatus, Role, db, now
from tests.factories import Factory
from tests.page import Browser


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that reads tables."""
    seen: list[str] = []
    listen = lambda _c, _cur, sql, *_rest: seen.append(sql) if sql.startswith("SELECT") else None  # noqa: E731
    sa_event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield seen
    finally:
        sa_event.remove(db.engine, "before_cursor_execute", listen)


def rich(make: Factory) -> Event:
    """The meeting of July 2563 with everything that a page can show."""
    programme = make.programme(cluster_id=make.cluster(name_th="คลัสเตอร์เครื่องมือแพทย์ภาคเหนือ").id)
    for position, name in enumerate(("ศูนย์ส่งเสริมอุตสาหกรรม ภาคที่ 1", "วิทยาลัยนานาชาตินวัตกรรมดิจิทัล")):
        logo = storage.put(b"\x89PNG logo %d" % position, "image/png")
        make.host(programme, organisation=make.organisation(name), position=position, logo_sha256=logo)
    event = make.event(programme, slug="result-presentation", kind=EventKind.RESULT_PRESENTATION, hours=6, capacity=50, taken=38,
                       title_th="ประชุมสรุปผลการดำเนินงาน", title_en="Result presentation", chair_th="น.ส.นิรามัย ศิริศรีสุดากุล",
                       contact_phone="053 245 361", map_url="https://maps.example.org/x",
                       online_url="https://meet.example.org/secret")
    make.category(event, capacity=20, taken=20, name_th="ดิจิทัล")
    for hour in (0, 1):
        start = event.starts_at + timedelta(hours=hour)
        end = start + timedelta(hours=1)
        db.session.add(EventSession(event_id=event.id, title_th=f"ช่วง {hour}", starts_at=start, ends_at=end))
    db.session.flush()
    return event


def test_the_page_reads_like_a_printed_programme(make: Factory, browser: Browser) -> None:
    event = rich(make)
    page = browser.get(f"/e/{event.slug}")
    assert page.text("h1") == event.title_th
    assert page.text(".lead") == event.title_en
    text = page.text()
    for wanted in ("น.ส.นิรามัย ศิริศรีสุดากุล", "ศูนย์ส่งเสริมอุตสาหกรรม ภาคที่ 1", event.place_th, "053 245 361",
                   "คลัสเตอร์เครื่องมือแพทย์ภาคเหนือ", event.programme.title_th, "ช่วง 0"):
        assert wanted in text
    assert len(page.all(".host-logos img")) == 2
    assert page.one("a.btn-primary")["href"] == f"/e/{event.slug}/register"
    assert "secret" not in page.response.get_data(as_text=True), "the link to join is for participants"


def test_the_page_in_english(make: Factory, browser: Browser) -> None:
    event = rich(make)
    page = browser.speak("en").get(f"/e/{event.slug}")
    assert page.text("h1") == "Result presentation"
    assert "12 seats left" in page.text(".register-note")
    assert [one.get_text() for one in page.all(".seats-left")] == ["12 seats left", "Full"]


def test_a_shared_link_shows_title_day_and_place(make: Factory, browser: Browser) -> None:
    event = rich(make)
    page = browser.get(f"/e/{event.slug}")
    meta = {tag.get("property") or tag.get("name"): tag["content"] for tag in page.all("head meta[content]")}
    assert meta["og:title"] == meta["twitter:title"] == event.title_th
    assert event.place_th in meta["og:description"] and meta["description"] == meta["og:description"]
    assert meta["og:url"] == page.one("link[rel=canonical]")["href"] == f"http://localhost/e/{event.slug}"
    assert meta["og:image"].startswith("http://localhost/static/") and "img/og.png" in meta["og:image"]
    assert (meta["og:image:width"], meta["og:image:height"], meta["og:locale"]) == ("1200", "630", "th_TH")


def test_search_engines_read_microdata(make: Factory, browser: Browser) -> None:
    event = rich(make)
    page = browser.get(f"/e/{event.slug}")
    sheet = page.one('[itemtype="https://schema.org/Event"]')
    assert sheet.select_one("[itemprop=startDate]")["datetime"] == event.starts_at.isoformat()
    assert sheet.select_one("[itemprop=location] [itemprop=name]").get_text() == event.place_th
    assert len(sheet.select("[itemprop=organizer]")) == 2


def test_the_page_asks_the_database_at_most_five_times(make: Factory, browser: Browser) -> None:
    path = f"/e/{rich(make).slug}"
    browser.get(path)
    with statements() as seen:
        browser.get(path)
    assert 1 <= len(seen) <= 5, "\n".join(seen)


@pytest.mark.parametrize(("given", "words", "open_"), [
    ({"registration_opens_at": now() + timedelta(hours=5)}, "not open yet", False),
    ({"status": EventStatus.CLOSED}, "Registration is closed", False),
    ({"capacity": 3, "taken": 3}, "All seats are taken", False),
    ({"status": EventStatus.CANCELLED, "cancel_reason": "The hall is flooded."}, "The hall is flooded.", False),
    ({"starts_at": now() - timedelta(days=2)}, "This event is over", False),
    ({}, "Register", True),
])
def test_each_state_is_said_and_only_open_leads_in(make: Factory, browser: Browser, given: dict, words: str, open_: bool) -> None:
    event = make.event(**given)
    page = browser.speak("en").get(f"/e/{event.slug}")
    assert words in page.text()
    assert bool(page.all(f'a[href="/e/{event.slug}/register"]')) is open_


def test_a_hostile_title_stays_text(make: Factory, browser: Browser) -> None:
    event = make.event(title_th='<script>alert(1)</script>"', cancel_reason="<b>x</b>", status=EventStatus.CANCELLED)
    assert browser.get(f"/e/{event.slug}").text("h1") == '<script>alert(1)</script>"'


def test_a_draft_is_there_for_its_people_alone(make: Factory, browser: Browser) -> None:
    event = make.event(status=EventStatus.DRAFT, published_at=None)
    path = f"/e/{event.slug}"
    browser.get(path, status=404)
    browser.get(f"{path}.ics", status=404)
    browser.sign_in(make.user()).get(path, status=404)
    viewer = make.user()
    make.grant(viewer, Role.VIEWER, event)
    page = browser.sign_in(viewer).get(path)
    assert page.one(f'.notice a[href="/organiser/events/{event.id}"]')
    assert page.one("meta[name=robots]")["content"] == "noindex"


def test_the_list_shows_what_is_on_and_what_was(make: Factory, browser: Browser) -> None:
    soon, past = make.event(), make.event(starts_at=now() - timedelta(days=30))
    draft = make.event(status=EventStatus.DRAFT)
    page = browser.get("/")
    assert [link["href"] for link in page.all(".event-card a")] == [f"/e/{soon.slug}", f"/e/{past.slug}"]
    assert len(page.all(".season")) == 2
    assert draft.title_th not in page.text()


def test_the_list_has_pages(make: Factory, browser: Browser) -> None:
    programme = make.programme()
    for _number in range(21):
        make.event(programme)
    assert len(browser.get("/").all(".event-card")) == 20
    assert len(browser.get("/?page=2").all(".event-card")) == 1
    browser.get("/?page=3", status=404)


def test_an_empty_list_says_so(browser: Browser) -> None:
    assert browser.get("/").one(".empty h2")


def test_calendar_files(make: Factory, browser: Browser) -> None:
    event, draft = make.event(), make.event(status=EventStatus.DRAFT)
    one = browser.get(f"/e/{event.slug}.ics")
    assert one.headers["Content-Type"] == "text/calendar; charset=utf-8"
    feed = Calendar.from_ical(browser.get("/calendar.ics").response.data)
    assert [entry["summary"] for entry in feed.walk("VEVENT")] == [event.title_th]
    assert draft.title_th.encode() not in browser.get("/calendar.ics").response.data


def test_hidden_categories_are_nowhere_in_public(make: Factory, browser: Browser) -> None:
    event = make.event(capacity=9)
    make.category(event, name_th="แขกผู้มีเกียรติ", hidden=True, capacity=3)
    make.category(event, name_th="สื่อมวลชน", capacity=2, approval=True)
    page = browser.get(f"/e/{event.slug}")
    assert "แขกผู้มีเกียรติ" not in page.response.get_data(as_text=True)
    assert [row.get_text() for row in page.all(".seat-list li > :first-child")][1].startswith("สื่อมวลชน")
    for category in event.categories:
        category.hidden = True
    page = browser.speak("en").get(f"/e/{event.slug}")
    assert "For those with a code" in page.text(".register-note") and not page.all(".seat-list")


def test_a_full_event_with_a_waitlist_leads_to_it(make: Factory, browser: Browser) -> None:
    event = make.event(capacity=1, taken=1, waitlist=True)
    browser.speak("en")
    assert browser.get(f"/e/{event.slug}").one(".notice a.btn")["href"] == f"/e/{event.slug}/register"
    assert "join the waitlist" in browser.get("/").text(".event-card")


def test_parallel_sessions_stand_side_by_side_with_their_seats(make: Factory, browser: Browser) -> None:
    event = make.event()
    make.session(event, title_th="ห้องหนึ่ง", bookable=True, capacity=10, taken=4)
    make.session(event, title_th="ห้องสอง", bookable=True, capacity=5, taken=5, position=1)
    page = browser.speak("en").get(f"/e/{event.slug}")
    assert [li.select_one(".agenda-seats").get_text() for li in page.all(".agenda-parallel > li")] == ["6 seats left", "Full"]
    event.status = EventStatus.FINISHED
    assert not browser.get(f"/e/{event.slug}").all(".agenda-seats")


def test_the_link_to_join_leaves_the_house_with_a_ticket_alone(make: Factory, browser: Browser) -> None:
    event = rich(make)
    for path in ("/", f"/e/{event.slug}", f"/e/{event.slug}.ics", "/calendar.ics", f"/e/{event.slug}/register"):
        assert b"meet.example.org" not in browser.get(path).response.data, path
    registration = make.registration(event)
    assert b"meet.example.org" in browser.get(f"/r/{registration.manage_token}").response.data


def test_the_list_costs_the_same_for_one_event_and_for_ten(make: Factory, browser: Browser) -> None:
    programme = make.programme()
    make.event(programme)
    browser.get("/")
    with statements() as one:
        browser.get("/")
    for _number in range(9):
        make.event(programme, capacity=5)
    with statements() as ten:
        browser.get("/")
    assert 1 <= len(ten) == len(one) <= 4
