"""The page of the public form: what is open to this visitor, and what to do when no seat is left."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from blueprints.events import queries as events
from blueprints.registration import codes, notices
from blueprints.registration.forms import RegistrationForm
from core.errors import Refused
from core.locale import both, language
from models import AccessCode, Event, now
from thai.names import TITLES


def asks_for_more(form: RegistrationForm, event: Event) -> bool:
    """Whether the form was sent for a row for one more colleague, or to look at what a code opens, and not to register."""
    if "more" in request.form and 1 + len(form.colleagues) < event.group_size:
        form.colleagues.append_entry()
    return "more" in request.form or "use_code" in request.form


def show(event: Event, form: RegistrationForm) -> Any:
    """The form as it stands, with the notice of now."""
    form.explain_csrf()
    code = _code(event, form)
    state = events.registration_state(event, now())
    full = state.phase == events.RegistrationPhase.FULL and not (code and codes.reserves_seat(code))
    waits = event.waitlist and (full or form.full)
    categories = codes.categories_open_to(event, code)
    form.consents.offer(event)
    form.offer(event, categories, wait=event.waitlist)
    if not form.is_submitted() and code:
        form.prefill(codes.prefill(code))
    notice = notices.wording(event)
    form.notice.data = notice.digest
    html = render_template("registration/register.html", event=event, form=form, state=state, titles=TITLES, code=code, waits=waits,
                           open=state.phase == events.RegistrationPhase.OPEN or bool(
                               state.phase == events.RegistrationPhase.FULL and (event.waitlist or code)),
                           categories=categories, notice=both(notice.th, notice.en).split("\n\n"), language=language())
    return html, 422 if form.is_submitted() and form.errors else 200


def _code(event: Event, form: RegistrationForm) -> AccessCode | None:
    """The code that was brought in the address or typed; a bad one is explained beside its field."""
    if not form.is_submitted():
        form.access_code.data = request.args.get("code", "")[:60]
    if not form.access_code.data:
        return None
    try:
        return codes.find(event, form.access_code.data)
    except Refused as fact:
        if not form.access_code.errors:
            form.refuse(fact)
        return None
