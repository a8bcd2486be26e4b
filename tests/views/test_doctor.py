"""The camera doctor's page as any browser gets it: apps are recognised without JavaScript, and each text exists once."""

from __future__ import annotations

import re

import pytest

from blueprints.checkin.inapp import app_of
from core.config import ROOT
from tests.page import Browser

ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile Safari/537.36 "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21F90 "
AGENTS = [
    (ANDROID + "Line/14.9.0/IAB", "line"), (IPHONE + "Safari Line/14.9.1", "line"),
    (ANDROID + "[FB_IAB/FB4A;FBAV/470.0.0.1;]", "facebook"), (IPHONE + "[FBAN/FBIOS;FBAV/470.0;]", "facebook"),
    (ANDROID + "[FB_IAB/MESSENGER;FBAV/460.0;]", "messenger"), (ANDROID + "[FB_IAB/Orca-Android;FBAV/460.0;]", "messenger"),
    (IPHONE + "[FBAN/MessengerForiOS;FBAV/460.0;]", "messenger"),
    (ANDROID + "Instagram 337.0.0.35.102 Android", "instagram"), (IPHONE + "Instagram 337.0.0", "instagram"),
    (ANDROID + "musical_ly_2023 BytedanceWebview/d8a21c6", "tiktok"), (IPHONE + "TikTok 35.1.0", "tiktok"),
    (ANDROID, None), (IPHONE + "Version/17.5 Safari/604.1", None), ("Mozilla/5.0 (X11; Linux) Airline/2", None), ("", None)]


@pytest.mark.parametrize(("agent", "app"), AGENTS)
def test_apps_are_recognised(agent: str, app: str | None) -> None:
    assert app_of(agent) == app


def test_the_phone_recognises_the_same_apps() -> None:
    pattern = re.search(r"/(.+)/\.test", (ROOT / "static/door/inapp.js").read_text())
    assert pattern is not None
    for agent, app in AGENTS:
        assert bool(re.search(pattern[1].replace(r"\/", "/"), agent)) == (app is not None), agent


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_page_names_the_app_and_the_way_out(browser: Browser, language: str) -> None:
    browser.speak(language)
    page = browser.get("/door/camera", headers={"User-Agent": ANDROID + "Line/14.9.0/IAB"})
    assert page.one('[data-step="browser"]')["data-state"] == "amber"
    assert page.one('a[href="?openExternalBrowser=1"]')
    assert "LINE" in page.text('[data-step="browser"] .doctor-say')
    other = browser.get("/door/camera", headers={"User-Agent": IPHONE + "Instagram 337.0.0"})
    assert "Instagram" in other.text('[data-app="instagram"]')
    assert other.all('a[href="?openExternalBrowser=1"]') == []


def test_an_ordinary_browser_is_tested_by_scripts_and_told_if_there_are_none(browser: Browser) -> None:
    page = browser.get("/door/camera")
    assert {step["data-state"] for step in page.all("[data-step]")} == {"wait"}
    assert "JavaScript" in page.text("noscript")
    assert page.one("[data-sample]")["src"].startswith("data:image/png")
    assert page.all("main a[href*=openExternalBrowser]") == []
