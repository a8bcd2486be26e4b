"""The files that leave the house: for the printer, for each enterprise; and the jobs that make them."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import date, timedelta
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import select

from blueprints.certificates import delivering, jobs, orders, printing, tasks
from blueprints.certificates.facts import Facts
from core import storage, work
from core.transaction import transaction
from models import Certificate, CertificateKind, CertificateStatus, Event, Job, JobState, Role, StoredFile, db, now
from tests.factories import Factory
from tests.page import Browser

MERGE = {"merge-kind": "", "merge-organisation": "0", "merge-sort": "number", "merge-background": "y"}
ZIP = {"zip-kind": "", "zip-organisation": "0"}


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(title_th="ประชุมสรุปผล", starts_at=now() - timedelta(hours=5))


@pytest.fixture
def organiser(make: Factory, browser: Browser, event: Event) -> Browser:
    user = make.user(name="ผู้จัด คนหนึ่ง")
    make.grant(user, Role.ORGANISER, event)
    return browser.sign_in(user)


def base(event: Event) -> str:
    return f"/organiser/events/{event.id}/certificates"


def issue(make: Factory, event: Event, organisation: str = "", like: Certificate | None = None, printed: Any = None, **given: Any) -> Certificate:
    """A certificate with a file of its own bytes; `like` another it has the same design and register."""
    person = make.registration(event, organisation_name=organisation, **given)
    same = {"design_id": like.design_id, "register_id": like.register_id} if like else {}
    certificate = make.certificate(person, sort_key=person.sort_key, **same, **printed or {})
    certificate.file_sha256 = storage.put(f"%PDF file {certificate.id}".encode(), "application/pdf")
    db.session.flush()
    return certificate


def newest(kind: str) -> Job:
    return db.session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id.desc())).first()


def merged(organiser: Browser, event: Event, **given: Any) -> list[str]:
    """The numbers on the pages of the file for the printer, in their order."""
    data = {name: value for name, value in (MERGE | {f"merge-{key}": value for key, value in given.items()}).items() if value is not None}
    organiser.post(f"{base(event)}/merge", data)
    job = newest("merge")
    assert (job.state, job.done, job.error) == (JobState.DONE, job.total, "")
    pages = pypdfium2.PdfDocument(organiser.open("GET", f"{base(event)}/files/{job.id}.pdf").data)
    known = {c.number for c in db.session.scalars(select(Certificate))}
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in pages]
    return [next(number for number in sorted(known, key=len, reverse=True) if number in text) for text in texts]


def unpacked(organiser: Browser, event: Event, **given: Any) -> zipfile.ZipFile:
    organiser.post(f"{base(event)}/zip", ZIP | {f"zip-{key}": value for key, value in given.items()})
    job = newest("zip")
    assert (job.state, job.done, job.error) == (JobState.DONE, job.total, "")
    return zipfile.ZipFile(io.BytesIO(organiser.open("GET", f"{base(event)}/files/{job.id}.zip").data))


def test_the_printers_file_has_a_page_each_in_the_order_that_was_asked_for(organiser: Browser, event: Event, make: Factory) -> None:
    one = issue(make, event, "บริษัท ขาว จำกัด", first_name="เอก", last_name="")
    two = issue(make, event, "บริษัท กา จำกัด", first_name="ไก่", last_name="")
    three = issue(make, event, "บริษัท ขาว จำกัด", like=one, first_name="กา", last_name="")
    four = issue(make, event, "", like=two, first_name="ขาว", last_name="")
    numbers = [c.number for c in (one, two, three, four)]
    assert merged(organiser, event) == numbers
    assert merged(organiser, event, sort="name") == [numbers[2], numbers[1], numbers[3], numbers[0]]
    assert merged(organiser, event, sort="organisation") == [numbers[1], numbers[2], numbers[0], numbers[3]]


def test_what_a_design_shares_is_in_the_printers_file_once(organiser: Browser, event: Event, make: Factory) -> None:
    first = issue(make, event)
    for _ in range(5):
        issue(make, event, like=first)
    merged(organiser, event, sort="name")
    with pikepdf.open(storage.path_of(newest("merge").file_sha256)) as pdf:
        layers = {page.Resources.XObject["/Layer0"].objgen for page in pdf.pages}
        assert len(pdf.pages) == 6 and len(layers) == 1


def test_only_some_of_them(organiser: Browser, event: Event, make: Factory) -> None:
    own = make.organisation("บริษัท กา จำกัด")
    old = {"issued_at": now() - timedelta(days=10)}
    certificates = [issue(make, event, printed=old), issue(make, event, organisation_id=own.id), issue(make, event)]
    speaker = make.certificate(make.registration(event), kind=CertificateKind.SPEAKER)
    revoked = issue(make, event)
    revoked.status = CertificateStatus.REVOKED
    db.session.flush()
    numbers = [c.number for c in (*certificates, speaker)]
    assert merged(organiser, event) == numbers, "the revoked one is not printed"
    assert merged(organiser, event, kind="speaker") == [speaker.number]
    assert merged(organiser, event, organisation=str(own.id)) == [numbers[1]]
    yesterday = (now() - timedelta(days=1)).date()
    assert merged(organiser, event, since=yesterday.isoformat()) == numbers[1:]
    first, last = certificates[1].sequence, certificates[2].sequence
    assert merged(organiser, event, first=str(first), last=str(last)) == numbers[1:3]
    page = organiser.post(f"{base(event)}/merge", MERGE | {"merge-first": "9", "merge-last": "3"}, status=422)
    assert page.error("merge-last")
    page = organiser.post(f"{base(event)}/merge", MERGE | {"merge-kind": "enterprise"}, status=422)
    assert page.text(".error-summary")


def test_pre_printed_stock_leaves_the_background_out(organiser: Browser, event: Event, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    issue(make, event)
    asked: list[bool] = []
    press_of = printing.press_of
    monkeypatch.setattr(printing, "press_of", lambda certificate, background=True: asked.append(background) or press_of(certificate, background))
    merged(organiser, event)
    with_it = storage.read(newest("merge").file_sha256)
    merged(organiser, event, background=None)
    assert asked == [True, False]
    assert len(storage.read(newest("merge").file_sha256)) < len(with_it)


HOSTILE = ("../../x", "CON", "con.txt", "น" * 300, "\u202eexe.ลับ", "a/b\\c:d*e?f\"g<h>i|j", "ปลาย...", " . ", "index.csv",
           "บริษัท กา จำกัด", "บริษัท  กา จำกัด", "ABC", "abc", "\x00\x07")


def test_the_archive_holds_each_file_byte_for_byte_in_a_folder_that_every_system_can_make(organiser: Browser, event: Event, make: Factory) -> None:
    facts = Facts(number="", holder_th="กัญญา", event_title="", dates_text="", issued_on=date(2020, 7, 17), verify_url="HTTPS://X/V/A").to_json()
    certificates = [issue(make, event, printed={"facts": facts | {"organisation": name}}) for name in (*HOSTILE, "")]
    with unpacked(organiser, event) as archive:
        names = archive.namelist()
        assert archive.testzip() is None and len({name.casefold() for name in names}) == len(names) == len(certificates) + 1
        rows = list(csv.reader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
        listed = {row[0]: row for row in rows[1:]}
        for certificate in certificates:
            number, holder, _organisation, path, address, sha256 = listed[certificate.number]
            assert hashlib.sha256(archive.read(path)).hexdigest() == sha256 == certificate.file_sha256
            assert archive.read(path) == storage.read(certificate.file_sha256)
            assert (holder, address) == (certificate.holder, certificate.facts["verify_url"])
    for name in names:
        parts = PurePosixPath(name).parts
        assert not name.startswith("/") and ".." not in parts and len(parts) <= 2
        for part in parts:
            assert len(part.encode()) <= 255 and not part.endswith((".", " ")) and not PureWindowsPath(part).is_reserved()
            assert not set(part) & set('<>:"\\|?*\u202e') and part.isprintable()


def test_files_of_the_same_name_stay_apart_and_those_without_a_file_are_left_out(organiser: Browser, event: Event, make: Factory) -> None:
    same = {"number": "7/2563"}
    one, two = (issue(make, event, "กา", first_name="ซ้ำ", last_name="", printed=same) for _ in range(2))
    make.certificate(make.registration(event, organisation_name="กา"))
    with unpacked(organiser, event) as archive:
        names = sorted(name for name in archive.namelist() if name != "index.csv")
        assert len(names) == 2 and names[0].endswith(" (2).pdf") != names[1].endswith(" (2).pdf")
        assert {archive.read(name) for name in names} == {storage.read(one.file_sha256), storage.read(two.file_sha256)}


def test_one_enterprise_alone_under_its_name_in_the_directory(organiser: Browser, event: Event, make: Factory) -> None:
    own = make.organisation("บริษัท กา จำกัด")
    mine = issue(make, event, "บจก. กา", organisation_id=own.id)
    issue(make, event, "บริษัท อื่น จำกัด")
    with unpacked(organiser, event, organisation=str(own.id)) as archive:
        assert sorted(archive.namelist()) == sorted(["index.csv", f"บริษัท กา จำกัด/{mine.number.replace('/', '-')}-{mine.holder}.pdf"])
    organiser.post(f"{base(event)}/zip", ZIP | {"zip-organisation": str(make.organisation("ไม่เกี่ยว").id)}, status=422)


def test_a_job_that_is_cancelled_makes_no_file_and_a_new_one_makes_it(organiser: Browser, event: Event, make: Factory,
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "STEP", 1)
    for _ in range(3):
        issue(make, event)
    read, calls = storage.read, iter(range(100))

    def cancelled_meanwhile(sha256: str) -> bytes:
        if next(calls) == 1:
            with transaction():
                work.cancel(newest("zip"))
        return read(sha256)

    monkeypatch.setattr(storage, "read", cancelled_meanwhile)
    organiser.post(f"{base(event)}/zip", ZIP)
    job = newest("zip")
    assert (job.state, job.done, job.total, job.file_sha256) == (JobState.CANCELLED, 1, 3, None)
    assert organiser.get(f"{base(event)}/delivery").all("#job-progress .notice")
    assert len(unpacked(organiser, event).namelist()) == 4


def test_who_started_a_job_and_how_it_is_stopped_stand_on_the_page(organiser: Browser, event: Event, make: Factory) -> None:
    started = now() - timedelta(seconds=20)
    job = Job(kind="issue", event_id=event.id, state=JobState.RUNNING, total=100, done=50, created_at=started, seen_at=now(),
              created_by_id=make.user(name="นาง ก").id)
    db.session.add(job)
    page = organiser.get(f"{base(event)}/delivery")
    shown = page.text("#job-progress")
    assert "นาง ก" in shown and "50 / 100" in shown and ("20" in shown or "19" in shown)
    assert page.one("#job-progress noscript a")["href"] == f"{base(event)}/delivery"
    assert organiser.open("GET", f"{base(event)}/progress").headers.get("HX-Refresh") is None
    organiser.post(page.one(f"form:has(#stop-{job.id})")["action"])
    db.session.refresh(job)
    assert job.cancel_asked_at and job.state is JobState.RUNNING, "the worker hears of it at the next chunk"
    assert not organiser.get(f"{base(event)}/delivery").all(f"#stop-{job.id}")
    work.run(job.id, lambda _job: None)
    assert organiser.open("GET", f"{base(event)}/progress").headers["HX-Refresh"] == "true"


def test_jobs_of_another_event_or_feature_cannot_be_reached(organiser: Browser, event: Event, make: Factory) -> None:
    foreign, paper = Job(kind="merge", event_id=make.event().id), Job(kind="paper-badges", event_id=event.id, file_sha256=storage.put(b"x", "x"))
    db.session.add_all([foreign, paper])
    db.session.flush()
    for job in (foreign, paper):
        organiser.post(f"{base(event)}/jobs/{job.id}/cancel", status=404)
        organiser.get(f"{base(event)}/files/{job.id}.pdf", status=404)


def test_files_with_names_are_replaced_and_taken_away_after_a_day(organiser: Browser, event: Event, make: Factory) -> None:
    certificate = issue(make, event)
    unpacked(organiser, event)
    first, kept = newest("zip"), certificate.file_sha256
    issue(make, event)
    unpacked(organiser, event)
    second = newest("zip")
    db.session.refresh(first)
    assert first.file_sha256 is None and second.file_sha256
    tasks.take_away_old_files()
    db.session.refresh(second)
    assert second.file_sha256, "it is not a day old"
    sha256, second.finished_at = second.file_sha256, now() - work.KEPT_FOR - timedelta(minutes=1)
    db.session.commit()
    tasks.take_away_old_files()
    assert db.session.get(StoredFile, sha256) is None and not storage.path_of(sha256).exists()
    assert storage.read(kept), "the certificate itself stays"


def test_a_killed_workers_archive_is_made_by_the_next_as_it_was_ordered(event: Event, make: Factory) -> None:
    issue(make, event)
    speaker = make.certificate(make.registration(event), kind=CertificateKind.SPEAKER)
    with transaction():
        job = orders.start("merge", event, orders.Order(kind="speaker"), None)
        job.state, job.seen_at = JobState.RUNNING, now() - timedelta(minutes=3)
    assert jobs.unfinished() == [job.id]
    jobs.run(job.id)
    assert (job.state, job.total) == (JobState.DONE, 1)
    with pypdfium2.PdfDocument(storage.read(job.file_sha256)) as pdf:
        assert speaker.number in pdf[0].get_textpage().get_text_range()


def test_the_page_costs_no_more_for_more_certificates(organiser: Browser, event: Event, make: Factory, statements: Any) -> None:
    issue(make, event)
    counts = []
    for _ in range(2):
        with statements() as sent:
            organiser.get(f"{base(event)}/delivery")
        counts.append(len(sent))
        for n in range(10):
            issue(make, event, organisation_id=make.organisation(f"กิจการ {n} {len(counts)}").id)
    assert counts[0] == counts[1]
