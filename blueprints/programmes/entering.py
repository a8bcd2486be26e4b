"""Who is here, and whether the directory and the clusters, which belong to the whole installation, are theirs to change."""

from __future__ import annotations

from core import access
from models import User


def me() -> User:
    """The account of this request."""
    user = access.current_user()
    assert user is not None
    return user


def may_edit() -> bool:
    """Whether the account organises anything."""
    return access.organises(me())
