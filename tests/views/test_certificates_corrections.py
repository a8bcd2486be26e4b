"""After the issue: replacements, revocation, what holders ask for and what organisers decide, through HTTP."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select

from blueprints.certificates import records
from core import storage
from models import (
    Certificate,
    CertificateKind,
    CertificateStatus,
    CorrectionRequest,
    Event,
    EventStatus,
    HistoryEntry,
    Message,
    Registration,
    Role,
    db,
    now,
)
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_certificates import base, came, design, issued

WISH = {"holder_th": "นางสาวกัญญา ศรีสุขใจ", "holder_en": "Kanya Srisukjai", "organisation": "บริษัท ใหม่ จำกัด", "message": "นามสกุลตกไป"}
FIX = {"holder_th": "นางสาวกัญญา ศรีสุขใจ", "holder_en": "", "organisation": "บริษัท ตัวอย่าง จำกัด", "reason": "พิมพ์นามสกุลผิด"}


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(title_th="ประชุมสรุปผล", starts_at=now() - timedelta(hours=5))


@pytest.fixture
def organiser(make: Factory, browser: Browser, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return browser.sign_in(user)


@pytest.fixture
def stranger(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def person(make: Factory, event: Event, organiser: Browser) -> Registration:
    """Somebody who came and has a certificate."""
    person = came(make, event, first_name="กัญญา", last_name="ศรีสุข")
    design(organiser, event)
    issue(organiser, event)
    return person


def issue(organiser: Browser, event: Event) -> None:
    organiser.post(f"{base(event)}/attendance/issue")


def letters(app: Flask) -> list[tuple[str, str]]:
    """Subject and text of what was sent, oldest first."""
    files = sorted((Path(app.config["INSTANCE_DIR"]) / "mail").glob("*.eml"))
    mails = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in files]
    return [(str(mail["Subject"]), mail.get_body(("plain",)).get_content()) for mail in mails]


def no_letters(app: Flask) -> None:
    """Forget what was sent: a letter of another test may have had the same name a moment ago."""
    for file in (Path(app.config["INSTANCE_DIR"]) / "mail").glob("*.eml"):
        file.unlink()


def test_a_replacement_has_a_new_number_and_each_leads_to_the_other(organiser: Browser, event: Event, person: Registration,
                                                                    stranger: Browser) -> None:
    old = issued()[0]
    page = organiser.get(f"{base(event)}/{old.id}")
    assert "กัญญา ศรีสุข" in page.text() and "ศภ.๑ ๐๐๑/๒๕๖๓" in page.text()
    form = organiser.get(f"{base(event)}/{old.id}/replace")
    assert form.one("[name=holder_th]")["value"] == "นางสาวกัญญา ศรีสุข"
    before = {name: value for name, value in old.facts.items() if name not in ("holder_th", "number", "verify_url", "replaces")}
    organiser.post(f"{base(event)}/{old.id}/replace", FIX)
    old, new = issued()
    assert (old.status, old.status_reason, old.replaced_by) == (CertificateStatus.REPLACED, "พิมพ์นามสกุลผิด", new)
    assert (new.status, new.sequence, new.holder, new.registration_id) == (CertificateStatus.VALID, 2, WISH["holder_th"], person.id)
    assert (new.design_id, new.facts["replaces"], new.issued_by_id) == (old.design_id, old.number, old.status_by_id)
    assert before == {name: new.facts[name] for name in before}, "everything else is as it was printed"
    text = pypdfium2.PdfDocument(storage.read(new.file_sha256))[0].get_textpage().get_text_range()
    assert "ออกแทนเลขที่" in text and "ศรีสุขใจ" in text
    page = stranger.get(f"/V/{old.code}")
    assert page.one(".verify-status")["data-status"] == "replaced" and "พิมพ์นามสกุลผิด" in page.text()
    assert page.one(".verify-status a")["href"] == f"/V/{new.code}"
    page = stranger.get(f"/V/{new.code}")
    assert old.number in page.text() and page.all(f'a[href="/V/{old.code}"]')
    assert organiser.get(f"{base(event)}/{new.id}").all(f'a[href="/V/{old.code}"]')
    with pytest.raises(records.Immutable):
        new.holder = "อื่น"
        db.session.flush()
    db.session.rollback()


def test_what_a_replacement_needs(organiser: Browser, event: Event, person: Registration) -> None:
    old = issued()[0]
    path = f"{base(event)}/{old.id}/replace"
    assert organiser.post(path, FIX | {"reason": " "}, status=422).error("reason")
    assert organiser.post(path, FIX | {"holder_th": ""}, status=422).error("holder_th")
    assert organiser.post(path, FIX | {"holder_th": "\u200b😀"}, status=422).error("holder_th")
    same = {"holder_th": "นางสาวกัญญา ศรีสุข", "holder_en": "", "organisation": "บริษัท ตัวอย่าง จำกัด"}
    assert organiser.post(path, FIX | same, status=422).error("holder_th")
    assert len(issued()) == 1
    organiser.post(path, FIX)
    page = organiser.post(path, FIX | {"holder_th": "อีกชื่อ"})
    assert page.location == f"{base(event)}/{old.id}", "the second of two is told"
    assert "ใช้ไม่ได้แล้ว" in organiser.get(page.location).text()
    assert organiser.get(path, status=303).location == page.location
    assert len(issued()) == 2


def test_nobody_but_organisers_of_the_event(organiser: Browser, event: Event, person: Registration, make: Factory, app: Flask) -> None:
    old, viewer = issued()[0], make.user()
    make.grant(viewer, Role.VIEWER, event)
    reader = Browser(app).sign_in(viewer)
    assert not reader.get(f"{base(event)}/{old.id}").all(f'a[href$="/{old.id}/replace"]')
    reader.get(f"{base(event)}/{old.id}/replace", status=403)
    organiser.get(f"{base(make.event())}/{old.id}", status=404)


def test_an_old_link_leads_to_the_new_certificate(organiser: Browser, event: Event, person: Registration, stranger: Browser) -> None:
    old = issued()[0]
    organiser.post(f"{base(event)}/{old.id}/replace", FIX)
    new = issued()[1]
    link = f"/r/{person.manage_token}/certificates/{old.id}.pdf"
    page = stranger.get(link, status=410)
    assert new.number in page.text() and page.one(".btn-primary")["href"] == f"/r/{person.manage_token}"
    assert stranger.open("GET", f"/r/{person.manage_token}/certificates/{new.id}.pdf").status_code == 200
    organiser.post(f"{base(event)}/{new.id}/revoke", {"reason": "ออกผิดคน"})
    page = stranger.get(link, status=410)
    assert "ออกผิดคน" in page.text() and page.one(".btn-primary")["href"] == f"/V/{new.code}"


def test_a_holder_asks_and_the_organiser_accepts(organiser: Browser, event: Event, person: Registration, stranger: Browser, app: Flask) -> None:
    certificate, private = issued()[0], f"/r/{person.manage_token}"
    asking = f"{private}/certificates/{certificate.id}/correction"
    assert stranger.get(private).all(f'a[href="{asking}"]')
    assert stranger.get(asking).one("[name=holder_th]")["value"] == certificate.holder
    assert stranger.post(asking, {"holder_th": certificate.holder, "organisation": "บริษัท ตัวอย่าง จำกัด"}, status=422).error("holder_th")
    assert stranger.post(asking, WISH | {"message": "1-1037-02071-81-1"}, status=422).error("message")
    stranger.post(asking, WISH)
    assert stranger.post(asking, WISH, status=422).all(".error-summary"), "one at a time"
    page = stranger.get(private)
    assert not page.all(f'a[href="{asking}"]') and page.all(".own-certificates")
    assert organiser.get(base(event)).all(f'.notice a[href="{base(event)}/corrections"]')
    listed = organiser.get(f"{base(event)}/corrections")
    assert WISH["holder_th"] in listed.text() and WISH["message"] in listed.text()
    form = organiser.get(f"{base(event)}/{certificate.id}/replace")
    assert form.one("[name=holder_th]")["value"] == WISH["holder_th"] and form.one("[name=organisation]")["value"] == WISH["organisation"]
    no_letters(app)
    organiser.post(f"{base(event)}/{certificate.id}/replace", {name: WISH[name] for name in WISH if name != "message"} | {"reason": "แก้ไขชื่อ"})
    request, new = db.session.scalars(select(CorrectionRequest)).one(), issued()[1]
    assert (request.decision, request.replacement, new.holder, new.facts["organisation"]) == ("accepted", new, WISH["holder_th"], "บริษัท ใหม่ จำกัด")
    [(subject, body)] = letters(app)
    assert "ประชุมสรุปผล" in subject and new.number in body and certificate.number in body and private in body and "แก้ไขชื่อ" in body
    assert new.number in organiser.get(f"{base(event)}/corrections").text()
    assert not organiser.get(base(event)).all(f'.notice a[href="{base(event)}/corrections"]')
    deeds = select(HistoryEntry.verb).where(HistoryEntry.verb.like("certificate.%")).order_by(HistoryEntry.id)
    assert db.session.scalars(deeds).all()[-2:] == ["certificate.correction_asked", "certificate.replaced"]
    assert WISH["message"] in organiser.get(f"{base(event)}/{certificate.id}").text()


def test_a_refusal_needs_an_answer_which_the_holder_reads(organiser: Browser, event: Event, person: Registration, stranger: Browser,
                                                         app: Flask) -> None:
    person.language = "en"
    certificate, private = issued()[0], f"/r/{person.manage_token}"
    stranger.post(f"{private}/certificates/{certificate.id}/correction", WISH)
    request = db.session.scalars(select(CorrectionRequest)).one()
    refusing = f"{base(event)}/corrections/{request.id}/refuse"
    page = organiser.post(refusing, {"answer": ""}, status=422)
    assert page.error("answer") and page.one("[name=holder_th]")["value"] == WISH["holder_th"]
    no_letters(app)
    organiser.post(refusing, {"answer": "ชื่อตรงกับบัตรประชาชนแล้ว"})
    organiser.post(refusing, {"answer": "อีกครั้ง"})
    assert (request.decision, request.answer) == ("refused", "ชื่อตรงกับบัตรประชาชนแล้ว")
    [(subject, body)] = letters(app)
    assert "About the correction" in subject and "ชื่อตรงกับบัตรประชาชนแล้ว" in body
    assert "ชื่อตรงกับบัตรประชาชนแล้ว" in stranger.get(private).text(".own-certificates")
    stranger.post(f"{private}/certificates/{certificate.id}/correction", WISH | {"message": "ดูอีกครั้ง"})
    assert len(db.session.scalars(select(CorrectionRequest)).all()) == 2 and len(issued()) == 1


def test_a_revocation_answers_the_request(organiser: Browser, event: Event, person: Registration, stranger: Browser) -> None:
    certificate = issued()[0]
    asking = f"/r/{person.manage_token}/certificates/{certificate.id}/correction"
    stranger.post(asking, WISH)
    organiser.post(f"{base(event)}/{certificate.id}/revoke", {"reason": "ออกผิดคน"})
    request = db.session.scalars(select(CorrectionRequest)).one()
    assert (request.decision, request.answer) == ("refused", "ออกผิดคน")
    assert stranger.post(asking, WISH, status=422).all(".error-summary")
    assert organiser.post(f"{base(event)}/{certificate.id}/revoke", {"reason": "อีกครั้ง"}).location == f"{base(event)}/{certificate.id}"


def test_all_certificates_of_a_cancelled_event_in_one_deed(organiser: Browser, event: Event, person: Registration, make: Factory,
                                                           stranger: Browser) -> None:
    other = make.certificate(make.registration(event), kind=CertificateKind.SPEAKER)
    elsewhere = make.certificate(make.registration(make.event()))
    stranger.post(f"/r/{person.manage_token}/certificates/{issued()[0].id}/correction", WISH)
    assert organiser.get(f"{base(event)}/revoke-all", status=303)
    event.status, event.cancelled_at, event.cancel_reason = EventStatus.CANCELLED, now(), "วิทยากรป่วย"
    page = stranger.get(f"/V/{other.code}")
    assert "วิทยากรป่วย" in page.text() and page.one(".verify-status")["data-status"] == "valid"
    assert organiser.get(base(event)).all(f'a[href="{base(event)}/revoke-all"]')
    assert organiser.post(f"{base(event)}/revoke-all", {"reason": ""}, status=422).error("reason")
    organiser.post(f"{base(event)}/revoke-all", {"reason": "งานถูกยกเลิก"})
    mine = db.session.scalars(select(Certificate).where(Certificate.event_id == event.id)).all()
    assert {(one.status, one.status_reason) for one in mine} == {(CertificateStatus.REVOKED, "งานถูกยกเลิก")} and len(mine) == 2
    assert elsewhere.status is CertificateStatus.VALID
    assert db.session.scalars(select(CorrectionRequest)).one().decision == "refused"
    assert db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "certificate.all_revoked")).one().details == {"count": 2}
    assert organiser.post(f"{base(event)}/revoke-all", {"reason": "อีก"}).location == base(event)


def test_a_holder_without_an_address_is_told_nothing(organiser: Browser, event: Event, person: Registration) -> None:
    person.email = ""
    before = db.session.query(Message).count()
    organiser.post(f"{base(event)}/{issued()[0].id}/replace", FIX)
    assert db.session.query(Message).count() == before and len(issued()) == 2


def test_asking_is_limited(limits: None, organiser: Browser, event: Event, person: Registration, stranger: Browser) -> None:
    asking = f"/r/{person.manage_token}/certificates/{issued()[0].id}/correction"
    for _ in range(10):
        stranger.post(asking, {"holder_th": ""}, status=422)
    stranger.post(asking, WISH, status=429)
    assert db.session.query(CorrectionRequest).count() == 0


def test_pages_cost_a_bounded_number_of_statements(organiser: Browser, event: Event, make: Factory, statements: Any) -> None:
    def cost(people: int) -> int:
        for _ in range(people):
            certificate = make.certificate(make.registration(event))
            db.session.add(CorrectionRequest(certificate_id=certificate.id, holder_th="ชื่อใหม่"))
        with statements() as sent:
            organiser.get(f"{base(event)}/corrections")
        return len(sent)

    assert cost(2) == cost(20)
