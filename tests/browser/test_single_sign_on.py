"""Signing in with a provider in a browser, from the first time to the form that waits in another tab."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from core.config import ROOT
from tests.browser.conftest import SHOTS, Site, _wait, running
from tests.browser.test_pages import AXE, LOOKS, RULES
from tests.databases import free_port
from tests.provider import CLIENT, SECRET, LocalProvider, local_provider

EMAIL, PASSWORD = "nok@cmu.ac.th", "correct horse battery"


@pytest.fixture(scope="module")
def cmu() -> Iterator[LocalProvider]:
    with local_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def with_provider(cmu: LocalProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product with a provider set up and one administrator."""
    instance = tmp_path_factory.mktemp("single-sign-on")
    url, log = f"http://127.0.0.1:{free_port()}", instance / "log"
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "INSTANCE_DIR": str(instance), "SECRET_KEY": "only-for-tests", "BASE_URL": url, "PORT": url.rpartition(":")[2], "JOBS_URL": "memory://",
        "OIDC_PROVIDERS": "cmu", "OIDC_CMU_ISSUER": cmu.issuer, "OIDC_CMU_CLIENT_ID": CLIENT, "OIDC_CMU_CLIENT_SECRET": SECRET,
        "OIDC_CMU_LABEL_TH": "บัญชี มช.", "OIDC_CMU_LABEL_EN": "CMU account", "OIDC_CMU_CREATE": "yes"}
    for command, typed in ((("db", "upgrade"), ""), (("create-admin", EMAIL, "--password-stdin"), PASSWORD)):
        subprocess.run([sys.executable, "-m", "flask", "--app", "app", *command], cwd=ROOT, env=environ, check=True, input=typed, text=True,
                       capture_output=True)
    with running("gunicorn", "-c", "scripts/gunicorn.conf.py", environ=environ, log=log):
        _wait(url, log)
        yield Site(url, instance, EMAIL, PASSWORD)


def looked_at(page: Page, name: str) -> None:
    """No fault by axe and no sideways scroll, at each width, light and dark; the pictures are kept."""
    page.evaluate(AXE)
    for _language, width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found = page.evaluate("rules => axe.run(document, rules)", RULES)
        assert [violation["id"] for violation in found["violations"]] == [], name
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name
        page.screenshot(path=SHOTS / f"single-sign-on-{name}-{width}.png", full_page=True)


def test_the_first_time_and_ever_after(with_provider: Site, cmu: LocalProvider, chromium: Browser) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page = chromium.new_context(locale="th-TH").new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" and "status of 4" not in message.text else None)
    page.goto(f"{with_provider.url}/organiser")
    looked_at(page, "sign-in")
    page.click(".providers a")
    expect(page.locator("h1")).to_have_text("บัญชีใดเป็นของท่าน")  # the address is known here, and not trusted to prove anything
    looked_at(page, "which-account")
    page.click("main p a.btn")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main .btn-primary")
    page.click("a[href^='/sign-in/with/cmu']")
    expect(page.locator("main .facts")).to_contain_text(EMAIL)
    looked_at(page, "link")
    page.click("main .btn-primary")
    expect(page).to_have_url(f"{with_provider.url}/account/sign-ins")
    looked_at(page, "ways")
    page.context.clear_cookies()
    page.goto(f"{with_provider.url}/account/sign-ins")
    page.click(".providers a")
    expect(page).to_have_url(f"{with_provider.url}/account/sign-ins")
    assert faults == []
    page.context.close()


def test_a_form_waits_in_another_tab(with_provider: Site, cmu: LocalProvider, chromium: Browser) -> None:
    page = chromium.new_context(locale="th-TH").new_page()
    page.goto(f"{with_provider.url}/account")
    page.click(".providers a")
    page.fill("#name", "ชื่อที่พิมพ์นาน")
    page.context.clear_cookies()
    page.click("main .btn-primary")
    looked_at(page, "waiting")
    with page.context.expect_page() as opened:
        page.click(".providers a")
    expect(opened.value).to_have_url(f"{with_provider.url}/sign-in/done")
    looked_at(opened.value, "done")
    opened.value.close()
    page.click("button[formnovalidate]")
    expect(page.locator(".kept-values")).to_contain_text("ชื่อที่พิมพ์นาน")
    page.click("main .btn-primary")
    expect(page.locator("#name")).to_have_value("ชื่อที่พิมพ์นาน")
    page.context.close()


def test_a_newcomer_and_a_provider_that_is_away(with_provider: Site, cmu: LocalProvider, chromium: Browser) -> None:
    page = chromium.new_context(locale="th-TH").new_page()
    cmu.person = {"sub": "2", "name": "ปู ใจดี", "email": "pu@cmu.ac.th", "email_verified": True}
    page.goto(f"{with_provider.url}/sign-in?lang=en")
    page.click(".providers a")
    looked_at(page, "newcomer")
    page.click("main .btn-primary")
    expect(page.locator("h1")).to_be_visible()
    page.context.clear_cookies()
    cmu.delay = 6  # seconds, more than we wait
    page.goto(f"{with_provider.url}/sign-in")
    page.click(".providers a")
    expect(page.locator(".error-sheet")).to_contain_text("บัญชี มช.")
    looked_at(page, "away")
    cmu.delay = 0
    page.context.close()
