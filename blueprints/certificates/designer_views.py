"""The designer: boxes placed on the page, looked at with the hardest names."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from blueprints.certificates import bp, design_rules, designing, gallery, markup, stage, words
from blueprints.certificates.design import Design
from blueprints.certificates.designer_forms import BOXES, FRESH, DesignerForm, values_of
from blueprints.certificates.plan_views import KIND, plan_or_404
from blueprints.certificates.samples import samples
from core import access, storage
from core.assets import vendor_url
from core.errors import ChangedMeanwhile, Refused
from core.extensions import limiter
from core.pdf import FONTS
from core.transaction import transaction
from models import CertificatePlan, Event, Role


@bp.route(f"{KIND}/design/layout", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def designer(event: Event, kind: str) -> Any:
    plan = plan_or_404(event, kind)
    before = gallery.resolved(Design.from_json(plan.design.content))
    form = DesignerForm(data=None if request.method == "POST" else values_of(before, plan.design.version))
    if _only_shows():
        _change(form, before)
    elif form.validate_on_submit():
        try:
            _save(plan, form, before)
            flash(_("The design is saved."), "success")
            return redirect(url_for("certificates.designer", event_id=event.id, kind=kind), 303)
        except Refused as fact:
            form.refuse(fact)
    return _page(plan, form, before)


def _only_shows() -> bool:
    """Whether the button changes the form and keeps nothing yet."""
    return "more" in request.form or "reset" in request.form


def _change(form: DesignerForm, before: Design) -> None:
    if "reset" in request.form:
        form.reset(request.form["reset"], gallery.template_of(before).boxes)
    elif request.form["more"] in FRESH and len(form.boxes) < design_rules.MOST_BOXES:
        form.add(request.form["more"])


def _save(plan: CertificatePlan, form: DesignerForm, before: Design) -> None:
    if form.version.data != plan.design.version:
        form.version.data = plan.design.version  # saving once more is meant
        raise ChangedMeanwhile
    with transaction():
        designing.save_design(plan, form.to_design(before), access.current_user())


def _page(plan: CertificatePlan, form: DesignerForm, before: Design) -> Any:
    form.spare()
    hard = samples(plan, current_app.config["BASE_URL"])
    return render_template(
        "certificates/designer.html", event=plan.event, plan=plan, active="certificates", form=form, called=BOXES,
        labelled={name: str(label) for name, label in BOXES.items()}, labels=[one.label for one in hard],
        built_in={box.name for box in gallery.template_of(before).boxes}, size=gallery.template_of(before).size,
        drawn=stage.drawn(_as_typed(form, before), hard[0].facts),
        fit=markup.fit(before, storage.read), palette=sorted(before.palette), placeholders=sorted(words.PERSONAL | words.SHARED),
        fonts=[(family, str(weight), vendor_url(*file)) for (family, weight), file in FONTS.items()],
    ), 422 if form.errors and not _only_shows() else 200


def _as_typed(form: DesignerForm, before: Design) -> Design:
    """The design of the form; the one that is kept where the form's breaks a rule."""
    try:
        typed = form.to_design(before, keep=False)
        design_rules.check(typed)
    except Refused:
        return before
    return typed


@bp.post(f"{KIND}/design/layout/drawn")
@access.on_event(Role.ORGANISER)
@limiter.limit("600 per minute")
def drawn(event: Event, kind: str) -> Any:
    """The boxes of the form as the paper sets them, for the stage. Nothing is kept."""
    plan, form = plan_or_404(event, kind), DesignerForm()
    before = gallery.resolved(Design.from_json(plan.design.content))
    hard = samples(plan, current_app.config["BASE_URL"])
    chosen = hard[request.args.get("sample", 0, type=int) % len(hard)]
    try:
        design = form.to_design(before, keep=False)
        design_rules.check(design)
    except Refused as fact:
        return jsonify({"fault": str(fact.message)})
    return jsonify(stage.drawn(design, chosen.facts))
