"""What organisers do with the survey of an event: write it, open it, show its code, read what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints.surveys import bp, queries, services, texts
from blueprints.surveys.forms import ItemForm, SurveyForm
from core import access
from core.errors import Refused
from core.qr import qr_svg
from core.transaction import transaction
from models import Event, ItemKind, Role, Survey, SurveyItem

BASE = "/organiser/events/<int:event_id>/survey"


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def editor(event: Event) -> str:
    survey = queries.survey_of(event)
    if survey is None:
        return render_template("surveys/begin.html", event=event, active="survey")
    return render_template("surveys/editor.html", event=event, active="survey", survey=survey, is_open=queries.is_open(survey),
                           sheets=queries.how_many_sheets(survey), response=queries.response(survey), kinds=texts.KINDS, all_kinds=list(ItemKind))


@bp.post(f"{BASE}/<any(begin, open, close):verb>")
@access.on_event(Role.ORGANISER)
def turn(event: Event, verb: str) -> Response:
    said = {"begin": _l("The usual survey is ready. Change it as you like, then open it."), "open": _l("The survey is open."),
            "close": _l("The survey is closed.")}[verb]
    try:
        with transaction():
            if verb == "begin":
                services.begin(event)
            else:
                {"open": services.open_survey, "close": services.close_survey}[verb](survey_or_404(event))
        flash(said, "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("surveys.editor", event_id=event.id), 303)


@bp.route(f"{BASE}/settings", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def settings(event: Event) -> Any:
    survey = survey_or_404(event)
    form = SurveyForm(obj=survey)
    if form.validate_on_submit():
        with transaction():
            services.change(survey, form.to_command())
        flash(_("Saved."), "success")
        return redirect(url_for("surveys.editor", event_id=event.id), 303)
    return render_template("surveys/settings.html", event=event, active="survey", form=form), 422 if form.errors else 200


@bp.route(f"{BASE}/items/new", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def add(event: Event) -> Any:
    kind = request.args.get("kind", "")
    form = ItemForm(data={"kind": kind if kind in list(ItemKind) else ItemKind.LIKERT.value, "required": kind == ItemKind.LIKERT.value})
    return _item_page(event, form, None)


@bp.route(f"{BASE}/items/<int:item_id>", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def edit(event: Event, item_id: int) -> Any:
    item = _item(survey_or_404(event), item_id)
    return _item_page(event, ItemForm(data={
        "kind": item.kind.value, "label_th": item.label_th, "label_en": item.label_en, "required": item.required, "options": item.options}), item)


def _item_page(event: Event, form: ItemForm, item: SurveyItem | None) -> Any:
    if "more" not in request.form and form.validate_on_submit():
        try:
            with transaction():
                services.save_item(survey_or_404(event), form.to_command(), item)
            return redirect(url_for("surveys.editor", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    form.spare()
    return render_template("surveys/item.html", event=event, active="survey", form=form, item=item), 422 if form.errors else 200


@bp.post(f"{BASE}/items/<int:item_id>/<any(up, down, remove):verb>")
@access.on_event(Role.ORGANISER)
def change(event: Event, item_id: int, verb: str) -> Response:
    verbs: dict[str, Callable[[Survey, SurveyItem], None]] = {
        "up": lambda s, i: services.move(s, i, -1), "down": lambda s, i: services.move(s, i, 1), "remove": services.remove}
    survey = survey_or_404(event)
    try:
        with transaction():
            verbs[verb](survey, _item(survey, item_id))
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("surveys.editor", event_id=event.id), 303)


@bp.get(f"{BASE}/screen")
@access.on_event(Role.VIEWER)
def screen(event: Event) -> str:
    survey_or_404(event)
    address = current_app.config["BASE_URL"] + url_for("surveys.way", slug=event.slug)
    return render_template("surveys/screen.html", event=event, address=address, code=qr_svg(address))


def survey_or_404(event: Event) -> Survey:
    """The event's survey, or 404."""
    return queries.survey_of(event) or abort(404)


def _item(survey: Survey, item_id: int) -> SurveyItem:
    return next((item for item in survey.items if item.id == item_id), None) or abort(404)
