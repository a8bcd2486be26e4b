"""Data protection for organisers: the notice, the clock, and what people ask for."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from blueprints.privacy import bp, forms, queries, services
from blueprints.registration import notices, tickets
from core import access
from core.errors import ChangedMeanwhile, Refused
from core.locale import both
from core.transaction import transaction
from models import ConsentPurpose, DataRequest, Event, RequestState, Role, db, now

BASE = "/organiser/events/<int:event_id>/privacy"
PER_PAGE = 50


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def overview(event: Event) -> str:
    page = db.paginate(queries.requests(event), per_page=PER_PAGE, max_per_page=PER_PAGE)
    return render_template("privacy/overview.html", event=event, active="privacy", page=page, clocks=queries.clocks(event), at=now(),
                           consents=queries.consents(event), purposes=forms.PURPOSES, group_words=forms.group_words, days_left=queries.days_left,
                           kinds=forms.REQUESTS, states=RequestState, name_of=tickets.name_of, roles=Role)


@bp.route(f"{BASE}/notice", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def notice(event: Event) -> Any:
    form = forms.NoticeForm(data=forms.of_notice(event))
    if form.validate_on_submit():
        try:
            with transaction():
                services.save_notice(event, form.to_words(), form.consents.data or [], form.version.data)
            flash(_("Saved. Whoever registers from now on reads this."), "success")
            return redirect(url_for("privacy.notice", event_id=event.id), 303)
        except Refused as fact:
            _refuse(form, fact, event)
    said = notices.items(event)
    return render_template("privacy/notice.html", event=event, active="privacy", form=form, items=forms.ITEMS, said=said, written=forms.WRITTEN,
                           versions=queries.versions(event)), 422 if form.errors else 200


@bp.route(f"{BASE}/retention", methods=("GET", "POST"))
@access.on_event(Role.OWNER)
def retention(event: Event) -> Any:
    form = forms.RetentionForm(data=forms.of_retention(event))
    if form.validate_on_submit():
        try:
            with transaction():
                services.save_retention(event, form.to_days(), form.version.data)
            flash(_("Saved. The notice says so too."), "success")
            return redirect(url_for("privacy.overview", event_id=event.id), 303)
        except Refused as fact:
            _refuse(form, fact, event)
    return render_template("privacy/retention.html", event=event, active="privacy", form=form, clocks=queries.clocks(event),
                           group_words=forms.group_words), 422 if form.errors else 200


@bp.get(f"{BASE}/consents/<any(photos,contact_sharing,news,sensitive):purpose>")
@access.on_event(Role.ORGANISER)
def agreed(event: Event, purpose: str) -> str:
    page = db.paginate(queries.agreed(event, ConsentPurpose(purpose)), per_page=PER_PAGE * 4, max_per_page=PER_PAGE * 4)
    return render_template("privacy/agreed.html", event=event, active="privacy", page=page, title=forms.PURPOSES[ConsentPurpose(purpose)],
                           wording=both(*notices.CONSENTS[ConsentPurpose(purpose)]), purpose=purpose, name_of=tickets.name_of)


@bp.post(f"{BASE}/requests/<int:request_id>")
@access.on_event(Role.ORGANISER)
def answer(event: Event, request_id: int) -> Any:
    asked = db.session.get(DataRequest, request_id)
    state = request.form.get("state", "")
    if asked is None or asked.event_id != event.id or state not in (RequestState.DONE, RequestState.REFUSED):
        abort(404)
    user = access.current_user()
    try:
        with transaction():
            services.answer(asked, RequestState(state), request.form.get("note", ""), user.id if user else None)
        flash(_("The request is answered."), "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("privacy.overview", event_id=event.id), 303)


@bp.get("/organiser/data-requests")
@access.signed_in
def all_requests() -> str:
    user = access.current_user() or abort(403)
    page = db.paginate(queries.open_requests(user), per_page=PER_PAGE, max_per_page=PER_PAGE)
    return render_template("privacy/all_requests.html", page=page, kinds=forms.REQUESTS, days_left=queries.days_left, at=now(),
                           name_of=tickets.name_of)


def _refuse(form: Any, fact: Refused, event: Event) -> None:
    form.refuse(fact)
    if isinstance(fact, ChangedMeanwhile):
        form.version.data = event.version  # saving once more is meant
