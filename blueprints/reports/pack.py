"""The closing pack of a programme: the whole evidence as one report, written as PDF, as a text to edit and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from PIL import Image
from sqlalchemy import select

from blueprints.certificates.verdict_words import KINDS as HOLDERS
from blueprints.programmes.queries import hosts_of
from blueprints.reports import event_report, programme_report, queries
from blueprints.reports.document import Block, Column, Document, Heading, Kind, PageBreak, Row, Table, Text, percent
from blueprints.reports.figures import Figures
from blueprints.reports.measures import counted_events
from core import storage
from core.locale import both, date_range, local, medium_date
from models import Certificate, CertificateStatus, Event, EventFile, Programme, db, now
from thai.dates import fiscal_year
from thai.digits import to_arabic

EMBLEMS, EMBLEM_PIXELS = 3, (600, 420)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Order:
    """What is in the pack."""

    language: str = "th"
    thai_digits: bool = True
    events: bool = True  # a chapter for each event
    matrix: bool = True
    register: bool = True  # of certificates
    people: bool = False  # lists with names

    def to_json(self) -> dict[str, Any]:
        """As a job keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Order:
        """Of a job; what it does not say is as usual."""
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__ if name in kept})


def document(programme: Programme, order: Order, progress: Progress = lambda _done, _total: None) -> Document:
    """The report, in the language that is set. `progress` is told of each event."""
    figures = queries.figures(programme)
    events = db.session.scalars(select(Event).where(Event.id.in_(counted_events(programme))).order_by(Event.starts_at, Event.id)).all()
    blocks: list[Block] = [Heading(_("Summary")), *map(Text, summary(programme, figures)), programme_report.headline(figures),
                           *programme_report.targets(programme, figures), Heading(_("The programme as a whole")),
                           *programme_report.programme_blocks(programme, figures)[1 + len(programme_report.targets(programme, figures)):]]
    if order.matrix:
        everyone = programme_report.in_order(figures)
        blocks += [Heading(_("Organisations and events")),
                   *(programme_report.matrix(figures, measure, everyone, figures.events) for measure in ("came", "registered"))]
    if order.events and events:
        blocks.append(Heading(_("Event by event")))
        for n, event in enumerate(events):
            blocks += [*([PageBreak()] if n else []), Heading(_title(event), 2), Text(_when_and_where(event)), *_chapter(event, order)]
            progress(n + 1, len(events))
    if order.register:
        blocks += [Heading(_("Register of certificates")), register(programme)]
    blocks += [Heading(_("Annexes")), files(programme)]
    return Document(both(programme.title_th, programme.title_en), cover(programme), tuple(blocks), order.thai_digits, emblems(programme))


def _chapter(event: Event, order: Order) -> list[Block]:
    return [replace(block, key=f"event-{event.id}-{block.key}") if isinstance(block, Table) else block
            for block in event_report.event_blocks(event, with_people=order.people)]


def cover(programme: Programme) -> tuple[str, ...]:
    """What stands below the title: what this is, who held the programme, when, for which cluster."""
    hosts = [both(host.organisation.name_th, host.organisation.name_en) for host in hosts_of(programme)]
    lines = [_("Closing report"), *hosts, programme.cluster and both(programme.cluster.name_th, programme.cluster.name_en),
             date_range(programme.starts_on, programme.ends_on), _("Fiscal year %(year)s", year=fiscal_year(programme.starts_on)),
             _("Made on %(day)s", day=medium_date(now()))]
    return tuple(line for line in lines if line)


def emblems(programme: Programme) -> tuple[bytes, ...]:
    """The hosts' logos as small as they are printed."""
    found = []
    for sha256 in [host.logo_sha256 for host in hosts_of(programme) if host.logo_sha256][:EMBLEMS]:
        picture = Image.open(io.BytesIO(storage.read(sha256)))
        picture.thumbnail(EMBLEM_PIXELS)
        file = io.BytesIO()
        picture.convert("RGBA").save(file, "PNG")
        found.append(file.getvalue())
    return tuple(found)


def summary(programme: Programme, figures: Figures) -> list[str]:
    """The programme in sentences: what was held, who came, how far the targets were reached."""
    whole, over = figures.whole, figures.over
    found = [_("The programme held %(events)s events. %(organisations)s organisations and %(persons)s persons took part; %(returning)s persons "
               "came to two events or more.", events=sum(event.is_over for event in figures.events), organisations=figures.came_organisations,
               persons=len(whole.persons), returning=figures.returning)]
    if over.attendance is not None:
        found.append(_("Of %(registered)s registrations at events that are over, %(came)s came: %(percent)s percent.", registered=over.registered,
                       came=over.came, percent=over.attendance))
    if figures.satisfaction is not None:
        found.append(_("Satisfaction over all surveys is %(percent)s percent.", percent=figures.satisfaction))
    goals = [(programme.target_organisations, figures.came_organisations), (programme.target_persons, len(whole.persons)),
             (programme.target_attendance, over.attendance), (programme.target_satisfaction, figures.satisfaction)]
    measured = [(goal, result) for goal, result in goals if goal is not None and result is not None]
    if measured:
        reached = sum(result >= goal for goal, result in measured)
        found.append(_("%(reached)s of %(targets)s targets were reached (%(percent)s percent).", reached=reached, targets=len(measured),
                       percent=percent(reached, len(measured))))
    return found


def register(programme: Programme) -> Table:
    """Every certificate of the programme's events in the order of issue."""
    words = {CertificateStatus.VALID: _("Valid"), CertificateStatus.REPLACED: _("Replaced"), CertificateStatus.REVOKED: _("Revoked")}
    rows = db.session.execute(
        select(Certificate.number, Certificate.holder, Certificate.kind, Certificate.issued_at, Certificate.status, Event.title_th, Event.title_en)
        .join(Event, Event.id == Certificate.event_id).where(Certificate.event_id.in_(counted_events(programme)))
        .order_by(Certificate.register_id, Certificate.period, Certificate.sequence, Certificate.id))
    return Table("register", _("Register of certificates"), (
        Column(_("Number"), Kind.CODE, 2), Column(_("Holder"), Kind.WORDS, 4), Column(_("For"), Kind.WORDS, 2), Column(_("Event"), Kind.WORDS, 4),
        Column(_("Issued on"), Kind.DAY, 2), Column(_("Status"), Kind.WORDS)), tuple(
            Row((to_arabic(number), holder, str(HOLDERS[kind]), both(title_th, title_en), _day(issued_at), words[status]))
            for number, holder, kind, issued_at, status, title_th, title_en in rows))


def files(programme: Programme) -> Table:
    """What was handed out at the events."""
    rows = db.session.execute(
        select(EventFile, Event).join(Event, Event.id == EventFile.event_id).where(EventFile.event_id.in_(counted_events(programme)))
        .order_by(Event.starts_at, Event.id, EventFile.position, EventFile.id))
    return Table("files", _("Files that were handed out"), (
        Column(_("Event"), Kind.WORDS, 4), Column(_("File"), Kind.WORDS, 4), Column(_("File name"), Kind.WORDS, 3)), tuple(
            Row((_title(event), both(file.name_th, file.name_en), file.file_name)) for file, event in rows))


def _title(event: Event) -> str:
    return both(event.title_th, event.title_en)


def _when_and_where(event: Event) -> str:
    return " · ".join(part for part in (date_range(event.starts_at, event.ends_at), both(event.place_th, event.place_en)) if part)


def _day(moment: Any) -> date:
    return local(moment).date()
