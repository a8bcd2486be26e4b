"""Two entries of the directory that are one organisation become one, and nothing that hung on either is lost."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, select, update
from sqlalchemy.orm import aliased

from blueprints.programmes.services import WIDTH
from core import history
from core.errors import Refused
from models import (
    Certificate,
    CertificateException,
    CertificateStatus,
    Event,
    Host,
    Judge,
    Membership,
    NotDuplicate,
    Organisation,
    Registration,
    Slot,
    db,
)
from thai.organisations import fold_organisation


class MergedIntoItself(Refused):
    message = _l("These are one and the same entry. Choose another organisation to merge it with.")


class MergedMeanwhile(Refused):
    message = _l("One of the two has just been merged with another entry. Open the directory and compare again.")


class TwoNumbers(Refused):
    message = _l("The two have different juristic registration numbers, as different companies do. "
                 "If they are one all the same, choose the number that is right.")
    field = "juristic_number"


def merge(gone: Organisation, stands: Organisation, number: str = "") -> None:
    """`stands` takes everything of `gone`, whose spellings lead to it from now on.

    Registrations keep the name as typed. A host named twice is named once. Two times in one cluster that overlap become one that
    covers both. What `stands` does not say (English name, sector, province, number) it takes from `gone`. Of two different
    juristic numbers, `number` is the one that is right.

    Raises MergedIntoItself, MergedMeanwhile, TwoNumbers. The same merge a second time changes nothing.
    """
    if gone.id == stands.id:
        raise MergedIntoItself
    _hold(gone, stands)
    if gone.merged_into_id == stands.id:
        return
    if gone.merged_into_id is not None or stands.merged_into_id is not None:
        raise MergedMeanwhile
    given_up = _settle_number(gone, stands, number)
    _fill_in(gone, stands)
    gone.merged_into_id, stands.confirmed = stands.id, True
    db.session.flush()
    _on_rows(update(Organisation).where(Organisation.merged_into_id == gone.id).values(merged_into_id=stands.id))
    registrations = _on_rows(update(Registration).where(Registration.organisation_id == gone.id).values(
        organisation_id=stands.id, updated_at=Registration.updated_at))
    for table in (Slot, Judge):
        _on_rows(update(table).where(table.organisation_id == gone.id).values(organisation_id=stands.id))
    history.record("organisation.merged", organisation=stands, id=gone.id, name=gone.name_th, name_en=gone.name_en,
                   number=given_up, registrations=registrations, hosts=_move_hosts(gone, stands),
                   clusters=_move_memberships(gone, stands), certificates=_move_certificates(gone, stands),
                   exceptions=_move_exceptions(gone, stands))
    db.session.flush()
    db.session.expire_all()  # rows of the session still name the entry that is gone


def _hold(gone: Organisation, stands: Organisation) -> None:
    """Hold the events concerned, as whoever changes a registration does, and then both entries, always in this order."""
    concerned = select(Registration.event_id).where(Registration.organisation_id == gone.id).union(
        select(Certificate.event_id).where(Certificate.organisation_id == gone.id))
    db.session.execute(select(Event.id).where(Event.id.in_(concerned)).order_by(Event.id).with_for_update())
    db.session.scalars(
        select(Organisation).where(Organisation.id.in_((gone.id, stands.id))).order_by(Organisation.id).with_for_update()
        .execution_options(populate_existing=True)).all()


def _settle_number(gone: Organisation, stands: Organisation, number: str) -> str | None:
    """Give `stands` the number that is right; return the one that is given up."""
    numbers = {n for n in (gone.juristic_number, stands.juristic_number) if n}
    if len(numbers) == 2 and number not in numbers:
        raise TwoNumbers
    right = number if len(numbers) == 2 else next(iter(numbers), None)
    gone.juristic_number = stands.juristic_number = None  # a number has one owner at any moment
    db.session.flush()
    stands.juristic_number = right
    return next(iter(numbers - {right}), None)


def _fill_in(gone: Organisation, stands: Organisation) -> None:
    if not stands.folded_en:
        stands.name_en = gone.name_en or (gone.name_th if gone.name_th.isascii() else "")
        stands.folded_en = fold_organisation(stands.name_en)[:WIDTH]
    stands.sector, stands.province = stands.sector or gone.sector, stands.province or gone.province


def _on_rows(statement: object) -> int:
    return db.session.execute(statement.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]


def _move_hosts(gone: Organisation, stands: Organisation) -> list[list[int | None]]:
    """Where `gone` was host, as [programme id, event id] each. `stands` takes its place, and its logo unless it has one there."""
    hosts = db.session.scalars(select(Host).where(Host.organisation_id.in_((gone.id, stands.id))).order_by(Host.id)).all()
    there = {(host.programme_id, host.event_id): host for host in hosts if host.organisation_id == stands.id}
    moved = [host for host in hosts if host.organisation_id == gone.id]
    for host in moved:
        if twin := there.get((host.programme_id, host.event_id)):
            twin.position = min(twin.position, host.position)
            twin.logo_sha256 = twin.logo_sha256 or host.logo_sha256
            db.session.delete(host)
        else:
            host.organisation_id = stands.id
    db.session.flush()
    return [[host.programme_id, host.event_id] for host in moved]


def _move_certificates(gone: Organisation, stands: Organisation) -> int:
    """How many certificates of the enterprise itself are those of `stands` now. What is printed on them stays.

    Where both have a valid one of the same event and kind, both papers are out: that of `gone` stays with its entry, for one
    enterprise has but one.
    """
    own = aliased(Certificate)
    doubled = select(own.id).where(own.organisation_id == stands.id, own.event_id == Certificate.event_id, own.kind == Certificate.kind,
                                   own.status == CertificateStatus.VALID).exists()
    return _on_rows(update(Certificate).where(Certificate.organisation_id == gone.id, ~and_(
        Certificate.status == CertificateStatus.VALID, doubled)).values(organisation_id=stands.id))


def _move_exceptions(gone: Organisation, stands: Organisation) -> int:
    """How many decisions about the enterprise's certificates are about `stands` now. Where both have one, each stays with its entry:
    the later counts."""
    other = aliased(CertificateException)
    decided = select(other.id).where(other.organisation_id == stands.id, other.plan_id == CertificateException.plan_id).exists()
    return _on_rows(update(CertificateException).where(CertificateException.organisation_id == gone.id, ~decided).values(organisation_id=stands.id))


def _move_memberships(gone: Organisation, stands: Organisation) -> list[int]:
    """The ids of the clusters in which `gone` was; its times there are those of `stands` now."""
    rows = db.session.scalars(
        select(Membership).where(Membership.organisation_id.in_((gone.id, stands.id))).order_by(Membership.cluster_id)).all()
    clusters = []
    for cluster_id, times in groupby(rows, key=lambda row: row.cluster_id):
        both = list(times)
        if any(row.organisation_id == gone.id for row in both):
            clusters.append(cluster_id)
            _join(both, stands)
    return clusters


def _join(rows: list[Membership], stands: Organisation) -> None:
    """One row for each stretch of time that the rows cover; where a joining date is not known, the earliest known counts."""
    rows.sort(key=lambda row: (row.joined_on or date.min, row.id))
    stretches: list[list[Membership]] = []
    for row in rows:
        if stretches and (row.joined_on or date.min) <= max(r.left_on or date.max for r in stretches[-1]):
            stretches[-1].append(row)
        else:
            stretches.append([row])
    spans = [(stretch[0], min((r.joined_on for r in stretch if r.joined_on), default=None),
              None if any(r.left_on is None for r in stretch) else max(r.left_on for r in stretch if r.left_on)) for stretch in stretches]
    for stretch in stretches:
        for row in stretch[1:]:
            db.session.delete(row)
    db.session.flush()  # two rows must not say the same even for a moment
    for kept, joined_on, left_on in spans:
        kept.organisation_id, kept.joined_on, kept.left_on = stands.id, joined_on, left_on
    db.session.flush()


def dismiss(one: Organisation, other: Organisation) -> None:
    """Remember that the two are different organisations, however alike. Saying so twice is saying it once."""
    if one.id == other.id:
        raise MergedIntoItself
    first, second = sorted((one, other), key=lambda organisation: organisation.id)
    db.session.execute(select(Organisation.id).where(Organisation.id == first.id).with_for_update())
    if db.session.get(NotDuplicate, (first.id, second.id)) is None:
        db.session.add(NotDuplicate(first_id=first.id, second_id=second.id))
        history.record("organisation.told_apart", organisation=first, id=second.id, name=second.name_th)
        history.record("organisation.told_apart", organisation=second, id=first.id, name=first.name_th)
        db.session.flush()
