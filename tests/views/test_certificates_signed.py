"""Issuing with the organisation's key: what is stored is the signed file, and nothing is made unsigned when signing is broken."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from blueprints.certificates import signing
from core import storage
from models import Event, Job, JobState, db
from tests.factories import Factory
from tests.keys import AGENCY, PASSWORD, time_stamp_server, write_p12
from tests.page import Browser
from tests.views.test_certificates import base, came, design, event, issued, organiser  # noqa: F401 – fixtures among them


@pytest.fixture
def p12(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The .p12 that the settings name."""
    write_p12(tmp_path / "a.p12")
    for name, value in {"CERTIFICATE_P12": str(tmp_path / "a.p12"), "CERTIFICATE_P12_PASSWORD": PASSWORD}.items():
        monkeypatch.setitem(app.config, name, value)
    return tmp_path / "a.p12"


def newest_job() -> Job:
    return db.session.scalars(db.select(Job).order_by(Job.id.desc())).first()


@pytest.mark.parametrize("in_process", [True, False])
def test_the_signed_file_is_what_is_stored(organiser: Browser, event: Event, make: Factory, p12: Path, app: Flask, in_process: bool,  # noqa: F811
                                           monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    monkeypatch.setitem(app.config, "RENDER_IN_PROCESS", in_process)
    caplog.set_level(logging.DEBUG)
    for _ in range(2):
        came(make, event)
    design(organiser, event)
    assert AGENCY in organiser.get(base(event)).text("main")
    with time_stamp_server() as url:
        monkeypatch.setitem(app.config, "TIMESTAMP_URL", url)
        organiser.post(f"{base(event)}/attendance/issue")
    assert (newest_job().state, newest_job().error) == (JobState.DONE, "")
    for certificate in issued():
        file = storage.read(certificate.file_sha256 or "")
        assert certificate.signature is not None and AGENCY in certificate.signature["signer"]
        assert signing.read(file) == signing.Found(certificate.signature["fingerprint"], True, False, True)
        assert hashlib.sha256(file).hexdigest() == certificate.file_sha256
        assert certificate.signature.keys() == {"signer", "issuer", "fingerprint", "signed_at", "timestamped"}
    assert PASSWORD not in caplog.text


def test_without_an_answer_the_page_says_that_the_time_stamp_lacks(organiser: Browser, event: Event, make: Factory, p12: Path,  # noqa: F811
                                                                   app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "TIMESTAMP_URL", "http://127.0.0.1:1/")
    came(make, event)
    design(organiser, event)
    organiser.post(f"{base(event)}/attendance/issue")
    assert newest_job().state is JobState.DONE
    assert issued()[0].signature["timestamped"] is False
    assert "without a time stamp" in organiser.get(base(event)).text("#job-progress")


def test_nothing_is_made_unsigned_and_the_next_run_goes_on(organiser: Browser, event: Event, make: Factory, p12: Path) -> None:  # noqa: F811
    came(make, event)
    design(organiser, event)
    write_p12(p12, days=(-9, -1))
    assert "หมดอายุ" in organiser.get(base(event)).text(".notice.tone-danger")
    organiser.post(f"{base(event)}/attendance/issue")
    job = newest_job()
    assert job.state is JobState.FAILED and "expired" in job.error and "หมดอายุ" in job.error
    numbers = [(one.number, one.file_sha256) for one in issued()]
    assert numbers[0][1] is None
    write_p12(p12, days=(-9, 9))
    assert "8" in organiser.get(base(event)).text(".notice.tone-warning")
    organiser.post(f"{base(event)}/attendance/issue")
    assert newest_job().state is JobState.DONE
    assert [one.number for one in issued()] == [numbers[0][0]] and issued()[0].signature
