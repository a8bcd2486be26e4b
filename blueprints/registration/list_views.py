"""The organiser's list: searched, sorted, with the columns and filters of one's choice; its files; deeds for many at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from blueprints.events.queries import registration_counts
from blueprints.registration import bp, bulk, columns, exports, listing, tickets, views_kept
from blueprints.registration.manage import BASE
from core import access, history, sheets
from core.errors import Refused
from core.transaction import transaction
from models import Event, Registration, RegistrationSource, RegistrationStatus, Role, db


@bp.get(f"{BASE}/registrations")
@access.on_event(Role.VIEWER)
def manage_list(event: Event) -> str:
    organises, wanted = access.may(Role.ORGANISER), listing.chosen(request.args)
    if wanted.mark in exports.SENSITIVE and not organises:
        wanted = replace(wanted, mark="")
    page = listing.page(event, wanted, request.args.get("page", 1, type=int))
    if page.number > 1 and not page.items:
        abort(404)
    user = access.current_user()
    return render_template(
        "registration/manage_list.html", event=event, active="registrations", page=page, wanted=wanted, total=page.total,
        counts=registration_counts(event), statuses=exports.STATUSES, status=RegistrationStatus, sources=RegistrationSource, roles=Role,
        counted=listing.COUNTED, table=columns.of(event, wanted, page.items, organises), name_of=tickets.name_of, marks=columns.marks(organises),
        offered=columns.offered(event, organises), chips=columns.chips(event, wanted), extra=columns.extra_filters(), deeds=bulk.DEEDS,
        kept=views_kept.of(user, event) if user else [], sizes=listing.PAGE_SIZES)


@bp.get(f"{BASE}/registrations.<any(csv,xlsx):kind>")
@access.on_event(Role.ORGANISER)
def manage_export(event: Event, kind: str) -> Response:
    wanted = listing.chosen(request.args)
    names = wanted.columns if "columns" in request.args else ()
    table = columns.for_file(event, names)
    rows = db.session.scalars(listing.listed(event, replace(wanted, columns=names or exports.USUAL)).execution_options(yield_per=1000))
    data = exports.csv_of(table, rows) if kind == "csv" else exports.xlsx_of(table, rows, event.timezone)
    return sheets.download(data, event.slug, kind)


@bp.post(f"{BASE}/registrations/bulk")
@access.on_event(Role.ORGANISER)
def manage_bulk(event: Event) -> Any:
    """First what it will mean, then, confirmed, the deed; a chunk of people in each transaction."""
    name, wanted = request.form.get("deed", ""), listing.chosen(request.form)
    if name not in bulk.DEEDS:
        abort(400)
    back = url_for("registration.manage_list", event_id=event.id, **wanted.as_args())
    try:
        ids = [one.id for one in bulk.people(event, _ids(event, wanted))]
    except Refused as fact:
        flash(fact.message, "error")
        return redirect(back, 303)
    if "confirmed" not in request.form:
        return _bulk_page(event, name, wanted, ids, None, back)
    category = next((one for one in event.categories if str(one.id) == request.form.get("to_category")), None)
    outcome = bulk.Outcome()
    for start in range(0, len(ids), bulk.CHUNK):
        with transaction():
            bulk.do(name, event, ids[start:start + bulk.CHUNK], category, outcome)
    return _bulk_page(event, name, wanted, ids, outcome, back)


@bp.post(f"{BASE}/registrations/views")
@access.on_event(Role.VIEWER)
def manage_keep(event: Event) -> Response:
    """Keep the list as it is under a name, or forget one."""
    user, wanted = access.current_user() or abort(403), listing.chosen(request.form)
    try:
        with transaction():
            if "forget" in request.form:
                views_kept.forget(user, event, request.form.get("forget", ""))
            else:
                views_kept.keep(user, event, request.form.get("name", ""), wanted)
        flash(_("Saved."), "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("registration.manage_list", event_id=event.id, **wanted.as_args()), 303)


def _ids(event: Event, wanted: listing.Chosen) -> list[int]:
    """Whoever was ticked, or everyone whom the filters show."""
    if "everyone" in request.form and "confirmed" not in request.form:
        return list(db.session.scalars(select(Registration.id).where(*listing.conditions(event, wanted)).limit(bulk.MOST + 1)))
    return [int(value) for value in request.form.getlist("id") if value.isdecimal()]


def _bulk_page(event: Event, name: str, wanted: listing.Chosen, ids: list[int], outcome: bulk.Outcome | None, back: str) -> str:
    people = bulk.people(event, ids)
    refused = dict(outcome.refused) if outcome else {}
    if outcome:
        with transaction():
            history.record("registrations.bulk", event=event, deed=name, people=outcome.done)
    return render_template("registration/bulk.html", event=event, active="registrations", name=name, deed=bulk.DEEDS[name], people=people,
                           wanted=wanted, outcome=outcome, refused=refused, name_of=tickets.name_of, back=back)
