"""What staff at the door do besides holding the camera: walk-ins, signatures, undoing, colleagues, whole organisations, names in the dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from models import Checkpoint, Event, Gate, Registration, RegistrationStatus, Signature, db
from tests.browser.house import ALL, House, dismiss, read, ready, unsent
from tests.browser.test_registration import fit


@pytest.fixture(autouse=True)
def nothing_in_view(camera: Callable[..., None]) -> None:
    camera(Image.new("RGB", (400, 400), "#777"))


def people(house: House, event_id: int) -> list[Registration]:
    with house.app.app_context():
        found = list(db.session.scalars(select(Registration).where(Registration.event_id == event_id).order_by(Registration.id)))
        db.session.expunge_all()
        return found


def find(phone: Page, words: str) -> None:
    dismiss(phone)
    phone.locator("[data-open=search]").click()
    phone.fill("#door-name", words)
    phone.locator("[data-people] button").first.click()


def test_a_walk_in_in_the_dark_signs_and_is_registered_once(house: House, chromium: Browser) -> None:
    event_id, _codes = house.event()
    with house.rows():
        db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event_id)).one().signature = True
    phone = house.phone(chromium, event_id)
    phone.context.set_offline(True)
    expect(phone.locator("[data-offline]")).to_be_visible(timeout=15_000)
    phone.locator("[data-open=walk-in]").click()
    fit(phone)
    phone.locator("[data-walk-in] .door-primary").click()
    expect(phone.locator("[data-name-error]")).to_be_visible()
    for name, value in {"title": "นาง", "first_name": "น้ำทิพย์", "last_name": "ก้ำแก้ว", "organisation_name": "บจก. ตัวอย่าง"}.items():
        phone.fill(f"[data-walk-in] [name={name}]", value)
    phone.locator("[data-walk-in] .door-primary").click()
    verdict = phone.locator("[data-result-view][open][data-verdict=ok]")
    expect(verdict).to_contain_text("นางน้ำทิพย์ ก้ำแก้ว")
    phone.locator("[data-do=sign]").click()
    fit(phone)
    box = phone.locator("[data-pad] canvas").bounding_box()
    phone.mouse.move(box["x"] + 20, box["y"] + 20)
    phone.mouse.down()
    for step in range(1, 12):
        phone.mouse.move(box["x"] + 20 + step * 15, box["y"] + 20 + (step % 3) * 20)
    phone.mouse.up()
    phone.locator("[data-save]").click()
    unsent(phone, 2)
    phone.reload()
    ready(phone)
    phone.context.set_offline(False)
    unsent(phone, 0)
    came = people(house, event_id)[-1]
    assert (came.first_name, came.source, came.status) == ("น้ำทิพย์", "walk_in", RegistrationStatus.CONFIRMED)
    assert [(scan.source, scan.verdict, scan.registration_id) for scan in house.scans(event_id)] == [("walk_in", "ok", came.id)]
    with house.app.app_context():
        assert db.session.scalars(select(Signature)).one().registration_id == came.id


def test_undone_in_the_dark(house: House, chromium: Browser) -> None:
    event_id, codes = house.event()
    phone = house.phone(chromium, event_id)
    phone.context.set_offline(True)
    expect(phone.locator("[data-offline]")).to_be_visible(timeout=15_000)
    read(phone, codes[0], "ok")
    phone.locator("[data-do=undo]").click()
    expect(phone.locator("[data-recent] li[data-undone]")).to_have_count(1)
    phone.locator("[data-sheet=recent] [data-close]").click()
    read(phone, codes[0], "ok")
    phone.context.set_offline(False)
    unsent(phone, 0)
    assert [(scan.verdict, scan.undone_at is not None) for scan in house.scans(event_id)] == [("ok", True), ("ok", False)]


def test_a_colleague_comes_instead_and_the_organisation_with_her(house: House, chromium: Browser) -> None:
    event_id, codes = house.event(people=3)
    phone = house.phone(chromium, event_id)
    find(phone, "กัญญา0")
    phone.locator("[data-instead]").click()
    fit(phone)
    phone.fill("[data-substitute] [name=first_name]", "ญาณี")
    phone.fill("[data-substitute] [name=last_name]", "ฐิติกุล")
    phone.locator("[data-substitute] .door-primary").click()
    verdict = phone.locator("[data-result-view][open][data-verdict=ok]")
    expect(verdict).to_contain_text("ญาณี ฐิติกุล")
    house.stored(event_id, 1)
    phone.reload()
    ready(phone)
    expect(phone.locator("[data-online]")).to_be_visible()  # the phone has heard of the new ticket
    read(phone, codes[0], "replaced")
    find(phone, "กัญญา1")
    phone.locator("[data-whole]").click()
    expect(phone.locator("[data-colleagues] li")).to_have_count(3)
    expect(phone.locator("[data-colleagues] input:disabled")).to_have_count(1)
    phone.locator("[data-admit-all]").click()
    assert [scan.verdict for scan in house.stored(event_id, 4)] == ["ok", "replaced", "ok", "ok"]


def test_names_in_the_dark_only_where_that_is_allowed(house: House, chromium: Browser) -> None:
    event_id, _codes = house.event()
    for grants, found in ((ALL, 0), ((*ALL, "search_offline"), 1)):
        phone = house.phone(chromium, event_id, grants=grants)
        phone.context.set_offline(True)
        expect(phone.locator("[data-offline]")).to_be_visible(timeout=15_000)
        phone.locator("[data-open=search]").click()
        phone.fill("#door-name", "กัญญา1")
        if found:
            phone.locator("[data-people] button").click()
            phone.locator("[data-admit]").click()
            expect(phone.locator("[data-result-view][open][data-verdict=ok]")).to_contain_text("กัญญา1")
            phone.context.set_offline(False)
            unsent(phone, 0)
        else:
            expect(phone.locator("[data-away]")).to_be_visible()
    assert [(scan.source, scan.verdict) for scan in house.scans(event_id)] == [("search", "ok")]


def test_staff_choose_gate_and_checkpoint_and_people_go_out(house: House, chromium: Browser) -> None:
    event_id, codes = house.event()
    with house.rows() as make:
        event = db.session.get_one(Event, event_id)
        side = Gate(event_id=event_id, name="ประตูข้าง")
        db.session.add(side)
        lunch = make.checkpoint(event, name_th="อาหารกลางวัน", position=2, policy="reentry")
        db.session.flush()
        side_id, lunch_id = side.id, lunch.id
    phone = house.phone(chromium, event_id, gate_ids=[side_id])
    fit(phone)
    phone.locator("[data-checkpoint]").select_option(str(lunch_id))
    phone.locator("[data-gate]").select_option(str(side_id))
    read(phone, codes[0], "ok")
    read(phone, codes[0], "already_in")
    expect(phone.locator("[data-result=first_in]")).to_contain_text("ประตูข้าง")
    dismiss(phone)
    phone.locator("input[name=direction][value=out]").check(force=True)
    read(phone, codes[0], "ok")
    told = [(scan.checkpoint_id, scan.gate_id, scan.direction, scan.verdict) for scan in house.stored(event_id, 3)]
    assert told == [(lunch_id, side_id, "in", "ok"), (lunch_id, side_id, "in", "already_in"), (lunch_id, side_id, "out", "ok")]
