"""What self check-in tells people: of each verdict to the person whom it is about, and how it goes, on the screen in both languages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from blueprints.checkin.judge import Verdict

AT_DESK = _l("Please go to the desk: the staff will help you.")
#: What each verdict tells the person.
OWN: dict[Verdict, Any] = {
    Verdict.OK: _l("You are checked in. You need not show your ticket."),
    Verdict.ALREADY_IN: _l("You were checked in before. If it was not you, please tell the staff at the desk."),
    Verdict.NEEDS_ANSWERS: _l("There is one more question for you. Please go to the desk."),
    Verdict.WAITLISTED: _l("You have no seat yet. Please go to the desk: the staff know whether one is free."),
    Verdict.PENDING_APPROVAL: _l("The organiser has not decided about your registration yet. Please go to the desk."),
    Verdict.NOT_CONFIRMED: _l("A seat is held for you. Open the page of your registration and accept it, then check in again; or go to the desk."),
    Verdict.WRONG_SESSION: _l("You registered for another session. Please go to the desk: the staff show you the way."),
    Verdict.WRONG_CATEGORY: _l("Another entrance is meant for you. Please go to the desk: the staff show you the way."),
    Verdict.TOO_EARLY: _l("Check-in is not open yet. Please come again when it is, or go to the desk."),
    Verdict.TOO_LATE: _l("Check-in has closed. Please go to the desk."),
    Verdict.CANCELLED: _l("Your registration was cancelled. Please go to the desk."),
    Verdict.BLOCKED: AT_DESK,
}
#: How it goes.
STEPS = (_l("Point your phone’s camera at this code"), _l("Open the link that appears"), _l("Press your name"))
