"""The organiser's pages: list, one registration, adding a person, export."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from blueprints.registration import sections
from models import Event, Registration, RegistrationSource, RegistrationStatus, Role, db
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_registration import fields


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(capacity=300)


@pytest.fixture
def organiser(browser: Browser, make: Factory, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return browser.sign_in(user)


def at(event: Event, rest: str = "") -> str:
    return f"/organiser/events/{event.id}/registrations{rest}"


def names(browser: Browser, address: str) -> list[str]:
    return [row.get_text(strip=True) for row in browser.get(address).all("tbody th")]


def test_thai_order_search_and_filters(organiser: Browser, make: Factory, event: Event) -> None:
    vip = make.category(event)
    for first in ("ไก่", "เก้า", "กก", "น้ำ"):
        category = vip if first == "กก" else event.categories[0]
        make.registration(event, title="", first_name=first, last_name="", category_id=category.id)
    make.registration(event, title="", first_name="ออก", last_name="", status=RegistrationStatus.CANCELLED)
    assert names(organiser, at(event)) == ["กก", "เก้า", "ไก่", "น้ำ", "ออก"]
    assert names(organiser, at(event, "?q=นำ")) == ["น้ำ"], "tone marks do not matter"
    assert names(organiser, at(event, "?status=cancelled")) == ["ออก"]
    assert names(organiser, at(event, f"?category={vip.id}")) == ["กก"]
    assert organiser.get(at(event, "?q=%25")).one(".table"), "a sign alone is no search"
    assert organiser.get(at(event, "?q=ไม่มีใคร&status=x")).one(".empty")


def test_an_empty_event_says_what_to_do(organiser: Browser, event: Event) -> None:
    assert organiser.get(at(event)).one(".empty a")


def test_pages_of_fifty_and_a_steady_number_of_queries(organiser: Browser, make: Factory, event: Event) -> None:
    counts = []

    def queries() -> int:
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        sqlalchemy_event.listen(db.engine.engine, "before_cursor_execute", note)
        try:
            organiser.get(at(event))
        finally:
            sqlalchemy_event.remove(db.engine.engine, "before_cursor_execute", note)
        return len([s for s in seen if s.startswith("SELECT")])

    for more in (2, 60):
        for _ in range(more):
            make.registration(event)
        db.session.commit()
        counts.append(queries())
    assert counts[1] <= counts[0] <= 12, counts
    page = organiser.get(at(event))
    assert len(page.all("tbody tr")) == 50 and page.all('.pages a[rel="next"]')
    assert len(organiser.get(at(event, "?page=2")).all("tbody tr")) == 12
    organiser.get(at(event, "?page=9"), 404)


def test_one_registration_with_what_upper_features_add(
        organiser: Browser, make: Factory, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    one = make.registration(event, staff_note="รถเข็น")
    monkeypatch.setattr(sections, "MANAGE_PAGE", [lambda registration: f"<p id='added'>{registration.id}</p>"])
    page = organiser.get(at(event, f"/{one.id}"))
    assert page.text("#added") == str(one.id) and "รถเข็น" in page.text() and "08 1234 5678" in page.text()
    elsewhere = make.registration()
    organiser.get(at(event, f"/{elsewhere.id}"), 404)


def test_add_correct_and_cancel(organiser: Browser, event: Event) -> None:
    form = fields(organiser.get(at(event, "/new")))
    sent = form | {"title": "พระมหา", "first_name": "สมปอง", "email": "", "staff_note": "นั่งหน้า"}
    address = organiser.post(at(event, "/new"), sent).location
    assert organiser.post(at(event, "/new"), sent).location == address
    one = db.session.scalars(select(Registration)).one()
    assert (one.source, one.notice_id, event.taken) == (RegistrationSource.STAFF, None, 1)
    organiser.post(f"{address}/edit", fields(organiser.get(f"{address}/edit")) | {"first_name": "สมปองใหม่"})
    assert (one.first_name, one.staff_note) == ("สมปองใหม่", "นั่งหน้า")
    stale = fields(organiser.get(f"{address}/edit")) | {"version": "1"}
    page = organiser.post(f"{address}/edit", stale, 422)
    assert fields(page)["version"] == str(one.version)
    organiser.post(f"{address}/cancel")
    assert one.status == RegistrationStatus.CANCELLED and event.taken == 0
    assert not organiser.get(address).all(f'form[action="{address}/cancel"]')


def test_staff_cannot_oversell_nor_register_twice(organiser: Browser, make: Factory, event: Event) -> None:
    event.capacity = 1
    form = fields(organiser.get(at(event, "/new"))) | {"first_name": "เอก", "email": "ek@example.org"}
    organiser.post(at(event, "/new"), form)
    again = fields(organiser.get(at(event, "/new"))) | {"first_name": "เอก", "email": "ek@example.org"}
    assert organiser.post(at(event, "/new"), again, 422).text(".error-summary")
    assert organiser.post(at(event, "/new"), again | {"email": "other@example.org"}, 422).text(".error-summary")
    assert event.taken == 1


def test_viewers_see_and_change_nothing(browser: Browser, make: Factory, event: Event) -> None:
    user, one = make.user(), make.registration(event)
    make.grant(user, Role.VIEWER, event)
    browser.sign_in(user)
    page = browser.get(at(event, f"/{one.id}"))
    assert not page.all(".page-actions a") and one.manage_token not in page.response.get_data(as_text=True)
    for address in (at(event, "/new"), at(event, f"/{one.id}/edit"), at(event, ".csv")):
        browser.get(address, 403)
    browser.post(at(event, f"/{one.id}/cancel"), status=403)


def test_csv_for_a_spreadsheet(organiser: Browser, make: Factory, event: Event) -> None:
    make.registration(event, first_name="=1+1", last_name="น้ำ")
    data = organiser.get(at(event, ".csv")).response.data
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[1][1:3] == ["'=1+1", "น้ำ"] and rows[1][6] == "08 1234 5678"
