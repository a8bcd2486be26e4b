"""The page on which a closing pack is ordered, watched and fetched."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice

from blueprints.reports import bp, pack_jobs
from blueprints.reports.pack import Order
from blueprints.reports.tasks import make_pack
from core import access, downloads, work
from core.errors import Refused
from core.forms import Form, required
from core.locale import both
from core.transaction import transaction
from models import Job, Programme, Role, db

BASE = "/organiser/programmes/<int:programme_id>/closing-pack"
TYPES = {"pdf": "application/pdf", "zip": pack_jobs.ZIP, "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


class PackForm(Form):
    """What is in the pack."""

    language = RadioField(_l("Language"), [required()], default="th", choices=[SelectChoice("th", "ไทย"), SelectChoice("en", "English")])
    thai_digits = BooleanField(_l("Thai digits"), default=True)
    events = BooleanField(_l("A chapter for each event"), default=True)
    matrix = BooleanField(_l("Organisations against events"), default=True)
    register = BooleanField(_l("Register of certificates"), default=True, description=_l("With the holders’ names."))
    people = BooleanField(_l("Lists of participants"), description=_l("With names: hand such a pack only to those who may have them."))

    def to_order(self) -> Order:
        """What was chosen."""
        return Order(self.language.data, self.thai_digits.data, self.events.data, self.matrix.data, self.register.data, self.people.data)


@bp.route(BASE, methods=("GET", "POST"))
@access.on_programme(Role.ORGANISER)
def closing_pack(programme: Programme) -> str | AnyResponse | tuple[str, int]:
    """Order a pack; see how far it is; fetch it."""
    form = PackForm()
    if form.validate_on_submit():
        try:
            with transaction():
                make_pack(pack_jobs.start(programme, form.to_order(), access.current_user()).id)
            flash(_("The closing pack is being made. This page shows when it is ready."), "success")
            return redirect(f"{url_for('reports.closing_pack', programme_id=programme.id)}#pack-progress", 303)
        except Refused as fact:
            form.refuse(fact)
    html = render_template("reports/pack.html", programme=programme, active="pack", form=form, job=_newest(programme))
    return html, 422 if form.errors else 200


@bp.get(f"{BASE}/progress")
@access.on_programme(Role.ORGANISER)
def pack_progress(programme: Programme) -> Response:
    job = _newest(programme)
    response = Response(render_template("reports/_pack_progress.html", programme=programme, job=job))
    if job is None or job.is_over:
        response.headers["HX-Refresh"] = "true"  # the page shows the result
    return response


@bp.post(f"{BASE}/cancel")
@access.on_programme(Role.ORGANISER)
def cancel_pack(programme: Programme) -> AnyResponse:
    """Stop the pack that is being made."""
    if job := _newest(programme):
        with transaction():
            work.cancel(job)
    return redirect(url_for("reports.closing_pack", programme_id=programme.id), 303)


@bp.get(f"{BASE}/<int:job_id>.<any(pdf, docx, xlsx, zip):kind>")
@access.on_programme(Role.ORGANISER)
def pack_file(programme: Programme, job_id: int, kind: str) -> Response:
    """One of the three files, or all of them."""
    job = db.session.scalar(pack_jobs.jobs_of(programme).where(Job.id == job_id))
    if job is None or job.file_sha256 is None:
        abort(404)
    name, plain = f"{_('Closing report')} {both(programme.title_th, programme.title_en)}"[:80].replace("/", "-"), f"closing-report-{programme.id}"
    if kind == "zip":
        response = downloads.attachment(job.file_sha256, TYPES[kind], f"{name}.zip", f"{plain}.zip")
    else:
        response = Response(pack_jobs.member(job, kind), content_type=TYPES[kind])
        response.headers["Content-Disposition"] = downloads.disposition(f"{name}.{kind}", f"{plain}.{kind}")
    response.headers["Cache-Control"] = "no-store"
    return response


def _newest(programme: Programme) -> Job | None:
    return db.session.scalar(pack_jobs.jobs_of(programme).limit(1))
