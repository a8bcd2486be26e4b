"""What organisers and participants do besides the main job: questions that are written and answered, a group on one form, a seat that
is waited for."""

from __future__ import annotations

import email
import email.policy
import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, at_desk
from tests.browser.test_main_job import phone, shot
from tests.browser.test_pages import AXE, RULES


def fit(page: Page) -> None:
    """The page obeys WCAG 2.2 AA and does not scroll sideways."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found["violations"]] == []
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), page.url


@pytest.fixture
def organiser(site: Site, chromium: Browser) -> Page:
    return at_desk(site, chromium)


def ask(site: Site, statement: str, *values: object) -> list[tuple]:
    with sqlite3.connect(site.instance / "ruam.sqlite3", timeout=30) as database:
        return database.execute(statement, values).fetchall()


def event_id(site: Site, slug: str) -> int:
    return ask(site, "SELECT id FROM event WHERE slug = ?", slug)[0][0]


def fill(page: Page, name: str, address: str) -> None:
    for field, value in {"first_name": name, "last_name": "ทดสอบ", "organisation_name": "บริษัท ทดสอบเบราว์เซอร์ จำกัด", "email": address}.items():
        page.fill(f"[name={field}]", value)
    page.locator("[name=category_id]").first.check() if page.locator("[name=category_id][type=radio]").count() else None


def send(page: Page) -> None:
    page.locator("main form button.btn-primary.btn-lg").click()
    page.wait_for_load_state()


def write_question(page: Page, base: str, kind: str, label: str, label_en: str, after: str = "") -> None:
    """Add a question in the editor; the preview beside it follows what is typed, in both languages."""
    page.goto(f"{base}/new?kind={kind}")
    page.fill("[name=label_th]", label)
    page.locator("[name=label_en]").press_sequentially(label_en)
    expect(page.locator('.question-preview[lang="th"]')).to_contain_text(label)
    expect(page.locator('.question-preview[lang="en"]')).to_contain_text(label_en)
    if after:
        page.get_by_label(after, exact=True).check()
    fit(page)
    page.locator("main form button.btn-primary.btn-lg").click()
    expect(page).to_have_url(re.compile(r"/questions$"))


def test_the_editor_and_the_form_that_comes_of_it(site: Site, chromium: Browser, organiser: Page, shots: Path) -> None:
    base = f"{site.url}/organiser/events/{event_id(site, 'today')}/questions"
    organiser.goto(base)
    write_question(organiser, base, "yes_no", "จะขึ้นรถรับส่งหรือไม่", "Do you take the shuttle?")
    write_question(organiser, base, "short_text", "ขึ้นรถที่ใด", "Where do you board?", after="จะขึ้นรถรับส่งหรือไม่ – ใช่")
    write_question(organiser, base, "number", "จำนวนผู้ติดตาม", "How many come with you?")
    shot(organiser, shots, "20-questions")
    labels = organiser.locator(".question-list .question-label")
    assert [text.strip() for text in labels.all_inner_texts()] == ["จะขึ้นรถรับส่งหรือไม่", "ขึ้นรถที่ใด", "จำนวนผู้ติดตาม"]
    organiser.locator('form[action$="/up"] button').last.click()
    organiser.wait_for_load_state()
    assert [text.strip() for text in labels.all_inner_texts()] == ["จะขึ้นรถรับส่งหรือไม่", "จำนวนผู้ติดตาม", "ขึ้นรถที่ใด"]
    fit(organiser)
    participant = phone(chromium)
    participant.goto(f"{site.url}/e/today/register")
    second = participant.get_by_label("ขึ้นรถที่ใด")
    expect(second).to_be_hidden()
    participant.get_by_label("ใช่", exact=True).check()
    expect(second).to_be_visible()
    participant.get_by_label("ไม่ใช่", exact=True).check()
    expect(second).to_be_hidden()
    participant.get_by_label("ใช่", exact=True).check()
    second.fill("ประตูท่าแพ")
    fill(participant, "ผู้ตอบ", "answers@example.org")
    fit(participant)
    shot(participant, shots, "21-questions-asked")
    send(participant)
    expect(participant.locator("main")).to_contain_text("ประตูท่าแพ")
    fit(participant)
    participant.go_back()
    participant.get_by_label("ไม่ใช่", exact=True).check()
    fill(participant, "ผู้ตอบ", "answers@example.org")
    send(participant)
    expect(participant.locator(".error-summary")).to_contain_text("ลงทะเบียนงานนี้ไว้แล้ว")
    assert ask(site, "SELECT count(*) FROM registration WHERE email = 'answers@example.org'") == [(1,)], "the browser's Back makes nobody twice"


def test_colleagues_on_one_form_and_nobody_twice(site: Site, chromium: Browser, shots: Path) -> None:
    page = phone(chromium)
    page.goto(f"{site.url}/e/open/register")
    fill(page, "หัวหน้า", "leader@example.org")
    page.get_by_label("ไม่ใช่", exact=True).check()
    for number, name in enumerate(("เพื่อนหนึ่ง", "เพื่อนสอง")):
        page.locator("button[name=more]").click()
        page.fill(f"[name=colleagues-{number}-first_name]", name)
        page.fill(f"[name=colleagues-{number}-last_name]", "ทดสอบ")
    assert page.input_value("[name=first_name]") == "หัวหน้า", "what was typed stays while rows are added"
    fit(page)
    shot(page, shots, "22-colleagues")
    page.evaluate("""() => { const form = document.querySelector('main form.form'); const button = form.querySelector('button.btn-primary.btn-lg');
        form.requestSubmit(button); form.requestSubmit(button); }""")  # pressed twice
    page.wait_for_url(re.compile(r"/r/[A-Z2-7]{26}"))
    expect(page.locator(".booked")).to_contain_text("เพื่อนสอง")
    fit(page)
    shot(page, shots, "23-colleagues-ticket")
    people = "SELECT first_name FROM registration WHERE last_name = 'ทดสอบ' AND event_id = ? ORDER BY id"
    assert ask(site, people, event_id(site, "open")) == [("หัวหน้า",), ("เพื่อนหนึ่ง",), ("เพื่อนสอง",)]


def letter(site: Site, to: str, holding: str) -> str:
    """The private link in the newest letter to `to` whose subject holds these words."""
    for _ in range(150):
        for file in reversed(site.mails()):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if to in message["To"] and holding in message["Subject"]:
                return re.search(rf"{site.url}/r/[A-Z2-7]{{26}}", message.get_body(("plain",)).get_content())[0]
        time.sleep(0.1)
    raise AssertionError(f"no letter to {to} about {holding}")


def test_a_seat_that_is_waited_for(site: Site, chromium: Browser, organiser: Page, shots: Path) -> None:
    full = event_id(site, "full")
    waiting = len(ask(site, "SELECT id FROM registration WHERE event_id = ? AND status = 'waitlisted'", full))
    page = phone(chromium)
    page.goto(f"{site.url}/e/full/register")
    expect(page.locator("h1")).to_have_text("ลงชื่อในบัญชีสำรอง")
    fit(page)
    fill(page, "ผู้รอ", "waits@example.org")
    send(page)
    expect(page.locator("main")).to_contain_text(f"ท่านอยู่ลำดับที่ {waiting + 1}")
    shot(page, shots, "24-waiting")
    organiser.goto(f"{site.url}/organiser/events/{full}/waitlist")
    expect(organiser.locator("main")).to_contain_text("ที่นั่งของงานเต็มแล้ว")
    fit(organiser)
    offered_before = _offered(site, full)
    _somebody_cancels(site, chromium, full)
    first = _until(lambda: next(iter(set(_offered(site, full)) - set(offered_before)), None))
    link = letter(site, first[1], "ที่นั่งว่าง")
    lucky = phone(chromium)
    lucky.goto(link)
    expect(lucky.locator("main")).to_contain_text("มีที่นั่งว่างสำหรับท่าน")
    fit(lucky)
    shot(lucky, shots, "25-offered")
    lucky.locator('form[action$="/accept"] button').click()
    expect(lucky.locator(".code-plate svg")).to_be_visible()
    fit(lucky)
    page.reload()
    expect(page.locator("main")).to_contain_text(f"ท่านอยู่ลำดับที่ {waiting}")


def _offered(site: Site, event: int) -> list[tuple]:
    return ask(site, "SELECT id, email FROM registration WHERE event_id = ? AND status = 'not_confirmed'", event)


def _somebody_cancels(site: Site, chromium: Browser, event: int) -> None:
    token = ask(site, "SELECT manage_token FROM registration WHERE event_id = ? AND status = 'confirmed' ORDER BY id LIMIT 1", event)[0][0]
    holder = phone(chromium)
    holder.goto(f"{site.url}/r/{token}/cancel")
    holder.locator(f'form[action="/r/{token}/cancel"] button').click()
    expect(holder.locator("main")).to_contain_text("ยกเลิก")


def _until(found: Callable[[], tuple | None]) -> tuple:
    for _ in range(100):
        if value := found():
            return value
        time.sleep(0.1)
    raise AssertionError("nothing happened within ten seconds")
