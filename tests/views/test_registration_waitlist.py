"""Waiting for a seat, being offered one, being decided upon; colleagues on one form; a colleague instead; the name on the certificate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from blueprints.questions import answers
from blueprints.questions import services as questions
from blueprints.questions.rules import Definition
from blueprints.registration import tasks
from models import (
    Event,
    HistoryEntry,
    Message,
    QuestionKind,
    Registration,
    RegistrationStatus,
    RetiredCode,
    Role,
    User,
    db,
    now,
)
from tests.factories import Factory
from tests.page import Browser, Page
from tests.views.test_registration import fields, person, register, registered


@pytest.fixture
def event(make: Factory) -> Event:
    """One seat, a waitlist, three days to go."""
    return make.event(capacity=1, waitlist=True, starts_at=now() + timedelta(days=3))


@pytest.fixture
def organiser(browser: Browser, make: Factory, event: Event) -> Browser:
    user: User = make.user()
    make.grant(user, Role.OWNER, event)
    return Browser(browser.app).sign_in(user)


def letters(to: str) -> list[str]:
    return list(db.session.scalars(select(Message.kind).where(Message.to == to).order_by(Message.id)))


def private(one: Registration, more: str = "") -> str:
    return f"/r/{one.manage_token}{more}"


def wait(browser: Browser, event: Event, name: str) -> Registration:
    """Fill in the form of a full event."""
    register(browser, event, first_name=name, email=f"{name}@example.org", join_waitlist="y")
    return registered(event)[-1]


def test_a_full_event_keeps_what_was_typed_and_offers_to_wait(browser: Browser, make: Factory, event: Event) -> None:
    address = f"/e/{event.slug}/register"
    form = person(browser.get(address))
    make.registration(event)  # the last seat goes while the form is typed
    page = browser.post(address, form, 422)
    assert "ก้ำแก้ว" in [f.get("value") for f in page.all("main input")]
    button = page.html.select_one("main form button.btn-lg[name=join_waitlist]")
    assert button is not None
    browser.post(address, fields(page) | {"join_waitlist": "y"})
    one = registered(event)[-1]
    assert (one.status, event.taken, letters("namthip@example.org")) == (RegistrationStatus.WAITLISTED, 1, ["registration_waitlisted"])
    mine = browser.get(private(one))
    assert "ลำดับที่ 1" in mine.text() and not mine.all(".code-plate")


def test_a_free_seat_is_offered_accepted_and_becomes_a_ticket(browser: Browser, make: Factory, event: Event) -> None:
    holder = make.registration(event)
    one, two = wait(browser, event, "หนึ่ง"), wait(browser, event, "สอง")
    browser.post(private(holder, "/cancel"))
    assert (one.status, two.status, event.taken) == (RegistrationStatus.NOT_CONFIRMED, RegistrationStatus.WAITLISTED, 1)
    assert one.offer_expires_at and timedelta(hours=23) < one.offer_expires_at - now() <= timedelta(hours=24)
    assert "ลำดับที่ 1" in browser.get(private(two)).text()
    assert browser.get(private(one)).all("form[action$='/accept']")
    browser.post(private(one, "/accept"))
    browser.post(private(one, "/accept"))
    assert one.status == RegistrationStatus.CONFIRMED and browser.get(private(one)).all(".code-plate")
    assert letters("หนึ่ง@example.org") == ["registration_waitlisted", "waitlist_offer", "registration_confirmed"]


def test_a_declined_seat_goes_to_the_next(browser: Browser, make: Factory, event: Event) -> None:
    holder = make.registration(event)
    one, two = wait(browser, event, "หนึ่ง"), wait(browser, event, "สอง")
    browser.post(private(holder, "/cancel"))
    browser.post(private(one, "/decline"))
    assert (one.status, two.status, event.taken) == (RegistrationStatus.CANCELLED, RegistrationStatus.NOT_CONFIRMED, 1)


def test_an_offer_lapses_and_passes_on(browser: Browser, make: Factory, event: Event) -> None:
    holder = make.registration(event)
    one, two = wait(browser, event, "หนึ่ง"), wait(browser, event, "สอง")
    browser.post(private(holder, "/cancel"))
    one.offer_expires_at = now() - timedelta(seconds=1)
    assert "พ้นกำหนด" in browser.get(browser.post(private(one, "/accept")).location).text()
    tasks.let_offers_lapse()
    db.session.expire_all()
    assert (one.status, two.status, event.taken) == (RegistrationStatus.CANCELLED, RegistrationStatus.NOT_CONFIRMED, 1)
    assert letters("หนึ่ง@example.org")[-1] == "waitlist_lapsed"


def test_a_raised_capacity_finds_those_who_wait(browser: Browser, make: Factory, event: Event) -> None:
    make.registration(event)
    one = wait(browser, event, "หนึ่ง")
    event.capacity = 2
    db.session.commit()
    tasks.offer_free_seats()
    db.session.expire_all()
    assert one.status == RegistrationStatus.NOT_CONFIRMED


def test_newcomers_do_not_overtake(browser: Browser, make: Factory, event: Event) -> None:
    make.registration(event)
    one = wait(browser, event, "หนึ่ง")
    event.capacity = 2  # and nobody has looked yet
    register(browser, event, 422, first_name="ใหม่")
    db.session.rollback()
    assert len(registered(event)) == 2
    tasks.offer_free_seats()
    db.session.expire_all()
    assert one.status == RegistrationStatus.NOT_CONFIRMED


def test_the_organiser_sees_why_nobody_is_served(browser: Browser, organiser: Browser, make: Factory, event: Event) -> None:
    make.registration(event)
    wait(browser, event, "หนึ่ง")
    address = f"/organiser/events/{event.id}/waitlist"
    assert "ที่นั่งของงานเต็มแล้ว" in organiser.get(address).text()
    event.capacity, event.categories[0].capacity = 5, 1
    assert "ประเภทผู้เข้าร่วมนี้เต็มแล้ว" in organiser.get(address).text()
    event.categories[0].capacity, event.waitlist = None, False
    assert "ปิดใช้บัญชีสำรอง" in organiser.get(address).text()


def test_the_waitlist_asks_as_much_for_fifty_as_for_five(organiser: Browser, make: Factory, event: Event, statements) -> None:  # type: ignore[no-untyped-def]
    def page() -> int:
        with statements() as count:
            organiser.get(f"/organiser/events/{event.id}/waitlist")
        return len(count)

    for _number in range(5):
        make.registration(event, status=RegistrationStatus.WAITLISTED, waitlisted_at=now())
    few = page()
    for _number in range(40):
        make.registration(event, status=RegistrationStatus.WAITLISTED, waitlisted_at=now(), organisation_id=make.organisation().id)
    assert page() == few


def test_approval(browser: Browser, organiser: Browser, make: Factory, event: Event) -> None:
    asked = make.category(event, approval=True)
    page = register(browser, event, category_id=str(asked.id), email="a@example.org")
    one = registered(event)[-1]
    assert (one.status, event.taken, letters("a@example.org")) == (RegistrationStatus.PENDING_APPROVAL, 0, ["registration_pending"])
    assert "ผู้จัดเป็นผู้พิจารณา" in browser.get(page.location).text()
    organiser.post(f"/organiser/events/{event.id}/registrations/{one.id}/approve")
    assert (one.status, event.taken, asked.taken) == (RegistrationStatus.CONFIRMED, 1, 1)
    register(browser, event, category_id=str(asked.id), first_name="สอง", email="b@example.org")
    two = registered(event)[-1]
    organiser.post(f"/organiser/events/{event.id}/registrations/{two.id}/approve")
    assert two.status == RegistrationStatus.WAITLISTED, "no seat is left: the line is next best"
    organiser.post(f"/organiser/events/{event.id}/registrations/{two.id}/reject", {"reason": ""}, 422)
    organiser.post(f"/organiser/events/{event.id}/registrations/{two.id}/reject", {"reason": "ที่นั่งสำหรับสมาชิกคลัสเตอร์"})
    assert two.status == RegistrationStatus.CANCELLED and letters("b@example.org")[-1] == "registration_rejected"
    assert "ที่นั่งสำหรับสมาชิกคลัสเตอร์" in browser.get(private(two)).text()


def test_overbooking_needs_the_right_and_is_recorded(browser: Browser, organiser: Browser, make: Factory, event: Event) -> None:
    make.registration(event)
    one = wait(browser, event, "หนึ่ง")
    lesser = make.user()
    make.grant(lesser, Role.ORGANISER, event)
    address = f"/organiser/events/{event.id}/registrations/{one.id}/approve"
    Browser(browser.app).sign_in(lesser).post(address, {"overbook": "y"})
    assert (one.status, event.taken) == (RegistrationStatus.WAITLISTED, 1)
    organiser.post(address, {"overbook": "y"})
    assert (one.status, one.overbooked, event.taken, event.overbooked) == (RegistrationStatus.CONFIRMED, True, 2, 1)
    entry = db.session.scalar(select(HistoryEntry).where(HistoryEntry.registration_id == one.id, HistoryEntry.verb == "registration.overbooked"))
    assert entry is not None and entry.user_id


def colleagues(page: Page, *names: str) -> dict[str, str]:
    return {f"colleagues-{n}-first_name": name for n, name in enumerate(names)}


def test_colleagues_on_one_form(browser: Browser, make: Factory) -> None:
    event = make.event(capacity=3)
    address = f"/e/{event.slug}/register"
    page = browser.post(address, person(browser.get(address)) | {"more": "y"}, 200)
    page = browser.post(address, fields(page) | {"more": "y", "colleagues-0-first_name": "เพื่อนหนึ่ง"}, 200)
    assert [c.get("value") for c in page.all("fieldset.colleague input[name$=first_name]")] == ["เพื่อนหนึ่ง", ""]
    form = fields(page) | colleagues(page, "เพื่อนหนึ่ง", "เพื่อนสอง") | {"colleagues-1-email": "two@example.org"}
    mine = browser.post(address, form)
    browser.post(address, form)  # the button pressed twice
    leader, one, two = registered(event)
    assert {r.booked_by_id for r in (one, two)} == {leader.id} and {r.organisation_id for r in (one, two)} == {leader.organisation_id}
    assert (event.taken, letters("two@example.org"), letters("namthip@example.org")) == (
        3, ["registration_confirmed"], ["registration_confirmed", "registration_confirmed"])
    assert [a.text for a in browser.get(mine.location).all(".booked a")] == ["เพื่อนหนึ่ง", "เพื่อนสอง"]


def test_colleagues_do_not_inherit_answers(browser: Browser, make: Factory) -> None:
    event = make.event()
    question = questions.add(event, Definition(QuestionKind.SHORT_TEXT, "แพ้อาหาร"))
    address = f"/e/{event.slug}/register"
    page = browser.get(address)
    browser.post(address, person(page) | colleagues(page, "เพื่อนหนึ่ง") | {f"answers-q{question.id}": "กุ้ง"})
    assert [len(answers.of(one)) for one in registered(event)] == [1, 0]


def test_a_code_does_not_open_what_is_closed(browser: Browser, make: Factory) -> None:
    event = make.event(status="closed")
    make.access_code(event, code="VIP")
    assert not browser.get(f"/e/{event.slug}/register?code=VIP").all("[name=first_name]")


def test_a_group_comes_whole_or_not_at_all(browser: Browser, make: Factory) -> None:
    event = make.event(capacity=2)
    address = f"/e/{event.slug}/register"
    page = browser.post(address, person(browser.get(address)) | colleagues(browser.get(address), "หนึ่ง", "สอง"), 422)
    assert "2 คน แต่ในแบบฟอร์มมี 3 คน" in page.text() and registered(event) == [] and event.taken == 0
    event.capacity, event.group_size = None, 2
    page = browser.post(address, person(browser.get(address)) | colleagues(page, "หนึ่ง", "สอง"), 422)
    assert registered(event) == []
    event.group_size = 5
    page = browser.post(address, person(browser.get(address)) | colleagues(page, "หนึ่ง", "หนึ่ง"), 422)
    assert "ลงทะเบียนงานนี้แล้ว" in page.error("colleagues-1-first_name") and registered(event) == []


def test_two_per_enterprise(browser: Browser, make: Factory) -> None:
    event = make.event(per_organisation=2)
    for name in ("หนึ่ง", "สอง"):
        register(browser, event, first_name=name)
    page = register(browser, event, 422, first_name="สาม", organisation_name="บริษัท เครื่องมือแพทย์เหนือ จำกัด")
    assert "ครบจำนวนที่รับต่อหน่วยงาน" in page.error("organisation_name")
    register(browser, event, first_name="สาม", organisation_name="อีกกิจการหนึ่ง")
    assert event.taken == 3


def test_sessions_have_seats_of_their_own(browser: Browser, make: Factory) -> None:
    event = make.event()
    start = event.starts_at
    one, other = (make.session(event, bookable=True, capacity=1, ends_at=start + timedelta(hours=1)) for _ in range(2))
    address = f"/e/{event.slug}/register"
    both = person(browser.get(address)) | {"session_ids": [str(one.id), str(other.id)]}
    assert "ตรงเวลากัน" in browser.post(address, both, 422).error("session_ids")
    page = register(browser, event, session_ids=str(one.id))
    assert (one.taken, other.taken) == (1, 0) and one.title_th in browser.get(page.location).text()
    page = register(browser, event, 422, first_name="สอง", session_ids=str(one.id))
    assert "เต็มแล้ว" in page.error("session_ids") and event.taken == 1
    mine = registered(event)[0]
    browser.post(private(mine, "/edit"), fields(browser.get(private(mine, "/edit"))) | {"session_ids": str(other.id)})
    assert (one.taken, other.taken) == (0, 1)


def test_a_colleague_comes_instead(browser: Browser, make: Factory) -> None:
    event = make.event()
    register(browser, event, consents="photos")
    mine = registered(event)[0]
    old = private(mine)
    code = mine.code
    form = fields(browser.get(old + "/substitute"))
    page = browser.post(old + "/substitute", form | {"first_name": "น้ำทิพย์", "last_name": "ก้ำแก้ว", "email": "namthip@example.org"}, 422)
    assert "บุคคลเดียวกัน" in page.error("first_name")
    browser.post(old + "/substitute", form | {"first_name": "สมชาย", "last_name": "แทนมา", "email": "somchai@example.org"}, 200)
    assert (mine.first_name, event.taken, mine.code != code) == ("สมชาย", 1, True)
    assert db.session.get(RetiredCode, code).registration_id == mine.id and not [c for c in mine.consents if not c.withdrawn_at]
    browser.get(old, 404)
    assert "บัตรใหม่" in browser.get(f"/T/{code}").text() or "แทน" in browser.get(f"/T/{code}").text()
    assert letters("namthip@example.org")[-1] == "registration_handed_over" and letters("somchai@example.org") == ["registration_confirmed"]


def test_deadlines(browser: Browser, make: Factory) -> None:
    event = make.event(changes_until=now() - timedelta(hours=1))
    one = make.registration(event)
    assert not browser.get(private(one)).all("a[href$='/edit'], a[href$='/cancel'], a[href$='/substitute']")
    browser.post(private(one, "/cancel"))
    browser.post(private(one, "/substitute"), {"first_name": "แทน", "email": "x@example.org", "version": str(one.version)}, 422)
    assert one.status == RegistrationStatus.CONFIRMED
    page = browser.get(private(one, "/name"))  # names may be mended longer
    browser.post(private(one, "/name"), fields(page) | {"first_name": "กัญญ์ณัฏฐ์"})
    assert one.name_checked_at and one.first_name == "กัญญ์ณัฏฐ์"
    event.names_until = now() - timedelta(minutes=1)
    browser.post(private(one, "/name"), fields(page), 422)


def test_a_code_opens_a_hidden_category(browser: Browser, make: Factory) -> None:
    event = make.event()
    hidden = make.category(event, hidden=True, name_th="แขกพิเศษ")
    make.access_code(event, code="VIP2569", category_id=hidden.id, max_uses=1, name="สมหญิง ใจดี", email="vip@example.org")
    address = f"/e/{event.slug}/register"
    assert "แขกพิเศษ" not in browser.get(address).text()
    register(browser, event, 422, category_id=str(hidden.id))
    assert "ไม่พบรหัสนี้" in browser.get(f"{address}?code=nonsense").error("access_code")
    page = browser.get(f"{address}?code=vip-๒๕๖๙")
    assert "แขกพิเศษ" in page.text() and fields(page)["email"] == "vip@example.org"
    browser.post(address, person(page))
    assert registered(event)[0].category_id == hidden.id
    assert "ใช้ครบจำนวน" in browser.get(f"{address}?code=VIP2569").error("access_code")
