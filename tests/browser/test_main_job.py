"""The whole job at phone size, in Thai: from an organiser's new event to a stranger who reads that a certificate is valid."""

from __future__ import annotations

import email
import email.policy
import hashlib
import io
import re
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from blueprints.certificates.specimen import demo_signature
from core.locale import BANGKOK
from tests.browser.conftest import Site
from thai.dates import be_year

PHONE = {"width": 360, "height": 740}
TITLE = "ประชุมสรุปผลการดำเนินงาน คลัสเตอร์ตัวอย่าง"
NAME = "ว่าที่ร้อยตรีหญิงน้ำทิพย์ ก้ำแก้ว"


def test_from_create_event_to_valid(site: Site, chromium: Browser, camera: Callable[[Image.Image], None], shots: Path, tmp_path: Path) -> None:
    organiser = phone(chromium)
    event = create_event(organiser, site, shots)
    participant = phone(chromium)
    register(participant, f"{site.url}/e/{event}", shots)
    check_mail(site)
    ticket = shot(participant, shots, "05-ticket")
    assert zxingcpp.read_barcode(ticket).text.startswith(f"{site.url.upper()}/T/")
    door = enrol(organiser, phone(chromium), shots)
    scan(door, camera, ticket, shots)
    issue(organiser, site, shots, tmp_path)
    verify(participant, phone(chromium), shots, tmp_path)


def phone(chromium: Browser) -> Page:
    """A phone of its own, whose pages may not write an error to the console."""
    page = chromium.new_context(viewport=PHONE, device_scale_factor=2, locale="th-TH", accept_downloads=True).new_page()
    page.set_default_timeout(15000)
    page.on("console", _shout)
    return page


def _shout(message: ConsoleMessage) -> None:
    """A form that is refused answers 422, which Chromium counts as an error."""
    if message.type == "error" and "status of 422" not in message.text:
        raise AssertionError(message.text)


def shot(page: Page, shots: Path, name: str) -> Image.Image:
    """Keep a picture of the whole page."""
    return Image.open(io.BytesIO(page.screenshot(path=shots / f"{name}.png", full_page=True)))


def create_event(page: Page, site: Site, shots: Path) -> str:
    """Sign in, write an event that begins in two minutes, publish it; its public address."""
    page.goto(f"{site.url}/sign-in")
    page.fill("[name=email]", site.email)
    page.fill("[name=password]", site.password)
    page.click("main button.btn-primary")
    page.goto(f"{site.url}/organiser/programmes/2/events/new")
    start = datetime.now(BANGKOK) + timedelta(minutes=2)
    end = start + timedelta(hours=3)
    page.select_option("[name=kind]", "result_presentation")
    for name, value in {
        "title_th": TITLE, "title_en": "Result presentation (sample)", "start_day": thai_day(start), "start_time": f"{start:%H.%M}",
        "end_time": f"{end:%H.%M}", "end_day": thai_day(end), "place_th": "โรงแรมตัวอย่าง เชียงใหม่", "hours": "๖", "capacity": "๒๐",
        "contact_email": "contact@example.org", "categories-0-name_th": "ผู้ประกอบการ",
    }.items():
        page.fill(f"[name={name}]", value)
    shot(page, shots, "01-new-event")
    page.locator("main form button:not([name])").last.click()
    expect(page).to_have_url(re.compile(r"/organiser/events/\d+$"))
    page.locator('form[action$="/publish"] button').click()
    agree(page)
    shot(page, shots, "02-published")
    page.locator("main a[href*='/e/']").first.wait_for()
    return page.locator("main a[href*='/e/']").first.get_attribute("href").rpartition("/e/")[2]


def thai_day(moment: datetime) -> str:
    return f"{moment.day}/{moment.month}/{be_year(moment.date())}"


def agree(page: Page) -> None:
    """Press yes if the page asks again."""
    dialog = page.locator("dialog[open] button.btn-primary, dialog[open] button.btn-danger")
    page.wait_for_timeout(300)
    if dialog.count():
        dialog.first.click()
    page.wait_for_load_state()


def register(page: Page, address: str, shots: Path) -> None:
    page.goto(address)
    shot(page, shots, "03-event")
    page.locator("a[href$='/register']").first.click()
    for name, value in {"title": "ว่าที่ร้อยตรีหญิง", "first_name": "น้ำทิพย์", "last_name": "ก้ำแก้ว", "organisation_name": "ห้างหุ้นส่วนจำกัด น้ำทิพย์เวชภัณฑ์",
                        "position": "ผู้จัดการฝ่ายผลิต", "email": "namthip@example.org", "phone": "๐๘๑-๒๓๔-๕๖๗๘"}.items():
        page.fill(f"[name={name}]", value)
    shot(page, shots, "04-registration")
    page.locator("main form button.btn-primary").first.click()
    expect(page).to_have_url(re.compile(r"/r/[A-Z2-7]{26}"))
    expect(page.locator("main")).to_contain_text(NAME)


