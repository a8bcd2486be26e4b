"""The report of one event through HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask_babel import gettext

from blueprints.reports import event_queries, event_report
from models import (
    Checkpoint,
    CheckpointKind,
    Direction,
    Event,
    EventStatus,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    Role,
    Scan,
    ScanSource,
    db,
    now,
)
from tests.factories import Factory
from tests.page import Browser


@pytest.fixture
def event(make: Factory) -> Event:
    """A finished event with an entrance and a lunch. Of three guests two came, at 8.05 and 8.50; a walk-in came at 8.52; one lunch for
    each category; one person withdrew.
    """
    start = (now() - timedelta(days=20)).replace(hour=2, minute=0, second=0, microsecond=0)  # 9 o'clock in Bangkok
    event = make.event(starts_at=start, ends_at=start + timedelta(hours=3), status=EventStatus.FINISHED)
    other = make.category(event, name_th="วิทยากร", name_en="Speaker")
    lunch = make.checkpoint(event, name_th="อาหารกลางวัน", name_en="Lunch", kind=CheckpointKind.MEAL)
    door = db.session.scalar(db.select(Checkpoint).where(Checkpoint.event_id == event.id).order_by(Checkpoint.id))
    people = [make.registration(event), make.registration(event, category_id=other.id), make.registration(event),
              make.registration(event, source=RegistrationSource.WALK_IN)]
    make.registration(event, status=RegistrationStatus.CANCELLED)
    for one, minutes in ((people[0], -55), (people[1], -10), (people[3], -8)):
        let_in(one, door, start + timedelta(minutes=minutes))
    for one in people[:2]:
        let_in(one, lunch, start + timedelta(hours=3))
    return event


def let_in(one: Registration, checkpoint: Checkpoint, at: datetime) -> None:
    db.session.add(Scan(nonce=f"e{one.id}-{checkpoint.id}", event_id=one.event_id, checkpoint_id=checkpoint.id, registration_id=one.id,
                        direction=Direction.IN, source=ScanSource.CAMERA, raw_code=one.code, claimed_at=at, judged_at=at, verdict="ok"))
    db.session.flush()


@pytest.fixture
def viewer(make: Factory, browser: Browser, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.VIEWER, event.programme)
    return browser.speak("en").sign_in(user)


def path(event: Event) -> str:
    return f"/organiser/events/{event.id}/report"


def cells(page: object, key: str) -> list[list[str]]:
    return [[cell.get_text() for cell in row.select("th, td")] for row in page.all(f"[data-key={key}] tbody tr")]  # type: ignore[attr-defined]


def test_the_numbers_of_a_small_event(viewer: Browser, event: Event) -> None:
    """4 count (3 guests and the walk-in), 3 came: 75 %. The three hours of the event reached each of the three."""
    page = viewer.get(path(event))
    facts = {fact.dt.get_text(): fact.select_one(".stat-value").get_text() for fact in page.all(".report-facts .stat")}
    assert {name: facts[name] for name in ("Registered", "Came", "Attendance", "Did not come", "Walk-ins", "Hours per person", "Withdrawn")} == {
        "Registered": "4", "Came": "3", "Attendance": "75.00 %", "Did not come": "1", "Walk-ins": "1", "Hours per person": "3.00", "Withdrawn": "1"}
    assert [line[2:] for line in cells(page, "doors")] == [["4", "3", "75.00 %"]]
    assert cells(page, "meals") == [["Lunch", "1", "1", "2"]]
    assert [line[1:] for line in cells(page, "arrivals")] == [["1", "1"], ["0", "1"], ["0", "1"], ["2", "3"]]  # 8.00, 8.15, 8.30, 8.45


def test_every_figure_opens_as_many_rows_as_it_says(viewer: Browser, event: Event) -> None:
    opened = viewer.get(path(event)).all(".report-table td a, .report-facts a")
    assert len(opened) > 15
    for cell in opened:
        rows = viewer.get(cell["href"])
        total = int(re.sub(r"\D", "", rows.text("[data-total]")))
        assert total == int(cell.get_text()) == len(rows.all("[data-key=rows] tbody tr")), cell["href"]


def test_a_report_in_thai_and_of_a_draft(viewer: Browser, make: Factory, event: Event) -> None:
    draft = make.event(event.programme, status=EventStatus.DRAFT)
    assert "รายงานของงาน" in viewer.speak("th").get(path(draft)).text("h1")


def test_rows_of_another_event_are_not_reached(viewer: Browser, event: Event, make: Factory) -> None:
    other = make.registration(make.event(event.programme))
    page = viewer.get(f"{path(event)}/rows?event={other.event_id}")
    assert len(page.all("[data-key=rows] tbody tr")) == 4 and other.event.title_en not in page.text()


def test_a_list_of_participants_holds_everyone_who_counts(event: Event) -> None:
    table = event_report.participants(event)
    assert sorted(row.cells[4] for row in table.rows) == sorted([gettext("Yes")] * 3 + [gettext("No")])


def test_the_number_of_statements_does_not_grow_with_people(
        make: Factory, event: Event, statements: Callable[[], AbstractContextManager[list[str]]]) -> None:
    door = db.session.scalar(db.select(Checkpoint).where(Checkpoint.event_id == event.id).order_by(Checkpoint.id))
    sent = []
    for people in (5, 40):
        for _ in range(people):
            let_in(make.registration(event, organisation_id=make.organisation().id), door, now())
        db.session.expire_all()
        with statements() as log:
            event_report.event_blocks(event, with_people=True)
        sent.append(len(log))
    assert sent[0] == sent[1] < 35


def test_quarters_without_arrivals_are_shown_within_a_day(event: Event) -> None:
    assert [count for _quarter, count in event_queries.arrivals(event)] == [1, 0, 0, 2]
