"""What people can do with a registration. Facts that stop them are `Refused`; services flush and never commit.

Whoever changes how a registration stands holds the event's row first (`seats.lock`), so that no two do so at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select

from blueprints.events.queries import RegistrationPhase, registration_state
from blueprints.questions.answers import Given
from blueprints.registration import choices, codes, consents, marks, notices, people, seats
from blueprints.registration.details import Details, RegisterCommand, changes_since, check, snapshot, write
from blueprints.registration.facts import (
    AlreadyRegistered,
    EventCalledOff,
    EventOver,
    NotConfirmed,
    NoticeChanged,
    NotOpen,
    OnApprovalOnly,
    TooLate,
)
from blueprints.registration.letters import OF_STATUS, tell
from core import history
from core.codes import new_code
from core.errors import ChangedMeanwhile
from models import (
    AccessCode,
    Category,
    Consent,
    ConsentPurpose,
    Event,
    EventStatus,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    RequestKind,
    db,
    now,
)

OPEN_ONLINE, OPEN_TO_STAFF = (EventStatus.PUBLISHED,), (EventStatus.PUBLISHED, EventStatus.CLOSED)
AT_THE_DOOR = (*OPEN_TO_STAFF, EventStatus.FINISHED)

#: What follows when seats may be free while people wait (`waitlist.pass_on`). Called with the event's row held.
SEATS_FREE: list[Callable[[Event], object]] = []


def register(event: Event, command: RegisterCommand) -> Registration:
    """Give one person a seat, a place in the waitlist or an organiser's decision to wait for, and queue the letter.

    The same form sent twice gets the same registration. Raises `NotOpen`, kinds of `seats.Full`, `seats.NoSuchCategory`,
    `NoticeChanged`, `AlreadyRegistered`, `NationalId`, `NameMissing`, and the facts of `choices` and `codes`.
    """
    seats.lock(event.id)
    if before := _registered_before(event, command):
        return before
    given = command.details
    check(given)
    statuses = _open_to(event, command.source, command.at)
    shown = notices.wording(event) if command.notice_digest is not None else None
    if shown and shown.digest != command.notice_digest:
        raise NoticeChanged
    code = codes.find(event, command.access_code) if command.access_code else None
    category = _category(event, given.category_id, code, command.source)
    sessions = choices.check(event, given.session_ids or ())
    registration = Registration(event_id=event.id, source=command.source, code=new_code(), manage_token=new_code(),
                                form_key=command.form_key, language=command.language, import_id=command.import_id,
                                booked_by_id=command.booked_by.id if command.booked_by else None,
                                vip=bool(given.vip), wheelchair=bool(given.wheelchair))
    write(registration, given, event)
    if code:
        codes.redeem(event.id, code, category.id)
        registration.access_code_id = code.id
    if category.approval and command.source == RegistrationSource.ONLINE:
        registration.status = RegistrationStatus.PENDING_APPROVAL
    else:
        _seat(event, registration, _place(event.id, category.id, sessions, code), command, statuses)
    if shown:
        notice = notices.put(event, shown)
        registration.notice_id = notice.id
        registration.consents = [Consent(purpose=purpose, notice_id=notice.id) for purpose in sorted(command.consents)]
    db.session.add(registration)
    db.session.flush()
    choices.put(registration, sessions)
    consents.keep_answers(registration, command.answers)
    if registration.wheelchair:
        consents.agree(registration, ConsentPurpose.SENSITIVE)
    if registration.overbooked:
        history.record("registration.overbooked", registration=registration)
    if command.tell:
        tell(OF_STATUS[registration.status], registration)
    return registration


def update_details(registration: Registration, details: Details, version: int, *, by_organiser: bool = False,
                   answered: Mapping[int, Given] | None = None) -> None:
    """Change what is known of a participant, as seen in `version`; an organiser may do so after the event too.

    Raises `ChangedMeanwhile`, `TooLate`, `EventOver`, `EventCalledOff`, `NotConfirmed`, `AlreadyRegistered`, `NationalId`,
    `NameMissing`, kinds of `seats.Full` and the facts of `choices`.
    """
    check(details)
    event = hold(registration)
    if not by_organiser:
        check_changeable(registration)
    if registration.version != version:
        raise ChangedMeanwhile
    if registration.category_id != details.category_id:
        source = RegistrationSource.STAFF if by_organiser else RegistrationSource.ONLINE
        category = _category(event, details.category_id, _code(registration), source)
        if category.approval and not by_organiser:
            raise OnApprovalOnly
        _move(registration, category)
    before = snapshot(registration)
    with db.session.no_autoflush:
        old_organisation = registration.organisation_id
        write(registration, details, event, by_organiser=by_organiser)
        if other := same_person(registration.event_id, registration.person_key, registration.id):
            raise AlreadyRegistered(other)
        if registration.organisation_id != old_organisation and not by_organiser and registration.status in seats.HOLDING:
            seats.check_organisation(event, registration.organisation_id, registration.id)
        changed = db.session.is_modified(registration)
    if details.session_ids is not None and choices.change(registration, details.session_ids):
        changed, registration.updated_at = True, now()
    if answered and consents.keep_answers(registration, answered):
        registration.updated_at = now()
        db.session.flush()
    marks.change(registration, details.vip, details.wheelchair)
    if changed:
        db.session.flush()
        if changes := changes_since(before, registration):
            history.record("registration.changed", registration=registration, by_participant=not by_organiser, changes=changes)
            if not by_organiser:
                consents.note_request(registration, RequestKind.CORRECT)
        tell("registration_changed", registration)


def cancel(registration: Registration, *, by_organiser: bool = False, reason: str = "", letter: str = "registration_cancelled") -> None:
    """Take someone out, once however often it is asked: the seat is free, and goes to whoever waits.

    Raises `EventOver`, `EventCalledOff`, and for a participant `TooLate`.
    """
    refuse_after(hold(registration), deadline=not by_organiser)
    if registration.status == RegistrationStatus.CANCELLED:
        return
    take_out(registration, reason=reason, letter=letter)
    history.record("registration.cancelled", registration=registration, by_participant=not by_organiser)


def take_out(registration: Registration, *, reason: str, letter: str | None) -> None:
    """Give back the seats that a registration holds and its use of a code, and pass them on. The event's row is held."""
    if registration.status in seats.HOLDING:
        seats.give_back(place_of(registration))
    if registration.access_code_id:
        codes.give_back(registration.access_code_id)
    registration.status, registration.cancelled_at, registration.status_reason = RegistrationStatus.CANCELLED, now(), reason
    registration.overbooked, registration.offer_expires_at = False, None
    db.session.flush()
    if letter:
        tell(letter, registration)
    pass_on(registration.event)


