"""The history of one registration in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import HistoryEntry, Registration, db

VERBS: dict[str, Any] = {
    "registration.changed": _l("Details changed"), "registration.cancelled": _l("Cancelled"),
    "registration.overbooked": _l("Given a seat beyond the limit"), "registration.walked_in": _l("Registered at the door"),
    "registration.answered_at_door": _l("Answered at the door"),
    "registration.approved": _l("Given a seat"), "registration.rejected": _l("Refused"), "registration.waitlisted": _l("Put on the waitlist"),
    "registration.substituted": _l("A colleague comes instead"), "registration.name_checked": _l("Name proof-read"),
    "registration.link_sent": _l("Link sent again"), "registration.erased": _l("Data erased"),
    "registration.consent_given": _l("Consent given"), "registration.consent_withdrawn": _l("Consent withdrawn"),
    "waitlist.offered": _l("Seat offered"), "waitlist.accepted": _l("Offered seat accepted"), "waitlist.declined": _l("Seat declined"),
    "waitlist.lapsed": _l("Offer lapsed"), "invitation.sent": _l("Invitation sent"),
    "certificate.replaced": _l("Certificate replaced"), "certificate.revoked": _l("Certificate revoked"),
    "certificate.correction_asked": _l("Correction of the certificate asked for"),
    "certificate.correction_refused": _l("Correction of the certificate refused"),
    "conflict.settled": _l("Conflict at the door settled"),
    "certificate.exception_granted": _l("Certificate granted by exception"),
    "certificate.exception_denied": _l("Certificate denied by exception"),
    "certificate.exception_withdrawn": _l("Exception for the certificate withdrawn"),
}
FIELDS: dict[str, Any] = {
    "title": _l("Title"), "first_name": _l("First name"), "last_name": _l("Last name"), "organisation_name": _l("Organisation"),
    "position": _l("Position"),
    "email": _l("E-mail"), "phone": _l("Telephone"), "phone_extension": _l("Extension"), "category": _l("Category"), "name_en": _l("Name in English"),
    "certificate_name": _l("Name on the certificate"), "staff_note": _l("Note for the door staff"),
    "sessions": _l("Sessions"), "answers": _l("Answers"), "vip": _l("VIP"),
    "reason": _l("Reason"),
}


@dataclass(frozen=True)
class Line:
    """What was done, when, by whom, and what it changed: (what, from, to) each."""

    at: datetime
    what: str
    who: str
    changes: list[tuple[str, str, str]]


def of(registration: Registration) -> list[Line]:
    """The newest first; who registered, and how, comes last."""
    entries = db.session.scalars(select(HistoryEntry).options(joinedload(HistoryEntry.user)).where(
        HistoryEntry.registration_id == registration.id).order_by(HistoryEntry.id.desc()))
    return [Line(one.at, str(VERBS.get(one.verb, one.verb)), _who(one), _changes(one.details)) for one in entries]


def _who(entry: HistoryEntry) -> str:
    if entry.user is not None:
        return entry.user.name
    return _("the participant") if entry.by_participant else str(entry.details.get("device") or _("by itself"))


def _changes(details: dict[str, Any]) -> list[tuple[str, str, str]]:
    if "before" in details:
        return [("", str(details["before"]), str(details.get("after", "")))]
    return [(str(FIELDS.get(name, name)), str(change[0]), str(change[1])) for name, change in (details.get("changes") or {}).items()]
