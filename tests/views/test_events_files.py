"""Posters, files to hand out and hosts, for organisers and for everyone."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from PIL import Image

from models import Event, EventFile, EventStatus, RegistrationStatus, db, now
from tests.factories import Factory
from tests.page import Browser

PDF = b"%PDF-1.7 a small file"


@pytest.fixture
def organiser(make: Factory, browser: Browser) -> Browser:
    return browser.sign_in(make.admin()).speak("en")


def picture(size: tuple[int, int] = (40, 60)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "navy").save(file, "PNG")
    return file.getvalue()


def send(browser: Browser, event: Event, *uploads: tuple[bytes, str], status: int = 303, **data: Any) -> Any:
    fields = {"uploads": [(io.BytesIO(content), name) for content, name in uploads]} | data
    return browser.post(f"/organiser/events/{event.id}/files", fields, status=status, content_type="multipart/form-data")


def files_of(event: Event) -> list[EventFile]:
    return list(db.session.get(Event, event.id).files)


def test_files_are_found_on_the_page_and_downloaded_under_their_thai_name(make: Factory, organiser: Browser) -> None:
    event = make.event()
    send(organiser, event, (PDF, "กำหนดการ_ฉบับเต็ม.pdf"), (picture(), "map.PNG"))
    send(organiser, event, (picture(), "map.PNG"))
    first, second = files_of(event)
    assert [(one.name_th, one.file_name) for one in (first, second)] == [
        ("กำหนดการ ฉบับเต็ม", "กำหนดการ_ฉบับเต็ม.pdf"), ("map", "map.png")]
    links = [link["href"] for link in organiser.get(f"/e/{event.slug}").all(".file-list a")]
    assert links == [f"/e/{event.slug}/files/{one.id}" for one in (first, second)]
    answer = organiser.get(links[0]).response
    assert answer.data == PDF and answer.mimetype == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=\"file-{first.id}.pdf\"; filename*=UTF-8''"
        "%E0%B8%81%E0%B8%B3%E0%B8%AB%E0%B8%99%E0%B8%94%E0%B8%81%E0%B8%B2%E0%B8%A3_%E0%B8%89%E0%B8%9A%E0%B8%B1%E0%B8%9A"
        "%E0%B9%80%E0%B8%95%E0%B9%87%E0%B8%A1.pdf")


def test_what_is_for_registered_people_leaves_by_their_page_alone(make: Factory, organiser: Browser) -> None:
    event = make.event()
    mine, waiting = make.registration(event), make.registration(event, status=RegistrationStatus.WAITLISTED, waitlisted_at=now())
    stranger = make.registration()
    send(organiser, event, (PDF, "slides.pdf"), for_registered="y")
    [file] = files_of(event)
    assert not organiser.get(f"/e/{event.slug}").all(".file-list")
    organiser.get(f"/e/{event.slug}/files/{file.id}", status=404)
    [link] = organiser.get(f"/r/{mine.manage_token}").all(".file-list a")
    assert organiser.get(link["href"]).headers["Cache-Control"] == "no-store"
    assert organiser.get(link["href"]).response.data == PDF
    for other in (waiting, stranger):
        assert not organiser.get(f"/r/{other.manage_token}").all(".file-list")
        organiser.get(f"/r/{other.manage_token}/files/{file.id}", status=404)


def test_a_draft_hands_out_nothing(make: Factory, browser: Browser) -> None:
    event, organiser = make.event(status=EventStatus.DRAFT), Browser(browser.app).sign_in(make.admin())
    send(organiser, event, (PDF, "a.pdf"))
    browser.get(f"/e/{event.slug}/files/{files_of(event)[0].id}", status=404)


def macros() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"):
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(("content", "name", "sentence"), [
    (b"<script>alert(1)</script>", "page.pdf", "PDF, Word, Excel"), (b"", "empty.pdf", "empty"), (macros(), "m.xlsx", "macros")])
def test_a_file_is_known_by_its_content(make: Factory, organiser: Browser, content: bytes, name: str, sentence: str) -> None:
    event = make.event()
    page = send(organiser, event, (PDF, "good.pdf"), (content, name), status=422)
    assert sentence in page.error("uploads") and name in page.error("uploads")
    assert files_of(event) == []


def test_files_are_named_ordered_and_removed(make: Factory, organiser: Browser) -> None:
    event = make.event()
    send(organiser, event, (PDF, "a.pdf"), (PDF + b"b", "b.pdf"), (PDF + b"c", "c.pdf"))
    a, b, c = files_of(event)
    rows = {f"files-{n}-{name}": value for n, (one, place) in enumerate(((a, 2), (b, 1), (c, 3)))
            for name, value in (("id", one.id), ("name_th", f"แฟ้ม {one.name_th}"), ("name_en", one.name_th), ("position", place))}
    send(organiser, event, **rows, **{"files-2-remove": "y"})
    assert [(one.name_th, one.name_en) for one in files_of(event)] == [("แฟ้ม b", "b"), ("แฟ้ม a", "a")]
    page = send(organiser, event, **(rows | {"files-0-name_th": ""}), status=422)
    assert "fill this in" in page.error("files-0-name_th")


def test_the_poster_is_shown_and_is_the_picture_of_a_shared_link(make: Factory, organiser: Browser) -> None:
    event = make.event()
    path = f"/organiser/events/{event.id}/poster"
    organiser.post(path, {"poster": (io.BytesIO(picture((2000, 3000))), "p.png")}, content_type="multipart/form-data")
    page = organiser.get(f"/e/{event.slug}")
    address = page.one(".poster img")["src"]
    assert page.one('meta[property="og:image"]')["content"] == f"http://localhost{address}"
    shown = organiser.get(address)
    assert Image.open(io.BytesIO(shown.response.data)).size == (1200, 1800) and "immutable" in shown.headers["Cache-Control"]
    assert "PNG" in organiser.post(path, {"poster": (io.BytesIO(b"no"), "p.png")}, status=422,
                                   content_type="multipart/form-data").error("poster")
    assert "choose a picture" in organiser.post(path, status=422).error("poster")
    organiser.post(path, {"drop": "y"})
    assert not organiser.get(f"/e/{event.slug}").all(".poster")
    organiser.get(address, status=404)


def test_an_event_has_hosts_of_its_own_or_its_programme_s(make: Factory, organiser: Browser) -> None:
    event = make.event()
    make.host(event.programme, organisation=make.organisation("ศูนย์ส่งเสริมอุตสาหกรรม ภาคที่ 1"))
    path = f"/organiser/events/{event.id}/hosts"
    assert "ศูนย์ส่งเสริมอุตสาหกรรม" in organiser.get(path).text(".notice")
    organiser.post(path, {"hosts-0-name": "มหาวิทยาลัยตัวอย่าง", "hosts-0-logo": (io.BytesIO(picture()), "l.png")},
                   content_type="multipart/form-data")
    page = organiser.get(f"/e/{event.slug}")
    assert "มหาวิทยาลัยตัวอย่าง" in page.text() and "ศูนย์ส่งเสริม" not in page.text() and page.one(".host-logos img")
    assert "มหาวิทยาลัยตัวอย่าง" in organiser.get(f"/e/{event.slug}/register").text(".privacy")
    organiser.post(path, {"hosts-0-name": ""})
    assert "ศูนย์ส่งเสริม" in organiser.get(f"/e/{event.slug}").text()


def test_what_is_sent_at_once_has_a_limit(make: Factory, organiser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(organiser.app.config, "MAX_CONTENT_LENGTH", 2 << 20)
    page = send(organiser, make.event(), (PDF + b" " * (3 << 20), "big.pdf"), status=413)
    assert "up to 2 MB" in page.text()
