"""The organiser's pages of codes and invitations, and what invited people see."""

from __future__ import annotations

import io
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from blueprints.privacy import erasing
from blueprints.registration import codes, invitations
from blueprints.registration.retention import FieldGroup
from models import AccessCode, Event, Message, MessageState, Registration, Role, db, now
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_registration import fields, person

PEOPLE = "กัญญา ศรีสุข,kanya@example.org,บริษัท ก จำกัด\nsomchai@example.org\tนายสมชาย ใจดี\nไม่มีอีเมล\nkanya@example.org"


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(capacity=10)


@pytest.fixture
def organiser(browser: Browser, make: Factory, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return browser.sign_in(user)


def at(event: Event, rest: str) -> str:
    return f"/organiser/events/{event.id}/{rest}"


def new_code(organiser: Browser, event: Event, status: int = 303, **given: str) -> AccessCode:
    form = fields(organiser.get(at(event, "codes/new"))) | {"category_id": "0", "max_uses": "๓"} | given
    page = organiser.post(at(event, "codes/new"), form, status)
    return db.session.scalars(select(AccessCode).order_by(AccessCode.id.desc())).first() if status == 303 else page  # type: ignore[return-value]


def invite(organiser: Browser, event: Event, **given: str) -> list[AccessCode]:
    form = fields(organiser.get(at(event, "invitations/new"))) | {"people": PEOPLE, "category_id": "0", "invite": "y"} | given
    organiser.post(at(event, "invitations/new"), form)
    return list(db.session.scalars(select(AccessCode).order_by(AccessCode.id)))


def letters(app: Flask) -> list[str]:
    paths = sorted(Path(app.config["MAIL_DIR"]).glob("*.eml"), key=lambda path: int(path.stem.split("-")[-1]))
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
    return [f"{letter['To']} {letter['Subject']}\n{letter.get_body(('plain',)).get_content()}" for letter in found]  # type: ignore[union-attr]


@pytest.fixture(autouse=True)
def _empty_mail(app: Flask) -> None:
    for path in Path(app.config["MAIL_DIR"]).glob("*.eml"):
        path.unlink()


def test_a_code_from_making_to_the_form(organiser: Browser, make: Factory, event: Event) -> None:
    hidden = make.category(event, hidden=True, name_th="วิทยากร")
    assert organiser.get(at(event, "codes")).one(".empty a")
    code = new_code(organiser, event, code="vip ๒๕๖๙", label="วิทยากร", category_id=str(hidden.id), reserves="y")
    assert (code.code, code.max_uses, event.taken, hidden.taken) == ("VIP2569", 3, 3, 3)
    page = organiser.get(at(event, f"codes/{code.id}"))
    link = page.one(".copy-field input")["value"]
    assert link == f"http://localhost/e/{event.slug}/register?code=VIP2569" and page.one(".code-plate svg")
    assert organiser.get(at(event, f"codes/{code.id}/qr.png")).response.data.startswith(b"\x89PNG")
    assert "0 จาก 3" in organiser.get(at(event, "codes")).text("tbody") and "กันที่นั่งไว้ 3 ที่" in organiser.get(at(event, "codes")).text()
    address = link.removeprefix("http://localhost")
    visitor = Browser(organiser.app)
    sent = person(visitor.get(address), category_id=str(hidden.id), access_code="VIP2569")
    visitor.post(address, sent)
    assert (code.uses, event.taken, hidden.taken) == (1, 3, 3)
    organiser.post(at(event, f"codes/{code.id}/revoke"))
    assert (event.taken, hidden.taken) == (1, 1) and organiser.get(at(event, f"codes/{code.id}")).one(".tone-danger")
    assert Browser(organiser.app).get(address).error("access_code")


def test_what_was_typed_wrong_stays(organiser: Browser, event: Event) -> None:
    new_code(organiser, event, code="PRESS")
    page = new_code(organiser, event, 422, code="press", label="สื่อ", max_uses="มาก", expires_time="9.00")
    assert page.error("max_uses") and page.error("expires_day") and page.one("[name=label]")["value"] == "สื่อ"  # type: ignore[attr-defined]
    assert new_code(organiser, event, 422, code="press").error("code")  # type: ignore[attr-defined]
    assert "10" in new_code(organiser, event, 422, reserves="y", max_uses="11").error("reserves")  # type: ignore[attr-defined]
    assert new_code(organiser, event, 422, expires_day="1/1/2563").error("expires_day")  # type: ignore[attr-defined]


def test_two_organisers_with_one_code_open(organiser: Browser, event: Event) -> None:
    code = new_code(organiser, event, code="PRESS")
    first = fields(organiser.get(at(event, f"codes/{code.id}"))) | {"category_id": "0"}
    organiser.post(at(event, f"codes/{code.id}"), first | {"max_uses": "5"})
    page = organiser.post(at(event, f"codes/{code.id}"), first | {"max_uses": "7"}, 422)
    assert page.one(".error-summary") and code.max_uses == 5
    organiser.post(at(event, f"codes/{code.id}"), fields(page) | {"category_id": "0"})
    assert code.max_uses == 7


def test_a_list_is_looked_at_before_anyone_is_invited(organiser: Browser, make: Factory, event: Event) -> None:
    make.registration(event, email="Somchai@example.org")
    form = fields(organiser.get(at(event, "invitations/new"))) | {"people": PEOPLE, "category_id": "0", "look": "y"}
    page = organiser.post(at(event, "invitations/new"), form, 200)
    rows = page.all("tbody tr")
    assert len(rows) == 4 and len(page.all("tbody .field-error")) == 3 and page.one("button[name=invite]")
    assert "kanya@example.org" in page.one("[name=people]").text and db.session.scalar(select(AccessCode.id)) is None
    made = invite(organiser, event)
    assert [(code.email, code.name, code.organisation_name) for code in made] == [("kanya@example.org", "กัญญา ศรีสุข", "บริษัท ก จำกัด")]
    page = organiser.post(at(event, "invitations/new"), form | {"invite": "y"}, 422)
    assert page.error("people") and len(db.session.scalars(select(AccessCode)).all()) == 1


def test_a_file_is_a_list_too(organiser: Browser, event: Event) -> None:
    form = fields(organiser.get(at(event, "invitations/new"))) | {"category_id": "0", "look": "y"}
    page = organiser.post(at(event, "invitations/new"), form | {"file": (io.BytesIO("สมชาย,s@example.org".encode("cp874")), "a.csv")}, 200)
    assert "สมชาย" in page.one("[name=people]").text and page.one("button[name=invite]")
    page = organiser.post(at(event, "invitations/new"), form | {"file": (io.BytesIO(b"PK\x03\x04"), "a.xlsx")}, 422)
    assert page.error("file")


def test_an_invitation_from_the_list_to_the_ticket(app: Flask, organiser: Browser, make: Factory, event: Event) -> None:
    hidden = make.category(event, hidden=True)
    kanya, somchai = invite(organiser, event, category_id=str(hidden.id), reserves="y")
    assert event.taken == 2 and letters(app) == []
    organiser.post(at(event, "invitations/send"))
    organiser.post(at(event, "invitations/send"))
    assert [letter.split()[0] for letter in letters(app)] == ["kanya@example.org", "somchai@example.org"]
    address = f"/e/{event.slug}/register?code={kanya.code}"
    assert f"http://localhost{address}" in letters(app)[0] and "กัญญา ศรีสุข" in letters(app)[0]
    visitor = Browser(app)
    page = visitor.get(address)
    assert [page.one(f"[name={name}]")["value"] for name in ("first_name", "last_name", "email", "organisation_name")] == [
        "กัญญา", "ศรีสุข", "kanya@example.org", "บริษัท ก จำกัด"]
    visitor.post(address, fields(page))
    assert db.session.scalars(select(Registration)).one().category_id == hidden.id and event.taken == 2
    away = f"/e/{event.slug}/invitation/{somchai.code}/decline"
    assert f"http://localhost{away}" in letters(app)[1]
    assert visitor.get(away).one(f'form[action="{away}"]') and event.taken == 2
    visitor.post(away)
    assert visitor.get(away).one(".tone-success") and somchai.declined_at and event.taken == 1
    assert invitations.counts(event) == {"registered": 1, "declined": 1}
    taken_away = f"/e/{event.slug}/invitation/{kanya.code}/decline"
    visitor.post(taken_away)
    assert visitor.get(taken_away).one(".tone-info") and kanya.declined_at is None


def test_reminders_go_to_those_who_have_not_answered(app: Flask, organiser: Browser, event: Event) -> None:
    kanya, somchai = invite(organiser, event)
    organiser.post(at(event, "invitations/send"))
    organiser.post(at(event, "invitations/remind"))
    assert len(letters(app)) == 2, "not on the same day"
    db.session.execute(update(AccessCode).values(sent_at=now() - timedelta(days=2)))
    Browser(app).post(f"/e/{event.slug}/invitation/{kanya.code}/decline")
    organiser.post(at(event, "invitations/remind"))
    assert len(letters(app)) == 3 and "เตือน" in letters(app)[2]
    organiser.post(at(event, f"invitations/{somchai.id}/send"))
    assert len(letters(app)) == 3 and organiser.get(at(event, "invitations")).one(".flashes")


def test_how_it_stands_with_each(organiser: Browser, make: Factory, event: Event) -> None:
    def code(state: str, **given: object) -> AccessCode:
        return make.access_code(event, invites=True, email=f"{state}@example.org", name=state, **({"sent_at": now()} | given))

    before = now() - timedelta(days=1)
    code("not_sent", sent_at=None)
    code("sent")
    code("registered", uses=1, revoked_at=now())
    code("declined", declined_at=now(), revoked_at=now())
    code("expired", expires_at=before, revoked_at=now())
    code("revoked", revoked_at=now(), expires_at=now() + timedelta(days=1))
    bounced, mended = code("bounced"), code("mended")
    for one, moments in ((bounced, (None, now())), (mended, (now(), None))):
        for moment in moments:
            db.session.add(Message(kind=invitations.KIND, to=one.email, access_code_id=one.id, state=MessageState.SENT, bounced_at=moment))
            db.session.flush()
    stands = {row[0].name: str(row[1]) for row in db.session.execute(invitations.listed(event))}
    assert stands == {state: state for state in invitations.State} | {"mended": "sent"}
    page = organiser.get(at(event, "invitations?state=bounced"))
    assert [row.text.strip() for row in page.all("tbody th a")] == ["bounced"]
    assert len(organiser.get(at(event, "invitations?q=MEND")).all("tbody tr")) == 1
    assert organiser.get(at(event, "invitations?q=nobody")).one(".empty")
    assert len(organiser.get(at(event, "invitations")).all("tbody tr")) == 8


def test_a_revoked_invitation_is_not_written_to(app: Flask, organiser: Browser, event: Event) -> None:
    kanya, _somchai = invite(organiser, event, reserves="y")
    organiser.post(at(event, f"codes/{kanya.id}/revoke"))
    organiser.post(at(event, f"invitations/{kanya.id}/send"))
    assert letters(app) == [] and event.taken == 1
    assert len(invite(organiser, event)) == 3, "who was revoked may be invited again"


def test_a_wrong_address_is_mended_and_written_to(app: Flask, organiser: Browser, event: Event) -> None:
    kanya, _somchai = invite(organiser, event)
    organiser.post(at(event, "invitations/send"))
    form = fields(organiser.get(at(event, f"codes/{kanya.id}"))) | {"category_id": "0"}
    assert organiser.post(at(event, f"codes/{kanya.id}"), form | {"email": "nobody"}, 422).error("email")
    organiser.post(at(event, f"codes/{kanya.id}"), form | {"name": "กัญญา ศรีสุข"})
    assert kanya.sent_at
    again = fields(organiser.get(at(event, f"codes/{kanya.id}"))) | {"category_id": "0"}
    organiser.post(at(event, f"codes/{kanya.id}"), again | {"email": "right@example.org"})
    assert (kanya.email, kanya.sent_at, kanya.max_uses) == ("right@example.org", None, 1)
    organiser.post(at(event, "invitations/send"))
    assert letters(app)[-1].startswith("right@example.org ") and len(letters(app)) == 3


def test_a_group_larger_than_its_code_is_told_so(browser: Browser, make: Factory) -> None:
    event = make.event(group_size=3)
    code = make.access_code(event, code="ONCE")
    address = f"/e/{event.slug}/register?code=ONCE"
    page = browser.post(address, person(browser.get(address), more="y"), 200)
    page = browser.post(address, person(page) | {"colleagues-0-first_name": "สอง"}, 422)
    assert "1" in page.text(".error-summary") and "2" in page.text(".error-summary") and code.uses == 0


def test_what_was_written_to_invited_people_is_erased_with_the_rest(organiser: Browser, event: Event) -> None:
    invite(organiser, event)
    organiser.post(at(event, "invitations/send"))
    for group in (FieldGroup.MESSAGES, FieldGroup.INVITATIONS):
        while erasing.erase_chunk(event.id, group):
            pass
    assert set(db.session.scalars(select(Message.to))) == {""}
    page = organiser.get(at(event, "invitations"))
    assert invitations.counts(event) == {"sent": 2} and len(page.all("tbody tr")) == 2 and not page.all("tbody form")
    assert organiser.get(at(event, "codes")).one(".empty a")
    organiser.post(at(event, "invitations/remind"))
    assert len(db.session.scalars(select(Message)).all()) == 2


def test_only_organisers_see_codes(browser: Browser, make: Factory, event: Event) -> None:
    user, code, elsewhere = make.user(), make.access_code(event), make.access_code(make.event())
    make.grant(user, Role.VIEWER, event)
    browser.sign_in(user)
    for page in ("codes", "codes/new", f"codes/{code.id}", "invitations", "invitations/new"):
        browser.get(at(event, page), 403)
    assert not browser.get(at(event, "registrations")).all('a[href$="/codes"]')
    boss = Browser(browser.app).sign_in(make.admin())
    boss.get(at(event, f"codes/{elsewhere.id}"), 404)
    Browser(browser.app).get(f"/e/{event.slug}/invitation/{code.code}/decline", 404)
    assert boss.get(at(event, "registrations")).all('a[href$="/codes"]') and codes.find(event, code.code)
