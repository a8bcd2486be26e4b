"""The organiser's first page – what needs attention, what comes next, how far programmes are – and a fiscal year at a glance."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.checkin.queries import admitted
from blueprints.programmes.queries import upcoming_first, visible_programmes, whole_programmes
from blueprints.reports import attention, bp, fiscal
from blueprints.reports.attention import About, Item
from blueprints.reports.attention_words import sentence
from blueprints.reports.progress import progress
from blueprints.reports.workbook import xlsx_of_document
from core import access, sheets
from core.locale import BANGKOK, local
from models import Event, EventStatus, Role, Scan, User, db, now
from thai.dates import fiscal_year

COMING, PROGRAMMES = 8, 6
TARGETS = {"organisations": _l("Organisations that came"), "persons": _l("Persons who came"), "attendance": _l("Attendance"),
           "satisfaction": _l("Satisfaction")}
#: Where each kind of thing is dealt with, and what to add to the address.
WHERE: dict[About, tuple[str, dict[str, Any]]] = {
    About.DOOR_NOT_READY: ("checkin.manage", {}), About.CONFLICTS: ("checkin.conflict_list", {}), About.APPROVALS: ("registration.queue", {}),
    About.WAITLIST: ("registration.queue", {}), About.DATA_REQUESTS: ("privacy.overview", {}),
    About.MAILS_FAILED: ("messages.messages", {"state": "failed"}), About.CORRECTIONS: ("certificates.corrections", {}),
    About.CERTIFICATES: ("certificates.manage", {}), About.SURVEY_SHUT: ("surveys.editor", {}), About.NOT_FINISHED: ("events.overview", {}),
    About.DRAFT_SOON: ("events.overview", {}), About.NEARLY_FULL: ("events.overview", {}),
    About.NEW_REGISTRATIONS: ("registration.manage_list", {"order": "created", "down": "1"}),
}


@bp.get("/organiser")
@access.signed_in
def dashboard() -> str:
    """What needs attention now, the next events, the programmes' progress."""
    user = access.current_user()
    assert user is not None
    found = attention.items(user)
    coming, here = _coming(user)
    programmes = db.session.scalars(visible_programmes(user).limit(PROGRAMMES)).all()
    whole = whole_programmes(user, list(programmes))
    rows = progress([one for one in programmes if one.id in whole], fiscal.scope_of(programmes))
    return render_template("reports/dashboard.html", items=[(item, address(item)) for item in found], sentence=sentence,
                           coming=coming, here=here, rows=rows,
                           targets=TARGETS, year=fiscal_year(local(now()).date()), any_programme=bool(programmes))


def address(item: Item) -> str:
    """Where the thing is dealt with."""
    if item.event is None:
        return url_for("programmes.organisations", unconfirmed=1)
    endpoint, more = WHERE[item.about]
    return url_for(endpoint, event_id=item.event.id, **more)


def _coming(user: User) -> tuple[list[Event], dict[int, int]]:
    """The next events that the account sees, and how many have come to those that go on."""
    events = db.session.scalars(
        upcoming_first(select(Event)).where(Event.id.in_(attention.events_of(user, Role.VIEWER)), Event.ends_at > now(),
                                            Event.status != EventStatus.CANCELLED).limit(COMING)).all()
    here = select(Scan.event_id, func.count(Scan.registration_id.distinct())).where(
        Scan.event_id.in_([event.id for event in events]), Scan.registration_id.is_not(None), admitted()).group_by(Scan.event_id)
    return list(events), dict(db.session.execute(here).all())


@bp.get("/organiser/fiscal-years/<int:year>")
@access.signed_in
def year(year: int) -> str:
    """All programmes of a fiscal year that the account sees."""
    document = _of_year(year)
    return render_template("reports/year.html", year=year, blocks=document.blocks, years=fiscal.years(_user()))


@bp.get("/organiser/fiscal-years/<int:year>.xlsx")
@access.signed_in
def year_workbook(year: int) -> Response:
    """The same as a workbook."""
    return sheets.download(xlsx_of_document(_of_year(year), BANGKOK), f"fiscal-year-{year}", "xlsx")


def _of_year(year: int) -> fiscal.Document:
    if not 2500 <= year <= 2700:
        abort(404)
    return fiscal.document(_user(), year, lambda one: url_for("reports.programme", programme_id=one.id))


def _user() -> User:
    user = access.current_user()
    assert user is not None
    return user
