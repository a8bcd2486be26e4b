"""The columns of the list, on the page and in a file: what is known of a person, and the answers to the event's questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from blueprints.questions import answers
from blueprints.registration import exports, listing
from blueprints.registration.listing import Chosen
from core.locale import both, when
from models import AccessCode, Event, ImportBatch, Organisation, Registration, RegistrationSource, db

#: Orders by column; the others cannot be sorted by.
ORDER_OF = {"organisation": "organisation", "category": "category", "created_at": "created", "status": "status"}
SOURCES = {RegistrationSource.ONLINE: _l("Online"), RegistrationSource.STAFF: _l("Entered by staff"),
           RegistrationSource.WALK_IN: _l("Walk-in"), RegistrationSource.IMPORT: _l("Import")}
MARKS = {"vip": _l("VIP"), "wheelchair": _l("Wheelchair")}
MAILS = {"none": _l("without e-mail address"), "bounced": _l("e-mail came back"), "failed": _l("e-mail could not be sent")}
#: What a feature above registration calls its filter: name → (label, [(value, words)]).
EXTRA: dict[str, tuple[Any, list[tuple[str, Any]]]] = {}


@dataclass(frozen=True)
class Table:
    """Headings (name, words, order or None) and for each registration id the cells."""

    headings: list[tuple[str, str, str | None]]
    cells: dict[int, list[Any]]


def of(event: Event, wanted: Chosen, people: Sequence[Registration], with_answers: bool) -> Table:
    """The cells of one page, in a bounded number of statements. Answers and what is sensitive are for organisers."""
    questions = dict(answers.columns(event.id)) if any(name.startswith("q") for name in wanted.columns) and with_answers else {}
    shown = [name for name in wanted.columns if with_answers or name not in exports.SENSITIVE]
    known = _headings()
    names = [name for name in shown if name in known or (name[1:].isdecimal() and int(name[1:]) in questions)]
    ids = [one.id for one in people]
    texts = answers.texts(ids) if questions else {}
    more = {name: listing.EXTRA_COLUMNS[name][1](event, ids) for name in names if name in listing.EXTRA_COLUMNS}
    headings = [(name, str(known[name]) if name in known else questions[int(name[1:])], ORDER_OF.get(name)) for name in names]
    return Table(headings, {one.id: [more[name].get(one.id, "") if name in more else _cell(name, one, texts) for name in names] for one in people})


def _headings() -> dict[str, Any]:
    """What can stand over a column, but for questions."""
    return {name: label for name, (label, _more) in (exports.COLUMNS | listing.EXTRA_COLUMNS).items()}


def _cell(name: str, one: Registration, texts: dict[int, dict[int, str]]) -> Any:
    if name not in exports.COLUMNS:
        return texts.get(one.id, {}).get(int(name[1:]), "")
    value = exports.COLUMNS[name][1](one)
    if name in MARKS and value:
        return str(MARKS[name])  # on a phone no heading stands over it
    return when(value) if isinstance(value, datetime) else value


def offered(event: Event, with_answers: bool) -> list[tuple[str, str]]:
    """Every column that can be chosen."""
    return [(name, str(label)) for name, label in _headings().items() if with_answers or name not in exports.SENSITIVE] + [
        (f"q{number}", label) for number, label in answers.columns(event.id)]


def for_file(event: Event, names: Sequence[str]) -> exports.Table:
    """The chosen columns of a file, the name always first; nothing chosen: all that is usual, and every answer."""
    questions = dict(answers.columns(event.id))
    ids = list(questions) if not names else [int(name[1:]) for name in names if name[1:].isdecimal() and int(name[1:]) in questions]
    texts = answers.of_event(event.id) if ids else {}
    more = [(questions[number], {person: said[number] for person, said in texts.items() if number in said}) for number in ids]
    for name, (label, texts_of) in listing.EXTRA_COLUMNS.items():
        if (name in names or not names) and (known := texts_of(event, None)):
            more.append((str(label), known))
    return exports.Table(exports.USUAL if not names else ("title", "first_name", "last_name", *names), more)


def marks(organises: bool) -> list[tuple[str, str]]:
    """What the list can be narrowed to; who needs a wheelchair is for organisers alone."""
    return [(name, str(words)) for name, words in MARKS.items() if organises or name not in exports.SENSITIVE]


def extra_filters() -> dict[str, tuple[Any, list[tuple[str, Any]]]]:
    """Filters that features above registration add."""
    return EXTRA


def chips(event: Event, wanted: Chosen) -> list[tuple[str, str]]:
    """What leaves people out, in words: (name in the address, words)."""
    names = {category.id: both(category.name_th, category.name_en) for category in event.categories}
    sessions = {session.id: both(session.title_th, session.title_en) for session in event.sessions}
    found = []
    if wanted.q:
        found.append(("q", f"“{wanted.q}”"))
    if wanted.status:
        found.append(("status", str(exports.STATUSES[wanted.status])))
    if wanted.category:
        found.append(("category", names.get(wanted.category, "?")))
    if wanted.session:
        found.append(("session", sessions.get(wanted.session, "?")))
    if wanted.source:
        found.append(("source", str(SOURCES[wanted.source])))
    for name, table, label in (("organisation", Organisation, "name_th"), ("code", AccessCode, "code"), ("imported", ImportBatch, "file_name")):
        if value := getattr(wanted, name):
            row = db.session.get(table, value)
            found.append((name, getattr(row, label) if row else "?"))
    if wanted.mark:
        found.append(("mark", str(MARKS[wanted.mark])))
    if wanted.mail:
        found.append(("mail", str(MAILS[wanted.mail])))
    for name, value in wanted.extra.items():
        found.append((name, str(dict(EXTRA[name][1]).get(value, value)) if name in EXTRA else value))
    return found
