"""Writing a message in a browser: placeholders by a click, the audience counted while it is chosen."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site
from tests.browser.test_pages import sign_in


def test_placeholders_go_where_the_caret_is_and_the_count_follows(site: Site, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    sign_in(context, page, site)
    page.goto(f"{site.url}/organiser/events/6/mailings/new?lang=en")
    page.fill("#body_th", "เรียน  ที่เคารพ")
    page.evaluate("document.getElementById('body_th').setSelectionRange(6, 6)")
    page.click(".placeholders >> nth=0 >> summary")
    page.click(".placeholders button:text-is('{ชื่อ}')")
    expect(page.locator("#body_th")).to_have_value("เรียน {ชื่อ} ที่เคารพ")
    count = page.locator(".reach-box .reach")
    everyone = count.inner_text()
    expect(page.locator("button[name=count]")).to_be_hidden()
    page.check("input[name=attendance][value=came]")
    expect(count).not_to_have_text(everyone)
    page.uncheck("input[name=statuses][value=confirmed]")
    expect(count).to_contain_text("0 people")
    context.close()
