"""The organiser's page of papers: choose, and a PDF comes; a large one is made in the background."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.papers import bp, forms, queries, services
from blueprints.papers.facts import SIZES, Order
from blueprints.papers.tasks import print_paper
from blueprints.registration import queries as registrations
from blueprints.registration.sections import MANAGE_PAGE
from blueprints.registration.tickets import name_of
from core import access, downloads
from core.errors import Refused
from core.transaction import transaction
from models import Event, Job, Registration, RegistrationStatus, Role, db

BASE = "/organiser/events/<int:event_id>/papers"
PDF = "application/pdf"
#: What each paper is called, on the page and as a file.
NAMES = {"badges": _l("Badges"), "sheet": _l("Sign-in sheet"), "names": _l("Name list"), "tents": _l("Table tents")}


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def index(event: Event) -> str:
    return _page(event)


def _page(event: Event, filled: forms.PaperForm | None = None) -> str:
    cards = {paper: filled if filled and filled.paper == paper else forms.unsent(event, paper) for paper in forms.FORMS}
    return render_template("papers/index.html", event=event, active="papers", cards=cards, names=NAMES, jobs=_jobs(event),
                           people=queries.how_many(event, Order("names")))


def _jobs(event: Event) -> list[Job]:
    return queries.latest_jobs(event, services.KINDS)


@bp.get(f"{BASE}/progress")
@access.on_event(Role.VIEWER)
def progress(event: Event) -> Response:
    jobs = _jobs(event)
    response = Response(render_template("papers/_progress.html", event=event, jobs=jobs, names=NAMES))
    if all(job.is_over for job in jobs):
        response.headers["HX-Refresh"] = "true"  # the page shows the result
    return response


@bp.post(f"{BASE}/<any(badges, sheet, names, tents):paper>")
@access.on_event(Role.VIEWER)
def make(event: Event, paper: str) -> Response | tuple[str, int]:
    form = forms.sent(event, paper)
    if form.validate_on_submit():
        try:
            return _made(event, form.to_order())
        except Refused as fact:
            form.refuse(fact)
    return _page(event, form), 422


def _made(event: Event, order: Order) -> Response:
    """The paper, or for many people the page that says how far it is."""
    from blueprints.papers import printing  # the renderer is heavy: only who prints loads it

    people = queries.how_many(event, order, printing.checkpoint_of(event, order))
    if not people and not order.blank:
        raise services.Nobody
    if people <= services.AT_ONCE:
        return _pdf(printing.paper(event, order), event, order.paper)
    with transaction():
        print_paper(services.start(event, order, access.current_user()).id, order.to_json())
    flash(_("The paper is being made. This page shows when it is ready."), "success")
    return redirect(f"{url_for('papers.index', event_id=event.id)}#paper-progress", 303)


def _pdf(data: bytes, event: Event, paper: str, kind: str = "attachment") -> Response:
    response = Response(data, mimetype=PDF)
    response.headers["Content-Disposition"] = downloads.disposition(*_file_names(event, paper), kind)
    response.headers["Cache-Control"] = "no-store"
    return response


def _file_names(event: Event, paper: str) -> tuple[str, str]:
    """A name for people and one in ASCII."""
    return f"{NAMES[paper]} {event.title_th}"[:80].replace("/", "-") + ".pdf", f"{paper}-{event.slug}.pdf"


@bp.get(f"{BASE}/files/<int:job_id>.pdf")
@access.on_event(Role.VIEWER)
def job_file(event: Event, job_id: int) -> Response:
    job = db.session.get(Job, job_id)
    if job is None or job.event_id != event.id or job.kind not in services.KINDS or job.file_sha256 is None:
        abort(404)
    response = downloads.attachment(job.file_sha256, PDF, *_file_names(event, job.kind.removeprefix("paper-")))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get(f"{BASE}/badges/<int:registration_id>.pdf")
@access.on_event(Role.DOOR_SUPERVISOR)
def badge(event: Event, registration_id: int) -> Response:
    """One badge on a page of its own size, to be printed on arrival or again."""
    from blueprints.papers import printing

    registration, size = registrations.in_event(event, registration_id), request.args.get("size", "label")
    if registration is None or registration.anonymised_at or registration.status == RegistrationStatus.CANCELLED or size not in SIZES:
        abort(404)
    order = Order("badges", size=size, registration_id=registration.id)
    return _pdf(printing.paper(event, order), event, "badges", "inline")


def _reprint(registration: Registration) -> str:
    if not access.may(Role.DOOR_SUPERVISOR) or registration.anonymised_at or registration.status == RegistrationStatus.CANCELLED:
        return ""
    return render_template("papers/_reprint.html", registration=registration, name=name_of(registration))


MANAGE_PAGE.append(_reprint)
