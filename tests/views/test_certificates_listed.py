"""Certificates in the organiser's list of registrations, in its files, and in the choice of whom a message goes to."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from core import storage
from models import CertificateKind, CertificateStatus, Event, Mailing, Role, db
from tests.factories import Factory
from tests.page import Browser


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def organiser(browser: Browser, make: Factory, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return browser.sign_in(user)


def at(event: Event, args: str = "") -> str:
    return f"/organiser/events/{event.id}/registrations{args}"


def test_the_list_is_narrowed_to_those_with_a_certificate_or_without(organiser: Browser, make: Factory, event: Event) -> None:
    one, two, three = (make.registration(event, first_name=name) for name in ("มีใบ", "ไม่มี", "ถูกถอน"))
    make.certificate(one)
    make.certificate(three).status = CertificateStatus.REVOKED
    shown = organiser.get(at(event, "?certificate=yes")).text("table.people tbody")
    assert "มีใบ" in shown and "ไม่มี" not in shown and "ถูกถอน" not in shown
    shown = organiser.get(at(event, "?certificate=no")).text("table.people tbody")
    assert "มีใบ" not in shown and "ไม่มี" in shown and "ถูกถอน" in shown
    assert len(organiser.get(at(event, "?certificate=nonsense")).all("table.people tbody tr")) == 3
    assert two.id


def test_number_and_verification_page_stand_in_the_list_and_in_its_files(organiser: Browser, make: Factory, event: Event, app: Any,
                                                                         statements: Any) -> None:
    speaker, _other = make.registration(event), make.registration(event)
    first, second = make.certificate(speaker), make.certificate(speaker, kind=CertificateKind.SPEAKER)
    shown = organiser.get(at(event, "?column=certificate_number")).text("table.people tbody")
    assert f"{first.number}, {second.number}" in shown
    file = organiser.open("GET", at(event, ".csv?columns=certificate_number,certificate_address")).get_data(as_text=True)
    headings, *rows = csv.reader(io.StringIO(file.lstrip("\ufeff")))
    assert len(headings) == 5 and sorted(row[3] for row in rows) == ["", f"{first.number}, {second.number}"]
    assert f"{app.config['BASE_URL']}/V/{first.code}" in file
    assert first.number in organiser.open("GET", at(event, ".csv")).get_data(as_text=True), "a usual file has it too"
    assert "certificate" not in organiser.open("GET", at(make.event(event.programme), ".csv")).get_data(as_text=True)
    counts = []
    for _ in range(2):
        with statements() as sent:
            organiser.get(at(event, "?column=certificate_number&column=certificate_address"))
        counts.append(len(sent))
        for _person in range(5):
            make.certificate(make.registration(event))
    assert counts[1] <= counts[0]


def test_holders_are_written_to_from_the_page_of_handing_out(organiser: Browser, make: Factory, event: Event) -> None:
    holder, _other = make.registration(event), make.registration(event)
    make.certificate(holder).file_sha256 = storage.put(b"file", "application/pdf")
    link = organiser.get(f"/organiser/events/{event.id}/certificates/delivery").one('a[href*="starter=certificate_ready"]')["href"]
    page = organiser.get(link)
    assert page.one('[name=certificate][value="ready"]').has_attr("checked")
    assert "{ลิงก์เกียรติบัตร}" in page.one("[name=body_th]").text
    data: dict[str, Any] = {"certificate": "ready", "statuses": ["confirmed"], "about": "own", "attendance": "",
                            "subject_th": "พร้อมแล้ว", "body_th": "{ลิงก์เกียรติบัตร}"}
    organiser.post(link.split("?")[0], data)
    mailing = db.session.query(Mailing).one()
    assert mailing.audience["certificate"] == "ready"
    example = organiser.get(f"/organiser/events/{event.id}/mailings/{mailing.id}/preview")
    assert f"/r/{holder.manage_token}/certificates/" in str(example.html)
    make.certificate(holder, kind=CertificateKind.SPEAKER).file_sha256 = storage.put(b"another", "application/pdf")
    assert f"/r/{holder.manage_token}#own-certificates" in str(organiser.get(example.response.request.path).html), "both of them are there"
    own = organiser.speak("en").get(f"/r/{holder.manage_token}").text("#own-certificates")
    assert "as a participant" in own and "as a speaker" in own
