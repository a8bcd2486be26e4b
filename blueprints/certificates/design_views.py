"""The design of one kind of certificate."""

from __future__ import annotations

from flask import Response as PictureResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.certificates import bp, design_rules, designing, gallery
from blueprints.certificates.design import Design
from blueprints.certificates.forms import COLOURS, DesignForm
from blueprints.certificates.plan_views import KIND, plan_or_404
from core import access, storage
from core.errors import Refused
from core.transaction import transaction
from models import CertificatePlan, Event, Role


@bp.route(f"{KIND}/design", methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def design(event: Event, kind: str) -> str | Response | tuple[str, int]:
    plan = plan_or_404(event, kind)
    form = DesignForm(data=None if request.method == "POST" else _starting_values(plan))
    form.prepare()
    if form.validate_on_submit():
        try:
            with transaction():
                designing.save_words(plan, form.to_command(), access.current_user())
            flash(_("The design is saved."), "success")
            _warn_of_faint(plan)
            return redirect(url_for("certificates.manage", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    status = 422 if form.is_submitted() else 200
    return render_template("certificates/design.html", event=event, active="certificates", form=form, plan=plan,
                           kept=Design.from_json(plan.design.content)), status


@bp.get(f"{KIND}/design/background")
@access.on_event(Role.ORGANISER)
def design_background(event: Event, kind: str) -> PictureResponse:
    kept = gallery.resolved(Design.from_json(plan_or_404(event, kind).design.content))
    if kept.background_sha256:
        response = PictureResponse(storage.read(kept.background_sha256), mimetype="image/jpeg")
    else:
        response = PictureResponse(gallery.coloured(gallery.template_of(kept).art, kept.palette), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _warn_of_faint(plan: CertificatePlan) -> None:
    kept = gallery.resolved(Design.from_json(plan.design.content))
    if not kept.background_sha256 and (faint := design_rules.faint(kept.palette)):
        flash(_("Hard to read on this paper: %(colours)s. Choose something darker or lighter, or print one and look.",
                colours=", ".join(str(COLOURS[name]) for name in faint)), "warning")


def _starting_values(plan: CertificatePlan) -> dict[str, object]:
    kept = gallery.resolved(Design.from_json(plan.design.content))
    values: dict[str, object] = {name: getattr(kept, name) for name in (
        "template", "heading_th", "heading_en", "preamble", "deed", "thai_digits", "tagged")}
    values |= {f"colour_{name}": colour for name, colour in kept.palette.items()}
    for n, person in enumerate(kept.signatories, 1):
        values |= {f"name_{n}": person.name, f"position_{n}": person.position, f"acting_{n}": person.acting_for}
    return values
