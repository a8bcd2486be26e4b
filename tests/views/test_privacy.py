"""Data protection on the pages: the notice, the consents, “my data”, requests and their answers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from blueprints.privacy import erasing
from blueprints.registration import notices
from blueprints.registration.retention import FieldGroup
from models import Consent, ConsentPurpose, DataRequest, Event, Message, Notice, RequestKind, RequestState, Role, Scan, db, now
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_registration import fields, register, registered


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def owner(browser: Browser, make: Factory, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.OWNER, event)
    return Browser(browser.app).sign_in(user)


def test_the_notice_in_own_words_is_a_new_version(browser: Browser, owner: Browser, event: Event) -> None:
    register(browser, event)
    address = f"/organiser/events/{event.id}/privacy/notice"
    page = owner.get(address)
    owner.post(address, fields(page) | {"transfer_th": "ส่งไปประเทศสิงคโปร์", "transfer_en": "We send it to Singapore.", "consents": ["news"]})
    form = browser.get(f"/e/{event.slug}/register")
    assert "ส่งไปประเทศสิงคโปร์" in form.text() and "สิงคโปร์" not in db.session.scalars(select(Notice)).one().text_th
    assert [box.get("value") for box in form.all("[name=consents]")] == ["news"]
    register(browser, event, first_name="สอง", consents="news")
    assert [n.version for n in db.session.scalars(select(Notice).order_by(Notice.version))] == [1, 2]
    consent = db.session.scalars(select(Consent)).one()
    newest = db.session.get_one(Notice, consent.notice_id)
    assert newest.consents["news"]["th"] == notices.CONSENTS[ConsentPurpose.NEWS][0]
    assert len(owner.get(address).all(".notice-versions li")) == 2
    assert "คนอื่น" in owner.post(address, fields(page), 422).text() or "ผู้อื่น" in owner.post(address, fields(page), 422).text()


def test_the_notice_promises_what_the_clock_does(browser: Browser, owner: Browser, event: Event) -> None:
    address = f"/organiser/events/{event.id}/privacy/retention"
    page = owner.get(address)
    owner.post(address, fields(page) | {"contact": "๙๐"})
    assert "อีเมลและโทรศัพท์ 90 วัน" in browser.get(f"/e/{event.slug}/register").text()
    assert "90" in owner.get(f"/organiser/events/{event.id}/privacy").text()
    page = owner.post(address, fields(owner.get(address)) | {"sensitive": "100000"}, 422)
    assert page.error("sensitive")


def test_who_agreed(browser: Browser, owner: Browser, event: Event) -> None:
    register(browser, event, consents="photos")
    register(browser, event, first_name="สอง")
    page = owner.get(f"/organiser/events/{event.id}/privacy/consents/photos")
    assert "น้ำทิพย์" in page.text() and "สอง" not in page.text("tbody")
    one = registered(event)[0]
    browser.post(f"/r/{one.manage_token}/consents", {"purpose": "photos", "given": "no"})
    assert "ยังไม่มีผู้ยินยอม" in owner.get(f"/organiser/events/{event.id}/privacy/consents/photos").text()


def test_my_data_in_a_page_and_as_a_file(browser: Browser, event: Event) -> None:
    token = register(browser, event, consents="photos").location
    assert browser.get(token).all("a[href$='/data']")
    page = browser.get(f"{token}/data")
    assert "namthip@example.org" in page.text()
    copy = browser.post(f"{token}/data/copy", status=200)
    held = json.loads(copy.response.data)
    assert held["registration"]["first_name"] == "น้ำทิพย์" and held["consents"][0]["purpose"] == "photos" and held["format"]
    assert [r.kind for r in db.session.scalars(select(DataRequest))] == [RequestKind.COPY]


def test_erasing_before_the_event_is_at_once(browser: Browser, event: Event) -> None:
    token = register(browser, event).location
    assert "เรียกคืนไม่ได้" in browser.get(f"{token}/data/erase").text()
    browser.post(f"{token}/data/erase", status=200)
    one = registered(event)[0]
    assert (one.first_name, one.email, event.taken) == ("", "", 0)
    browser.get(token, 404)
    assert db.session.scalars(select(DataRequest)).one().state == RequestState.DONE
    register(browser, event)  # the same person may come again


def came(make: Factory, event: Event) -> str:
    """Somebody who was there: erasing needs an organiser."""
    one = make.registration(event, email="came@example.org")
    db.session.add(Scan(nonce="n", event_id=event.id, checkpoint_id=make.checkpoint(event).id, registration_id=one.id, direction="in",
                        source="camera", raw_code=one.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    return f"/r/{one.manage_token}"


def test_erasing_evidence_needs_an_organiser(browser: Browser, owner: Browser, make: Factory, event: Event) -> None:
    token = came(make, event)
    browser.post(f"{token}/data/erase")
    browser.post(f"{token}/data/erase")
    request = db.session.scalars(select(DataRequest)).one()
    address = f"/organiser/events/{event.id}/privacy"
    assert "29" in owner.get(address).text() or "30" in owner.get(address).text()
    assert "ขอลบข้อมูล" in owner.get("/organiser/data-requests").text()
    owner.post(f"{address}/requests/{request.id}", {"state": "refused", "note": ""})
    assert request.state == RequestState.OPEN, "a refusal needs a reason"
    owner.post(f"{address}/requests/{request.id}", {"state": "done", "note": "ลบให้แล้ว"})
    one = registered(event)[0]
    assert (one.first_name, request.state) == ("", RequestState.DONE)
    letter = db.session.scalars(select(Message).where(Message.kind == "data_request_answered")).one()
    assert letter.sent_at is not None
    owner.get(f"/organiser/events/{event.id}/registrations")
    owner.get(f"/organiser/events/{event.id}/registrations/{one.id}")


def test_a_request_that_nobody_answered_is_late(browser: Browser, owner: Browser, make: Factory, event: Event) -> None:
    token = came(make, event)
    browser.get(f"{token}/data/object")
    browser.post(f"{token}/data/object", {"text": ""}, 422)
    browser.post(f"{token}/data/object", {"text": "ไม่ต้องการให้ใช้ภาพ"})
    db.session.scalars(select(DataRequest)).one().made_at = now() - timedelta(days=31)
    assert "เกินกำหนด" in owner.get(f"/organiser/events/{event.id}/privacy").text()


def test_a_withdrawal_is_on_record_once_and_the_copy_says_what_was_agreed_to(browser: Browser, event: Event) -> None:
    token = register(browser, event, consents="photos").location
    db.session.scalars(select(Notice)).one().consents = {"photos": {"th": "ถ้อยคำในวันนั้น", "en": "The words of that day"}}
    db.session.commit()
    held = json.loads(browser.post(f"{token}/data/copy", status=200).response.data)
    assert held["consents"][0]["text"] == "ถ้อยคำในวันนั้น"
    for _twice in range(2):
        browser.post(f"{token}/consents", {"purpose": "photos", "given": "no"})
    kinds = [one.kind for one in db.session.scalars(select(DataRequest).order_by(DataRequest.id))]
    assert kinds == [RequestKind.COPY, RequestKind.WITHDRAW]


def test_an_erased_certificate_is_still_verified(browser: Browser, make: Factory, event: Event) -> None:
    certificate = make.certificate(make.registration(event, first_name="กัลยาณมิตรา"))
    assert "กัลยาณมิตรา" in browser.get(f"/V/{certificate.code}").text()
    while erasing.erase_chunk(event.id, FieldGroup.CERTIFICATES):
        db.session.expire_all()
    page = browser.get(f"/V/{certificate.code}").text()
    assert "กัลยาณมิตรา" not in page and "ลบชื่อ" in page
