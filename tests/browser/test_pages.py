"""Every page of the product in a browser: WCAG 2.2 AA by axe, no sideways scroll, nothing in the console, nothing from elsewhere."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from blueprints.checkin.devices import COOKIE
from core.codes import digest, new_code
from core.config import ROOT
from tests.browser.conftest import Site

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
         "resultTypes": ["violations"]}
# GET addresses that answer with something else than a page, or only lead on.
NO_PAGE = (
    ".ics", ".png", ".pdf", ".csv", ".xlsx", "/healthz", "/door/api/", "/door/decode-worker.js", "/door/sw.js", ".webmanifest", "/logo/",
    "/t/", "/v/", "/n/", "/suggest", "/live", "/poster/", "/files/<", "/progress", "/mailings/count", "/verify/file/",
    "/design/export", "/design/background", "/screen/now", "/readyz", "/api/v1/",
)
LOOKS = (("th", 320, "light"), ("th", 360, "dark"), ("en", 1280, "light"))


@pytest.fixture(scope="module")
def values(site: Site) -> dict[str, Any]:
    """What stands in the addresses: rows of the demonstration."""
    with sqlite3.connect(site.instance / "ruam.sqlite3", timeout=30) as database:
        one = lambda sql: database.execute(sql).fetchone()[0]  # noqa: E731
        event = one("SELECT id FROM event WHERE slug = 'result-2563-07-17'")
        person = f"registration WHERE event_id = {event} AND id IN (SELECT registration_id FROM certificate)"
        return {
            "event_id": event, "programme_id": one(f"SELECT programme_id FROM event WHERE id = {event}"), "slug": "open",
            "registration_id": one(f"SELECT id FROM {person}"), "token": one(f"SELECT manage_token FROM {person}"),
            "code": one(f"SELECT code FROM {person}"), "certificate_id": one(f"SELECT id FROM certificate WHERE event_id = {event}"),
            "organisation_id": one("SELECT id FROM organisation"), "verify": one(f"SELECT code FROM certificate WHERE event_id = {event}"),
            "manage": one("SELECT manage_token FROM registration WHERE event_id = (SELECT id FROM event WHERE slug = 'open')"),
            "mailing_id": one(f"SELECT id FROM mailing WHERE event_id = {event}"),
            "message_id": one("SELECT id FROM message WHERE bounced_at IS NOT NULL"), "template_id": one("SELECT id FROM message_template"),
            "other_id": one("SELECT id FROM organisation WHERE NOT confirmed"), "cluster_id": one("SELECT id FROM cluster"),
            "membership_id": one("SELECT id FROM membership"), "slot_id": one(f"SELECT id FROM slot WHERE event_id = {event}"),
            "year": 2563, "feature": "registration",
             "device": _device(database), "judge": _judge(database, event),
            "at_door": _at_door(database)}


def _at_door(database: sqlite3.Connection) -> dict[str, str]:
    """The rows of today's event, where something happens at the door."""
    event = database.execute("SELECT id FROM event WHERE slug = 'today'").fetchone()[0]
    ids = {f"{name}_id": database.execute(f"SELECT min(id) FROM {name} WHERE event_id = ?", [event]).fetchone()[0]
           for name in ("checkpoint", "device", "gate", "registration")}
    conflict = database.execute("SELECT id FROM scan WHERE event_id = ? AND forced_needed", [event]).fetchone()[0]
    return ids | {"event_id": event, "scan_id": conflict}


def _device(database: sqlite3.Connection) -> str:
    """A phone at today's event; returns the key of its cookie."""
    key = new_code()
    database.execute("UPDATE device SET key_digest = ?, expires_at = '2999-01-01' WHERE id = "
                     "(SELECT min(id) FROM device WHERE event_id = (SELECT id FROM event WHERE slug = 'today'))", [digest(key)])
    return key


def _judge(database: sqlite3.Connection, event: int) -> str:
    """A judge of the demonstration; returns the secret of the link."""
    token = new_code()
    database.execute("UPDATE judge SET digest = ? WHERE id = (SELECT min(id) FROM judge WHERE event_id = ?)", [digest(token), event])
    return token


def pages(app: Flask, values: dict[str, Any]) -> Iterator[str]:
    """The address of every page of the product, filled in, and some that are not there."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" not in rule.methods or any(part in rule.rule for part in NO_PAGE) or rule.rule.endswith("/door/devices"):
            continue
        here = values | ({"code": values["verify"]} if rule.rule.startswith("/V/") else {})
        if "/door" in rule.rule:
            here |= values["at_door"]
        if rule.rule in ("/r/<token>/edit", "/r/<token>/cancel"):
            here |= {"token": values["manage"]}
        if rule.rule.startswith("/judge/"):
            here |= {"token": values["judge"]}
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
        for name in rule.arguments:
            path = path.replace(f"<int:{name}>", str(here.get(name, 1))).replace(f"<{name}>", str(here.get(name, "nothing")))
        if not any(part in path for part in NO_PAGE):
            yield path
    yield from ("/nothing", "/e/result-2563-07-17", "/e/today", f"/r/{values['manage']}", "/verify?number=1&name=กก")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_every_page(site: Site, chromium: Browser, whole_app: Flask, values: dict[str, Any], look: tuple[str, int, str]) -> None:
    language, width, scheme = look
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    context.add_cookies([{"name": COOKIE, "value": values["device"], "url": f"{site.url}/door"}])
    faults: list[str] = []
    context.on("console", lambda message: faults.append(f"{message.page.url}: {message.text}") if _is_fault(message.type, message.text) else None)
    context.on("request", lambda request: None if request.url.startswith((site.url, "data:", "blob:")) else faults.append(request.url))
    page = context.new_page()
    paths = list(pages(whole_app, values))
    assert len(paths) > 45
    for path in [p for p in paths if not p.startswith("/organiser") and p not in ("/account", "/account/password")]:
        faults += examine(page, site, path, language)
    sign_in(context, page, site)
    for path in [p for p in paths if p.startswith(("/organiser", "/account"))]:
        faults += examine(page, site, path, language)
    context.close()
    assert faults == []


def _is_fault(kind: str, text: str) -> bool:
    return kind == "error" and "status of 4" not in text  # the pages that say 404 and 410 are examined too


def sign_in(context: BrowserContext, page: Page, site: Site) -> None:
    page.goto(f"{site.url}/sign-in")
    page.fill("[name=email]", site.email)
    page.fill("[name=password]", site.password)
    page.click("main button.btn-primary")


def examine(page: Page, site: Site, path: str, language: str) -> list[str]:
    """What is wrong with one page."""
    response = page.goto(f"{site.url}{path}{'&' if '?' in path else '?'}lang={language}")
    assert response is not None and response.status < 500, f"{path}: {response and response.status}"
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    wrong = [f"{path}: {v['id']} {[node['target'] for node in v['nodes']][:3]}" for v in found["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append(f"{path}: scrolls sideways")
    led_on = urlsplit(page.url).path != urlsplit(path).path  # a redirect does not carry the language along
    if not led_on and page.evaluate("document.documentElement.lang") != language:
        wrong.append(f"{path}: is not in {language}")
    return wrong