def pass_on(event: Event) -> None:
    """Let those who wait have the seats that are free. The event's row is held."""
    if event.waitlist:
        for follow in SEATS_FREE:
            follow(event)


def check_changeable(registration: Registration, at: datetime | None = None) -> None:
    """Whether its holder may still change it. Raises `EventCalledOff`, `EventOver`, `TooLate`, `NotConfirmed`."""
    refuse_after(registration.event, at)
    if registration.status == RegistrationStatus.CANCELLED:
        raise NotConfirmed


def hold(registration: Registration) -> Event:
    """Hold the event's row and read the registration as it stands now."""
    seats.lock(registration.event_id)
    db.session.refresh(registration)
    return registration.event


def place_of(registration: Registration) -> seats.Place:
    """What the registration takes, or would take, of the event."""
    return _place(registration.event_id, registration.category_id, choices.of(registration), _code(registration))


def _seat(event: Event, registration: Registration, place: seats.Place, command: RegisterCommand,
          statuses: tuple[EventStatus, ...]) -> None:
    """A seat; or, where there is none, a place in the waitlist for those who would rather wait."""
    pass_on(event)  # those who wait come before those who come now
    would_wait = event.waitlist and command.join_waitlist
    try:
        with db.session.begin_nested() if would_wait else nullcontext():  # what was taken before the refusal goes back
            registration.overbooked = seats.take(place, statuses, overbook=command.overbook)
            if not command.overbook:
                seats.check_organisation(event, registration.organisation_id)
        registration.status = RegistrationStatus.CONFIRMED
    except seats.Full:
        if not would_wait:
            raise
        registration.status, registration.waitlisted_at = RegistrationStatus.WAITLISTED, now()


