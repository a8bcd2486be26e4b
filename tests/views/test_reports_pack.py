"""The closing pack and the workbooks of reports, through HTTP."""

from __future__ import annotations

import errno
import io
import zipfile
from decimal import Decimal

import docx
import openpyxl
import pypdfium2
import pytest

from blueprints.reports import pack_jobs
from blueprints.reports.document import Kind, Value, shown
from core import storage
from core.locale import in_language
from models import Certificate, Event, EventStatus, Job, JobState, Membership, Programme, Role, Scan, db, now
from tests.factories import Factory
from tests.page import Browser

PACK = {"language": "en", "events": "y", "matrix": "y", "register": "y"}


@pytest.fixture
def programme(make: Factory) -> Programme:
    """An event that is over, to which one of two people came, and a certificate of the one."""
    cluster = make.cluster()
    programme = make.programme(cluster=cluster, title_en="Cluster 4.0", target_persons=1, target_organisations=20)
    enterprise = make.organisation("บริษัท ทดสอบ จำกัด", name_en="Test Co., Ltd.")
    db.session.add(Membership(cluster_id=cluster.id, organisation_id=enterprise.id))
    event: Event = make.event(programme, status=EventStatus.FINISHED, title_en="Workshop <one>")
    event.starts_at, event.ends_at = now().replace(year=2020), now().replace(year=2020, hour=23, minute=59)
    came, _missing = (make.registration(event, first_name=name, organisation_id=enterprise.id) for name in ("กัญญา", "สมชาย"))
    checkpoint = db.session.execute(db.text("select id from checkpoint where event_id = :id"), {"id": event.id}).scalar()
    db.session.add(Scan(nonce="k", event_id=event.id, checkpoint_id=checkpoint, registration_id=came.id, direction="in", source="camera",
                        raw_code=came.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    make.certificate(came)
    db.session.flush()
    return programme


@pytest.fixture
def organiser(make: Factory, browser: Browser, programme: Programme) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, programme)
    return browser.speak("en").sign_in(user)


def page(programme: Programme) -> str:
    return f"/organiser/programmes/{programme.id}/closing-pack"


def made(organiser: Browser, programme: Programme, **given: str) -> dict[str, bytes]:
    """The files of a pack that was ordered and is ready."""
    organiser.post(page(programme), PACK | given)
    links = [link["href"] for link in organiser.get(page(programme)).all(".pack-files a")]
    return {link.rpartition(".")[2]: organiser.open("GET", link).data for link in links}


def words_of(data: bytes) -> set[str]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}


def test_one_click_makes_three_files_that_say_the_same(organiser: Browser, programme: Programme) -> None:
    files = made(organiser, programme)
    assert set(files) == {"pdf", "docx", "xlsx", "zip"}
    pdf = pypdfium2.PdfDocument(files["pdf"])
    printed = "".join(pdf[n].get_textpage().get_text_range() for n in range(len(pdf)))
    text = docx.Document(io.BytesIO(files["docx"]))
    written = "\n".join([one.text for one in text.paragraphs] + [cell.text for table in text.tables for row in table.rows for cell in row.cells])
    number = db.session.scalar(db.select(Certificate.number))
    for said in ("Cluster 4.0", "Closing report", "Workshop <one>", "Test Co., Ltd.", number, "Of 2 registrations at events that are over, 1 came"):
        assert said in printed.replace("\r\n", " ").replace("  ", " ") and said in written, said
    assert {"Workshop <one>", "Test Co., Ltd.", number} <= words_of(files["xlsx"])
    with zipfile.ZipFile(io.BytesIO(files["zip"])) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {f"report.{kind}": files[kind] for kind in ("pdf", "docx", "xlsx")}


def test_names_are_in_it_only_when_they_are_asked_for(organiser: Browser, programme: Programme) -> None:
    without = words_of(made(organiser, programme, register="")["xlsx"])
    assert not any("สมชาย" in words or "กัญญา" in words for words in without)
    assert any("สมชาย" in words for words in words_of(made(organiser, programme, people="y")["xlsx"]))


