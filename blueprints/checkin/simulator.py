"""What would this ticket get, at that time, there? The judge of the door is asked with what is stored; nothing is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from blueprints.checkin import asking, judge, results
from blueprints.checkin.batch import Batch, Person
from blueprints.checkin.codes import clean_code
from blueprints.checkin.conflicts import past_of
from blueprints.checkin.judge import Judgement, Verdict
from blueprints.checkin.queries import SHORTEST_SEARCH
from blueprints.checkin.services import known_of, rule_of
from blueprints.checkin.texts import POLICIES, TEXTS, WENT_OUT
from blueprints.registration.exports import STATUSES
from blueprints.registration.people import search_words
from blueprints.registration.tickets import name_of
from core.locale import both, when
from models import Category, Checkpoint, Direction, Event, Registration, RetiredCode, Scan, db, now

MOST_FOUND, MOST_SCANS = 20, 50
#: The order of judgement (`judge._verdict`): what is asked at each step, and the verdicts that end there.
STEPS: tuple[tuple[str, Any, frozenset[Verdict]], ...] = (
    ("find", _l("Whose code is it?"), frozenset({Verdict.UNKNOWN, Verdict.OTHER_EVENT, Verdict.REPLACED})),
    ("status", _l("Is the registration good?"), frozenset({
        Verdict.CANCELLED, Verdict.BLOCKED, Verdict.WAITLISTED, Verdict.PENDING_APPROVAL, Verdict.NOT_CONFIRMED})),
    ("category", _l("Is the category admitted here?"), frozenset({Verdict.WRONG_CATEGORY})),
    ("session", _l("Is it the session that was chosen?"), frozenset({Verdict.WRONG_SESSION})),
    ("window", _l("Is the checkpoint open?"), frozenset({Verdict.TOO_EARLY, Verdict.TOO_LATE})),
    ("questions", _l("Are the questions at the door answered?"), frozenset({Verdict.NEEDS_ANSWERS})),
    ("policy", _l("May this person come in again?"), frozenset({Verdict.ALREADY_IN})),
)
ON_THE_WAY_IN = ("window", "questions", "policy")


@dataclass(frozen=True)
class Step:
    """One step of the judgement: `state` is passed, decided, skipped (going out) or unreached; `fact` is what it looked at."""

    title: str
    fact: str
    state: str


@dataclass(frozen=True)
class Answer:
    """What the phone would show, how the judge came to it, and what is known."""

    verdict: Verdict
    title: str
    message: str
    judgement: Judgement
    person: Registration | None
    steps: list[Step]
    log: list[Scan]


def find(event: Event, typed: str) -> list[Registration]:
    """Who of the event is found by name, organisation or contact, in Thai order."""
    words = search_words(typed)
    if len("".join(words)) < SHORTEST_SEARCH:
        return []
    return list(db.session.scalars(
        select(Registration).options(joinedload(Registration.category))
        .where(Registration.event_id == event.id, *(Registration.search_text.contains(word, autoescape=True) for word in words))
        .order_by(Registration.sort_key, Registration.id).limit(MOST_FOUND)))


def of_code(typed: str, hosts: Collection[str]) -> tuple[Registration | None, datetime | None, bool]:
    """Whose code this is, when it was replaced if it was, and whether it is a ticket's code at all."""
    code = clean_code(typed, hosts)
    if code is None:
        return None, None, False
    if person := db.session.scalar(select(Registration).where(Registration.code == code)):
        return person, None, True
    old = db.session.execute(select(Registration, RetiredCode.retired_at).join(RetiredCode, RetiredCode.registration_id == Registration.id)
                             .where(RetiredCode.code == code)).first()
    return (old[0], old[1], True) if old else (None, None, True)


