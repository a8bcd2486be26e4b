"""Self check-in through HTTP: the screen in the room, the participant's phone, and all who are not let in by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from blueprints.checkin import venue, venue_desk, venue_services, venue_views
from models import Checkpoint, EntryPolicy, Event, EventStatus, RegistrationStatus, Role, Scan, db, now
from tests.factories import Factory
from tests.page import Browser


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def checkpoint(event: Event) -> Checkpoint:
    row = db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)).one()
    venue_services.switch(row, event, True)
    return row


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Move the server's clock."""
    shift = timedelta()

    def clock() -> datetime:
        return now() + shift

    for module in (venue_views, venue_services, venue_desk):
        monkeypatch.setattr(module, "now", clock)

    def by(**much: float) -> None:
        nonlocal shift
        shift += timedelta(**much)

    return by


def screen(checkpoint: Checkpoint, at: datetime | None = None) -> str:
    """The path of the code on the screen."""
    return f"/N/{venue.token(checkpoint.venue_key or '', checkpoint.id, at or now())}"


def enter(browser: Browser, checkpoint: Checkpoint) -> None:
    """Point the camera at the screen."""
    assert browser.get(screen(checkpoint), 303).location == "/N/"


def scans(verdict: str = "ok") -> int:
    return db.session.scalar(select(func.count(Scan.id)).where(Scan.verdict == verdict)) or 0


def test_whoever_opened_the_ticket_here_presses_the_own_name(browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event) -> None:
    person = make.registration(event, first_name="น้ำทิพย์", last_name="ก้ำแก้ว")
    browser.get(f"/r/{person.manage_token}")
    browser.get(f"/r/{make.registration(make.event()).manage_token}")
    enter(browser, checkpoint)
    page = browser.get("/N/")
    assert "น้ำทิพย์ ก้ำแก้ว" in page.text("button[name=registration]")
    assert browser.post("/N/", {"registration": str(person.id)}).location == "/N/result"
    result = browser.get("/N/result")
    assert result.text(".here-green h1") == "ยินดีต้อนรับ"
    assert "น้ำทิพย์ ก้ำแก้ว" in result.text(".here-who")
    scan = db.session.scalars(select(Scan)).one()
    assert (scan.registration_id, scan.checkpoint_id, scan.device_id, scan.user_id, scan.gate_id, scan.verdict, scan.would_be) == (
        person.id, checkpoint.id, None, None, None, "ok", "ok")


def test_opening_the_address_writes_nothing_and_a_small_letter_leads_on(browser: Browser, checkpoint: Checkpoint) -> None:
    assert browser.open("GET", screen(checkpoint).lower()).headers["Location"] == screen(checkpoint)
    enter(browser, checkpoint)
    assert browser.get("/N/who", 303).location == "/N/"  # where the language switch of a refused form leads
    assert scans() == 0


@pytest.mark.parametrize("typed", ["Somchai@Example.org ", "081 234 9999", "+66 81 234 9999", "๐๘๑-๒๓๔-๙๙๙๙"])
def test_others_are_found_by_what_they_registered_with(browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event, typed: str) -> None:
    person = make.registration(event, email="somchai@example.org", phone="+66812349999", search_text="somchaiexampleorg 0812349999")
    make.registration(event)
    enter(browser, checkpoint)
    assert browser.get("/N/").all("button[name=registration]") == []
    assert browser.post("/N/who", {"contact": typed}).location == "/N/result"
    assert db.session.scalars(select(Scan.registration_id)).all() == [person.id]


def test_colleagues_of_one_address_choose_their_name(browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event) -> None:
    names = ("กานดา", "ขวัญใจ", "คมสัน")
    people = [make.registration(event, first_name=name, email="office@example.org") for name in names]
    people[2].status = RegistrationStatus.CANCELLED
    stranger = make.registration(event)
    enter(browser, checkpoint)
    browser.post("/N/", {"registration": str(people[0].id)}, 404)
    assert browser.post("/N/who", {"contact": "office@example.org"}).location == "/N/#found"
    page = browser.get("/N/")
    assert [button["value"] for button in page.all("#found button")] == [str(one.id) for one in people[:2]]
    assert "ศรีสุข" not in page.text()
    browser.post("/N/", {"registration": str(stranger.id)}, 404)
    browser.post("/N/", {"registration": str(people[1].id)})
    assert db.session.scalars(select(Scan.registration_id)).all() == [people[1].id]


