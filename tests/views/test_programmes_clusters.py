"""Clusters and their members."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event as on
from sqlalchemy import select

from models import Cluster, HistoryEntry, Membership, Organisation, Role, User, db
from tests.factories import Factory
from tests.page import Browser

KNOWN = "บริษัท ล้านนาเมดิคอล จำกัด"


@pytest.fixture
def organiser(make: Factory, browser: Browser) -> User:
    user = make.user()
    make.grant(user, Role.ORGANISER, make.event())
    browser.sign_in(user)
    return user


def rows() -> list[Membership]:
    return list(db.session.scalars(select(Membership).order_by(Membership.id)))


def join(cluster: Cluster, organisation: Organisation, **given: object) -> Membership:
    member = Membership(cluster_id=cluster.id, organisation_id=organisation.id, **given)
    db.session.add(member)
    db.session.flush()
    return member


def test_a_cluster_is_made_named_and_renamed(browser: Browser, organiser: User) -> None:
    assert browser.get("/organiser/clusters").one(".empty a")["href"] == "/organiser/clusters/new"
    browser.get("/organiser/clusters/new")
    assert browser.post("/organiser/clusters/new", {"name_th": " "}, 422).error("name_th")
    there = browser.post("/organiser/clusters/new", {"name_th": "คลัสเตอร์การแพทย์", "name_en": "Medical"}).location
    assert browser.post("/organiser/clusters/new", {"name_th": "อื่น", "name_en": "Medical"}, 422).error("name_th")
    assert browser.get(f"{there}/edit").one('[name="name_th"]')["value"] == "คลัสเตอร์การแพทย์"
    browser.post(f"{there}/edit", {"name_th": "คลัสเตอร์เครื่องมือแพทย์", "name_en": "Medical"})
    assert "คลัสเตอร์เครื่องมือแพทย์" in browser.get("/organiser/clusters").text()


def test_a_member_is_known_in_any_spelling_or_new(browser: Browser, organiser: User, make: Factory) -> None:
    cluster, known = make.cluster(), make.organisation(KNOWN)
    path = f"/organiser/clusters/{cluster.id}"
    browser.get(path)
    browser.post(path, {"name": "บจก. ล้านนาเมดิคอล", "joined_on": "1 ก.พ. 63"})
    browser.post(path, {"name": "ใหม่เฮลท์แคร์"})
    assert [(m.organisation_id == known.id, m.joined_on) for m in rows()] == [(True, date(2020, 2, 1)), (False, None)]
    page = browser.post(path, {"name": "ล้านนาเมดิคอล", "joined_on": "1/1/2565"}, 422)
    assert page.error("name") and page.one('[name="joined_on"]')["value"] == "1/1/2565"
    assert browser.post(path, {"name": "—"}, 422).error("name")
    assert browser.post(path, {"name": "ก ข", "joined_on": "32/1/2563"}, 422).error("joined_on")
    text = browser.get(path).text()
    assert "ใหม่เฮลท์แคร์" in text and "2563" in text


def test_who_left_may_come_again_as_a_second_row(browser: Browser, organiser: User, make: Factory) -> None:
    cluster, known = make.cluster(), make.organisation(KNOWN)
    member = join(cluster, known, joined_on=date(2020, 2, 1))
    path, times = f"/organiser/clusters/{cluster.id}", f"/organiser/memberships/{member.id}"
    assert browser.get(times).one('[name="joined_on"]')["value"] == "1/2/2563"
    assert browser.post(times, {"joined_on": "1/2/2563", "left_on": "31/1/2563"}, 422).error("left_on")
    browser.post(times, {"joined_on": "1/2/2563", "left_on": "30/9/2563"})
    assert browser.get(path).all(".empty") and KNOWN in browser.get(f"{path}?former=1").text()
    browser.post(path, {"name": KNOWN, "joined_on": "1/10/2564"})
    assert [m.left_on for m in rows()] == [date(2020, 9, 30), None]
    assert browser.post(times, {"joined_on": "1/2/2563", "left_on": "1/1/2565"}, 422).error("joined_on")
    verbs = db.session.scalars(select(HistoryEntry.verb).order_by(HistoryEntry.id)).all()
    assert verbs == ["cluster.left", "cluster.joined"]


def test_a_mistake_is_taken_out(browser: Browser, organiser: User, make: Factory) -> None:
    member = join(make.cluster(), make.organisation(KNOWN))
    page = browser.get(f"/organiser/clusters/{member.cluster_id}")
    browser.post(page.one('form[action$="/remove"]')["action"])
    assert rows() == []
    assert db.session.scalars(select(Organisation)).one().name_th == KNOWN


def test_a_pasted_list_is_shown_before_it_counts(browser: Browser, organiser: User, make: Factory) -> None:
    cluster, known, member = make.cluster(), make.organisation(KNOWN), make.organisation("สมาชิกเดิม")
    merged = make.organisation("ชื่อเก่าล้านนา", merged_into_id=known.id)
    english = make.organisation("ดอยคำ", name_en="Doi Kham", folded_en="doikham")
    join(cluster, member)
    path = f"/organiser/clusters/{cluster.id}/paste"
    browser.get(path)
    data = {"names": f"1. {KNOWN}\n๒) ดอยคำการแพทย์\tเชียงใหม่\n- สมาชิกเดิม\n\n* —\nDOI KHAM CO., LTD.\n{merged.name_th}", "joined_on": "1/2/2563"}
    page = browser.post(path, data, 200)
    states = [" ".join(li.select_one(".tag").get_text().split()) for li in page.all(".member-rows > li")]
    assert len(states) == 6 and len(set(states)) == 6, states
    assert english.name_th in page.text() and len(rows()) == 1
    assert db.session.scalar(select(Organisation).where(Organisation.name_th == "ดอยคำการแพทย์")) is None
    agreed = data | {"previewed": page.one('[name="previewed"]')["value"]}
    browser.post(path, agreed | {"names": data["names"] + "\nอีกราย"}, 200)  # changed since: look again
    assert len(rows()) == 1
    browser.post(path, agreed)
    assert [m.organisation.name_th for m in rows()] == ["สมาชิกเดิม", KNOWN, "ดอยคำการแพทย์", "ดอยคำ"]
    browser.post(path, agreed)  # the button pressed twice
    assert len(rows()) == 4
    assert browser.post(path, {"names": "\n".join(f"ราย {n}" for n in range(501))}, 422).error("names")
    assert browser.post(path, {"names": " "}, 422).error("names")


def test_a_programme_shows_its_members_and_who_registered(browser: Browser, organiser: User, make: Factory) -> None:
    cluster = make.cluster()
    programme = make.programme(cluster_id=cluster.id)
    make.grant(organiser, Role.VIEWER, programme)
    here, absent = make.organisation(KNOWN, sector="การแพทย์", province="ลำพูน"), make.organisation("ดอยคำ")
    before, after = make.organisation("ก่อน"), make.organisation("หลัง")
    for organisation in (here, absent):
        join(cluster, organisation, joined_on=date(2020, 2, 1), left_on=date(2024, 1, 1))
    join(cluster, before, left_on=date(2020, 1, 31))
    join(cluster, after, joined_on=date(2020, 8, 1))
    one, two = make.event(programme), make.event(programme)
    for event in (one, two):
        make.registration(event, organisation_id=here.id, person_key="same")
    make.registration(make.event(), organisation_id=absent.id)
    page = browser.get(f"/organiser/programmes/{programme.id}")
    shown = [" ".join(li.get_text(" ").split()) for li in page.all(".member-rows > li")]
    assert len(shown) == 2 and "ดอยคำ" in shown[0]
    assert "การแพทย์ · ลำพูน" in shown[1] and "1" in shown[1]
    assert page.all(f'main a[href="/organiser/clusters/{cluster.id}"]')


def test_only_organisers_change_clusters(app: Flask, browser: Browser, make: Factory) -> None:
    member = join(make.cluster(), make.organisation())
    viewer = make.user()
    make.grant(viewer, Role.VIEWER, make.programme())
    path = f"/organiser/clusters/{member.cluster_id}"
    page = browser.sign_in(viewer).get(path)
    assert not page.all("main form") and not page.all(f'main a[href="{path}/edit"]')
    browser.post(path, {"name": "ใครก็ได้"}, 403)
    for closed in (f"{path}/edit", f"{path}/paste", f"/organiser/memberships/{member.id}", "/organiser/clusters/new"):
        browser.get(closed, 403)
    browser.post(f"/organiser/memberships/{member.id}/remove", status=403)
    assert len(rows()) == 1


def statements(browser: Browser, path: str) -> int:
    """How many statements the page asks of the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    db.session.commit()
    on.listen(db.engine, "before_cursor_execute", note)
    try:
        browser.get(path)
    finally:
        on.remove(db.engine, "before_cursor_execute", note)
    return sum(not s.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for s in asked)


