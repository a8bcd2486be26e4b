"""Signing in with a provider of OpenID Connect: who gets in, into which account, and who does not."""

from __future__ import annotations

import email.policy
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select

from blueprints.accounts import passwords, services, single_sign_on_views
from core import oidc
from models import HistoryEntry, Identity, Role, User, db, now
from tests.factories import Factory
from tests.page import Browser, Page
from tests.provider import SECRET, LocalProvider, local_provider

PASSWORD = "ม้าถูกแบตเตอรี่ลวด"


@pytest.fixture(scope="module")
def running() -> Iterator[LocalProvider]:
    with local_provider() as provider:
        yield provider


@pytest.fixture
def cmu(app: Flask, running: LocalProvider, monkeypatch: pytest.MonkeyPatch) -> LocalProvider:
    """A provider that is set up here, with nothing of an earlier test."""
    running.__init__(running.server)  # type: ignore[misc]
    oidc._clients.clear()
    monkeypatch.setitem(app.config, "OIDC_PROVIDERS", {})
    configure(app, running)
    return running


def configure(app: Flask, provider: LocalProvider, **given: Any) -> None:
    app.config["OIDC_PROVIDERS"] = {"cmu": provider.provider(**given)}


@pytest.fixture
def nok(make: Factory) -> User:
    return make.user(email="nok@cmu.ac.th", password_hash=passwords.make(PASSWORD))


def link(user: User, cmu: LocalProvider, subject: str = "248289761001") -> Identity:
    identity = Identity(user_id=user.id, issuer=cmu.issuer, subject=subject, email="nok@cmu.ac.th")
    db.session.add(identity)
    db.session.flush()
    return identity


def there_and_back(browser: Browser, cmu: LocalProvider, start: str = "/sign-in/with/cmu", status: int = 303) -> Page:
    return browser.get(cmu.consent(browser.get(start, 303).location), status)


def is_out(browser: Browser) -> None:
    assert "/sign-in" in browser.get("/account", 302).location


def test_a_linked_identity_opens_its_account(browser: Browser, cmu: LocalProvider, nok: User) -> None:
    link(nok, cmu)
    page = browser.get("/sign-in?next=/account")
    start = page.one(".providers a")
    assert "บัญชี มช." in start.get_text()
    assert there_and_back(browser, cmu, start["href"]).location == "/account"
    assert "nok@cmu.ac.th" in browser.get("/account").text()


def test_what_is_asked_of_the_provider(browser: Browser, cmu: LocalProvider) -> None:
    asked = parse_qs(urlsplit(browser.get("/sign-in/with/cmu", 303).location).query)
    assert asked["response_type"] == ["code"] and asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://localhost/sign-in/from/cmu"]
    assert set(asked["scope"][0].split()) == {"openid", "email", "profile"}
    again = parse_qs(urlsplit(browser.get("/sign-in/with/cmu", 303).location).query)
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_never_leads_to_another_site(browser: Browser, cmu: LocalProvider, nok: User, elsewhere: str) -> None:
    link(nok, cmu)
    assert there_and_back(browser, cmu, f"/sign-in/with/cmu?next={elsewhere}").location == "/organiser"


def test_a_session_from_before_is_worth_nothing(browser: Browser, cmu: LocalProvider, nok: User) -> None:
    link(nok, cmu)
    with browser.client.session_transaction() as session:
        session["planted"], session["language"] = "yes", "en"
    there_and_back(browser, cmu)
    with browser.client.session_transaction() as session:
        assert set(session) == {"language", "user_id", "epoch", "_permanent"}


