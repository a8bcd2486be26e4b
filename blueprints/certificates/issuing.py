"""Issuing: the record of each certificate is written with its number; its file follows (`printing`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.certificates import numbers, plans, queries, registers
from blueprints.certificates.facts import Facts, printable
from blueprints.events.queries import hosts_of_event
from core import work
from core.codes import new_code
from core.errors import Refused
from core.locale import local
from models import Certificate, CertificatePlan, Event, Job, Registration, User, db
from thai import dates
from thai.names import formal_name


class NoDesign(Refused):
    message = _l("Set up the design first: the text, the signatories and the register.")


class NothingToIssue(Refused):
    message = _l("Everyone who came has a certificate already, or nobody has been scanned yet.")


class AlreadyRunning(Refused):
    message = _l("This is being done already. The page shows how far it is.")


def issue(event: Event, actor_id: int | None, base_url: str) -> list[Certificate]:
    """Write the record of a certificate for everyone who came and has none, in Thai order of names. Running again issues
    only what is new. Raises `NoDesign`. The files follow (`printing.print_files`)."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    plan = plans.plan_of(event)
    if plan is None:
        raise NoDesign
    people = db.session.scalars(queries.without_certificate(event)).all()
    if not people:
        return []
    period, common, made = numbers.period_of(plan.register, plan.issued_on, event), common_facts(event, plan.issued_on), []
    for person, sequence in zip(people, registers.take_numbers(plan.register, period, len(people), event), strict=True):
        made.append(record(plan, common, period, sequence, base_url, actor_id, registration_id=person.id, sort_key=person.sort_key,
                           holder_th=holder(person), holder_en=person.name_en, organisation=person.organisation_name))
    db.session.add_all(made)
    db.session.flush()
    return made


def record(plan: CertificatePlan, common: Facts, period: str, sequence: int, base_url: str, actor_id: int | None, *,
           sort_key: str, registration_id: int | None = None, organisation_id: int | None = None, named_holder_id: int | None = None,
           replaces_id: int | None = None, **printed: Any) -> Certificate:
    """The row of one certificate: what `common` and `printed` say goes on the paper, and stays as it is."""
    register, code = plan.register, new_code()
    number = numbers.written(register, sequence, plan.issued_on)
    facts = printable(replace(common, number=number, verify_url=verify_url(base_url, code), kind=plan.kind.value, **printed))[0]
    return Certificate(
        register_id=register.id, period=period, sequence=sequence, number=number, number_key=numbers.number_key(number), code=code,
        kind=plan.kind, event_id=plan.event_id, registration_id=registration_id, organisation_id=organisation_id,
        named_holder_id=named_holder_id, holder=facts.holder_th, sort_key=sort_key, facts=facts.to_json(), design_id=plan.design_id,
        issued_by_id=actor_id, replaces_id=replaces_id)


def holder(person: Registration) -> str:
    """The name as it is printed: what the person asked for, else title in full, first and last name."""
    return person.certificate_name or formal_name(person.title, person.first_name, person.last_name)


def verify_url(base_url: str, code: str) -> str:
    """What the certificate's QR says: upper-case, so that the QR stays small."""
    return f"{base_url.upper()}/V/{code}"


def common_facts(event: Event, issued_on: date) -> Facts:
    """What all certificates of an event say alike, in the words of today."""
    first, last = local(event.starts_at, event.timezone).date(), local(event.ends_at, event.timezone).date()
    programme = event.programme
    return Facts(
        number="", holder_th="", verify_url="", issued_on=issued_on, event_title=event.title_th, event_title_en=event.title_en,
        programme_title=programme.title_th if programme.title_th not in event.title_th else "",
        programme_title_en=programme.title_en if programme.title_en not in event.title_en else "",
        dates_text=f"{'ระหว่างวันที่' if first != last else 'เมื่อวันที่'} {dates.date_range(first, last)}",
        dates_text_en=dates.english_date_range(first, last), hours=f"รวม {event.hours} ชั่วโมง" if event.hours else "",
        place=event.place_th, hosts=tuple(host.organisation.name_th for host in hosts_of_event(event)))


def preview_facts(plan: CertificatePlan, base_url: str) -> Facts:
    """A certificate as it would look, for the person with the longest name. No number is taken."""
    people = db.session.scalars(select(Registration).where(Registration.event_id == plan.event_id)).all()
    longest = max(people, key=lambda person: len(holder(person)), default=None)
    return printable(replace(
        common_facts(plan.event, plan.issued_on), number=numbers.written(plan.register, 0, plan.issued_on), kind=plan.kind.value,
        verify_url=verify_url(base_url, "A" * 26), holder_th=holder(longest) if longest else "นางสาวตัวอย่าง นามสกุลสมมติ",
        holder_en=longest.name_en if longest else "", organisation=longest.organisation_name if longest else ""))[0]


def start(kind: str, event: Event, actor: User | None) -> Job:
    """Write down a job that the worker will do. Raises `AlreadyRunning`, `NoDesign` or `NothingToIssue`."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    if work.is_running(kind, event.id):
        raise AlreadyRunning
    if plans.plan_of(event) is None:
        raise NoDesign
    if kind == "issue" and not queries.count_without(event) and not queries.count_unprinted(event):
        raise NothingToIssue
    job = Job(kind=kind, event_id=event.id, created_by_id=actor.id if actor else None)
    db.session.add(job)
    db.session.flush()
    return job
