"""The page of a programme's webhooks."""

from __future__ import annotations

import pytest
from flask import Flask

from blueprints.api import webhooks
from models import Event, Role, User, Webhook, WebhookDelivery, db
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_api import program


@pytest.fixture
def event(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> Event:
    monkeypatch.setitem(app.config, "WEBHOOKS_INSIDE", True)
    return make.event()


@pytest.fixture
def owner(make: Factory, event: Event) -> User:
    user = make.user()
    make.grant(user, Role.OWNER, event.programme)
    return user


def test_a_webhook_is_added_shown_once_and_stopped(browser: Browser, owner: User, event: Event) -> None:
    address = f"/organiser/programmes/{event.programme_id}/webhooks"
    page = browser.sign_in(owner).post(address, {"url": "http://127.0.0.1:9/", "event": "", "subjects": ["registration"]}, 200)
    hook = db.session.query(Webhook).one()
    assert page.one(".copy-field input")["value"] == hook.secret
    assert hook.secret not in browser.get(address).response.get_data(as_text=True)
    browser.post(f"{address}/{hook.id}/ping")
    assert "ping" in browser.get(address).text()
    browser.post(f"{address}/{hook.id}/stop")
    assert db.session.get(Webhook, hook.id).stopped_at is not None
    browser.post(f"{address}/{hook.id}/resume")
    assert db.session.get(Webhook, hook.id).stopped_at is None


def test_wrong_addresses_and_none_to_be_told_of_are_refused(app: Flask, browser: Browser, owner: User, event: Event) -> None:
    app.config["WEBHOOKS_INSIDE"] = False
    address = f"/organiser/programmes/{event.programme_id}/webhooks"
    browser.sign_in(owner)
    assert browser.post(address, {"url": "https://127.0.0.1/", "event": "", "subjects": ["event"]}, 422).error("url")
    app.config["WEBHOOKS_INSIDE"] = True
    assert browser.post(address, {"url": "http://127.0.0.1:9/", "event": ""}, 422).error("subjects")


def test_webhooks_of_others_are_not_reached(browser: Browser, make: Factory, owner: User, event: Event) -> None:
    other = make.event()
    hook = webhooks.add(other.programme, "https://example.org/", ["event"], None, None)
    webhooks.ping(hook)
    row = db.session.query(WebhookDelivery).filter_by(verb="ping").one()
    browser.sign_in(owner)
    browser.post(f"/organiser/programmes/{event.programme_id}/webhooks/{hook.id}/stop", status=404)
    browser.post(f"/organiser/programmes/{event.programme_id}/webhooks/deliveries/{row.id}/again", status=404)


def test_a_program_makes_its_own_webhook(app: Flask, owner: User, event: Event) -> None:
    it = program(app, owner)
    told = it.post(f"programmes/{event.programme_id}/webhooks", {"url": "http://127.0.0.1:9/", "event": "", "subjects": ["registration", "event"]})
    hook = db.session.query(Webhook).one()
    assert told["secret"] == hook.secret and hook.subjects == ["registration", "event"]
    assert "secret" not in it.get(f"programmes/{event.programme_id}/webhooks")["items"][0]
