"""Designs as files and an expert's HTML, through HTTP."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from blueprints.certificates import plans
from blueprints.certificates.plans import PlanCommand
from blueprints.certificates.registers import RegisterCommand
from models import CertificateKind, CertificatePlan, Event, Job, JobState, RegisterReset, Role, db
from tests.factories import Factory
from tests.page import Browser

WORDS = {"template": "formal", "heading_th": "เกียรติบัตร", "preamble": "ขอมอบให้", "deed": "ผ่าน"}


@pytest.fixture
def plan(make: Factory) -> CertificatePlan:
    return planned(make.event())


def planned(event: Event) -> CertificatePlan:
    register = RegisterCommand("ทะเบียน", "{number}", 1, False, RegisterReset.NEVER, specimen=False)
    return plans.save_plan(event, CertificateKind.ATTENDANCE, PlanCommand(date(2020, 7, 17), register), None)


def base(event: Event) -> str:
    return f"/organiser/events/{event.id}/certificates/attendance/design"


def signed_in(make: Factory, app: Flask, event: Event, role: Role) -> Browser:
    user = make.user()
    make.grant(user, role, event)
    return Browser(app).sign_in(user)


def png() -> Any:
    file = io.BytesIO()
    Image.new("RGBA", (40, 30), "red").save(file, "PNG")
    return io.BytesIO(file.getvalue())


def test_a_design_goes_to_another_event_as_a_file(make: Factory, app: Flask, plan: CertificatePlan) -> None:
    other = planned(make.event())
    here, there = signed_in(make, app, plan.event, Role.OWNER), signed_in(make, app, other.event, Role.OWNER)
    here.post(f"{base(plan.event)}/assets", {"name": "logo.png", "picture": (png(), "x.png")})
    here.post(f"{base(plan.event)}/expert", {"html": "{{ boxes() }}", "css": ".x{color:red}"})
    here.get(f"{base(plan.event)}/import")
    file = here.open("GET", f"{base(plan.event)}/export").data
    there.post(f"{base(other.event)}/import", {"file": (io.BytesIO(file), "x.ruam-design")})
    assert other.design.content == plan.design.content and other.design.version == 2
    page = there.post(f"{base(other.event)}/import", {"file": (io.BytesIO(b"no"), "x.ruam-design")}, status=422)
    assert page.error("file")
    assert there.post(f"{base(other.event)}/import", {}, status=422).error("file")


def test_a_file_with_an_experts_html_is_for_owners(make: Factory, app: Flask, plan: CertificatePlan) -> None:
    other = planned(make.event())
    here, there = signed_in(make, app, plan.event, Role.OWNER), signed_in(make, app, other.event, Role.ORGANISER)
    file = lambda: (io.BytesIO(here.open("GET", f"{base(plan.event)}/export").data), "x.ruam-design")  # noqa: E731
    here.post(base(plan.event), WORDS | {"name_1": "ก", "position_1": "ข"})
    there.post(f"{base(other.event)}/import", {"file": file()})
    assert other.design.version == 2 and other.design.content == plan.design.content
    for given in ({"html": "{{ boxes() }}", "css": ""}, {"html": "", "css": ".x{top:0}"}):
        here.post(f"{base(plan.event)}/expert", given)
        assert there.post(f"{base(other.event)}/import", {"file": file()}, status=422).error("file")
    assert other.design.version == 2


def test_an_expert_writes_html_and_is_told_what_is_not_allowed(make: Factory, app: Flask, plan: CertificatePlan) -> None:
    owner = signed_in(make, app, plan.event, Role.OWNER)
    owner.get(f"{base(plan.event)}/expert")
    page = owner.post(f"{base(plan.event)}/expert", {"html": "{{ boxes() }}\n<script>", "css": ""}, status=422)
    assert "2" in page.error("html") and page.one("textarea[name=html]").get_text().strip().endswith("<script>")
    owner.post(f"{base(plan.event)}/expert", {"html": "{{ boxes() }}\n<p class=x>x</p>", "css": ".x{top:0}"})
    assert plan.design.content["html"] == "{{ boxes() }}\n<p class=x>x</p>"
    assert owner.post(f"{base(plan.event)}/assets", {"name": "../x", "picture": (png(), "x.png")}, status=422).error("name")
    owner.post(f"{base(plan.event)}/assets", {"name": "a.png", "picture": (png(), "x.png")})
    assert "a.png" in owner.get(f"{base(plan.event)}/expert").text()
    owner.post(f"{base(plan.event)}/assets/a.png/remove")
    assert plan.design.content["assets"] == []
    assert signed_in(make, app, plan.event, Role.ORGANISER).open("GET", f"{base(plan.event)}/expert").status_code == 403


def numbers_of(page: Any) -> dict[str, str]:
    """What the designer's form would send as it stands."""
    kinds = ", ".join(f"#designer-form input[type={kind}]" for kind in ("hidden", "text", "number"))
    found = {one["name"]: one.get("value", "") for one in page.all(kinds)}
    found |= {select["name"]: next((option["value"] for option in select.select("option[selected]")), select.select("option")[0]["value"])
              for select in page.all("#designer-form select")}
    return found


