"""Issuing: what an organiser sees of an event's certificates, and the work that makes them."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from blueprints.certificates import bp, correction_requests, eligibility, issuing, plans, queries
from blueprints.certificates.holder_views import send_certificate
from blueprints.certificates.job_views import BASE, jobs_of
from blueprints.certificates.plan_views import KIND, plan_or_404
from blueprints.certificates.tasks import run_job
from blueprints.certificates.verdict_words import KINDS, Names, asked, impossible
from core import access, p12
from core.errors import Refused
from core.transaction import transaction
from models import Certificate, CertificateKind, CertificatePlan, Event, Role, db

PER_PAGE = 50


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def manage(event: Event) -> str:
    search = request.args.get("q", "").strip()
    page = db.paginate(queries.issued(event, search), page=request.args.get("page", 1, type=int), per_page=PER_PAGE)
    cards = kind_cards(event)
    return render_template(
        "certificates/manage.html", event=event, active="certificates", page=page, search=search, cards=cards, kinds=KINDS,
        others=[kind for kind in CertificateKind if kind not in {card["plan"].kind for card in cards}],
        unprinted=queries.count_unprinted(event), valid=queries.count_valid(event), signing=p12.state_of(current_app.config),
        **correction_requests.after_issue(event), **jobs_of(event))


def kind_cards(event: Event) -> list[dict[str, Any]]:
    """Each kind that has a plan: what its rule asks, and how many get a certificate, have one, or do not."""
    roll, names = eligibility.Roll(event), Names(event)
    return [card(plan, roll, names) for plan in plans.plans_of(event)]


def card(plan: CertificatePlan, roll: eligibility.Roll, names: Names) -> dict[str, Any]:
    """One kind, as the overview and the list of its people show it."""
    rule, verdicts = eligibility.rule_of(plan), eligibility.dry_run(plan, roll)
    return {"plan": plan, "name": KINDS[plan.kind], "asked": asked(rule, plan.kind, roll.parts, names), "verdicts": verdicts,
            "impossible": impossible(rule, roll.parts), "counts": eligibility.tally(verdicts), "rule": rule}


@bp.post(f"{KIND}/<any(issue, preview):job>")
@access.on_event(Role.ORGANISER)
def start(event: Event, kind: str, job: str) -> Response:
    plan = plan_or_404(event, kind)
    try:
        with transaction():
            run_job(issuing.start(job, plan, access.current_user()).id)
    except Refused as fact:
        flash(str(fact.message), "warning")
    return redirect(url_for("certificates.manage", event_id=event.id), 303)


@bp.get(f"{BASE}/<int:certificate_id>.pdf")
@access.on_event(Role.VIEWER)
def file(event: Event, certificate_id: int) -> Response:
    return send_certificate(certificate_of(event, certificate_id))


def certificate_of(event: Event, certificate_id: int) -> Certificate:
    """The event's certificate of this id, or 404."""
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is None or certificate.event_id != event.id:
        abort(404)
    return certificate
