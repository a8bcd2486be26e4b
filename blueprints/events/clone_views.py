"""Pages where events are made from an event that is there."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.events import bp, clone_forms, cloning, series
from blueprints.events.clone_forms import CloneForm, SeriesForm
from blueprints.events.patterns import days_of
from blueprints.events.views import may_make_events
from core import access
from core.errors import Refused
from core.locale import local
from core.transaction import transaction
from models import Event, Role

AnyForm = TypeVar("AnyForm", CloneForm, SeriesForm)


@bp.route("/organiser/events/<int:event_id>/clone", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def clone(event: Event) -> Any:
    form = _offered(event, CloneForm(data=_at_first(clone_forms.of_clone(event))))
    if form.validate_on_submit():
        try:
            with transaction():
                copy = cloning.clone_once(event, form.to_command(), access.current_user())
            flash(_("The new event is a draft. Look it over, then publish it."), "success")
            return redirect(url_for("events.overview", event_id=copy.id), 303)
        except Refused as fact:
            form.refuse(fact)
    return render_template("events/clone.html", event=event, form=form, active="overview"), 422 if form.is_submitted() else 200


@bp.route("/organiser/events/<int:event_id>/series", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def make_series(event: Event) -> Any:
    """First the days are shown, then they are made; what is made is what was shown."""
    form = _offered(event, SeriesForm(data=_at_first(clone_forms.of_series(event))))
    planned = _plan(event, form) if form.validate_on_submit() else []
    if "create" in request.form and planned and _as_shown(planned):
        try:
            with transaction():
                made = series.create(event, planned, form.chosen(), access.current_user())
            flash(ngettext("%(num)s event was made, as a draft.", "%(num)s events were made, as drafts.", len(made)), "success")
            return redirect(url_for("events.overview", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    elif form.is_submitted() and not form.errors and not planned:
        form.refuse(series.NoDays())
    html = render_template("events/series.html", event=event, form=form, planned=planned, active="overview")
    return html, 422 if form.errors else 200


def _offered(event: Event, form: AnyForm) -> AnyForm:
    """The form, for those who make events of this programme; roles are an owner's to give."""
    if not may_make_events(event):
        abort(403)
    if not access.may(Role.OWNER):
        form.keep_people_out()
    return form


def _plan(event: Event, form: SeriesForm) -> list[series.Planned]:
    own = local(event.starts_at, event.timezone).date()
    days, left_out = days_of(form.pattern(), own), request.form.getlist("left_out")
    return series.plan(event, days, (form.title_th.data, form.title_en.data or ""), form.number(),
                       [day for day in days if day.isoformat() in left_out])


def _as_shown(planned: list[series.Planned]) -> bool:
    """Whether these very days were shown before the button was pressed; if not, they are shown first."""
    return request.form.getlist("shown") == [one.day.isoformat() for one in planned]


def _at_first(values: dict[str, Any]) -> dict[str, Any]:
    return values if request.method == "GET" else {}
