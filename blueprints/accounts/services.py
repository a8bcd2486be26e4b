"""What people do with accounts: sign in, accept an invitation, change a password, come and go."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from blueprints.accounts import passwords
from core import outbox
from core.codes import digest, new_code
from core.errors import Refused, explain
from models import AccountLink, Event, Grant, LinkPurpose, Programme, Role, User, db, now

INVITATION_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=2)

Scope = Programme | Event


class WrongCredentials(Refused):
    message = _l("E-mail address and password do not fit together. Check both, or ask for a new password below.")


class WrongPassword(Refused):
    message = _l("This is not your present password. Please type it again.")
    field = "current_password"


class LinkGone(Refused):
    message = _l("It has expired, has been used already, or was not copied as a whole. Ask the person who sent it for a new one.")


class ResetLinkGone(LinkGone):
    message = _l("It has expired, has been used already, or was not copied as a whole. Ask for a new one: it is sent at once.")


class AlreadyAdmin(Refused):
    message = _l("This person is an administrator already.")
    field = "email"


class Deactivated(Refused):
    message = _l("The account with this e-mail address is deactivated. An administrator can reactivate it.")
    field = "email"


explain("uq_user_account_email", None,
        _l("There is an account with this e-mail address already. Sign in with it, then open the invitation again."))


def find_user(email: str) -> User | None:
    """The account with this e-mail address (lower case), deactivated or not."""
    return db.session.scalar(select(User).where(User.email == email))


def authenticate(email: str, password: str) -> User:
    """The account that this e-mail address and password open. Takes equally long whether or not there is one.

    A password kept with older parameters is kept anew. Raises WrongCredentials.
    """
    found = db.session.execute(
        select(User.id, User.password_hash).where(User.email == email, User.deactivated_at.is_(None))).first()
    _let_go()
    if not passwords.verify(found.password_hash if found else None, password) or found is None:
        raise WrongCredentials
    fresh = passwords.make(password) if passwords.outdated(found.password_hash) else None
    user = db.session.get_one(User, found.id)
    if fresh and user.password_hash == found.password_hash:
        user.password_hash = fresh
        db.session.flush()
    return user


def _let_go() -> None:
    """End the reading before a password is hashed: SQLite has one writer, and it should not wait for that."""
    db.session.rollback()


def set_password(user: User, password: str) -> None:
    """Give `user` a new password and sign the account out everywhere. Raises passwords.WeakPassword."""
    passwords.check(password, user.email)
    _let_go()
    kept = passwords.make(password)
    _keep_password(user, kept)


def _keep_password(user: User, kept: str) -> None:
    user.password_hash = kept
    user.session_epoch = User.session_epoch + 1
    db.session.execute(delete(AccountLink).where(
        AccountLink.email == user.email, AccountLink.purpose == LinkPurpose.RESET, AccountLink.used_at.is_(None)))
    db.session.flush()


def change_password(user: User, current: str, password: str) -> None:
    """`set_password` for someone who knows the present one. Raises WrongPassword, passwords.WeakPassword."""
    kept = user.password_hash
    _let_go()
    if not passwords.verify(kept, current):
        raise WrongPassword
    set_password(user, password)


def update_profile(user: User, name: str, language: str) -> None:
    """The name others see, and the language of pages and e-mails."""
    user.name, user.language = name, language
    db.session.flush()


# Links ------------------------------------------------------------------------------------------------------------------


def new_link(purpose: LinkPurpose, email: str, life: timedelta, **facts: object) -> str:
    """Write down a single-use link and return its secret; only the digest is kept."""
    token = new_code()
    db.session.add(AccountLink(purpose=purpose, email=email, digest=digest(token), expires_at=now() + life, **facts))
    db.session.flush()
    return token


def open_link(purpose: LinkPurpose, token: str) -> AccountLink:
    """The link as long as it is good. Raises LinkGone."""
    link = db.session.scalar(select(AccountLink).where(
        AccountLink.digest == digest(token), AccountLink.purpose == purpose,
        AccountLink.used_at.is_(None), AccountLink.expires_at > now()))
    if link is None:
        raise LinkGone if purpose == LinkPurpose.INVITATION else ResetLinkGone
    return link


def _use_link(purpose: LinkPurpose, token: str) -> AccountLink:
    """Use the link up: of two at the same moment only one gets it. Raises LinkGone."""
    link = open_link(purpose, token)
    moment = now()
    used = db.session.execute(
        update(AccountLink).where(AccountLink.id == link.id, AccountLink.used_at.is_(None), AccountLink.expires_at > moment)
        .values(used_at=moment)).rowcount
    if not used:
        raise LinkGone if purpose == LinkPurpose.INVITATION else ResetLinkGone
    return link


def send_reset(email: str) -> None:
    """Mail a link for a new password, if there is such an account."""
    user = find_user(email)
    if user is not None and user.deactivated_at is None:
        outbox.queue("password_reset", user.email, user.language, {"token": new_link(LinkPurpose.RESET, email, RESET_LIFE)})


def reset_password(token: str, password: str) -> User:
    """Set the password of the link's account, which signs it out everywhere. Raises LinkGone, passwords.WeakPassword."""
    email = open_link(LinkPurpose.RESET, token).email
    passwords.check(password, email)
    _let_go()
    kept = passwords.make(password)
    _use_link(LinkPurpose.RESET, token)
    user = find_user(email)
    if user is None or user.deactivated_at is not None:
        raise ResetLinkGone
    _keep_password(user, kept)
    return user


