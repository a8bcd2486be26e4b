"""The tokens of an account. A token never has more rights than its account, and fewer when it is made so."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from core import calls, history
from core.errors import Refused
from models import ApiCall, ApiToken, Programme, User, db, now

MOST = 50  # good tokens of one account
KEPT = timedelta(hours=24)  # how long the answer to a call with an Idempotency-Key is kept

#: Feature → what a person calls it. "accounts" is people and their roles, "operations" the administrator's page of jobs.
FEATURES = {
    "programmes": _l("Programmes and organisations"), "events": _l("Events"), "questions": _l("Questions"), "registration": _l("Registrations"),
    "imports": _l("Imports"), "checkin": _l("The door"), "certificates": _l("Certificates"), "papers": _l("Badges and papers"),
    "surveys": _l("Surveys"), "presentations": _l("Presentations"), "messages": _l("Messages"), "privacy": _l("Privacy"),
    "reports": _l("Reports"), "accounts": _l("People and roles"), "operations": _l("Background jobs"), "api": _l("Webhooks"),
}
SCOPES = tuple(f"{feature}:{verb}" for feature in FEATURES for verb in ("read", "write"))


class TooManyTokens(Refused):
    message = _l("There are many tokens already. Revoke those that nothing uses.")


class NoScope(Refused):
    message = _l("Please choose at least one thing that the token may do.")
    field = "scopes"


def make(user: User, name: str, scopes: list[str], days: int, programme: Programme | None = None) -> tuple[ApiToken, str]:
    """A new token and its secret, which is told this one time. Raises `NoScope`, `TooManyTokens`."""
    chosen = [one for one in SCOPES if one in scopes]
    if not chosen:
        raise NoScope
    if len(good(user)) >= MOST:
        raise TooManyTokens
    secret = f"ruam_{secrets.token_urlsafe(32)}"
    token = ApiToken(user=user, name=name, digest=calls.digest(secret), hint=secret[-4:], scopes=chosen, programme=programme,
                     expires_at=now() + timedelta(days=days))
    db.session.add(token)
    db.session.flush()
    history.record("token.made", programme=programme, name=name, scopes=chosen)
    return token, secret


def revoke(token: ApiToken) -> None:
    """The token is worth nothing from now on."""
    if token.revoked_at is None:
        token.revoked_at = now()
        history.record("token.revoked", programme=token.programme, name=token.name)
    db.session.flush()


def good(user: User) -> list[ApiToken]:
    """The account's tokens that still open anything, the newest first."""
    return list(db.session.scalars(
        select(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now())
        .order_by(ApiToken.id.desc())))


def of(user: User, token_id: int) -> ApiToken | None:
    """One token of the account's own."""
    return db.session.scalar(select(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == user.id))


def forget_calls() -> None:
    """Forget the answers that nobody will ask for again."""
    db.session.execute(delete(ApiCall).where(ApiCall.created_at < now() - KEPT))
