"""The code for the room, and the page that it opens."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import func, select

from blueprints.certificates.specimen import demo_signature
from core import storage
from models import Event, EventStatus, Message, Registration, Role, db, now
from tests.factories import Factory
from tests.page import Browser
from thai.text import fold


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(title_th="ประชุมสรุปผลการดำเนินงาน", starts_at=now() - timedelta(hours=5), contact_phone="053 245 361")


@pytest.fixture
def viewer(make: Factory, browser: Browser, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.VIEWER, event)
    return browser.sign_in(user)


def page_of(event: Event) -> str:
    return f"/e/{event.slug}/certificate"


def ready(make: Factory, person: Registration) -> None:
    make.certificate(person).file_sha256 = storage.put(f"file of {person.id}".encode(), "application/pdf")
    db.session.flush()


def letters() -> list[tuple[str, str]]:
    return [(message.kind, message.to) for message in db.session.scalars(select(Message).order_by(Message.id))]


def test_the_poster_is_one_page_whose_code_opens_the_way_to_the_certificate(viewer: Browser, event: Event, make: Factory, app: Any) -> None:
    host = make.host(event.programme, organisation=make.organisation("ศูนย์ส่งเสริมตัวอย่าง"))
    host.logo_sha256 = storage.put(demo_signature(1), "image/png")
    answer = viewer.open("GET", f"/organiser/events/{event.id}/certificates/poster.pdf")
    pdf = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    assert len(pdf) == 1
    text = "".join(pdf[0].get_textpage().get_text_bounded().split())
    for words in ("รับเกียรติบัตรของท่าน", event.title_th, "ศูนย์ส่งเสริมตัวอย่าง", "Getyourcertificate"):
        assert words in text
    picture = pdf[0].render(scale=1.5).to_pil()
    codes = zxingcpp.read_barcodes(picture)
    assert [code.text for code in codes] == [f"{app.config['BASE_URL']}{page_of(event)}"]
    assert (codes[0].position.bottom_right.x - codes[0].position.top_left.x) / picture.width > 0.4, "it is read from some metres away"


@pytest.mark.parametrize("title", ["W" * 200, "ก" * 200, "ผู้เชี่ยวชาญ " * 15, "<b>{{7*7}}</b>", "😀"])
def test_a_title_of_any_length_stays_on_the_page(viewer: Browser, event: Event, title: str) -> None:
    event.title_th = title
    pdf = pypdfium2.PdfDocument(viewer.open("GET", f"/organiser/events/{event.id}/certificates/poster.pdf").data)
    assert len(pdf) == 1
    text = pdf[0].get_textpage()
    boxes = [text.get_charbox(n) for n in range(text.count_chars())]
    assert all(left >= 0 and right <= 595.3 and bottom >= 0 for left, bottom, right, _top in boxes)


def test_the_screen_shows_the_same_code_to_a_room(viewer: Browser, event: Event) -> None:
    page = viewer.get(f"/organiser/events/{event.id}/certificates/screen")
    assert page.one(".venue-plate svg") and page_of(event) in page.text(".venue-address")
    assert len(page.all("ol")) == 2


def test_a_browser_that_knows_the_link_goes_straight_to_the_certificate(browser: Browser, event: Event, make: Factory) -> None:
    person = make.registration(event)
    browser.get(f"/r/{person.manage_token}")
    waiting = browser.get(page_of(event))
    assert person.first_name in waiting.text() and f"/r/{person.manage_token}" in str(waiting.html)
    assert "ยังไม่ได้ออก" in waiting.text()
    ready(make, person)
    assert browser.get(page_of(event), status=302).location == f"/r/{person.manage_token}#own-certificates"
    assert browser.get(f"/r/{person.manage_token}").one("#own-certificates")
    assert browser.get(f"{page_of(event)}?other=1").one("[name=contact]")


def test_colleagues_on_one_phone_each_have_their_own_way(browser: Browser, event: Event, make: Factory) -> None:
    one, two = make.registration(event), make.registration(event)
    make.registration(event, first_name="แปลกหน้า")
    ready(make, one)
    for person in (one, two):
        browser.get(f"/r/{person.manage_token}")
    page = browser.get(page_of(event))
    assert f"/r/{one.manage_token}#own-certificates" in str(page.html) and f"/r/{two.manage_token}" in str(page.html)
    assert "แปลกหน้า" not in page.text()


@pytest.mark.parametrize("contact", ["someone@example.org", "081 234 5678", "๐๘๑๒๓๔๕๖๗๘", "SOMEONE@example.org "])
def test_the_link_goes_to_the_address_on_file_and_is_never_shown(browser: Browser, event: Event, make: Factory, contact: str) -> None:
    person = make.registration(event, email="someone@example.org", phone="+66812345678",
                               search_text=fold("กัญญา someone@example.org 0812345678"))
    browser.post(page_of(event), {"contact": contact})
    page = browser.get(f"{page_of(event)}?sent=1")
    assert letters() == [("registration_link", "someone@example.org")]
    assert person.manage_token not in str(page.html) and "someone" not in page.text() and person.first_name not in page.text()
    browser.post(page_of(event), {"contact": contact})
    assert len(letters()) == 1, "not again within ten minutes"


def test_nobody_learns_who_is_registered(browser: Browser, event: Event, make: Factory) -> None:
    make.registration(event, email="known@example.org")
    make.registration(make.event(), email="elsewhere@example.org")
    answers = []
    for contact in ("known@example.org", "unknown@example.org", "elsewhere@example.org", "0899999999"):
        answer = browser.post(page_of(event), {"contact": contact})
        answers.append((answer.status, answer.location, answer.response.data))
    assert len(set(answers)) == 1
    assert letters() == [("registration_link", "known@example.org")]


def test_what_is_neither_address_nor_number_is_said_beside_the_field(browser: Browser, event: Event) -> None:
    page = browser.post(page_of(event), {"contact": "12"}, status=422)
    assert page.error("contact") and page.one("[name=contact]")["value"] == "12"
    assert browser.post(page_of(event), {"contact": " "}, status=422).error("contact")


def test_whoever_guesses_is_slowed_down(browser: Browser, event: Event, limits: None) -> None:
    for _ in range(10):
        browser.post(page_of(event), {"contact": "guess@example.org"})
    browser.post(page_of(event), {"contact": " Guess@example.org"}, status=429)
    browser.post(page_of(event), {"contact": "neighbour@example.org"})


def test_only_events_that_are_public_have_the_page(browser: Browser, event: Event) -> None:
    assert "ยังไม่ได้ออก" in browser.get(page_of(event)).text()
    event.status = EventStatus.DRAFT
    browser.get(page_of(event), status=404)
    browser.get("/e/no-such-event/certificate", status=404)


def test_the_erased_are_not_written_to(browser: Browser, event: Event, make: Factory) -> None:
    make.registration(event, email="gone@example.org", anonymised_at=now())
    browser.post(page_of(event), {"contact": "gone@example.org"})
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0
