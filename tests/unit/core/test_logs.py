"""Logs tell what happened and never who it was."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core import logs
from core.codes import new_code
from tests.factories import Factory
from tests.page import Browser


def line(message: str, *args: object, trouble: Exception | None = None, **more: object) -> dict[str, object]:
    info = None
    if trouble is not None:
        try:
            raise trouble
        except Exception:
            info = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "f.py", 1, message, args, info)
    vars(record).update(more)
    text = logs.JsonLines().format(record)
    assert "\n" not in text
    return json.loads(text)


@given(st.integers(0, 2**32), st.emails(domains=st.sampled_from(["example.org", "a.co.th"])))
def test_secrets_and_addresses_are_masked(_n: int, email: str) -> None:
    code = new_code()
    said = line("to %s by %s", email, f"/r/{code}/x", trouble=ValueError(f"{email} {code}"))
    assert code not in str(said)
    assert "@e" not in str(said) and "@a" not in str(said)


def test_names_of_files_and_of_functions_are_left() -> None:
    text = f"{'a1' * 32} take_away_old_files_of_2563_and_more TakeAwayOldFilesOfEvents"
    assert logs.masked(text) == text


def test_one_line_for_each_request_without_path_and_query(app: Flask, make: Factory, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    registration = make.registration(email="somebody@example.org")
    with caplog.at_level(logging.INFO, "ruam.requests"):
        browser.get(f"/r/{registration.manage_token}?q=somebody@example.org")
    (record,) = (record for record in caplog.records if record.name == "ruam.requests")
    said = json.loads(logs.JsonLines().format(record))
    assert set(said) == {"at", "level", "logger", "request", "endpoint", "method", "status", "ms"}
    assert (said["status"], said["method"]) == (200, "GET") and said["endpoint"].startswith("registration.")
    assert registration.manage_token not in str(said) and "example" not in str(said)
