"""Issuing: what an organiser sees of an event's certificates, and the work that makes them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from blueprints.certificates import bp, issuing, plans, queries
from blueprints.certificates.holder_views import send_certificate
from blueprints.certificates.tasks import run_job
from core import access, storage
from core.errors import Refused
from core.locale import local
from core.transaction import transaction
from models import Certificate, Event, Job, Role, db, now
from thai.dates import be_year

BASE = "/organiser/events/<int:event_id>/certificates"
PER_PAGE = 50
KINDS = ("issue", "merge", "preview")


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def manage(event: Event) -> str:
    search = request.args.get("q", "").strip()
    page = db.paginate(queries.issued(event, search), page=request.args.get("page", 1, type=int), per_page=PER_PAGE)
    plan = plans.plan_of(event)
    return render_template(
        "certificates/manage.html", event=event, active="certificates", page=page, search=search, plan=plan,
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


@bp.post(f"{BASE}/<any(issue, merge, preview):kind>")
@access.on_event(Role.ORGANISER)
def start(event: Event, kind: str) -> Response:
    try:
        with transaction():
            run_job(issuing.start(kind, event, access.current_user()).id)
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
    return send_certificate(certificate_of(event, certificate_id))


def certificate_of(event: Event, certificate_id: int) -> Certificate:
    """The event's certificate of this id, or 404."""
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is None or certificate.event_id != event.id:
        abort(404)
    return certificate
