"""Certificates from the design to a stranger's verification, through HTTP."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from blueprints.certificates import jobs, printing, records
from blueprints.certificates.specimen import demo_signature
from core import storage
from models import (
    Certificate,
    CertificateDesign,
    CertificateStatus,
    Event,
    Job,
    JobState,
    Registration,
    Role,
    Scan,
    db,
    now,
)
from tests.factories import Factory
from tests.page import Browser

SETTINGS = {"basis": "entry", "parts": "half_day",
            "issued_on": "17/7/2563", "register_name": "ทะเบียนคุม", "pattern": "ศภ.1 {number}/{year}", "padding": "๓", "reset": "buddhist_year",
            "thai_digits": "y"}
DESIGN = {"template": "formal", "heading_th": "เกียรติบัตร", "heading_en": "Certificate", "preamble": "ขอมอบให้",
          "deed": "ได้เข้าร่วม", "name_1": "(นางสาวตัวอย่าง หนึ่ง)", "position_1": "ผู้อำนวยการ"}


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(title_th="ประชุมสรุปผล", starts_at=now() - timedelta(hours=5))


@pytest.fixture
def organiser(make: Factory, browser: Browser, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return browser.sign_in(user)


def base(event: Event) -> str:
    return f"/organiser/events/{event.id}/certificates"


def came(make: Factory, event: Event, **given: Any) -> Registration:
    """Somebody who was scanned at the door."""
    person = make.registration(event, **given)
    checkpoint = db.session.execute(db.text("select id from checkpoint where event_id = :id"), {"id": event.id}).scalar()
    db.session.add(Scan(nonce=f"n{person.id}", event_id=event.id, checkpoint_id=checkpoint, registration_id=person.id, direction="in",
                        source="camera", raw_code=person.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    db.session.flush()
    return person


def issued() -> list[Certificate]:
    return list(db.session.scalars(select(Certificate).order_by(Certificate.sequence)))


def design(organiser: Browser, event: Event, **given: Any) -> None:
    organiser.post(f"{base(event)}/attendance/settings", {name: given.get(name, value) for name, value in SETTINGS.items()})
    organiser.post(f"{base(event)}/attendance/design", {name: value for name, value in (DESIGN | given).items() if name not in SETTINGS})


def test_those_who_came_get_one_in_thai_order_and_a_second_run_adds_only_new_ones(organiser: Browser, event: Event, make: Factory) -> None:
    for first in ("เอก", "กา", "ไก่"):
        came(make, event, first_name=first, last_name="", title="")
    make.registration(event, first_name="ขาด")
    design(organiser, event)
    assert "ขาด" in organiser.get(f"{base(event)}/attendance/people?show=not").text(".verdicts")
    organiser.post(f"{base(event)}/attendance/issue")
    assert [(c.holder, c.number) for c in issued()] == [("กา", "ศภ.๑ ๐๐๑/๒๕๖๓"), ("ไก่", "ศภ.๑ ๐๐๒/๒๕๖๓"), ("เอก", "ศภ.๑ ๐๐๓/๒๕๖๓")]
    came(make, event, first_name="ขาว", last_name="", title="")
    organiser.post(f"{base(event)}/attendance/issue")
    assert [c.sequence for c in issued()] == [1, 2, 3, 4]
    organiser.post(f"{base(event)}/attendance/issue")
    assert len(issued()) == 4


def test_the_file_is_kept_as_it_was_whatever_changes_later(organiser: Browser, event: Event, make: Factory) -> None:
    person = came(make, event, title="น.ส.", first_name="น้ำทิพย์", last_name="ก้ำแก้ว")
    design(organiser, event)
    organiser.post(f"{base(event)}/attendance/issue")
    certificate = issued()[0]
    before = organiser.open("GET", f"{base(event)}/{certificate.id}.pdf").data
    assert hashlib.sha256(before).hexdigest() == certificate.file_sha256
    assert len(pypdfium2.PdfDocument(before)) == 1
    person.first_name, event.title_th = "อื่น", "ชื่ออื่น"
    design(organiser, event, deed="ได้ผ่าน")
    organiser.post(f"{base(event)}/attendance/issue")
    assert organiser.open("GET", f"{base(event)}/{certificate.id}.pdf").data == before
    assert (certificate.holder, certificate.facts["event_title"], certificate.design.version) == ("นางสาวน้ำทิพย์ ก้ำแก้ว", "ประชุมสรุปผล", 2)
    with pytest.raises(records.Immutable):
        certificate.holder = "อื่น"
        db.session.flush()
    db.session.rollback()


def test_an_undone_scan_gives_no_certificate(organiser: Browser, event: Event, make: Factory) -> None:
    came(make, event)
    db.session.scalars(select(Scan)).one().undone_at = now()
    design(organiser, event)
    organiser.post(f"{base(event)}/attendance/issue")
    assert issued() == []


def test_revoking_says_so_to_everyone_and_gives_no_new_one_by_itself(organiser: Browser, event: Event, make: Factory, app: Any) -> None:
    person = came(make, event)
    design(organiser, event)
    organiser.post(f"{base(event)}/attendance/issue")
    certificate = issued()[0]
    token = person.manage_token
    stranger = Browser(app)
    assert stranger.open("GET", f"/r/{token}/certificates/{certificate.id}.pdf").status_code == 200
    page = organiser.post(f"{base(event)}/{certificate.id}/revoke", {"reason": ""}, status=422)
    assert page.error("reason")
    organiser.post(f"{base(event)}/{certificate.id}/revoke", {"reason": "ออกผิดคน"})
    page = stranger.get(f"/V/{certificate.code}")
    assert page.one(".verify-status")["data-status"] == "revoked"
    assert "ออกผิดคน" in page.text()
    stranger.get(f"/r/{token}/certificates/{certificate.id}.pdf", status=410)
    organiser.post(f"{base(event)}/attendance/issue")
    assert [c.status for c in issued()] == [CertificateStatus.REVOKED]


def test_verification_shows_every_fact_on_the_paper(organiser: Browser, event: Event, make: Factory, app: Any) -> None:
    make.host(event.programme, organisation=make.organisation("ศูนย์ส่งเสริมตัวอย่าง", name_en="Sample Centre"))
    event.hours = 6
    came(make, event, title="ดร.", first_name="ปิ่น", last_name="ฝั้น", name_en="Dr. Pin Fan", organisation_name="สำนักงานสาขาน้ำตาลทราย")
    design(organiser, event)
    organiser.post(f"{base(event)}/attendance/issue")
    certificate = issued()[0]
    stranger = Browser(app)
    page = stranger.get(f"/V/{certificate.code}")
    shown = page.text()
    paper = pypdfium2.PdfDocument(storage.read(certificate.file_sha256))[0].get_textpage().get_text_range()
    for fact in ("ดร.ปิ่น ฝั้น", "Dr. Pin Fan", "สำนักงานสาขาน้ำตาลทราย", "ประชุมสรุปผล", "ศูนย์ส่งเสริมตัวอย่าง", "รวม 6 ชั่วโมง", event.place_th,
                 certificate.number, "นางสาวตัวอย่าง หนึ่ง", "ผู้อำนวยการ"):
        assert fact in shown, fact
        assert fact.replace(" ", "") in "".join(paper.split()), fact
    assert certificate.file_sha256 in shown
    assert stranger.open("GET", f"/v/{certificate.code.lower()}").status_code == 301
    stranger.get("/V/" + "A" * 26, status=404)
    found = stranger.get(f"/verify?number=ศภ.1 001/2563&name={certificate.holder[-4:]}")
    assert found.one(".found a")["href"] == f"/V/{certificate.code}"
    assert not stranger.get("/verify?number=ศภ.1 001/2563&name=ใจดี").all(".found")
    assert not stranger.get("/verify?number=ศภ.1 &name=ฝั้น").all(".found")
    assert stranger.get("/verify?number=&name=ฝ").error("number")


def test_a_participant_downloads_only_what_is_theirs(organiser: Browser, event: Event, make: Factory, app: Any) -> None:
    person, other = came(make, event), came(make, event)
    design(organiser, event)
    organiser.post(f"{base(event)}/attendance/issue")
    mine = next(c for c in issued() if c.registration_id == person.id)
    stranger = Browser(app)
    assert f"/r/{person.manage_token}/certificates/{mine.id}.pdf" in str(stranger.get(f"/r/{person.manage_token}").html)
    stranger.get(f"/r/{other.manage_token}/certificates/{mine.id}.pdf", status=404)
    organiser.get(f"{base(make.event())}/{mine.id}.pdf", status=404)


def test_a_job_whose_worker_was_killed_is_finished_with_the_same_numbers(event: Event, make: Factory, organiser: Browser,
                                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        came(make, event)
    design(organiser, event)
    monkeypatch.setattr(printing, "CHUNK", 2)
    kept = storage.keep
    calls = iter(range(100))

    def until_the_disk_is_full(*args: Any) -> int:
        if next(calls) >= 3:
            raise OSError(28, "No space left on device")
        return kept(*args)

    monkeypatch.setattr(storage, "keep", until_the_disk_is_full)
    organiser.post(f"{base(event)}/attendance/issue")
    job = db.session.scalars(select(Job)).one()
    assert job.state is JobState.FAILED and "No space left" in job.error
    assert [bool(c.file_sha256) for c in issued()] == [True, True, False, False]
    assert "No space left" in organiser.get(base(event)).text()
    monkeypatch.setattr(storage, "keep", kept)
    job.state, job.seen_at, numbers = JobState.RUNNING, now() - timedelta(minutes=3), [c.number for c in issued()]
    db.session.commit()
    assert jobs.unfinished() == [job.id]
    jobs.run(job.id)
    assert [c.number for c in issued()] == numbers
    assert all(c.file_sha256 for c in issued())
    db.session.refresh(job)
    assert job.state is JobState.DONE


@pytest.mark.parametrize(("field", "value"), [
    ("pattern", "ไม่มีเลข"), ("pattern", "{number} {secret}"), ("padding", "๐"), ("padding", "มาก"), ("issued_on", "2563-07-17"), ("issued_on", ""),
    ("reset", "sometimes")])
def test_wrong_settings_are_refused_beside_the_field(organiser: Browser, event: Event, field: str, value: Any) -> None:
    page = organiser.post(f"{base(event)}/attendance/settings", SETTINGS | {field: value}, status=422)
    assert page.error(field)
    assert page.one("[name=register_name]")["value"] == "ทะเบียนคุม"
    assert db.session.scalar(select(CertificateDesign.id)) is None


@pytest.mark.parametrize(("field", "value"), [
    ("name_1", ""), ("image_1", (io.BytesIO(b"GIF89a not a picture"), "x.png")),
    ("emblem", (io.BytesIO(demo_signature(1) + b"\0" * 2_100_000), "big.png"))])
def test_wrong_designs_are_refused_beside_the_field(organiser: Browser, event: Event, field: str, value: Any) -> None:
    organiser.post(f"{base(event)}/attendance/settings", SETTINGS)
    page = organiser.post(f"{base(event)}/attendance/design", DESIGN | {field: value}, status=422)
    assert page.error(field)
    assert page.one("[name=position_1]")["value"] == "ผู้อำนวยการ"
    assert db.session.query(CertificateDesign).count() == 1


def test_a_register_that_has_numbered_keeps_its_pattern(organiser: Browser, event: Event, make: Factory) -> None:
    came(make, event)
    design(organiser, event, image_1=(io.BytesIO(demo_signature(1)), "me.png"))
    organiser.post(f"{base(event)}/attendance/issue")
    page = organiser.post(f"{base(event)}/attendance/settings", SETTINGS | {"pattern": "อื่น {number}"}, status=422)
    assert page.error("pattern")
    design(organiser, event, pattern="อื่น {number}/{year}", register_name="ทะเบียนใหม่")
    newest = db.session.scalars(select(CertificateDesign).order_by(CertificateDesign.version.desc())).first()
    assert newest.content["signatories"][0]["image_sha256"], "the signature stays until another is chosen"
    design(organiser, event, pattern="อื่น {number}/{year}", register_name="ทะเบียนใหม่")
    assert db.session.query(CertificateDesign).count() == 2, "an unchanged design is no new version"


def test_a_hostile_name_is_printed_as_it_is(organiser: Browser, event: Event, make: Factory, app: Any) -> None:
    came(make, event, title="", first_name="<b>x</b>{{7*7}}", last_name="😀ก้ำ")
    design(organiser, event, deed="<script>alert(1)</script>")
    organiser.post(f"{base(event)}/attendance/issue")
    certificate = issued()[0]
    text = pypdfium2.PdfDocument(storage.read(certificate.file_sha256))[0].get_textpage().get_text_range()
    assert "<b>x</b>{{7*7}}" in text and "<script>" in text
    assert certificate.holder == "<b>x</b>{{7*7}} ก้ำ"
    assert "<b>x</b>" in Browser(app).get(f"/V/{certificate.code}").text()


def test_a_lost_job_of_another_kind_is_left_to_its_own_feature(event: Event) -> None:
    long_ago = now() - timedelta(minutes=5)
    db.session.add_all([Job(kind="paper-badges", event_id=event.id, seen_at=long_ago), Job(kind="preview", event_id=event.id, seen_at=long_ago)])
    db.session.flush()
    assert [db.session.get_one(Job, one).kind for one in jobs.unfinished()] == ["preview"]
