"""A Thai fiscal year (1 October to 30 September) over all programmes that an account sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from blueprints.programmes.queries import visible_programmes, whole_programmes
from blueprints.reports.document import Column, Document, Kind, Level, Row, Table, percent
from blueprints.reports.measures import Scope
from blueprints.reports.progress import EventSum, Progress, progress
from core.forms import moment
from core.locale import both, local
from models import Event, EventStatus, Programme, User, db, now
from thai.dates import fiscal_year, fiscal_year_bounds

#: Gives the address of a programme's report.
Open = Callable[[Programme], str]
COUNTED = (EventStatus.PUBLISHED, EventStatus.CLOSED, EventStatus.FINISHED)


def scope_of(programmes: Sequence[Programme]) -> Scope:
    """Ids of the events of these programmes that count."""
    return select(Event.id).where(Event.programme_id.in_([one.id for one in programmes]), Event.status.in_(COUNTED))


def programmes_of(user: User) -> list[Programme]:
    """The programmes of which the account sees all."""
    programmes = list(db.session.scalars(visible_programmes(user)))
    whole = whole_programmes(user, programmes)
    return [one for one in programmes if one.id in whole]


def years(user: User) -> list[int]:
    """The fiscal years (BE) in which those programmes have events, the latest first; at least this one."""
    starts = db.session.scalars(select(Event.starts_at).where(Event.id.in_(scope_of(programmes_of(user)))))
    return sorted({fiscal_year(local(moment_).date()) for moment_ in (now(), *starts)}, reverse=True)


def document(user: User, year: int, open_: Open) -> Document:
    """The year by programme and by quarter."""
    programmes = programmes_of(user)
    first, last = fiscal_year_bounds(year)
    within = scope_of(programmes).where(Event.starts_at >= moment(first, time()), Event.starts_at < moment(last + timedelta(days=1), time()))
    rows = [one for one in progress(programmes, within) if one.events]
    events = [event for one in rows for event in one.events]
    return Document(_("Fiscal year %(year)s", year=year), (), (by_programme(rows, open_), by_quarter(events)))


def by_programme(rows: Sequence[Progress], open_: Open) -> Table:
    """One line for each programme."""
    def line(one: Progress) -> Row:
        return Row((both(one.programme.title_th, one.programme.title_en), *_sums(one.events), one.persons, one.organisations, one.satisfaction),
                   (open_(one.programme),))

    everything = [event for one in rows for event in one.events]
    total = Row((_("All programmes"), *_sums(everything), sum(one.persons for one in rows), sum(one.organisations for one in rows), None),
                level=Level.WHOLE)
    return Table("programmes", _("By programme"), (
        Column(_("Programme"), Kind.WORDS, 5), *_columns(), Column(_("Persons")), Column(_("Organisations")),
        Column(_("Satisfaction"), Kind.PERCENT)),
        (*(line(one) for one in rows), *([total] if len(rows) > 1 else [])),
        _("Persons and organisations are counted once in each programme; over several programmes they are added up."))


def by_quarter(events: Sequence[EventSum]) -> Table:
    """The four quarters: the first is October to December."""
    quarters: dict[int, list[EventSum]] = {quarter: [] for quarter in range(1, 5)}
    for event in events:
        quarters[(local(event.starts_at).month + 2) % 12 // 3 + 1].append(event)
    names = {1: _("Quarter 1 (October – December)"), 2: _("Quarter 2 (January – March)"), 3: _("Quarter 3 (April – June)"),
             4: _("Quarter 4 (July – September)")}
    return Table("quarters", _("By quarter"), (Column(_("Quarter"), Kind.WORDS, 5), *_columns()), (
        *(Row((names[quarter], *_sums(own))) for quarter, own in quarters.items()), Row((_("Whole year"), *_sums(events)), level=Level.WHOLE)))


def _columns() -> tuple[Column, ...]:
    return (Column(_("Events")), Column(_("Registered")), Column(_("Came")), Column(_("Attendance"), Kind.PERCENT), Column(_("Certificates")))


def _sums(events: Sequence[EventSum]) -> tuple:
    over = [event for event in events if event.is_over]
    return (len(events), sum(event.registered for event in events), sum(event.came for event in events),
            percent(sum(event.came for event in over), sum(event.registered for event in over)), sum(event.certificates for event in events))
