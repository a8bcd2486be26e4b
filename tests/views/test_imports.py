"""Bringing people in from a workbook, page by page; and what goes out comes in again."""

from __future__ import annotations

import gzip
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from blueprints.imports import services, tasks, undoing
from blueprints.registration import exports, people
from core import storage
from core.locale import in_language
from core.transaction import transaction
from models import (
    Checkpoint,
    Event,
    ImportBatch,
    ImportState,
    Message,
    Registration,
    RegistrationStatus,
    Role,
    Scan,
    StoredFile,
    db,
    now,
)
from tests.factories import Factory
from tests.page import Browser, Page
from tests.unit.imports.ugly import FOLDER, hiding, xlsx
from tests.views.test_registration import fields, registered


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def organiser(browser: Browser, make: Factory, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return Browser(browser.app).sign_in(user)


def upload(organiser: Browser, event: Event, data: bytes, name: str = "รายชื่อ.xlsx", status: int = 303) -> Any:
    return organiser.post(f"/organiser/events/{event.id}/imports", {"file": (io.BytesIO(data), name)}, status)


PEOPLE = xlsx([["ชื่อ-สกุล", "หน่วยงาน", "อีเมล", "โทร"], ["นางสาวกัญญา ศรีสุข", "บริษัท ก จำกัด", "kanya@example.org", 812345678],
               ["นายสมชาย ใจดี", "บริษัท ข จำกัด", "somchai@", None], ["นางปิ่น ฝั้น", "บริษัท ก", "pin@example.org", None],
               ["นางสาวกัญญา ศรีสุข", "บริษัท ก จำกัด", "kanya@example.org", None]])


def test_from_the_file_to_the_list_and_back(organiser: Browser, event: Event) -> None:
    address = upload(organiser, event, PEOPLE).location
    page = organiser.get(address)
    assert page.one("[name=column0] [selected]").get("value") == "name"
    address = organiser.post(address, fields(page)).location
    page = organiser.get(address)
    assert [v.get_text() for v in page.all(".stat-value")] == ["2", "1", "1", "0"]
    assert "somchai@" in page.text() and "แถวที่ 2" in page.text()
    assert len(organiser.get(f"{address}?show=errors").all("tbody tr")) == 1
    form = fields(page)
    result = organiser.post(address, form).location
    organiser.post(address, form)  # pressed twice: the second shows the result
    assert [(r.title, r.first_name, r.phone) for r in registered(event)] == [("นางสาว", "กัญญา", "+66812345678"), ("นาง", "ปิ่น", "")]
    assert event.taken == 2 and db.session.scalar(select(Message.id)) is None, "no tickets were asked for"
    batch = db.session.scalars(select(ImportBatch)).one()
    assert (batch.created, batch.sha256, batch.state) == (2, None, ImportState.APPLIED)
    assert "2" in organiser.get(result).text()
    organiser.post(result.replace("result", "undo"))
    assert registered(event) == [] and event.taken == 0
    organiser.get(result)
    organiser.get(f"/organiser/events/{event.id}/imports")


def test_undo_keeps_those_to_whom_something_happened(organiser: Browser, event: Event) -> None:
    batch = imported(event, PEOPLE)
    one, two = registered(event)
    one.position = "ผู้จัดการ"  # somebody changed the row since
    db.session.commit()
    taken_back(batch)
    assert registered(event) == [one] and event.taken == 1 and two not in db.session
    assert list(batch.choices["stay"]) == [str(one.id)]
    page = organiser.get(f"/organiser/events/{event.id}/imports/{batch.id}/result")
    assert "แก้ไข" in page.text() and page.one(f"main li a[href$='/registrations/{one.id}']")


def taken_back(batch: ImportBatch) -> None:
    with transaction():
        services.undo(batch)
    undoing.run(batch.id)
    assert batch.state == ImportState.UNDONE


def test_undo_tells_those_who_had_a_ticket_and_keeps_those_who_came(event: Event) -> None:
    batch = imported(event, PEOPLE, tell=True)
    came, told = registered(event)
    checkpoint = db.session.scalars(select(Checkpoint.id).where(Checkpoint.event_id == event.id)).one()
    db.session.add(Scan(nonce="n", event_id=event.id, checkpoint_id=checkpoint, registration_id=came.id, direction="in", source="camera",
                        raw_code=came.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    db.session.commit()
    taken_back(batch)
    assert (came.status, told.status, event.taken) == (RegistrationStatus.CONFIRMED, RegistrationStatus.CANCELLED, 1)
    assert [m.kind for m in db.session.scalars(select(Message).order_by(Message.id))][-1] == "registration_cancelled"
    assert "สแกน" in batch.choices["stay"][str(came.id)]["th"]


def test_a_killed_undo_goes_on(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = imported(event, PEOPLE)
    with transaction():
        services.undo(batch)
    monkeypatch.setattr(undoing, "CHUNK", 1)
    real, done = undoing._take_out, []

    def killed(one: Registration) -> None:
        done.append(one.id)
        if len(done) == 2:
            raise KeyboardInterrupt
        real(one)

    monkeypatch.setattr(undoing, "_take_out", killed)
    with pytest.raises(KeyboardInterrupt):
        undoing.run(batch.id)
    assert len(registered(event)) == event.taken == 1 and batch.state == ImportState.UNDOING
    batch.choices = batch.choices | {"seen": (now() - timedelta(hours=1)).isoformat()}
    db.session.commit()
    tasks.tidy_imports()
    assert registered(event) == [] and event.taken == 0 and batch.state == ImportState.UNDONE


def test_ticks_outlive_pages_and_filters(organiser: Browser, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.imports.views.PER_PAGE", 2)
    data = xlsx([["ชื่อ", "อีเมล"], *([f"คนที่ {n}", f"p{n}@example.org"] for n in range(5))])
    page = organiser.get(upload(organiser, event, data).location)
    address = organiser.post(address_of(page), fields(page)).location
    page = organiser.get(address)
    assert [box["value"] for box in page.all("input[name=row][checked]")] == ["2", "3"]
    second = organiser.post(address, {"shown": ["2", "3"], "row": ["3"], "show": "all:2"}).location
    page = organiser.get(second)
    assert [box["value"] for box in page.all("input[name=row][checked]")] == ["4", "5"]
    organiser.post(address, {"shown": ["4", "5"], "row": ["5"], "show": "ok:1"})
    assert [box["value"] for box in organiser.get(address).all("input[name=row][checked]")] == ["3"]
    organiser.post(address, {"chosen": "y"})
    assert [r.email for r in registered(event)] == ["p1@example.org", "p3@example.org", "p4@example.org"]


def test_no_row_ticked_says_so_and_keeps_the_ticks(organiser: Browser, event: Event) -> None:
    page = organiser.get(upload(organiser, event, PEOPLE).location)
    address = organiser.post(address_of(page), fields(page)).location
    page = organiser.post(address, {"shown": ["2", "4"], "row": [], "chosen": "y"}, 422)
    assert page.one(".error-summary") and not page.all("input[name=row][checked]") and registered(event) == []


def test_who_is_unclear_is_left_to_a_person(organiser: Browser, event: Event, make: Factory) -> None:
    there = make.registration(event, title="นาย", first_name="เอก", last_name="โทใจ", email="old@example.org")
    data = hiding(xlsx([["ชื่อ-สกุล", "อีเมล", "สถานะ"], ["นายเอก โทใจ", "new@example.org", None], ["ปิ่น ฝั้น", None, "ยกเลิก"], ["ปี๊บ ฟื้น", None, None],
                        ["ฤดี ลำดวน", "a@example.org", None], ["ฤดี ลำดวน", "b@example.org", None]]), 4)
    page = organiser.get(upload(organiser, event, data).location)
    assert page.one(".notice"), "a row is hidden"
    page = organiser.get(organiser.post(address_of(page), fields(page)).location)
    assert [box["value"] for box in page.all("input[name=row][checked]")] == ["5"]
    assert len(page.all("input[name=row]")) == 5 and page.one(f"tbody a[href$='/registrations/{there.id}']")


def test_a_workbook_is_forgotten(organiser: Browser, event: Event) -> None:
    address = upload(organiser, event, PEOPLE).location
    sha256 = str(db.session.scalars(select(ImportBatch.sha256)).one())
    organiser.post(f"{address}/discard")
    assert db.session.scalars(select(ImportBatch)).all() == [] and not storage.path_of(sha256).exists()


def address_of(page: Page) -> str:
    return page.all("main form")[0]["action"]


def imported(event: Event, data: bytes, chosen: set[int] | None = None, tell: bool = False) -> ImportBatch:
    with transaction():
        batch = services.upload(event, data, "x.xlsx", None)
    with transaction():
        services.confirm(batch, chosen, tell)
    services.run(batch.id)
    return db.session.get_one(ImportBatch, batch.id)


def test_only_the_chosen_rows_with_tickets(organiser: Browser, event: Event) -> None:
    page = organiser.get(upload(organiser, event, PEOPLE).location)
    address = organiser.post(address_of(page), fields(page)).location
    page = organiser.get(address)
    organiser.post(address, {"shown": ["2", "4"], "row": ["4"], "chosen": "y", "tell": "y"})
    assert [r.first_name for r in registered(event)] == ["ปิ่น"]
    assert list(db.session.scalars(select(Message.to))) == ["pin@example.org"]


def test_seats_are_respected_row_by_row(make: Factory) -> None:
    event = make.event(capacity=1)
    batch = imported(event, PEOPLE)
    assert (batch.created, batch.skipped, event.taken) == (1, 1, 1)
    assert "ที่นั่ง" in batch.choices["refused"]["4"]["th"]


def test_a_killed_import_goes_on_and_doubles_nobody(make: Factory, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "CHUNK", 1)
    with transaction():
        batch = services.upload(event, PEOPLE, "x.xlsx", None)
        services.confirm(batch, None, False)
    real = services._register

    def killed(batch: ImportBatch, row: Any) -> str:
        if row.number == 4:
            raise KeyboardInterrupt
        return real(batch, row)

    monkeypatch.setattr(services, "_register", killed)
    with pytest.raises(KeyboardInterrupt):
        services.run(batch.id)
    assert len(registered(event)) == 1
    monkeypatch.setattr(services, "_register", real)
    batch.choices = batch.choices | {"seen": (now() - timedelta(hours=1)).isoformat()}
    db.session.commit()
    tasks.tidy_imports()
    assert [r.first_name for r in registered(event)] == ["กัญญา", "ปิ่น"] and event.taken == 2


def test_a_file_that_nobody_came_back_for_is_removed(event: Event) -> None:
    with transaction():
        batch = services.upload(event, PEOPLE, "x.xlsx", None)
        batch.created_at = now() - services.KEPT_FOR - timedelta(minutes=1)
    tasks.tidy_imports()
    assert batch.sha256 is None


def test_the_file_goes_when_it_is_done_with_and_never_held_id_numbers(organiser: Browser, event: Event) -> None:
    page = organiser.get(upload(organiser, event, FOLDER["national IDs"][0]).location)
    assert "1101700230708" not in page.text()
    batch = db.session.scalars(select(ImportBatch)).one()
    sha256 = str(batch.sha256)
    assert b"1101700230708" not in gzip.decompress(storage.read(sha256))
    with transaction():
        services.confirm(batch, None, False)
    services.run(batch.id)
    assert not storage.path_of(sha256).exists() and db.session.get(StoredFile, sha256) is None


def test_a_file_that_something_else_names_stays(event: Event) -> None:
    first, second = (services.upload(event, PEOPLE, "x.xlsx", None) for _ in range(2))
    sha256 = str(first.sha256)
    with transaction():
        services.forget_file(first)
    assert services.sheets_of(second) and storage.path_of(sha256).exists()
    with transaction():
        services.forget_file(second)
    assert not storage.path_of(sha256).exists()


def test_what_cannot_be_read_is_said_beside_the_field(organiser: Browser, event: Event) -> None:
    assert "xlsx" in upload(organiser, event, b"\xd0\xcf\x11\xe0 old", "old.xls", 422).error("file")
    assert "เลือกไฟล์" in organiser.post(f"/organiser/events/{event.id}/imports", {}, 422).error("file")


def test_another_heading_row_is_read_anew(organiser: Browser, event: Event) -> None:
    data, _people = FOLDER["titles on top, merged headings, totals below"]
    address = upload(organiser, event, data).location
    page = organiser.get(address)
    page = organiser.get(organiser.post(address, fields(page) | {"heading": "1"}).location)
    assert page.one("[name=heading]").get("value") in ("1", "5")
    page = organiser.post(address, {n: "" if n.startswith("column") else v for n, v in fields(page).items()}, 422)
    assert "ชื่อ" in page.text()


NAMES = st.sampled_from(["กัญญ์ณัฏฐ์", "น้ำทิพย์", "ปิ่น", "ฝั้น", "ปี๊บ", "สมปอง", "John", "O'Neil", "ฤดี", "นายิกา"])
TEXTS = st.sampled_from(["", "บริษัท เครื่องมือแพทย์เหนือ จำกัด", "=cmd", "-ก", "สำนักงานสาขาน้ำตาลทราย", "a, b; \"c\""])
PERSON = st.fixed_dictionaries({
    "title": st.sampled_from(["", "นางสาว", "ผศ.ดร.", "ว่าที่ร้อยตรีหญิง", "พระมหา"]), "first_name": NAMES, "last_name": st.one_of(st.just(""), NAMES),
    "organisation_name": TEXTS, "position": TEXTS, "phone": st.sampled_from(["", "+66812345678", "+6653245361", "+442079460000"]),
    "phone_extension": st.sampled_from(["", "101"]), "name_en": st.sampled_from(["", "Kanya Srisuk"]),
    "certificate_name": st.sampled_from(["", "ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง กัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ"]), "staff_note": TEXTS})
KEPT = ("title", "first_name", "last_name", "organisation_name", "position", "email", "phone", "phone_extension", "name_en", "certificate_name",
        "staff_note")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(crowd=st.lists(PERSON, min_size=1, max_size=6), language=st.sampled_from(["th", "en"]), workbook=st.booleans())
def test_what_goes_out_comes_in_again(app: Flask, make: Factory, crowd: list[dict[str, str]], language: str, workbook: bool) -> None:
    source, target = make.event(), make.event()
    for number, person in enumerate(crowd):
        one = person | {"email": f"p{number}@example.org", "phone_extension": person["phone_extension"] if person["phone"] else ""}
        people.describe(make.registration(source, **one))
    out = db.session.scalars(select(Registration).where(Registration.event_id == source.id).order_by(Registration.id)).all()
    target.categories[0].name_th, target.categories[0].name_en = source.categories[0].name_th, source.categories[0].name_en
    db.session.commit()
    with in_language(language):
        table = exports.Table(exports.USUAL)
        data = exports.xlsx_of(table, out, "Asia/Bangkok") if workbook else exports.csv_of(table, out)
    imported(target, data, chosen=set(range(2, len(crowd) + 2)))
    assert [{name: getattr(r, name) for name in KEPT} for r in registered(target)] == [{name: getattr(r, name) for name in KEPT} for r in out]
    assert {r.status for r in registered(target)} == {RegistrationStatus.CONFIRMED}
