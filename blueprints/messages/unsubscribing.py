"""The way out of news: a signed link that says which address of which programme, and what it does."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, Signer
from sqlalchemy import delete, select

from blueprints.messages.audience import email_digest
from core.web import address
from models import Programme, Unsubscription, db


@dataclass(frozen=True)
class Way:
    """What a link is about. The address itself is not in it."""

    programme: Programme
    email_digest: str


def token_of(programme_id: int, email: str) -> str:
    """The secret of the link in a letter to `email`."""
    digest = urlsafe_b64encode(bytes.fromhex(email_digest(email))).rstrip(b"=").decode()
    return _signer().sign(f"{programme_id}-{digest}").decode()


def url_of(programme_id: int, email: str) -> str:
    """The address of the page where `email` says that it wants no news."""
    return address("messages.unsubscribe", token=token_of(programme_id, email))


def way(token: str) -> Way | None:
    """What the link is about, or None if it is not ours or its programme is gone."""
    try:
        programme_id, _dash, digest = _signer().unsign(token).decode().partition("-")
    except BadSignature:
        return None
    programme = db.session.get(Programme, int(programme_id))
    return Way(programme, urlsafe_b64decode(f"{digest}=").hex()) if programme else None


def is_out(way: Way) -> bool:
    """Whether the address gets no news already."""
    return db.session.scalar(_found(way)) is not None


def leave(way: Way) -> None:
    """No more news of this programme; once is enough."""
    # Two requests at once (a mail program and a person) wait for each other at the programme's row.
    db.session.execute(select(Programme.id).where(Programme.id == way.programme.id).with_for_update())
    if not is_out(way):
        db.session.add(Unsubscription(programme_id=way.programme.id, email_digest=way.email_digest))
        db.session.flush()


def come_back(way: Way) -> None:
    """News again, for those who consented to them."""
    db.session.execute(delete(Unsubscription).where(Unsubscription.programme_id == way.programme.id,
                                                    Unsubscription.email_digest == way.email_digest))


def _found(way: Way) -> object:
    return select(Unsubscription.id).where(Unsubscription.programme_id == way.programme.id,
                                           Unsubscription.email_digest == way.email_digest)


def _signer() -> Signer:
    return Signer(current_app.secret_key, salt="unsubscribe", digest_method=hashlib.sha256)