def test_whoever_is_not_found_is_told_what_to_do(browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event) -> None:
    make.registration(make.event(), email="elsewhere@example.org")
    enter(browser, checkpoint)
    for typed, word in (("elsewhere@example.org", "โต๊ะลงทะเบียน"), ("0899999999", "โต๊ะลงทะเบียน"), ("สมชาย", "081 234 5678"), ("", "กรุณากรอก")):
        page = browser.post("/N/who", {"contact": typed}, 422)
        assert word in page.error("contact"), typed
    assert db.session.scalar(select(func.count(Scan.id))) == 0


def test_a_forwarded_code_is_too_old(app: Flask, browser: Browser, checkpoint: Checkpoint, move: Callable[..., None]) -> None:
    photo = screen(checkpoint)
    move(seconds=61)
    assert "ห้อง" in browser.get(photo, 410).text()
    browser.get("/N/", 410)
    for text in ("nothing", "1-AAAAAAAAAAAAAAAA", f"{2**31 + 5}-AAAAAAAAAAAAAAAA"):
        browser.get(f"/N/{text.upper()}", 410)


def test_whoever_was_in_the_room_has_five_minutes(browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event,
                                                  move: Callable[..., None]) -> None:
    person = make.registration(event, email="person@example.org")
    photo = screen(checkpoint)
    browser.get(photo, 303)
    move(minutes=4)
    assert browser.get(photo, 303).location == "/N/"  # a reload of the tab that was open
    move(minutes=1, seconds=1)
    for status, path, data in ((410, "/N/who", {"contact": person.email}), (410, "/N/", {"registration": str(person.id)})):
        browser.post(path, data, status)
    browser.get(photo, 410)
    assert scans() == 0


def test_switched_off_no_code_and_no_proof_is_good(browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event) -> None:
    make.registration(event, email="person@example.org")
    before = screen(checkpoint)
    enter(browser, checkpoint)
    venue_services.switch(checkpoint, event, False)
    browser.get(before, 410)
    browser.post("/N/who", {"contact": "person@example.org"}, 410)
    venue_services.switch(checkpoint, event, True)
    browser.get(before, 410)
    browser.get("/N/", 410)
    enter(browser, checkpoint)
    event.status = EventStatus.CANCELLED
    browser.get("/N/", 410)
    assert scans() == 0


def test_pressed_twice_the_same_welcome(app: Flask, browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event,
                                        move: Callable[..., None]) -> None:
    person = make.registration(event)
    browser.get(f"/r/{person.manage_token}")
    enter(browser, checkpoint)
    for _ in range(2):
        browser.post("/N/", {"registration": str(person.id)})
        assert browser.get("/N/result").all(".here-green")
    assert db.session.scalar(select(func.count(Scan.id))) == 1
    other = Browser(app)
    other.get(f"/r/{person.manage_token}")
    enter(other, checkpoint)
    other.post("/N/", {"registration": str(person.id)})
    assert "เข้างานแล้ว" in other.get("/N/result").text(".here-amber h1")
    move(seconds=61)
    browser.post("/N/", {"registration": str(person.id)})
    assert browser.get("/N/result").all(".here-amber")
    assert (scans("ok"), scans("already_in")) == (1, 2)


@pytest.mark.parametrize(("given", "verdict", "colour"), [
    ({"status": RegistrationStatus.CANCELLED}, "cancelled", "red"), ({"status": RegistrationStatus.WAITLISTED}, "waitlisted", "amber"),
    ({"status": RegistrationStatus.BLOCKED}, "blocked", "red"), ({"status": RegistrationStatus.NOT_CONFIRMED}, "not_confirmed", "amber")])
def test_who_is_refused_is_sent_to_the_desk(browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event, given: dict,
                                            verdict: str, colour: str) -> None:
    make.registration(event, email="person@example.org", **given)
    enter(browser, checkpoint)
    browser.post("/N/who", {"contact": "person@example.org"})
    assert "โต๊ะลงทะเบียน" in browser.get("/N/result").text(f".here-{colour}")
    assert scans(verdict) == 1


def test_the_window_of_the_checkpoint_counts(browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event) -> None:
    checkpoint.opens_at = now() + timedelta(hours=1)
    make.registration(event, email="person@example.org")
    enter(browser, checkpoint)
    browser.post("/N/who", {"contact": "person@example.org"})
    assert "เปิด" in browser.get("/N/result").text(".here-red")
    assert scans("too_early") == 1


def test_what_was_handed_over_is_no_longer_this_browsers(browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event) -> None:
    person = make.registration(event)
    browser.get(f"/r/{person.manage_token}")
    person.manage_token = "B" * 26
    enter(browser, checkpoint)
    assert browser.get("/N/").all("button[name=registration]") == []
    browser.post("/N/", {"registration": str(person.id)}, 404)


