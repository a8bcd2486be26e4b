"""Pages of events, for the public and for organisers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response

from blueprints.events import bp, first_shown, queries, series, services
from blueprints.events.calendar import event_ics, feed_ics
from blueprints.events.forms import KINDS, CancelForm, EventForm
from blueprints.events.sections import PUBLIC_PAGE
from core import access
from core.errors import ChangedMeanwhile, Refused
from core.qr import qr_png, qr_svg
from core.transaction import transaction
from models import Event, Programme, Role, db, now

PER_PAGE = 20


@bp.get("/")
@access.public
def public_list() -> str:
    at = now()
    page = db.paginate(queries.public_list(at), page=request.args.get("page", 1, type=int), per_page=PER_PAGE)
    states = {event.id: queries.registration_state(event, at) for event in page.items}
    return render_template("events/public_list.html", page=page, states=states, at=at, seats_left=queries.seats_left,
                           base_url=current_app.config["BASE_URL"])


@bp.get("/e/<slug>")
@access.public
def public_page(slug: str) -> str:
    event = shown(slug)
    state = queries.registration_state(event, now())
    return render_template("events/public_page.html", event=event, state=state, agenda=queries.agenda(event), kinds=KINDS,
                           seats_left=queries.seats_left, session_seats_left=queries.session_seats_left,
                           hosts=queries.hosts_of_event(event), siblings=series.public_of(event),
                           files=queries.files_of(event), preview=not queries.was_published(event),
                           more=[Markup(show(event)) for show in PUBLIC_PAGE], address=_address(event), base_url=current_app.config["BASE_URL"])


@bp.get("/e/<slug>.ics")
@access.public
def calendar(slug: str) -> Response:
    return _calendar(event_ics(shown(slug), current_app.config["BASE_URL"]), f"{slug}.ics")


@bp.get("/calendar.ics")
@access.public
def calendar_feed() -> Response:
    events = db.session.scalars(queries.feed(now()))
    return _calendar(feed_ics(events, current_app.config["BASE_URL"], _("Ruam – events")), "ruam.ics")


@bp.route("/organiser/programmes/<int:programme_id>/events/new", methods=("GET", "POST"))
@access.on_programme(Role.ORGANISER)
def create(programme: Programme) -> Any:
    form = EventForm(data=_before_typing(first_shown.of_new_event))
    title = _("New event")
    if not _sent(form):
        return _form_page(form, title, programme=programme)
    try:
        with transaction():
            event = services.create(programme, form.to_command(), access.current_user())
    except Refused as fact:
        form.refuse(fact)
        return _form_page(form, title, programme=programme)
    flash(_("The draft is saved. Look it over, then publish it."), "success")
    return redirect(url_for("events.overview", event_id=event.id), 303)


@bp.route("/organiser/events/<int:event_id>/edit", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def edit(event: Event) -> Any:
    form = EventForm(data=_before_typing(first_shown.of_event, event))
    if not _sent(form):
        return _form_page(form, _("Settings"), event=event)
    try:
        with transaction():
            services.update_event(event, form.to_command(event.timezone), form.version.data)
    except Refused as fact:
        form.refuse(fact)
        if isinstance(fact, ChangedMeanwhile):
            form.version.data = event.version  # saving once more is meant
        return _form_page(form, _("Settings"), event=event)
    flash(_("Saved."), "success")
    return redirect(url_for("events.overview", event_id=event.id), 303)


@bp.get("/organiser/events/<int:event_id>")
@access.on_event(Role.VIEWER)
def overview(event: Event) -> str:
    at, address = now(), _address(event)
    return render_template("events/overview.html", event=event, active="overview", kinds=KINDS, roles=Role, at=at,
                           counts=queries.registration_counts(event), checks=queries.checklist(event, at),
                           agenda=queries.agenda(event), session_seats_left=queries.session_seats_left,
                           siblings=series.all_of(event), may_clone=may_make_events(event),
                           address=address, qr=qr_svg(address))


@bp.get("/organiser/events/<int:event_id>/poster.png")
@access.on_event(Role.VIEWER)
def poster_code(event: Event) -> Response:
    """The code of the public page for posters, 16 pixels a module."""
    response = Response(qr_png(_address(event), scale=16), mimetype="image/png")
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.png"'
    return response


@bp.post("/organiser/events/<int:event_id>/publish")
@access.on_event(Role.ORGANISER)
def publish(event: Event) -> Response:
    return _change(event, services.publish, _l("The event is public now."))


@bp.post("/organiser/events/<int:event_id>/close")
@access.on_event(Role.ORGANISER)
def close(event: Event) -> Response:
    return _change(event, services.close, _l("Registration is closed."))


@bp.post("/organiser/events/<int:event_id>/reopen")
@access.on_event(Role.ORGANISER)
def reopen(event: Event) -> Response:
    return _change(event, services.reopen, _l("Registration is open again."))


@bp.post("/organiser/events/<int:event_id>/finish")
@access.on_event(Role.ORGANISER)
def finish(event: Event) -> Response:
    return _change(event, services.finish, _l("The event is finished."))


@bp.post("/organiser/events/<int:event_id>/archive")
@access.on_event(Role.ORGANISER)
def archive(event: Event) -> Response:
    return _change(event, services.archive, _l("The event is archived. Its page stays where it is."))


@bp.post("/organiser/events/<int:event_id>/unarchive")
@access.on_event(Role.ORGANISER)
def unarchive(event: Event) -> Response:
    return _change(event, services.unarchive, _l("The event is in the lists again."))


@bp.route("/organiser/events/<int:event_id>/cancel", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def cancel(event: Event) -> Any:
    form = CancelForm()
    if form.validate_on_submit():
        reason = form.reason.data
        return _change(event, lambda event: services.cancel(event, reason), _l("The event is cancelled."))
    status = 422 if form.is_submitted() else 200
    told = queries.people_to_tell(event)
    return render_template("events/cancel.html", event=event, form=form, told=told, active="overview"), status


def shown(slug: str) -> Event:
    """The event of a public address; a draft only for those with a role in it."""
    event = queries.by_slug(slug) or abort(404)
    if not queries.was_published(event):
        user = access.current_user()
        if user is None or access.role_in(user, event) is None:
            abort(404)
    return event


def may_make_events(event: Event) -> bool:
    """Whether new events of this one's programme are the person's to make."""
    user = access.current_user()
    role = access.role_in(user, event.programme) if user else None
    return role is not None and role.rank >= Role.ORGANISER.rank


def _address(event: Event) -> str:
    return current_app.config["BASE_URL"] + url_for("events.public_page", slug=event.slug)


def _calendar(data: bytes, name: str) -> Response:
    response = Response(data, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _before_typing(values: Callable[..., dict[str, Any]], *of: Any) -> dict[str, Any]:
    """What a form shows before anything was typed; a form that was sent shows only what it holds."""
    return values(*of) if request.method == "GET" else {}


def _sent(form: EventForm) -> bool:
    """Whether the form was sent to be saved and could be read; asking for more lines is neither."""
    if "more" in request.form:
        form.add_rows()
        return False
    if form.is_submitted():
        return form.validate()
    form.add_rows()
    return False


def _form_page(form: EventForm, title: str, programme: Programme | None = None, event: Event | None = None) -> Any:
    status = 422 if form.errors else 200
    return render_template("events/edit.html", form=form, title=title, programme=programme or event.programme, event=event,
                           active="settings"), status


def _change(event: Event, verb: Callable[[Event], None], done: Any) -> Response:
    """Do it and go back to the event's page, which says what happened or why not."""
    try:
        with transaction():
            verb(event)
    except Refused as fact:
        flash(fact.message, "error")
    else:
        flash(done, "success")
    return redirect(url_for("events.overview", event_id=event.id), 303)
