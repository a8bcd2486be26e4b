"""Designs that travel as files, and an expert's own HTML."""

from __future__ import annotations

from typing import Any

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from blueprints.certificates import bp, designing, transfer
from blueprints.certificates.design import Design
from blueprints.certificates.expert_forms import AssetForm, ExpertForm, ImportForm
from blueprints.certificates.plan_views import KIND, plan_or_404
from core import access, downloads, storage
from core.errors import Refused
from core.transaction import transaction
from models import CertificatePlan, Event, Role


@bp.get(f"{KIND}/design/export")
@access.on_event(Role.ORGANISER)
def export_design(event: Event, kind: str) -> FileResponse:
    plan = plan_or_404(event, kind)
    file = transfer.exported(Design.from_json(plan.design.content), storage.read, signatures="signatures" in request.args)
    response = FileResponse(file, mimetype="application/zip")
    response.headers["Content-Disposition"] = downloads.disposition(
        f"แบบเกียรติบัตร {event.title_th}"[:80].replace("/", "-") + ".ruam-design", f"certificate-{event.slug}-{kind}.ruam-design")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route(f"{KIND}/design/import", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def import_design(event: Event, kind: str) -> Any:
    plan, form = plan_or_404(event, kind), ImportForm()
    if form.validate_on_submit():
        try:
            with transaction():
                found = transfer.imported(form.data_of(transfer.MOST_BYTES))
                transfer.allow(found, expert=access.may(Role.OWNER))
                designing.save_design(plan, found, access.current_user())
            flash(_("The design is here. Look at it before you issue."), "success")
            return redirect(url_for("certificates.design", event_id=event.id, kind=kind), 303)
        except Refused as fact:
            form.refuse(Refused(fact.message, "file"))
    return render_template("certificates/import.html", event=event, plan=plan, active="certificates", form=form), 422 if form.errors else 200


@bp.route(f"{KIND}/design/expert", methods=("GET", "POST"))
@access.on_event(Role.OWNER)
def expert(event: Event, kind: str) -> Any:
    plan = plan_or_404(event, kind)
    form = ExpertForm(data=None if request.method == "POST" else _written(plan))
    if form.validate_on_submit():
        try:
            with transaction():
                designing.save_expert(plan, form.html.data, form.css.data, access.current_user())
            flash(_("The design is saved."), "success")
            return redirect(url_for("certificates.expert", event_id=event.id, kind=kind), 303)
        except Refused as fact:
            form.refuse(fact)
    return _expert_page(plan, form, AssetForm(formdata=None))


def _written(plan: CertificatePlan) -> dict[str, str]:
    return {name: plan.design.content.get(name, "") for name in ("html", "css")}


def _expert_page(plan: CertificatePlan, form: ExpertForm, upload: AssetForm) -> Any:
    status = 422 if form.errors or upload.errors else 200
    return render_template("certificates/expert.html", event=plan.event, plan=plan, active="certificates", form=form, upload=upload,
                           design=Design.from_json(plan.design.content)), status


@bp.post(f"{KIND}/design/assets")
@access.on_event(Role.OWNER)
def add_asset(event: Event, kind: str) -> Any:
    plan, upload = plan_or_404(event, kind), AssetForm()
    if not upload.validate_on_submit():
        return _expert_page(plan, ExpertForm(formdata=None, data=_written(plan)), upload)
    with transaction():
        designing.add_asset(plan, upload.name.data, upload.picture.data, access.current_user())
    flash(_("The picture is there."), "success")
    return redirect(url_for("certificates.expert", event_id=event.id, kind=kind), 303)


@bp.post(f"{KIND}/design/assets/<name>/remove")
@access.on_event(Role.OWNER)
def remove_asset(event: Event, kind: str, name: str) -> Any:
    plan = plan_or_404(event, kind)
    if name not in {one["name"] for one in plan.design.content.get("assets", ())}:
        abort(404)
    with transaction():
        designing.remove_asset(plan, name, access.current_user())
    return redirect(url_for("certificates.expert", event_id=event.id, kind=kind), 303)
