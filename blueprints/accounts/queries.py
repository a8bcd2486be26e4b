"""What people see of accounts, roles and invitations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from blueprints.accounts.services import Scope, of
from models import AccountLink, Event, Grant, LinkPurpose, Programme, User, db, now


def accounts(q: str = "") -> Select[Any]:
    """All accounts, those whose name or e-mail address holds `q` if given; the open ones first, by name."""
    query = select(User).order_by(User.deactivated_at.is_not(None), User.name, User.id)
    if q:
        q = q.lower()
        query = query.where(or_(func.lower(User.name).contains(q, autoescape=True), User.email.contains(q, autoescape=True)))
    return query


def role_counts(users: list[User]) -> dict[int, int]:
    """In how many programmes and events each of these accounts has a role."""
    ids = [user.id for user in users]
    query = select(Grant.user_id, func.count(Grant.id)).where(Grant.user_id.in_(ids)).group_by(Grant.user_id)
    return dict(iter(db.session.execute(query)))


def people_of(scope: Scope) -> list[Grant]:
    """The roles held in exactly this programme or event, by name."""
    return list(db.session.scalars(
        select(Grant).join(User).options(joinedload(Grant.user)).where(*of(scope)).order_by(User.name, Grant.id)))


def held_in(scope: Scope, grant_id: int) -> Grant | None:
    """One role of this programme or event, by its id."""
    return db.session.scalar(select(Grant).where(Grant.id == grant_id, *of(scope)))


def invitations(scope: Scope | None) -> list[AccountLink]:
    """Invitations to this programme or event (None: as administrator) that are open still, the newest first."""
    return list(db.session.scalars(_open(scope).order_by(AccountLink.created_at.desc(), AccountLink.id.desc())))


def invitation_in(scope: Scope | None, link_id: int) -> AccountLink | None:
    """One open invitation of this place, by its id."""
    return db.session.scalar(_open(scope).where(AccountLink.id == link_id))


def _open(scope: Scope | None) -> Select[Any]:
    if scope is None:
        there: Any = AccountLink.makes_admin
    elif isinstance(scope, Programme):
        there = AccountLink.programme_id == scope.id
    else:
        there = AccountLink.event_id == scope.id
    return select(AccountLink).where(
        there, AccountLink.purpose == LinkPurpose.INVITATION, AccountLink.used_at.is_(None), AccountLink.expires_at > now())


def place_of(link: AccountLink) -> Scope | None:
    """The programme or event that an invitation leads to; None for an administrator's."""
    if link.programme_id is not None:
        return db.session.get(Programme, link.programme_id)
    return db.session.get(Event, link.event_id) if link.event_id is not None else None
