"""What people do with identities at a provider of single sign-on: open an account with one, link it, let go of it."""

from __future__ import annotations

import enum
from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.accounts.services import Deactivated, LinkGone, find_user, open_link
from core import history, outbox
from core.errors import Refused, explain
from core.locale import language
from core.oidc import Person
from core.providers import Provider
from models import Identity, LinkPurpose, User, db
from thai.text import normalise


class OtherDomain(Refused):
    message = _l("It is not an account of the organisation, or the organisation does not vouch for its e-mail address. "
                 "Choose another account there, or sign in with a password.")


class Taken(Refused):
    message = _l("That account opens another account here already.")


class NoWayIn(Refused):
    message = _l("No account here belongs to it. Ask an organiser to invite you, or sign in with your password first.")


class LastWayIn(Refused):
    message = _l("It is your only way to sign in. Set a password first.")


explain("uq_identity_issuer_subject", None, Taken.message)
explain("uq_identity_user_id_issuer", None, _l("Your account here is linked with another account there. Unlink that one first."))


class Way(enum.StrEnum):
    """How an identity that opens no account yet can come to open one."""

    LINK = "link"  # to the account that is signed in
    TRUSTED = "trusted"  # to the account with its address, which the provider is trusted for
    NEW = "new"  # with an account made for it


def check(provider: Provider, person: Person) -> None:
    """Only people of the provider's domains, where it has some. Raises OtherDomain."""
    if provider.domains and person.email.rpartition("@")[2] not in provider.domains:
        raise OtherDomain


def holder(person: Person) -> User | None:
    """The account that this identity opens. Raises Deactivated."""
    user = db.session.scalar(select(User).join(Identity).where(
        Identity.issuer == person.issuer, Identity.subject == person.subject))
    return _open(user) if user else None


def _open(user: User) -> User:
    if user.deactivated_at is not None:
        raise Deactivated
    return user


def invited(token: str) -> str:
    """The address of somebody without an account whom this invitation is for, or ""."""
    try:
        email = open_link(LinkPurpose.INVITATION, token).email if token else ""
    except LinkGone:
        return ""
    return "" if find_user(email) else email


def way(provider: Provider, person: Person, me: User | None, invitation: str = "") -> Way | None:
    """How this identity can come to open an account; `me` is who is signed in, `invitation` the secret of the one in hand.

    Raises Deactivated.
    """
    if me is not None:
        return Way.LINK
    if person.email and (user := find_user(person.email)):
        return Way.TRUSTED if _open(user) and provider.trust else None
    return Way.NEW if invited(invitation) or (person.email and provider.create) else None


def admit(provider: Provider, person: Person, me: User | None, invitation: str = "") -> User:
    """Let the identity open an account from now on, by the way that there is. Raises NoWayIn, Deactivated.

    A new account has the invitation's address, or the one that the provider has verified, and neither role nor password; the holder
    of an old one is told by e-mail.
    """
    check(provider, person)
    kind, user = way(provider, person, me, invitation), me
    if kind is None:
        raise NoWayIn
    if kind is Way.TRUSTED:
        user = find_user(person.email)
    if kind is Way.NEW:
        email = invited(invitation) or person.email
        user = User(email=email, name=normalise(person.name)[:200] or email.partition("@")[0], language=language())
        db.session.add(user)
        db.session.flush()
        history.record("account.made", account=user.id, provider=provider.name)
    assert user is not None
    db.session.add(Identity(user_id=user.id, issuer=person.issuer, subject=person.subject, email=person.email))
    db.session.flush()
    history.record("account.linked", account=user.id, provider=provider.name)
    if kind is not Way.NEW:
        outbox.queue("identity_linked", user.email, user.language, {"labels": [provider.label_th, provider.label_en], "email": person.email})
    return user


def identities(user: User) -> list[Identity]:
    """What opens this account besides its password, the first one first."""
    return list(db.session.scalars(select(Identity).where(Identity.user_id == user.id).order_by(Identity.created_at, Identity.id)))


def unlink(identity: Identity, issuers: Collection[str]) -> None:
    """Let an identity open the account no longer, and sign the account out everywhere. `issuers` are those that can be signed in
    with. Raises LastWayIn."""
    user = db.session.scalars(select(User).where(User.id == identity.user_id).with_for_update()).one()
    others = [one for one in identities(user) if one.id != identity.id and one.issuer in issuers]
    if user.password_hash is None and not others:
        raise LastWayIn
    db.session.delete(identity)
    user.session_epoch = User.session_epoch + 1
    db.session.flush()
    history.record("account.unlinked", account=user.id, issuer=identity.issuer)
