"""A register in the browser: the number is written while the form is filled in, as the server would write it."""

from __future__ import annotations

from datetime import datetime

from playwright.sync_api import Browser, expect

from core.locale import BANGKOK
from tests.browser.conftest import Site
from thai.dates import be_year, fiscal_year
from thai.digits import to_thai


def test_the_first_number_is_written_while_the_rules_are_typed(site: Site, chromium: Browser) -> None:
    page = chromium.new_context().new_page()
    page.goto(f"{site.url}/sign-in")
    page.fill("[name=email]", site.email)
    page.fill("[name=password]", site.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/organiser**")
    page.goto(f"{site.url}/organiser/programmes/1/registers/new")
    today, number = datetime.now(BANGKOK).date(), page.locator("output")
    year, fiscal = be_year(today), fiscal_year(today)
    expect(number).to_have_text(to_thai(f"001/{year}"))
    page.fill("[name=pattern]", "กสอ.ศภ.1 {number}/{year}")
    expect(number).to_have_text(to_thai(f"กสอ.ศภ.1 001/{year}"))
    page.fill("[name=padding]", "๕")
    page.uncheck("[name=thai_digits]")
    page.select_option("[name=reset]", "fiscal_year")
    expect(number).to_have_text(f"กสอ.ศภ.1 00001/{fiscal}")
    for wrong in ("{year}", "{number} {number}", "{number} {programme}", "{number"):
        page.fill("[name=pattern]", wrong)
        expect(number).to_have_text("–")
    page.fill("[name=pattern]", "{number} ปี {year}")
    expect(number).to_have_text(f"00001 ปี {fiscal}")
