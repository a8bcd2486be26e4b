"""The overview of all kinds, the rule's form, the dry run with its exceptions, and the people who are only named."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from blueprints.certificates.rules import CONDITIONS, Condition
from models import (
    Certificate,
    CertificateException,
    CertificateKind,
    CertificatePlan,
    CheckpointKind,
    Event,
    EventStatus,
    Job,
    NamedHolder,
    Role,
    db,
)
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_certificates import SETTINGS, base, came, event, issued, organiser

__all__ = ("event", "organiser")


def settings(browser: Browser, at: Event, kind: str = "attendance", **given: Any) -> None:
    browser.post(f"{base(at)}/{kind}/settings", SETTINGS | given)


def rule(kind: CertificateKind = CertificateKind.ATTENDANCE) -> dict[str, Any]:
    return db.session.scalars(select(CertificatePlan.rule).where(CertificatePlan.kind == kind)).one()


def test_the_overview_has_a_card_for_each_kind_and_adds_the_others(organiser: Browser, event: Event, make: Factory) -> None:
    page = organiser.get(base(event))
    assert page.one(".empty a")["href"].endswith("/attendance/settings")
    came(make, event)
    make.registration(event)
    settings(organiser, event)
    page = organiser.get(base(event))
    assert [strong.get_text() for strong in page.all("#kind-attendance .kind-counts strong")] == ["1", "0", "1"]
    assert [link["href"].split("/")[-2] for link in page.all(".more-kinds a")] == ["speaker", "organiser", "enterprise"]
    assert organiser.get(f"{base(event)}/speaker/settings").one("[name=register_name]")["value"] == SETTINGS["register_name"]
    for kind in ("speaker", "organiser", "enterprise"):
        settings(organiser, event, kind, basis="seat" if kind != "enterprise" else "entry", people="1")
    page = organiser.get(base(event))
    assert len(page.all(".kind-card")) == 4 and not page.all(".more-kinds")


def test_each_kind_is_issued_by_itself_and_numbered_in_one_register(organiser: Browser, event: Event, make: Factory) -> None:
    organisation = make.organisation("บริษัท ก จำกัด")
    came(make, event, organisation_id=organisation.id)
    settings(organiser, event)
    settings(organiser, event, "enterprise", people="๑")
    settings(organiser, event, "speaker", basis="seat")
    organiser.post(f"{base(event)}/speaker/named", {"lines": "ดร.วิทยากร หนึ่ง"})
    for kind in ("enterprise", "speaker", "attendance", "speaker"):
        organiser.post(f"{base(event)}/{kind}/issue")
    in_order = ("enterprise", "speaker", "attendance")
    assert [(c.kind.value, c.sequence, bool(c.file_sha256)) for c in issued()] == [(kind, n, True) for n, kind in enumerate(in_order, 1)]
    assert [job.options for job in db.session.scalars(select(Job).order_by(Job.id))] == [{"kind": kind} for kind in in_order]
    organiser.post(f"{base(event)}/enterprise/preview")
    assert db.session.scalars(select(Job).where(Job.kind == "preview")).one().options == {"kind": "enterprise"}
    organiser.post(f"{base(event)}/organiser/issue", status=404)


def test_a_cancelled_event_says_so_and_issues_nothing(organiser: Browser, event: Event, make: Factory) -> None:
    came(make, event)
    settings(organiser, event)
    event.status = EventStatus.CANCELLED
    organiser.post(f"{base(event)}/attendance/issue")
    assert issued() == [] and db.session.scalar(select(Job.id)) is None
    assert "ยกเลิก" in organiser.get(base(event)).text()


def test_the_rule_is_kept_and_what_does_not_belong_to_its_basis_is_ignored(organiser: Browser, event: Event, make: Factory) -> None:
    half = make.checkpoint(event, kind=CheckpointKind.HALF_DAY)
    category = event.categories[0].id
    settings(organiser, event, basis="count", parts="half_day", needed="๒", share="มาก", compulsory=[half.id], categories=[category])
    assert rule() == {"basis": "count", "parts": "half_day", "needed": 2, "compulsory": [half.id], "categories": [category], "conditions": [],
                      "people": 1}
    page = organiser.get(f"{base(event)}/attendance/settings")
    assert page.one("[name=needed]")["value"] == "2" and page.one("[name=basis][checked]")["value"] == "count"
    assert page.all("[data-for=time] [name=share]") and not page.all("[name=conditions], [name=people]")
    assert organiser.get(base(event)).all("#kind-attendance .notice"), "the event has one half-day alone"
    settings(organiser, event, basis="time", share="80", needed="0")
    assert (rule()["basis"], rule()["needed"], rule()["categories"]) == ("time", 80, None)
    settings(organiser, event, "speaker", basis="seat")
    assert rule(CertificateKind.SPEAKER)["categories"] == []


@pytest.mark.parametrize(("given", "field"), [
    ({"basis": ""}, "basis"), ({"basis": "seat"}, "basis"), ({"basis": "count", "parts": "meal"}, "parts"),
    ({"basis": "count", "parts": "day", "needed": "0"}, "needed"), ({"basis": "time", "share": ""}, "share"),
    ({"basis": "time", "share": "101"}, "share"), ({"categories": "0"}, "categories"), ({"compulsory": "x"}, "compulsory")])
def test_a_wrong_rule_is_refused_beside_its_field(organiser: Browser, event: Event, given: dict[str, str], field: str) -> None:
    page = organiser.post(f"{base(event)}/attendance/settings", SETTINGS | given, status=422)
    assert page.error(field)
    assert db.session.scalar(select(CertificatePlan.id)) is None


def test_what_other_features_ask_is_a_box_to_tick(organiser: Browser, event: Event, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    person = came(make, event)
    monkeypatch.setitem(CONDITIONS, "here", Condition("ตอบแบบประเมินแล้ว", lambda _event: set()))
    monkeypatch.setitem(CONDITIONS, "elsewhere", Condition("อื่น", lambda _event: set(), lambda _event: False))
    assert [box["value"] for box in organiser.get(f"{base(event)}/attendance/settings").all("[name=conditions]")] == ["here"]
    settings(organiser, event, conditions="here")
    page = organiser.get(f"{base(event)}/attendance/people")
    assert "ตอบแบบประเมินแล้ว" in page.text(".verdicts") and f"/registrations/{person.id}" in str(page.one(".verdicts"))


def test_the_dry_run_is_searched_and_leads_to_the_person(organiser: Browser, event: Event, make: Factory) -> None:
    for first in ("สมหญิง", "มานี", "ปิติ"):
        came(make, event, first_name=first)
    make.registration(event, first_name="ชูใจ")
    settings(organiser, event)
    people = f"{base(event)}/attendance/people"
    assert [th.a.get_text() for th in organiser.get(people).all(".verdicts th[scope=row]")] == [
        f"นางสาว{first} ศรีสุข" for first in ("ปิติ", "มานี", "สมหญิง")]
    assert len(organiser.get(f"{people}?q=มานี").all(".verdicts tbody tr")) == 1
    assert not organiser.get(f"{people}?q=ชูใจ").all(".verdicts")
    assert "ชูใจ" in organiser.get(f"{people}?show=not").text(".verdicts")
    organiser.post(f"{base(event)}/attendance/issue")
    page = organiser.get(f"{people}?show=has&q=ปิติ")
    assert issued()[0].number in page.text(".verdicts") and not page.all("[name=key]")
    organiser.get(f"{base(event)}/speaker/people", status=404)


def test_exceptions_of_several_at_once_need_a_reason_and_can_be_withdrawn(organiser: Browser, event: Event, make: Factory) -> None:
    absent, other = make.registration(event, first_name="กา"), make.registration(event, first_name="ไก่")
    settings(organiser, event)
    people = f"{base(event)}/attendance/people"
    keys = [f"r{absent.id}", f"r{other.id}"]
    page = organiser.post(people, {"show": "not", "key": keys, "reason": " "}, status=422)
    assert page.error("reason") and len(page.all("[name=key][checked]")) == 2
    assert organiser.post(people, {"show": "not", "key": ["x", "r", "r٣٣", "o1"], "reason": "ป่วย"}, status=422).one(".error-summary")
    organiser.post(people, {"show": "not", "key": keys, "reason": "เข้าร่วมออนไลน์"})
    page = organiser.get(f"{people}?show=new")
    assert page.text(".verdicts").count("เข้าร่วมออนไลน์") == 2
    assert "เข้าร่วมออนไลน์" in organiser.get(f"/organiser/events/{event.id}/registrations/{absent.id}").text()
    organiser.post(people, {"show": "new", "key": keys[:1], "reason": "ผิดคน"})
    assert [one.granted for one in db.session.scalars(select(CertificateException).order_by(CertificateException.registration_id))] == [False, True]
    for exception in db.session.scalars(select(CertificateException.id)).all():
        organiser.post(f"{base(event)}/attendance/exceptions/{exception}/withdraw")
    organiser.post(f"{base(event)}/attendance/exceptions/99/withdraw")
    assert not organiser.get(f"{people}?show=not").all("[form]")
    organiser.post(f"{base(event)}/attendance/issue")
    assert issued() == []


def test_pasted_names_are_told_line_by_line_and_nothing_is_lost(organiser: Browser, event: Event) -> None:
    settings(organiser, event, "speaker", basis="seat")
    named = f"{base(event)}/speaker/named"
    text = "ดร.ก ข\tDr. K\tม.ช.\r\n; ไม่มีชื่อ\r\nค ง"
    page = organiser.post(named, {"lines": text}, status=422)
    assert page.one("textarea").get_text().strip() == text.replace("\r\n", "\n") and page.error("lines")
    assert [row.td.get_text() for row in page.all("tbody tr")] == ["1", "2", "3"] and len(page.all("tbody .field-error")) == 1
    assert db.session.scalar(select(NamedHolder.id)) is None
    organiser.post(named, {"lines": text.replace("; ไม่มีชื่อ\r\n", "")})
    holder = db.session.scalars(select(NamedHolder).order_by(NamedHolder.id)).first()
    assert (holder.name_th, holder.name_en, holder.organisation) == ("ดร.ก ข", "Dr. K", "ม.ช.")
    one = f"{named}/{holder.id}"
    assert organiser.post(one, {"name_th": ""}, status=422).error("name_th")
    assert organiser.post(one, {"name_th": "ค ง"}, status=422).error("name_th")
    organiser.post(one, {"name_th": "ดร.ก ขคง", "name_en": "", "organisation": ""})
    organiser.post(f"{base(event)}/speaker/issue")
    organiser.post(f"{one}/remove")
    number = db.session.scalars(select(Certificate.number).where(Certificate.named_holder_id == holder.id)).one()
    page = organiser.get(named)
    assert number in page.text() and len(page.all("tbody tr")) == 2
    organiser.get(f"{base(event)}/speaker/named/999", status=404)


def test_speakers_are_taken_over_from_the_agenda(organiser: Browser, event: Event, make: Factory) -> None:
    make.session(event, speaker="ดร.ก ข, นายค ง")
    settings(organiser, event, "speaker", basis="seat")
    link = organiser.get(f"{base(event)}/speaker/named").one("a[href*=agenda]")["href"]
    page = organiser.get(link.split("#")[0])
    assert page.one("textarea").get_text().strip() == "ดร.ก ข\nนายค ง"
    organiser.post(f"{base(event)}/speaker/named", {"lines": page.one("textarea").get_text()})
    assert not organiser.get(f"{base(event)}/speaker/named").all("a[href*=agenda]")


def test_viewers_look_and_change_nothing(organiser: Browser, event: Event, make: Factory, app: Any) -> None:
    came(make, event)
    settings(organiser, event)
    viewer, user = Browser(app), make.user()
    make.grant(user, Role.VIEWER, event)
    viewer.sign_in(user)
    page = viewer.get(f"{base(event)}/attendance/people")
    assert page.all(".verdicts") and not page.all("[name=key], main form[method=post]")
    assert not viewer.get(f"{base(event)}/attendance/named").all("textarea")
    for path in ("people", "named"):
        viewer.post(f"{base(event)}/attendance/{path}", {"reason": "x", "key": "r1", "lines": "ก"}, status=403)


@pytest.mark.parametrize("path", ["", "/attendance/people", "/attendance/people?q=ก&show=not", "/attendance/named", "/enterprise/people"])
def test_the_pages_cost_the_same_for_many_people(organiser: Browser, event: Event, make: Factory, statements: Any, path: str) -> None:
    settings(organiser, event)
    settings(organiser, event, "enterprise", people="1")

    def more(count: int) -> int:
        for _ in range(count):
            came(make, event, organisation_id=make.organisation().id)
            absent = make.registration(event)
            plans = {plan.kind: plan.id for plan in db.session.scalars(select(CertificatePlan))}
            db.session.add_all([NamedHolder(plan_id=plans[CertificateKind.ATTENDANCE], name_th="ก", sort_key="ก"), CertificateException(
                plan_id=plans[CertificateKind.ATTENDANCE], registration_id=absent.id, granted=False, reason="ก")])
        with statements() as sent:
            organiser.get(base(event) + path)
        return len(sent)

    assert more(2) == more(12)
