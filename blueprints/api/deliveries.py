"""What webhooks are told leaves the house: signed, to public addresses alone, again and again until it arrives."""

from __future__ import annotations

import hmac
import http.client
import ipaddress
import json
import logging
import socket
import ssl
from base64 import b64decode, b64encode
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from core import jobs
from core.errors import Refused
from core.locale import in_both_languages
from core.outbox import LADDER
from core.transaction import transaction
from models import Webhook, WebhookDelivery, db, now

log = logging.getLogger(__name__)
SECONDS = 10  # for connecting, and for each read
LEASE = timedelta(minutes=5)
SWEPT = 200  # a minute
KEPT = timedelta(days=30)
PORTS = (80, 443)


class NotAllowed(Refused):
    message = _l("Please give a public address that starts with https://. Addresses of this house's own network are not told anything.")
    field = "url"


def check(url: str) -> tuple[str, str]:
    """The host of an address that may be told something, and the network address to call. Raises `NotAllowed`.

    The address that was looked at is the one that is called: a name that leads elsewhere a moment later changes nothing.
    """
    inside = current_app.config["WEBHOOKS_INSIDE"]
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        good = parts.scheme == "https" or (inside and parts.scheme == "http")
        if not good or not parts.hostname or parts.username or parts.password or (port not in PORTS and not inside):
            raise NotAllowed
        found = {info[4][0] for info in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    except (ValueError, OSError) as error:
        raise NotAllowed from error
    if not found or not inside and not all(_public(str(one)) for one in found):
        raise NotAllowed
    return parts.hostname, str(min(found))


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or found
    return mapped.is_global and not mapped.is_multicast


def signature(secret: str, code: str, moment: int, body: bytes) -> str:
    """As the Standard Webhooks specification has it: HMAC-SHA256 over id, seconds and body."""
    key = b64decode(secret.removeprefix("whsec_"))
    return "v1," + b64encode(hmac.new(key, f"{code}.{moment}.".encode() + body, sha256).digest()).decode()


def send(url: str, headers: dict[str, str], body: bytes) -> int:
    """Post, follow nothing, and return the status. Raises `NotAllowed`, `OSError`, `http.client.HTTPException`."""
    host, address = check(url)
    parts = urlsplit(url)
    connection: http.client.HTTPConnection = (
        http.client.HTTPSConnection(host, parts.port or 443, timeout=SECONDS, context=ssl.create_default_context())
        if parts.scheme == "https" else http.client.HTTPConnection(host, parts.port or 80, timeout=SECONDS))
    connection._create_connection = (  # type: ignore[attr-defined]  # the address that was checked, while TLS still asks for the name
        lambda to, timeout, source: socket.create_connection((address, to[1]), timeout, source))
    with closing(connection):
        connection.request("POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, headers)
        return connection.getresponse().status


@jobs.task
def deliver_due() -> None:
    """Send what is due. A webhook that does not answer is left alone until its next turn, so that it keeps the others waiting once."""
    found, silent = due(), set()
    db.session.rollback()
    for delivery_id, webhook_id in found:
        if webhook_id not in silent and not deliver(delivery_id):
            silent.add(webhook_id)


def deliver(delivery_id: int) -> bool:
    """Try once, unless somebody else is at it or it has arrived. Whether the webhook answered well, or was not asked."""
    at = now()
    with transaction():
        claimed = db.session.execute(
            update(WebhookDelivery).where(WebhookDelivery.id == delivery_id, WebhookDelivery.due_at <= at)
            .values(due_at=at + LEASE, tries=WebhookDelivery.tries + 1).execution_options(synchronize_session=False)).rowcount
    row = db.session.get(WebhookDelivery, delivery_id, populate_existing=True) if claimed else None
    if row is None:
        return True
    body = json.dumps(row.body, ensure_ascii=False).encode()
    seconds = int(at.timestamp())
    headers = {"Content-Type": "application/json", "User-Agent": "Ruam", "webhook-id": row.code, "webhook-timestamp": str(seconds),
               "webhook-signature": signature(row.webhook.secret, row.code, seconds, body)}
    url, stopped = row.webhook.url, row.webhook.stopped_at is not None
    db.session.rollback()  # a slow address must not hold the database
    if stopped:
        said, arrived = "", False
    else:
        said, arrived = _try(url, headers, body)
    with transaction():
        _note(db.session.get_one(WebhookDelivery, delivery_id), said, arrived, stopped)
    return arrived or stopped


def _try(url: str, headers: dict[str, str], body: bytes) -> tuple[str, bool]:
    try:
        status = send(url, headers, body)
    except NotAllowed as fact:
        return in_both_languages(fact.message)[:200], False
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__, False
    return str(status), 200 <= status < 300


def _note(row: WebhookDelivery, said: str, arrived: bool, stopped: bool) -> None:
    row.answer = said
    if arrived:
        row.delivered_at, row.due_at = now(), None
    elif stopped or row.tries > len(LADDER):
        row.due_at = None
        _give_up(row)
    else:
        row.due_at = now() + LADDER[row.tries - 1]


def _give_up(row: WebhookDelivery) -> None:
    """Stop a webhook to which nothing has come through since: it would be tried in vain for ever."""
    since = select(WebhookDelivery.id).where(WebhookDelivery.webhook_id == row.webhook_id, WebhookDelivery.delivered_at >= row.created_at).limit(1)
    if db.session.scalar(since) is None and row.webhook.stopped_at is None:
        row.webhook.stopped_at = now()
        log.warning("webhook %d is stopped: nothing came through", row.webhook_id)


def again(row: WebhookDelivery) -> None:
    """Try once more, from the first step of the ladder."""
    row.tries, row.due_at, row.delivered_at = 0, now(), None
    db.session.flush()
    deliver_due()


def due() -> list[tuple[int, int]]:
    """What is to be tried now, and for whom, the oldest first."""
    return [(*row,) for row in db.session.execute(
        select(WebhookDelivery.id, WebhookDelivery.webhook_id).where(WebhookDelivery.due_at <= now())
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id).limit(SWEPT))]


def forget() -> None:
    """Forget what was told long ago."""
    db.session.execute(delete(WebhookDelivery).where(WebhookDelivery.due_at.is_(None), WebhookDelivery.created_at < now() - KEPT))


def latest(hooks: list[Webhook], most: int = 50) -> list[WebhookDelivery]:
    """What these webhooks were told last."""
    ids = [hook.id for hook in hooks]
    return list(db.session.scalars(select(WebhookDelivery).where(WebhookDelivery.webhook_id.in_(ids))
                                   .order_by(WebhookDelivery.id.desc()).limit(most)))
