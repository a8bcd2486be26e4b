"""Issuing: the record of each certificate is written with its number; its file follows (`printing`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.certificates import numbers, queries, registers, subjects
from blueprints.certificates.eligibility import Outcome, dry_run
from blueprints.certificates.facts import Facts, printable
from blueprints.certificates.subjects import Holder
from blueprints.events.queries import hosts_of_event
from core import history, work
from core.codes import new_code
from core.errors import Refused
from core.locale import local
from models import Certificate, CertificatePlan, Event, EventStatus, Job, Organisation, Registration, User, db
from thai import dates
from thai.names import formal_name

NOBODY = "นางสาวตัวอย่าง นามสกุลสมมติ"


class NothingToIssue(Refused):
    message = _l("Nobody is due a new certificate of this kind. Its list says who has one, who gets none, and why.")


class EventCancelled(Refused):
    message = _l("The event is cancelled, so nobody gets a certificate of it.")


class AlreadyRunning(Refused):
    message = _l("This is being done already. The page shows how far it is.")


def issue(plan: CertificatePlan, actor_id: int | None, base_url: str) -> list[Certificate]:
    """Write the record of a certificate for everyone whom the plan's rule gives a new one, in Thai order of names. Running again issues
    only what is new. Raises `EventCancelled`. The files follow (`printing.print_files`)."""
    event = plan.event
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    check_issuable(event)
    new = [one for one in dry_run(plan) if one.outcome is Outcome.NEW]
    if not new:
        return []
    holders = subjects.load(new)
    period, common = numbers.period_of(plan.register, plan.issued_on, event), common_facts(event, plan.issued_on)
    made = [record(plan, common, period, sequence, base_url, actor_id, **printed(holders[one.subject, one.id]))
            for one, sequence in zip(new, registers.take_numbers(plan.register, period, len(new), event), strict=True)]
    db.session.add_all(made)
    db.session.flush()
    return made


def check_issuable(event: Event) -> None:
    """Raises `EventCancelled`."""
    db.session.refresh(event, ["status"])
    if event.status is EventStatus.CANCELLED:
        raise EventCancelled


def printed(subject: Holder) -> dict[str, Any]:
    """What a certificate says of its holder, and the row it belongs to."""
    if isinstance(subject, Registration):
        return {"registration_id": subject.id, "sort_key": subject.sort_key, "holder_th": holder(subject), "holder_en": subject.name_en,
                "organisation": subject.organisation_name}
    if isinstance(subject, Organisation):
        return {"organisation_id": subject.id, "sort_key": subject.sort_key, "holder_th": subject.name_th or subject.name_en,
                "holder_en": subject.name_en if subject.name_th else ""}
    return {"named_holder_id": subject.id, "sort_key": subject.sort_key, "holder_th": subject.name_th, "holder_en": subject.name_en,
            "organisation": subject.organisation}


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
    """A certificate as it would look, for the longest name that it may be about. No number is taken."""
    longest = max((printed(one) for one in subjects.longest(plan)), key=lambda one: len(one["holder_th"]), default={})
    words = {name: longest[name] for name in ("holder_th", "holder_en", "organisation") if name in longest} or {"holder_th": NOBODY}
    return printable(replace(
        common_facts(plan.event, plan.issued_on), number=numbers.written(plan.register, 0, plan.issued_on), kind=plan.kind.value,
        verify_url=verify_url(base_url, "A" * 26), **words))[0]


def start(kind: str, plan: CertificatePlan, actor: User | None) -> Job:
    """Write down a job ("issue" or "preview") that the worker will do. Raises `AlreadyRunning`, `EventCancelled` or `NothingToIssue`."""
    event = plan.event
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    if work.is_running(kind, event.id):
        raise AlreadyRunning
    if kind == "issue":
        check_issuable(event)
        if not any(one.outcome is Outcome.NEW for one in dry_run(plan)) and not queries.count_unprinted(event):
            raise NothingToIssue
    job = Job(kind=kind, event_id=event.id, created_by_id=actor.id if actor else None, options={"kind": plan.kind.value})
    db.session.add(job)
    history.record(f"certificate.{kind}_started", event=event, kind=plan.kind.value)
    db.session.flush()
    return job
