"""Issuing is stopped in the middle, and a new start issues exactly the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from blueprints.certificates import jobs, printing
from models import Event, HistoryEntry, Job, JobState, Role, db, now
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_certificates import base, came, design, issued


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(starts_at=now() - timedelta(hours=5))


@pytest.fixture
def organiser(make: Factory, browser: Browser, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return browser.sign_in(user)


def newest() -> Job:
    return db.session.scalars(select(Job).where(Job.kind == "issue").order_by(Job.id.desc())).first()


@pytest.fixture
def stopped(organiser: Browser, event: Event, make: Factory, monkeypatch: pytest.MonkeyPatch) -> Job:
    """Somebody pressed Stop while the second of three pairs was pressed."""
    monkeypatch.setattr(printing, "CHUNK", 2)
    press, pressed = printing._press, []
    somebody = Browser(organiser.app)
    user = make.user(name="อีกคน")
    make.grant(user, Role.ORGANISER, event)
    somebody.sign_in(user)

    def meanwhile(*args: Any) -> Any:
        pressed.append(1)
        if len(pressed) == 2:
            address = f"{base(event)}/jobs/{newest().id}/cancel"
            somebody.post(address)
        return press(*args)

    monkeypatch.setattr(printing, "_press", meanwhile)
    for _ in range(6):
        came(make, event)
    design(organiser, event)
    organiser.post(f"{base(event)}/attendance/issue")
    return newest()


def test_what_is_done_stays_done_and_a_new_start_makes_exactly_the_rest(stopped: Job, organiser: Browser, event: Event, make: Factory) -> None:
    assert (stopped.state, stopped.done, stopped.total) == (JobState.CANCELLED, 4, 6)
    before = [(c.number, c.file_sha256) for c in issued()]
    assert [bool(file) for _number, file in before] == [True] * 4 + [False] * 2
    assert "4" in organiser.get(base(event)).text("#job-progress .notice")
    came(make, event, first_name="มาทีหลัง")
    organiser.post(f"{base(event)}/attendance/issue")
    job = newest()
    assert job.id != stopped.id and (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    after = [(c.number, c.file_sha256) for c in issued()]
    assert [number for number, _file in after[:6]] == [number for number, _file in before], "the numbers stay"
    assert after[:4] == before[:4] and all(file for _number, file in after) and len(after) == 7


def test_a_stopped_job_is_not_taken_up_again(stopped: Job) -> None:
    stopped.seen_at = now() - timedelta(hours=1)
    db.session.commit()
    assert jobs.unfinished() == []
    jobs.run(stopped.id)
    assert stopped.state is JobState.CANCELLED
    assert [entry.verb for entry in db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "certificate.job_cancelled"))]