# Invitations ------------------------------------------------------------------------------------------------------------


def invite(email: str, language: str, by: User | None, *, role: Role | None = None, scope: Scope | None = None) -> str:
    """Invite someone to a role in `scope`, or as administrator without one, and mail the link. Returns the link's secret.

    An earlier invitation to the same person for the same thing is replaced. Raises Deactivated, AlreadyAdmin.
    """
    user = find_user(email)
    if user is not None and user.deactivated_at is not None:
        raise Deactivated
    if user is not None and user.is_admin and scope is None:
        raise AlreadyAdmin
    facts = {"makes_admin": scope is None, "role": role, **_columns(scope)}
    db.session.execute(delete(AccountLink).where(
        AccountLink.email == email, AccountLink.purpose == LinkPurpose.INVITATION, AccountLink.used_at.is_(None),
        *(getattr(AccountLink, name) == facts[name] for name in ("makes_admin", "programme_id", "event_id"))))
    token = new_link(LinkPurpose.INVITATION, email, INVITATION_LIFE, created_by_id=by.id if by else None, **facts)
    outbox.queue("invitation", email, user.language if user else language, {"token": token})
    return token


def withdraw(link: AccountLink) -> None:
    """Make an invitation that was not accepted yet worthless."""
    db.session.delete(link)
    db.session.flush()


def accept_as(user: User, token: str) -> AccountLink:
    """Someone with an account accepts the invitation to their own address. Raises LinkGone."""
    link = _use_link(LinkPurpose.INVITATION, token)
    if link.email != user.email:
        raise LinkGone
    _bring(user, link)
    return link


def accept_as_new(token: str, name: str, password: str) -> tuple[User, AccountLink]:
    """Someone without an account accepts and chooses name and password. Raises LinkGone, passwords.WeakPassword."""
    passwords.check(password, open_link(LinkPurpose.INVITATION, token).email)
    _let_go()
    kept = passwords.make(password)
    link = _use_link(LinkPurpose.INVITATION, token)
    user = User(email=link.email, name=name, password_hash=kept)
    db.session.add(user)
    db.session.flush()
    _bring(user, link)
    return user, link


def _bring(user: User, link: AccountLink) -> None:
    """Give what the invitation promised; an invitation never takes a stronger role away."""
    user.is_admin = user.is_admin or link.makes_admin
    scope: Scope | None = None
    if link.programme_id is not None:
        scope = db.session.get(Programme, link.programme_id)
    elif link.event_id is not None:
        scope = db.session.get(Event, link.event_id)
    if scope is not None and link.role is not None:
        held = db.session.scalar(select(Grant.role).where(Grant.user_id == user.id, *of(scope)))
        if held is None or held.rank < link.role.rank:
            grant(user, link.role, scope)
    db.session.flush()


# Roles ------------------------------------------------------------------------------------------------------------------


def _columns(scope: Scope | None) -> dict[str, int | None]:
    return {"programme_id": scope.id if isinstance(scope, Programme) else None,
            "event_id": scope.id if isinstance(scope, Event) else None}


def of(scope: Scope) -> tuple[object, ...]:
    """Conditions for the grants in exactly this programme or event."""
    return (Grant.programme_id == scope.id,) if isinstance(scope, Programme) else (Grant.event_id == scope.id,)


def grant(user: User, role: Role, scope: Scope) -> Grant:
    """Give `user` this role there, instead of one they may have."""
    held = db.session.scalar(select(Grant).where(Grant.user_id == user.id, *of(scope)))
    if held is None:
        held = Grant(user_id=user.id, role=role, **_columns(scope))
        db.session.add(held)
    held.role = role
    db.session.flush()
    return held
