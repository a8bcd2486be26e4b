"""A session that ran out while somebody typed."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from blueprints.accounts import passwords
from models import Programme, Role, User, db
from tests.factories import Factory
from tests.page import Browser, Page

PASSWORD = "ม้าถูกแบตเตอรี่ลวด"


@pytest.fixture
def owner(make: Factory, programme: Programme) -> User:
    user = make.user(email="nok@example.org", password_hash=passwords.make(PASSWORD))
    make.grant(user, Role.OWNER, programme)
    return user


@pytest.fixture
def programme(make: Factory) -> Programme:
    return make.programme()


def typed(programme: Programme) -> dict[str, str]:
    return {"version": str(programme.version), "title_th": "ชื่อที่พิมพ์นาน <b>", "starts_on": "1/2/2563", "ends_on": "31/7/2563"}


def fields(page: Page) -> dict[str, str]:
    return {tag["name"]: tag.get("value", "") for tag in page.all("main form input")}


def edit_path(programme: Programme) -> str:
    return f"/organiser/programmes/{programme.id}/edit"


@pytest.mark.parametrize("cookie", ["gone", "of nobody"])
def test_what_was_typed_is_kept_and_sent_after_sign_in(app: Flask, owner: User, programme: Programme, cookie: str) -> None:
    browser, path = Browser(app), edit_path(programme)
    data = typed(programme) | ({"csrf_token": "from the old session"} if cookie == "gone" else {})
    page = browser.post(path, data, 401)
    assert programme.title_th != "ชื่อที่พิมพ์นาน <b>"
    form = page.one("main form")
    wrong = browser.post(form["action"], fields(page) | {"email": "nok@example.org", "password": "wrong"}, 422)
    right = fields(wrong) | {"email": "nok@example.org", "password": PASSWORD}
    again = browser.post(wrong.one("main form")["action"], right, 200)
    assert "ชื่อที่พิมพ์นาน <b>" in again.text(".kept-values")
    assert again.one("main form")["action"] == path
    assert browser.open("POST", path, data=fields(again)).status_code == 303
    assert db.session.get_one(Programme, programme.id).title_th == "ชื่อที่พิมพ์นาน <b>"


def test_passwords_and_files_are_not_carried(app: Flask, owner: User, programme: Programme) -> None:
    browser = Browser(app)
    data = typed(programme) | {"password": "secret thing", "logo": (io.BytesIO(b"png"), "logo.png")}
    page = browser.post(edit_path(programme), data, 401)
    assert page.all("main .notice")
    again = browser.post(page.one("main form")["action"], fields(page) | {"email": owner.email, "password": PASSWORD}, 200)
    assert "password" not in fields(again)
    assert again.all("main .notice")


def test_too_much_is_not_carried_and_said_so(app: Flask, owner: User, programme: Programme) -> None:
    page = Browser(app).post(edit_path(programme), typed(programme) | {"summary_th": "ก" * 100_000}, 401)
    assert fields(page)["kept"] == ""
    assert page.one("main form")["action"] == f"/sign-in?next={edit_path(programme)}"


def test_what_is_kept_cannot_be_forged(app: Flask, owner: User) -> None:
    answer = Browser(app).post("/sign-in", {"email": owner.email, "password": PASSWORD, "kept": "forged"})
    assert answer.location == "/organiser"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_another_sites_form_is_not_kept(app: Flask, programme: Programme, headers: dict[str, str]) -> None:
    page = Browser(app).post(edit_path(programme), typed(programme) | {"csrf_token": "none"}, 400, headers=headers)
    assert "ชื่อที่พิมพ์นาน" not in str(page.html)


def test_a_public_form_that_was_open_overnight_is_sent_again(app: Flask) -> None:
    browser = Browser(app)
    page = browser.post("/password/forgot", {"email": "nok@example.org", "csrf_token": "of yesterday"}, 400)
    assert "nok@example.org" in page.text(".kept-values")
    assert page.one("main form")["action"] == "/password/forgot"
    assert browser.open("POST", "/password/forgot", data=fields(page)).status_code == 303


def test_a_bad_token_in_a_live_session_is_a_plain_refusal(app: Flask, owner: User, programme: Programme) -> None:
    page = Browser(app).sign_in(owner).post(edit_path(programme), typed(programme) | {"csrf_token": "wrong"}, 400)
    assert not page.all(".kept-values")
    assert db.session.get_one(Programme, programme.id).version == 1


def test_an_old_sign_in_page_asks_for_the_password_again(app: Flask, owner: User) -> None:
    page = Browser(app).post("/sign-in", {"email": owner.email, "password": PASSWORD, "csrf_token": "old"}, 422)
    assert page.one('input[name="email"]')["value"] == owner.email
    assert page.one('input[name="password"]').get("value", "") == ""
    assert page.all(".error-summary li")


def test_signing_out_from_a_page_of_yesterday(app: Flask) -> None:
    assert Browser(app).post("/sign-out", {"csrf_token": "old"}).location == "/sign-in"
