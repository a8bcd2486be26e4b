"""The report of a programme: its figures as the values of which every report is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.programmes.texts import KINDS
from blueprints.reports.document import Block, Chart, Column, Fact, Facts, Kind, Level, Row, Table, percent
from blueprints.reports.figures import MISSED, Count, EventLine, Figures, Member, Standing
from blueprints.reports.opening import By, Of, Open, Opening, nowhere
from blueprints.surveys.charts import lines
from core.locale import both, local, short_date
from models import Programme

STANDINGS = {Standing.COMES: _l("Comes"), Standing.AT_RISK: _l("At risk"), Standing.NEVER: _l("Never came")}
MEASURES = {"came": _l("Came"), "registered": _l("Registered"), "persons": _l("Persons")}


def programme_blocks(programme: Programme, figures: Figures, open_: Open = nowhere) -> list[Block]:
    """The whole report but its matrix, which has a paper of its own."""
    return [
        headline(figures, open_), *targets(programme, figures, open_), events(figures, open_), times(figures, open_),
        by_category(figures, open_),
        *(gathered(figures, name, open_) for name in ("kind", "sector", "province")),
        *([members(figures.members, open_)] if figures.members else []),
    ]


def headline(figures: Figures, open_: Open = nowhere) -> Facts:
    """The figures that are asked for first."""
    whole, over = figures.whole, figures.over
    return Facts((
        Fact(_("Events"), len(figures.events), hint=_("%(number)s of them are over", number=sum(event.is_over for event in figures.events))),
        Fact(_("Organisations that came"), figures.came_organisations, hint=_("of %(number)s registered", number=figures.registered_organisations),
             opens=open_(Opening(Of.CAME, By.ORGANISATION))),
        Fact(_("Persons who came"), len(whole.persons), hint=_("of %(number)s registered", number=len(whole.expected)),
             opens=open_(Opening(Of.CAME, By.PERSON))),
        Fact(_("Came to two events or more"), figures.returning, hint=_("persons"), opens=open_(Opening(Of.CAME, By.PERSON, returning=True))),
        Fact(_("Attendance"), over.attendance, Kind.PERCENT, _("%(came)s of %(registered)s at events that are over", came=over.came,
                                                              registered=over.registered), open_(Opening(Of.EXPECTED))),
        Fact(_("Did not come"), percent(over.missing, over.registered), Kind.PERCENT, _("%(number)s registrations", number=over.missing),
             open_(Opening(Of.MISSING))),
        Fact(_("Hours per person"), figures.hours, Kind.FIGURE, _("of the parts that people came to")),
        Fact(_("Satisfaction"), figures.satisfaction, Kind.PERCENT, _("mean × 20 of all surveys"), _surveys(figures, open_)),
        Fact(_("Certificates that stand"), sum(event.certificates for event in figures.events), opens=open_(Opening(by=By.CERTIFICATE))),
    ))


def targets(programme: Programme, figures: Figures, open_: Open = nowhere) -> list[Block]:
    """Targets against results, and how the results grew event by event."""
    rows = [(_("Organisations"), programme.target_organisations, figures.came_organisations, Kind.COUNT, open_(Opening(Of.CAME, By.ORGANISATION))),
            (_("Persons"), programme.target_persons, len(figures.whole.persons), Kind.COUNT, open_(Opening(Of.CAME, By.PERSON))),
            (_("Attendance (percent)"), programme.target_attendance, figures.over.attendance, Kind.FIGURE, open_(Opening(Of.EXPECTED))),
            (_("Satisfaction (percent)"), programme.target_satisfaction, figures.satisfaction, Kind.FIGURE, _surveys(figures, open_))]
    table = Table("targets", _("Targets and results"), (
        Column(_("Target"), Kind.WORDS, 4), Column(_("To reach")), Column(_("Result"), Kind.FIGURE), Column(_("Reached"), Kind.PERCENT),
        Column(_("Standing"), Kind.WORDS, 2)), tuple(
            Row((label, target, result, percent_of(result, target),
                 _("Reached") if result is not None and result >= target else _("Not reached yet")),
                (None, None, opens))
            for label, target, result, _kind, opens in rows if target is not None))
    growth = Table("growth", _("Results over time"), (
        Column(_("Event"), Kind.WORDS, 5), Column(_("Day"), Kind.DAY, 2), Column(_("Organisations so far")), Column(_("Persons so far")),
        Column(_("Attendance"), Kind.PERCENT), Column(_("Satisfaction"), Kind.PERCENT)), tuple(
            Row((title(one.event), _day(one.event.starts_at), one.organisations, one.persons, _at(figures, one.event).attendance
                 if one.event.is_over else None, one.event.satisfaction)) for one in figures.over_time),
        _("An organisation or person counts from the first event that it came to."))
    chart = lines([(short_date(one.event.starts_at), (one.organisations, one.persons)) for one in figures.over_time],
                  [_("Organisations"), _("Persons")], [programme.target_organisations, programme.target_persons], _("Results over time"))
    return [*([table] if table.rows else []), growth, *([Chart(_("Organisations and persons reached"), chart)] if len(figures.over_time) > 1 else [])]


def events(figures: Figures, open_: Open = nowhere) -> Table:
    """One line for each event."""
    def line(event: EventLine) -> Row:
        count = _at(figures, event)
        return Row((title(event), _day(event.starts_at), count.registered, count.came, count.missing if event.is_over else None,
                    count.attendance if event.is_over else None, figures.organisations_at[event.id], event.satisfaction,
                    event.certificates),
                   (None, None, open_(Opening(event=event.id)), open_(Opening(Of.CAME, event=event.id)),
                    open_(Opening(Of.MISSING, event=event.id)) if event.is_over else None, None,
                    open_(Opening(Of.CAME, By.ORGANISATION, event.id)), open_(Opening(by=By.SURVEY, event=event.id)) if event.scores.n else None,
                    open_(Opening(by=By.CERTIFICATE, event=event.id))))

    whole, over = figures.whole, figures.over
    return Table("events", _("Events of the programme"), (
        Column(_("Event"), Kind.WORDS, 5), Column(_("Day"), Kind.DAY, 2), *_count_columns(), Column(_("Organisations")),
        Column(_("Satisfaction"), Kind.PERCENT), Column(_("Certificates"))), (
            *(line(event) for event in figures.events),
            *([Row((_("All events"), None, whole.registered, whole.came, over.missing, over.attendance, figures.came_organisations,
                    figures.satisfaction, sum(event.certificates for event in figures.events)),
                   (None, None, open_(Opening()), open_(Opening(Of.CAME)), open_(Opening(Of.MISSING)), open_(Opening(Of.EXPECTED)),
                    open_(Opening(Of.CAME, By.ORGANISATION)), _surveys(figures, open_),
                    open_(Opening(by=By.CERTIFICATE))), Level.WHOLE)] if figures.events else [])),
        _("Whoever came is counted as registered too. Only at events that are over has somebody not come. "
          "Organisations are counted once over all events."))


def times(figures: Figures, open_: Open = nowhere) -> Table:
    """How many persons came how often."""
    return Table("times", _("Persons by the number of events they came to"), (
        Column(_("Events"), Kind.WORDS, 3), Column(_("Persons")), Column(_("Share"), Kind.PERCENT)), tuple(
            Row((str(number), persons, percent(persons, len(figures.whole.persons))), (None, open_(Opening(Of.CAME, By.PERSON, times=number))))
            for number, persons in figures.times.items()))


def by_category(figures: Figures, open_: Open = nowhere) -> Table:
    """Attendance by category; categories of the same name in several events are one."""
    rows = sorted(figures.by_category.items(), key=lambda one: (-one[1].came, one[0]))
    named = [(name, both(name, figures.categories.get(name, "")), count) for name, count in rows]
    return _counted("categories", _("By category"), _("Category"), named,
                    lambda of, by, value: open_(Opening(of, by, category=value)))


def gathered(figures: Figures, name: str, open_: Open = nowhere) -> Table:
    """Attendance by the organisations' kind, line of business or province."""
    heading = {"kind": _("Kind of organisation"), "sector": _("Line of business"), "province": _("Province")}[name]
    titles = {"kind": _("By kind of organisation"), "sector": _("By line of business"), "province": _("By province")}
    labels: Mapping[str, str] = {kind.value: str(label) for kind, label in KINDS.items()} if name == "kind" else {}
    rows = [(value, labels.get(value, value) or _("Not known"), count) for value, count in figures.by(name).items()]
    return _counted(name, titles[name], heading, rows, lambda of, by, value: open_(Opening(of, by, **{name: value})))


