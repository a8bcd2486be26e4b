"""The organiser's page of phones and gates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from blueprints.checkin import devices, gates
from blueprints.checkin.device_views import seen
from models import Device, DeviceMode, Enrolment, Event, Gate, Role, db, now
from tests.factories import Factory
from tests.page import Browser, Page


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def supervisor(make: Factory, event: Event, browser: Browser) -> Browser:
    user = make.user()
    make.grant(user, Role.DOOR_SUPERVISOR, event)
    return browser.sign_in(user).speak("en")


def base(event: Event) -> str:
    return f"/organiser/events/{event.id}/door"


def enrolled(event: Event, **given: Any) -> Device:
    device = devices.enrol(devices.enrolment(event, "ประตูหน้า", ["search"], None))[0]
    for name, value in given.items():
        setattr(device, name, value)
    return device


def test_an_enrolment_is_made_as_the_form_says(make: Factory, event: Event, supervisor: Browser) -> None:
    page = supervisor.get(f"{base(event)}/phones")
    assert not page.all("[name=gate_ids]") and not page.all("[name=checkpoint_ids]"), "there is nothing to choose yet"
    assert [tag["value"] for tag in page.all("[name=grants][checked]")] == ["search", "undo"]
    assert [tag["value"] for tag in page.all("[name=mode][checked]")] == ["staff"]
    side, back = gates.add(event, "ประตูข้าง"), gates.add(event, "ประตูหลัง")
    lunch = make.checkpoint(event, name_th="อาหารกลางวัน", name_en="Lunch")
    sent = {"gate": "ประตูข้าง", "mode": "staff", "grants": ["walk_in", "search_offline"], "gate_ids": [str(back.id)],
            "checkpoint_ids": [str(lunch.id)]}
    assert "Lunch" in supervisor.get(f"{base(event)}/phones").text("#checkpoint_ids")
    page = supervisor.post(f"{base(event)}/enrolments", sent, status=200)
    row = db.session.scalars(select(Enrolment)).one()
    assert (row.gate_id, row.gate_ids, row.checkpoint_ids) == (side.id, [back.id], [lunch.id])
    assert (row.grants, row.mode) == (["walk_in", "search_offline"], DeviceMode.STAFF)
    again = {name: [tag["value"] for tag in page.all(f"main form [name={name}]")] for name in sent}
    assert again == {name: value if isinstance(value, list) else [value] for name, value in sent.items()}, "the next phone is like this one"
    foreign = make.checkpoint(make.event())
    page = supervisor.post(f"{base(event)}/enrolments", sent | {"checkpoint_ids": [str(foreign.id)]}, status=422)
    assert page.error("checkpoint_ids") and page.one("#gate")["value"] == "ประตูข้าง"


def test_a_phone_enrolled_again_through_http_stays_one_device(event: Event, browser: Browser) -> None:
    for gate in ("ประตูหน้า", "ประตูข้าง"):
        browser.post(f"/door/enrol/{devices.enrolment(event, gate, (), None)}")
    device = db.session.scalars(select(Device)).one()
    assert device.label == "ประตูข้าง 1"
    devices.revoke(device)
    assert browser.open("GET", "/door/api/roster").status_code == 401
    browser.post(f"/door/enrol/{devices.enrolment(event, 'ประตูข้าง', (), None)}")
    assert db.session.scalars(select(Device)).one().revoked_at is None


def test_the_list_tells_what_the_organiser_must_know(event: Event, supervisor: Browser) -> None:
    at = now()
    enrolled(event, label="One", last_seen_at=at - timedelta(minutes=2), unsent=3)
    enrolled(event, label="Two", last_seen_at=at - timedelta(minutes=6), unsent=1)
    enrolled(event, label="Three", revoked_at=at, wiped_at=at)
    enrolled(event, label="Four", revoked_at=at, unsent=2)
    enrolled(event, label="Five", mode=DeviceMode.KIOSK, grants=[])
    page = supervisor.get(f"{base(event)}/phones")
    alone = Page(supervisor.open("GET", page.one("#door-phones")["hx-get"]))
    assert alone.text("#door-phones") == page.text("#door-phones") and not alone.all("main")
    rows = {row.strong.get_text(): row.get_text(" ", strip=True) for row in page.all(".person-row")}
    assert list(rows) == ["Five", "Four", "Three", "Two", "One"]
    assert "2 minutes ago" in rows["One"] and "3 scans are still on the phone" in rows["One"] and "Find people by name" in rows["One"]
    assert "1 scan has not arrived, and the phone is silent" in rows["Two"]
    assert "has forgotten the participants (" in rows["Three"] and "Revoke " not in rows["Three"]
    assert "not yet said" in rows["Four"] and "enrol the phone again" in rows["Four"]
    assert "Kiosk" in rows["Five"] and "not yet" in rows["Five"] and "Find people" not in rows["Five"]


@pytest.mark.parametrize(("seconds", "said"), [(0, "less than a minute ago"), (59, "less than a minute ago"), (60, "1 minute ago"),
                                               (3599, "59 minutes ago")])
def test_when_a_phone_was_last_seen(app: Any, seconds: int, said: str) -> None:
    at = now()
    with app.test_request_context("/?lang=en"):
        assert seen(at - timedelta(seconds=seconds), at) == said
        assert "ago" not in seen(at - timedelta(hours=1), at)


def test_a_phone_gets_another_name(event: Event, supervisor: Browser) -> None:
    device = enrolled(event)
    path = f"{base(event)}/devices/{device.id}"
    assert supervisor.post(path, {"label": " "}, status=422).error("label")
    supervisor.post(path, {"label": "โทรศัพท์ของสมชาย"})
    assert "โทรศัพท์ของสมชาย" in supervisor.get(f"{base(event)}/phones").text("#door-phones")


def test_all_are_revoked_once_the_event_is_over(make: Factory, event: Event, supervisor: Browser) -> None:
    enrolled(event), enrolled(event)
    button = f'form[action="{base(event)}/devices/revoke"]'
    assert not supervisor.get(f"{base(event)}/phones").all(button)
    event.starts_at, event.ends_at = now() - timedelta(hours=3), now() - timedelta(minutes=1)
    assert supervisor.get(f"{base(event)}/phones").all(button)
    supervisor.post(f"{base(event)}/devices/revoke")
    assert all(device.revoked_at for device in db.session.scalars(select(Device)))
    assert "2 phones can no longer scan" in supervisor.get(f"{base(event)}/phones").text()


def test_gates_are_added_renamed_and_removed(event: Event, supervisor: Browser) -> None:
    enrolled(event)
    path = f"{base(event)}/gates"
    supervisor.post(path, {"name": "ประตูข้าง"})
    page = supervisor.post(path, {"name": "ประตูข้าง"}, status=422)
    assert "Another gate" in page.error("name") and page.one("#name")["value"] == "ประตูข้าง"
    front, side = db.session.scalars(select(Gate).order_by(Gate.id))
    page = supervisor.get(path)
    assert page.all(f'form[action="{path}/{side.id}/remove"]') and not page.all(f'form[action="{path}/{front.id}/remove"]')
    assert "Another gate" in supervisor.post(f"{path}/{side.id}", {"name": "ประตูหน้า"}, status=422).error("name")
    supervisor.post(f"{path}/{side.id}", {"name": "ประตูหลัง"})
    supervisor.post(f"{path}/{front.id}/remove")
    assert "has to stay" in supervisor.get(path).text()
    supervisor.post(f"{path}/{side.id}/remove")
    assert [gate.id for gate in db.session.scalars(select(Gate))] == [front.id]
    elsewhere = gates.add(Factory().event(), "ประตู")
    supervisor.post(f"{path}/{elsewhere.id}/remove", status=404)


def test_those_who_only_look_get_no_button(make: Factory, event: Event, browser: Browser) -> None:
    viewer, device = make.user(), enrolled(event)
    make.grant(viewer, Role.VIEWER, event)
    page = browser.sign_in(viewer).get(f"{base(event)}/phones")
    assert device.label in page.text() and not page.all("main form[method=post]")


def test_the_list_costs_the_same_however_many_phones(event: Event, supervisor: Browser, statements: Any) -> None:
    def cost() -> int:
        with statements() as sent:
            supervisor.get(f"{base(event)}/phones")
        return len(sent)

    enrolled(event)
    supervisor.get(f"{base(event)}/phones")
    few = cost()
    for _number in range(12):
        enrolled(event)
    assert cost() <= few
    assert not supervisor.get(f"{base(event)}/phones?page={10**30}").all(".person-row .btn-outline-danger")
