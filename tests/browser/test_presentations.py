"""The clock on the stage: two screens agree, time runs, and whoever keeps it moves both."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site, at_desk
from tests.browser.test_main_job import shot
from tests.browser.test_registration import event_id, fit

EVENT = "result-2563-07-17"


def test_two_screens_agree_and_time_runs(site: Site, chromium: Browser, shots: Path) -> None:
    address = f"{site.url}/organiser/events/{event_id(site, EVENT)}/presentations/screen"
    keeper, hall = at_desk(site, chromium), at_desk(site, chromium)
    hall.goto(address)
    expect(hall.locator("[data-stage]")).to_have_attribute("data-phase", "waiting")
    keeper.goto(address)
    keeper.locator('form[action$="/next"] button').click()
    expect(keeper.locator("[data-stage]")).to_have_attribute("data-phase", "talk")
    expect(hall.locator("[data-stage]")).to_have_attribute("data-phase", "talk")  # without a reload
    first = hall.locator("[data-clock]").inner_text()
    expect(hall.locator("[data-clock]")).not_to_have_text(first)
    assert hall.locator(".stage-who").inner_text() == keeper.locator(".stage-who").inner_text()
    fit(hall)
    shot(hall, shots, "stage")
    keeper.locator('form[action$="/pause"] button').click()
    expect(hall.locator("[data-stage]")).to_have_attribute("data-paused", "1")
    stood = hall.locator("[data-clock]").inner_text()
    hall.wait_for_timeout(1500)
    assert hall.locator("[data-clock]").inner_text() == stood == keeper.locator("[data-clock]").inner_text()
    keeper.locator('form[action$="/stop"] button').click()
    expect(hall.locator("[data-stage]")).to_have_attribute("data-phase", "waiting")
