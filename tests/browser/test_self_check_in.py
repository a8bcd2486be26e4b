"""From the screen in the room to a welcome on the participant's phone, in real browsers."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_pages import sign_in
from tests.browser.test_phone_doctor import looks, opened


def screen_of(site: Site, browser: Browser) -> Page:
    """Today's screen, switched on."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(15000)
    sign_in(context, page, site)
    with sqlite3.connect(site.instance / "ruam.sqlite3", timeout=30) as database:
        event, = database.execute("SELECT id FROM event WHERE slug = 'today'").fetchone()
    page.goto(f"{site.url}/organiser/events/{event}/door/self")
    if not page.locator(".self-row a").count():
        page.locator(".self-row button").first.click()
    page.locator(".self-row a").first.click()
    expect(page.locator(".venue-plate svg")).to_be_visible()
    return page


def somebody(site: Site) -> tuple[str, str]:
    """Private link and first name of one who has not come yet."""
    with sqlite3.connect(site.instance / "ruam.sqlite3", timeout=30) as database:
        return database.execute(
            "SELECT manage_token, first_name FROM registration WHERE event_id = (SELECT id FROM event WHERE slug = 'today') AND status = 'confirmed'"
            " AND id NOT IN (SELECT registration_id FROM scan WHERE registration_id IS NOT NULL) ORDER BY id DESC").fetchone()


def test_from_the_screen_to_a_welcome(site: Site, chromium: Browser, shots: Path) -> None:
    screen, (token, name) = screen_of(site, chromium), somebody(site)
    looks(screen, shots, "venue-screen")
    phone = opened(chromium, site, f"/r/{token}")
    code = zxingcpp.read_barcode(Image.open(io.BytesIO(screen.screenshot()))).text
    assert code.startswith(f"{site.url.upper()}/N/")
    phone.goto(site.url + code.removeprefix(site.url.upper()))
    expect(phone.locator(".here-name")).to_contain_text(name)
    looks(phone, shots, "venue-who")
    phone.click(".here-name")
    expect(phone.locator(".here-green")).to_contain_text(name)
    looks(phone, shots, "venue-result")
    phone.context.close()
    screen.context.close()


def test_the_screen_asks_for_the_next_code(site: Site, chromium: Browser) -> None:
    screen = screen_of(site, chromium)
    screen.clock.install()
    screen.reload()
    expect(screen.locator("[data-ring]")).to_be_visible()
    with screen.expect_response("**/live"):
        screen.clock.fast_forward(31000)
    screen.route("**/live", lambda route: route.abort())
    screen.clock.fast_forward(31000)
    screen.clock.fast_forward(31000)
    expect(screen.locator("[data-stale]")).to_be_visible()
    screen.unroute("**/live")
    with screen.expect_response("**/live"):  # and goes on by itself when the network is back
        screen.clock.fast_forward(40000)
    expect(screen.locator("[data-stale]")).to_be_hidden()
    screen.context.close()
