"""Signing in and out, the own account, and the limits on tries."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask

from blueprints.accounts import passwords
from models import User, db
from tests.factories import Factory
from tests.page import Browser, Page

PASSWORD = "ม้าถูกแบตเตอรี่ลวด"


@pytest.fixture(scope="module")
def kept() -> str:
    """What is kept of PASSWORD."""
    return passwords.make(PASSWORD)


@pytest.fixture
def user(make: Factory, kept: str) -> User:
    return make.user(email="nok@example.org", password_hash=kept)


def sign_in(browser: Browser, password: str = PASSWORD, email: str = "nok@example.org", status: int = 303,
            path: str = "/sign-in") -> Page:
    return browser.post(path, {"email": email, "password": password}, status)


def test_signs_in_and_out(browser: Browser, user: User) -> None:
    browser.get("/sign-in")
    assert sign_in(browser).location == "/organiser"
    browser.get("/organiser")
    assert browser.get("/sign-in", 303).location == "/organiser"
    assert browser.post("/sign-out").location == "/sign-in"
    assert "/sign-in" in browser.get("/organiser", 302).location


def test_signing_out_by_a_link_is_not_possible(browser: Browser, user: User) -> None:
    browser.sign_in(user).get("/sign-out", 405)


def test_email_is_found_however_it_is_typed(browser: Browser, user: User) -> None:
    sign_in(browser, email=" Nok@Example.ORG ")


def test_goes_where_one_wanted_to_go(browser: Browser, user: User) -> None:
    target = browser.get("/account", 302).location
    assert target == "/sign-in?next=/account"
    assert browser.get(target).one("main form")["action"] == target
    assert sign_in(browser, path=target).location == "/account"


@pytest.mark.parametrize("elsewhere", [
    "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"])
def test_never_leads_to_another_site(browser: Browser, user: User, elsewhere: str) -> None:
    assert sign_in(browser, path=f"/sign-in?next={quote(elsewhere)}").location == "/organiser"


def test_wrong_email_and_wrong_password_get_the_same_answer(browser: Browser, user: User) -> None:
    wrong_password = sign_in(browser, "not the password", status=422)
    wrong_email = sign_in(browser, email="nobody@example.org", status=422)
    assert wrong_password.text(".error-summary") == wrong_email.text(".error-summary")
    assert wrong_password.one('input[name="email"]')["value"] == "nok@example.org"
    assert wrong_password.one('input[name="password"]').get("value", "") == ""


def test_a_missing_field_is_named(browser: Browser) -> None:
    page = browser.post("/sign-in", {"email": "", "password": ""}, 422)
    assert page.error("email") and page.error("password")


def test_an_account_without_password_or_deactivated_is_closed(browser: Browser, make: Factory, kept: str) -> None:
    from models import now

    make.user(email="invited@example.org")
    make.user(email="gone@example.org", password_hash=kept, deactivated_at=now())
    sign_in(browser, email="invited@example.org", status=422)
    sign_in(browser, email="gone@example.org", status=422)


def test_a_session_from_before_sign_in_is_worth_nothing(browser: Browser, user: User) -> None:
    with browser.client.session_transaction() as session:
        session["planted"], session["language"] = "yes", "en"
    sign_in(browser)
    with browser.client.session_transaction() as session:
        assert "planted" not in session
        assert session["language"] == "en"


def test_tries_on_one_account_are_limited_and_success_is_not_counted(browser: Browser, user: User, limits: None) -> None:
    for _ in range(3):
        sign_in(browser)
        browser.post("/sign-out")
    for _ in range(10):
        sign_in(browser, "wrong password", status=422)
    refused = sign_in(browser, status=429)
    assert refused.headers["Retry-After"]
    sign_in(browser, "wrong password", email="other@example.org", status=422)


def test_tries_from_one_address_are_limited(browser: Browser, limits: None) -> None:
    for n in range(30):
        sign_in(browser, "wrong password", email=f"n{n}@example.org", status=422)
    sign_in(browser, email="n31@example.org", status=429)


def test_profile_changes_name_and_language(browser: Browser, user: User) -> None:
    browser.sign_in(user)
    assert browser.get("/account").one("html")["lang"] == "th"
    browser.post("/account", {"name": "  นก   ใจดี ", "language": "en"})
    assert (user.name, user.language) == ("นก ใจดี", "en")
    assert browser.get("/account").one("html")["lang"] == "en"


def test_profile_needs_a_name(browser: Browser, user: User) -> None:
    page = browser.sign_in(user).post("/account", {"name": " ", "language": "th"}, 422)
    assert page.error("name")


def test_changing_the_password_signs_out_elsewhere(app: Flask, browser: Browser, user: User) -> None:
    elsewhere = Browser(app).sign_in(user)
    elsewhere.get("/account")
    browser.sign_in(user)
    browser.post("/account/password", {"current_password": PASSWORD, "password": "another good one"})
    browser.get("/account")
    elsewhere.get("/account", 302)
    browser.post("/sign-out")
    sign_in(browser, status=422)
    sign_in(browser, "another good one")


@pytest.mark.parametrize(("current", "new", "field"), [
    ("not it", "another good one", "current_password"), (PASSWORD, "short", "password"),
    (PASSWORD, "nok@example.org", "password"),
    (PASSWORD, "1234567890", "password"), (PASSWORD, "aaaaaaaaaaaaaa", "password")])
def test_a_password_that_will_not_do(browser: Browser, user: User, current: str, new: str, field: str) -> None:
    before = user.password_hash
    page = browser.sign_in(user).post("/account/password", {"current_password": current, "password": new}, 422)
    assert page.error(field)
    assert db.session.get_one(User, user.id).password_hash == before


def test_pages_speak_english_too(browser: Browser, user: User) -> None:
    for path in ("/sign-in", "/password/forgot", "/password/sent"):
        browser.speak("en")
        assert browser.get(path).one("html")["lang"] == "en"
