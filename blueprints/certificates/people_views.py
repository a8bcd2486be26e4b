"""The dry run: who gets a certificate, who has one, who does not and why; and what is decided beside the rule."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from blueprints.certificates import bp, named, people, reasons
from blueprints.certificates.eligibility import Outcome, Subject, dry_run, rule_of
from blueprints.certificates.forms import ExceptionForm, NamedForm
from blueprints.certificates.plan_views import KIND, KINDS, plan_or_404
from core import access
from core.errors import Refused
from core.transaction import transaction
from models import CertificateKind, CertificatePlan, Event, NamedHolder, Role, db

PER_PAGE = 50


@bp.get(f"{KIND}/people")
@access.on_event(Role.VIEWER)
def people_page(event: Event, kind: str) -> str:
    return _page(plan_or_404(event, kind), ExceptionForm(formdata=None), NamedForm(formdata=None))


def _page(plan: CertificatePlan, form: ExceptionForm, lines: NamedForm) -> str:
    verdicts, asked = dry_run(plan), request.args.get("show", "")
    counts = {outcome: sum(one.outcome is outcome for one in verdicts) for outcome in Outcome}
    shown = Outcome(asked) if asked in list(Outcome) else next((one for one in Outcome if counts[one]), Outcome.NEW)
    search, number = request.args.get("q", "").strip(), request.args.get("page", 1, type=int)
    page = people.page_of([one for one in verdicts if one.outcome is shown], search, number, PER_PAGE)
    return render_template(
        "certificates/people.html", event=plan.event, plan=plan, active="certificates", kinds=KINDS, counts=counts, shown=shown, page=page,
        search=search, said=reasons.in_words(plan.event, rule_of(plan).parts), rows=people.rows(plan, page.items), form=form, lines=lines,
        speakers=named.speakers(plan) if plan.kind is CertificateKind.SPEAKER else [], outcomes=Outcome)


@bp.post(f"{KIND}/people/<any(grant, deny, withdraw):verb>")
@access.on_event(Role.ORGANISER)
def decide(event: Event, kind: str, verb: str) -> Any:
    plan, form = plan_or_404(event, kind), ExceptionForm()
    subject = Subject.ORGANISATION if plan.kind is CertificateKind.ENTERPRISE else Subject.REGISTRATION
    ids = request.form.getlist("id", type=int)
    try:
        with transaction():
            if verb == "withdraw":
                named.withdraw(plan, subject, ids)
            else:
                named.decide(plan, subject, ids, verb == "grant", form.reason.data or "", access.current_user())
    except Refused as fact:
        form.refuse(fact)
        return _page(plan, form, NamedForm(formdata=None)), 422
    flash(_("Saved."), "success")
    return redirect(url_for("certificates.people_page", event_id=event.id, kind=kind, show=request.args.get("show")), 303)


@bp.post(f"{KIND}/named")
@access.on_event(Role.ORGANISER)
def name_people(event: Event, kind: str) -> Any:
    plan, form = plan_or_404(event, kind), NamedForm()
    try:
        if not form.validate_on_submit():
            return _page(plan, ExceptionForm(formdata=None), form), 422
        with transaction():
            new = named.add(plan, named.read_lines(form.lines.data))
    except Refused as fact:
        form.refuse(fact)
        return _page(plan, ExceptionForm(formdata=None), form), 422
    flash(ngettext("%(num)s person is named.", "%(num)s people are named.", new), "success")
    return redirect(url_for("certificates.people_page", event_id=event.id, kind=kind), 303)


@bp.post(f"{KIND}/named/speakers")
@access.on_event(Role.ORGANISER)
def name_speakers(event: Event, kind: str) -> Response:
    plan = plan_or_404(event, kind)
    with transaction():
        new = named.add(plan, named.speakers(plan))
    flash(ngettext("%(num)s person is named.", "%(num)s people are named.", new), "success")
    return redirect(url_for("certificates.people_page", event_id=event.id, kind=kind), 303)


@bp.post(f"{KIND}/named/<int:holder_id>/remove")
@access.on_event(Role.ORGANISER)
def unname(event: Event, kind: str, holder_id: int) -> Response:
    plan, holder = plan_or_404(event, kind), db.session.get(NamedHolder, holder_id)
    if holder is None or holder.plan_id != plan.id:
        abort(404)
    try:
        with transaction():
            named.remove(holder)
        flash(_("The name is taken away."), "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("certificates.people_page", event_id=event.id, kind=kind), 303)
