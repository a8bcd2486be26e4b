"""Handing letters to a mail server."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest
from flask import Flask

from core import mail
from core.mail import Letter

LETTER = Letter("a@example.org", "x", "text", "<p>text</p>")


class Server:
    """Stands for a mail server; `refusals` are raised for the next letters."""

    opened: list[Server] = []
    refusals: list[Exception] = []

    def __init__(self, *_address: object, **_more: object) -> None:
        self.letters: list[EmailMessage] = []
        self.gone = False
        Server.opened.append(self)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_error: object) -> None:
        self.quit()

    def send_message(self, message: EmailMessage) -> None:
        if Server.refusals:
            raise Server.refusals.pop(0)
        self.letters.append(message)

    def quit(self) -> None:
        self.gone = True

    close = quit


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    Server.opened, Server.refusals = [], []
    monkeypatch.setattr(smtplib, "SMTP", Server)
    for name, value in {"MAIL_SERVER": "mail.example.org", "MAIL_TLS": "none", "MAIL_USERNAME": ""}.items():
        monkeypatch.setitem(app.config, name, value)
    return Server


def test_a_letter_alone_has_a_connection_of_its_own(server: type[Server]) -> None:
    mail.send(LETTER, 1)
    mail.send(LETTER, 1, "170000")
    assert [one.letters[0]["Message-ID"] for one in server.opened] == ["<ruam-1@localhost>", "<ruam-1.170000@localhost>"]
    assert all(one.gone for one in server.opened)


def test_many_share_one_and_a_refused_one_does_not_end_it(server: type[Server]) -> None:
    with mail.one_connection():
        mail.send(LETTER, 1)
        server.refusals.append(smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"no")}))
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            mail.send(LETTER, 2)
        mail.send(LETTER, 3)
    (one,) = server.opened
    assert len(one.letters) == 2 and one.gone


def test_a_lost_connection_is_opened_again(server: type[Server]) -> None:
    with mail.one_connection():
        mail.send(LETTER, 1)
        server.refusals.append(smtplib.SMTPServerDisconnected())
        with pytest.raises(smtplib.SMTPServerDisconnected):
            mail.send(LETTER, 2)
        mail.send(LETTER, 2)
    assert [len(one.letters) for one in server.opened] == [1, 1] and all(one.gone for one in server.opened)
    with mail.one_connection():
        pass
    assert len(server.opened) == 2, "no letter, no connection"


def test_headers_with_line_breaks_and_long_addresses(app: Flask) -> None:
    address = "<https://ruam.example.org/u/" + "x" * 200 + ">"
    letter = Letter("a@example.org\nBcc: b@example.org", "one\ntwo", "t", "h", headers=(("List-Unsubscribe", address),))
    raw = bytes(mail.compose(letter, "c@example.org", "<1@x>")).decode()
    assert f"\nList-Unsubscribe: {address}\n" in raw and "\nBcc:" not in raw and "Subject: one two" in raw
