"""A token is made by a person in the browser, and the example client of the documentation works with it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser

from core.config import ROOT
from tests.browser.conftest import Site, at_desk
from tests.browser.test_main_job import shot
from tests.browser.test_registration import event_id, fit


def client(site: Site, secret: str, *words: str, given: str = "") -> str:
    """What the example client prints."""
    done = subprocess.run([sys.executable, ROOT / "docs" / "examples" / "ruam.py", *words], input=given, text=True, capture_output=True, timeout=120,
                          env={**os.environ, "RUAM_URL": site.url, "RUAM_TOKEN": secret, "PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_token_is_made_and_a_program_works_with_it(site: Site, chromium: Browser, shots: Path) -> None:
    page = at_desk(site, chromium)
    page.goto(f"{site.url}/account")
    page.locator('a[href$="/account/tokens"]').click()
    page.fill('[name="name"]', "คลังข้อมูลของมหาวิทยาลัย")
    for scope in ("events:read", "registration:read", "registration:write"):
        page.check(f'[value="{scope}"]')
    fit(page)
    page.locator("form.form button").last.click()
    secret = page.locator(".copy-field input").input_value()
    shot(page, shots, "api-token")
    event = str(event_id(site, "today"))
    assert event in [line.split("\t")[0] for line in client(site, secret, "events").splitlines()]
    before = list(csv.DictReader(io.StringIO(client(site, secret, "registrations", event))))
    person = {"first_name": "โปรแกรม", "last_name": "ทดลอง", "category_id": before[0]["category_id"], "email": "program@example.org"}
    location = client(site, secret, "register", event, given=json.dumps(person)).strip()
    after = list(csv.DictReader(io.StringIO(client(site, secret, "registrations", event))))
    assert [row["first_name"] for row in after if row["id"] == location.rpartition("/")[2]] == ["โปรแกรม"]
    assert len(after) == len(before) + 1
