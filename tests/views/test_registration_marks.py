"""VIP and wheelchair: in the organiser's form, list, files and imports."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from flask import Flask

from blueprints.imports import headings, rows
from blueprints.registration import people
from models import Event, HistoryEntry, Registration, RegistrationStatus, Role, db
from tests.factories import Factory
from tests.page import Browser, Page
from tests.views.test_registration import fields


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


def signed_in(browser: Browser, make: Factory, event: Event, role: Role) -> Browser:
    user = make.user()
    make.grant(user, role, event)
    return Browser(browser.app).sign_in(user)


@pytest.fixture
def organiser(browser: Browser, make: Factory, event: Event) -> Browser:
    return signed_in(browser, make, event, Role.ORGANISER)


def at(event: Event, rest: str = "") -> str:
    return f"/organiser/events/{event.id}/registrations{rest}"


def person(make: Factory, event: Event, name: str, **given: Any) -> Registration:
    one = make.registration(event, first_name=name, last_name="", title="", **given)
    people.describe(one)
    db.session.flush()
    return one


def names(page: Page) -> list[str]:
    return [link.get_text(strip=True) for link in page.all("table.people tbody th a")]


def test_the_form_sets_them_and_takes_them_away(organiser: Browser, make: Factory, event: Event) -> None:
    page = organiser.get(at(event, "/new"))
    assert "ยินยอม" in page.text("#wheelchair-hint"), "health data only with consent"
    organiser.post(at(event, "/new"), fields(page) | {"first_name": "สมชาย", "vip": "y", "wheelchair": "y"})
    one = db.session.query(Registration).one()
    assert one.vip and one.wheelchair and one.version == 1
    shown = organiser.get(at(event, f"/{one.id}"))
    assert "แขกสำคัญ · ใช้รถเข็น" in shown.text()
    edit = organiser.get(at(event, f"/{one.id}/edit"))
    assert edit.one("[name=vip]").has_attr("checked") and edit.one("[name=wheelchair]").has_attr("checked")
    organiser.post(at(event, f"/{one.id}/edit"), {name: value for name, value in fields(edit).items() if name != "vip"})
    assert not one.vip and one.wheelchair


def test_the_list_shows_and_filters(organiser: Browser, make: Factory, event: Event) -> None:
    person(make, event, "ธรรมดา")
    person(make, event, "พิเศษ", vip=True)
    person(make, event, "เข็น", wheelchair=True)
    page = organiser.get(at(event, "?mark=vip&columns=vip,wheelchair"))
    assert names(page) == ["พิเศษ"] and "แขกสำคัญ" in page.text(".chips") and page.all("table.people .tag")
    assert names(organiser.get(at(event, "?mark=wheelchair"))) == ["เข็น"]
    assert len(names(organiser.get(at(event, "?mark=nonsense")))) == 3
    cells = [cell.get_text(strip=True) for cell in page.all("table.people tbody td")][1:]
    assert cells == ["แขกสำคัญ", ""]


def test_who_needs_a_wheelchair_is_for_organisers(browser: Browser, make: Factory, event: Event) -> None:
    one = person(make, event, "เข็น", wheelchair=True, vip=True)
    viewer = signed_in(browser, make, event, Role.VIEWER)
    page = viewer.get(at(event, "?mark=wheelchair&columns=wheelchair,vip"))
    assert "รถเข็น" not in page.text() and not page.all(".chips a")
    assert "รถเข็น" not in viewer.get(at(event, f"/{one.id}")).text()


def test_many_at_once(organiser: Browser, make: Factory, event: Event) -> None:
    one, two = person(make, event, "หนึ่ง"), person(make, event, "สอง", status=RegistrationStatus.WAITLISTED)
    sent = {"deed": "vip", "id": [str(one.id), str(two.id)]}
    organiser.post(at(event, "/bulk"), sent, 200)
    assert not one.vip
    organiser.post(at(event, "/bulk"), sent | {"confirmed": "y"}, 200)
    assert one.vip and two.vip
    organiser.post(at(event, "/bulk"), {"deed": "not_vip", "id": str(one.id), "confirmed": "y"}, 200)
    assert not one.vip and two.vip
    assert db.session.query(HistoryEntry).filter_by(verb="registration.changed").count() == 3


def test_files_hold_them_and_imports_understand_them(organiser: Browser, make: Factory, event: Event) -> None:
    person(make, event, "พิเศษ", vip=True, wheelchair=True)

    def columns(args: str = "") -> dict[str, str]:
        text = organiser.open("GET", at(event, f".csv{args}")).get_data().decode("utf-8-sig")
        return next(iter(csv.DictReader(io.StringIO(text))))

    assert columns()["แขกสำคัญ"] == "ใช่" and "ใช้รถเข็น" not in columns(), "what the law protects only if it is asked for"
    row = columns("?columns=vip,wheelchair")
    found = headings.at([list(row), list(row.values())], 0, 0)
    assert found and {"vip", "wheelchair"} <= set(found.columns.values())
    (read,) = rows.parse([list(row), list(row.values())], 1, found.columns, {}, 1)
    assert read.details.vip and read.details.wheelchair and not read.problems and read.notes["wheelchair"]


@pytest.mark.parametrize(("label", "field"), [("VIP", "vip"), ("วีไอพี", "vip"), ("แขก VIP", "vip"), ("รถเข็น", "wheelchair"),
                                              ("วีลแชร์", "wheelchair"), ("Wheelchair", "wheelchair")])
def test_headings(label: str, field: str) -> None:
    assert headings.field_of(label) == field


@pytest.mark.parametrize(("cell", "said"), [("✓", True), ("/", True), ("X", True), ("ใช่", True), ("VIP", True), ("", False), ("-", False),
                                            ("ไม่", False), ("ไม่มี", False), ("0", False), ("No", False)])
def test_cells(app: Flask, cell: str, said: bool) -> None:
    with app.test_request_context():
        (row,) = rows.parse([["สมชาย ใจดี", cell]], 0, {0: "name", 1: "vip"}, {}, 1)
        assert row.details.vip is said and not row.problems
        (odd,) = rows.parse([["สมชาย ใจดี", "อาจจะ"]], 0, {0: "name", 1: "vip"}, {}, 1)
        assert set(odd.problems) == {"vip"}