def test_a_thai_pack_may_have_thai_digits(organiser: Browser, programme: Programme) -> None:
    pdf = pypdfium2.PdfDocument(made(organiser, programme, language="th", thai_digits="y")["pdf"])
    text = "".join(pdf[n].get_textpage().get_text_range() for n in range(len(pdf)))
    assert "๕๐.๐๐ %" in text and "50.00" not in text


def test_a_new_pack_takes_the_former_away(organiser: Browser, programme: Programme) -> None:
    made(organiser, programme)
    first = db.session.scalar(db.select(Job).order_by(Job.id))
    organiser.get(f"{page(programme)}/{first.id}.pdf")
    made(organiser, programme, matrix="")
    db.session.refresh(first)
    assert first.file_sha256 is None
    organiser.get(f"{page(programme)}/{first.id}.pdf", 404)


def test_a_full_disk_is_told_and_leaves_nothing(organiser: Browser, programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage, "put_path", full)
    assert made(organiser, programme) == {}
    assert "nothing is lost" in organiser.get(page(programme)).text("#pack-progress")
    monkeypatch.undo()
    assert set(made(organiser, programme)) == {"pdf", "docx", "xlsx", "zip"}


def test_a_pack_is_made_once_at_a_time_and_taken_up_when_its_worker_died(
        organiser: Browser, programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_jobs, "run", lambda _job_id: None)  # a worker that was killed
    organiser.post(page(programme), PACK)
    assert "is being made already" in organiser.post(page(programme), PACK, 422).text()
    monkeypatch.undo()
    job = db.session.scalar(db.select(Job))
    pack_jobs.run(job.id)
    db.session.refresh(job)
    assert job.state is JobState.DONE and job.file_sha256


def test_a_cancelled_pack_leaves_no_file(organiser: Browser, programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_jobs, "run", lambda _job_id: None)
    organiser.post(page(programme), PACK)
    organiser.post(f"{page(programme)}/cancel")
    monkeypatch.undo()
    job = db.session.scalar(db.select(Job))
    pack_jobs.run(job.id)
    assert (job.state, job.file_sha256) == (JobState.CANCELLED, None)
    assert "was stopped" in organiser.get(page(programme)).text()


def test_only_organisers_of_the_programme_have_packs(organiser: Browser, programme: Programme, make: Factory) -> None:
    made(organiser, programme)
    job, other, viewer = db.session.scalar(db.select(Job)), make.programme(), make.user()
    make.grant(viewer, Role.VIEWER, programme)
    make.grant(viewer, Role.ORGANISER, other)
    browser = Browser(organiser.app).sign_in(viewer)
    browser.get(page(programme), 403)
    browser.get(f"{page(programme)}/{job.id}.pdf", 403)
    browser.get(f"{page(other)}/{job.id}.pdf", 404)


@pytest.mark.parametrize("of", ["programme", "event"])
def test_a_workbook_says_what_the_page_says_cell_by_cell(organiser: Browser, programme: Programme, of: str) -> None:
    path = f"/organiser/programmes/{programme.id}/report" if of == "programme" else f"/organiser/events/{programme.events[0].id}/report"
    book = openpyxl.load_workbook(io.BytesIO(organiser.open("GET", f"{path}.xlsx").data))
    by_title = {sheet["A1"].value: sheet for sheet in book}
    compared = 0
    for part in organiser.get(path).all(".report-part"):
        kinds = [Kind(cell["class"][0].removeprefix("is-")) for cell in part.select("thead th")]
        sheet = by_title[part.h2.get_text()]
        for line, row in enumerate(part.select("tbody tr"), 3):
            for column, cell in enumerate(row.select("th, td")):
                with in_language("en"):
                    assert shown(_plain(sheet.cell(line, column + 1).value, kinds[column]), kinds[column]) == cell.get_text()
                compared += 1
    assert compared > 20


def _plain(value: object, kind: Kind) -> Value:
    """A cell of a workbook as the report's value."""
    if isinstance(value, float) or (isinstance(value, int) and kind in (Kind.FIGURE, Kind.PERCENT)):
        return Decimal(str(value)).quantize(Decimal("0.01")) if kind is not Kind.FIGURE or value != int(value) else Decimal(str(value))
    return value.date() if hasattr(value, "date") else value  # type: ignore[return-value]
