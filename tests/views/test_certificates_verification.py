"""Verification by a stranger: every fact on the paper, names kept back, and files known by their fingerprint."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from blueprints.certificates import masking
from blueprints.certificates.design import Design, Signatory
from blueprints.certificates.facts import Facts
from blueprints.certificates.numbers import number_key
from core import storage
from models import Certificate, CertificateKind, Event, HistoryEntry, Role, db
from tests.factories import Factory
from tests.page import Browser

FACTS = Facts(number="1/2563", holder_th="นางสาวกัญญา ศรีสุข", holder_en="Ms. Kanya Srisuk", organisation="บริษัท ลับ จำกัด",
              event_title="ประชุมสรุปผล", event_title_en="Result presentation", programme_title="โครงการตัวอย่าง", programme_title_en="Sample programme",
              dates_text="เมื่อวันที่ 17 กรกฎาคม 2563", dates_text_en="17 July 2020", hours="รวม 6 ชั่วโมง", place="จังหวัดเชียงใหม่",
              hosts=("ศูนย์ส่งเสริมตัวอย่าง", "วิทยาลัยตัวอย่าง"), issued_on=date(2020, 7, 17), verify_url="HTTPS://X/V/A", kind="speaker")
DESIGN = Design(deed="ได้เป็นวิทยากร", signatories=(Signatory("นางผู้ลงนาม หนึ่ง", "คณบดี", "ปฏิบัติการแทนอธิการบดี"),))
NAME = ("นางสาวกัญญา ศรีสุข", "Ms. Kanya Srisuk", "บริษัท ลับ จำกัด")


@pytest.fixture
def certificate(make: Factory) -> Certificate:
    made = make.certificate(make.registration(), kind=CertificateKind.SPEAKER, facts=FACTS.to_json(), holder=FACTS.holder_th, number="1/2563",
                            number_key=number_key("1/2563"))
    made.design.content = DESIGN.to_json()
    return made


@pytest.fixture
def masked(certificate: Certificate) -> Certificate:
    certificate.event.mask_holders = True
    return certificate


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_fact_on_the_paper_is_shown(browser: Browser, certificate: Certificate, language: str) -> None:
    page = browser.speak(language).get(f"/V/{certificate.code}")
    shown = page.text()
    for fact in (*NAME, "1/2563", "ประชุมสรุปผล", "Result presentation", "โครงการตัวอย่าง", "Sample programme", "17 กรกฎาคม 2563", "17 July 2020",
                 "รวม 6 ชั่วโมง", "จังหวัดเชียงใหม่", "ศูนย์ส่งเสริมตัวอย่าง", "วิทยาลัยตัวอย่าง", "ได้เป็นวิทยากร", "นางผู้ลงนาม หนึ่ง", "คณบดี",
                 "ปฏิบัติการแทนอธิการบดี", "ขอมอบเกียรติบัตรฉบับนี้ไว้เพื่อแสดงว่า", "วิทยากร" if language == "th" else "For a speaker"):
        assert fact in shown, fact
    assert page.headers["Cache-Control"] == "no-store" and "noindex" in page.headers["X-Robots-Tag"]
    assert page.one("meta[name=robots]")["content"].startswith("noindex")


def test_a_name_is_kept_back_until_the_family_name_is_typed(browser: Browser, masked: Certificate, app: Flask) -> None:
    path = f"/V/{masked.code}"
    page = browser.get(path)
    assert not any(part in str(page.html) for part in (*NAME, "ศรีสุข", "Srisuk", "บริษัท ลับ"))
    assert page.text(".verify-holder") == "กัญญา ศ." and "Kanya S." in page.text() and "ประชุมสรุปผล" in page.text()
    page = browser.post(path, {"name": "ใจดี"}, status=422)
    assert page.error("name") and "ศรีสุข" not in str(page.html)
    assert browser.post(path, {"name": " "}, status=422).error("name")
    assert browser.post(path, {"name": "srisuk"}).location == path
    assert all(part in browser.get(path).text() for part in NAME)
    assert "ศรีสุข" not in str(Browser(app).get(path).html), "another browser has typed nothing"
    browser.post("/V/" + "A" * 26, {"name": "ศรีสุข"}, status=404)


def test_names_cannot_be_guessed_for_ever(limits: None, browser: Browser, masked: Certificate, make: Factory) -> None:
    other = make.certificate(make.registration(masked.event, last_name="ใจดี"))
    for _ in range(5):
        browser.post(f"/V/{masked.code}", {"name": "ใจดี"}, status=422)
    browser.post(f"/V/{masked.code}", {"name": "ศรีสุข"}, status=429)
    browser.post(f"/V/{other.code}", {"name": "ใจดี"})
    for _ in range(6):
        browser.post(f"/V/{other.code}", {"name": "ใจดี"})  # the right name costs nothing


def test_number_and_family_name_show_the_whole_record(browser: Browser, masked: Certificate) -> None:
    for name in ("ศรี", "กัญญา", "นางสาว", "ก", "", "Kanya", "Ms."):
        assert not browser.get(f"/verify?number=1/2563&name={name}").all(".found"), name
    assert "ศรีสุข" not in str(browser.get(f"/V/{masked.code}").html)
    assert browser.get("/verify?number=๑/๒๕๖๓&name=ศรีสุข").one(".found a")["href"] == f"/V/{masked.code}"
    assert "ศรีสุข" in browser.get(f"/V/{masked.code}").text()


def test_an_enterprise_is_no_person(browser: Browser, masked: Certificate, make: Factory) -> None:
    facts = replace(FACTS, holder_th="บริษัท ล้านนาเมดิคอล จำกัด", holder_en="", organisation="", kind="enterprise", number="2/2563")
    enterprise = make.certificate(make.registration(masked.event), registration_id=None, kind=CertificateKind.ENTERPRISE, facts=facts.to_json(),
                                  holder=facts.holder_th, number="2/2563", number_key=number_key("2/2563"))
    assert "ล้านนาเมดิคอล" in browser.get(f"/V/{enterprise.code}").text()
    assert browser.get("/verify?number=2/2563&name=บจก. ล้านนาเมดิคอล").all(".found")
    assert not browser.get("/verify?number=2/2563&name=จำกัด").all(".found")


def test_a_file_is_known_by_its_fingerprint(browser: Browser, masked: Certificate) -> None:
    masked.file_sha256 = storage.put(b"%PDF-1.7 certificate", "application/pdf")
    answer = browser.open("GET", f"/verify/file/{masked.file_sha256}")
    assert answer.status_code == 200 and f"/V/{masked.code}" in answer.text and "ศรีสุข" not in answer.text
    assert browser.open("GET", f"/verify/file/{'0' * 64}").status_code == 404
    masked.signature = {"signer": "ศูนย์ส่งเสริมตัวอย่าง", "issuer": "Sample CA", "fingerprint": "ab" * 32}
    section = browser.get(f"/V/{masked.code}").one(".verify-file")
    assert (section["data-sha256"], section["data-size"]) == (masked.file_sha256, "20") and not section.select("form")
    assert section["data-signer"] == "ab" * 32 and "Sample CA" in section.get_text()
    assert browser.get("/verify").one(".verify-file")["data-lookup"] == "/verify/file/"


def test_an_erased_certificate_still_says_that_it_was_issued(browser: Browser, masked: Certificate) -> None:
    db.session.execute(db.text("update certificate set holder = ''"))
    nameless = FACTS.to_json() | {"holder_th": "", "holder_en": "", "organisation": ""}
    db.session.execute(db.update(Certificate).values(facts=nameless))
    page = browser.get(f"/V/{masked.code}")
    assert not page.all(".verify-name") and "ประชุมสรุปผล" in page.text()


def test_organisers_decide_what_strangers_see(browser: Browser, make: Factory, app: Flask) -> None:
    event, user = make.event(), make.user()
    make.grant(user, Role.ORGANISER, event)
    path = f"/organiser/events/{event.id}/certificates/verification"
    organiser = browser.sign_in(user)
    assert organiser.get(f"/organiser/events/{event.id}/certificates").all(f'a[href="{path}"]')
    assert not organiser.get(path).one("[name=mask_holders]").get("checked")
    organiser.post(path, {"mask_holders": "y"})
    assert db.session.get_one(Event, event.id).mask_holders
    organiser.post(path, {})
    assert not db.session.get_one(Event, event.id).mask_holders
    assert [one.verb for one in db.session.query(HistoryEntry).order_by(HistoryEntry.id)] == ["certificate.names_masked", "certificate.names_shown"]


@pytest.mark.parametrize(("holder", "shown"), [
    ("นางสาวกัญญา ศรีสุข", "กัญญา ศ."), ("ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง กัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ", "กัญญ์ณัฏฐ์ ศ."), ("นายสมชาย เลิศล้ำ", "สมชาย ล."),
    ("สมชาย", "ส."), ("Dr. Kannat Siri, D.D.S.", "Kannat S."), ("นายสมชาย ณ อยุธยา", "สมชาย อ."), ("", "")])
def test_initials(holder: str, shown: str) -> None:
    assert masking.masked(replace(FACTS, holder_th=holder)).holder_th == shown


@pytest.mark.parametrize(("holder", "typed", "known"), [
    ("นางสาวกัญญา ศรีสุข", "ศรีสุข", True), ("นางสาวกัญญา ศรีสุข", "กัญญา ศรีสุข", True), ("นางสาวกัญญา ศรีสุข", "น.ส.กัญญา  ศรีสุข", True),
    ("นายสมชาย ณ อยุธยา", "ณ อยุธยา", True), ("สมชาย", "สมชาย", True), ("นายสมชาย", "นายสมชาย", True), ("", "", False), ("", "ศรีสุข", False),
    ("นางสาวกัญญา ศรีสุข", "กัญญา", False), ("นางสาวกัญญา ศรีสุข", "สุข", False), ("นางสาวกัญญา ศรีสุข", "นางสาว", False),
    ("นางสาวกัญญา ศรีสุข", "ศรีสุข ศรีสุข", False), ("Kannat Siri, D.D.S.", "D.D.S.", False), ("Kannat Siri, D.D.S.", "SIRI", True)])
def test_who_knows_the_name(holder: str, typed: str, known: bool) -> None:
    assert masking.knows(replace(FACTS, holder_th=holder, holder_en=""), typed) is known
