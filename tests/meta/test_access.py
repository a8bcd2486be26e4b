"""Who may enter where: every endpoint × every role, as its mark says and as the list in routes.txt says.

Printed codes outlive code: a changed line in routes.txt that begins with a public address needs a decision in docs/decisions.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from blueprints.api import tokens
from core import calls
from models import Event, Role
from tests.factories import Factory
from tests.page import Browser

LIST = Path(__file__).with_name("routes.txt")


def lines(app: Flask) -> list[str]:
    """METHODS address access, one line a rule, sorted by address."""
    out = []
    for rule in app.url_map.iter_rules():
        access = app.view_functions[rule.endpoint].access
        methods = ",".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))
        out.append(f"{rule.rule} {methods} {access.kind}{':' + access.role if access.role else ''}")
    return sorted(out)


def test_every_view_says_who_may_enter(whole_app: Flask) -> None:
    unmarked = [name for name, view in whole_app.view_functions.items() if not hasattr(view, "access")]
    assert unmarked == []


def test_addresses_and_their_access_are_as_listed(whole_app: Flask) -> None:
    assert lines(whole_app) == LIST.read_text().splitlines(), "write the new list with: python -m tests.meta.test_access"


def protected(app: Flask) -> list[tuple[str, str, str, Role | None]]:
    found = []
    for rule in app.url_map.iter_rules():
        access = app.view_functions[rule.endpoint].access
        if access.kind in ("signed_in", "organiser", "admin", "event", "programme"):
            method = "GET" if "GET" in rule.methods else "POST"
            found.append((method, rule.rule, access.kind, access.role))
    return sorted(found, key=str)


def address(rule: str, event: Event) -> str:
    """The rule with this event's ids filled in, and an id that does not exist for anything inside it."""
    filled = rule.replace("<int:event_id>", str(event.id)).replace("<int:programme_id>", str(event.programme_id))
    while "<" in filled:
        start, end = filled.index("<"), filled.index(">")
        part = filled[start + 1:end]
        value = "999999" if part.startswith("int:") else part[4:].split(",")[0] if part.startswith("any(") else "nothing"
        filled = filled[:start] + value + filled[end + 1:]
    return filled


def visit(app: Flask, method: str, path: str, user: object = None, secret: str = "") -> int:
    """The status of one request: of a person who is signed in, or below /api/v1 of a program with a token."""
    browser = Browser(app)
    headers = {"Authorization": f"Bearer {secret}"} if secret and path.startswith(calls.BASE) else {}
    if user is not None:
        browser.sign_in(user)  # type: ignore[arg-type]
    data = {"csrf_token": browser.csrf_token()} if method == "POST" else None
    response = browser.open(method, path, data=data, headers=headers)
    if response.status_code in (302, 303) and "/sign-in" in response.headers["Location"]:
        return 401
    return response.status_code


@pytest.mark.parametrize("role", [None, "stranger", *Role, "admin"])
def test_each_role_enters_what_it_may_and_nothing_else(app: Flask, make: Factory, role: str | Role | None) -> None:
    event = make.event()
    user = None if role is None else make.admin() if role == "admin" else make.user()
    if isinstance(role, Role):
        make.grant(user, role, event.programme)
    elif role == "stranger":
        make.grant(user, Role.OWNER, make.event().programme)  # another organiser's world
    secret = tokens.make(user, "test", list(tokens.SCOPES), 1)[1] if user else ""
    for method, rule, kind, needed in protected(app):
        status = visit(app, method, address(rule, event), user, secret)
        where = f"{role} {method} {rule}: {status}"
        if role is None:
            assert status == 401, where
        elif kind == "signed_in" or role == "admin":
            assert status not in (401, 403, 500), where
        elif kind == "organiser":
            rank = Role.OWNER.rank if role == "stranger" else role.rank
            assert status == 403 if rank < Role.ORGANISER.rank else status not in (401, 403, 500), where
        elif kind == "admin":
            assert status == 403, where
        elif role == "stranger":
            assert status == 404, where
        elif role.rank < needed.rank:
            assert status == 403, where
        else:
            assert status not in (401, 403, 500), where


if __name__ == "__main__":
    from app import create_app
    from core import config

    application = create_app(config.load({"SECRET_KEY": "x", "INSTANCE_DIR": "/nonexistent"}))
    LIST.write_text("\n".join(lines(application)) + "\n")
