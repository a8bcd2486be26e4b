"""Registers of a programme, by its roles, and of the whole installation, by administrators: the same pages at two addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from blueprints.certificates import bp, numbers, register_jobs, register_queries, register_rows, registers, reservations
from blueprints.certificates.register_forms import RegisterForm, ReleaseForm, ReserveForm
from blueprints.certificates.tasks import run_job
from core import access, downloads, sheets
from core.errors import Refused
from core.transaction import transaction
from models import Job, Programme, Register, RegisterReset, Role, db

PER_PAGE = 50
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Scope:
    """Whose registers a page is about: a programme's, or for None everybody's."""

    programme: Programme | None

    @property
    def args(self) -> dict[str, Any]:
        """What stands in every address."""
        return {"programme_id": self.programme.id} if self.programme else {}

    def endpoint(self, name: str) -> str:
        """The endpoint of a page."""
        return f"certificates.{name if self.programme else f'shared_{name}'}"

    def url(self, name: str, **given: Any) -> str:
        """The address of a page."""
        return url_for(self.endpoint(name), **self.args, **given)

    def register(self, register_id: int) -> Register:
        """The register of this id, or 404."""
        return register_queries.register_in(self.programme, register_id) or abort(404)


def scoped(path: str, role: Role, methods: tuple[str, ...] = ("GET",)) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put the view at both addresses; it gets its `scope`."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def of_programme(programme: Programme, **given: Any) -> Any:
            return view(Scope(programme), **given)

        @wraps(view)
        def shared(**given: Any) -> Any:
            g.role = Role.OWNER  # an administrator, who owns what is everybody's
            return view(Scope(None), **given)

        name, base = view.__name__, "/organiser/programmes/<int:programme_id>/registers"
        bp.add_url_rule(f"{base}{path}", name, access.on_programme(role)(of_programme), methods=methods)
        bp.add_url_rule(f"/organiser/registers{path}", f"shared_{name}", access.admin(shared), methods=methods)
        return view

    return decorate


@scoped("", Role.VIEWER)
def register_list(scope: Scope) -> Answer:
    page = db.paginate(register_queries.registers_of(scope.programme), per_page=PER_PAGE, max_per_page=PER_PAGE, error_out=False)
    others = db.paginate(register_queries.registers_of(None), page=1, per_page=PER_PAGE) if scope.programme else None
    return render_template("certificates/registers.html", scope=scope, page=page, others=others, issued=register_queries.issued_by(page.items),
                           example=register_queries.following_number, resets=registers.RESETS)


@scoped("/new", Role.OWNER, ("GET", "POST"))
def create_register(scope: Scope) -> Answer:
    return _edit(scope, None)


@scoped("/<int:register_id>/edit", Role.OWNER, ("GET", "POST"))
def edit_register(scope: Scope, register_id: int) -> Answer:
    return _edit(scope, scope.register(register_id))


def _edit(scope: Scope, register: Register | None) -> Answer:
    form = RegisterForm.of(register)
    if form.validate_on_submit():
        try:
            with transaction():
                programme_id = scope.programme.id if scope.programme else None
                register = (registers.add_register(programme_id, form.to_command()) if register is None
                            else registers.change_register(register, form.to_command()))
            flash(_("Saved."), "success")
            return redirect(scope.url("register", register_id=register.id), 303)
        except Refused as fact:
            form.refuse(fact)
    status = 422 if form.is_submitted() else 200
    today = register_queries.today()
    return render_template("certificates/register_edit.html", scope=scope, register=register, form=form,
                           years={reset.value: numbers.year_of(reset, today) for reset in RegisterReset},
                           used=register is not None and registers.is_used(register)), status


@scoped("/<int:register_id>", Role.VIEWER)
def register(scope: Scope, register_id: int) -> Answer:
    found, search = scope.register(register_id), request.args.get("q", "").strip()
    periods = register_queries.periods(found)
    period = _period([key for key, _name in periods], request.args)
    page = db.paginate(register_queries.certificates(found, period, search), per_page=PER_PAGE, max_per_page=PER_PAGE, error_out=False)
    return render_template(
        "certificates/register.html", scope=scope, register=found, periods=periods, period=period, search=search, page=page,
        standing=register_queries.standing(found, period), gaps=registers.gaps(found), used=registers.is_used(found), note=register_rows.standing,
        example=register_queries.following_number(found), resets=registers.RESETS, job=register_queries.latest_print(found))


def _period(periods: list[str], given: Any) -> str:
    """The chosen period, or the newest."""
    chosen = given.get("period")
    return chosen if chosen in periods else next(iter(periods), "")


@scoped("/<int:register_id>/reservations", Role.ORGANISER, ("GET", "POST"))
def reserve_numbers(scope: Scope, register_id: int) -> Answer:
    found = scope.register(register_id)
    events = register_queries.events_for(found)
    form = ReserveForm.of(found, events)
    if form.validate_on_submit():
        try:
            with transaction():
                row = reservations.reserve(found, form.to_command(events), access.current_user())
            flash(_("Numbers %(first)s to %(last)s are put aside.", first=row.first, last=row.last), "success")
            return redirect(scope.url("reserve_numbers", register_id=register_id), 303)
        except Refused as fact:
            form.refuse(fact)
    page = db.paginate(register_queries.reservations(found), per_page=PER_PAGE, max_per_page=PER_PAGE, error_out=False)
    names = dict(register_queries.periods(found))
    return render_template("certificates/register_reserve.html", scope=scope, register=found, form=form, page=page, names=names,
                           ), 422 if form.is_submitted() else 200


@scoped("/<int:register_id>/reservations/<int:reservation_id>", Role.ORGANISER, ("GET", "POST"))
def release_numbers(scope: Scope, register_id: int, reservation_id: int) -> Answer:
    found = scope.register(register_id)
    row, form = register_queries.reservation_in(found, reservation_id) or abort(404), ReleaseForm()
    if form.validate_on_submit():
        try:
            with transaction():
                back = reservations.release(row, form.through.data)
            flash(ngettext("%(num)s number is given back.", "%(num)s numbers are given back.", back) if back else
                  _("Nothing could be given back: numbers after these are out already, or all are used. "
                    "What is unused stays in the register with its purpose."),
                  "success" if back else "info")
            return redirect(scope.url("reserve_numbers", register_id=register_id), 303)
        except Refused as fact:
            form.refuse(fact)
    return render_template("certificates/register_release.html", scope=scope, register=found, reservation=row, form=form,
                           period=register_queries.period_name(found, row.period)), 422 if form.is_submitted() else 200


@scoped("/<int:register_id>/print", Role.VIEWER, ("POST",))
def print_register(scope: Scope, register_id: int) -> Answer:
    """The PDF at once, or for a long register the page that says how far it is."""
    from blueprints.certificates import register_paper  # the renderer is heavy: only who prints loads it

    found = scope.register(register_id)
    period = _period([key for key, _name in register_queries.periods(found)], request.form)
    back = redirect(f"{scope.url('register', register_id=register_id, period=period)}#register-progress", 303)
    try:
        with transaction():  # and no lock on the database while it is drawn
            if register_rows.count(found, period) > register_jobs.AT_ONCE:
                run_job(register_jobs.start(found, period, access.current_user()).id)
                return back
            book = register_paper.book(found, period)
            names = _file_names(found, period)
    except Refused as fact:
        flash(str(fact.message), "warning")
        return back
    return _private(Response(register_paper.paper(book), mimetype="application/pdf", headers={
        "Content-Disposition": downloads.disposition(*names)}))


@scoped("/<int:register_id>/progress", Role.VIEWER)
def register_progress(scope: Scope, register_id: int) -> Answer:
    found = scope.register(register_id)
    job = register_queries.latest_print(found)
    response = Response(render_template("certificates/_register_progress.html", scope=scope, register=found, job=job), mimetype="text/html")
    if job is None or job.is_over:
        response.headers["HX-Refresh"] = "true"  # the page shows the result
    return response


@scoped("/<int:register_id>/files/<int:job_id>.pdf", Role.VIEWER)
def register_file(scope: Scope, register_id: int, job_id: int) -> Answer:
    found = scope.register(register_id)
    job = db.session.scalar(register_queries.prints(found).where(Job.id == job_id))
    if job is None or job.file_sha256 is None:
        abort(404)
    return _private(downloads.attachment(job.file_sha256, "application/pdf", *_file_names(found, (job.options or {})["period"])))


@scoped("/<int:register_id>/register.xlsx", Role.VIEWER)
def register_workbook(scope: Scope, register_id: int) -> Answer:
    found = scope.register(register_id)
    period = _period([key for key, _name in register_queries.periods(found)], request.args)
    headings = [_("Running number"), _("Number"), _("Full name"), _("Organisation"), _("Event or course"), _("Day of issue"), _("Status and remarks"),
                _("Verification address"), "SHA-256"]
    rows = ((line.first if line.first == line.last else line.order, line.number, line.name, line.organisation, line.event, line.issued_on,
             line.note, line.verify_url, line.sha256) for line in register_rows.lines(found, period))
    return sheets.download(sheets.xlsx_of(headings, rows, "Asia/Bangkok", wide=(1, 2, 3, 4, 6, 7, 8)), f"register-{found.id}-{period or 'all'}",
                           "xlsx")


def _file_names(register: Register, period: str) -> tuple[str, str]:
    """A name for people and one in ASCII."""
    return f"{_('Register')} {register.name} {period}"[:80].replace("/", "-").rstrip() + ".pdf", f"register-{register.id}-{period or 'all'}.pdf"


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
