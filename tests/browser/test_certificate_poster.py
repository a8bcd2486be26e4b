"""From the poster in the room to one's own certificate on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_main_job import phone, shot
from tests.browser.test_registration import ask, event_id, fit, letter

EVENT = "result-2563-07-17"


@pytest.fixture
def desk(site: Site, chromium: Browser) -> Page:
    """The demo organiser at a desk, in Thai."""
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="th-TH").new_page()
    page.goto(f"{site.url}/sign-in")
    page.fill("[name=email]", site.email)
    page.fill("[name=password]", site.password)
    page.click("main button.btn-primary")
    page.wait_for_load_state()
    return page


def poster(site: Site, desk: Page, shots: Path) -> str:
    """Fetch the poster from the page of handing out; what its code says."""
    desk.goto(f"{site.url}/organiser/events/{event_id(site, EVENT)}/certificates/delivery")
    fit(desk)
    shot(desk, shots, "certificate-delivery")
    answer = desk.request.get(site.url + desk.locator('a[href$="poster.pdf"]').get_attribute("href"))
    picture = pypdfium2.PdfDocument(answer.body())[0].render(scale=2).to_pil()
    picture.save(shots / "certificate-poster.png")
    return zxingcpp.read_barcodes(picture)[0].text


def holder(site: Site) -> tuple[str, str, str]:
    """E-mail, private token and certificate number of somebody who has one."""
    return ask(site, "SELECT r.email, r.manage_token, c.number FROM certificate c JOIN registration r ON r.id = c.registration_id "
                     "WHERE c.event_id = ? AND c.status = 'valid' AND c.file_sha256 IS NOT NULL AND r.email <> '' ORDER BY c.id LIMIT 1",
               event_id(site, EVENT))[0]


def test_from_the_poster_to_the_own_certificate(site: Site, chromium: Browser, desk: Page, shots: Path) -> None:
    address = poster(site, desk, shots)
    email, token, number = holder(site)

    stranger = phone(chromium)
    stranger.goto(address)
    fit(stranger)
    shot(stranger, shots, "certificate-finder-phone")
    stranger.fill("[name=contact]", email)
    stranger.locator("main form button.btn-primary").click()
    expect(stranger).to_have_url(re.compile(r"sent=1$"))
    fit(stranger)
    assert token not in stranger.content() and email not in stranger.content()
    stranger.goto(letter(site, email, ""))
    expect(stranger.locator("#own-certificates")).to_contain_text(number)

    stranger.goto(address)  # the phone knows the link now
    expect(stranger).to_have_url(f"{site.url}/r/{token}#own-certificates")
    fit(stranger)
    with stranger.expect_download() as download:
        stranger.locator("#own-certificates a.btn-primary").first.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


def test_the_screen_in_the_room(site: Site, desk: Page, shots: Path) -> None:
    desk.goto(f"{site.url}/organiser/events/{event_id(site, EVENT)}/certificates/screen")
    fit(desk)
    picture = shot(desk, shots, "certificate-screen")
    assert zxingcpp.read_barcodes(picture)[0].text == f"{site.url}/e/{EVENT}/certificate"
