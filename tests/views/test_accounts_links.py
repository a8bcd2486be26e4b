"""Invitations and password resets: links that work once."""

from __future__ import annotations

import email
import re
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from blueprints.accounts import passwords, services
from core.codes import digest
from models import AccountLink, Grant, LinkPurpose, Message, MessageState, Role, User, db, now
from tests.factories import Factory
from tests.page import Browser

PASSWORD = "ม้าถูกแบตเตอรี่ลวด"


def sent(app: Flask) -> str:
    """The newest letter that left, as text."""
    files = sorted(Path(app.config["MAIL_DIR"]).glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return email.message_from_bytes(files[-1].read_bytes(), policy=policy.default).get_body(("plain",)).get_content()


def path_in(letter: str) -> str:
    return re.search(r"http://localhost(/\S+)", letter)[1]


def link(purpose: LinkPurpose, email: str, **facts: object) -> str:
    return services.new_link(purpose, email, timedelta(days=7), **facts)


def test_forgotten_password_comes_by_mail_and_works_once(app: Flask, browser: Browser, make: Factory) -> None:
    user = make.user(email="nok@example.org", password_hash=passwords.make("the old password"))
    elsewhere = Browser(app).sign_in(user)
    answer = browser.post("/password/forgot", {"email": "nok@example.org"})
    assert "nok@example.org" in browser.get(answer.location).text()
    path = path_in(sent(app))
    browser.get(path)
    assert browser.post(path, {"password": "short"}, 422).error("password")
    assert browser.post(path, {"password": PASSWORD}).location == "/organiser"
    browser.get("/account")
    elsewhere.get("/account", 302)
    assert browser.get(path, 410).all('main a[href="/password/forgot"]')
    browser.post(path, {"password": "something else again"}, 410)
    assert passwords.verify(user.password_hash, PASSWORD)


def test_forgotten_password_tells_nobody_who_has_an_account(app: Flask, browser: Browser, make: Factory) -> None:
    make.user(email="nok@example.org")
    known = browser.post("/password/forgot", {"email": "nok@example.org"})
    unknown = browser.post("/password/forgot", {"email": "nobody@example.org"})
    assert known.location == unknown.location
    assert db.session.scalars(select(Message.to)).all() == ["nok@example.org"]
    assert db.session.scalars(select(AccountLink.email)).all() == ["nok@example.org"]


def test_only_the_digest_is_kept_and_the_sent_message_forgets_the_link(app: Flask, browser: Browser, make: Factory) -> None:
    make.user(email="nok@example.org")
    browser.post("/password/forgot", {"email": "nok@example.org"})
    token = path_in(sent(app)).rsplit("/", 1)[1]
    row = db.session.scalars(select(AccountLink)).one()
    assert row.digest == digest(token)
    message = db.session.scalars(select(Message)).one()
    assert (message.state, message.params) == (MessageState.SENT, {})


@pytest.mark.parametrize("spoil", ["expired", "used", "foreign", "mistyped"])
@pytest.mark.parametrize(("purpose", "address"), [
    (LinkPurpose.RESET, "/password/reset/"), (LinkPurpose.INVITATION, "/invitation/")])
def test_a_link_that_is_no_longer_good_says_what_to_do(
        browser: Browser, make: Factory, purpose: LinkPurpose, address: str, spoil: str) -> None:
    make.user(email="nok@example.org")
    other = LinkPurpose.RESET if purpose == LinkPurpose.INVITATION else LinkPurpose.INVITATION
    token = link(other if spoil == "foreign" else purpose, "nok@example.org")
    row = db.session.scalars(select(AccountLink)).one()
    if spoil == "expired":
        row.expires_at = now() - timedelta(seconds=1)
    elif spoil == "used":
        row.used_at = now()
    elif spoil == "mistyped":
        token = token[:-1]
    page = browser.get(address + token, 410)
    assert len(page.all("main a.btn")) == 1
    browser.post(address + token, {"name": "x", "password": PASSWORD}, 410)


def test_invitation_makes_an_account_with_the_role(app: Flask, browser: Browser, make: Factory) -> None:
    programme = make.programme()
    browser.sign_in(owner := make.user())
    make.grant(owner, Role.OWNER, programme)
    here = f"/organiser/programmes/{programme.id}/people"
    assert browser.post(here, {"email": "New@example.org", "role": "organiser"}).location == here
    assert "new@example.org" in browser.get(here).text()
    path = path_in(sent(app))
    guest = Browser(app)
    page = guest.get(path)
    assert programme.title_th in page.text()
    bad = guest.post(path, {"name": "สมชาย", "password": "new@example.org"}, 422)
    assert bad.error("password") and bad.one('input[name="name"]')["value"] == "สมชาย"
    assert db.session.scalar(select(User).where(User.email == "new@example.org")) is None
    guest.post(path, {"name": "สมชาย", "password": PASSWORD})
    guest.get(f"/organiser/programmes/{programme.id}")
    guest.get(here, 403)
    guest.get(path, 410)


def test_invitation_adds_to_the_account_there_is(app: Flask, browser: Browser, make: Factory) -> None:
    event, user = make.event(), make.user(email="nok@example.org")
    path = "/invitation/" + link(LinkPurpose.INVITATION, user.email, role=Role.VIEWER, event_id=event.id)
    page = browser.get(path)
    assert page.one("main a.btn-primary")["href"] == f"/sign-in?next={path}"
    browser.post(path, {"name": "thief", "password": PASSWORD}, 409)
    stranger = Browser(app).sign_in(make.user())
    assert "nok@example.org" in stranger.get(path).text()
    stranger.post(path, status=409)
    browser.sign_in(user).get(path)
    browser.post(path)
    assert [(grant.event_id, grant.role) for grant in user.grants] == [(event.id, Role.VIEWER)]


def test_invitation_never_weakens_a_role(browser: Browser, make: Factory) -> None:
    programme, user = make.programme(), make.user()
    make.grant(user, Role.OWNER, programme)
    path = "/invitation/" + link(LinkPurpose.INVITATION, user.email, role=Role.VIEWER, programme_id=programme.id)
    browser.sign_in(user).post(path)
    assert db.session.scalars(select(Grant.role)).all() == [Role.OWNER]


def test_invited_administrator(app: Flask, browser: Browser, make: Factory) -> None:
    browser.sign_in(make.admin())
    browser.post("/organiser/accounts", {"email": "new@example.org"})
    shown = browser.get("/organiser/accounts").one(".copy-field input")["value"]
    assert shown == "http://localhost" + path_in(sent(app))
    assert not browser.get("/organiser/accounts").all(".copy-field")
    guest = Browser(app)
    guest.post(path_in(sent(app)), {"name": "ผู้ดูแล", "password": PASSWORD})
    guest.get("/organiser/accounts")


def test_an_owner_does_not_see_the_link_of_an_invitation(browser: Browser, make: Factory) -> None:
    programme, owner = make.programme(), make.user()
    make.grant(owner, Role.OWNER, programme)
    here = f"/organiser/programmes/{programme.id}/people"
    browser.sign_in(owner).post(here, {"email": "new@example.org", "role": "viewer"})
    assert "/invitation/" not in str(browser.get(here).html)


def test_a_second_invitation_replaces_the_first_and_a_withdrawn_one_is_worthless(
        app: Flask, browser: Browser, make: Factory) -> None:
    programme = make.programme()
    here = f"/organiser/programmes/{programme.id}/people"
    browser.sign_in(make.admin())
    browser.post(here, {"email": "new@example.org", "role": "viewer"})
    first = path_in(sent(app))
    browser.post(here, {"email": "new@example.org", "role": "organiser"})
    second = path_in(sent(app))
    guest = Browser(app)
    guest.get(first, 410)
    guest.get(second)
    browser.post(browser.get(here).one('form[action$="/withdraw"]')["action"])
    guest.get(second, 410)
    assert not browser.get(here).all('form[action$="/withdraw"]')


def test_whoever_is_deactivated_is_not_invited_and_gets_no_reset(browser: Browser, make: Factory) -> None:
    make.user(email="gone@example.org", deactivated_at=now())
    page = browser.sign_in(make.admin()).post("/organiser/accounts", {"email": "gone@example.org"}, 422)
    assert page.error("email")
    browser.post("/password/forgot", {"email": "gone@example.org"})
    assert db.session.scalars(select(AccountLink)).all() == []
