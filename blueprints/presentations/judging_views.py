"""Judging: the organiser's pages, and the page that a judge opens by a private link."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints.presentations import bp, judging
from blueprints.presentations.judging import name_of
from blueprints.presentations.judging_forms import CriterionForm, JudgeForm, sheet_form
from blueprints.presentations.views import BASE
from core import access, sheets
from core.errors import Refused
from core.locale import both
from core.transaction import transaction
from models import Criterion, Event, Judge, Role, db


@bp.get(f"{BASE}/judging")
@access.on_event(Role.ORGANISER)
def judging_page(event: Event) -> str:
    return _page(event)


def _page(event: Event, link: str = "", **forms: Any) -> str:
    found = judging.results(event)
    return render_template("presentations/judging.html", event=event, active="presentations", criteria=judging.criteria(event),
                           judges=judging.judges(event), results=found, missing=judging.missing(event), remarks=judging.remarks(event),
                           closed=judging.is_closed(event), link=link, name_of=name_of,
                           criterion_form=forms.get("criterion") or CriterionForm(formdata=None, data={"most": 10, "weight": 1}),
                           judge_form=forms.get("judge") or JudgeForm(formdata=None))


@bp.post(f"{BASE}/judging/criteria")
@access.on_event(Role.ORGANISER)
def add_criterion(event: Event) -> Any:
    form = CriterionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                judging.save_criterion(event, form.to_command())
            return _back(event, _l("Saved."))
        except Refused as fact:
            form.refuse(fact)
    return _page(event, criterion=form), 422


@bp.post(f"{BASE}/judging/criteria/<int:criterion_id>/remove")
@access.on_event(Role.ORGANISER)
def remove_criterion(event: Event, criterion_id: int) -> Response:
    criterion = db.session.get(Criterion, criterion_id)
    if criterion is None or criterion.event_id != event.id:
        abort(404)
    with transaction():
        judging.remove_criterion(criterion)
    return _back(event, _l("The criterion is gone, with its points."))


@bp.post(f"{BASE}/judging/judges")
@access.on_event(Role.ORGANISER)
def add_judge(event: Event) -> Any:
    form = JudgeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                _judge, token = judging.add_judge(event, form.name.data, form.organisation.data or "")
            return _page(event, link=_address(token))
        except Refused as fact:
            form.refuse(fact)
    return _page(event, judge=form), 422


@bp.post(f"{BASE}/judging/judges/<int:judge_id>/<any(renew, remove):verb>")
@access.on_event(Role.ORGANISER)
def change_judge(event: Event, judge_id: int, verb: str) -> Any:
    judge = db.session.get(Judge, judge_id)
    if judge is None or judge.event_id != event.id:
        abort(404)
    with transaction():
        if verb == "renew":
            return _page(event, link=_address(judging.renew_link(judge)))
        judging.remove_judge(judge)
    return _back(event, _l("The judge is gone, with every point and remark."))


@bp.post(f"{BASE}/judging/<any(close, open):verb>")
@access.on_event(Role.ORGANISER)
def close_scores(event: Event, verb: str) -> Response:
    with transaction():
        judging.close(event, verb == "close")
    return _back(event, _l("Judges change nothing any more.") if verb == "close" else _l("Judges may score again."))


@bp.get(f"{BASE}/judging.xlsx")
@access.on_event(Role.ORGANISER)
def scores_workbook(event: Event) -> FlaskResponse:
    """The results as a workbook."""
    criteria = judging.criteria(event)
    headings = [_("Rank"), _("Presentation"), _("Total (percent)"), *(both(one.name_th, one.name_en) for one in criteria), _("Judges")]
    rows = [["" if found.rank is None else found.rank, name_of(slot), _plain(found.total), *(_plain(found.means.get(one.id)) for one in criteria),
             found.judges] for slot, found in judging.results(event)]
    return sheets.download(sheets.xlsx_of(headings, rows, event.timezone, wide=(1,)), f"scores-{event.slug}", "xlsx")


@bp.get("/judge/<token>")
@access.public
def judge_home(token: str) -> FlaskResponse:
    """The talks that a judge scores, and which are done."""
    judge = _judge(token)
    html = render_template("presentations/judge.html", judge=judge, event=judge.event, token=token, talks=judging.talks(judge.event),
                           given=judging.given_by(judge), criteria=judging.criteria(judge.event), may_score=judging.may_score, name_of=name_of,
                           closed=judging.is_closed(judge.event))
    return _private(html)


@bp.route("/judge/<token>/<int:slot_id>", methods=("GET", "POST"))
@access.public
def judge_talk(token: str, slot_id: int) -> Any:
    """The score sheet of one talk."""
    judge = _judge(token)
    slot = next((one for one in judging.talks(judge.event) if one.id == slot_id and judging.may_score(judge, one)), None) or abort(404)
    criteria, given = judging.criteria(judge.event), judging.given_by(judge).get(slot_id, {})
    kept = {f"c{one}": points for one, points in given.items()} | {"words": judging.remark_of(judge, slot)}
    form = sheet_form(criteria)(data=kept)
    if form.validate_on_submit():
        try:
            with transaction():
                judging.score(judge, slot, {one.id: form[f"c{one.id}"].data for one in criteria}, form.words.data or "")
            flash(_("Saved."), "success")
            return redirect(url_for("presentations.judge_home", token=token), 303)
        except Refused as fact:
            form.refuse(fact)
    html = render_template("presentations/judge_talk.html", judge=judge, event=judge.event, token=token, slot=slot, form=form, name_of=name_of,
                           closed=judging.is_closed(judge.event))
    return _private(html, 422 if form.errors else 200)


def _judge(token: str) -> Judge:
    return judging.judge_of(token) or abort(404)


def _private(html: str, status: int = 200) -> FlaskResponse:
    return FlaskResponse(html, status, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def _address(token: str) -> str:
    return f"{current_app.config['BASE_URL']}{url_for('presentations.judge_home', token=token)}"


def _plain(figure: Decimal | None) -> str:
    return "" if figure is None else str(figure)


def _back(event: Event, said: Any) -> Response:
    flash(said, "success")
    return redirect(url_for("presentations.judging_page", event_id=event.id), 303)
