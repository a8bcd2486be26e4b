"""The settings of one kind of certificate: the day of issue and the register."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints.certificates import bp, plans
from blueprints.certificates.eligibility import rule_of
from blueprints.certificates.forms import PlanForm
from blueprints.certificates.job_views import BASE
from blueprints.certificates.register_queries import register_to_start_with
from blueprints.certificates.rules import Basis, Rule
from core import access
from core.errors import Refused
from core.locale import local
from core.transaction import transaction
from models import CertificateKind, CertificatePlan, Event, Role

KINDS = {CertificateKind.ATTENDANCE: _l("For participants"), CertificateKind.SPEAKER: _l("For speakers"),
         CertificateKind.ORGANISER: _l("For organisers"), CertificateKind.ENTERPRISE: _l("For enterprises")}
KIND = f"{BASE}/<any(attendance, speaker, organiser, enterprise):kind>"


@bp.route(f"{KIND}/settings", methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def settings(event: Event, kind: str) -> str | Response | tuple[str, int]:
    form = PlanForm(data=None if request.method == "POST" else _starting_values(event, CertificateKind(kind)))
    form.prepare(event, CertificateKind(kind))
    if form.validate_on_submit():
        try:
            with transaction():
                plans.save_plan(event, CertificateKind(kind), form.to_command(), access.current_user())
            flash(_("The settings are saved."), "success")
            return redirect(url_for("certificates.manage", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    status = 422 if form.is_submitted() else 200
    return render_template("certificates/settings.html", event=event, active="certificates", form=form, kind=kind, kinds=KINDS), status


def plan_or_404(event: Event, kind: str) -> CertificatePlan:
    """The event's plan for certificates of this kind."""
    plan = plans.plan_of(event, CertificateKind(kind))
    if plan is None:
        abort(404)
    return plan


def _starting_values(event: Event, kind: CertificateKind) -> dict[str, object]:
    plan = plans.plan_of(event, kind)
    rule = rule_of(plan) if plan else Rule.starting(kind)
    values: dict[str, object] = {
        "basis": rule.basis.value, "parts": rule.parts.value, "needed": rule.needed if rule.basis is Basis.COUNT else None,
        "percent": rule.needed if rule.basis is Basis.TIME else 80, "people": rule.people, "compulsory": rule.compulsory,
        "categories": rule.categories, "conditions": rule.conditions}
    values["issued_on"] = plan.issued_on if plan else local(event.ends_at, event.timezone).date()
    register = plan.register if plan else register_to_start_with(event.programme)
    if register is None:
        return values | {"register_name": _("Certificates"), "pattern": "{number}/{year}", "padding": 3, "reset": "buddhist_year",
                         "thai_digits": True}
    values |= {name: getattr(register, name) for name in ("pattern", "padding", "thai_digits", "specimen")}
    return values | {"register_name": register.name, "reset": register.reset.value}
