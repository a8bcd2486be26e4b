"""Services of owners and administrators: who holds which role, and whose account is open."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.accounts.services import find_user
from core.errors import Refused
from models import Grant, Programme, Role, User, db, now


class LastOwner(Refused):
    message = _l("A programme needs an owner. Make somebody else owner first.")


class Yourself(Refused):
    message = _l("You cannot deactivate your own account. Ask another administrator.")


def change_role(held: Grant, role: Role) -> None:
    """Give the person another role in the same place. Raises LastOwner."""
    if role != Role.OWNER:
        _keep_an_owner(held)
    held.role = role
    db.session.flush()


def remove(held: Grant) -> None:
    """Take the role away. Raises LastOwner."""
    _keep_an_owner(held)
    db.session.delete(held)
    db.session.flush()


def _keep_an_owner(leaving: Grant) -> None:
    if leaving.programme_id is None or leaving.role != Role.OWNER:
        return
    # Two owners who remove each other at the same moment take turns at the programme's row.
    db.session.execute(select(Programme.id).where(Programme.id == leaving.programme_id).with_for_update())
    other = select(Grant.id).join(User).where(
        Grant.programme_id == leaving.programme_id, Grant.role == Role.OWNER, Grant.id != leaving.id,
        User.deactivated_at.is_(None))
    if db.session.scalar(other.limit(1)) is None:
        raise LastOwner


def deactivate(user: User, by: User) -> None:
    """Close the account and sign it out everywhere; what it did stays. Raises Yourself."""
    if user.id == by.id:
        raise Yourself
    user.deactivated_at = now()
    user.session_epoch = User.session_epoch + 1
    db.session.flush()


def reactivate(user: User) -> None:
    """Open the account again, with the roles it had."""
    user.deactivated_at = None
    db.session.flush()


def create_admin(email: str, name: str = "") -> User:
    """An administrator's account: a new one, or the one that there is, opened again."""
    user = find_user(email)
    if user is None:
        user = User(email=email, name=name or email.partition("@")[0])
        db.session.add(user)
    user.is_admin, user.deactivated_at, user.name = True, None, name or user.name
    db.session.flush()
    return user
