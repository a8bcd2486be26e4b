"""The pages of people who are only named: speakers, staff, guests."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from blueprints.certificates import bp, named
from blueprints.certificates.named import Line
from blueprints.certificates.people_forms import HolderForm, LinesForm
from blueprints.certificates.plan_views import KIND, plan_or_404
from blueprints.certificates.verdict_words import KINDS
from core import access
from core.errors import Refused
from core.transaction import transaction
from models import CertificatePlan, Event, NamedHolder, Role, db

ONE = f"{KIND}/named/<int:holder_id>"


@bp.get(f"{KIND}/named")
@access.on_event(Role.VIEWER)
def holders(event: Event, kind: str) -> str:
    plan = plan_or_404(event, kind)
    form = LinesForm(formdata=None, data={"lines": "\n".join(named.proposed(plan))} if "agenda" in request.args else None)
    return _page(plan, form)


def _page(plan: CertificatePlan, form: LinesForm, lines: list[Line] | None = None) -> str:
    page = db.paginate(named.listed(plan), page=request.args.get("page", 1, type=int), per_page=100)
    return render_template("certificates/named.html", event=plan.event, active="certificates", plan=plan, name=KINDS[plan.kind], form=form,
                           page=page, lines=lines or [], numbers=named.numbers_of(page.items), proposed=len(named.proposed(plan)))


@bp.post(f"{KIND}/named")
@access.on_event(Role.ORGANISER)
def add_holders(event: Event, kind: str) -> Response | tuple[str, int]:
    plan, form, lines = plan_or_404(event, kind), LinesForm(), []
    if form.validate_on_submit():
        try:
            with transaction():
                lines = named.add(plan, form.lines.data)
            if lines and not any(line.problem for line in lines):
                flash(ngettext("%(num)s person is on the list now.", "%(num)s people are on the list now.", len(lines)), "success")
                return redirect(url_for("certificates.holders", event_id=event.id, kind=kind), 303)
            form.refuse(named.LinesUnclear())
        except Refused as fact:
            form.refuse(fact)
    return _page(plan, form, lines), 422


@bp.route(ONE, methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def change_holder(event: Event, kind: str, holder_id: int) -> str | Response | tuple[str, int]:
    plan, holder = _holder(event, kind, holder_id)
    form = HolderForm(obj=holder)
    if form.validate_on_submit():
        try:
            with transaction():
                named.change(plan, holder, form.to_command())
            flash(_("The line is saved."), "success")
            return redirect(url_for("certificates.holders", event_id=event.id, kind=kind), 303)
        except Refused as fact:
            form.refuse(fact)
    status = 422 if form.is_submitted() else 200
    return render_template("certificates/named_one.html", event=event, active="certificates", form=form, plan=plan, holder=holder,
                           number=named.numbers_of([holder]).get(holder.id, "")), status


@bp.post(f"{ONE}/remove")
@access.on_event(Role.ORGANISER)
def remove_holder(event: Event, kind: str, holder_id: int) -> Response:
    plan, holder = _holder(event, kind, holder_id)
    try:
        with transaction():
            named.remove(plan, holder)
        flash(_("The line is removed."), "success")
    except Refused as fact:
        flash(str(fact.message), "warning")
    return redirect(url_for("certificates.holders", event_id=event.id, kind=kind), 303)


def _holder(event: Event, kind: str, holder_id: int) -> tuple[CertificatePlan, NamedHolder]:
    plan, holder = plan_or_404(event, kind), db.session.get(NamedHolder, holder_id)
    return (plan, holder) if holder is not None and holder.plan_id == plan.id else abort(404)
