"""The day on paper against the day on the phones: who signed and was not scanned, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, Subquery, and_, case, func, select
from sqlalchemy.orm import joinedload

from blueprints.checkin.judge import Verdict
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


def _marks(checkpoint: Checkpoint) -> Subquery:
    """For each person with a scan here: `signed`, a row code of theirs was read off the sheet, whatever the judge said to it, and
    `scanned`, they were let in otherwise. One pass over the checkpoint's scans."""
    by_paper = Scan.source == ScanSource.PAPER
    return (select(Scan.registration_id, func.max(case((by_paper, 1), else_=0)).label("signed"),
                   func.max(case((and_(~by_paper, admitted()), 1), else_=0)).label("scanned"))
            .where(Scan.checkpoint_id == checkpoint.id, Scan.registration_id.is_not(None), Scan.undone_at.is_(None),
                   Scan.verdict != Verdict.OTHER_EVENT.value).group_by(Scan.registration_id).subquery())


def differing(checkpoint: Checkpoint, side: str) -> Select[tuple[Registration]]:
    """Who stands on one side only, in Thai order."""
    marks = _marks(checkpoint)
    wanted, other = (marks.c.signed, marks.c.scanned) if side == "signed" else (marks.c.scanned, marks.c.signed)
    return (select(Registration).options(joinedload(Registration.category)).join(marks, marks.c.registration_id == Registration.id)
            .where(wanted == 1, other == 0).order_by(Registration.sort_key, Registration.id))


def counts(checkpoint: Checkpoint) -> dict[str, int]:
    """How many stand on each side only, and `both` of them."""
    marks = _marks(checkpoint)
    signed, scanned, agreed = db.session.execute(
        select(func.sum(marks.c.signed), func.sum(marks.c.scanned), func.sum(marks.c.signed * marks.c.scanned))).one()
    agreed = int(agreed or 0)
    return {"signed": int(signed or 0) - agreed, "scanned": int(scanned or 0) - agreed, "both": agreed}


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
