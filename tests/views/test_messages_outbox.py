"""The outbox: filters, the ladder, sending again, and what came back."""

from __future__ import annotations

import io
import smtplib
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from core import mail, outbox
from core.transaction import transaction
from models import Event, Message, MessageState, Role, db, now
from tests.factories import Factory
from tests.page import Browser

DSN = """From: MAILER-DAEMON@example.net
To: ruam@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; gone@example.net
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user

--b
Content-Type: {kind}

Message-ID: <ruam-{id}@localhost>
Subject: x

--b--
"""


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def organiser(browser: Browser, make: Factory, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return browser.sign_in(user).speak("en")


def at(event: Event, rest: str = "") -> str:
    return f"/organiser/events/{event.id}/messages{rest}"


def queued(event: Event, make: Factory, **given: object) -> Message:
    one = make.registration(event, **given)
    with transaction():
        return outbox.queue("registration_confirmed", one.email, "th", registration=one)


def test_filters_and_the_page_of_one_person(organiser: Browser, make: Factory, event: Event) -> None:
    assert organiser.get(at(event)).one(".empty")
    message, failed = queued(event, make), queued(event, make, first_name="สมหญิง")
    failed.state, failed.attempts, failed.last_error = MessageState.FAILED, 8, "TimeoutError: slow"
    queued(make.event(), make)
    page = organiser.get(at(event))
    assert len(page.all("tbody tr")) == 2 and "MAIL_SERVER" in page.text(".notice.tone-warning")
    assert len(organiser.get(at(event, "?state=failed")).all("tbody tr")) == 1
    assert len(organiser.get(at(event, "?q=สมหญิง")).all("tbody tr")) == 1
    assert len(organiser.get(at(event, f"?q={message.to}")).all("tbody tr")) == 1
    assert organiser.get(at(event, "?kind=event_cancelled")).one(".empty")
    assert "slow" in organiser.get(f"/organiser/events/{event.id}/registrations/{failed.registration_id}").text()
    assert "8 of 8" in organiser.get(at(event, f"/{failed.id}")).text(".facts")


def test_the_ladder_is_shown(organiser: Browser, make: Factory, event: Event) -> None:
    message = queued(event, make)
    message.state, message.attempts, message.due_at = MessageState.QUEUED, 2, now() + timedelta(minutes=5)
    text = organiser.get(at(event, f"/{message.id}")).text(".facts")
    assert "2 of 8" in text and "Next try" in text
    organiser.post(at(event, f"/{message.id}/resend"))
    assert message.attempts == 2, "what waits is not sent twice"


def test_send_again(organiser: Browser, make: Factory, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(mail, "send", lambda letter, *_more: sent.append(letter.to))
    message = queued(event, make)
    sent.clear()
    page = organiser.get(at(event, f"/{message.id}"))
    assert "once more" in page.one(f'form[action="{at(event, f"/{message.id}/resend")}"]')["data-confirm"]
    organiser.post(at(event, f"/{message.id}/resend"))
    assert len(sent) == 1 and message.state == MessageState.SENT
    foreign = queued(make.event(), make)
    organiser.post(at(event, f"/{foreign.id}/resend"), status=404)
    organiser.get(at(event, f"/{foreign.id}"), 404)


def test_a_bounce_is_noted_mended_and_taken_back(organiser: Browser, make: Factory, event: Event) -> None:
    message = queued(event, make)
    page = organiser.post(at(event, f"/{message.id}/bounce"), {"day": "", "note": ""}, 422)
    assert page.error("day") and page.error("note")
    organiser.post(at(event, f"/{message.id}/bounce"), {"day": "1/1/2569", "note": "ตู้จดหมายเต็ม"})
    assert message.bounced_at.year == 2026 and message.state == MessageState.SENT
    assert "ตู้จดหมายเต็ม" in organiser.get(at(event)).text(".bounced")
    assert len(organiser.get(at(event, "?state=bounced")).all("tbody tr")) == 1
    organiser.post(at(event, f"/{message.id}/bounce/undo"))
    assert message.bounced_at is None and not organiser.get(at(event)).all(".bounced")
    organiser.post(at(event, f"/{message.id}/bounce"), {"day": "1/1/2569", "note": "no such user"})
    message.registration.email = "mended@example.org"
    assert not organiser.get(at(event)).all(".bounced"), "the address is mended"
    organiser.post(at(event, f"/{message.id}/resend"))
    assert (message.to, message.bounced_at, message.state) == ("mended@example.org", None, MessageState.SENT)


def test_a_refused_address_is_listed(organiser: Browser, make: Factory, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_more: object) -> None:
        raise smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"5.1.1 unknown")})

    monkeypatch.setattr(mail, "send", refuse)
    queued(event, make)
    assert "550 5.1.1 unknown" in organiser.get(at(event)).text(".bounced")


@pytest.mark.parametrize(("action", "kind", "noted"), [
    ("failed", "message/rfc822", True), ("failed", "text/rfc822-headers", True), ("delayed", "message/rfc822", False)])
def test_a_returned_mail_is_noted_from_the_command_line(app: Flask, make: Factory, event: Event, monkeypatch: pytest.MonkeyPatch, action: str,
                                                        kind: str, noted: bool) -> None:
    message = queued(event, make)
    data = DSN.format(action=action, kind=kind, id=message.id).encode()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    result = app.test_cli_runner().invoke(args=["messages", "note-bounce"], input=data)
    db.session.refresh(message)
    assert (result.exit_code == 0) == noted, result.output
    assert message.bounce_note == ("550 5.1.1 No such user" if noted else "")


def test_viewers_see_and_change_nothing(browser: Browser, make: Factory, event: Event) -> None:
    user, message = make.user(), queued(event, make)
    make.grant(user, Role.VIEWER, event)
    browser.sign_in(user)
    page = browser.get(at(event, f"/{message.id}"))
    assert not page.all("main form")
    browser.post(at(event, f"/{message.id}/resend"), status=403)
    browser.get(f"/organiser/events/{event.id}/mailings/new", 403)
