"""Programmes, their hosts and logos, and the directory of organisations."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from models import Host, Organisation, Programme, Role, User, db, now
from tests.factories import Factory
from tests.page import Browser

TYPED = {"title_th": "โครงการ ๔.๐", "title_en": "Programme 4.0", "cluster_th": "คลัสเตอร์เครื่องมือแพทย์ภาคเหนือ",
         "starts_on": "1 ก.พ. 2563", "ends_on": "31/7/63", "target_organisations": "๒๐", "target_attendance": "80",
         "hosts-0-name": "มหาวิทยาลัยเชียงใหม่", "hosts-1-name": "บริษัท ตัวอย่าง จำกัด"}


@pytest.fixture
def admin(make: Factory, browser: Browser) -> User:
    user = make.admin()
    browser.sign_in(user)
    return user


def png(size: tuple[int, int] = (60, 30)) -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", size, "navy").save(file, "PNG")
    return io.BytesIO(file.getvalue()), "logo.png"


def only() -> Programme:
    return db.session.scalars(select(Programme)).one()


def names(programme: Programme) -> list[str]:
    return [host.organisation.name_th for host in programme.hosts]


def test_create_makes_the_creator_owner(browser: Browser, admin: User) -> None:
    browser.get("/organiser/programmes/new")
    page = browser.post("/organiser/programmes/new", TYPED)
    programme = only()
    assert page.location == f"/organiser/programmes/{programme.id}"
    assert (programme.starts_on.isoformat(), programme.ends_on.isoformat()) == ("2020-02-01", "2020-07-31")
    assert (programme.target_organisations, programme.target_persons) == (20, None)
    assert names(programme) == ["มหาวิทยาลัยเชียงใหม่", "บริษัท ตัวอย่าง จำกัด"]
    assert programme.cluster.name_th == TYPED["cluster_th"]
    assert [(grant.programme_id, grant.role) for grant in admin.grants] == [(programme.id, Role.OWNER)]
    text = browser.get(page.location).text()
    assert "2563" in text and "มหาวิทยาลัยเชียงใหม่" in text


@pytest.mark.parametrize(("given", "field"), [
    ({"title_th": ""}, "title_th"), ({"ends_on": "31/1/2563"}, "ends_on"), ({"starts_on": "1 Feb 2563 AD?"}, "starts_on"),
    ({"starts_on": "2563-02-01"}, "starts_on"), ({"ends_on": "30/2/2563"}, "ends_on"),
    ({"target_attendance": "101"}, "target_attendance"),
    ({"target_satisfaction": "-1"}, "target_satisfaction"), ({"target_persons": "many"}, "target_persons")])
def test_wrong_input_gets_a_sentence_and_keeps_what_was_typed(
        browser: Browser, admin: User, given: dict[str, str], field: str) -> None:
    page = browser.post("/organiser/programmes/new", TYPED | given, 422)
    assert page.error(field)
    assert page.one(f'[name="{field}"]')["value"] == given[field]
    assert page.one('[name="hosts-0-name"]')["value"] == TYPED["hosts-0-name"]
    assert page.one("title").get_text().strip()
    assert db.session.scalars(select(Programme)).all() == db.session.scalars(select(Organisation)).all() == []


def test_a_hostile_name_is_only_text(browser: Browser, admin: User) -> None:
    page = browser.post("/organiser/programmes/new", TYPED | {"title_th": "<script>alert(1)</script>"})
    assert "<script>alert(1)</script>" in browser.get(page.location).one("h1").get_text()


def edit_data(programme: Programme, **given: Any) -> dict[str, Any]:
    return TYPED | {"version": str(programme.version)} | given


def test_the_form_shows_what_is_saved(browser: Browser, admin: User) -> None:
    browser.post("/organiser/programmes/new", TYPED)
    page = browser.get(f"/organiser/programmes/{only().id}/edit")
    shown = {tag["name"]: tag.get("value", "") for tag in page.all("main form input[name]")}
    assert shown["starts_on"] == "1/2/2563" and shown["target_organisations"] == "20"
    assert all(shown[name] == TYPED[name] for name in ("title_th", "title_en", "cluster_th", "hosts-0-name", "hosts-1-name"))
    assert shown["hosts-2-name"] == shown["hosts-3-name"] == ""


def test_the_second_of_two_editors_is_told_and_may_save_after_looking(browser: Browser, admin: User, make: Factory) -> None:
    programme = make.programme()
    path = f"/organiser/programmes/{programme.id}/edit"
    seen = browser.get(path).one('[name="version"]')["value"]
    browser.post(path, edit_data(programme, title_th="คนแรก"))
    page = browser.post(path, TYPED | {"version": seen, "title_th": "คนที่สอง"}, 422)
    assert page.all(".error-summary li")
    assert page.one('[name="title_th"]')["value"] == "คนที่สอง"
    assert only().title_th == "คนแรก"
    browser.post(path, TYPED | {"version": page.one('[name="version"]')["value"], "title_th": "คนที่สอง"})
    assert only().title_th == "คนที่สอง"


def test_a_change_of_hosts_alone_counts_as_a_change(browser: Browser, admin: User, make: Factory) -> None:
    browser.post("/organiser/programmes/new", TYPED)
    before = only().version
    browser.post(f"/organiser/programmes/{only().id}/edit", edit_data(only(), **{"hosts-1-name": ""}))
    assert only().version > before and names(only()) == ["มหาวิทยาลัยเชียงใหม่"]


def test_hosts_keep_their_logo_when_they_change_places(app: Flask, browser: Browser, admin: User) -> None:
    browser.post("/organiser/programmes/new", TYPED | {"hosts-0-logo": png()})
    programme = only()
    logo = programme.hosts[0].logo_sha256
    browser.post(f"/organiser/programmes/{programme.id}/edit", edit_data(
        programme, **{"hosts-0-name": "บจก. ตัวอย่าง", "hosts-1-name": "มหาวิทยาลัย เชียงใหม่", "hosts-2-name": "บริษัท ตัวอย่าง"}))
    assert [(host.organisation.name_th, host.logo_sha256) for host in only().hosts] == [
        ("บริษัท ตัวอย่าง จำกัด", None), ("มหาวิทยาลัยเชียงใหม่", logo)]
    shown = Browser(app).open("GET", f"/logo/{logo}")
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    browser.post(f"/organiser/programmes/{programme.id}/edit", edit_data(only(), **{"hosts-0-drop_logo": "y"}))
    assert db.session.scalars(select(Host.logo_sha256)).all() == [None, None]
    assert Browser(app).open("GET", f"/logo/{logo}").status_code == 404


def test_a_host_changes_places_by_its_number(browser: Browser, admin: User) -> None:
    browser.post("/organiser/programmes/new", TYPED | {"hosts-0-logo": png()})
    path = f"/organiser/programmes/{only().id}/edit"
    assert [tag.get("value") for tag in browser.get(path).all('[name$="-place"]')][:2] == ["1", "2"]
    browser.post(path, edit_data(only(), **{"hosts-0-place": "1", "hosts-1-place": "๑"}))
    assert names(only()) == ["บริษัท ตัวอย่าง จำกัด", "มหาวิทยาลัยเชียงใหม่"] and only().hosts[1].logo_sha256
    assert browser.post(path, edit_data(only(), **{"hosts-0-place": "99"}), 422).error("hosts-0-place")


@pytest.mark.parametrize("logo", [(io.BytesIO(b"<svg onload=alert(1)>"), "logo.png"), (io.BytesIO(b"%PDF-1.7"), "logo.pdf"),
                                  (io.BytesIO(b"\x89PNG" + b"0" * 2_200_000), "big.png"), png((5000, 5000))])
def test_a_file_that_is_no_logo_gets_a_sentence_at_the_field(browser: Browser, admin: User, logo: tuple[io.BytesIO, str]) -> None:
    page = browser.post("/organiser/programmes/new", TYPED | {"hosts-1-logo": (io.BytesIO(logo[0].getvalue()), logo[1])}, 422)
    assert page.error("hosts-1-logo")
    assert not page.error("hosts-0-logo")
    assert len(page.all(".error-summary li")) == 1


def test_a_logo_is_stored_as_a_picture_of_our_own_making(app: Flask, browser: Browser, admin: User) -> None:
    file = io.BytesIO()
    Image.new("RGB", (60, 30), "navy").save(file, "JPEG", comment=b"<?php secret ?>")
    browser.post("/organiser/programmes/new", TYPED | {"hosts-0-logo": (io.BytesIO(file.getvalue()), "logo.png")})
    answer = Browser(app).open("GET", f"/logo/{only().hosts[0].logo_sha256}")
    assert answer.mimetype == "image/jpeg" and b"php" not in answer.data


def test_each_sees_its_own_programmes_and_events(browser: Browser, make: Factory) -> None:
    user, whole, part, foreign = make.user(), make.programme(), make.programme(), make.programme()
    event, hidden, other, inside = make.event(part), make.event(part), make.event(foreign), make.event(whole)
    make.grant(user, Role.VIEWER, whole)
    make.grant(user, Role.VIEWER, event)
    page = browser.sign_in(user).get("/organiser/programmes")
    links = {tag["href"] for tag in page.all("main a[href]")}
    assert {f"/organiser/events/{event.id}", f"/organiser/events/{inside.id}", f"/organiser/programmes/{whole.id}"} <= links
    assert not {f"/organiser/events/{hidden.id}", f"/organiser/events/{other.id}", f"/organiser/programmes/{part.id}"} & links
    assert part.title_th in page.text() and foreign.title_th not in page.text()


def test_upcoming_events_come_first(browser: Browser, admin: User, make: Factory) -> None:
    programme = make.programme()
    for days in (-20, 30, -3, 2):
        start = now() + timedelta(days=days)
        make.event(programme, starts_at=start, title_th=f"วันที่ {days}")
    for path in ("/organiser/programmes", f"/organiser/programmes/{programme.id}"):
        titles = [tag.get_text(strip=True) for tag in browser.get(path).all(".work-title")]
        assert titles == ["วันที่ 2", "วันที่ 30", "วันที่ -3", "วันที่ -20"]


def test_the_first_page_says_how_to_start(app: Flask, browser: Browser, admin: User, make: Factory) -> None:
    assert browser.get("/organiser").one(".empty a")["href"] == "/organiser/programmes/new"
    assert Browser(app).sign_in(make.user()).get("/organiser").all(".empty")


def test_targets_count_each_organisation_and_person_once(browser: Browser, admin: User, make: Factory) -> None:
    programme = make.programme(target_organisations=20)
    one, two, org = make.event(programme), make.event(programme), make.organisation()
    for event in (one, two):
        make.registration(event, person_key="same", organisation_id=org.id)
    make.registration(one, person_key="other")
    make.registration(one, status="cancelled", organisation_id=make.organisation().id)
    values = [tag.get_text(strip=True) for tag in browser.get(f"/organiser/programmes/{programme.id}").all(".stat-value")]
    assert values == ["1", "2"]


def test_directory_is_searched_edited_and_confirmed(browser: Browser, admin: User, make: Factory) -> None:
    typed = make.organisation("บ.เชียงใหม่เมดิคอล", confirmed=False)
    make.organisation()
    page = browser.get("/organiser/organisations?q=บริษัท+เชียงใหม่+เมดิคอล+จำกัด")
    assert len(page.all(".person-row")) == 1
    browser.get("/organiser/organisations?q=ไม่มี")
    page = browser.get("/organiser/organisations?unconfirmed=1")
    browser.post(page.one('form[action$="/confirm"]')["action"])
    assert typed.confirmed
    path = f"/organiser/organisations/{typed.id}/edit"
    seen = browser.get(path).one('[name="seen"]')["value"]
    data = {"seen": seen, "name_th": "บริษัท เชียงใหม่เมดิคอล จำกัด", "kind": "enterprise", "juristic_number": "123"}
    assert browser.post(path, data, 422).error("juristic_number")
    browser.post(path, data | {"juristic_number": "", "province": "เชียงใหม่"})
    assert (typed.name_th, typed.province) == ("บริษัท เชียงใหม่เมดิคอล จำกัด", "เชียงใหม่")


def test_only_organisers_edit_the_directory(browser: Browser, make: Factory) -> None:
    organisation, viewer = make.organisation(confirmed=False), make.user()
    make.grant(viewer, Role.VIEWER, make.programme())
    page = browser.sign_in(viewer).get("/organiser/organisations")
    assert not page.all("main form[method=post]")
    browser.get(f"/organiser/organisations/{organisation.id}", 403)
    browser.post(f"/organiser/organisations/{organisation.id}/confirm", status=403)
    assert not organisation.confirmed


def test_suggestions_are_options_for_anyone(browser: Browser, make: Factory) -> None:
    make.organisation("บริษัท เชียงใหม่เมดิคอล จำกัด", name_en="CM Medical & Co")
    answer = browser.open("GET", "/organisations/suggest?q=เชียงใหม่").get_data(as_text=True)
    assert '<option value="บริษัท เชียงใหม่เมดิคอล จำกัด">CM Medical &amp; Co</option>' in answer
    browser.speak("en")
    assert 'value="CM Medical &amp; Co"' in browser.open("GET", "/organisations/suggest?q=เชียงใหม่").get_data(as_text=True)


def test_suggestions_are_limited(browser: Browser, limits: None) -> None:
    answers = [browser.open("GET", "/organisations/suggest?q=ก").status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]
