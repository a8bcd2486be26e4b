"""What the report of a programme costs as the programme grows: statements, and time on the clock."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import event as sqlalchemy_event

from app import create_app
from blueprints.reports import opening, programme_report, queries
from blueprints.reports.measures import counted_events
from blueprints.reports.opening import By, Of, Opening
from core.extensions import limiter
from models import Checkpoint, Event, EventStatus, Organisation, Programme, Registration, Scan, db, now
from tests.conftest import settings
from tests.factories import Factory

SIZES, ROUNDS = ((20, 1_000), (200, 100_000)), 3
ORGANISATIONS, CAME = 500, 0.85


def rows(folder: Path, database: str, url: str) -> list[tuple[str, str, str, str, str]]:
    """Lines of the table: the whole report and one page of what is behind a figure, of a small and of a large programme."""
    folder.mkdir()
    app = create_app(settings(folder, url))
    limiter.enabled = False
    found = []
    with app.app_context():
        db.create_all()
        for events, people in SIZES:
            programme = _programme(events, people)
            found.append((_measured(lambda programme=programme: programme_report.programme_blocks(programme, queries.figures(programme))),
                          _measured(lambda programme=programme: _rows(programme))))
        db.session.remove()
        db.drop_all()
        db.engine.dispose()
    (small, small_rows), (large, large_rows) = found
    size = f"{SIZES[1][1]:,} registrations, {SIZES[1][0]} events"
    return [(f"{what}: {size} ({database})", f"{many[0]:.0f} ms wall, {many[1]} statements", "",
             f"{few[0]:.0f} ms, {few[1]} statements of {SIZES[0][1]:,}: each costs {many[0] / SIZES[1][1] * SIZES[0][1] / few[0]:.2f} of it",
             str(ROUNDS)) for what, few, many in (("programme report", small, large), ("rows behind a figure, a page", small_rows, large_rows))]


def _rows(programme: Programme) -> None:
    for wanted in (Opening(Of.MISSING), Opening(Of.CAME, By.PERSON), Opening(Of.CAME, By.ORGANISATION)):
        opening.how_many(counted_events(programme), wanted)
        opening.page(counted_events(programme), wanted, 1, 50)


def _measured(work) -> tuple[float, int]:
    """Milliseconds of the clock (median), and statements."""
    sent, took = 0, []

    def note(*_ignored: object) -> None:
        nonlocal sent
        sent += 1

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    for _ in range(ROUNDS):
        db.session.expire_all()
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)
    return median(took), sent // ROUNDS


def _programme(events: int, people: int) -> Programme:
    make = Factory()
    programme = make.programme()
    organisations = [make.organisation(f"หน่วยงาน {programme.id}-{n}", sector=f"สาขา {n % 12}", province=f"จังหวัด {n % 30}")
                     for n in range(min(ORGANISATIONS, people // 10))]
    for n in range(events):
        event = make.event(programme, status=EventStatus.FINISHED, starts_at=now() - timedelta(days=400 - n),
                           ends_at=now() - timedelta(days=399.9 - n))
        _fill(make, event, organisations, n * (people // events), people // events)
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(db.text("ANALYZE"))
        db.session.commit()
    return programme


def _fill(make: Factory, event: Event, organisations: list[Organisation], start: int, people: int) -> None:
    """Each person comes to four events or so."""
    one = make.registration(event)
    template = {c.key: getattr(one, c.key) for c in Registration.__table__.columns if c.key not in ("id", "form_key")}
    db.session.execute(db.insert(Registration), [template | {
        "code": f"C{event.id:06}{n:019}", "manage_token": f"M{event.id:06}{n:019}", "person_key": f"p{event.id}-{n}",
        "person_ref": f"R{(start + n) * 7919 % (people * 50):025}", "organisation_id": organisations[n % len(organisations)].id}
        for n in range(people - 1)])
    gate = db.session.execute(db.select(Checkpoint.id).where(Checkpoint.event_id == event.id).limit(1)).scalar()
    ids = db.session.scalars(db.select(Registration.id).where(Registration.event_id == event.id)).all()
    db.session.execute(db.insert(Scan), [{
        "nonce": f"{event.id}-{n}", "event_id": event.id, "checkpoint_id": gate, "registration_id": registration_id, "direction": "in",
        "source": "camera", "raw_code": "", "claimed_at": event.starts_at, "received_at": event.starts_at, "judged_at": event.starts_at,
        "verdict": "ok"} for n, registration_id in enumerate(ids) if n % 100 < CAME * 100])
