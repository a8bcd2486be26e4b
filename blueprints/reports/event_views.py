"""The report of one event, and the rows behind its figures."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, render_template, request, url_for

from blueprints.reports import bp, event_report, opened
from blueprints.reports.document import Document
from blueprints.reports.measures import only
from blueprints.reports.opening import Open, Opening
from blueprints.reports.programme_views import row_pages
from blueprints.reports.workbook import xlsx_of_document
from core import access, sheets
from core.locale import both
from models import Event, Role

BASE = "/organiser/events/<int:event_id>/report"


def opener(event: Event) -> Open:
    """Gives the address of the rows behind a figure."""
    return lambda wanted: url_for("reports.event_rows", event_id=event.id, **replace(wanted, event=None).as_args())


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def event(event: Event) -> str:
    """Numbers, attendance, meals, arrivals, organisations, survey, certificates."""
    return render_template("reports/event.html", event=event, active="report", blocks=event_report.event_blocks(event, open_=opener(event)))


@bp.get(f"{BASE}.xlsx")
@access.on_event(Role.VIEWER)
def event_workbook(event: Event) -> Response:
    """The report as a workbook."""
    document = Document(both(event.title_th, event.title_en), (), tuple(event_report.event_blocks(event)))
    return sheets.download(xlsx_of_document(document, event.timezone), f"report-{event.slug}", "xlsx")


@bp.get(f"{BASE}/rows")
@access.on_event(Role.VIEWER)
def event_rows(event: Event) -> str:
    """What is behind a figure of the event."""
    wanted = replace(Opening.from_args(request.args), event=None)
    page = row_pages(only(event), wanted)
    return render_template("reports/event_rows.html", event=event, active="report", wanted=wanted, page=page, heading=opened.heading(wanted),
                           table=opened.table(wanted, page.items, opener(event)), left_out=opened.left_out(wanted, event.programme))
