"""What a survey says: tables, charts, free words, and the same as a workbook."""

from __future__ import annotations

from decimal import Decimal

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.surveys import bp, charts, lines, queries, services
from blueprints.surveys.analysis import FEWEST
from blueprints.surveys.queries import SCORED
from blueprints.surveys.texts import BANDS
from blueprints.surveys.views import BASE, survey_or_404
from core import access, sheets
from core.locale import both
from core.transaction import transaction
from models import BandSet, Event, ItemKind, Role


@bp.get(f"{BASE}/results")
@access.on_event(Role.VIEWER)
def results(event: Event) -> str:
    survey = survey_or_404(event)
    figures = queries.figures(survey)
    bands = BandSet(request.args["bands"]) if request.args.get("bands") in list(BandSet) else survey.bands
    rows = list(lines.table(survey, figures, bands)) if figures.shown else []
    scored = [item for item in survey.items if item.kind in SCORED and item.id in figures.tallies]
    return render_template(
        "surveys/results.html", event=event, active="survey", survey=survey, figures=figures, rows=rows, response=queries.response(survey),
        means=charts.bars([(label, tally.mean) for kind, label, tally, _word in rows if kind == "section"], Decimal(5), _("Mean of each section")),
        spread=charts.stacks([(both(item.label_th, item.label_en), figures.tallies[item.id].counts) for item in scored], _("Answers from 1 to 5")),
        words=queries.words_of(survey.items) if figures.shown else {}, cuts=queries.cuts(survey) if figures.shown else [],
        choices=[item for item in survey.items if item.kind is ItemKind.CHOICE],
        fewest=FEWEST, bands=bands, all_bands=BANDS, grand_of=lambda found: lines.line("grand", "", found.grand, bands))


@bp.get(f"{BASE}/results.xlsx")
@access.on_event(Role.VIEWER)
def workbook(event: Event) -> Response:
    survey = survey_or_404(event)
    figures = queries.figures(survey)
    if not figures.shown:
        abort(404)
    headings = [_("Item"), "n", "x̄", "S.D.", _("Meaning"), _("Percent"), *(str(point) for point in range(5, 0, -1))]
    rows = [[label, str(tally.n), _plain(tally.mean), _plain(tally.sd), word, _plain(tally.percent),
             *(str(count) for count in reversed(tally.counts))] for _kind, label, tally, word in lines.table(survey, figures)]
    return sheets.download(sheets.xlsx_of(headings, rows, event.timezone, wide=(0,)), f"survey-{event.slug}", "xlsx")


@bp.post(f"{BASE}/words/<int:item_id>/<sheet_id>/strike")
@access.on_event(Role.ORGANISER)
def strike(event: Event, item_id: int, sheet_id: str) -> Response:
    with transaction():
        struck = services.strike(survey_or_404(event), sheet_id, item_id)
    if struck:
        flash(_("The words are gone."), "success")
    return redirect(url_for("surveys.results", event_id=event.id), 303)


def _plain(figure: Decimal | None) -> str:
    return "" if figure is None else str(figure)
