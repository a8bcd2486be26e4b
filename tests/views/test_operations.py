"""Health, readiness, figures, and the administrator's page of jobs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from core import health, heartbeat, work
from core.jobs import huey
from core.transaction import transaction
from models import Job, JobState, Message, MessageState, db, now
from tests.factories import Factory
from tests.page import Browser


@pytest.fixture(autouse=True)
def empty_store() -> None:
    huey.storage.flush_results()


def test_it_lives_whatever_the_database_does(app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "database", lambda: 1 / 0)
    assert browser.open("GET", "/healthz").text == "ok\n"


def test_ready_when_everything_is(app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.CHECKS, "migrations", lambda: True)  # tests make their tables without Alembic
    response = browser.open("GET", "/readyz")
    assert (response.status_code, response.json["worker"], response.json["database"]) == (503, "failed", "ok")
    heartbeat.beat()
    response = browser.open("GET", "/readyz")
    assert (response.status_code, set(response.json.values())) == (200, {"ok"})


@pytest.mark.parametrize("name", list(health.CHECKS))
def test_not_ready_when_one_fails(app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for each in health.CHECKS:
        monkeypatch.setitem(health.CHECKS, each, (lambda: 1 / 0) if each == name else (lambda: True))
    response = browser.open("GET", "/readyz")
    assert response.status_code == 503 and [each for each, said in response.json.items() if said == "failed"] == [name]


def test_migrations_and_storage_are_looked_at(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert health.migrations() is False, "no revision is written in the database of tests"
    assert health.storage() is True
    monkeypatch.setattr(health, "ROOM", 1 << 60)
    assert health.storage() is False


def test_a_worker_is_dead_when_it_was_silent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    heartbeat.beat()
    (worker,) = heartbeat.workers()
    assert worker.lives and health.worker()
    later = now() + timedelta(minutes=2)
    monkeypatch.setattr(heartbeat, "now", lambda: later)
    assert not heartbeat.workers()[0].lives and not health.worker()
    later += timedelta(days=2)
    monkeypatch.setattr(heartbeat, "now", lambda: later)
    assert heartbeat.workers() == []


def test_a_worker_that_ends_takes_its_sign_away(app: Flask) -> None:
    heartbeat.beat()
    heartbeat.forget()
    assert heartbeat.workers() == []


def test_figures_are_closed_without_a_token(app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert browser.open("GET", "/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "right")
    assert browser.open("GET", "/metrics").status_code == 403
    assert browser.open("GET", "/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403


def test_figures_tell_how_things_stand(app: Flask, make: Factory, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "right")
    db.session.add_all([Job(kind="x", state=JobState.FAILED), Job(kind="x"), Job(kind="x"),
                        Message(kind="x", to="a@example.org", language="th", params={}, due_at=now() - timedelta(hours=1)),
                        Message(kind="x", to="a@example.org", language="th", params={}, state=MessageState.FAILED)])
    db.session.commit()
    heartbeat.beat()
    browser.open("GET", "/nothing/here")
    text = browser.open("GET", "/metrics", headers={"Authorization": "Bearer right"}).text
    found = {(sample.name, *sample.labels.values()): sample.value for family in text_string_to_metric_families(text) for sample in family.samples}
    assert (found["ruam_jobs", "failed"], found["ruam_jobs", "queued"], found["ruam_jobs", "done"]) == (1, 2, 0)
    assert (found["ruam_mails", "queued"], found["ruam_mails", "failed"], found["ruam_workers",]) == (1, 1, 1)
    assert found["ruam_mail_late_seconds",] >= 3600
    assert found["ruam_request_seconds_count", "none", "GET", "404"] >= 1
    assert "example.org" not in text and "/nothing" not in text


def test_the_page_of_jobs(app: Flask, make: Factory, browser: Browser) -> None:
    event = make.event(title_th="งานใหญ่")
    db.session.add_all([Job(kind="issue", event_id=event.id, state=JobState.FAILED, error="ดิสก์เต็ม"), Job(kind="paper-badges", state=JobState.FAILED),
                        Job(kind="zip", event_id=event.id, state=JobState.RUNNING, done=3, total=9), Job(kind="merge", state=JobState.DONE)])
    db.session.commit()
    browser.sign_in(make.admin())
    page = browser.get("/organiser/jobs")
    assert "ไม่มีตัวทำงาน" in page.text()
    heartbeat.beat()
    page = browser.get("/organiser/jobs")
    assert "ไม่มีตัวทำงาน" not in page.text() and heartbeat.name() in page.text()
    assert all(word in page.text() for word in ("ดิสก์เต็ม", "งานใหญ่", "3 / 9"))
    assert len(page.all("form[action$='/again']")) == 1 and len(page.all("form[action$='/cancel']")) == 1
    assert len(browser.get("/organiser/jobs?state=failed").all("form[action$='/again']")) == 1
    assert "3 / 9" not in browser.get("/organiser/jobs?state=failed").text()


def test_a_failed_job_is_started_again_and_a_running_one_stopped(app: Flask, make: Factory, browser: Browser,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[int] = []
    monkeypatch.setitem(work._RESUMERS, "issue", queued.append)
    failed, running = Job(kind="issue", state=JobState.FAILED, error="x", finished_at=now(), cancel_asked_at=now()), Job(kind="issue")
    other = Job(kind="paper-badges", state=JobState.FAILED)
    db.session.add_all([failed, running, other])
    db.session.commit()
    browser.sign_in(make.admin())
    browser.post(f"/organiser/jobs/{failed.id}/again")
    assert queued == [failed.id] and (failed.state, failed.error, failed.cancel_asked_at) == (JobState.QUEUED, "", None)
    browser.post(f"/organiser/jobs/{failed.id}/again")
    browser.post(f"/organiser/jobs/{other.id}/again")
    assert queued == [failed.id] and other.state is JobState.FAILED, "what goes on is left alone"
    browser.post(f"/organiser/jobs/{running.id}/cancel")
    assert running.state is JobState.CANCELLED


def test_what_follows_a_commit_does_not_undo_the_answer(app: Flask, make: Factory) -> None:
    from core.transaction import after_commit

    done: list[str] = []
    with transaction():
        user = make.user()
        after_commit(lambda: 1 / 0)
        after_commit(lambda: done.append("the next"))
    assert done == ["the next"] and user.id