def _counted(key: str, heading: str, about: str, rows: Sequence[tuple[str, str, Count]],
             open_: Callable[[Of, By, str], str | None]) -> Table:
    return Table(key, heading, (Column(about, Kind.WORDS, 4), Column(_("Registered")), Column(_("Came")), Column(_("Persons who came")),
                                Column(_("Attendance"), Kind.PERCENT)), tuple(
        Row((label, count.registered, count.came, len(count.persons), count.attendance),
            (None, open_(Of.REGISTERED, By.REGISTRATION, value), open_(Of.CAME, By.REGISTRATION, value), open_(Of.CAME, By.PERSON, value)))
        for value, label, count in rows))


def members(rows: Sequence[Member], open_: Open = nowhere) -> Table:
    """The members of the cluster and how they take part."""
    return Table("members", _("Members of the cluster"), (
        Column(_("Organisation"), Kind.WORDS, 5), Column(_("Province"), Kind.WORDS, 2), Column(_("Events")), Column(_("Persons")),
        Column(_("Last came"), Kind.DAY, 2), Column(_("Standing"), Kind.WORDS, 2)), tuple(
            Row((both(one.organisation.name_th, one.organisation.name_en), one.organisation.province, one.events, one.persons,
                 _day(one.last), str(STANDINGS[one.standing])),
                (None, None, open_(Opening(Of.CAME, By.EVENT, organisation=one.organisation.id)),
                 open_(Opening(Of.CAME, By.PERSON, organisation=one.organisation.id)))) for one in rows),
        _("At risk: came before, and missed the last %(number)s events.", number=MISSED))


