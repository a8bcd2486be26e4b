"""The worker is killed outright, again and again, while it makes 500 files: no number is lost or doubled, no file lies about."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from blueprints.certificates import checking
from blueprints.certificates.design import Design
from blueprints.certificates.pressroom import PREFIX
from core import storage
from core.codes import new_code
from core.config import ROOT
from core.transaction import transaction
from models import (
    Certificate,
    CertificateDesign,
    CertificateKind,
    CertificatePlan,
    Job,
    JobState,
    Register,
    Registration,
    Scan,
    db,
    now,
)
from tests.factories import Factory

PEOPLE, KILLS, AT_MOST = 500, 3, 100
#: The worker's work, with a printer that is quick and takes its time: what is tried here is what happens around it.
WORKER = """
import sys, time
from pathlib import Path
from tests.conftest import settings
from app import create_app
from blueprints.certificates import jobs, pressing

def individual(plate, people, folder, seal):
    made = []
    for number, facts in enumerate(people):
        (Path(folder) / f"{number}.pdf").write_text(f"{facts['number']} {time.time_ns()}")  # as a signature, never the same twice
        made.append({"path": f"{folder}/{number}.pdf", "signature": None})
        time.sleep(0.002)
    return made

pressing.individual = individual
app = create_app(settings(Path(sys.argv[1]), sys.argv[2]))
print("ready", flush=True)
with app.app_context():
    jobs.run(int(sys.argv[3]))
"""


def prepared() -> int:
    """An event of people who came, and a job that issues their certificates."""
    make = Factory()
    event = make.event(starts_at=now() - timedelta(hours=5))
    first = make.registration(event)
    columns = {column.key: getattr(first, column.key) for column in Registration.__table__.columns if column.key not in ("id", "form_key")}
    db.session.execute(db.insert(Registration), [
        columns | {"code": new_code(), "manage_token": new_code(), "person_key": f"p{n}", "person_ref": f"p{n}"} for n in range(PEOPLE - 1)])
    checkpoint = db.session.execute(db.text("select id from checkpoint")).scalar()
    db.session.add_all(
        Scan(nonce=f"n{one}", event_id=event.id, checkpoint_id=checkpoint, registration_id=one, direction="in", source="camera", raw_code="",
             claimed_at=now(), judged_at=now(), verdict="ok") for one in db.session.scalars(select(Registration.id)).all())
    register = Register(programme_id=event.programme_id, name="ทะเบียน", pattern="{number}/{year}")
    design = CertificateDesign(programme_id=event.programme_id, event_id=event.id, name="แบบ", version=1, content=Design().to_json())
    db.session.add_all([register, design])
    db.session.flush()
    db.session.add(CertificatePlan(event_id=event.id, kind=CertificateKind.ATTENDANCE, issued_on=date(2020, 7, 17), design_id=design.id,
                                   register_id=register.id))
    job = Job(kind="issue", event_id=event.id, options={"kind": "attendance"})
    db.session.add(job)
    db.session.flush()
    return job.id


def how_many() -> int:
    """How many certificates have their file."""
    try:
        return db.session.scalar(select(func.count(Certificate.file_sha256))) or 0
    finally:
        db.session.rollback()


def state_of(job_id: int) -> JobState:
    """How the job stands."""
    try:
        return db.session.get_one(Job, job_id, populate_existing=True).state
    finally:
        db.session.rollback()


def test_what_a_killed_worker_left_is_finished(own_app: Flask, tmp_path: Path) -> None:
    with own_app.app_context(), transaction():
        job_id = prepared()
    environ = {name: value for name, value in os.environ.items() if name != "JOBS_URL"} | {"JOBS_URL": "memory://", "PYTHONPATH": str(ROOT)}
    url = own_app.config["SQLALCHEMY_DATABASE_URI"]
    url = "" if url.startswith("sqlite") else url.replace("postgresql+psycopg://", "postgresql://")
    command = [sys.executable, "-c", WORKER, str(tmp_path), url, str(job_id)]
    with own_app.app_context():
        printed, killed_at = [0], [-1, *sorted(random.sample(range(1, PEOPLE - 100), KILLS - 1))]
        kills, until = 0, time.monotonic() + AT_MOST
        while (state := state_of(job_id)) is not JobState.DONE and time.monotonic() < until:
            worker = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, start_new_session=True)
            assert worker.stdout is not None and worker.stdout.readline() == b"ready\n"
            with worker.stdout:
                while worker.poll() is None and (kills == KILLS or how_many() < killed_at[kills]) and time.monotonic() < until:
                    time.sleep(0.01)
                time.sleep(random.uniform(0, 0.25))
                if worker.poll() is None:
                    os.killpg(worker.pid, signal.SIGKILL)
                    kills += 1
                worker.wait()
            printed.append(how_many())
        assert state is JobState.DONE and kills == KILLS, "it was killed while there was work, and finished in the end"
        assert printed == sorted(printed), "what is done stays done"
        rows = db.session.execute(select(Certificate.sequence, Certificate.registration_id, Certificate.file_sha256)).all()
        assert sorted(row[0] for row in rows) == list(range(1, PEOPLE + 1)), "no gap, no double"
        assert len({row[1] for row in rows}) == len({row[2] for row in rows}) == PEOPLE
        assert all(storage.read(row[2]) for row in rows)
        assert list(checking.strays(age=0)) == [] and list(storage.scratch().glob(f"{PREFIX}*")) == [], "no file that no row names"
        db.session.rollback()