def row_of(values: dict[str, str], name: str) -> str:
    return next(key.removesuffix("-name") for key, value in values.items() if key.endswith("-name") and value == name)


def test_boxes_are_placed_by_number_and_the_second_to_save_is_told(make: Factory, app: Flask, plan: CertificatePlan) -> None:
    organiser = signed_in(make, app, plan.event, Role.ORGANISER)
    values = numbers_of(organiser.get(f"{base(plan.event)}/layout"))
    holder = row_of(values, "holder")
    organiser.post(f"{base(plan.event)}/layout", values | {f"{holder}-x": "50", f"{holder}-width": "190,5"})
    box = next(one for one in plan.design.content["boxes"] if one["name"] == "holder")
    assert (box["x"], box["width"], plan.design.version) == (50.0, 190.5, 2)
    page = organiser.post(f"{base(plan.event)}/layout", values | {f"{holder}-x": "60"}, status=422)
    assert page.one(f"[name={holder}-x]")["value"] == "60" and plan.design.version == 2
    organiser.post(f"{base(plan.event)}/layout", numbers_of(page))
    assert next(one for one in plan.design.content["boxes"] if one["name"] == "holder")["x"] == 60.0


@pytest.mark.parametrize(("name", "part", "value"), [("holder", "x", "500"), ("holder", "width", "0"), ("qr", "width", "5"), ("holder", "x", "viel"),
                                                     ("holder", "align", "justify")])
def test_what_breaks_a_rule_is_said_and_nothing_is_saved(make: Factory, app: Flask, plan: CertificatePlan, name: str, part: str, value: str) -> None:
    organiser = signed_in(make, app, plan.event, Role.ORGANISER)
    values = numbers_of(organiser.get(f"{base(plan.event)}/layout"))
    page = organiser.post(f"{base(plan.event)}/layout", values | {f"{row_of(values, name)}-{part}": value}, status=422)
    assert page.one(".error-summary, .alert") and plan.design.version == 1


def test_a_text_is_added_drawn_and_taken_away(make: Factory, app: Flask, plan: CertificatePlan) -> None:
    organiser = signed_in(make, app, plan.event, Role.ORGANISER)
    values = numbers_of(organiser.get(f"{base(plan.event)}/layout"))
    values = numbers_of(organiser.post(f"{base(plan.event)}/layout", values | {"more": "text"}, status=200))
    own = row_of(values, "text-1")
    drawn = organiser.open("POST", f"{base(plan.event)}/layout/drawn?sample=1", data=values | {f"{own}-paragraphs-0-text": "รุ่นที่ 12"}).json
    assert [line["text"] for box in drawn["boxes"] if box["name"] == "text-1" for line in box["lines"]] == ["รุ่นที่ 12"]
    fault = organiser.open("POST", f"{base(plan.event)}/layout/drawn", data=values | {f"{own}-paragraphs-0-text": "{secret}"}).json
    assert "secret" in fault["fault"] and "boxes" not in fault
    organiser.post(f"{base(plan.event)}/layout", values | {f"{own}-paragraphs-0-text": "รุ่นที่ 12"})
    assert plan.design.content["boxes"][-1]["paragraphs"][0]["text"] == "รุ่นที่ 12"
    values = numbers_of(organiser.get(f"{base(plan.event)}/layout"))
    organiser.post(f"{base(plan.event)}/layout", values | {f"{own}-gone": "y"})
    assert all(box["name"] != "text-1" for box in plan.design.content["boxes"])


def test_a_box_goes_back_to_the_built_in_design_and_what_else_was_typed_stays(make: Factory, app: Flask, plan: CertificatePlan) -> None:
    organiser = signed_in(make, app, plan.event, Role.ORGANISER)
    values = numbers_of(organiser.get(f"{base(plan.event)}/layout"))
    holder, body = row_of(values, "holder"), row_of(values, "body")
    built_in = values[f"{holder}-x"], values[f"{holder}-paragraphs-0-size"]
    typed = values | {f"{holder}-x": "50", f"{holder}-width": "100", f"{holder}-paragraphs-0-size": "9", f"{body}-x": "41"}
    organiser.post(f"{base(plan.event)}/layout", typed)
    saved = numbers_of(organiser.get(f"{base(plan.event)}/layout"))
    page = organiser.post(f"{base(plan.event)}/layout", saved | {f"{body}-x": "42", "reset": "holder"}, status=200)
    again = numbers_of(page)
    assert (again[f"{holder}-x"], again[f"{holder}-paragraphs-0-size"], again[f"{body}-x"]) == (*built_in, "42")
    drawn = {box["name"]: box["x"] for box in json.loads(page.one("[data-drawn]")["data-drawn"])["boxes"]}
    assert (drawn["holder"], drawn["body"], plan.design.version) == (float(built_in[0]), 42.0, 2)
    organiser.post(f"{base(plan.event)}/layout", typed | {"reset": "nothing"}, status=200)


