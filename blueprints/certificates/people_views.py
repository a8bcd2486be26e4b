"""The dry run: who gets a certificate of one kind, who has one, who does not and why; and exceptions from the rule."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from blueprints.certificates import bp, eligibility, exceptions, issuing, subjects
from blueprints.certificates.eligibility import Outcome, Subject, Verdict
from blueprints.certificates.issue_views import PER_PAGE, card
from blueprints.certificates.people_forms import ExceptionForm
from blueprints.certificates.plan_views import KIND, plan_or_404
from blueprints.certificates.rules import Rule
from blueprints.certificates.verdict_words import Names, exception_in_words, reasons
from core import access
from core.errors import Refused
from core.pages import ListPages
from core.transaction import transaction
from models import CertificatePlan, Event, Role


@bp.get(f"{KIND}/people")
@access.on_event(Role.VIEWER)
def people(event: Event, kind: str) -> str:
    return _page(plan_or_404(event, kind), ExceptionForm(formdata=None))


def _page(plan: CertificatePlan, form: ExceptionForm, ticked: list[str] | None = None) -> str:
    names, search = Names(plan.event), request.values.get("q", "").strip()
    shown = card(plan, eligibility.Roll(plan.event), names)
    outcome = Outcome(request.values.get("show")) if request.values.get("show") in tuple(Outcome) else _first(shown["counts"])
    rows = [one for one in shown["verdicts"] if one.outcome is outcome]
    if search:
        among = subjects.found(plan, search)
        rows = [one for one in rows if (one.subject, one.id) in among]
    page = ListPages(page=request.values.get("page", 1, type=int), per_page=PER_PAGE, rows=rows)
    holders = subjects.load(page.items)
    lines = [_line(one, holders[one.subject, one.id], shown["rule"], names) for one in page.items]
    return render_template("certificates/people.html", event=plan.event, active="certificates", form=form, page=page, lines=lines,
                           search=search, show=outcome.value, ticked=ticked or [], subjects=Subject, **shown)


def _line(verdict: Verdict, holder: subjects.Holder, rule: Rule, names: Names) -> dict[str, Any]:
    printed = issuing.printed(holder)
    return {"verdict": verdict, "id": holder.id, "key": f"{verdict.subject.value}{holder.id}", "name": printed["holder_th"],
            "organisation": printed.get("organisation", ""), "granted": exception_in_words(verdict), "reasons": reasons(verdict, rule, names)}


def _first(counts: Any) -> Outcome:
    """The part of the list with which the page opens: who would get one now, if there is anybody."""
    return next((one for one in Outcome if counts[one.value]), Outcome.NEW)


@bp.post(f"{KIND}/people")
@access.on_event(Role.ORGANISER)
def decide(event: Event, kind: str) -> Response | tuple[str, int]:
    plan, form, ticked = plan_or_404(event, kind), ExceptionForm(), request.form.getlist("key")
    if form.validate_on_submit():
        try:
            with transaction():
                count = exceptions.decide(plan, _keys(ticked), request.form.get("show") == Outcome.NOT, form.reason.data, access.current_user())
            flash(ngettext("The exception for %(num)s is kept.", "The exceptions for %(num)s are kept.", count), "success")
            return _back(event, kind)
        except Refused as fact:
            form.refuse(fact)
    return _page(plan, form, ticked), 422


@bp.post(f"{KIND}/exceptions/<int:exception_id>/withdraw")
@access.on_event(Role.ORGANISER)
def withdraw_exception(event: Event, kind: str, exception_id: int) -> Response:
    with transaction():
        exceptions.withdraw(plan_or_404(event, kind), exception_id)
    flash(_("The rule decides again."), "success")
    return _back(event, kind)


def _keys(ticked: list[str]) -> list[subjects.Key]:
    return [(Subject(one[0]), int(one[1:])) for one in ticked if one[:1] in tuple(Subject) and one[1:].isdecimal() and len(one) < 20]


def _back(event: Event, kind: str) -> Response:
    kept = {name: value for name in ("show", "q", "page") if (value := request.form.get(name))}
    return redirect(url_for("certificates.people", event_id=event.id, kind=kind, **kept), 303)
