"""The programme's report through HTTP: the figures, the matrix, and the rows behind every figure."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from models import Event, EventStatus, Membership, Programme, Registration, RegistrationStatus, Role, Scan, db, now
from tests.factories import Factory
from tests.page import Browser


@pytest.fixture
def programme(make: Factory) -> Programme:
    """Three events, the last to come. Ann of ก came to both, Bob of ก to the first, Cat of ข to none; Dan of no organisation to the second.

    Registered: 2 + 1 at the first (Ann, Bob, Cat), 3 at the second (Ann, Cat, Dan), 1 to come (Ann). Came: 2, 2, 0.
    """
    cluster = make.cluster()
    programme = make.programme(cluster=cluster, starts_on=date(2020, 2, 1), ends_on=date(2030, 7, 31), target_organisations=2, target_persons=3,
                               target_attendance=80)
    ones = [make.organisation("บริษัท ก จำกัด", sector="ดิจิทัล", province="เชียงใหม่"), make.organisation("บริษัท ข จำกัด", province="ลำพูน")]
    db.session.add_all(Membership(cluster_id=cluster.id, organisation_id=one.id) for one in ones)
    nine = now().replace(hour=2, minute=0)  # in Bangkok, so that three hours end before lunch
    events = [make.event(programme, starts_at=nine + timedelta(days=days), ends_at=nine + timedelta(days=days, hours=3)) for days in (-20, -10, 10)]
    for event in events[:2]:
        event.status = EventStatus.FINISHED
    for event, who, organisation, came in ((0, "ann", 0, 1), (0, "bob", 0, 1), (0, "cat", 1, 0), (1, "ann", 0, 1), (1, "cat", 1, 0),
                                           (1, "dan", None, 1), (2, "ann", 0, 0)):
        one = make.registration(events[event], person_key=who, organisation_id=None if organisation is None else ones[organisation].id)
        if came:
            let_in(one)
    gone = make.registration(events[0], status=RegistrationStatus.CANCELLED)
    assert gone.person_ref
    return programme


def let_in(one: Registration) -> None:
    checkpoint = db.session.execute(db.text("select id from checkpoint where event_id = :id order by id"), {"id": one.event_id}).scalar()
    db.session.add(Scan(nonce=f"r{one.id}", event_id=one.event_id, checkpoint_id=checkpoint, registration_id=one.id, direction="in",
                        source="camera", raw_code=one.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    db.session.flush()


@pytest.fixture
def viewer(make: Factory, browser: Browser, programme: Programme) -> Browser:
    user = make.user()
    make.grant(user, Role.VIEWER, programme)
    return browser.sign_in(user)


def report(programme: Programme) -> str:
    return f"/organiser/programmes/{programme.id}/report"


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_the_figures_of_a_small_programme(viewer: Browser, programme: Programme) -> None:
    """6 registered at events that are over, 4 came: 66.67 %. Ann came twice, Bob and Dan once; organisation ก came, ข never."""
    page = viewer.get(report(programme))
    facts = {fact.dt.get_text(): fact.select_one(".stat-value").get_text() for fact in page.all(".report-facts .stat")}
    assert facts == {"งาน": "3", "หน่วยงานที่เข้าร่วม": "1", "ผู้เข้าร่วม (คน)": "3", "เข้าร่วมตั้งแต่สองงานขึ้นไป": "1",
                     "อัตราการเข้าร่วม": "66.67 %", "ไม่ได้มาร่วมงาน": "33.33 %", "ชั่วโมงต่อคน": "4.00", "ความพึงพอใจ": "–", "เกียรติบัตรที่มีผล": "0"}
    assert [[cell.get_text() for cell in row.select("td")] for row in page.all("[data-key=targets] tbody tr")] == [
        ["2", "1", "50.00 %", "ยังไม่บรรลุ"], ["3", "3", "100.00 %", "บรรลุ"], ["80", "66.67", "83.34 %", "ยังไม่บรรลุ"]]
    members = {row.th.get_text(): row.select("td")[-1].get_text() for row in page.all("[data-key=members] tbody tr")}
    assert members == {"บริษัท ก จำกัด": "เข้าร่วมต่อเนื่อง", "บริษัท ข จำกัด": "ยังไม่เคยเข้าร่วม"}


def test_every_figure_opens_as_many_rows_as_it_says(viewer: Browser, programme: Programme) -> None:
    opened = 0
    for path in ("", *(f"/matrix?show={measure}" for measure in ("came", "registered", "persons"))):
        for cell in viewer.get(report(programme) + path).all(".report-table td a, .report-facts a"):
            shown, rows = cell.get_text(), viewer.get(cell["href"])
            total = number(re.sub(r"\D", "", rows.text("[data-total]")))
            assert len(rows.all("[data-key=rows] tbody tr")) == total
            if "%" not in shown and "." not in shown:
                assert total == number(shown), cell["href"]
            opened += 1
    assert opened > 60


def test_the_matrix_adds_up_to_what_the_doors_scanned(viewer: Browser, programme: Programme) -> None:
    page = viewer.get(f"{report(programme)}/matrix?show=came")
    texts = [[cell.get_text() for cell in row.select("td")] for row in page.all("[data-key=matrix-came] tbody tr")]
    grid = [[0 if text == "–" else number(text) for text in line] for line in texts]
    *lines, whole = grid
    scans = db.session.scalar(db.select(db.func.count(Scan.registration_id.distinct())))
    assert whole[-1] == scans == 4
    assert [sum(column) for column in zip(*lines, strict=True)] == whole
    assert all(sum(line[:-1]) == line[-1] for line in grid)


def test_a_large_matrix_is_shown_in_parts(viewer: Browser, make: Factory, programme: Programme) -> None:
    for days in range(11, 24):
        make.event(programme, starts_at=now() + timedelta(days=days), ends_at=now() + timedelta(days=days, hours=1))
    for _ in range(60):
        make.registration(programme.events[0], organisation_id=make.organisation().id)
    first = viewer.get(f"{report(programme)}/matrix?show=registered")
    last = viewer.get(f"{report(programme)}/matrix?show=registered&part=2&page=2")
    assert len(first.all("thead th")) == 2 + 12 and len(last.all("thead th")) == 2 + 4
    assert len(first.all("tbody tr")) == 51 and len(last.all("tbody tr")) == 63 - 50 + 1
    assert first.all("tbody tr")[-1].select("td")[-1].get_text() == last.all("tbody tr")[-1].select("td")[-1].get_text() == "67"


def test_nonsense_in_an_address_asks_for_nothing(viewer: Browser, programme: Programme) -> None:
    everything = viewer.get(f"{report(programme)}/rows").text("[data-total]")
    assert viewer.get(f"{report(programme)}/rows?of=x&by=y&event=z&kind=w&times=-1").text("[data-total]") == everything
    viewer.get(f"{report(programme)}/matrix?show=x&part=99&page=99")


def test_rows_never_leave_the_programme(viewer: Browser, make: Factory, programme: Programme) -> None:
    other = make.registration(make.event())
    page = viewer.get(f"{report(programme)}/rows?event={other.event_id}")
    assert not page.all("[data-key=rows]") and other.event.title_th not in page.text()


def test_a_programme_without_events_says_so(viewer: Browser, make: Factory, browser: Browser) -> None:
    empty = make.programme()
    user = make.user()
    make.grant(user, Role.VIEWER, empty)
    browser.sign_in(user).get(report(empty))
    browser.get(f"{report(empty)}/matrix")


def test_strangers_see_nothing(make: Factory, browser: Browser, programme: Programme) -> None:
    user = make.user()
    make.grant(user, Role.OWNER, make.programme())
    browser.sign_in(user)
    for path in ("", "/matrix", "/rows"):
        browser.get(report(programme) + path, 404)


def test_a_helper_of_one_event_does_not_see_the_programmes_report(make: Factory, browser: Browser, programme: Programme) -> None:
    user = make.user()
    event: Event = programme.events[0]
    make.grant(user, Role.OWNER, event)
    browser.sign_in(user).get(report(programme), 404)