def matrix(figures: Figures, measure: str, organisations: Sequence[int | None], shown: Sequence[EventLine], open_: Open = nowhere) -> Table:
    """Organisations against events: who came, who was registered, or persons who came. The last column and line add up the whole
    programme, whatever part of it is shown; there, persons are counted once."""
    of = Of.REGISTERED if measure == "registered" else Of.CAME
    by = By.PERSON if measure == "persons" else By.REGISTRATION

    def line(one: int | None) -> Row:
        where = {"organisation": one or 0}
        return Row((organisation_name(figures, one), *(_measured(figures.cells.get((one, event.id)), measure) or None for event in shown),
                    _measured(figures.by_organisation.get(one), measure)),
                   (None, *(open_(Opening(of, by, event.id, **where)) if _measured(figures.cells.get((one, event.id)), measure) else None
                            for event in shown), open_(Opening(of, by, **where))))

    whole = Row((_("All organisations"), *(_measured(figures.by_event.get(event.id), measure) for event in shown), _measured(figures.whole, measure)),
                (None, *(open_(Opening(of, by, event.id)) for event in shown), open_(Opening(of, by))), Level.WHOLE)
    return Table(f"matrix-{measure}", _("Organisations and events: %(measure)s", measure=str(MEASURES[measure])), (
        Column(_("Organisation"), Kind.WORDS, 5), *(Column(f"{short_date(event.starts_at)} {title(event)}") for event in shown),
        Column(_("Whole programme"))), (*(line(one) for one in organisations), *([whole] if organisations else [])))


def organisation_name(figures: Figures, one: int | None) -> str:
    """How an organisation is called in a report."""
    organisation = figures.organisations.get(one) if one is not None else None
    return both(organisation.name_th, organisation.name_en) if organisation else _("Not in the directory")


def in_order(figures: Figures) -> list[int | None]:
    """The organisations of the matrix in dictionary order; those that are not in the directory together at the end."""
    def key(one: int | None) -> tuple[bool, str, int]:
        return (one is None, figures.organisations[one].sort_key, one) if one is not None else (True, "", 0)

    return sorted(figures.by_organisation, key=key)


def title(event: EventLine) -> str:
    """An event's title in the reader's language."""
    return both(event.title_th, event.title_en)


def percent_of(result: int | Decimal | None, target: int) -> Decimal | None:
    """The result in percent of what was to reach; None of nothing."""
    return None if result is None or not target else (Decimal(result) * 100 / target).quantize(Decimal("0.01"))


def _day(moment: datetime | None) -> date | None:
    return local(moment).date() if moment else None


def _measured(count: Count | None, measure: str) -> int:
    if count is None:
        return 0
    return {"came": count.came, "registered": count.registered, "persons": len(count.persons)}[measure]


def _surveys(figures: Figures, open_: Open) -> str | None:
    return None if figures.satisfaction is None else open_(Opening(by=By.SURVEY))


def _at(figures: Figures, event: EventLine) -> Count:
    return figures.by_event.get(event.id) or Count()


def _count_columns() -> tuple[Column, ...]:
    return (Column(_("Registered")), Column(_("Came")), Column(_("Did not come")), Column(_("Attendance"), Kind.PERCENT))
