"""The rows behind a figure in words: what they are, and a table of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from blueprints.programmes.texts import KINDS
from blueprints.registration.tickets import name_of
from blueprints.reports.document import Column, Kind, Row, Table
from blueprints.reports.opening import By, Of, Open, Opening
from core.locale import both, local
from models import Event, Organisation, OrganisationKind, Programme, Registration, db
from thai.digits import to_arabic

_OF = {Of.REGISTERED: _l("Registered"), Of.CAME: _l("Came"), Of.MISSING: _l("Did not come"), Of.EXPECTED: _l("Registered at events that are over")}
_BY = {By.REGISTRATION: _l("Registrations"), By.PERSON: _l("Persons"), By.ORGANISATION: _l("Organisations"), By.EVENT: _l("Events"),
       By.CERTIFICATE: _l("Certificates that stand"), By.SURVEY: _l("Surveys")}


def heading(wanted: Opening) -> str:
    """What the rows are: "Persons: came"."""
    return str(_BY[wanted.by]) if wanted.by in (By.CERTIFICATE, By.SURVEY) else f"{_BY[wanted.by]}: {_OF[wanted.of]}"


def left_out(wanted: Opening, programme: Programme) -> list[tuple[str, str]]:
    """What the figure is limited to, as (name, value) each."""
    unknown = _("Not known")
    event = db.session.get(Event, wanted.event) if wanted.event else None
    organisation = db.session.get(Organisation, wanted.organisation) if wanted.organisation else None
    found = [(_("Event"), both(event.title_th, event.title_en) if event and event.programme_id == programme.id else None),
             (_("Organisation"), both(organisation.name_th, organisation.name_en) if organisation
              else _("Not in the directory") if wanted.organisation == 0 else None),
             (_("Category"), wanted.category),
             (_("Kind of organisation"), None if wanted.kind is None else str(KINDS[OrganisationKind(wanted.kind)]) if wanted.kind else unknown),
             (_("Line of business"), None if wanted.sector is None else wanted.sector or unknown),
             (_("Province"), None if wanted.province is None else wanted.province or unknown),
             (_("Came to"), None if wanted.times is None else ngettext("%(num)s event", "%(num)s events", wanted.times)),
             (_("Came to"), _("two events or more") if wanted.returning else None)]
    return [(name, value) for name, value in found if value]


def table(wanted: Opening, rows: Iterable[Any], open_: Open) -> Table:
    """The rows of one page."""
    make = {By.REGISTRATION: _registrations, By.PERSON: _persons, By.ORGANISATION: _organisations, By.EVENT: _events,
            By.CERTIFICATE: _certificates, By.SURVEY: _surveys}[wanted.by]
    columns, lines = make(wanted, rows, open_)
    return Table("rows", heading(wanted), columns, tuple(lines))


def _registrations(_wanted: Opening, rows: Iterable[Any], _open: Open) -> tuple[tuple[Column, ...], list[Row]]:
    columns = (Column(_("Name"), Kind.WORDS, 3), Column(_("Organisation"), Kind.WORDS, 4), Column(_("Event"), Kind.WORDS, 4),
               Column(_("Day"), Kind.DAY, 2), Column(_("Category"), Kind.WORDS, 2), Column(_("Came"), Kind.WORDS))
    return columns, [
        Row((name_of(one), _organisation(one, organisation), both(event.title_th, event.title_en), local(event.starts_at).date(),
             both(category.name_th, category.name_en), _("Yes") if came else _("No")), (_one(one),))
        for one, event, category, organisation, came in rows]


def _persons(_wanted: Opening, rows: Iterable[Any], _open: Open) -> tuple[tuple[Column, ...], list[Row]]:
    columns = (Column(_("Name"), Kind.WORDS, 3), Column(_("Organisation"), Kind.WORDS, 4), Column(_("Events")))
    return columns, [Row((name_of(one), _organisation(one, organisation), events), (_one(one),)) for one, organisation, events in rows]


def _organisations(wanted: Opening, rows: Iterable[Any], open_: Open) -> tuple[tuple[Column, ...], list[Row]]:
    columns = (Column(_("Organisation"), Kind.WORDS, 5), Column(_("Line of business"), Kind.WORDS, 3), Column(_("Province"), Kind.WORDS, 2),
               Column(_("Events")), Column(_("Persons")), Column(_("Registrations")))
    return columns, [
        Row((both(one.name_th, one.name_en), one.sector, one.province, events, persons, registrations),
            (None, None, None, None, None, open_(replace(wanted, by=By.REGISTRATION, organisation=one.id))))
        for one, events, persons, registrations in rows]


def _events(wanted: Opening, rows: Iterable[Any], open_: Open) -> tuple[tuple[Column, ...], list[Row]]:
    columns = (Column(_("Event"), Kind.WORDS, 5), Column(_("Day"), Kind.DAY, 2), Column(_("Organisations")), Column(_("Persons")),
               Column(_("Registrations")))
    return columns, [
        Row((both(one.title_th, one.title_en), local(one.starts_at).date(), organisations, persons, registrations),
            (None, None, None, None, open_(replace(wanted, by=By.REGISTRATION, event=one.id))))
        for one, organisations, persons, registrations in rows]


def _certificates(_wanted: Opening, rows: Iterable[Any], _open: Open) -> tuple[tuple[Column, ...], list[Row]]:
    columns = (Column(_("Number"), Kind.CODE, 2), Column(_("Holder"), Kind.WORDS, 4), Column(_("Event"), Kind.WORDS, 4),
               Column(_("Issued on"), Kind.DAY, 2))
    return columns, [Row((to_arabic(one.number), one.holder, both(event.title_th, event.title_en), local(one.issued_at).date()),
                         (url_for("certificates.show", event_id=event.id, certificate_id=one.id),)) for one, event in rows]


def _surveys(_wanted: Opening, rows: Iterable[Any], _open: Open) -> tuple[tuple[Column, ...], list[Row]]:
    columns = (Column(_("Event"), Kind.WORDS, 5), Column(_("Day"), Kind.DAY, 2), Column(_("Answered the survey")))
    return columns, [Row((both(event.title_th, event.title_en), local(event.starts_at).date(), sheets),
                         (url_for("surveys.results", event_id=event.id),)) for event, sheets in rows]


def _organisation(one: Registration, organisation: Organisation | None) -> str:
    return both(organisation.name_th, organisation.name_en) if organisation else one.organisation_name


def _one(one: Registration) -> str:
    return url_for("registration.manage_one", event_id=one.event_id, registration_id=one.id)
