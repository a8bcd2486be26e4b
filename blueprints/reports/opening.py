"""What is behind a figure of a report: the very registrations, persons or organisations that it counts."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from blueprints.checkin.queries import admitted
from blueprints.reports.measures import Scope, came_to, is_over, registered
from models import (
    Category,
    Certificate,
    CertificateStatus,
    Event,
    Organisation,
    OrganisationKind,
    Registration,
    RegistrationSource,
    Scan,
    Survey,
    SurveySheet,
    db,
)


class Of(enum.StrEnum):
    """Which registrations: all, those that came, those that did not, at events that are over."""

    REGISTERED = "registered"
    CAME = "came"
    MISSING = "missing"
    EXPECTED = "expected"  # registered, or came, at events that are over: what the rate of attendance is taken of


class By(enum.StrEnum):
    """What one row is."""

    REGISTRATION = "registration"
    PERSON = "person"
    ORGANISATION = "organisation"
    EVENT = "event"
    CERTIFICATE = "certificate"
    SURVEY = "survey"


@dataclass(frozen=True)
class Opening:
    """The rows behind a figure, as its address says it. None leaves nothing out; 0 and "" are those for whom it is not known."""

    of: Of = Of.REGISTERED
    by: By = By.REGISTRATION
    event: int | None = None
    organisation: int | None = None
    category: str | None = None
    kind: str | None = None
    sector: str | None = None
    province: str | None = None
    times: int | None = None  # persons who came to just so many events
    returning: bool = False  # persons who came to two or more
    checkpoint: int | None = None  # let in there
    source: str | None = None  # how the registration was made

    def as_args(self) -> dict[str, Any]:
        """As it stands in an address; what is usual is left out."""
        usual = Opening()
        return {one.name: "1" if value is True else value for one in fields(self) if (value := getattr(self, one.name)) != getattr(usual, one.name)}

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Opening:
        """What an address asks for; nonsense asks for nothing."""
        def number(name: str) -> int | None:
            value = args.get(name, "")
            return int(value) if value.isdecimal() and len(value) < 10 else None

        kind = args["kind"] if args.get("kind") in ("", *OrganisationKind) else None
        return cls(Of(args["of"]) if args.get("of") in list(Of) else Of.REGISTERED, By(args["by"]) if args.get("by") in list(By) else By.REGISTRATION,
                   number("event"), number("organisation"), args.get("category"), kind, args.get("sector"), args.get("province"),
                   number("times"), args.get("returning") == "1", number("checkpoint"),
                   args["source"] if args.get("source") in list(RegistrationSource) else None)


#: Gives the address of what is behind a figure; on paper nothing can be opened.
Open = Callable[[Opening], str | None]


def nowhere(_opening: Opening) -> None:
    """Nothing can be opened."""


def rows(events: Scope, opening: Opening) -> Select[Any]:
    """The rows in their order: registrations; persons (latest registration, events they came to); organisations and
    events (with their counts); certificates that stand; surveys (with how many answered)."""
    return {By.REGISTRATION: _registrations, By.PERSON: _persons, By.ORGANISATION: _organisations, By.EVENT: _events, By.CERTIFICATE: _certificates,
            By.SURVEY: _surveys}[opening.by](events, opening)


def how_many(events: Scope, opening: Opening) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).select_from(rows(events, opening).order_by(None).subquery())) or 0


def page(events: Scope, opening: Opening, number: int, per_page: int) -> list[Row[Any]]:
    """The `number`th page of the rows, from 1."""
    return list(db.session.execute(rows(events, opening).limit(per_page).offset((max(number, 1) - 1) * per_page)))


def _conditions(events: Scope, opening: Opening) -> list[ColumnElement[bool]]:
    there = came_to(events)
    found = [Registration.event_id.in_(events),
             {Of.REGISTERED: registered(there), Of.CAME: there, Of.MISSING: and_(registered(there), ~there, is_over()),
              Of.EXPECTED: and_(registered(there), is_over())}[opening.of]]
    if opening.event is not None:
        found.append(Registration.event_id == opening.event)
    if opening.organisation is not None:
        found.append(Registration.organisation_id == opening.organisation if opening.organisation else Registration.organisation_id.is_(None))
    if opening.checkpoint is not None:
        let_in = select(Scan.registration_id).where(Scan.checkpoint_id == opening.checkpoint, Scan.registration_id.is_not(None), admitted())
        found.append(Registration.id.in_(let_in))
    if opening.source is not None:
        found.append(Registration.source == opening.source)
    if opening.category is not None:
        found.append(Category.name_th == opening.category)
    for column, value in ((Organisation.kind, opening.kind), (Organisation.sector, opening.sector), (Organisation.province, opening.province)):
        if value:
            found.append(column == value)
        elif value is not None:
            found.append(or_(Registration.organisation_id.is_(None), column == ""))
    return found


def _joined(query: Select[Any], events: Scope, opening: Opening) -> Select[Any]:
    return (query.select_from(Registration).join(Event, Event.id == Registration.event_id)
            .join(Category, Category.id == Registration.category_id).outerjoin(Organisation, Organisation.id == Registration.organisation_id)
            .where(*_conditions(events, opening)))


def _registrations(events: Scope, opening: Opening) -> Select[Any]:
    query = _joined(select(Registration, Event, Category, Organisation, came_to(events).label("came")), events, opening)
    return query.order_by(Registration.sort_key, Event.starts_at, Registration.id)


def _persons(events: Scope, opening: Opening) -> Select[Any]:
    times = func.count(Registration.event_id.distinct())
    person = _joined(select(Registration.person_ref, func.max(Registration.id).label("latest"), times.label("events")), events, opening)
    person = person.group_by(Registration.person_ref)
    if opening.times is not None:
        person = person.having(times == opening.times)
    if opening.returning:
        person = person.having(times > 1)
    found = person.subquery()
    return (select(Registration, Organisation, found.c.events).join(found, found.c.latest == Registration.id)
            .outerjoin(Organisation, Organisation.id == Registration.organisation_id).order_by(Registration.sort_key, Registration.id))


def _organisations(events: Scope, opening: Opening) -> Select[Any]:
    times, persons = func.count(Registration.event_id.distinct()), func.count(Registration.person_ref.distinct())
    query = _joined(select(Organisation, times.label("events"), persons.label("persons"), func.count().label("registrations")), events, opening)
    return (query.where(Organisation.id.is_not(None)).group_by(Organisation.id).order_by(Organisation.sort_key, Organisation.id))


def _events(events: Scope, opening: Opening) -> Select[Any]:
    organisations, persons = func.count(Registration.organisation_id.distinct()), func.count(Registration.person_ref.distinct())
    query = _joined(select(Event, organisations.label("organisations"), persons.label("persons"), func.count().label("registrations")),
                    events, opening)
    return query.group_by(Event.id).order_by(Event.starts_at, Event.id)


def _certificates(events: Scope, opening: Opening) -> Select[Any]:
    query = select(Certificate, Event).join(Event, Event.id == Certificate.event_id).where(
        Certificate.event_id.in_(events), Certificate.status == CertificateStatus.VALID)
    if opening.event is not None:
        query = query.where(Event.id == opening.event)
    return query.order_by(Certificate.register_id, Certificate.period, Certificate.sequence, Certificate.id)


def _surveys(events: Scope, opening: Opening) -> Select[Any]:
    sheets = select(func.count()).select_from(SurveySheet).where(SurveySheet.survey_id == Survey.id).scalar_subquery()
    query = select(Event, sheets.label("sheets")).join(Survey, Survey.event_id == Event.id).where(Event.id.in_(events))
    if opening.event is not None:
        query = query.where(Event.id == opening.event)
    return query.order_by(Event.starts_at, Event.id)
