"""The day on paper against the day on the phones: who signed and was not scanned, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import joinedload

from blueprints.checkin.queries import admitted
from blueprints.registration.tickets import name_of
from core.locale import both
from models import Checkpoint, Registration, Scan, ScanSource, Signature, db
from thai.phones import format_phone

#: Both sides: name → heading and what the list is for.
SIDES: dict[str, tuple[Any, Any]] = {
    "signed": (_l("Signed but not scanned"), _l("Their signature stands on the sheet, and no phone has let them in.")),
    "scanned": (_l("Scanned but not signed"), _l("A phone has let them in, and their row of the sheet was not read as signed.")),
}


def _signed(checkpoint: Checkpoint) -> ColumnElement[bool]:
    """A row code of theirs was read off the sheet, whatever the judge said to it, and the reading was not undone."""
    return exists().where(Scan.registration_id == Registration.id, Scan.checkpoint_id == checkpoint.id, Scan.source == ScanSource.PAPER,
                          Scan.undone_at.is_(None))


def _scanned(checkpoint: Checkpoint) -> ColumnElement[bool]:
    """They were let in otherwise than by the sheet."""
    return exists().where(Scan.registration_id == Registration.id, Scan.checkpoint_id == checkpoint.id, Scan.source != ScanSource.PAPER, admitted())


def differing(checkpoint: Checkpoint, side: str) -> Select[tuple[Registration]]:
    """Who stands on one side only, in Thai order."""
    only = and_(_signed(checkpoint), ~_scanned(checkpoint)) if side == "signed" else and_(_scanned(checkpoint), ~_signed(checkpoint))
    return (select(Registration).options(joinedload(Registration.category)).where(Registration.event_id == checkpoint.event_id, only)
            .order_by(Registration.sort_key, Registration.id))


def counts(checkpoint: Checkpoint) -> dict[str, int]:
    """How many stand on each side only, and `both` of them."""
    found = {side: db.session.scalar(select(func.count()).select_from(differing(checkpoint, side).order_by(None).subquery())) or 0 for side in SIDES}
    agreed = select(func.count()).select_from(Registration).where(
        Registration.event_id == checkpoint.event_id, _signed(checkpoint), _scanned(checkpoint))
    return found | {"both": db.session.scalar(agreed) or 0}


def signed_on_screen(checkpoint: Checkpoint, people: Sequence[Registration]) -> set[int]:
    """Which of them signed on a phone's screen instead."""
    return set(db.session.scalars(select(Signature.registration_id).where(
        Signature.checkpoint_id == checkpoint.id, Signature.registration_id.in_([one.id for one in people]))))


def headings() -> list[str]:
    """Of the file, in the reader's language."""
    return [_("Name"), _("Position"), _("Organisation"), _("Category"), _("Telephone")]


def rows(checkpoint: Checkpoint, side: str) -> Iterator[list[str]]:
    """Of the file: everyone who stands on one side only."""
    for one in db.session.scalars(differing(checkpoint, side).execution_options(yield_per=1000)):
        yield [name_of(one), one.position, one.organisation_name, both(one.category.name_th, one.category.name_en),
               format_phone(one.phone, one.phone_extension)]
