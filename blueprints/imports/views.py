"""The pages of an import: upload, match, look, result."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from blueprints.events.queries import seats_left
from blueprints.imports import bp, forms, sample, services, tasks
from blueprints.imports.forms import ConfirmForm, UploadForm
from core import access
from core.errors import Refused
from core.locale import both, language
from core.transaction import transaction
from models import Event, ImportBatch, ImportState, Role, db
from thai.names import display_name
from thai.phones import format_phone

BASE = "/organiser/events/<int:event_id>/imports"
PER_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route(BASE, methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def start(event: Event) -> Any:
    form = UploadForm()
    if form.validate_on_submit():
        try:
            with transaction():
                batch_id = services.upload(event, form.data_read, form.name, access.current_user()).id
            return redirect(url_for("imports.match", event_id=event.id, batch_id=batch_id), 303)
        except Refused as fact:
            form.refuse(fact)
    batches = db.session.scalars(select(ImportBatch).where(ImportBatch.event_id == event.id).order_by(ImportBatch.id.desc()).limit(50)).all()
    return render_template("imports/start.html", event=event, active="registrations", form=form, batches=batches, states=ImportState,
                           labels=forms.LABELS), 422 if form.errors else 200


@bp.get(f"{BASE}/sample.xlsx")
@access.on_event(Role.ORGANISER)
def sample_workbook(event: Event) -> Response:
    response = Response(sample.workbook(event), mimetype=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="import.xlsx"'
    return response


@bp.route(f"{BASE}/<int:batch_id>", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def match(event: Event, batch_id: int) -> Any:
    batch = _batch(event, batch_id)
    if batch.sha256 is None or "wanted" in batch.choices:
        return redirect(url_for("imports.result", event_id=event.id, batch_id=batch.id), 303)
    sheets = services.sheets_of(batch)
    form = forms.match_form(event, batch, sheets)
    if form.validate_on_submit():
        asked = (form.sheet.data, form.heading.data or 0)
        same = asked == (batch.choices["sheet"], batch.choices["last"] + 1)
        columns = {n: form[f"column{n}"].data for n in range(form.width) if form[f"column{n}"].data}
        try:
            with transaction():
                services.choose(batch, *asked, columns, form.default.data)
            return redirect(url_for("imports.look" if same else "imports.match", event_id=event.id, batch_id=batch.id), 303)
        except Refused as fact:
            form.refuse(fact)
    sheet = sheets[batch.choices["sheet"]]
    rows = sheet.rows
    return render_template("imports/match.html", event=event, active="registrations", form=form, batch=batch, sheet=sheet,
                           rows=rows[batch.choices["last"] + 1:][:3], heads=rows[batch.choices["last"]] if batch.choices["last"] >= 0 else None,
                           ), 422 if form.errors else 200


@bp.route(f"{BASE}/<int:batch_id>/look", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def look(event: Event, batch_id: int) -> Any:
    batch, form = _batch(event, batch_id), ConfirmForm()
    result_page = url_for("imports.result", event_id=event.id, batch_id=batch.id)
    if batch.sha256 is None or "wanted" in batch.choices:
        return redirect(result_page, 303)
    if form.validate_on_submit():
        try:
            with transaction():
                services.tick(batch, _numbers("shown"), _numbers("row"))
            if "show" in request.form:  # another page or filter
                show, _sep, page = request.form["show"].partition(":")
                return redirect(url_for("imports.look", event_id=event.id, batch_id=batch.id, show=show or "all", page=page or 1), 303)
            with transaction():
                services.confirm(batch, services.ticked(batch) if "chosen" in request.form else None, form.tell.data)
                tasks.run_import(batch.id)
            return redirect(result_page, 303)
        except Refused as fact:
            form.refuse(fact)
    return _look_page(event, batch, form)


@bp.post(f"{BASE}/<int:batch_id>/discard")
@access.on_event(Role.ORGANISER)
def discard(event: Event, batch_id: int) -> Any:
    try:
        with transaction():
            services.discard(_batch(event, batch_id))
        flash(_("The workbook is forgotten. Nobody was registered from it."), "success")
    except Refused as fact:
        flash(str(fact.message), "error")
    return redirect(url_for("imports.start", event_id=event.id), 303)


@bp.get(f"{BASE}/<int:batch_id>/result")
@access.on_event(Role.ORGANISER)
def result(event: Event, batch_id: int) -> str:
    batch = _batch(event, batch_id)
    return render_template("imports/result.html", event=event, active="registrations", batch=batch, states=ImportState,
                           refused=_by_sentence(batch.choices.get("refused", {})), stay=_by_sentence(batch.choices.get("stay", {})),
                           people={one.id: one for one in services.staying(batch)}, name_of=display_name)


@bp.post(f"{BASE}/<int:batch_id>/undo")
@access.on_event(Role.ORGANISER)
def undo(event: Event, batch_id: int) -> Any:
    batch = _batch(event, batch_id)
    try:
        with transaction():
            services.undo(batch)
            tasks.run_undo(batch.id)
    except Refused as fact:
        flash(str(fact.message), "error")
    return redirect(url_for("imports.result", event_id=event.id, batch_id=batch.id), 303)


def _look_page(event: Event, batch: ImportBatch, form: ConfirmForm) -> Any:
    lines = services.preview(batch)
    show = request.args.get("show", "all")
    shown = [line for line in lines if show in ("all", line.group)]
    pages = max(-(-len(shown) // PER_PAGE), 1)
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "imports/look.html", event=event, active="registrations", form=form, batch=batch, counts=Counter(line.group for line in lines), show=show,
        all=len(lines), ticked=sum(line.ticked for line in lines), left=seats_left(event), page=page, labels=forms.LABELS, pages=pages,
        shown=shown[(page - 1) * PER_PAGE:page * PER_PAGE], name_of=display_name, phone_of=format_phone,
        categories={category.id: both(category.name_th, category.name_en) for category in event.categories}), 422 if form.errors else 200


def _numbers(name: str) -> set[int]:
    return set(request.form.getlist(name, type=int))


def _by_sentence(said: dict[str, dict[str, str]]) -> dict[str, list[int]]:
    """Sentence in the reader's language → the rows or registrations of which it is said."""
    found: dict[str, list[int]] = {}
    for number, sentence in said.items():
        found.setdefault(sentence[language()], []).append(int(number))
    return found


def _batch(event: Event, batch_id: int) -> ImportBatch:
    batch = db.session.get(ImportBatch, batch_id)
    return batch if batch and batch.event_id == event.id else abort(404)
