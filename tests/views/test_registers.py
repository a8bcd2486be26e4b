"""Registers through HTTP: whose they are, who may do what, numbers put aside, and the register on paper and as a workbook."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import select

from blueprints.certificates import numbers, register_jobs, register_paper, registers, reservations, tasks
from blueprints.certificates.registers import RegisterCommand
from blueprints.certificates.reservations import ReserveCommand
from core import storage, work
from models import Certificate, CertificatePlan, CertificateStatus, Event, Job, JobState, Register, RegisterReset, Reservation, Role, db, now
from tests.factories import Factory
from tests.page import Browser

RULES = {"name": "ทะเบียนคุม", "pattern": "ศภ.1 {number}/{year}", "padding": "๓", "reset": "buddhist_year", "thai_digits": "y"}


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(title_th="ประชุมสรุปผล")


@pytest.fixture
def register(event: Event) -> Register:
    return registers.add_register(event.programme_id, RegisterCommand(
        "ทะเบียนคุม", "ศภ.1 {number}/{year}", 3, True, RegisterReset.BUDDHIST_YEAR, specimen=False))


@pytest.fixture
def owner(make: Factory, browser: Browser, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.OWNER, event.programme)
    return browser.sign_in(user)


def base(event: Event | None) -> str:
    return f"/organiser/programmes/{event.programme_id}/registers" if event else "/organiser/registers"


def certificate(make: Factory, event: Event, register: Register, **given: Any) -> Certificate:
    """The next certificate of the register, as an issue writes it."""
    sequence = registers.take_numbers(register, "2563", 1, event)[0]
    number = numbers.written(register, sequence, date(2020, 7, 17))
    made = make.certificate(make.registration(event), **{"register_id": register.id, "sequence": sequence, "number": number,
                                                         "number_key": numbers.number_key(number)} | given)
    db.session.flush()
    return made


def pdf_of(response: Any) -> pypdfium2.PdfDocument:
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    return pypdfium2.PdfDocument(io.BytesIO(response.data))


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def said(pdf: pypdfium2.PdfDocument) -> list[str]:
    """The text of each page, without spaces."""
    return [plain(page.get_textpage().get_text_bounded()) for page in pdf]


@pytest.mark.parametrize("shared", [False, True])
def test_a_register_is_made_and_changed_while_it_is_unused(owner: Browser, event: Event, make: Factory, shared: bool) -> None:
    if shared:
        owner.sign_in(make.admin())
    here = base(None if shared else event)
    owner.get(here)
    assert "๐๐๑/๒๕" in owner.get(f"{here}/new").text("output")
    page = owner.post(f"{here}/new", RULES | {"pattern": "{number} {secret}"}, status=422)
    assert page.error("pattern")
    assert page.text("output") == "–"
    assert owner.post(f"{here}/new", RULES | {"padding": "0"}, status=422).error("padding")
    row_id = int(owner.post(f"{here}/new", RULES).location.rpartition("/")[2])
    assert owner.post(f"{here}/new", RULES, status=422).error("name")
    assert "ทะเบียนคุม" in owner.get(here).text()
    owner.post(f"{here}/{row_id}/edit", RULES | {"pattern": "ก {number}/{year}", "reset": "fiscal_year", "specimen": "y", "thai_digits": None})
    row = db.session.get_one(Register, row_id)
    assert (row.programme_id, row.pattern, row.padding, row.reset, row.thai_digits, row.specimen) == (
        None if shared else event.programme_id, "ก {number}/{year}", 3, RegisterReset.FISCAL_YEAR, False, True)
    reservations.reserve(row, ReserveCommand(1, "ก", year=2563), None)
    rules = RULES | {"pattern": "ก {number}/{year}", "reset": "fiscal_year", "specimen": "y", "thai_digits": None}
    assert owner.post(f"{here}/{row_id}/edit", rules | {"padding": "4"}, status=422).error("pattern")
    owner.post(f"{here}/{row_id}/edit", rules | {"name": "ชื่อใหม่"})
    assert db.session.get_one(Register, row_id).name == "ชื่อใหม่"


def test_registers_of_the_installation_are_shown_to_programmes_and_kept_by_administrators(owner: Browser, event: Event, make: Factory,
                                                                                         register: Register) -> None:
    shared = registers.add_register(None, RegisterCommand("ทะเบียนกลาง", "{number}/{year}", 1, False, RegisterReset.PROGRAMME, specimen=False))
    assert "ทะเบียนกลาง" in owner.get(base(event)).text()
    for path in ("", f"/{shared.id}"):
        owner.get(f"{base(None)}{path}", status=403)
    owner.get(f"{base(event)}/{shared.id}", status=404)
    owner.get(f"{base(make.event())}/{register.id}", status=404)
    owner.sign_in(make.admin())
    owner.get(f"{base(None)}/{register.id}", status=404)
    page = owner.get(f"{base(None)}/{shared.id}/reservations")
    assert page.error("event_id") == ""
    refused = owner.post(f"{base(None)}/{shared.id}/reservations", {"count": "2", "event_id": "0", "purpose": "ก"}, status=422)
    assert refused.error("event_id")
    owner.post(f"{base(None)}/{shared.id}/reservations", {"count": "2", "event_id": str(event.id), "purpose": "ก"})
    assert event.programme.title_th in owner.get(f"{base(None)}/{shared.id}").text("main h2")


@pytest.mark.parametrize(("role", "reads", "reserves", "changes"), [
    (Role.VIEWER, 200, 403, 403), (Role.ORGANISER, 200, 200, 403), (Role.OWNER, 200, 200, 200)])
def test_what_each_role_is_offered(browser: Browser, event: Event, make: Factory, register: Register, role: Role, reads: int, reserves: int,
                                   changes: int) -> None:
    user = make.user()
    make.grant(user, role, event.programme)
    browser.sign_in(user)
    here = f"{base(event)}/{register.id}"
    page = browser.get(here, status=reads)
    browser.get(f"{here}/reservations", status=reserves)
    browser.get(f"{here}/edit", status=changes)
    assert bool(page.all(f'a[href="{here}/reservations"]')) == (reserves == 200)
    assert bool(page.all(f'a[href="{here}/edit"]')) == (changes == 200)


def test_numbers_are_put_aside_and_given_back(owner: Browser, event: Event, register: Register) -> None:
    here = f"{base(event)}/{register.id}/reservations"
    form = {"count": "๕", "event_id": "0", "year": "2563", "purpose": "เขียนด้วยมือ"}
    for wrong, field in (({"count": "0"}, "count"), ({"count": "2001"}, "count"), ({"year": "1999"}, "year"), ({"purpose": " "}, "purpose")):
        assert owner.post(here, form | wrong, status=422).error(field)
    owner.post(here, form | {"event_id": "999999"}, status=422)
    owner.post(here, form | {"year": str(2569), "count": "1"})
    owner.post(here, form | {"year": str(2569), "event_id": str(event.id)})
    ours, theirs = db.session.scalars(select(Reservation).order_by(Reservation.first))
    page = owner.get(here)
    assert "2–6" in page.text()
    assert len(page.all(f'a[href^="{here}/"]')) == 2
    assert not owner.get(f"{here}/{theirs.id}").all('input[name="through"]'), "an event knows what it has taken"
    assert owner.post(f"{here}/{ours.id}", {"through": "9"}, status=422).error("through")
    owner.post(f"{here}/{ours.id}", {"through": "1"})
    assert ours.following == 2
    gone = theirs.id
    owner.post(f"{here}/{gone}")
    assert db.session.scalars(select(Reservation)).all() == [ours]
    assert registers.take_numbers(register, "2569", 1, event) == [2]
    owner.get(f"{here}/{gone}", status=404)


def test_the_page_of_a_register(owner: Browser, event: Event, make: Factory, register: Register, statements: Any) -> None:
    first = certificate(make, event, register)
    revoked = certificate(make, event, register, status=CertificateStatus.REVOKED, status_at=now(), status_reason="ออกผิดคน")
    reservations.reserve(register, ReserveCommand(3, "เขียนด้วยมือ", year=2564), None)
    here = f"{base(event)}/{register.id}"
    page = owner.get(f"{here}?period=2563")
    assert [row.td.get_text(strip=True) for row in page.all("tbody tr")] == [first.number, revoked.number]
    assert "ออกผิดคน" in page.text("tbody tr:last-child")
    assert [one.get_text(strip=True) for one in page.all(".stat-value")] == ["2", "2", "1", "0"]
    assert page.all(".tone-success") and not page.all(".tone-danger.notice")
    assert [one.get_text(strip=True) for one in owner.get(here).all(".stat-value")] == ["3", "0", "0", "3"], "the newest period"
    found = owner.get(f"{here}?period=2563&q={revoked.registration.first_name}")
    assert [row.td.get_text(strip=True) for row in found.all("tbody tr")] == [revoked.number]
    assert len(owner.get(f"{here}?period=2563&q=๐๐๑").all("tbody tr")) == 1
    certificate(make, event, register, sequence=9)
    assert "2563: 3–8" in owner.get(here).text(".notice.tone-danger")
    with statements() as few:
        owner.get(f"{here}?period=2563")
    for _ in range(20):
        certificate(make, event, register, sequence=registers.take_numbers(register, "2563", 1, event)[0] + 100)
    with statements() as many:
        owner.get(f"{here}?period=2563")
    assert sum(one.startswith("SELECT") for one in many) == sum(one.startswith("SELECT") for one in few)


def test_the_register_on_paper_keeps_every_number(owner: Browser, event: Event, make: Factory, register: Register) -> None:
    first = certificate(make, event, register)
    certificate(make, event, register, status=CertificateStatus.REVOKED, status_at=now(), status_reason="ออกผิดคน")
    wrong = certificate(make, event, register, status=CertificateStatus.REPLACED, status_at=now(), status_reason="สะกดชื่อผิด")
    reservations.reserve(register, ReserveCommand(5, "วิทยากรน้ำทิพย์", year=2563), None)
    right = certificate(make, event, register, replaces_id=wrong.id, registration_id=None)
    certificate(make, event, register, holder="", facts=first.facts | {"holder_th": "", "organisation": ""}, registration_id=None)
    for n in range(12):
        certificate(make, event, register, holder=f"นางสาวกัญญา{n} ก้ำแก้ว")
    response = owner.post(f"{base(event)}/{register.id}/print", {"period": "2563"}, status=200).response
    pages = said(pdf_of(response))
    assert len(pages) == 2
    assert [f"หน้า{n}จาก๒" in page for n, page in zip("๑๒", pages, strict=True)] == [True, True]
    for words in ("ทะเบียนคุมเกียรติบัตร", "พ.ศ.๒๕๖๓", "เลขที่", "งาน/หลักสูตร"):
        assert all(plain(words) in page for page in pages)
    whole = "".join(pages)
    for words in (first.number, first.holder, f"ออกฉบับแทนเลขที่{right.number}", "สะกดชื่อผิด", f"ออกแทนฉบับเลขที่{wrong.number}", "ออกผิดคน",
                  "กันเลขที่ไว้: วิทยากรน้ำทิพย์", "๔–๘", "ศภ.๑ ๐๐๔/๒๕๖๓", "ศภ.๑ ๐๐๘/๒๕๖๓", "(ลบชื่อตามกำหนดเวลาแล้ว)", "๑๗ ก.ค. ๖๓",
                  "ออกแล้ว ๑๗ ฉบับ (ใช้ได้ ๑๕ · เพิกถอน ๑ · ออกฉบับแทนแล้ว ๑)", "กันไว้ยังไม่ใช้ ๕ เลขที่", "นางสาวกัญญา11 ก้ำแก้ว"):
        assert plain(words) in whole, words
    order = [whole.index(plain(words)) for words in (first.holder, "วิทยากรน้ำทิพย์", "(ลบชื่อ", "นางสาวกัญญา0 ก้ำแก้ว", "นางสาวกัญญา11 ก้ำแก้ว")]
    assert order == sorted(order)


@pytest.mark.parametrize(("lines", "pages"), [
    (0, [0]), (1, [1]), (10, [10]), (11, [10, 1]), (14, [10, 4]), (15, [14, 1]), (24, [14, 10]), (28, [14, 10, 4])])
def test_the_last_page_has_room_for_the_end(lines: int, pages: list[int]) -> None:
    assert register_paper.page_sizes(lines) == pages


def test_a_long_register_is_printed_in_the_background_and_taken_away(owner: Browser, event: Event, make: Factory, register: Register,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_jobs, "AT_ONCE", 2)
    other = registers.add_register(event.programme_id, RegisterCommand("อื่น", "{number}/{year}", 1, False, RegisterReset.NEVER, specimen=True))
    for _ in range(3):
        certificate(make, event, register)
    here = f"{base(event)}/{register.id}"
    assert owner.post(f"{here}/print", {"period": "2563"}).location.startswith(f"{here}?period=2563#")
    job = db.session.scalars(select(Job)).one()
    assert (job.state, job.done, job.total, job.event_id, job.options) == (JobState.DONE, 3, 3, None, {"register_id": register.id, "period": "2563"})
    link = owner.get(here).one("#register-progress a")["href"]
    assert len(pdf_of(owner.open("GET", link))) == 1
    owner.get(link.replace(f"/{register.id}/", f"/{other.id}/"), status=404)
    assert not owner.get(f"{base(event)}/{other.id}").all("#register-progress a")
    assert owner.open("GET", f"{here}/progress").headers["HX-Refresh"] == "true"
    job.state, job.finished_at = JobState.RUNNING, None
    owner.post(f"{here}/print", {"period": "2563"})
    assert db.session.query(Job).count() == 1, "one at a time"
    assert "HX-Refresh" not in owner.open("GET", f"{here}/progress").headers
    job.state, job.finished_at = JobState.DONE, now() - work.KEPT_FOR - timedelta(minutes=1)
    db.session.commit()
    path = storage.path_of(job.file_sha256)
    tasks.take_away_old_files()
    assert job.file_sha256 is None and not path.exists()


def test_the_workbook_says_the_same_and_no_cell_is_a_formula(owner: Browser, event: Event, make: Factory, register: Register) -> None:
    event.title_th = "@SUM(1)"
    first = certificate(make, event, register, holder='=HYPERLINK("http://x","y")')
    sha256 = storage.put(b"%PDF", "application/pdf")
    first.file_sha256 = sha256
    second = certificate(make, event, register, holder="", status=CertificateStatus.REVOKED, status_at=now(), status_reason="+1")
    reservations.reserve(register, ReserveCommand(2, "-2+3", event, 2563), None)
    response = owner.get(f"{base(event)}/{register.id}/register.xlsx?period=2563").response
    assert response.headers["Content-Disposition"] == f'attachment; filename="register-{register.id}-2563.xlsx"'
    with zipfile.ZipFile(io.BytesIO(response.data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    heading, *rows = openpyxl.load_workbook(io.BytesIO(response.data)).active.iter_rows()
    assert [cell.value for cell in heading] == ["ลำดับ", "เลขที่", "ชื่อ–สกุล", "หน่วยงาน", "งานหรือหลักสูตร", "วันที่ออกให้", "สถานะและหมายเหตุ",
                                                "ที่อยู่สำหรับตรวจสอบ", "SHA-256"]
    values = [[cell.value for cell in row] for row in rows]
    day = values[0][5]
    assert (day.year, day.month, day.day) == (2020, 7, 17)
    assert values[0] == [1, first.number, '=HYPERLINK("http://x","y")', "บริษัท ตัวอย่าง จำกัด", "@SUM(1)", day, None, "HTTPS://X/V/A", sha256]
    assert values[1][:3] == [2, second.number, "(ลบชื่อตามกำหนดเวลาแล้ว)"]
    assert values[1][6].startswith("เพิกถอนเมื่อ") and values[1][6].endswith(" · +1")
    assert values[2] == ["3–4", "ศภ.๑ ๐๐๓/๒๕๖๓ – ศภ.๑ ๐๐๔/๒๕๖๓", "กันเลขที่ไว้: -2+3", None, "@SUM(1)", None, "ยังไม่ใช้", None, None]
    assert all(cell.data_type in ("s", "n", "d") for row in rows for cell in row)


def test_the_settings_of_an_event_number_with_a_shared_register_by_its_name(owner: Browser, event: Event) -> None:
    shared = registers.add_register(None, RegisterCommand("ทะเบียนกลาง", "ศภ.1 {number}/{year}", 3, True, RegisterReset.FISCAL_YEAR, specimen=False))
    path = f"/organiser/events/{event.id}/certificates/attendance/settings"
    page = owner.get(path)
    sent = {one["name"]: one.get("value", "") for one in page.all("main input") if one.get("type") not in ("checkbox", "radio", "hidden")}
    sent |= {one["name"]: one.select_one("option[selected], option")["value"] for one in page.all("main select") if one.select("option")}
    sent |= {one["name"]: one["value"] for one in page.all("main input[type=radio][checked]")}
    sent |= RULES | {"register_name": "ทะเบียนกลาง", "issued_on": "17/7/2563"}
    refused = owner.post(path, sent, status=422).error("register_name")
    assert "ศภ.1 {number}/{year}" in refused and "ทุกปีงบประมาณ" in refused
    owner.post(path, sent | {"reset": "fiscal_year"})
    assert db.session.scalars(select(CertificatePlan)).one().register_id == shared.id
    assert db.session.query(Register).count() == 1


def test_a_new_plan_starts_with_the_register_that_its_programme_uses(owner: Browser, event: Event, make: Factory) -> None:
    def offered() -> tuple[str, str]:
        page = owner.get(f"/organiser/events/{event.id}/certificates/attendance/settings")
        return page.one('[name="register_name"]')["value"], page.one('[name="pattern"]')["value"]

    rules = RegisterCommand("ก", "ก {number}", 3, True, RegisterReset.NEVER, specimen=False)
    registers.add_register(make.event().programme_id, replace(rules, name="ของผู้อื่น"))
    registers.add_register(event.programme_id, replace(rules, specimen=True))
    assert offered()[1] == "{number}/{year}", "neither a stranger's register nor specimens by themselves"
    registers.add_register(None, replace(rules, name="ทะเบียนกลาง", pattern="กลาง {number}"))
    assert offered() == ("ทะเบียนกลาง", "กลาง {number}")
    used = registers.add_register(event.programme_id, replace(rules, name="ที่ใช้", pattern="ใช้ {number}"))
    registers.add_register(event.programme_id, replace(rules, name="ใหม่กว่า", pattern="ใหม่ {number}"))
    assert offered()[0] == "ใหม่กว่า"
    other = make.event(event.programme)
    design_id = make.certificate(make.registration(other)).design_id
    db.session.add(CertificatePlan(event_id=other.id, kind="attendance", issued_on=date(2020, 7, 17), design_id=design_id, register_id=used.id))
    assert offered() == ("ที่ใช้", "ใช้ {number}")
