"""The administrator's page of jobs."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints.operations import bp, queries
from core import access, backup, work
from core.errors import Refused
from core.transaction import transaction
from models import Job, JobState, db

KINDS = {
    "issue": _l("Issuing certificates"), "print": _l("Making the file of a replacement"), "merge": _l("Making the file for the printer"),
    "preview": _l("Making the preview"), "zip": _l("Making the folders of enterprises"), "register": _l("Printing a register"),
    "paper-badges": _l("Badges"), "paper-sheet": _l("Sign-in sheet"), "paper-names": _l("Name list"), "paper-tents": _l("Table tents"),
}
STATES = {
    JobState.QUEUED: (_l("Waiting"), "warning"), JobState.RUNNING: (_l("Under way"), "info"), JobState.DONE: (_l("Done"), "success"),
    JobState.FAILED: (_l("Failed"), "danger"), JobState.CANCELLED: (_l("Stopped"), "neutral"),
}


@bp.get("/organiser/jobs")
@access.admin
def jobs() -> str:
    """What waits, runs and failed, and whether anybody works on it."""
    state = request.args.get("state", "")
    page = db.paginate(queries.jobs(state), per_page=25, max_per_page=25, error_out=False)
    return render_template("operations/jobs.html", background=queries.background(), page=page, events=queries.events_of(page.items), state=state,
                           kinds=KINDS, states=STATES, age=backup.age(Path(current_app.config["BACKUP_DIR"])), resumable=work.resumable)


@bp.post("/organiser/jobs/<int:job_id>/<any(again, cancel):deed>")
@access.admin
def change(job_id: int, deed: str) -> Response:
    """Start a job again that failed or was stopped, or stop one."""
    job = db.get_or_404(Job, job_id)
    try:
        with transaction():
            (work.again if deed == "again" else work.cancel)(job)
        flash(_("It was started again.") if deed == "again" else _("It stops in a moment. What is done stays done."), "success")
    except Refused as fact:
        flash(str(fact.message), "error")
    return redirect(url_for("operations.jobs"), 303)
