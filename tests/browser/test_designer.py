"""The designer in a browser: a box is dragged and nudged, the numbers follow, the words shrink, and what is saved stays."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, at_desk
from tests.browser.test_pages import AXE, RULES


@pytest.fixture
def organiser(site: Site, chromium: Browser) -> Page:
    return at_desk(site, chromium)


def address_of(site: Site) -> str:
    with sqlite3.connect(site.instance / "ruam.sqlite3", timeout=30) as database:
        event = database.execute("SELECT event_id FROM certificate_plan WHERE kind = 'attendance' ORDER BY id DESC").fetchone()[0]
    return f"{site.url}/organiser/events/{event}/certificates/attendance/design/layout"


def is_clean(page: Page) -> bool:
    page.evaluate(AXE)
    assert [(one["id"], one["nodes"][0]["target"]) for one in page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]] == []
    return True


def test_boxes_are_moved_by_mouse_and_keys_and_stay(site: Site, organiser: Page, shots: Path) -> None:
    address = address_of(site)
    organiser.set_viewport_size({"width": 1280, "height": 900})
    organiser.goto(address)
    holder, left = organiser.locator('.stage-box[data-name="holder"]'), organiser.locator('[data-box="holder"] [name$="-x"]')
    expect(holder).to_be_visible()
    before = float(left.input_value())
    box = holder.bounding_box()
    organiser.mouse.move(box["x"] + 20, box["y"] + 10)
    organiser.mouse.down()
    organiser.mouse.move(box["x"] + 80, box["y"] + 10, steps=5)
    organiser.mouse.up()
    dragged = float(left.input_value())
    assert dragged > before + 5
    holder.focus()
    organiser.keyboard.press("ArrowLeft")
    assert float(left.input_value()) == dragged - 0.5
    organiser.keyboard.press("Shift+ArrowLeft")
    assert float(left.input_value()) == dragged - 5.5
    organiser.locator("[data-undo]").click()
    assert float(left.input_value()) == dragged - 0.5
    organiser.screenshot(path=shots / "40-designer.png")
    assert is_clean(organiser) and holder.get_attribute("aria-label") != "holder"
    organiser.locator('[data-box="holder"] summary').click()
    width = organiser.locator('[data-box="holder"] [name$="-width"]')
    line = holder.locator(".stage-line").first
    size = line.evaluate("(element) => parseFloat(getComputedStyle(element).fontSize)")
    with organiser.expect_response(lambda answer: "/drawn" in answer.url):
        width.fill("60")
    organiser.wait_for_function("([where, size]) => parseFloat(getComputedStyle(document.querySelector(where)).fontSize) < size",
                                arg=['.stage-box[data-name="holder"] .stage-line', size * 0.8])
    placed = left.input_value()
    organiser.locator("main form#designer-form button.btn-primary").click()
    organiser.wait_for_load_state()
    expect(organiser.locator('[data-box="holder"] [name$="-x"]')).to_have_value(placed)
    expect(organiser.locator('[data-box="holder"] [name$="-width"]')).to_have_value("60.0")
    with organiser.expect_response(lambda answer: "sample=1" in answer.url):
        organiser.locator("[data-next]").click()
    organiser.set_viewport_size({"width": 360, "height": 740})
    assert organiser.evaluate("document.documentElement.scrollWidth") <= 360
    assert is_clean(organiser)
    organiser.screenshot(path=shots / "41-designer-360.png")


def test_a_centred_box_leaves_the_centre_by_keys_and_nothing_else_changes(site: Site, organiser: Page) -> None:
    organiser.goto(address_of(site))
    rule, row = organiser.locator('.stage-box[data-name="rule"]'), organiser.locator('[data-box="rule"]')
    parts = {part: row.locator(f'[name$="-{part}"]') for part in ("x", "y", "width", "height")}
    before = {part: field.input_value() for part, field in parts.items()}
    rule.focus()
    organiser.keyboard.press("ArrowRight")
    organiser.keyboard.press("ArrowRight")
    after = {part: field.input_value() for part, field in parts.items()}
    assert float(after.pop("x")) == float(before.pop("x")) + 1 and after == before
    organiser.keyboard.press("ArrowLeft")
    organiser.locator("[data-undo]").click()
    assert float(parts["x"].input_value()) == 99.5
