"""What organisers do with certificates."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.certificates import bp, queries, services
from blueprints.certificates.forms import DesignForm, RevokeForm
from blueprints.certificates.tasks import run_job
from blueprints.certificates.views import send_certificate
from core import access, storage
from core.errors import Refused
from core.locale import local
from core.transaction import transaction
from models import Certificate, Event, Job, Register, Role, db, now
from thai.dates import be_year

BASE = "/organiser/events/<int:event_id>/certificates"
PER_PAGE = 50
KINDS = ("issue", "merge", "preview")


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def manage(event: Event) -> str:
    search = request.args.get("q", "").strip()
    page = db.paginate(queries.issued(event, search), page=request.args.get("page", 1, type=int), per_page=PER_PAGE)
    design = queries.current_design(event)
    register = db.session.get(Register, design.content["register_id"]) if design else None
    return render_template(
        "certificates/manage.html", event=event, active="certificates", page=page, search=search, design=design, register=register,
        waiting=queries.count_without(event), unprinted=queries.count_unprinted(event), valid=queries.count_valid(event),
        absent=db.paginate(queries.did_not_come(event), page=1, per_page=PER_PAGE), jobs=_jobs(event))


def _jobs(event: Event) -> list[Job]:
    newest = queries.latest_jobs(event)
    return [newest[kind] for kind in KINDS if kind in newest]


@bp.get(f"{BASE}/progress")
@access.on_event(Role.VIEWER)
def progress(event: Event) -> Response:
    jobs = _jobs(event)
    response = Response(render_template("certificates/_progress.html", event=event, jobs=jobs))
    if all(job.is_over for job in jobs):
        response.headers["HX-Refresh"] = "true"  # the page shows the result
    return response


@bp.route(f"{BASE}/design", methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def design(event: Event) -> str | Response | tuple[str, int]:
    form = DesignForm(data=None if request.method == "POST" else _starting_values(event))
    if form.validate_on_submit():
        try:
            with transaction():
                services.save_design(event, form.to_command(), access.current_user())
            flash(_("The design is saved."), "success")
            return redirect(url_for("certificates.manage", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    status = 422 if form.is_submitted() else 200
    return render_template("certificates/design.html", event=event, active="certificates", form=form), status


def _starting_values(event: Event) -> dict[str, object]:
    row = queries.current_design(event)
    values: dict[str, object] = {
        "deed": "ได้เข้าร่วม", "issued_on": local(event.ends_at, event.timezone).date(), "register_name": _("Certificates"),
        "pattern": "{number}/{year}", "padding": 3, "reset": "buddhist_year", "thai_digits": True}
    if row is None:
        return values
    content, register = row.content["design"], db.session.get_one(Register, row.content["register_id"])
    values |= {name: getattr(register, name) for name in ("pattern", "padding", "thai_digits", "specimen")}
    values |= {"deed": content["deed"], "issued_on": date.fromisoformat(row.content["issued_on"]), "register_name": register.name,
               "reset": register.reset.value}
    for n, person in enumerate(content["signatories"], 1):
        values |= {f"name_{n}": person["name"], f"position_{n}": person["position"], f"acting_{n}": person["acting_for"]}
    return values


@bp.post(f"{BASE}/<any(issue, merge, preview):kind>")
@access.on_event(Role.ORGANISER)
def start(event: Event, kind: str) -> Response:
    try:
        with transaction():
            run_job(services.start(kind, event, access.current_user()).id)
    except Refused as fact:
        flash(str(fact.message), "warning")
    return redirect(url_for("certificates.manage", event_id=event.id), 303)


@bp.get(f"{BASE}/files/<int:job_id>.pdf")
@access.on_event(Role.VIEWER)
def job_file(event: Event, job_id: int) -> Response:
    job = db.session.get(Job, job_id)
    if job is None or job.event_id != event.id or job.file_sha256 is None:
        abort(404)
    return send_file(storage.path_of(job.file_sha256), mimetype="application/pdf", as_attachment=job.kind == "merge",
                     download_name=f"certificates-{event.slug}-{job.kind}-{be_year(local(now()).date())}.pdf")


@bp.get(f"{BASE}/<int:certificate_id>.pdf")
@access.on_event(Role.VIEWER)
def file(event: Event, certificate_id: int) -> Response:
    return send_certificate(_certificate(event, certificate_id))


@bp.route(f"{BASE}/<int:certificate_id>/revoke", methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def revoke(event: Event, certificate_id: int) -> str | Response | tuple[str, int]:
    certificate, form = _certificate(event, certificate_id), RevokeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.revoke(certificate, form.reason.data, access.current_user())
            flash(_("Certificate %(number)s is revoked.", number=certificate.number), "success")
            return redirect(url_for("certificates.manage", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    status = 422 if form.is_submitted() else 200
    return render_template("certificates/revoke.html", event=event, active="certificates", form=form, certificate=certificate), status


def _certificate(event: Event, certificate_id: int) -> Certificate:
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is None or certificate.event_id != event.id:
        abort(404)
    return certificate


