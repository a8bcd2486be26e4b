"""The door without the network, with a broken one, and back again: nothing is lost, nothing is counted twice."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from blueprints.checkin import queries
from blueprints.checkin.attendance import attendance
from blueprints.checkin.batch import read as read_batch
from core.codes import new_code
from models import Checkpoint, Device, Event, db, now
from tests.browser.house import House, dismiss, read, ready, unsent


@pytest.fixture(autouse=True)
def nothing_in_view(camera: Callable[..., None]) -> None:
    camera(Image.new("RGB", (400, 400), "#777"))


EVERYTHING_KEPT = """async () => {
    const opened = indexedDB.open('ruam-door');
    const db = await new Promise((resolve) => (opened.onsuccess = () => resolve(opened.result)));
    const kept = {};
    for (const name of db.objectStoreNames) {
        const request = db.transaction(name).objectStore(name).getAll();
        kept[name] = await new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
    }
    return kept;
}"""


def test_from_enrolment_through_the_dark_to_the_server(house: House, chromium: Browser) -> None:
    event_id, codes = house.event(people=3)
    phone = house.phone(chromium, event_id)
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("[data-offline]")).to_be_visible()
    read(phone, codes[0], "ok")
    expect(phone.locator("[data-result-view]")).to_contain_text("กัญญา0")
    read(phone, codes[1], "ok")
    read(phone, codes[0], "already_in")
    unsent(phone, 3)
    phone.reload()
    ready(phone)
    unsent(phone, 3)
    read(phone, codes[1], "already_in")
    expect(phone.locator("[data-count=in]")).to_have_text("2")
    house.fault = "503"
    phone.context.set_offline(False)
    phone.wait_for_timeout(1500)
    unsent(phone, 4)
    house.fault = ""
    unsent(phone, 0)
    assert [(scan.verdict, scan.offline, scan.shown) for scan in house.scans(event_id)] == [
        ("ok", True, "ok"), ("ok", True, "ok"), ("already_in", True, "already_in"), ("already_in", True, "already_in")]
    expect(phone.locator("[data-count=in]")).to_have_text("2")


def test_a_hotels_sign_in_page_is_no_answer(house: House, chromium: Browser) -> None:
    event_id, codes = house.event()
    phone = house.phone(chromium, event_id)
    house.fault = "portal"
    read(phone, codes[0], "ok")
    expect(phone.locator("[data-offline]")).to_be_visible()
    phone.reload()  # the hotel's page does not take the place of the app
    ready(phone)
    unsent(phone, 1)
    house.fault = ""
    unsent(phone, 0)
    assert [scan.verdict for scan in house.scans(event_id)] == ["ok"]


def test_a_dead_server_keeps_nobody_waiting(house: House, chromium: Browser) -> None:
    event_id, codes = house.event()
    phone = house.phone(chromium, event_id)
    house.stop()
    assert phone.evaluate("navigator.onLine")
    read(phone, codes[0], "ok")
    expect(phone.locator("[data-offline]")).to_be_visible()
    unsent(phone, 1)
    house.start()
    unsent(phone, 0)
    expect(phone.locator("[data-online]")).to_be_visible()
    assert len(house.scans(event_id)) == 1


def test_a_lost_phone_shows_nobody(house: House, chromium: Browser) -> None:
    event_id, codes = house.event()
    phone = house.phone(chromium, event_id)
    read(phone, codes[0], "ok")
    for _ in range(50):
        if not phone.evaluate(EVERYTHING_KEPT)["queue"]:
            break
        phone.wait_for_timeout(100)
    kept = json.dumps(phone.evaluate(EVERYTHING_KEPT), ensure_ascii=False)
    assert json.loads(kept)["people"] and json.loads(kept)["log"]
    assert "กัญญา" not in kept and "ตัวอย่าง จำกัด" not in kept
    assert not any(code in kept for code in codes)


def test_a_phone_whose_right_is_taken_forgets_and_keeps_its_scans(house: House, chromium: Browser) -> None:
    event_id, codes = house.event()
    phone = house.phone(chromium, event_id)
    phone.context.set_offline(True)
    read(phone, codes[0], "ok")
    unsent(phone, 1)
    with house.rows():
        device = db.session.get_one(Device, house.device(event_id).id)
        device.revoked_at = now()
    phone.context.set_offline(False)
    expect(phone.locator("[data-stopped]")).to_be_visible(timeout=15_000)
    expect(phone.locator("[data-stopped-unsent]")).to_be_visible()
    kept = phone.evaluate(EVERYTHING_KEPT)
    assert (kept["people"], kept["log"], kept["names"], len(kept["queue"])) == ([], [], [], 1)
    first = house.device(event_id)
    assert first.wiped_at and first.unsent == 1
    phone.goto(house.link(event_id))
    phone.locator("[data-enrol] button").click()
    ready(phone)
    unsent(phone, 0)
    again = house.device(event_id)
    assert (again.id, again.revoked_at) == (first.id, None)
    assert [(scan.verdict, scan.device_id, scan.clock_warning) for scan in house.scans(event_id)] == [("ok", first.id, False)]


def test_two_phones_in_the_dark_let_in_one_ticket(house: House, chromium: Browser) -> None:
    event_id, codes = house.event()
    phones = [house.phone(chromium, event_id) for _ in range(2)]
    for phone in phones:
        phone.context.set_offline(True)
        phone.reload()
        read(phone, codes[0], "ok")
        unsent(phone, 1)
    for phone in reversed(phones):  # the later one is the first to be heard
        phone.context.set_offline(False)
        unsent(phone, 0)
    scans = sorted(house.scans(event_id), key=lambda scan: scan.claimed_at)
    assert [(scan.verdict, scan.forced_needed) for scan in scans] == [("ok", False), ("ok", False)]
    person = house.person(codes[0]).id
    with house.rows():
        event = db.session.get_one(Event, event_id)
        checkpoint = db.session.get_one(Checkpoint, scans[0].checkpoint_id)
        known = read_batch(db.session.get_one(Device, scans[0].device_id), checkpoint, (), codes, ())
        derived = attendance(known.past[person], "once")
        assert derived.conflicts == (f"{scans[1].device_id}:{scans[1].nonce}",)
        assert queries.counts(event, checkpoint).present == 1


def test_who_registered_after_the_last_contact_is_for_the_staff_to_decide(house: House, chromium: Browser) -> None:
    event_id, codes = house.event()
    phone = house.phone(chromium, event_id, grants=())
    phone.context.set_offline(True)
    phone.reload()
    with house.rows() as make:
        late = make.registration(db.session.get_one(Event, event_id), first_name="มาช้า").code
    read(phone, late, "unverified")
    phone.locator("[data-do=force]").click()
    phone.locator("[data-result-view][data-verdict=ok]").wait_for()
    read(phone, new_code(), "unverified")
    phone.locator("[data-do=next]").click()
    unsent(phone, 2)
    phone.context.set_offline(False)
    unsent(phone, 0)
    told = [(scan.verdict, scan.shown, scan.forced_sent) for scan in house.scans(event_id)]
    assert told == [("ok", "unverified", True), ("unknown", "unverified", False)]
    dismiss(phone)
    phone.locator("[data-open=recent]").click()
    expect(phone.locator("[data-recent] li[data-colour=red]")).to_have_count(1)


def test_the_server_corrects_what_the_phone_could_not_know(house: House, chromium: Browser) -> None:
    event_id, codes = house.event()
    first, second = (house.phone(chromium, event_id) for _ in range(2))
    read(first, codes[0], "ok")
    house.stored(event_id, 1)
    read(second, codes[0], "already_in")
    expect(second.locator("[data-result-view]")).to_contain_text("กัญญา0")
    assert [scan.verdict for scan in house.stored(event_id, 2)] == ["ok", "already_in"]
