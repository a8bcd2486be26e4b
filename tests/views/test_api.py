"""A program's calls: its token, an organiser's pages as JSON, and each deed done once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from blueprints.api import tokens
from models import ApiCall, ApiToken, Event, EventStatus, Programme, Role, User, db, now
from tests.factories import Factory
from tests.page import Browser

ALL = list(tokens.SCOPES)


class Program:
    """A program with a token."""

    def __init__(self, app: Flask, secret: str) -> None:
        self.browser, self.secret = Browser(app), secret

    def call(self, method: str, path: str, status: int = 200, headers: dict[str, str] | None = None, **kwargs: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en", **(headers or {})}
        answer = self.browser.open(method, f"/api/v1/{path}", headers=headers, **kwargs)
        assert answer.status_code == status, f"{answer.status_code}: {answer.get_data(as_text=True)[:1500]}"
        return answer

    def get(self, path: str, status: int = 200, **kwargs: Any) -> Any:
        return self.call("GET", path, status, **kwargs).get_json()

    def post(self, path: str, json: Any = None, status: int = 200, **kwargs: Any) -> Any:
        return self.call("POST", path, status, json={} if json is None else json, **kwargs).get_json()


def program(app: Flask, user: User, scopes: list[str] | None = None, programme: Programme | None = None) -> Program:
    secret = tokens.make(user, "test", scopes or ALL, 30, programme)[1]
    db.session.flush()
    return Program(app, secret)


@pytest.fixture
def event(make: Factory) -> Event:
    start = now().replace(second=0, microsecond=0) + timedelta(days=9)
    return make.event(status=EventStatus.DRAFT, published_at=None, starts_at=start)


@pytest.fixture
def organiser(make: Factory, event: Event) -> User:
    user = make.user()
    make.grant(user, Role.ORGANISER, event.programme)
    return user


def test_a_deed_is_done_and_told(app: Flask, organiser: User, event: Event) -> None:
    told = program(app, organiser).post(f"events/{event.id}/publish")
    assert told == {"message": "The event is public now.", "location": f"/api/v1/events/{event.id}"}
    assert db.session.get(Event, event.id).status == EventStatus.PUBLISHED


def test_what_a_page_refuses_is_a_problem(app: Flask, organiser: User, event: Event) -> None:
    it = program(app, organiser)
    it.post(f"events/{event.id}/publish")
    answer = it.call("POST", f"events/{event.id}/publish", 409, json={})
    assert answer.content_type == "application/problem+json"
    assert "another state" in answer.get_json()["detail"]


def test_a_form_is_read_changed_and_sent_back(app: Flask, organiser: User, event: Event, make: Factory) -> None:
    make.session(event, title_th="พิธีเปิด")
    it = program(app, organiser)
    form = it.get(f"events/{event.id}/edit")
    values = form["values"]
    assert values["title_th"] == event.title_th
    assert [row["title_th"] for row in values["sessions"]] == ["พิธีเปิด"]
    assert form["schema"]["properties"]["sessions"]["items"]["properties"]["title_th"]["maxLength"]
    before = {column.name: getattr(event, column.name) for column in Event.__table__.columns}
    it.post(f"events/{event.id}/edit", {**values, "title_en": "Renamed"})
    changed = db.session.get(Event, event.id)
    after = {column.name: getattr(changed, column.name) for column in Event.__table__.columns}
    assert {name for name in after if after[name] != before[name]} == {"title_en", "version"}
    assert [one.title_th for one in changed.sessions] == ["พิธีเปิด"]
    assert it.call("POST", f"events/{event.id}/edit", 422, json=values).get_json()["detail"].startswith("Someone else changed this")


def test_wrong_fields_are_named(app: Flask, organiser: User, event: Event) -> None:
    it = program(app, organiser)
    values = it.get(f"events/{event.id}/edit")["values"]
    told = it.post(f"events/{event.id}/edit", {**values, "start_day": "31/2/2563", "categories": [{"name_th": "x" * 500}]}, 422)
    assert told["errors"]["start_day"] == ["There is no such day in the calendar. Please check day and month."]
    assert "categories-0-name_th" in told["errors"]
    assert told["status"] == 422


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer ruam_wrong"}, {"Authorization": "Basic eDp5"}])
def test_without_a_good_token_nothing_is_told(app: Flask, organiser: User, event: Event, header: dict[str, str]) -> None:
    browser = Browser(app).sign_in(organiser)  # a session opens nothing here, so that no other site can use it
    answer = browser.open("GET", f"/api/v1/events/{event.id}/edit", headers=header)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.content_type == "application/problem+json"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("spoil", ["expired", "revoked", "closed"])
def test_a_spent_token_opens_nothing(app: Flask, organiser: User, event: Event, spoil: str) -> None:
    it = program(app, organiser)
    token = db.session.query(ApiToken).one()
    if spoil == "expired":
        token.expires_at = now() - timedelta(seconds=1)
    elif spoil == "revoked":
        tokens.revoke(token)
    else:
        organiser.deactivated_at = now()
    it.get(f"events/{event.id}/edit", 401)


def test_a_token_may_only_what_it_says(app: Flask, organiser: User, event: Event) -> None:
    it = program(app, organiser, ["events:read"])
    it.get(f"events/{event.id}/edit")
    it.post(f"events/{event.id}/publish", status=403)
    it.get(f"events/{event.id}/registrations/new", 403)


def test_a_token_may_no_more_than_its_account(app: Flask, make: Factory, organiser: User, event: Event) -> None:
    it = program(app, organiser)
    it.get(f"programmes/{event.programme_id}/edit", 403)  # for owners
    it.get(f"events/{make.event().id}/edit", 404)  # of others
    it.get("accounts", 403)


def test_a_confined_token_ends_at_its_programme(app: Flask, make: Factory, event: Event) -> None:
    admin, other = make.admin(), make.event()
    it = program(app, admin, programme=event.programme)
    it.get(f"events/{event.id}/edit")
    it.get(f"events/{other.id}/edit", 404)
    it.get("programmes/new", 403)


def test_the_same_key_does_it_once(app: Flask, organiser: User, event: Event) -> None:
    it, key = program(app, organiser), {"Idempotency-Key": "a1"}
    values = it.get(f"programmes/{event.programme_id}/events/new")["values"]
    new = {**values, "title_th": "งานใหม่", "kind": "workshop", "start_day": "2027-01-05", "start_time": "09:00", "end_time": "12:00"}
    first = it.call("POST", f"programmes/{event.programme_id}/events/new", json=new, headers=key)
    count = db.session.query(Event).count()
    again = it.call("POST", f"programmes/{event.programme_id}/events/new", json=new, headers=key)
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert db.session.query(Event).count() == count
    it.post(f"programmes/{event.programme_id}/events/new", {**new, "title_th": "อีกงาน"}, 422, headers=key)


def test_a_refused_call_may_be_sent_again_with_its_key(app: Flask, organiser: User, event: Event) -> None:
    it, key = program(app, organiser), {"Idempotency-Key": "a1"}
    it.post(f"events/{event.id}/finish", status=409, headers=key)
    assert db.session.query(ApiCall).count() == 0
    event.starts_at, event.status = now() - timedelta(hours=1), EventStatus.PUBLISHED
    it.post(f"events/{event.id}/finish", headers=key)


def test_a_call_that_was_cut_off_is_not_begun_again(app: Flask, organiser: User, event: Event) -> None:
    it, key = program(app, organiser), {"Idempotency-Key": "a1"}
    it.post(f"events/{event.id}/publish", headers=key)
    db.session.query(ApiCall).one().status = None
    assert "cut off" in it.post(f"events/{event.id}/publish", status=409, headers=key)["detail"]


@pytest.mark.parametrize(("data", "kind", "status"), [
    (b"{", "application/json", 400), (b"[]", "application/json", 400), (b"[" * 100_000, "application/json", 400), (b"\xff", "application/json", 400),
    (b"a=b", "application/x-www-form-urlencoded", 415), (b"<a/>", "text/xml", 415), (b"1" * (5 << 20 | 1), "application/json", 413)])
def test_unreadable_content_is_refused(app: Flask, organiser: User, event: Event, data: bytes, kind: str, status: int) -> None:
    it = program(app, organiser)
    it.call("POST", f"events/{event.id}/publish", status, data=data, content_type=kind)
    assert db.session.get(Event, event.id).status == EventStatus.DRAFT


def test_a_page_without_json_and_an_unknown_one_say_so(app: Flask, organiser: User, event: Event) -> None:
    it = program(app, organiser)
    it.get("nowhere", 404)
    it.get(f"events/{event.id}/waitlist", 404)


def test_a_file_comes_as_it_is(app: Flask, organiser: User, event: Event) -> None:
    answer = program(app, organiser).call("GET", f"events/{event.id}/report.xlsx")
    assert answer.data[:2] == b"PK"


def test_too_many_calls_are_told_to_wait(app: Flask, organiser: User, event: Event, limits: None) -> None:
    it = program(app, organiser)
    for _number in range(600):
        it.post("programmes/new", status=403)
    it.post("programmes/new", status=429)


def test_tokens_are_made_shown_once_and_revoked(browser: Browser, organiser: User, event: Event) -> None:
    browser.sign_in(organiser)
    page = browser.post("/account/tokens", {"name": "คลังข้อมูล", "programme": str(event.programme_id), "days": "30", "scopes": ["events:read"]}, 200)
    secret = page.one(".copy-field input")["value"]
    token = db.session.query(ApiToken).one()
    assert secret.startswith("ruam_") and token.digest != secret and token.programme_id == event.programme_id
    assert secret not in browser.get("/account/tokens").response.get_data(as_text=True)
    browser.post(f"/account/tokens/{token.id}/revoke")
    assert db.session.get(ApiToken, token.id).revoked_at is not None
    assert browser.post("/account/tokens", {"name": "x", "programme": "", "days": "30"}, 422).error("scopes")


def test_nobody_revokes_the_token_of_another(browser: Browser, make: Factory, organiser: User) -> None:
    token = tokens.make(organiser, "test", ALL, 30)[0]
    db.session.flush()
    browser.sign_in(make.user()).post(f"/account/tokens/{token.id}/revoke", status=404)
