"""Passwords: what is accepted and how it is kept."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.accounts import passwords, services
from models import db
from tests.factories import Factory


@pytest.mark.parametrize("password", ["correct horse battery", "ม้าถูกแบตเตอรี่ลวด", "x9$Lq2!vKw"])
def test_good_ones(password: str) -> None:
    passwords.check(password, "nok@example.org")


@pytest.mark.parametrize(("password", "fact"), [
    ("nine char", passwords.ShortPassword), ("", passwords.ShortPassword), ("Nok@Example.org", passwords.PasswordIsEmail),
    ("somchai.jaidee", passwords.PasswordIsEmail), ("Password123", passwords.WeakPassword),
    ("ababababababab", passwords.WeakPassword), ("๑๒๓๔๕๖๗๘๙๐", passwords.WeakPassword)])
def test_bad_ones(password: str, fact: type[Exception]) -> None:
    email = "somchai.jaidee@example.org" if "somchai" in password else "nok@example.org"
    with pytest.raises(fact):
        passwords.check(password, email)


def test_every_common_one_is_long_enough_to_be_in_the_list() -> None:
    assert all(len(password) >= passwords.SHORTEST and password == password.lower() for password in passwords.COMMON)


@settings(max_examples=5, deadline=None)
@given(st.text(max_size=40))
def test_only_the_same_text_opens(password: str) -> None:
    kept = passwords.make(password)
    assert kept.startswith("$argon2id$")
    assert passwords.verify(kept, unicodedata.normalize("NFD", password))
    assert not passwords.verify(kept, password + "x")


def test_nothing_kept_opens_for_nobody_and_takes_as_long() -> None:
    assert not passwords.verify(None, "nobody has this password")
    assert not passwords.verify("not a hash", "anything")


def test_older_parameters_are_renewed_at_sign_in(app: Flask, make: Factory) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("correct horse battery")
    make.user(email="nok@example.org", password_hash=old)
    db.session.commit()
    user = services.authenticate("nok@example.org", "correct horse battery")
    assert passwords.outdated(old) and not passwords.outdated(user.password_hash)
    assert passwords.verify(user.password_hash, "correct horse battery")


def test_no_transaction_is_open_while_hashing(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make.user(email="nok@example.org", password_hash=passwords.make("correct horse battery"))
    db.session.commit()
    seen = []

    def watched(function):
        return lambda *args: (seen.append(db.session().in_transaction()), function(*args))[1]

    monkeypatch.setattr(passwords, "verify", watched(passwords.verify))
    monkeypatch.setattr(passwords, "make", watched(passwords.make))
    services.authenticate("nok@example.org", "correct horse battery")
    services.change_password(user, "correct horse battery", "another good one")
    db.session.commit()
    token = services.new_link(services.LinkPurpose.RESET, user.email, services.RESET_LIFE)
    db.session.commit()
    services.reset_password(token, "a third good one")
    with pytest.raises(services.WrongCredentials):  # and the same work is done for an account that is not there
        services.authenticate("nobody@example.org", "correct horse battery")
    assert seen == [False] * 5