def check_mail(site: Site) -> None:
    """One e-mail with the QR picture, the link and the calendar file."""
    for _ in range(100):
        if mails := [m for m in site.mails() if b"namthip@example.org" in m.read_bytes()]:
            break
        time.sleep(0.1)
    message = email.message_from_bytes(mails[-1].read_bytes(), policy=email.policy.default)
    kinds = [part.get_content_type() for part in message.walk()]
    assert "image/png" in kinds and "text/calendar" in kinds
    assert re.search(rf"{site.url}/r/[A-Z2-7]{{26}}", message.get_body(("plain",)).get_content())
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png").get_content()
    assert zxingcpp.read_barcode(Image.open(io.BytesIO(picture))).text.startswith(f"{site.url.upper()}/T/")


def enrol(organiser: Page, device: Page, shots: Path) -> Page:
    """The organiser shows a QR; the phone reads it, opens the link, and becomes a scanner."""
    organiser.locator("a[href$='/door']").first.click()
    organiser.locator("a[href$='/door/phones']").first.click()
    organiser.locator('form[action$="/enrolments"] button').click()
    organiser.locator(".enrolment-qr").wait_for()
    link = zxingcpp.read_barcode(shot(organiser, shots, "06-enrolment")).text
    device.goto(link)
    shot(device, shots, "07-enrol")
    device.locator("[data-enrol] button").click()
    expect(device).to_have_url(re.compile("/door/$"))
    return device


def scan(door: Page, camera: Callable[[Image.Image], None], ticket: Image.Image, shots: Path) -> None:
    """The ticket's own screenshot before the camera: green with the name; held there again: amber."""
    found = zxingcpp.read_barcode(ticket).position
    x, y, size = found.top_left.x, found.top_left.y, found.top_right.x - found.top_left.x
    camera(ticket.crop((x - 40, y - 40, x + size + 40, y + size + 40)).resize((500, 500)))
    door.reload()
    verdict = door.locator("[data-result-view][data-verdict=ok]")
    verdict.wait_for()
    expect(verdict).to_contain_text("น้ำทิพย์ ก้ำแก้ว")
    door.wait_for_timeout(400)  # the screen has faded in
    door.screenshot(path=shots / "08-admitted.png")
    door.reload()
    door.locator("[data-result-view][data-verdict=already_in]").wait_for()
    door.screenshot(path=shots / "09-already-in.png")
    expect(door.locator('[data-count="in"]')).to_have_text("1")


def issue(page: Page, site: Site, shots: Path, folder: Path) -> None:
    """Two signatories with their signatures; a certificate for everyone who came."""
    page.locator("a[href$='/certificates']").first.click()
    page.locator("a[href$='/attendance/settings']").first.click()
    page.fill("[name=register_name]", "ทะเบียนทดสอบ")
    page.fill("[name=pattern]", "ทดสอบ {number}/{year}")
    page.locator("main form button.btn-primary").last.click()
    page.locator("a[href$='/attendance/design']").first.click()
    for n, (name, position) in enumerate((("นางสาวตัวอย่าง หนึ่ง", "ผู้อำนวยการ"), ("นายตัวอย่าง สอง", "คณบดี")), 1):
        (folder / f"{n}.png").write_bytes(demo_signature(n))
        page.fill(f"[name=name_{n}]", name)
        page.fill(f"[name=position_{n}]", position)
        page.set_input_files(f"[name=image_{n}]", folder / f"{n}.png")
    page.locator("main form button.btn-primary").last.click()
    page.locator('form[action$="/attendance/issue"] button').click()
    agree(page)
    page.locator("td a[href$='.pdf']").wait_for(timeout=60000)
    shot(page, shots, "10-certificates")


def verify(participant: Page, stranger: Page, shots: Path, folder: Path) -> None:
    """The participant's own file says the name; its QR opens a page that says valid, with the file's fingerprint."""
    participant.reload()
    link = participant.locator("a[href*='/certificates/'][href$='.pdf']")
    with participant.expect_download() as download:
        link.click()
    file = folder / "certificate.pdf"
    download.value.save_as(file)
    shot(participant, shots, "11-own-certificate")
    words = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True).stdout
    assert NAME.replace(" ", "") in re.sub(r"\s", "", words)
    picture = pypdfium2.PdfDocument(file)[0].render(scale=3).to_pil()
    picture.save(shots / "12-certificate.png")
    address = zxingcpp.read_barcode(picture).text
    stranger.goto(address)
    expect(stranger.locator(".verify-status")).to_have_attribute("data-status", "valid")
    for fact in (NAME, TITLE, "ห้างหุ้นส่วนจำกัด น้ำทิพย์เวชภัณฑ์", "โรงแรมตัวอย่าง เชียงใหม่", "นายตัวอย่าง สอง", "ทดสอบ"):
        expect(stranger.locator(".verify")).to_contain_text(fact)
    assert hashlib.sha256(file.read_bytes()).hexdigest() in stranger.content()
    shot(stranger, shots, "13-verified")