def test_pages_ask_no_more_for_many_rows_than_for_few(browser: Browser, organiser: User, make: Factory) -> None:
    cluster = make.cluster()
    programme = make.programme(cluster_id=cluster.id)
    make.grant(organiser, Role.OWNER, programme)
    event, one = make.event(programme), make.organisation()

    def fill(letters: str) -> None:
        for letter in letters:
            organisation = make.organisation(f"{letter}ล้านนาการแพทย์ครบวงจร")  # all alike
            join(cluster, organisation)
            make.registration(event, organisation_id=organisation.id)
            make.host(make.programme(cluster_id=make.cluster().id), organisation=one)
            join(make.cluster(), one)
            make.registration(make.event(), organisation_id=one.id)
            make.organisation(merged_into_id=one.id)
            db.session.add(HistoryEntry(verb="organisation.confirmed", organisation_id=one.id, user_id=make.user().id))

    paths = ["/organiser/organisations", "/organiser/organisations/duplicates", "/organiser/clusters", f"/organiser/clusters/{cluster.id}",
             f"/organiser/programmes/{programme.id}", f"/organiser/organisations/{one.id}"]
    fill("กข")
    few = [statements(browser, path) for path in paths]
    fill("คงจฉชซญ")
    assert [statements(browser, path) for path in paths] == few