def simulate(event: Event, checkpoint: Checkpoint, person: Registration | None, retired_at: datetime | None, direction: Direction,
             at: datetime | None = None) -> Answer:
    """Judge an attempt at `at`, now if there is none. In the past only what had happened by then counts, as for an offline upload."""
    moment = now()
    at = at or moment
    rule, log = rule_of(checkpoint), _log(checkpoint, person) if person else []
    known = known_of(_door_person(person), retired_at, _batch(event, checkpoint, person)) if person else None
    attempt = judge.Attempt(direction=direction.value, claimed_at=at, received_at=max(at, moment), enrolled_at=at - timedelta(days=1),
                            offline=at < moment)
    judgement = judge.judge(event.id, rule, known, attempt, [past_of(scan) for scan in log])
    verdict = judgement.would_be
    ours = person if person and person.event_id == event.id else None  # nothing is shown of a stranger
    title, message = WENT_OUT if verdict is Verdict.OK and direction is Direction.OUT else TEXTS[verdict]
    if ours:
        message = results.where_instead(verdict, checkpoint, _door_person(ours)) or message
    facts = _facts(checkpoint, ours, retired_at, known, judgement)
    return Answer(verdict, str(title), str(message), judgement, ours, _steps(verdict, direction, facts), log[:MOST_SCANS] if ours else [])


def _log(checkpoint: Checkpoint, person: Registration) -> list[Scan]:
    """The person's scans at the checkpoint, newest first."""
    return list(db.session.scalars(
        select(Scan).options(joinedload(Scan.gate), joinedload(Scan.device), joinedload(Scan.registration))
        .where(Scan.registration_id == person.id, Scan.checkpoint_id == checkpoint.id).order_by(Scan.judged_at.desc(), Scan.id.desc())))


def _door_person(one: Registration) -> Person:
    return Person(id=one.id, event_id=one.event_id, category_id=one.category_id, status=one.status, code=one.code, cancelled_at=one.cancelled_at,
                  updated_at=one.updated_at, title=one.title, first_name=one.first_name, last_name=one.last_name,
                  organisation=one.organisation_name, note=one.staff_note, category_th=one.category.name_th, category_en=one.category.name_en,
                  vip=one.vip, wheelchair=one.wheelchair)


def _batch(event: Event, checkpoint: Checkpoint, person: Registration) -> Batch:
    """What `batch.read` would find of one person, without locking anybody."""
    batch = Batch(sessions={person.id: {session.id for session in person.sessions}})
    if person.event_id == event.id:
        batch.unanswered = asking.unanswered(event.id, {person.id: person.category_id})
    return batch


def _steps(verdict: Verdict, direction: Direction, facts: dict[str, str]) -> list[Step]:
    out, over = [], False
    for name, title, ends in STEPS:
        skipped = direction is Direction.OUT and name in ON_THE_WAY_IN
        state = "unreached" if over else "decided" if verdict in ends else "skipped" if skipped else "passed"
        out.append(Step(str(title), facts.get(name, "") if state in ("passed", "decided") else "", state))
        over = over or state == "decided"
    return out


def _facts(checkpoint: Checkpoint, person: Registration | None, retired_at: datetime | None, known: judge.Known | None,
           judgement: Judgement) -> dict[str, str]:
    """What each step looked at, in words."""
    if person is None or known is None:
        return {"find": _("No registration of this event has this code.")}
    admits = db.session.scalars(select(Category).where(Category.id.in_(checkpoint.category_ids or ())).order_by(Category.position, Category.id))
    opens, closes = checkpoint.opens_at, checkpoint.closes_at
    window = [_("opens %(time)s", time=when(opens)) if opens else "", _("closes %(time)s", time=when(closes)) if closes else ""]
    first, session = judgement.first_in, checkpoint.session
    strictness = _("this checkpoint is strict") if checkpoint.strict else _("this checkpoint is lenient on those who have not confirmed")
    chosen = ", ".join(both(one.title_th, one.title_en) for one in person.sessions) or _("none")
    return {
        "find": name_of(person) + (": " + _("this code was replaced %(time)s", time=when(retired_at)) if retired_at else ""),
        "status": f"{STATUSES[person.status]} · {strictness}",
        "category": f"{both(person.category.name_th, person.category.name_en)} · " + (
            _("admitted here: %(names)s", names=", ".join(both(one.name_th, one.name_en) for one in admits))
            if checkpoint.category_ids is not None else _("every category is admitted here")),
        "session": _("chosen: %(names)s; here: %(session)s", names=chosen, session=both(session.title_th, session.title_en))
        if session and session.bookable else _("this checkpoint minds no session"),
        "window": " · ".join(filter(None, window)) or _("always open"),
        "questions": _("still to be asked") if known.needs_answers else _("nothing to ask"),
        "policy": f"{POLICIES[checkpoint.policy.value]} · " + (
            _("first let in %(time)s", time=when(first.at)) + (f", {first.gate}" if first.gate else "") if first else _("not let in so far")),
    }
