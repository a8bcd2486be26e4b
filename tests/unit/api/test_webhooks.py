"""What a webhook is told: with the deed or not at all, signed, again until it arrives, and never inside the house's own network."""

from __future__ import annotations

import hmac
import json
import math
import socket
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from blueprints.api import deliveries, webhooks
from blueprints.events import services
from core.outbox import LADDER
from models import CertificateKind, Event, EventStatus, HistoryEntry, Webhook, WebhookDelivery, db, now
from tests.factories import Factory


class Receiver:
    """Another house's program: it keeps what it is told and answers with `status`."""

    def __init__(self) -> None:
        self.told: list[tuple[dict[str, str], bytes]] = []
        self.status, outer = 200, self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.told.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(outer.status)
                if outer.status == 302:
                    self.send_header("Location", outer.url + "/elsewhere")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/told"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setitem(app.config, "WEBHOOKS_INSIDE", True)
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(status=EventStatus.DRAFT, published_at=None)


def hook_on(event: Event, url: str = "https://example.org/", subjects: tuple[str, ...] = tuple(webhooks.SUBJECTS), only: bool = False) -> Webhook:
    hook = webhooks.add(event.programme, url, subjects, event if only else None, None)
    db.session.flush()
    return hook


def written() -> list[WebhookDelivery]:
    return [row for row in db.session.query(WebhookDelivery).order_by(WebhookDelivery.id) if not row.verb.startswith("webhook.")]


def send_due() -> None:
    db.session.commit()
    db.session.info.clear()  # the job that waits for a commit would run within this very test
    deliveries.deliver_due.now()


def test_deeds_are_told_without_personal_data(event: Event, make: Factory) -> None:
    hook_on(event)
    services.publish(event)
    registration = make.registration(event)
    certificate = make.certificate(registration, kind=CertificateKind.ATTENDANCE)
    told = {row.verb: row.body for row in written()}
    assert set(told) == {"event.status_changed", "registration.made", "certificate.issued"}
    assert told["registration.made"]["registration_id"] == registration.id
    assert told["certificate.issued"]["certificate_id"] == certificate.id
    assert all(body["event_id"] == event.id and body["programme_id"] == event.programme_id for body in told.values())
    assert registration.first_name not in json.dumps(list(told.values()), ensure_ascii=False)


def test_a_session_outside_the_application_tells_nobody() -> None:
    """Scripts that move rows have their own, perhaps of another database."""
    webhooks.forget(-math.inf)
    engine = create_engine("sqlite://")
    db.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(HistoryEntry(verb="event.changed"))
        session.commit()


def test_only_what_was_asked_for_is_told(event: Event, make: Factory) -> None:
    hook_on(event, subjects=("certificate",))
    hook_on(make.event(), subjects=("registration",))
    hook_on(make.event(event.programme), subjects=("registration",), only=True)
    make.registration(event)
    services.publish(event)
    assert written() == []


def test_a_stopped_webhook_is_told_nothing(event: Event, make: Factory) -> None:
    hook = hook_on(event)
    webhooks.stop(hook, event.programme)
    make.registration(event)
    assert written() == []
    webhooks.go_on(hook, event.programme)
    make.registration(event)
    assert len(written()) == 1


def test_what_is_undone_is_not_told(event: Event) -> None:
    hook_on(event)
    db.session.commit()
    services.publish(event)
    assert written()
    db.session.rollback()
    assert written() == []


def test_what_is_told_is_signed_and_arrives_once(event: Event, receiver: Receiver) -> None:
    hook = hook_on(event, receiver.url, ("event",))
    services.publish(event)
    send_due()
    send_due()
    (headers, body), = receiver.told
    message = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = b64encode(hmac.new(b64decode(hook.secret.removeprefix("whsec_")), message, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert json.loads(body)["type"] == "event.status_changed"
    assert written()[0].delivered_at is not None and written()[0].answer == "200"


def test_a_refusal_is_tried_again_and_given_up_at_last(event: Event, receiver: Receiver) -> None:
    hook = hook_on(event, receiver.url, ("event",))
    services.publish(event)
    receiver.status = 500
    for number, wait in enumerate([*LADDER, None], 1):
        before = now()
        send_due()
        row = written()[0]
        assert row.tries == number and row.answer == "500"
        if wait:
            assert before + wait <= row.due_at <= now() + wait
            row.due_at = now()
            db.session.flush()
    assert written()[0].due_at is None
    assert hook.stopped_at is not None  # nothing came through


def test_a_silent_webhook_keeps_the_others_waiting_once(event: Event, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    hook_on(event, "http://127.0.0.1:9/", ("event",))
    hook_on(event, receiver.url, ("event",))
    services.publish(event)
    services.close(event)
    tries = []
    monkeypatch.setattr(deliveries, "send", lambda url, headers, body, real=deliveries.send: (tries.append(url), real(url, headers, body))[1])
    send_due()
    assert tries.count("http://127.0.0.1:9/") == 1
    assert len(receiver.told) == 2


def test_no_redirect_is_followed(event: Event, receiver: Receiver) -> None:
    hook_on(event, receiver.url, ("event",))
    services.publish(event)
    receiver.status = 302
    send_due()
    assert len(receiver.told) == 1 and written()[0].delivered_at is None


def test_what_a_killed_worker_held_is_tried_again(event: Event, receiver: Receiver) -> None:
    hook_on(event, receiver.url, ("event",))
    services.publish(event)
    row = written()[0]
    row.tries, row.due_at = 1, now() + deliveries.LEASE  # as the killed one left it
    db.session.flush()
    send_due()
    assert receiver.told == []
    row.due_at = now() - timedelta(seconds=1)
    db.session.flush()
    send_due()
    assert len(receiver.told) == 1


@pytest.mark.parametrize("url", [
    "http://example.org/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest",
    "https://10.0.0.1/", "https://192.168.1.1/", "https://0.0.0.0/", "https://224.0.0.1/", "https://2130706433/", "https://0x7f.1/", "ftp://example.org/",
    "https://user:pass@93.184.216.34/", "https://93.184.216.34:22/", "https://", "//example.org", "https://[bad/", "file:///etc/passwd", "https://a:99999/"])
def test_the_house_itself_cannot_be_reached(app: Flask, url: str) -> None:
    with pytest.raises(deliveries.NotAllowed):
        deliveries.check(url)


def test_the_address_that_was_looked_at_is_the_one_that_is_called(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [(2, 1, 6, "", (next(answers), 443))])
    called = []

    def refuse(address: tuple[str, int], *_more: Any) -> None:
        called.append(address)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(OSError):
        deliveries.send("https://rebound.example/", {}, b"{}")
    assert called == [("93.184.216.34", 443)]


def test_nobody_listens_and_nothing_is_asked_but_once(event: Event, make: Factory, statements: Any) -> None:
    with statements() as sent:
        make.registration(event)
    assert not [one for one in sent if "webhook_delivery" in one]
