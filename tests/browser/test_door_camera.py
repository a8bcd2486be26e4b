"""What the camera of a phone at the door sees, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from blueprints.checkin.codes import FROM_THAI_KEYBOARD
from core.codes import new_code
from models import DeviceMode, db
from tests.browser.house import House, code_picture, dismiss, ready
from tests.browser.test_door_modules import keys_of

Show = Callable[..., None]
BLANK = Image.new("RGB", (400, 400), "#777")


def looked(page: Page, verdict: str) -> Page:
    page.locator(f"[data-result-view][open][data-verdict={verdict}]").wait_for()
    return page


def look_again(page: Page) -> None:
    page.reload()
    ready(page)


def test_a_ticket_and_the_same_again(house: House, chromium: Browser, camera: Show) -> None:
    event_id, codes = house.event()
    camera(code_picture(f"{house.url.upper()}/T/{codes[0]}"))
    phone = looked(house.phone(chromium, event_id), "ok")
    expect(phone.locator("[data-result-view]")).to_contain_text("กัญญา0")
    house.stored(event_id, 1)
    phone.wait_for_timeout(5000)  # held there: it does not fire twice
    assert [scan.verdict for scan in house.scans(event_id)] == ["ok"]
    look_again(phone)
    looked(phone, "already_in")
    assert [scan.source for scan in house.stored(event_id, 2)] == ["camera", "camera"]


def test_a_code_that_nobody_knows_and_one_of_another_event(house: House, chromium: Browser, camera: Show) -> None:
    event_id, _codes = house.event()
    _other, foreign = house.event()
    camera(code_picture(new_code()))
    phone = looked(house.phone(chromium, event_id), "unknown")
    dismiss(phone)
    camera(code_picture(foreign[0]))
    look_again(phone)
    looked(phone, "other_event")
    expect(phone.locator("[data-result-view]")).not_to_contain_text("กัญญา")


def test_a_damaged_code_is_not_guessed(house: House, chromium: Browser, camera: Show) -> None:
    event_id, codes = house.event()
    torn = code_picture(codes[0]).convert("RGB")
    side = torn.width
    ImageDraw.Draw(torn).rectangle((side * .3, side * .3, side * .8, side * .75), fill="#fff")
    camera(torn)
    phone = house.phone(chromium, event_id)
    phone.wait_for_timeout(2500)
    assert not phone.locator("[data-result-view][open]").count() and house.scans(event_id) == []
    camera(code_picture(codes[0]))
    look_again(phone)
    looked(phone, "ok")


def test_two_tickets_in_view_are_two_scans_at_most_and_both_right(house: House, chromium: Browser, camera: Show) -> None:
    event_id, codes = house.event()
    both = Image.new("RGB", (1100, 520), "#777")
    for n, code in enumerate(codes):
        both.paste(code_picture(code).resize((460, 460)), (40 + n * 560, 30))
    camera(both)
    phone = looked(house.phone(chromium, event_id), "ok")
    house.stored(event_id, 1)
    phone.wait_for_timeout(3000)
    scans = house.scans(event_id)
    assert 1 <= len(scans) <= 2 and len({scan.registration_id for scan in scans}) == len(scans)
    assert {scan.verdict for scan in scans} == {"ok"}


def test_a_good_ticket_after_a_bad_one_needs_no_touch(house: House, chromium: Browser, camera: Show) -> None:
    event_id, codes = house.event()
    camera(code_picture(new_code()), BLANK, code_picture(codes[0]), BLANK)
    phone = looked(house.phone(chromium, event_id), "ok")
    expect(phone.locator("[data-result-view]")).to_contain_text("กัญญา0")
    assert {scan.verdict for scan in house.stored(event_id, 2)} == {"unknown", "ok"}


@pytest.mark.parametrize("lang", ["th", "en"])
def test_a_keyboard_scanner_while_the_keyboard_is_thai(house: House, chromium: Browser, camera: Show, lang: str) -> None:
    event_id, codes = house.event()
    camera(BLANK)
    phone = house.phone(chromium, event_id, lang=lang)
    to_thai = {us: thai for thai, us in FROM_THAI_KEYBOARD.items()}
    keys = keys_of(codes[0], layout=to_thai if lang == "th" else None)
    phone.evaluate("""keys => keys.forEach(([key, code, shiftKey]) =>
        document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code, shiftKey, bubbles: true})))""", keys)
    looked(phone, "ok")
    expect(phone.locator("[data-result=title]")).to_have_text("ยินดีต้อนรับ" if lang == "th" else "Welcome")
    assert [scan.source for scan in house.stored(event_id, 1)] == ["keyboard"]


def test_a_kiosk_shows_no_list_and_goes_on_by_itself(house: House, chromium: Browser, camera: Show) -> None:
    event_id, codes = house.event()
    camera(code_picture(codes[0]))
    kiosk = looked(house.phone(chromium, event_id, mode=DeviceMode.KIOSK), "ok")
    assert not kiosk.locator("[data-open]:visible").count() and not kiosk.locator("[data-do]:visible").count()
    expect(kiosk.locator("[data-result-view][open]")).to_have_count(0, timeout=6000)
    look_again(kiosk)
    looked(kiosk, "already_in")
    expect(kiosk.locator("[data-result-view][open]")).to_have_count(0, timeout=9000)
    assert {scan.source for scan in house.stored(event_id, 2)} == {"kiosk"}


def test_a_row_of_a_signed_sheet(house: House, chromium: Browser, camera: Show) -> None:
    from blueprints.checkin.rowcodes import row_code

    event_id, codes = house.event()
    person = house.person(codes[0]).id
    with house.app.app_context():
        where = db.session.execute(db.text("SELECT id FROM checkpoint WHERE event_id = :id"), {"id": event_id}).scalar()
    camera(code_picture(row_code(where, person, house.app.config["SECRET_KEY"])))
    phone = looked(house.phone(chromium, event_id), "ok")
    expect(phone.locator("[data-result-view]")).to_contain_text("กัญญา0")  # the server's word
    assert [(scan.source, scan.registration_id, scan.verdict) for scan in house.scans(event_id)] == [("paper", person, "ok")]