def test_a_browser_remembers_five(browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event) -> None:
    people = [make.registration(event) for _ in range(7)]
    for person in (*people, people[-1]):
        browser.get(f"/r/{person.manage_token}")
    enter(browser, checkpoint)
    assert {button["value"] for button in browser.get("/N/").all("button[name=registration]")} == {str(one.id) for one in people[2:]}


def test_guessing_is_limited(app: Flask, make: Factory, checkpoint: Checkpoint, limits: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(venue_views, "MISSES", "12 per hour")
    browser = Browser(app)
    enter(browser, checkpoint)
    for n in range(10):
        browser.post("/N/who", {"contact": f"guess{n}@example.org"}, 422)
    browser.post("/N/who", {"contact": "guess@example.org"}, 429)
    fresh = Browser(app)  # pointing the camera again with a fresh browser helps for a while only
    enter(fresh, checkpoint)
    for n in range(2):
        fresh.post("/N/who", {"contact": f"guess{n}@example.org"}, 422)
    last = Browser(app)
    enter(last, checkpoint)
    last.post("/N/who", {"contact": "guess@example.org"}, 429)


def test_the_screen_shows_a_new_code_each_step(app: Flask, make: Factory, checkpoint: Checkpoint, event: Event, move: Callable[..., None]) -> None:
    staff = make.user()
    make.grant(staff, Role.DOOR_SUPERVISOR, event)
    browser = Browser(app).sign_in(staff)
    path = f"/organiser/events/{event.id}/door/self/{checkpoint.id}"
    first = browser.get(f"{path}/screen")
    code = first.one("#venue-code")
    assert code["hx-get"] == f"{path}/live"
    assert 0 < int(code["hx-trigger"].split("delay:")[1].split("ms")[0]) <= 30400
    assert first.one("noscript meta")["http-equiv"] == "refresh"
    assert {ol["lang"] for ol in first.all("ol")} == {"th", "en"}
    now_shown = str(first.one(".venue-plate svg"))
    move(seconds=30)
    later = browser.open("GET", f"{path}/live").get_data(as_text=True)
    assert "venue-plate" in later and now_shown not in later
    browser.post(path, {"on": "no"})
    assert browser.get(f"{path}/screen").all(".venue-plate") == []


def test_switching_on_and_off(app: Flask, make: Factory, event: Event) -> None:
    checkpoint = db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)).one()
    staff, viewer = make.user(), make.user()
    make.grant(staff, Role.DOOR_SUPERVISOR, event)
    make.grant(viewer, Role.VIEWER, event)
    page, path, keys = f"/organiser/events/{event.id}/door/self", f"/organiser/events/{event.id}/door/self/{checkpoint.id}", []
    browser = Browser(app).sign_in(staff)
    for on in ("yes", "no", "yes"):
        assert browser.post(path, {"on": on}).location == page
        keys.append(db.session.get_one(Checkpoint, checkpoint.id).venue_key)
        assert bool(browser.get(page).all('a[href$="/screen"]')) == (on == "yes")
    assert keys[1] is None and keys[0] and keys[2] and keys[0] != keys[2]
    assert Browser(app).sign_in(viewer).get(page).all("main .self-row form, main .self-row a") == []
    foreign = db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == make.event().id)).one()
    browser.post(f"{page}/{foreign.id}", {"on": "yes"}, 404)
    browser.get(f"{page}/{foreign.id}/screen", 404)


def test_an_event_without_checkpoints_gets_one_a_day(app: Flask, make: Factory, event: Event) -> None:
    db.session.delete(db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)).one())
    staff = make.user()
    make.grant(staff, Role.DOOR_SUPERVISOR, event)
    browser, page = Browser(app).sign_in(staff), f"/organiser/events/{event.id}/door/self"
    browser.get(page).one(f'form[action="{page}"]')
    browser.post(page)
    assert browser.get(page).all(".self-row")


def test_coming_back_after_going_out(browser: Browser, make: Factory, checkpoint: Checkpoint, event: Event, move: Callable[..., None]) -> None:
    checkpoint.policy = EntryPolicy.REENTRY
    person = make.registration(event)
    browser.get(f"/r/{person.manage_token}")
    enter(browser, checkpoint)
    browser.post("/N/", {"registration": str(person.id)})
    db.session.add(Scan(nonce="out", event_id=event.id, checkpoint_id=checkpoint.id, registration_id=person.id, direction="out", source="camera",
                        raw_code="", claimed_at=now(), judged_at=now(), verdict="ok"))
    move(seconds=90)
    browser.post("/N/", {"registration": str(person.id)})
    assert scans() == 3
