"""Everything that programs read, feature by feature. What they may change is what the organisers' pages take (`core.calls`)."""

from __future__ import annotations

from typing import Any

from flask import abort
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from blueprints.api import shown
from blueprints.api.reported import BLOCKS, as_json
from blueprints.api.resources import listed, of_event, of_programme, one, worked_out
from blueprints.api.shapes import ANYTHING, TEXT, plain
from blueprints.checkin import conflicts
from blueprints.events.queries import registration_counts, visible_to
from blueprints.messages.queries import OutboxFilter, outbox_of
from blueprints.programmes.queries import cluster_members, directory, hosts_of, visible_programmes
from blueprints.questions import answers
from blueprints.questions.queries import asked
from blueprints.reports import event_report, programme_report
from blueprints.reports.queries import figures
from blueprints.surveys.queries import survey_of
from core import access, calls
from models import Certificate, Event, Job, Organisation, Programme, Register, Registration, Role, SurveyItem, User, db

ORGANISATIONS = {"type": "array", "items": shown.ORGANISATION.schema()}
EVENT, PROGRAMME = access.on_event(Role.VIEWER), access.on_programme(Role.VIEWER)


def me() -> User:
    """The account for which the program works."""
    return access.current_user() or abort(401)


@worked_out("me", "events", access.signed_in, {"type": "object", "properties": {
    "account": TEXT, "token": TEXT, "scopes": {"type": "array", "items": TEXT}, "programme_id": {"type": ["integer", "null"]},
    "expires_at": {"type": "string", "format": "date-time"}}}, "The account and the token of this call")
def token_of_this_call() -> dict[str, Any]:
    token = calls.token() or abort(401)
    return {"account": token.user.email, "token": token.name, "scopes": token.scopes, "programme_id": token.programme_id,
            "expires_at": plain(token.expires_at)}


@listed("programmes", "programmes", access.signed_in, shown.PROGRAMME, "The programmes that the account may see")
def programmes() -> Any:
    inside = access.confined()
    return visible_programmes(me()).where(or_(inside is None, Programme.id == inside))


@one("programmes/<int:programme_id>", "programmes", PROGRAMME, shown.PROGRAMME, "A programme")
def programme(programme: Programme) -> Programme:
    return programme


@worked_out("programmes/<int:programme_id>/hosts", "programmes", PROGRAMME, ORGANISATIONS, "The hosts of a programme")
def hosts(programme: Programme) -> Any:
    return [shown.ORGANISATION.of(host.organisation) for host in hosts_of(programme)]


@worked_out("programmes/<int:programme_id>/members", "programmes", PROGRAMME, ORGANISATIONS,
            "The members of the programme's cluster")
def members(programme: Programme) -> Any:
    return [shown.ORGANISATION.of(row[0]) for row in cluster_members(programme)]


@listed("organisations", "programmes", access.organiser, shown.ORGANISATION, "The directory of organisations")
def organisations() -> Any:
    return directory()


@one("organisations/<int:organisation_id>", "programmes", access.organiser, shown.ORGANISATION, "An organisation")
def organisation(organisation_id: int) -> Organisation | None:
    return db.session.get(Organisation, organisation_id)


_WHOLE = (selectinload(Event.categories), selectinload(Event.sessions))


@listed("events", "events", access.signed_in, shown.EVENT, "The events that the account may see")
def events() -> Any:
    inside = access.confined()
    return visible_to(me()).where(or_(inside is None, Event.programme_id == inside)).options(*_WHOLE)


@listed("programmes/<int:programme_id>/events", "events", PROGRAMME, shown.EVENT, "The events of a programme")
def events_of_programme(programme: Programme) -> Any:
    return select(Event).where(Event.programme_id == programme.id).options(*_WHOLE)


@one("events/<int:event_id>", "events", EVENT, shown.EVENT, "An event, its categories and sessions, and how many seats are taken")
def event(event: Event) -> Event:
    return event


@worked_out("events/<int:event_id>/counts", "registration", EVENT, {"type": "object", "additionalProperties": {"type": "integer"}},
            "How many registrations there are in each status")
def counts(event: Event) -> Any:
    return {status.value: number for status, number in registration_counts(event).items()}


of_event("registrations", "registration", shown.REGISTRATION, "The registrations of an event", role=Role.ORGANISER, single="A registration")


