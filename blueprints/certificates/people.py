"""The people of a dry run as the page lists them: a page of verdicts with names, numbers and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from blueprints.certificates.eligibility import Subject, Verdict
from models import Certificate, CertificatePlan, CertificateStatus, NamedHolder, Organisation, Registration, db
from thai.names import display_name
from thai.text import fold

_COLUMNS: dict[Subject, Any] = {
    Subject.REGISTRATION: Certificate.registration_id, Subject.ORGANISATION: Certificate.organisation_id,
    Subject.NAMED: Certificate.named_holder_id}
CHUNK = 500


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    verdict: Verdict
    name: str
    organisation: str
    certificate: Certificate | None


@dataclass(frozen=True)
class Page:
    """Some of the verdicts, with what the house's pagination asks for."""

    items: Sequence[Verdict]
    page: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        return -(-self.total // self.per_page)

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def prev_num(self) -> int:
        return self.page - 1

    @property
    def next_num(self) -> int:
        return self.page + 1


def page_of(verdicts: Sequence[Verdict], search: str, page: int, per_page: int) -> Page:
    """The verdicts whose subject is found by the words, a page of them."""
    if search:
        found = _found(search, verdicts)
        verdicts = [one for one in verdicts if (one.subject, one.id) in found]
    page = max(1, page)
    return Page(verdicts[(page - 1) * per_page:page * per_page], page, per_page, len(verdicts))


def _found(search: str, verdicts: Sequence[Verdict]) -> set[tuple[Subject, int]]:
    """The subjects among the verdicts whose name holds the words."""
    words, found = fold(search), set()
    for subject in Subject:
        ids = [one.id for one in verdicts if one.subject is subject]
        for start in range(0, len(ids), CHUNK):
            loaded = _subjects(subject, ids[start:start + CHUNK])
            found |= {(subject, key) for key, row in loaded.items() if words in fold(" ".join(_words(row)))}
    return found


def rows(plan: CertificatePlan, verdicts: Sequence[Verdict]) -> list[Row]:
    """The verdicts with names and certificates: two statements for each kind of subject."""
    made = []
    loaded = {subject: _subjects(subject, [one.id for one in verdicts if one.subject is subject]) for subject in Subject}
    held = {subject: _certificates(plan, subject, list(loaded[subject])) for subject in Subject}
    for one in verdicts:
        if (row := loaded[one.subject].get(one.id)) is not None:
            name, organisation = _words(row)
            made.append(Row(one, name, organisation, held[one.subject].get(one.id)))
    return made


def _subjects(subject: Subject, ids: Sequence[int]) -> dict[int, Any]:
    model: Any = {Subject.REGISTRATION: Registration, Subject.ORGANISATION: Organisation, Subject.NAMED: NamedHolder}[subject]
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))} if ids else {}


def _certificates(plan: CertificatePlan, subject: Subject, ids: Sequence[int]) -> dict[int, Certificate]:
    column = _COLUMNS[subject]
    found = db.session.scalars(select(Certificate).where(
        Certificate.event_id == plan.event_id, Certificate.kind == plan.kind, column.in_(ids), Certificate.status == CertificateStatus.VALID)
        .order_by(Certificate.id)) if ids else []
    return {getattr(one, column.key): one for one in found}


def _words(row: Registration | Organisation | NamedHolder) -> tuple[str, str]:
    if isinstance(row, Registration):
        return display_name(row.title, row.first_name, row.last_name), row.organisation_name
    return (row.name_th or row.name_en, row.organisation if isinstance(row, NamedHolder) else "")
