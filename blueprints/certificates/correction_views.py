"""What organisers do with a certificate after its issue: its page, a replacement, revocation, and what holders ask for."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.certificates import bp, chronicle, correction_requests, corrections, queries, verification
from blueprints.certificates.correction_forms import RefuseForm, ReplaceForm, RevokeAllForm, starting
from blueprints.certificates.corrections import NotValid
from blueprints.certificates.forms import RevokeForm
from blueprints.certificates.issue_views import BASE, PER_PAGE, certificate_of
from blueprints.certificates.tasks import run_job
from core import access
from core.errors import Refused
from core.transaction import transaction
from models import Certificate, CorrectionRequest, Event, EventStatus, Role, db

ONE = f"{BASE}/<int:certificate_id>"


@bp.get(ONE)
@access.on_event(Role.VIEWER)
def show(event: Event, certificate_id: int) -> str:
    certificate = certificate_of(event, certificate_id)
    return render_template("certificates/show.html", event=event, active="certificates", certificate=certificate,
                           shown=verification.look_up(certificate, True), past=chronicle.of(certificate),
                           wish=correction_requests.open_of(certificate))


@bp.route(f"{ONE}/replace", methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def replace(event: Event, certificate_id: int) -> Any:
    certificate = certificate_of(event, certificate_id)
    form = ReplaceForm(data=starting(certificate, correction_requests.open_of(certificate)))
    if form.validate_on_submit():
        try:
            with transaction():
                made = corrections.replace_with(certificate, form.to_printed(), form.reason.data, access.current_user(),
                                                current_app.config["BASE_URL"])
                run_job(corrections.start_printing(event, access.current_user()).id)
            flash(_("Certificate %(number)s takes the place of %(former)s.", number=made.number, former=certificate.number), "success")
            return _to(made)
        except NotValid as fact:
            return _told(certificate_of(event, certificate_id), fact)
        except Refused as fact:
            form.refuse(fact)
    return _replace_page(certificate, form)


@bp.post(f"{BASE}/corrections/<int:request_id>/refuse")
@access.on_event(Role.ORGANISER)
def refuse_correction(event: Event, request_id: int) -> Any:
    wish = db.session.get(CorrectionRequest, request_id)
    if wish is None or wish.certificate.event_id != event.id:
        abort(404)
    form = RefuseForm()
    if not form.validate_on_submit():
        return _replace_page(wish.certificate, ReplaceForm(formdata=None, data=starting(wish.certificate, wish)), form)
    try:
        with transaction():
            correction_requests.refuse(wish, form.answer.data, access.current_user())
        flash(_("The holder gets your answer."), "success")
    except Refused as fact:
        flash(str(fact.message), "warning")
    return redirect(url_for("certificates.corrections", event_id=event.id), 303)


@bp.get(f"{BASE}/corrections", endpoint="corrections")
@access.on_event(Role.VIEWER)
def corrections_asked(event: Event) -> str:
    page = db.paginate(correction_requests.of_event(event), page=request.args.get("page", 1, type=int), per_page=PER_PAGE)
    return render_template("certificates/corrections.html", event=event, active="certificates", page=page)


@bp.route(f"{ONE}/revoke", methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def revoke(event: Event, certificate_id: int) -> Any:
    certificate, form = certificate_of(event, certificate_id), RevokeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                corrections.revoke(certificate, form.reason.data, access.current_user())
            flash(_("Certificate %(number)s is revoked.", number=certificate.number), "success")
            return _to(certificate)
        except NotValid as fact:
            return _told(certificate_of(event, certificate_id), fact)
        except Refused as fact:
            form.refuse(fact)
    status = 422 if form.is_submitted() else 200
    return render_template("certificates/revoke.html", event=event, active="certificates", form=form, certificate=certificate), status


@bp.route(f"{BASE}/revoke-all", methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def revoke_all(event: Event) -> Any:
    form, valid = RevokeAllForm(), queries.count_all_valid(event)
    if event.status is not EventStatus.CANCELLED or not valid:
        flash(str(corrections.NothingToRevoke.message), "warning")
        return redirect(url_for("certificates.manage", event_id=event.id), 303)
    if form.validate_on_submit():
        with transaction():
            corrections.revoke_all(event, form.reason.data, access.current_user())
        flash(_("All certificates of this event are revoked."), "success")
        return redirect(url_for("certificates.manage", event_id=event.id), 303)
    return render_template("certificates/revoke_all.html", event=event, active="certificates", form=form, valid=valid), 422 if form.errors else 200


def _replace_page(certificate: Certificate, form: ReplaceForm, refusal: RefuseForm | None = None) -> Any:
    if certificate.status != "valid":
        return _told(certificate, NotValid())
    return render_template(
        "certificates/replace.html", event=certificate.event, active="certificates", form=form, certificate=certificate,
        wish=correction_requests.open_of(certificate), refusal=refusal or RefuseForm(formdata=None)), 422 if form.errors or refusal else 200


def _told(certificate: Certificate, fact: Refused) -> Response:
    flash(str(fact.message), "warning")
    return _to(certificate)


def _to(certificate: Certificate) -> Response:
    return redirect(url_for("certificates.show", event_id=certificate.event_id, certificate_id=certificate.id), 303)
