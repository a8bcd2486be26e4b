"""The organiser's first page and the fiscal year, through HTTP."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest

from blueprints.reports import attention, fiscal, queries
from blueprints.reports.attention import About
from blueprints.reports.progress import progress
from models import (
    CorrectionRequest,
    DataRequest,
    Device,
    Event,
    EventStatus,
    Message,
    MessageState,
    Programme,
    Registration,
    RegistrationStatus,
    RequestKind,
    Role,
    Scan,
    Survey,
    User,
    db,
    now,
)
from tests.factories import Factory
from tests.page import Browser


@pytest.fixture
def programme(make: Factory) -> Programme:
    return make.programme(target_persons=3, target_attendance=80)


@pytest.fixture
def organiser(make: Factory, programme: Programme) -> User:
    user = make.user()
    make.grant(user, Role.ORGANISER, programme)
    return user


def let_in(one: Registration) -> None:
    checkpoint = db.session.execute(db.text("select id from checkpoint where event_id = :id order by id"), {"id": one.event_id}).scalar()
    db.session.add(Scan(nonce=f"d{one.id}", event_id=one.event_id, checkpoint_id=checkpoint, registration_id=one.id, direction="in",
                        source="camera", raw_code=one.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    db.session.flush()


def busy(make: Factory, programme: Programme) -> list[Event]:
    """One event near and one over, between them everything that an event can ask for."""
    near = make.event(programme, capacity=10, starts_at=now() + timedelta(hours=20), ends_at=now() + timedelta(hours=25), waitlist=True)
    over = make.event(programme, starts_at=now() - timedelta(days=3), ends_at=now() - timedelta(days=2))
    draft = make.event(programme, status=EventStatus.DRAFT, starts_at=now() + timedelta(days=5), ends_at=now() + timedelta(days=6))
    full = make.event(programme, capacity=1, starts_at=now() + timedelta(days=9), ends_at=now() + timedelta(days=10))
    make.registration(full, created_at=now() - timedelta(days=3))
    make.registration(near, status=RegistrationStatus.PENDING_APPROVAL)
    make.registration(near, status=RegistrationStatus.WAITLISTED, waitlisted_at=now())
    person = make.registration(over)
    db.session.add_all([
        Message(kind="ticket", to="a@example.org", registration_id=person.id, state=MessageState.FAILED),
        DataRequest(event_id=over.id, registration_id=person.id, kind=RequestKind.ACCESS, made_at=now() - timedelta(days=25)),
        Survey(event_id=over.id, title_th="แบบประเมิน"),
        CorrectionRequest(certificate_id=make.certificate(person).id, holder_th="กัญญา")])
    make.organisation(confirmed=False)
    db.session.flush()
    return [near, over, draft, full]


def test_each_thing_is_said_and_opens_where_it_is_dealt_with(browser: Browser, make: Factory, programme: Programme, organiser: User) -> None:
    busy(make, programme)
    page = browser.sign_in(organiser).get("/organiser")
    said = {one["data-about"] for one in page.all(".attention-list li")}
    assert said == {"door_not_ready", "approvals", "waitlist", "mails_failed", "data_requests", "corrections", "survey_shut", "not_finished",
                    "draft_soon", "nearly_full", "new_registrations", "unconfirmed"}
    for link in page.all(".attention-list a"):
        browser.get(link["href"])
    urgent = [one["data-about"] for one in page.all(".urgency-now")]
    assert urgent == [one["data-about"] for one in page.all(".attention-list li")][:len(urgent)]
    assert "data_requests" in urgent  # five days are left of thirty


def test_what_is_dealt_with_is_gone(make: Factory, programme: Programme, organiser: User) -> None:
    near, over, draft, full = busy(make, programme)
    for event in (near, over, draft, full):
        event.status = EventStatus.CANCELLED
    db.session.execute(db.update(DataRequest).values(state="done"))
    db.session.execute(db.update(CorrectionRequest).values(decision="refused", decided_at=now()))
    db.session.flush()
    assert {item.about for item in attention.items(organiser)} == {About.UNCONFIRMED}


def test_a_phone_and_a_checkpoint_make_a_door_ready(make: Factory, programme: Programme, organiser: User) -> None:
    event = make.event(programme, starts_at=now() + timedelta(hours=20), ends_at=now() + timedelta(hours=25))
    assert [item.about for item in attention.items(organiser)] == [About.DOOR_NOT_READY]
    gate = db.session.execute(db.text("insert into gate (event_id, name) values (:id, 'x') returning id"), {"id": event.id}).scalar()
    db.session.add(Device(event_id=event.id, gate_id=gate, label="1", key_digest="k", expires_at=now() + timedelta(days=2)))
    db.session.flush()
    assert attention.items(organiser) == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.DOOR_SUPERVISOR])
def test_nobody_is_asked_for_what_the_role_does_not_allow(browser: Browser, make: Factory, programme: Programme, role: Role) -> None:
    busy(make, programme)
    user = make.user()
    make.grant(user, role, programme)
    page = browser.sign_in(user).get("/organiser")
    assert not page.all(".attention-list") and page.all(".attention-none") and page.all(".coming")


def test_others_events_are_not_shown(browser: Browser, make: Factory, programme: Programme) -> None:
    events = busy(make, programme)
    user = make.user()
    make.grant(user, Role.OWNER, make.event())
    page = browser.sign_in(user).get("/organiser")
    assert all(event.title_th not in page.text() for event in events)


def test_the_statements_do_not_grow_with_events(
        browser: Browser, make: Factory, programme: Programme, organiser: User, statements: Callable[[], AbstractContextManager[list[str]]]) -> None:
    browser.sign_in(organiser)
    sent = []
    for events in (1, 6):
        for _ in range(events):
            busy(make, programme)
        db.session.expire_all()
        with statements() as log:
            browser.get("/organiser")
        sent.append(len(log))
    assert sent[0] == sent[1] < 60


def test_progress_says_what_the_report_says(make: Factory, programme: Programme) -> None:
    """Two at the first event of which one came, who came to the second as well: 1 person, 2 of 3 registrations."""
    organisation = make.organisation()
    for days, who in ((-20, ("ann", "bob")), (-10, ("ann",))):
        event = make.event(programme, status=EventStatus.FINISHED, starts_at=now() + timedelta(days=days),
                           ends_at=now() + timedelta(days=days, hours=3))
        for name in who:
            one = make.registration(event, person_key=name, organisation_id=organisation.id)
            if name == "ann":
                let_in(one)
    make.registration(make.event(programme, status=EventStatus.DRAFT))
    [found], figures = progress([programme], fiscal.scope_of([programme])), queries.figures(programme)
    assert (found.persons, found.organisations, found.attendance) == (1, 1, Decimal("66.67"))
    assert (found.persons, found.organisations, found.attendance, found.satisfaction) == (
        len(figures.whole.persons), figures.came_organisations, figures.over.attendance, figures.satisfaction)
    assert sum(event.registered for event in found.events) == figures.whole.registered
    assert found.targets == [("persons", 1, 3), ("attendance", Decimal("66.67"), 80)]


def test_a_fiscal_year_begins_in_october(browser: Browser, make: Factory, programme: Programme, organiser: User) -> None:
    """The last evening of September 2020 in Bangkok belongs to BE 2563, the next morning to 2564."""
    for at in (datetime(2020, 9, 30, 12, tzinfo=UTC), datetime(2020, 9, 30, 18, tzinfo=UTC)):  # 19.00 and, of 1 October, 1.00
        let_in(make.registration(make.event(programme, status=EventStatus.FINISHED, starts_at=at, ends_at=at + timedelta(hours=2))))
    browser.sign_in(organiser)
    for year, quarter in ((2563, 4), (2564, 1)):
        page = browser.get(f"/organiser/fiscal-years/{year}")
        rows = [[cell.get_text() for cell in row.select("td")] for row in page.all("[data-key=quarters] tbody tr")]
        assert [row[0] for row in rows] == ["1" if n == quarter else "0" for n in range(1, 5)] + ["1"]
        assert len(page.all("[data-key=programmes] tbody tr")) == 1
    assert {link.get_text() for link in page.all(".report-choice a")} >= {"2563", "2564"}
    book = openpyxl.load_workbook(io.BytesIO(browser.open("GET", "/organiser/fiscal-years/2563.xlsx").data))
    assert programme.title_th in {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    browser.get("/organiser/fiscal-years/1999", 404)


def test_a_year_without_events_says_so(browser: Browser, make: Factory) -> None:
    assert browser.sign_in(make.admin()).get("/organiser/fiscal-years/2550").text("#programmes")
    browser.get("/organiser")
