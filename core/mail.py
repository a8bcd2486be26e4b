"""One e-mail on its way out: by SMTP when a server is configured, else as an .eml file under `instance/mail/`."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import formatdate, make_msgid
from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app

TIMEOUT = 20  # seconds


class _Headers(HeaderRegistry):
    """Makes the class of each kind of header once; the library's own makes it anew for each header."""

    __getitem__ = cache(HeaderRegistry.__getitem__)


class _Address:
    """A header that holds an address of the web: ASCII, on one line however long. The library would encode a long one, and mail
    programs would not know it again."""

    max_count = None
    parse_tree = None

    @classmethod
    def parse(cls, value: str, keywords: dict[str, Any]) -> None:
        keywords["parse_tree"], keywords["decoded"] = None, re.sub(r"[^!-~]", "", value)

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = _Headers()
_HEADERS.map_to_type("list-unsubscribe", _Address)
_POLICY = EmailPolicy(header_factory=_HEADERS)


@dataclass(frozen=True)
class Attachment:
    """A file in an e-mail. With `cid` it is shown inside the HTML part (`<img src="cid:…">`)."""

    name: str
    media_type: str
    data: bytes
    cid: str = ""


@dataclass(frozen=True)
class Letter:
    """An e-mail, ready to send."""

    to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = field(default=())
    headers: tuple[tuple[str, str], ...] = field(default=())  # more than the usual, such as List-Unsubscribe


def compose(letter: Letter, sender: str, message_id: str) -> EmailMessage:
    """The letter in the format of the Internet (RFC 5322). Line breaks in names cannot add headers."""
    message = EmailMessage(_POLICY)
    message["From"] = sender
    message["To"] = re.sub(r"[\r\n]", "", letter.to)
    message["Subject"] = re.sub(r"\s+", " ", letter.subject)
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = message_id
    for name, value in letter.headers:
        message[name] = value
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    shown = message.get_payload()[1]  # type: ignore[index]
    for item in letter.attachments:
        kind, _, subtype = item.media_type.partition("/")
        if item.cid:
            shown.add_related(item.data, kind, subtype, cid=f"<{item.cid}>", filename=item.name)
        else:
            message.add_attachment(item.data, maintype=kind, subtype=subtype, filename=item.name)
    return message


def send(letter: Letter, reference: int, again: str = "") -> None:
    """Hand the letter over. `reference` is the outbox row's id: a repeated attempt carries the same Message-ID, so that nobody
    sees it twice; `again` tells a letter that is meant to arrive a second time from its first.

    Raises `OSError` or `smtplib.SMTPException` when it could not be handed over.
    """
    config = current_app.config
    domain = config["BASE_URL"].split("//", 1)[-1].split(":")[0].split("/")[0]
    message_id = f"<ruam-{reference}{again and f'.{again}'}@{domain}>" if reference else make_msgid(domain=domain)
    message = compose(letter, config["MAIL_FROM"], message_id)
    if not config["MAIL_SERVER"]:
        folder = Path(config["MAIL_DIR"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{reference}.eml").write_bytes(bytes(message))
        return
    shared = _shared.get()
    if shared is None:
        with _connect(config) as server:
            server.send_message(message)
        return
    if not shared:
        shared.append(_connect(config))
    try:
        shared[0].send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
        raise  # about this letter alone
    except (OSError, smtplib.SMTPException):
        shared.pop().close()
        raise


@contextmanager
def one_connection() -> Iterator[None]:
    """Letters sent inside go through one connection to the mail server, opened with the first of them."""
    shared: list[smtplib.SMTP] = []
    token = _shared.set(shared)
    try:
        yield
    finally:
        _shared.reset(token)
        for server in shared:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()


_shared: ContextVar[list[smtplib.SMTP] | None] = ContextVar("shared_connection", default=None)


def _connect(config: Mapping[str, Any]) -> smtplib.SMTP:
    secure = ssl.create_default_context()
    if config["MAIL_TLS"] == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(config["MAIL_SERVER"], config["MAIL_PORT"], timeout=TIMEOUT, context=secure)
    else:
        server = smtplib.SMTP(config["MAIL_SERVER"], config["MAIL_PORT"], timeout=TIMEOUT)
    try:
        if config["MAIL_TLS"] == "starttls":
            server.starttls(context=secure)
        if config["MAIL_USERNAME"]:
            server.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"])
    except BaseException:
        server.close()
        raise
    return server
