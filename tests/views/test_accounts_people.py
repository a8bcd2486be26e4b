"""Roles in programmes and events, and the accounts of the installation."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from models import Event, Grant, Programme, Role, User, db
from tests.factories import Factory
from tests.page import Browser


@pytest.fixture
def programme(make: Factory) -> Programme:
    return make.programme()


@pytest.fixture
def owner(make: Factory, browser: Browser, programme: Programme) -> User:
    user = make.user()
    make.grant(user, Role.OWNER, programme)
    browser.sign_in(user)
    return user


def people(subject: Programme | Event) -> str:
    return f"/organiser/{'events' if isinstance(subject, Event) else 'programmes'}/{subject.id}/people"


def roles() -> list[tuple[int, Role]]:
    return [(user_id, role) for user_id, role in db.session.execute(select(Grant.user_id, Grant.role).order_by(Grant.id))]


@pytest.mark.parametrize("where", ["programme", "event"])
def test_change_and_remove_a_role(browser: Browser, make: Factory, owner: User, programme: Programme, where: str) -> None:
    subject = programme if where == "programme" else make.event(programme)
    other = make.user(name="สมหญิง")
    held = make.grant(other, Role.VIEWER, subject)
    assert "สมหญิง" in browser.get(people(subject)).text()
    browser.post(f"{people(subject)}/{held.id}", {"role": "organiser"})
    assert (other.id, Role.ORGANISER) in roles()
    browser.post(f"{people(subject)}/{held.id}", {"role": "emperor"}, 400)
    browser.post(f"{people(subject)}/{held.id}", {"remove": "yes"})
    assert roles() == [(owner.id, Role.OWNER)]


def test_the_last_owner_stays(browser: Browser, make: Factory, owner: User, programme: Programme) -> None:
    held = owner.grants[0].id
    for data in ({"remove": "yes"}, {"role": "viewer"}):
        browser.post(f"{people(programme)}/{held}", data)
        assert browser.get(people(programme)).all(".flashes .tone-danger")
    make.grant(make.user(), Role.OWNER, programme)
    assert browser.post(f"{people(programme)}/{held}", {"remove": "yes"}).location == "/organiser"
    assert [role for _, role in roles()] == [Role.OWNER]


def test_a_deactivated_owner_does_not_count(browser: Browser, make: Factory, owner: User, programme: Programme) -> None:
    from models import now

    make.grant(make.user(deactivated_at=now()), Role.OWNER, programme)
    browser.post(f"{people(programme)}/{owner.grants[0].id}", {"remove": "yes"})
    assert len(roles()) == 2


def test_a_role_elsewhere_cannot_be_touched_from_here(browser: Browser, make: Factory, owner: User, programme: Programme) -> None:
    foreign = make.grant(make.user(), Role.VIEWER, make.programme())
    browser.post(f"{people(programme)}/{foreign.id}", {"remove": "yes"}, 404)
    event = make.event(programme)
    inside = make.grant(make.user(), Role.VIEWER, event)
    browser.post(f"{people(programme)}/{inside.id}", {"remove": "yes"}, 404)
    assert len(roles()) == 3


def test_an_unlikely_address_is_refused_beside_its_field(browser: Browser, owner: User, programme: Programme) -> None:
    page = browser.post(people(programme), {"email": "no address", "role": "viewer"}, 422)
    assert page.error("email")
    assert page.one('input[name="email"]')["value"] == "noaddress"


def test_administrators_close_and_open_accounts(app: Flask, browser: Browser, make: Factory) -> None:
    user = make.user(name="สมชาย")
    elsewhere = Browser(app).sign_in(user)
    elsewhere.get("/account")
    browser.sign_in(make.admin())
    browser.post(f"/organiser/accounts/{user.id}/deactivate")
    elsewhere.get("/account", 302)
    assert "สมชาย" in browser.get("/organiser/accounts?q=สมชาย").text()
    browser.post(f"/organiser/accounts/{user.id}/reactivate")
    elsewhere.get("/account", 302)  # signing in again is asked for
    assert user.deactivated_at is None


def test_an_administrator_does_not_lock_the_door_behind_everyone(browser: Browser, make: Factory) -> None:
    admin = make.admin()
    browser.sign_in(admin).post(f"/organiser/accounts/{admin.id}/deactivate")
    assert browser.get("/organiser/accounts").all(".flashes .tone-danger")
    assert admin.deactivated_at is None


def test_accounts_are_found_by_name_and_address(browser: Browser, make: Factory) -> None:
    make.user(name="Malee", email="m@example.org")
    browser.sign_in(make.admin())
    assert len(browser.get("/organiser/accounts?q=MALEE").all(".person-row")) == 1
    assert len(browser.get("/organiser/accounts?q=m@ex").all(".person-row")) == 1
    assert not browser.get("/organiser/accounts?q=100%25").all(".person-row")
