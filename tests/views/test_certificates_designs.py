"""Designs as files and an expert's HTML, through HTTP."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from blueprints.certificates import plans
from blueprints.certificates.plans import PlanCommand
from blueprints.certificates.registers import RegisterCommand
from models import CertificateKind, CertificatePlan, Event, RegisterReset, Role
from tests.factories import Factory
from tests.page import Browser


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
    here, there = signed_in(make, app, plan.event, Role.OWNER), signed_in(make, app, other.event, Role.ORGANISER)
    here.post(f"{base(plan.event)}/assets", {"name": "logo.png", "picture": (png(), "x.png")})
    here.post(f"{base(plan.event)}/expert", {"html": "{{ boxes() }}", "css": ".x{color:red}"})
    here.get(f"{base(plan.event)}/import")
    file = here.open("GET", f"{base(plan.event)}/export").data
    there.post(f"{base(other.event)}/import", {"file": (io.BytesIO(file), "x.ruam-design")})
    assert other.design.content == plan.design.content and other.design.version == 2
    page = there.post(f"{base(other.event)}/import", {"file": (io.BytesIO(b"no"), "x.ruam-design")}, status=422)
    assert page.error("file")
    assert there.post(f"{base(other.event)}/import", {}, status=422).error("file")


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
