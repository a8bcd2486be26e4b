"""Who is here, and whether the directory and the clusters, which belong to the whole installation, are theirs to change."""

from __future__ import annotations

from flask import abort

from blueprints.programmes import queries
from core import access
from models import User


def me() -> User:
    """The account of this request."""
    user = access.current_user()
    assert user is not None
    return user


def may_edit() -> bool:
    """Whether the account organises anything."""
    return queries.organisers_anywhere(me())


def organisers_only() -> None:
    """403 for those who organise nothing."""
    if not may_edit():
        abort(403)