def _move(registration: Registration, category: Category) -> None:
    """Change the category, with the seat if there is one. A code that is for the old category is given up."""
    code = _code(registration)
    holds = registration.status in seats.HOLDING
    if code and code.category_id not in (None, category.id):
        held = place_of(registration)
        codes.give_back(code.id)
        registration.access_code_id = None
        if holds and held.reserved:
            seats.take(seats.Place(registration.event_id, category.id), tuple(EventStatus))
            return
    if holds:
        seats.move(registration.event_id, registration.category_id, category.id)


def _code(registration: Registration) -> AccessCode | None:
    return db.session.get(AccessCode, registration.access_code_id) if registration.access_code_id else None


def _place(event_id: int, category_id: int, session_ids: tuple[int, ...], code: AccessCode | None) -> seats.Place:
    reserved = code is not None and codes.reserves_seat(code)
    return seats.Place(event_id, category_id, session_ids, reserved, reserved and code.category_id is not None)


def _category(event: Event, category_id: int, code: AccessCode | None, source: RegistrationSource) -> Category:
    """The category, if it is open to this person. Raises `seats.NoSuchCategory`."""
    offered = event.categories if source != RegistrationSource.ONLINE else codes.categories_open_to(event, code)
    for category in offered:
        if category.id == category_id:
            return category
    raise seats.NoSuchCategory


def refuse_after(event: Event, at: datetime | None = None, *, deadline: bool = True) -> None:
    """Whether nothing can be changed any more. Raises `EventCalledOff`, `EventOver`, and where the `deadline` counts `TooLate`."""
    at = at or now()
    if event.status == EventStatus.CANCELLED:
        raise EventCalledOff
    if event.status == EventStatus.FINISHED or at >= event.ends_at:
        raise EventOver
    if deadline and event.changes_until and at > event.changes_until:
        raise TooLate


def _open_to(event: Event, source: RegistrationSource, at: datetime | None = None) -> tuple[EventStatus, ...]:
    """The states of the event in which `source` may bring people in: staff and the door also while registration is closed.

    Who came in `at` a moment of the event is taken after it too. Raises `NotOpen`.
    """
    if at and at < event.ends_at and source == RegistrationSource.WALK_IN and event.status in AT_THE_DOOR:
        return AT_THE_DOOR
    phase = registration_state(event, now()).phase
    by_staff = source != RegistrationSource.ONLINE
    if phase in (RegistrationPhase.OPEN, RegistrationPhase.FULL):
        return OPEN_TO_STAFF if by_staff else OPEN_ONLINE
    if by_staff and event.status in OPEN_TO_STAFF and phase in (RegistrationPhase.CLOSED, RegistrationPhase.NOT_YET):
        return OPEN_TO_STAFF
    raise NotOpen(phase)


# One statement made once. A form without a key equals none.
_BEFORE = (select(Registration).where(
    Registration.event_id == bindparam("event_id"),
    or_(Registration.form_key == bindparam("form_key"),
        and_(Registration.person_key == bindparam("person_key"), Registration.status != RegistrationStatus.CANCELLED)))
    .order_by(Registration.id))


def _registered_before(event: Event, command: RegisterCommand) -> Registration | None:
    """What this very form made already, or None. Raises `AlreadyRegistered` when another form did."""
    given = command.details
    person_key = people.person_key(given.title, given.first_name, given.last_name, given.email or given.phone)
    found = db.session.scalars(
        _BEFORE, {"event_id": event.id, "form_key": command.form_key or None, "person_key": person_key}).all()
    for registration in found:
        if command.form_key and registration.form_key == command.form_key:
            return registration
    if found:
        raise AlreadyRegistered(found[0], command.source)
    return None


def same_person(event_id: int, person_key: str, but_not: int) -> Registration | None:
    """Another registration of this person in the event."""
    return db.session.scalar(
        select(Registration).where(Registration.event_id == event_id, Registration.id != but_not,
                                   Registration.person_key == person_key, Registration.status != RegistrationStatus.CANCELLED))
