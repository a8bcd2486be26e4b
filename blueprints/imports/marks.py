"""What is to be said of each row before anyone is registered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from blueprints.imports.rows import Row
from blueprints.registration import details
from models import Event, Registration, RegistrationStatus, db
from thai.names import name_key

#: Rows of these people cannot be brought in: they are there.
THERE = ("registered", "twice")


@dataclass(frozen=True)
class Line:
    """A row in the preview, and whether it is ticked. `mark` is "" when nothing is to be said of it, or registered, twice, alike
    (someone of this name with another address or telephone), cancelled (by the file itself) or hidden (in the workbook)."""

    row: Row
    mark: str = ""
    duplicate: str = ""  # the mark as a sentence
    registration_id: int | None = None  # who is meant
    ticked: bool = False

    @property
    def ok(self) -> bool:
        return not self.row.problems and not self.mark

    @property
    def possible(self) -> bool:
        """Whether somebody may decide to bring it in."""
        return not self.row.problems and self.mark not in THERE

    @property
    def group(self) -> str:
        """Where the preview counts it: ok, errors, there or unsure."""
        return "errors" if self.row.problems else "there" if self.mark in THERE else "unsure" if self.mark else "ok"


def lines(event: Event, parsed: Sequence[Row], hidden: Collection[int], ticks: Mapping[str, bool]) -> list[Line]:
    """The rows with their marks. `ticks`: row number → what somebody chose; all others are ticked if they are ok."""
    meeting = _Meeting(event)
    made = []
    for row in parsed:
        mark, sentence, registration_id = meeting.meet(row, row.number in hidden)
        line = Line(row, mark, sentence, registration_id)
        made.append(Line(row, mark, sentence, registration_id, line.possible and ticks.get(str(row.number), line.ok)))
    return made


class _Meeting:
    """Who is registered already, and who stood further up in the file: by person and by name."""

    def __init__(self, event: Event) -> None:
        self.there: dict[str, int] = {}
        self.names: dict[str, int] = {}
        self.rows: dict[str, int] = {}
        self.names_in_file: dict[str, int] = {}
        found = db.session.execute(
            select(Registration.id, Registration.title, Registration.first_name, Registration.last_name, Registration.person_key)
            .where(Registration.event_id == event.id, Registration.status != RegistrationStatus.CANCELLED).order_by(Registration.id))
        for number, title, first, last, key in found:
            self.there.setdefault(key, number)
            self.names.setdefault(name_key(title, first, last), number)

    def meet(self, row: Row, hidden: bool) -> tuple[str, str, int | None]:
        """The mark of the next row, as a word and a sentence, and the registration that it is about."""
        given = row.details
        if row.problems:
            return "", "", None
        key = details.person_key(given)
        if key in self.there:
            return "registered", _("Registered already."), self.there[key]
        if key in self.rows:
            return "twice", _("The same person as in row %(number)s.", number=self.rows[key]), None
        if row.cancelled:
            return "cancelled", _("Cancelled, says the file."), None
        self.rows[key] = row.number
        name = name_key(given.title, given.first_name, given.last_name)
        before = self.names_in_file.setdefault(name, row.number)
        if name in self.names:
            return "alike", _("Somebody of this name is registered with another address."), self.names[name]
        if before != row.number:
            return "alike", _("Somebody of this name stands in row %(number)s with another address.", number=before), None
        return ("hidden", _("This row is hidden in the workbook."), None) if hidden else ("", "", None)
