"""The pages of an import: upload, match, look, result."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from blueprints.imports import bp, forms, sample, services, tasks
from blueprints.imports.forms import ConfirmForm, UploadForm
from core import access
from core.errors import Refused
from core.locale import both
from core.transaction import transaction
from models import Event, ImportBatch, ImportState, Role, db
from thai.names import display_name

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
    rows = sheets[batch.choices["sheet"]].rows
    return render_template("imports/match.html", event=event, active="registrations", form=form, batch=batch, head=batch.choices["last"],
                           rows=rows[batch.choices["last"] + 1:][:3], heads=rows[batch.choices["last"]] if batch.choices["last"] >= 0 else None,
                           ), 422 if form.errors else 200


@bp.route(f"{BASE}/<int:batch_id>/look", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def look(event: Event, batch_id: int) -> Any:
    batch, form = _batch(event, batch_id), ConfirmForm()
    if form.validate_on_submit():
        chosen = {int(n) for n in request.form.getlist("row") if n.isdecimal()} if "chosen" in request.form else None
        try:
            with transaction():
                services.confirm(batch, chosen, form.tell.data)
                tasks.run_import(batch.id)
            return redirect(url_for("imports.result", event_id=event.id, batch_id=batch.id), 303)
        except Refused as fact:
            form.refuse(fact)
    if batch.sha256 is None or "wanted" in batch.choices:
        return redirect(url_for("imports.result", event_id=event.id, batch_id=batch.id), 303)
    return _look_page(event, batch, form)


@bp.get(f"{BASE}/<int:batch_id>/result")
@access.on_event(Role.ORGANISER)
def result(event: Event, batch_id: int) -> str:
    return render_template("imports/result.html", event=event, active="registrations", batch=_batch(event, batch_id), states=ImportState)


@bp.post(f"{BASE}/<int:batch_id>/undo")
@access.on_event(Role.ORGANISER)
def undo(event: Event, batch_id: int) -> Any:
    batch = _batch(event, batch_id)
    try:
        with transaction():
            stay = services.undo(batch)
        flash(_("The import is undone.") if not stay else ngettext(
            "The import is undone, but %(num)s person stays: something has happened to that registration since.",
            "The import is undone, but %(num)s people stay: something has happened to their registrations since.", stay), "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("imports.result", event_id=event.id, batch_id=batch.id), 303)


def _look_page(event: Event, batch: ImportBatch, form: ConfirmForm) -> Any:
    lines = services.preview(batch)
    show = request.args.get("show", "all")
    shown = [line for line in lines if show == "all" or (not line.ok and (show == "errors") == bool(line.row.problems))]
    page = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "imports/look.html", event=event, active="registrations", form=form, batch=batch, lines=lines, show=show, page=page, labels=forms.LABELS,
        pages=-(-len(shown) // PER_PAGE), shown=shown[(page - 1) * PER_PAGE:page * PER_PAGE], name_of=display_name,
        categories={category.id: both(category.name_th, category.name_en) for category in event.categories}), 422 if form.errors else 200


def _batch(event: Event, batch_id: int) -> ImportBatch:
    batch = db.session.get(ImportBatch, batch_id)
    return batch if batch and batch.event_id == event.id else abort(404)