def test_the_stage_offers_the_longest_organisation_and_a_long_title(make: Factory, app: Flask, plan: CertificatePlan) -> None:
    longest = "สถาบันวิจัยและพัฒนาอุตสาหกรรมเครื่องมือแพทย์ครบวงจรแห่งภาคเหนือตอนบนและอนุภูมิภาคลุ่มแม่น้ำโขง"
    make.registration(plan.event, organisation_name=longest)
    organiser = signed_in(make, app, plan.event, Role.ORGANISER)
    page = organiser.get(f"{base(plan.event)}/layout")
    choices = [option["value"] for option in page.all("[data-sample] option")]
    values, address = numbers_of(page), f"{base(plan.event)}/layout/drawn?sample="
    said = [" ".join(line["text"] for box in organiser.open("POST", address + one, data=values).json["boxes"] for line in box.get("lines", ()))
            for one in choices]
    assert longest in said[-2].replace("\n", "") and "คลัสเตอร์ 4.0" in said[-1] and " ร่วมกับ " in said[-1]


def test_another_design_brings_its_places_and_colours_and_keeps_the_words(make: Factory, app: Flask, plan: CertificatePlan) -> None:
    organiser = signed_in(make, app, plan.event, Role.ORGANISER)
    words = {"template": "modern", "heading_th": "วุฒิบัตร", "heading_en": "", "preamble": "ขอมอบให้", "deed": "ผ่าน", "name_1": "ก", "position_1": "ข",
             "colour_accent": "#123456", "background": (png(), "x.png")}
    organiser.post(base(plan.event), words)
    kept = plan.design.content
    assert (kept["template"], kept["heading_th"]) == ("modern", "วุฒิบัตร") and kept["background_sha256"] and kept["palette"]["accent"] != "#123456"
    organiser.post(base(plan.event), {key: value for key, value in words.items() if key != "background"} | {"no_background": "y"})
    assert plan.design.content["palette"]["accent"] == "#123456" and plan.design.content["background_sha256"] is None
    picture = organiser.open("GET", f"{base(plan.event)}/background")
    assert picture.mimetype == "image/svg+xml" and b"#123456" in picture.data and "default-src 'none'" in picture.headers["Content-Security-Policy"]
    assert organiser.post(base(plan.event), words | {"colour_accent": "red", "background": (png(), "x.png")}, status=422).error("colour_accent")


@pytest.mark.parametrize("html", ["{{ 1/0 }}", "{{ ''.__class__ }}", "{% for i in range(10**9) %}{% endfor %}", "{{ unknown }}"])
def test_html_that_fails_is_told_on_the_page_and_nothing_else_is_harmed(make: Factory, app: Flask, plan: CertificatePlan, html: str) -> None:
    owner = signed_in(make, app, plan.event, Role.OWNER)
    owner.post(f"{base(plan.event)}/expert", {"html": html, "css": ""})
    owner.post(f"/organiser/events/{plan.event.id}/certificates/attendance/preview")
    job = db.session.scalars(select(Job)).one()
    assert job.state is JobState.FAILED and job.file_sha256 is None and job.error
    owner.post(f"{base(plan.event)}/expert", {"html": "{{ boxes() }}<p>{{ words.event }}</p>", "css": ""})
    owner.post(f"/organiser/events/{plan.event.id}/certificates/attendance/preview")
    newest = db.session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert newest.state is JobState.DONE and newest.file_sha256


@pytest.mark.parametrize(("places", "row"), [("1234", "กขค"), ("1214", "คกข"), ("2234", "ขกค"), ("3214", "คขก"), ("4234", "ขคก")])
def test_signatories_change_places(make: Factory, app: Flask, plan: CertificatePlan, places: str, row: str) -> None:
    organiser = signed_in(make, app, plan.event, Role.ORGANISER)
    people = {f"name_{n}": name for n, name in enumerate("กขค", 1)} | {f"position_{n}": "อาจารย์" for n in (1, 2, 3)}
    organiser.post(base(plan.event), WORDS | people | {"image_3": (png(), "x.png")} | {f"place_{n}": place for n, place in enumerate(places, 1)})
    kept = plan.design.content["signatories"]
    assert "".join(one["name"] for one in kept) == row
    assert [one["name"] for one in kept if one["image_sha256"]] == ["ค"]


@pytest.mark.parametrize(("given", "said"), [
    ({"colour_second": "#946a1e"}, 0), ({"colour_second": "#f4e9c8"}, 1), ({"colour_second": "#f4e9c8", "background": True}, 0)])
def test_colours_that_are_hard_to_read_are_kept_and_said(make: Factory, app: Flask, plan: CertificatePlan, given: dict[str, Any], said: int) -> None:
    organiser = signed_in(make, app, plan.event, Role.ORGANISER)
    picture = {"background": (png(), "x.png")} if "background" in given else {}
    organiser.post(base(plan.event), WORDS | {"name_1": "ก", "position_1": "ข"} | given | picture)
    warnings = organiser.get(base(plan.event)).all(".flashes .tone-warning")
    assert len(warnings) == said and all("สีรอง" in one.get_text() for one in warnings)
    assert plan.design.content["palette"]["second"] == given["colour_second"]