LONG_AGO = int(time.time()) - 3600
WRONG: dict[str, dict[str, Any]] = {
    "nonce": {"token": {"nonce": "another"}}, "no nonce": {"token": {"nonce": None}}, "issuer": {"token": {"iss": "https://evil.example"}},
    "audience": {"token": {"aud": "another"}}, "audience, though for us": {"token": {"aud": "another", "azp": "ruam"}},
    "for us through another": {"token": {"aud": ["ruam", "another"], "azp": "another"}},
    "expired": {"token": {"iat": LONG_AGO, "exp": LONG_AGO + 300}}, "not yet": {"token": {"iat": LONG_AGO + 7200, "exp": LONG_AGO + 7500}},
    "never ends": {"token": {"exp": None}}, "nobody": {"token": {"sub": None}}, "no text": {"token": {"sub": 7}}, "empty": {"token": {"sub": ""}},
    "unsigned": {"algorithm": "none"}, "another key": {"key": RSAKey.generate_key(2048)},
    "signed with our secret": {"algorithm": "HS256", "key": OctKey.import_key(SECRET)},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_that_proves_nothing(browser: Browser, cmu: LocalProvider, nok: User, wrong: str) -> None:
    link(nok, cmu)
    for name, value in WRONG[wrong].items():
        setattr(cmu, name, value)
    page = there_and_back(browser, cmu, status=403)
    assert page.one("main a")["href"] == "/sign-in"
    is_out(browser)


def test_an_answer_that_this_browser_did_not_ask_for(app: Flask, browser: Browser, cmu: LocalProvider, nok: User) -> None:
    link(nok, cmu)
    back = cmu.consent(browser.get("/sign-in/with/cmu", 303).location)
    Browser(app).get(back, 403)
    browser.get(back.replace("state=", "state=x"), 403)
    browser.get(back, 403)  # and what was begun is over
    is_out(browser)


def test_an_answer_at_the_address_of_another_provider(browser: Browser, cmu: LocalProvider, nok: User) -> None:
    link(nok, cmu)
    browser.app.config["OIDC_PROVIDERS"]["dip"] = cmu.provider(name="dip")
    back = cmu.consent(browser.get("/sign-in/with/cmu", 303).location)
    browser.get(back.replace("/from/cmu", "/from/dip"), 403)
    assert cmu.asked[-1].endswith("authorization")  # the code was handed to nobody


def test_the_same_number_at_another_provider_is_somebody_else(browser: Browser, cmu: LocalProvider, nok: User) -> None:
    link(nok, cmu).issuer = "https://id.example.org"
    assert there_and_back(browser, cmu).location == "/sign-in/first"
    is_out(browser)


def test_an_answer_that_came_too_late(browser: Browser, cmu: LocalProvider, nok: User, monkeypatch: pytest.MonkeyPatch) -> None:
    link(nok, cmu)
    monkeypatch.setattr(single_sign_on_views, "LIFE", 0)
    there_and_back(browser, cmu, status=403)


def test_an_answer_of_another_issuer(browser: Browser, cmu: LocalProvider, nok: User) -> None:
    link(nok, cmu)
    back = cmu.consent(browser.get("/sign-in/with/cmu", 303).location)
    browser.get(back + "&iss=https%3A%2F%2Fevil.example", 403)


def test_somebody_who_does_not_consent(browser: Browser, cmu: LocalProvider) -> None:
    state = parse_qs(urlsplit(browser.get("/sign-in/with/cmu", 303).location).query)["state"][0]
    assert "บัญชี มช." in browser.get(f"/sign-in/from/cmu?error=access_denied&state={state}", 403).text()


def test_a_deactivated_account_stays_out(browser: Browser, cmu: LocalProvider, make: Factory) -> None:
    link(make.user(deactivated_at=now()), cmu)
    there_and_back(browser, cmu, status=403)
    is_out(browser)


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("fault", ["slow", "down", "another issuer", "no keys", "plain http", "moved"])
def test_a_provider_that_does_not_answer(browser: Browser, cmu: LocalProvider, monkeypatch: pytest.MonkeyPatch, fault: str, language: str) -> None:
    monkeypatch.setattr(oidc, "SECONDS", 0.3)
    cmu.delay, cmu.moved = 1.0 if fault == "slow" else 0.0, fault == "moved"
    cmu.about = {"another issuer": {"issuer": "https://evil.example"}, "no keys": {"jwks_uri": None},
                 "plain http": {"token_endpoint": "http://10.0.0.1/token"}}.get(fault, {})
    if fault == "down":
        configure(browser.app, cmu, issuer="http://127.0.0.1:9/realms/cmu")
    page = browser.speak(language).get("/sign-in/with/cmu", 503)
    assert {"th": "บัญชี มช.", "en": "CMU account"}[language] in page.text("main .lead")
    assert page.one("main a")["href"] == "/sign-in"
    assert page.one("html")["lang"] == language


def test_a_provider_that_goes_away_in_between(browser: Browser, cmu: LocalProvider, nok: User, monkeypatch: pytest.MonkeyPatch) -> None:
    link(nok, cmu)
    monkeypatch.setattr(oidc, "SECONDS", 0.3)
    back = cmu.consent(browser.get("/sign-in/with/cmu", 303).location)
    cmu.delay = 1.0
    browser.get(back, 503)
    is_out(browser)
    asked = len(cmu.asked)
    browser.get("/sign-in/with/cmu", 503)
    assert len(cmu.asked) == asked  # it is left alone for a while
    monkeypatch.setattr(oidc, "REST", -1)
    cmu.delay = 0.0
    assert there_and_back(browser, cmu).location == "/organiser"


def test_what_a_provider_says_of_itself_is_kept_for_an_hour(browser: Browser, cmu: LocalProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        browser.get("/sign-in/with/cmu", 303)
    assert len(cmu.asked) == 1
    monkeypatch.setattr(oidc, "KEPT", -1)
    browser.get("/sign-in/with/cmu", 303)
    assert len(cmu.asked) == 2


def test_a_new_key_of_the_provider_is_fetched(browser: Browser, cmu: LocalProvider, nok: User) -> None:
    link(nok, cmu)
    there_and_back(browser, cmu)
    browser.post("/sign-out")
    cmu.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    cmu.keys.keys[:] = [cmu.key]
    there_and_back(browser, cmu, status=403)  # the same name for another key is believed only after an hour
    oidc._clients.clear()
    assert there_and_back(browser, cmu).location == "/organiser"


def test_no_provider_no_button_and_no_address(browser: Browser, nok: User) -> None:
    assert browser.get("/sign-in").all(".providers") == []
    browser.get("/sign-in/with/cmu", 404)
    browser.get("/sign-in/from/cmu?code=1&state=1", 404)


def test_unlinking_leaves_one_way_in(app: Flask, browser: Browser, cmu: LocalProvider, nok: User, make: Factory) -> None:
    identity = link(nok, cmu)
    nok.password_hash = None
    db.session.add(Identity(user_id=nok.id, issuer="https://closed.example.org", subject="1"))  # no way in any more
    elsewhere = Browser(app).sign_in(nok)
    browser.sign_in(nok).post(f"/account/sign-ins/{identity.id}/unlink")
    assert "บัญชี มช." in browser.get("/account/sign-ins").text() and db.session.get(Identity, identity.id)
    nok.password_hash = passwords.make(PASSWORD)
    Browser(app).sign_in(make.user()).post(f"/account/sign-ins/{identity.id}/unlink", status=404)
    browser.post(f"/account/sign-ins/{identity.id}/unlink")
    assert db.session.scalars(select(Identity.issuer)).all() == ["https://closed.example.org"]
    assert "https://closed.example.org" in browser.get("/account/sign-ins").text()
    assert "account.unlinked" in db.session.scalars(select(HistoryEntry.verb)).all()
    browser.get("/account/sign-ins")
    is_out(elsewhere)
    there_and_back(Browser(app), cmu)


def test_an_invitation_is_accepted_without_a_password(browser: Browser, cmu: LocalProvider, make: Factory) -> None:
    programme = make.programme()
    token = services.invite("nok@agency.go.th", "th", None, role=Role.ORGANISER, scope=programme)
    cmu.person["email_verified"] = False
    start = browser.get(f"/invitation/{token}").one(".providers a")["href"]
    assert there_and_back(browser, cmu, start).location == "/sign-in/first"
    assert browser.get("/sign-in/first").all("main form button")
    assert browser.post("/sign-in/first").location == f"/invitation/{token}"
    browser.get(f"/invitation/{token}")
    browser.post(f"/invitation/{token}")
    user = db.session.scalars(select(User).where(User.email == "nok@agency.go.th")).one()
    assert (user.name, user.password_hash, [grant.role for grant in user.grants]) == ("นก ใจดี", None, [Role.ORGANISER])


def first_time(browser: Browser, cmu: LocalProvider, start: str = "/sign-in/with/cmu?next=/account") -> Page:
    assert there_and_back(browser, cmu, start).location == "/sign-in/first"
    return browser.get("/sign-in/first")


def test_a_password_links_the_account_there_is(browser: Browser, cmu: LocalProvider, nok: User) -> None:
    page = first_time(browser, cmu)
    assert page.all("main form") == []  # an address proves nothing by itself
    browser.post("/sign-in/first", status=403)
    sign_in = page.one("main p a")["href"]
    to = browser.post(sign_in, {"email": nok.email, "password": PASSWORD}).location
    page = first_time(browser, cmu, browser.get(to).one('a[href^="/sign-in/with/cmu"]')["href"])
    assert "nok@cmu.ac.th" in page.text("main .facts")
    assert browser.post("/sign-in/first").location == "/account/sign-ins"
    browser.post("/sign-out")
    assert there_and_back(browser, cmu).location == "/organiser"
    assert db.session.scalars(select(HistoryEntry.details).where(HistoryEntry.verb == "account.linked")).one() == {
        "account": nok.id, "provider": "cmu"}
    letter = email.message_from_bytes(max(Path(browser.app.config["MAIL_DIR"]).glob("*.eml"), key=lambda file: file.stat().st_mtime_ns).read_bytes(),
                                      policy=email.policy.default)
    assert letter["To"] == nok.email
    assert all(part in letter.get_body(("plain",)).get_content() for part in ("บัญชี มช.", "nok@cmu.ac.th", "http://localhost/account/sign-ins"))


def test_an_identity_of_another_account_cannot_be_linked(browser: Browser, cmu: LocalProvider, nok: User, make: Factory) -> None:
    link(nok, cmu)
    browser.sign_in(other := make.user())
    there_and_back(browser, cmu, status=403)
    assert browser.get("/account/sign-ins").all("main .person-row form") == []
    assert db.session.scalars(select(Identity.user_id).where(Identity.user_id == other.id)).all() == []
    assert there_and_back(browser.sign_in(nok), cmu).location == "/account/sign-ins"


def test_of_two_who_link_at_once_one_is_told(browser: Browser, cmu: LocalProvider, nok: User, make: Factory) -> None:
    browser.sign_in(make.user())
    first_time(browser, cmu)
    link(nok, cmu)
    browser.post("/sign-in/first", status=403)
    assert db.session.scalars(select(Identity.user_id)).all() == [nok.id]


def test_one_identity_of_a_provider_is_enough(browser: Browser, cmu: LocalProvider, nok: User) -> None:
    link(nok, cmu, "another subject")
    browser.sign_in(nok)
    first_time(browser, cmu)
    browser.post("/sign-in/first", status=403)


def test_a_trusted_provider_opens_the_account_with_its_address(browser: Browser, cmu: LocalProvider, nok: User) -> None:
    configure(browser.app, cmu, domains=("cmu.ac.th",), trust=True)
    assert first_time(browser, cmu).one("main form button")
    assert browser.post("/sign-in/first").location == "/account"
    browser.get("/account")
    assert db.session.scalars(select(Identity.user_id)).one() == nok.id


def test_trust_is_for_the_providers_own_domains(browser: Browser, cmu: LocalProvider, nok: User) -> None:
    configure(browser.app, cmu, domains=("agency.go.th",), trust=True, create=True)
    there_and_back(browser, cmu, status=403)
    cmu.person |= {"email": "nok@agency.go.th", "email_verified": False}
    there_and_back(browser, cmu, status=403)
    link(nok, cmu)
    there_and_back(browser, cmu, status=403)


@pytest.mark.parametrize("said", [{"email_verified": False}, {"email_verified": None}, {"email": None}, {"email": "no address"}])
def test_an_address_that_nobody_verified_opens_and_makes_nothing(browser: Browser, cmu: LocalProvider, nok: User, said: dict[str, Any]) -> None:
    configure(browser.app, cmu, create=True)
    cmu.person |= said
    assert first_time(browser, cmu).all("main form") == []
    browser.post("/sign-in/first", status=403)
    assert db.session.scalars(select(Identity)).all() == []
    assert len(db.session.scalars(select(User)).all()) == 1


def test_a_trusted_provider_does_not_open_a_deactivated_account(browser: Browser, cmu: LocalProvider, nok: User) -> None:
    configure(browser.app, cmu, domains=("cmu.ac.th",), trust=True, create=True)
    nok.deactivated_at = now()
    assert there_and_back(browser, cmu).location == "/sign-in/first"
    browser.get("/sign-in/first", 403)
    browser.post("/sign-in/first", status=403)
    is_out(browser)


def test_a_newcomer_gets_an_account_without_any_role(browser: Browser, cmu: LocalProvider) -> None:
    assert first_time(browser, cmu).all("main form") == []  # not unless the settings say so
    configure(browser.app, cmu, create=True)
    browser.get("/sign-in/first")
    assert browser.post("/sign-in/first").location == "/account"
    user = db.session.scalars(select(User)).one()
    assert (user.email, user.name, user.password_hash, user.is_admin, user.grants) == ("nok@cmu.ac.th", "นก ใจดี", None, False, [])
    assert db.session.scalars(select(HistoryEntry.verb).order_by(HistoryEntry.id)).all() == ["account.made", "account.linked"]
    assert browser.get("/account/sign-ins").all('a[href="/password/forgot"]') and browser.get("/account").all('a[href="/password/forgot"]')
    browser.get("/sign-in/first", 303)


def test_a_provider_that_tells_only_when_asked_again(browser: Browser, cmu: LocalProvider) -> None:
    configure(browser.app, cmu, create=True)
    cmu.by_userinfo = True
    assert "nok@cmu.ac.th" in first_time(browser, cmu).text("main .facts")
    cmu.token = {"sub": "somebody else"}
    assert "nok@cmu.ac.th" not in first_time(browser, cmu).text("main .facts")


def test_what_was_typed_is_kept_while_one_signs_in_beside_it(browser: Browser, cmu: LocalProvider, nok: User, make: Factory) -> None:
    programme = make.programme()
    make.grant(nok, Role.OWNER, programme)
    link(nok, cmu)
    path = f"/organiser/programmes/{programme.id}/edit"
    page = browser.post(path, {"version": "1", "title_th": "ชื่อที่พิมพ์นาน", "starts_on": "1/2/2563", "ends_on": "31/7/2563"}, 401)
    beside = page.one(".providers a")
    assert beside["target"] == "_blank"
    assert there_and_back(browser, cmu, beside["href"]).location == "/sign-in/done"
    browser.get("/sign-in/done")
    data = {tag["name"]: tag.get("value", "") for tag in page.all("main form input")}
    again = browser.post(page.one("main form")["action"], data, 200)
    assert "ชื่อที่พิมพ์นาน" in again.text(".kept-values")
    assert again.one("main form")["action"] == path
