"""The report of a programme, its matrix, its members, and the rows behind every figure."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for
from flask_sqlalchemy.pagination import Pagination

from blueprints.reports import bp, opened, opening, programme_report, queries
from blueprints.reports.document import Document, shown
from blueprints.reports.measures import Scope, counted_events
from blueprints.reports.opening import Open, Opening
from blueprints.reports.programme_report import MEASURES
from blueprints.reports.workbook import xlsx_of_document
from core import access, sheets
from core.locale import BANGKOK, both
from core.pages import ListPages
from models import Programme, Role

BASE = "/organiser/programmes/<int:programme_id>/report"
ROWS, COLUMNS = 50, 12  # organisations and events of the matrix on one page
bp.add_app_template_global(shown)


class RowPages(Pagination):
    """The pages of the rows behind a figure."""

    def _query_items(self) -> list[Any]:
        return opening.page(*self._query_args["of"], self.page, self.per_page)

    def _query_count(self) -> int:
        return opening.how_many(*self._query_args["of"])


def row_pages(scope: Scope, wanted: Opening) -> RowPages:
    """The page of rows that the address asks for."""
    return RowPages(page=request.args.get("page", 1, type=int), per_page=ROWS, max_per_page=ROWS, error_out=False, of=(scope, wanted))


def opener(programme: Programme) -> Open:
    """Gives the address of the rows behind a figure."""
    return lambda wanted: url_for("reports.rows", programme_id=programme.id, **wanted.as_args())


@bp.get(BASE)
@access.on_programme(Role.VIEWER)
def programme(programme: Programme) -> str:
    """Targets, events, persons, categories, lines of business, provinces, members."""
    figures = queries.figures(programme)
    return render_template("reports/programme.html", programme=programme, active="report",
                           blocks=programme_report.programme_blocks(programme, figures, opener(programme)))


@bp.get(f"{BASE}.xlsx")
@access.on_programme(Role.VIEWER)
def programme_workbook(programme: Programme) -> Response:
    """The report and the whole matrix as a workbook."""
    figures = queries.figures(programme)
    everyone = programme_report.in_order(figures)
    blocks = (*programme_report.programme_blocks(programme, figures),
              *(programme_report.matrix(figures, measure, everyone, figures.events) for measure in MEASURES))
    document = Document(both(programme.title_th, programme.title_en), (), blocks)
    return sheets.download(xlsx_of_document(document, BANGKOK), f"programme-{programme.id}", "xlsx")


@bp.get(f"{BASE}/matrix")
@access.on_programme(Role.VIEWER)
def matrix(programme: Programme) -> str:
    """Organisations against events; a large programme's a part at a time."""
    figures = queries.figures(programme)
    measure = request.args.get("show") if request.args.get("show") in MEASURES else "came"
    page = ListPages(page=request.args.get("page", 1, type=int), per_page=ROWS, error_out=False, rows=programme_report.in_order(figures))
    parts = [figures.events[n:n + COLUMNS] for n in range(0, len(figures.events), COLUMNS)]
    part = min(max(request.args.get("part", 1, type=int), 1), max(len(parts), 1))
    table = programme_report.matrix(figures, measure, page.items, parts[part - 1] if parts else [], opener(programme))
    return render_template("reports/matrix.html", programme=programme, active="matrix", table=table, page=page, parts=parts, part=part,
                           measure=measure, measures=MEASURES)


@bp.get(f"{BASE}/rows")
@access.on_programme(Role.VIEWER)
def rows(programme: Programme) -> str:
    """What is behind a figure."""
    wanted = Opening.from_args(request.args)
    page = row_pages(counted_events(programme), wanted)
    return render_template("reports/rows.html", programme=programme, wanted=wanted, page=page, heading=opened.heading(wanted),
                           table=opened.table(wanted, page.items, opener(programme)), left_out=opened.left_out(wanted, programme))
