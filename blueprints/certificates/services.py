"""What organisers do with certificates: design, issue, revoke. Rendering files is `printing`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import inspect, select

from blueprints.certificates import numbers, queries
from blueprints.certificates.facts import Design, Facts, Signatory, printable
from blueprints.events.queries import hosts_of_event
from core import storage, work
from core.codes import new_code
from core.errors import Refused
from core.locale import local
from models import (
    Certificate,
    CertificateDesign,
    CertificateKind,
    CertificateStatus,
    Event,
    Job,
    Register,
    RegisterCounter,
    RegisterReset,
    Registration,
    User,
    db,
    now,
)
from thai import dates
from thai.names import formal_name

# What may be written on a certificate after its issue; everything else is as printed.
MUTABLE = {"file_sha256", "status", "status_at", "status_reason", "status_by_id", "replaced_by"}


class NoDesign(Refused):
    message = _l("Set up the design first: the text, the signatories and the register.")


class NothingToIssue(Refused):
    message = _l("Everyone who came has a certificate already, or nobody has been scanned yet.")


class NothingToPrint(Refused):
    message = _l("No certificate has been issued yet. Issue them first.")


class AlreadyRunning(Refused):
    message = _l("This is being done already. The page shows how far it is.")


class NotValid(Refused):
    message = _l("Only a valid certificate can be revoked.")


class ReasonMissing(Refused):
    message = _l("Please say why: everyone who verifies the certificate will read it.")
    field = "reason"


class PatternBroken(Refused):
    message = _l("The pattern needs {number} once, and may hold {year}, for example: ศภ.1 {number}/{year}")
    field = "pattern"


class RegisterFixed(Refused):
    message = _l("Certificates have been numbered with this register. "
                 "Its pattern can no longer change; give the register another name to start a new one.")
    field = "pattern"


class Immutable(RuntimeError):
    """Code tried to change what is printed on an issued certificate."""


@dataclass(frozen=True)
class SignatoryCommand:
    """Who signs. `image` is a new signature picture (PNG, already cleaned); without one the former picture stays."""

    name: str
    position: str
    acting_for: str = ""
    image: bytes | None = None


@dataclass(frozen=True)
class DesignCommand:
    """The text of an event's certificate, who signs it, and the register that numbers it."""

    deed: str
    issued_on: date
    signatories: tuple[SignatoryCommand, ...]
    register_name: str
    pattern: str
    padding: int
    thai_digits: bool
    reset: RegisterReset
    specimen: bool
    emblem: bytes | None = None


def save_design(event: Event, command: DesignCommand, actor: User | None) -> CertificateDesign:
    """Keep the design as a new version; an unchanged one stays the version it is. Issued certificates keep theirs.

    Raises `PatternBroken` and `RegisterFixed`.
    """
    register = _register(event, command)
    former = queries.current_design(event)
    before = Design.from_json(former.content["design"]) if former else Design()
    pictures = {s.name: s.image_sha256 for s in before.signatories}
    signatories = tuple(
        Signatory(s.name, s.position, s.acting_for, storage.put(s.image, "image/png") if s.image else pictures.get(s.name))
        for s in command.signatories if s.name)
    emblem = storage.put(command.emblem, "image/png") if command.emblem else before.emblem_sha256
    design = printable(Design(deed=command.deed, signatories=signatories, emblem_sha256=emblem, specimen=command.specimen))[0]
    content = {"design": design.to_json(), "issued_on": command.issued_on.isoformat(), "register_id": register.id}
    if former and former.content == content:
        return former
    row = CertificateDesign(programme_id=event.programme_id, event_id=event.id, name="formal", content=content,
                            version=former.version + 1 if former else 1, created_by_id=actor.id if actor else None)
    db.session.add(row)
    db.session.flush()
    return row


def _register(event: Event, command: DesignCommand) -> Register:
    try:
        numbers.check_pattern(command.pattern)
    except numbers.BadPattern:
        raise PatternBroken from None
    register = db.session.scalar(select(Register).where(Register.programme_id == event.programme_id,
                                                        Register.name == command.register_name))
    rules: dict[str, Any] = {"pattern": command.pattern, "padding": command.padding, "thai_digits": command.thai_digits,
                             "reset": command.reset, "specimen": command.specimen}
    if register is None:
        register = Register(programme_id=event.programme_id, name=command.register_name, **rules)
        db.session.add(register)
    elif any(getattr(register, name) != value for name, value in rules.items()):
        if db.session.scalar(select(Certificate.id).where(Certificate.register_id == register.id).limit(1)):
            raise RegisterFixed
        for name, value in rules.items():
            setattr(register, name, value)
    db.session.flush()
    return register