@worked_out("events/<int:event_id>/registrations/<int:registration_id>/answers", "registration", access.on_event(Role.ORGANISER),
            {"type": "array", "items": {"type": "object", "properties": {"question_id": {"type": "integer"}, "value": ANYTHING, "file_name": TEXT}}},
            "What a participant answered")
def answers_of(event: Event, registration_id: int) -> Any:
    row = db.session.scalar(select(Registration).where(Registration.event_id == event.id, Registration.id == registration_id)) or abort(404)
    given = sorted(answers.of(row).items())
    return [{"question_id": number, "value": plain(one.value), "file_name": one.file_name or ""} for number, one in given]


@worked_out("events/<int:event_id>/questions", "questions", EVENT, {"type": "array", "items": {"type": "object", "properties": {
    "id": {"type": "integer"}, "kind": TEXT, "label": TEXT, "help": TEXT, "options": {"type": "array", "items": {"type": "array", "items": TEXT}}}}},
    "What participants are asked")
def questions(event: Event) -> Any:
    return [{"id": one.id, "kind": one.kind.value, "label": one.label, "help": one.help, "options": plain(one.options)} for one in asked(event.id)]


of_event("codes", "registration", shown.CODE, "Access codes and invitations", role=Role.ORGANISER)
of_event("door/checkpoints", "checkin", shown.CHECKPOINT, "The checkpoints of an event")
of_event("door/gates", "checkin", shown.GATE, "The gates of an event")
of_event("door/devices", "checkin", shown.DEVICE, "The door phones of an event")
of_event("door/scans", "checkin", shown.SCAN, "Every scan, as it was judged", single="A scan")


@listed("events/<int:event_id>/door/conflicts", "checkin", EVENT, shown.SCAN, "Scans whose conflict nobody has settled")
def open_conflicts(event: Event) -> Any:
    return conflicts.open_ones(event)


of_event("certificates", "certificates", shown.CERTIFICATE, "The certificates that were issued", single="A certificate")
of_event("certificates/plans", "certificates", shown.PLAN, "Who gets which certificate")
of_programme("registers", "certificates", shown.REGISTER, "The registers of certificate numbers")


@listed("programmes/<int:programme_id>/registers/<int:register_id>/certificates", "certificates", PROGRAMME, shown.CERTIFICATE,
        "The certificates of a register")
def register_certificates(programme: Programme, register_id: int) -> Any:
    return select(Certificate).join(Register, Register.id == Certificate.register_id).where(
        Register.id == register_id, Register.programme_id == programme.id)


of_event("presentations", "presentations", shown.SLOT, "The order of presentations")
of_event("mailings", "messages", shown.MAILING, "The messages to participants", single="A message to participants")


@listed("events/<int:event_id>/messages", "messages", access.on_event(Role.ORGANISER), shown.MESSAGE, "Every letter, and whether it left")
def letters(event: Event) -> Any:
    return outbox_of(event, OutboxFilter())


of_programme("message-templates", "messages", shown.TEMPLATE, "Message templates")
of_event("imports", "imports", shown.IMPORT, "The workbooks that were imported", role=Role.ORGANISER)
of_event("people", "accounts", shown.GRANT, "Who has which role in an event", role=Role.OWNER)
of_programme("webhooks", "api", shown.WEBHOOK, "Who is told what happens", role=Role.OWNER)
of_programme("people", "accounts", shown.GRANT, "Who has which role in a programme", role=Role.OWNER)
of_event("privacy/requests", "privacy", shown.REQUEST, "What people asked about their data", role=Role.ORGANISER)


@listed("events/<int:event_id>/jobs", "events", EVENT, shown.JOB, "Long tasks of an event, and how far each is")
def jobs(event: Event) -> Any:
    return select(Job).where(Job.event_id == event.id)


@listed("events/<int:event_id>/survey/items", "surveys", EVENT, shown.SURVEY_ITEM, "What the survey asks")
def survey_items(event: Event) -> Any:
    survey = survey_of(event) or abort(404)
    return select(SurveyItem).where(SurveyItem.survey_id == survey.id)


@worked_out("events/<int:event_id>/report", "reports", EVENT, BLOCKS, "The report of an event: attendance, meals, survey, certificates")
def report(event: Event) -> Any:
    return as_json(event_report.event_blocks(event))


@worked_out("programmes/<int:programme_id>/report", "reports", PROGRAMME, BLOCKS,
            "The report of a programme: targets, events, organisations, persons")
def programme_figures(programme: Programme) -> Any:
    return as_json(programme_report.programme_blocks(programme, figures(programme)))
