"""The jobs of an event's certificates: how far each is, who started it, how it is stopped, and the file that came of it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.certificates import bp, delivery_forms, orders
from core import access, downloads
from core.transaction import transaction
from models import Event, Job, Role, db

BASE = "/organiser/events/<int:event_id>/certificates"
TYPES = {"zip": "application/zip"}
ENDINGS = {"zip": "zip"}
FILE_NAMES = {"merge": "เกียรติบัตร", "zip": "เกียรติบัตรแยกตามหน่วยงาน", "preview": "ตัวอย่างเกียรติบัตร"}


def jobs_of(event: Event) -> dict[str, Any]:
    """What `_progress.html` shows: the newest job of each kind, who started them, seconds left of those under way."""
    jobs = orders.latest(event)
    return {"jobs": jobs, "starters": orders.starters(jobs), "left": {job.id: orders.seconds_left(job) for job in jobs}}


@bp.get(f"{BASE}/progress")
@access.on_event(Role.VIEWER)
def progress(event: Event) -> Response:
    shown = jobs_of(event)
    response = Response(render_template("certificates/_progress.html", event=event, **shown))
    if all(job.is_over for job in shown["jobs"]):
        response.headers["HX-Refresh"] = "true"  # the page shows the result
    return response


@bp.post(f"{BASE}/jobs/<int:job_id>/cancel")
@access.on_event(Role.ORGANISER)
def cancel_job(event: Event, job_id: int) -> Response:
    job = _job(event, job_id)
    with transaction():
        orders.cancel(job, event)
    flash(_("It stops in a moment. What is done stays done."), "success")
    return redirect(url_for(f"certificates.{'delivery' if job.kind in delivery_forms.FORMS else 'manage'}", event_id=event.id), 303)


@bp.get(f"{BASE}/files/<int:job_id>.<any(pdf, zip):ending>")
@access.on_event(Role.VIEWER)
def job_file(event: Event, job_id: int, ending: str) -> Response:
    job = _job(event, job_id)
    if job.file_sha256 is None or ending != ENDINGS.get(job.kind, "pdf"):
        abort(404)
    name = f"{FILE_NAMES[job.kind]} {event.title_th}"[:80].replace("/", "-")
    response = downloads.attachment(job.file_sha256, TYPES.get(job.kind, "application/pdf"), f"{name}.{ending}",
                                    f"certificates-{event.slug}-{job.kind}.{ending}")
    response.headers["Cache-Control"] = "no-store"
    return response


def _job(event: Event, job_id: int) -> Job:
    job = db.session.get(Job, job_id)
    return job if job is not None and job.event_id == event.id and job.kind in orders.KINDS else abort(404)