def take_numbers(register: Register, period: str, count: int) -> range:
    """The next `count` numbers of the register's period. They are the caller's once its transaction commits; if it
    fails, they go back: no gap. Everyone else waits for the counter's row until then."""
    key = {"register_id": register.id, "period": period}
    # The register's row is the lock that exists before the counter does.
    db.session.execute(select(Register.id).where(Register.id == register.id).with_for_update())
    counter = db.session.get(RegisterCounter, key, populate_existing=True, with_for_update=True)
    if counter is None:
        counter = RegisterCounter(**key, last=0)
        db.session.add(counter)
    first = counter.last + 1
    counter.last += count
    db.session.flush()
    return range(first, first + count)


def issue(event: Event, actor_id: int | None, base_url: str) -> list[Certificate]:
    """Write the record of a certificate for everyone who came and has none, in Thai order of names. Running again issues
    only what is new. Raises `NoDesign`. The files follow (`printing.print_files`)."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    row = queries.current_design(event)
    if row is None:
        raise NoDesign
    people = db.session.scalars(queries.without_certificate(event)).all()
    if not people:
        return []
    register = db.session.get_one(Register, row.content["register_id"])
    issued_on = date.fromisoformat(row.content["issued_on"])
    period = numbers.period_of(register.reset, issued_on)
    year = numbers.year_of(register.reset, issued_on)
    common = common_facts(event, issued_on)
    made = []
    for person, sequence in zip(people, take_numbers(register, period, len(people)), strict=True):
        number = numbers.written(register.pattern, sequence, year, register.padding, register.thai_digits)
        code = new_code()
        facts = printable(replace(common, number=number, verify_url=verify_url(base_url, code), holder_th=holder(person),
                                  holder_en=person.name_en, organisation=person.organisation_name))[0]
        made.append(Certificate(
            register_id=register.id, period=period, sequence=sequence, number=number, number_key=numbers.number_key(number),
            code=code, kind=CertificateKind.ATTENDANCE, event_id=event.id, registration_id=person.id, holder=facts.holder_th,
            sort_key=person.sort_key, facts=facts.to_json(), design_id=row.id, issued_by_id=actor_id))
    db.session.add_all(made)
    db.session.flush()
    return made


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


def preview_facts(event: Event, design: CertificateDesign, base_url: str) -> Facts:
    """A certificate as it would look, for the person with the longest name. No number is taken."""
    register = db.session.get_one(Register, design.content["register_id"])
    issued_on = date.fromisoformat(design.content["issued_on"])
    people = db.session.scalars(select(Registration).where(Registration.event_id == event.id)).all()
    longest = max(people, key=lambda person: len(holder(person)), default=None)
    number = numbers.written(register.pattern, 0, numbers.year_of(register.reset, issued_on), register.padding, register.thai_digits)
    return printable(replace(
        common_facts(event, issued_on), number=number, verify_url=verify_url(base_url, "A" * 26),
        holder_th=holder(longest) if longest else "นางสาวตัวอย่าง นามสกุลสมมติ", holder_en=longest.name_en if longest else "",
        organisation=longest.organisation_name if longest else ""))[0]


def revoke(certificate: Certificate, reason: str, actor: User) -> None:
    """Take a valid certificate back, with the reason that everyone will read. Raises `ReasonMissing` and `NotValid`."""
    if not reason:
        raise ReasonMissing
    db.session.refresh(certificate, with_for_update=True)
    if certificate.status is not CertificateStatus.VALID:
        raise NotValid
    certificate.status, certificate.status_at = CertificateStatus.REVOKED, now()
    certificate.status_reason, certificate.status_by_id = reason, actor.id
    db.session.flush()


def start(kind: str, event: Event, actor: User | None) -> Job:
    """Write down a job that the worker will do. Raises `AlreadyRunning`, `NoDesign`, `NothingToIssue` or `NothingToPrint`."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    if work.is_running(kind, event.id):
        raise AlreadyRunning
    if queries.current_design(event) is None:
        raise NoDesign
    if kind == "issue" and not queries.count_without(event) and not queries.count_unprinted(event):
        raise NothingToIssue
    if kind == "merge" and not queries.count_valid(event):
        raise NothingToPrint
    job = Job(kind=kind, event_id=event.id, created_by_id=actor.id if actor else None)
    db.session.add(job)
    db.session.flush()
    return job


def changed_columns(certificate: Certificate) -> Iterator[str]:
    """The attributes of an issued certificate that are about to be written."""
    for attribute in inspect(certificate).attrs:
        if attribute.history.has_changes():
            yield attribute.key


@sqlalchemy_event.listens_for(Certificate, "before_update")
def _only_status_changes(_mapper: Any, _connection: Any, certificate: Certificate) -> None:
    changed = set(changed_columns(certificate))
    former: Sequence[Any] = inspect(certificate).attrs.file_sha256.history.deleted or ()
    if changed - MUTABLE or ("file_sha256" in changed and any(former)):
        raise Immutable(sorted(changed))


@sqlalchemy_event.listens_for(Certificate, "before_delete")
def _never_deleted(_mapper: Any, _connection: Any, certificate: Certificate) -> None:
    raise Immutable(f"certificate {certificate.id} cannot be deleted")
