"""The settings of one kind of certificate: the rule, the day of issue and the register."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.certificates import bp, plans
from blueprints.certificates.eligibility import Roll, rule_of
from blueprints.certificates.job_views import BASE
from blueprints.certificates.plan_forms import PlanForm, of_rule
from blueprints.certificates.register_queries import register_to_start_with
from blueprints.certificates.rules import Rule
from blueprints.certificates.verdict_words import KINDS, Names
from core import access
from core.errors import Refused
from core.locale import local
from core.transaction import transaction
from models import CertificateKind, CertificatePlan, Event, Role

KIND = f"{BASE}/<any(attendance, speaker, organiser, enterprise):kind>"


@bp.route(f"{KIND}/settings", methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def settings(event: Event, kind: str) -> str | Response | tuple[str, int]:
    chosen = CertificateKind(kind)
    form = PlanForm(data=None if request.method == "POST" else _starting_values(event, chosen))
    form.offer(event, chosen, Roll(event).parts, Names(event))
    if form.validate_on_submit():
        try:
            with transaction():
                plans.save_plan(event, chosen, form.to_command(), access.current_user())
            flash(_("The settings are saved."), "success")
            return redirect(url_for("certificates.manage", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    status = 422 if form.is_submitted() else 200
    return render_template("certificates/settings.html", event=event, active="certificates", form=form, kind=kind, kind_name=KINDS[chosen]), status


def plan_or_404(event: Event, kind: str) -> CertificatePlan:
    """The event's plan for certificates of this kind."""
    plan = plans.plan_of(event, CertificateKind(kind))
    if plan is None:
        abort(404)
    return plan


def _starting_values(event: Event, kind: CertificateKind) -> dict[str, object]:
    plan = plans.plan_of(event, kind)
    like = plan or next(iter(plans.plans_of(event)), None)  # all kinds alike, until somebody gives another a register of its own
    values = of_rule(rule_of(plan) if plan else Rule.starting(kind))
    values["issued_on"] = like.issued_on if like else local(event.ends_at, event.timezone).date()
    register = like.register if like else register_to_start_with(event.programme)
    if register is None:
        return values | {"register_name": _("Certificates"), "pattern": "{number}/{year}", "padding": 3, "reset": "buddhist_year",
                         "thai_digits": True}
    values |= {name: getattr(register, name) for name in ("pattern", "padding", "thai_digits", "specimen")}
    return values | {"register_name": register.name, "reset": register.reset.value}
