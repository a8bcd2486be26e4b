"""The camera doctor in a real browser: a phone that scans, one whose camera is not allowed, one inside LINE."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from core.qr import qr_png
from tests.browser.conftest import QUIET, Site
from tests.browser.test_pages import AXE, RULES

LINE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36 Line/14.9.0/IAB"
TICKET = "HTTPS://RUAM.EXAMPLE/T/SOMEBODYS-TICKET"


def opened(browser: Browser, site: Site, path: str = "/door/camera", **given: object) -> Page:
    page = browser.new_context(**({"viewport": {"width": 360, "height": 800}, "locale": "th-TH"} | given)).new_page()
    page.set_default_timeout(15000)
    page.goto(f"{site.url}{path}")
    return page


def finds(page: Page, step: str, state: str) -> None:
    expect(page.locator(f'[data-step="{step}"]')).to_have_attribute("data-state", state, timeout=15000)


def looks(page: Page, shots: Path, name: str) -> None:
    """Well made at both sizes, and kept as pictures."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(AXE)
        assert [v["id"] for v in page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]] == []
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        page.screenshot(path=shots / f"{name}-{width}.png", full_page=True)


def test_a_phone_that_scans(site: Site, chromium: Browser, camera: Callable[[Image.Image], None], shots: Path) -> None:
    camera(Image.open(io.BytesIO(qr_png(TICKET, scale=8))))
    page = opened(chromium, site)
    for step in ("secure", "browser", "api", "permission", "camera", "decoder", "reading", "storage", "worker"):  # allowed before: starts by itself
        finds(page, step, "ok")
    finds(page, "torch", "amber")  # the fake camera has no light
    expect(page.locator("[data-read]")).to_have_text(TICKET)
    page.click("[data-play]")
    page.click("[data-heard=yes]")
    finds(page, "sound", "ok")
    expect(page.locator("[data-sum]")).to_have_attribute("data-sum", "usable")
    report = page.input_value("#report")
    assert "SOMEBODYS" not in report and "ตัวอ่านคิวอาร์: ใช้ได้" in report
    assert len(report.splitlines()) == 3 + page.locator("[data-step]").count()
    looks(page, shots, "doctor")
    page.context.close()


def test_a_camera_that_is_not_allowed(site: Site, chromium: Browser, shots: Path) -> None:
    strict = chromium.browser_type.launch(executable_path="/usr/bin/chromium", args=[*QUIET, "--use-fake-device-for-media-stream"])
    page = opened(strict, site)
    finds(page, "decoder", "ok")
    if page.locator("[data-start]").is_visible():
        page.click("[data-start]")
    finds(page, "camera", "bad")
    finds(page, "permission", "bad")
    expect(page.locator('[data-step="permission"]')).to_contain_text("Safari")
    expect(page.locator("[data-sum]")).to_have_attribute("data-sum", "bad")
    looks(page, shots, "doctor-denied")
    strict.close()


def test_inside_line(site: Site, chromium: Browser, shots: Path) -> None:
    page = opened(chromium, site, user_agent=LINE)
    finds(page, "browser", "amber")
    expect(page.locator('a[href="?openExternalBrowser=1"]')).to_be_visible()
    looks(page, shots, "doctor-line")
    page.context.close()


def test_what_is_known_without_javascript(site: Site, chromium: Browser) -> None:
    page = opened(chromium, site, user_agent=LINE, java_script_enabled=False)
    finds(page, "browser", "amber")
    expect(page.locator('a[href="?openExternalBrowser=1"]')).to_be_visible()
    page.context.close()
