"""flask create-admin."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from blueprints.accounts import passwords
from models import User, db
from tests.factories import Factory
from tests.page import Browser


def run(app: Flask, *args: str, typed: str = "") -> tuple[int, str]:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["create-admin", *args], input=typed)
    db.session.expire_all()
    return result.exit_code, result.output


def test_prints_a_link_to_set_the_password(app: Flask, browser: Browser) -> None:
    code, output = run(app, "Admin@Example.org", "--name", "ผู้ดูแล")
    assert code == 0
    browser.post(re.search(r"http://localhost(/password/reset/\S+)", output)[1], {"password": "correct horse battery"})
    browser.get("/organiser/accounts")
    assert db.session.scalars(select(User.name)).all() == ["ผู้ดูแล"]


def test_takes_the_password_from_standard_input(app: Flask) -> None:
    code, output = run(app, "admin@example.org", "--password-stdin", typed="correct horse battery\n")
    assert (code, "/password/reset/" in output) == (0, False)
    assert passwords.verify(db.session.scalars(select(User)).one().password_hash, "correct horse battery")


def test_a_weak_password_makes_no_account(app: Flask) -> None:
    code, _ = run(app, "admin@example.org", "--password-stdin", typed="short\n")
    assert code == 1
    assert db.session.scalars(select(User)).all() == []


def test_promotes_and_reopens_the_account_there_is(app: Flask, make: Factory) -> None:
    from models import now

    user = make.user(email="nok@example.org", name="นก", deactivated_at=now())
    assert run(app, "nok@example.org")[0] == 0
    assert (user.is_admin, user.deactivated_at, user.name) == (True, None, "นก")


def test_an_unlikely_address_is_refused(app: Flask) -> None:
    assert run(app, "no-address")[0] == 1
