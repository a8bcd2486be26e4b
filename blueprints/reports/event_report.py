"""The report of one event: its figures as the values of which every report is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.certificates.verdict_words import KINDS as HOLDERS
from blueprints.presentations import judging
from blueprints.registration.tickets import name_of
from blueprints.reports import event_queries, programme_report, queries
from blueprints.reports.document import Block, Chart, Column, Fact, Facts, Kind, Level, Row, Table, Text, percent
from blueprints.reports.event_queries import Door
from blueprints.reports.figures import Figures
from blueprints.reports.opening import By, Of, Open, Opening, nowhere
from blueprints.surveys import charts, lines
from blueprints.surveys import queries as surveys
from blueprints.surveys.analysis import FEWEST
from blueprints.surveys.queries import SCORED
from blueprints.surveys.texts import BANDS
from core.locale import both, clock, short_date
from models import CertificateStatus, CheckpointKind, Decision, Event, ItemKind, RegistrationSource, RegistrationStatus, Survey
from thai.digits import to_arabic

CHECKPOINTS = {CheckpointKind.EVENT: _l("Whole event"), CheckpointKind.DAY: _l("Day"), CheckpointKind.HALF_DAY: _l("Half-day"),
               CheckpointKind.SESSION: _l("Session"), CheckpointKind.MEAL: _l("Meal")}
WITHOUT_SEAT = {RegistrationStatus.CANCELLED: _l("Withdrawn"), RegistrationStatus.WAITLISTED: _l("On the waitlist"),
                RegistrationStatus.NOT_CONFIRMED: _l("Offered a seat"), RegistrationStatus.PENDING_APPROVAL: _l("Waiting for approval"),
                RegistrationStatus.BLOCKED: _l("Turned down")}


def event_blocks(event: Event, with_people: bool = False, open_: Open = nowhere) -> list[Block]:
    """The whole report; `with_people` adds the list of participants, which holds names."""
    figures, found = queries.figures_of_event(event), event_queries.doors(event)
    people = [participants(event)] if with_people else []
    return [headline(event, figures, open_), *_attendance(event, figures, found, open_), *meals(event, found, open_), *arrivals(event),
            organisations(figures, open_), *survey_blocks(event), *scores(event), certificates(event), *remarks(event), *people]


def headline(event: Event, figures: Figures, open_: Open = nowhere) -> Facts:
    """The figures that are asked for first."""
    whole, line = figures.whole, figures.events[0]
    statuses, walk_ins = event_queries.statuses(event), event_queries.sources(event).get(RegistrationSource.WALK_IN, 0)
    facts = [
        Fact(_("Registered"), whole.registered, hint=_("of %(capacity)s seats", capacity=event.capacity) if event.capacity is not None else "",
             opens=open_(Opening())),
        Fact(_("Came"), whole.came, opens=open_(Opening(Of.CAME))),
        Fact(_("Attendance"), whole.attendance if line.is_over else None, Kind.PERCENT, "" if line.is_over else _("known when the event is over")),
        Fact(_("Did not come"), whole.missing if line.is_over else None, opens=open_(Opening(Of.MISSING)) if line.is_over else None),
        Fact(_("Walk-ins"), walk_ins, opens=open_(Opening(source=RegistrationSource.WALK_IN))),
        Fact(_("Organisations that came"), figures.came_organisations, hint=_("of %(number)s registered", number=figures.registered_organisations),
             opens=open_(Opening(Of.CAME, By.ORGANISATION))),
        Fact(_("Hours per person"), figures.hours, Kind.FIGURE, _("of the parts that people came to")),
        Fact(_("Satisfaction"), figures.satisfaction, Kind.PERCENT),
    ]
    facts += [Fact(str(label), statuses[status]) for status, label in WITHOUT_SEAT.items() if statuses.get(status)]
    return Facts(tuple(facts))


def _attendance(event: Event, figures: Figures, found: Sequence[Door], open_: Open) -> list[Block]:
    rows = tuple(
        Row((both(door.checkpoint.name_th, door.checkpoint.name_en), str(CHECKPOINTS[door.checkpoint.kind]), door.expected, door.total,
             percent(door.total, door.expected)), (None, None, None, open_(Opening(Of.CAME, checkpoint=door.checkpoint.id))))
        for door in found if door.checkpoint.kind is not CheckpointKind.MEAL)
    doors = Table("doors", _("Attendance by day, half-day and session"), (
        Column(_("Checkpoint"), Kind.WORDS, 5), Column(_("Kind"), Kind.WORDS, 2), Column(_("Expected")), Column(_("Came")),
        Column(_("Attendance"), Kind.PERCENT)), rows)
    return [programme_report.by_category(figures, open_), doors]


def meals(event: Event, found: Sequence[Door], open_: Open = nowhere) -> list[Block]:
    """Heads at each meal, by category: what finance pays for."""
    served = [door for door in found if door.checkpoint.kind is CheckpointKind.MEAL]
    if not served:
        return []
    categories = event.categories
    whole: Counter[int] = Counter()
    for door in served:
        whole.update(door.came)
    total = Row((_("All meals"), *(whole[one.id] for one in categories), whole.total()), level=Level.WHOLE)
    return [Table("meals", _("Meal head-counts"), (
        Column(_("Meal"), Kind.WORDS, 4), *(Column(both(one.name_th, one.name_en)) for one in categories), Column(_("Total"))), (
            *(Row((both(door.checkpoint.name_th, door.checkpoint.name_en), *(door.came.get(one.id, 0) for one in categories), door.total),
                  (None, *(open_(Opening(Of.CAME, category=one.name_th, checkpoint=door.checkpoint.id)) for one in categories),
                   open_(Opening(Of.CAME, checkpoint=door.checkpoint.id)))) for door in served),
            *([total] if len(served) > 1 else [])), _("Each person is counted once at each meal."))]


def arrivals(event: Event) -> list[Block]:
    """When people came in, a quarter of an hour each."""
    rows, so_far = [], 0
    for quarter, count in event_queries.arrivals(event):
        so_far += count
        rows.append(Row((f"{short_date(quarter)} {clock(quarter)}", count, so_far)))
    table = Table("arrivals", _("Arrivals"), (Column(_("Quarter of an hour from"), Kind.WORDS, 3), Column(_("Arrived")), Column(_("So far"))),
                  tuple(rows))
    if not 1 < len(rows) <= 48:
        return [table]
    most = Decimal(max(int(row.cells[1]) for row in rows))
    drawn = charts.bars([(str(row.cells[0]), Decimal(int(row.cells[1]))) for row in rows], most, _("Arrivals"))
    return [table, Chart(_("Arrivals by quarter of an hour"), drawn)]


def organisations(figures: Figures, open_: Open = nowhere) -> Table:
    """Registered and came, organisation by organisation."""
    ids = programme_report.in_order(figures)
    return Table("organisations", _("By organisation"), (
        Column(_("Organisation"), Kind.WORDS, 5), Column(_("Registered")), Column(_("Came")), Column(_("Attendance"), Kind.PERCENT)), tuple(
            Row((programme_report.organisation_name(figures, one), count.registered, count.came, count.attendance),
                (None, open_(Opening(organisation=one or 0)), open_(Opening(Of.CAME, organisation=one or 0))))
            for one in ids for count in [figures.by_organisation[one]]))


def survey_blocks(event: Event) -> list[Block]:
    """The survey: its table, the changes from before to after, and the choices."""
    survey = surveys.survey_of(event)
    if survey is None:
        return []
    figures, (done, asked) = surveys.figures(survey), surveys.response(survey)
    answered = Facts((Fact(_("Answered the survey"), done, hint=_("of %(number)s who may", number=asked)),
                      Fact(_("Response"), percent(done, asked), Kind.PERCENT)))
    if not figures.shown:
        return [answered, Text(_("Results are shown once %(count)s people have answered: in a smaller group somebody could be known by the answer.",
                                 count=FEWEST))]
    levels = {"item": Level.ITEM, "section": Level.PART, "grand": Level.WHOLE}
    table = Table("survey", _("Satisfaction"), (
        Column(_("Item"), Kind.WORDS, 6), Column("n"), Column("x̄", Kind.FIGURE), Column("S.D.", Kind.FIGURE), Column(_("Meaning"), Kind.WORDS, 2),
        Column(_("Percent"), Kind.PERCENT)), tuple(
            Row((label, tally.n, tally.mean, tally.sd, word, tally.percent), level=levels[kind])
            for kind, label, tally, word in lines.table(survey, figures)), str(BANDS[survey.bands]))
    return [answered, table, *_changes(survey, figures), *_choices(survey, figures)]


def _changes(survey: Survey, figures: surveys.Figures) -> list[Block]:
    rows = tuple(
        Row((both(item.label_th, item.label_en), change.n, change.before.mean, change.after.mean, change.difference))
        for item in survey.items if item.kind in SCORED and (change := figures.changes.get(item.id)))
    columns = (Column(_("Item"), Kind.WORDS, 6), Column("n"), Column(_("Before the event"), Kind.FIGURE), Column(_("After the event"), Kind.FIGURE),
               Column(_("Difference"), Kind.FIGURE))
    return [Table("changes", _("Before and after"), columns, rows)] if rows else []


def _choices(survey: Survey, figures: surveys.Figures) -> list[Block]:
    found: list[Block] = []
    for item in survey.items:
        if item.kind is ItemKind.CHOICE:
            counts = figures.options.get(item.id, {})
            whole = sum(counts.values())
            found.append(Table(f"choice-{item.id}", both(item.label_th, item.label_en), (
                Column(_("Answer"), Kind.WORDS, 5), Column("n"), Column(_("Percent"), Kind.PERCENT)), tuple(
                    Row((both(option["th"], option["en"]), counts.get(option["key"], 0), percent(counts.get(option["key"], 0), whole)))
                    for option in item.options)))
    return found


def scores(event: Event) -> list[Block]:
    """What judges gave to the presentations, the best first."""
    criteria = judging.criteria(event)
    rows = sorted((one for one in judging.results(event) if one[1].judges), key=lambda one: (one[1].rank is None, one[1].rank or 0))
    if not rows:
        return []
    return [Table("scores", _("Results of the presentations"), (
        Column(_("Presentation"), Kind.WORDS, 5), Column(_("Rank")), Column(_("Total (percent)"), Kind.FIGURE),
        *(Column(both(one.name_th, one.name_en), Kind.FIGURE) for one in criteria), Column(_("Judges"))), tuple(
            Row((judging.name_of(slot), found.rank, found.total, *(found.means.get(one.id) for one in criteria), found.judges))
            for slot, found in rows))]


def certificates(event: Event) -> Table:
    """Certificates by kind, with the numbers they span."""
    def line(issued: event_queries.Issued) -> Row:
        counts = issued.counts
        return Row((str(HOLDERS[issued.kind]), counts.get(CertificateStatus.VALID, 0), counts.get(CertificateStatus.REPLACED, 0),
                    counts.get(CertificateStatus.REVOKED, 0), to_arabic(issued.first), to_arabic(issued.last)))

    return Table("certificates", _("Certificates"), (
        Column(_("For"), Kind.WORDS, 3), Column(_("Stand")), Column(_("Were replaced")), Column(_("Were revoked")),
        Column(_("First number"), Kind.WORDS, 2), Column(_("Last number"), Kind.WORDS, 2)),
        tuple(line(issued) for issued in event_queries.certificates(event)))


def remarks(event: Event) -> list[Block]:
    """What was decided at the door, and the e-mails."""
    settled, mails = event_queries.settlements(event), event_queries.mails(event)
    facts = [Fact(_("E-mails sent"), mails.get("sent", 0)), Fact(_("E-mails that failed"), mails.get("failed", 0)),
             Fact(_("E-mails that came back"), mails.get("bounced", 0)),
             Fact(_("Double entries kept"), settled.get(Decision.KEPT, 0)), Fact(_("Double entries undone"), settled.get(Decision.UNDONE, 0))]
    return [Facts(tuple(facts))]


def participants(event: Event) -> Table:
    """Everyone who was registered or came, in Thai order, with the number of the certificate."""
    return Table("participants", _("List of participants"), (
        Column(_("Name"), Kind.WORDS, 4), Column(_("Position"), Kind.WORDS, 3), Column(_("Organisation"), Kind.WORDS, 4),
        Column(_("Category"), Kind.WORDS, 2), Column(_("Came"), Kind.WORDS), Column(_("Certificate"), Kind.WORDS, 2)), tuple(
            Row((name_of(one), one.position, both(organisation.name_th, organisation.name_en) if organisation else one.organisation_name,
                 both(category.name_th, category.name_en), _("Yes") if came else _("No"), number))
            for one, category, organisation, came, number in event_queries.people(event)))
