"""The directory: search, filters, an organisation's page, duplicates and merging."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from models import Host, Membership, Organisation, Role, User, db, now
from tests.factories import Factory
from tests.page import Browser

NAME, OTHER = "บริษัท ล้านนาเมดิคอล จำกัด", "ล้านนาเมดิคัล"


@pytest.fixture
def organiser(make: Factory, browser: Browser) -> User:
    user = make.user(name="นางสาวผู้จัด")
    make.grant(user, Role.ORGANISER, make.event())
    browser.sign_in(user)
    return user


def names(browser: Browser, query: str) -> list[str]:
    return [tag.get_text(strip=True) for tag in browser.get(f"/organiser/organisations?{query}").all(".person strong")]


def test_the_directory_is_filtered(browser: Browser, organiser: User, make: Factory) -> None:
    one = make.organisation(NAME, province="ลำพูน", sector="การแพทย์", juristic_number="0105536000315")
    make.organisation("ดอยคำ", province="เชียงใหม่", kind="agency")
    make.organisation("ร้านเก่า", merged_into_id=one.id)
    assert names(browser, "") == ["ดอยคำ", NAME] or names(browser, "") == [NAME, "ดอยคำ"]
    assert names(browser, "province=ลำพูน") == names(browser, "sector=การแพทย์") == names(browser, "kind=enterprise") == [NAME]
    assert names(browser, "kind=agency&province=ลำพูน") == []
    assert names(browser, "q=ร้านเก่า") == names(browser, "q=0-1055-36000-31-5") == [NAME]
    page = browser.get("/organiser/organisations?kind=nonsense&province=ลำพูน")
    assert page.one('#province option[selected]')["value"] == "ลำพูน"


def test_an_organisation_has_a_page(browser: Browser, organiser: User, make: Factory) -> None:
    cluster, one = make.cluster(name_th="คลัสเตอร์การแพทย์"), make.organisation(NAME, confirmed=False)
    alias = make.organisation("ร้านล้านนา", merged_into_id=one.id)
    programme = make.programme(title_th="โครงการเชื่อมโยง")
    make.host(make.programme(title_th="โครงการเจ้าภาพ"), organisation=one)
    held = make.event(title_th="งานเจ้าภาพ")
    db.session.add_all([Membership(cluster_id=cluster.id, organisation_id=one.id), Host(event_id=held.id, organisation_id=one.id)])
    for event in (make.event(programme), make.event(programme)):
        make.registration(event, organisation_id=one.id, person_key="same")
    page = browser.get(f"/organiser/organisations/{one.id}")
    text = page.text()
    assert all(word in text for word in (alias.name_th, cluster.name_th, "โครงการเจ้าภาพ", "งานเจ้าภาพ"))
    assert [td.get_text(strip=True) for td in page.all("tbody tr > *")] == ["โครงการเชื่อมโยง", "2", "1", "2"]
    browser.post(page.one('form[action$="/confirm"]')["action"])
    edit = f"/organiser/organisations/{one.id}/edit"
    seen = browser.get(edit).one('[name="seen"]')["value"]
    typed = {"seen": seen, "name_th": NAME, "kind": "agency", "province": "ลำปาง"}
    browser.post(edit, typed)
    page = browser.post(edit, typed | {"province": "แพร่"}, 422)  # somebody with the old page
    assert page.all(".error-summary li") and page.one('[name="province"]')["value"] == "แพร่"
    assert "ลำปาง" in browser.get(f"/organiser/organisations/{one.id}").text(".deeds")
    assert browser.get(f"/organiser/organisations/{alias.id}", 302).location == f"/organiser/organisations/{one.id}"


def test_a_name_that_is_taken_leads_to_the_comparison(browser: Browser, organiser: User, make: Factory) -> None:
    one, other = make.organisation(NAME), make.organisation(OTHER)
    path = f"/organiser/organisations/{other.id}/edit"
    page = browser.post(path, {"seen": browser.get(path).one('[name="seen"]')["value"], "name_th": "ล้านนาเมดิคอล", "kind": "other"}, 422)
    assert page.error("name_th")
    assert page.all(f'a[href="/organiser/organisations/{other.id}/merge/{one.id}"]')


def test_from_a_pair_that_looks_alike_to_one_entry(browser: Browser, organiser: User, make: Factory) -> None:
    assert browser.get("/organiser/organisations/duplicates").all(".empty")
    one, other = make.organisation(NAME), make.organisation(OTHER, confirmed=False)
    assert browser.get(f"/organiser/organisations/{other.id}").all(f'a[href$="/{other.id}/merge/{one.id}"]')
    event = make.event(per_organisation=1, title_th="งานที่จำกัด")
    past = make.event(per_organisation=1, title_th="งานที่แล้ว", starts_at=now() - timedelta(days=9))
    for at in (event, past):
        make.registration(at, organisation_id=one.id)
        make.registration(at, organisation_id=other.id)
    pair = browser.get("/organiser/organisations/duplicates").one(".pair")
    page = browser.get(pair.select_one("a.btn")["href"])
    assert "งานที่จำกัด" in page.text() and "งานที่แล้ว" not in page.text()
    assert page.one("[name=stands][checked]")["value"] == str(one.id)
    assert not page.all("[name=juristic_number]")
    there = browser.post(page.one('main form[action*="/merge/"]')["action"], {"stands": str(one.id)}).location
    assert OTHER in browser.get(there).text(".deeds")
    assert db.session.get(Organisation, other.id).merged_into_id == one.id
    assert browser.get("/organiser/organisations/duplicates").all(".empty")


def test_two_numbers_are_chosen_from(browser: Browser, organiser: User, make: Factory) -> None:
    one = make.organisation(NAME, juristic_number="0105536000315")
    other = make.organisation(OTHER, juristic_number="0107537000254")
    path = f"/organiser/organisations/{one.id}/merge/{other.id}"
    assert len(browser.get(path).all("[name=juristic_number]")) == 2
    page = browser.post(path, {"stands": str(other.id)}, 422)
    assert page.error("juristic_number") and page.one("[name=stands][checked]")["value"] == str(other.id)
    assert browser.post(path, {"stands": "nonsense", "juristic_number": "1"}, 422).error("stands")
    browser.post(path, {"stands": str(other.id), "juristic_number": "0105536000315"})
    assert (other.juristic_number, one.merged_into_id) == ("0105536000315", other.id)


def test_itself_is_refused_and_the_other_found_by_name(browser: Browser, organiser: User, make: Factory) -> None:
    one, other = make.organisation(NAME), make.organisation(OTHER)
    path = f"/organiser/organisations/{one.id}/merge"
    browser.get(path)
    for typed in ("ไม่มี", "บจก. ล้านนาเมดิคอล"):
        assert browser.get(f"{path}?name={typed}").all(".notice")
    assert browser.get(f"{path}?name={OTHER}", 302).location.endswith(f"/merge/{other.id}")
    browser.post(f"{path}/{one.id}", {"stands": str(one.id)}, 422)


def test_a_pair_told_apart_is_not_shown_again(browser: Browser, organiser: User, make: Factory) -> None:
    make.organisation(NAME)
    make.organisation(OTHER)
    path = "/organiser/organisations/duplicates"
    button = browser.get(path).one('.pair form[action*="/different/"]')
    browser.post(button["action"])
    browser.post(button["action"])
    assert browser.get(path).all(".empty")


def test_only_organisers_merge(app: Flask, browser: Browser, make: Factory) -> None:
    one, other, viewer = make.organisation(NAME), make.organisation(OTHER), make.user()
    make.grant(viewer, Role.VIEWER, make.programme())
    browser.sign_in(viewer)
    for path in (f"{one.id}", f"{one.id}/edit", f"{one.id}/merge", f"{one.id}/merge/{other.id}", "duplicates"):
        browser.get(f"/organiser/organisations/{path}", 403)
    browser.post(f"/organiser/organisations/{one.id}/merge/{other.id}", {"stands": str(one.id)}, 403)
    browser.post(f"/organiser/organisations/{one.id}/different/{other.id}", status=403)
    assert other.merged_into_id is None
