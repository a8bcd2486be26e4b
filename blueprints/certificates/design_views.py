"""The design of one kind of certificate."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.certificates import bp, designing
from blueprints.certificates.forms import DesignForm
from blueprints.certificates.plan_views import KIND, plan_or_404
from core import access
from core.transaction import transaction
from models import CertificateDesign, Event, Role


@bp.route(f"{KIND}/design", methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def design(event: Event, kind: str) -> str | Response | tuple[str, int]:
    plan = plan_or_404(event, kind)
    form = DesignForm(data=None if request.method == "POST" else _starting_values(plan.design))
    if form.validate_on_submit():
        with transaction():
            designing.save_words(plan, form.to_command(), access.current_user())
        flash(_("The design is saved."), "success")
        return redirect(url_for("certificates.manage", event_id=event.id), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("certificates/design.html", event=event, active="certificates", form=form, plan=plan), status


def _starting_values(design: CertificateDesign) -> dict[str, object]:
    values: dict[str, object] = {"deed": design.content["deed"]}
    for n, person in enumerate(design.content["signatories"], 1):
        values |= {f"name_{n}": person["name"], f"position_{n}": person["position"], f"acting_{n}": person["acting_for"]}
    return values
