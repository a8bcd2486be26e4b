"""Judges: by what they score, who they are, what they gave, and what it adds up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from blueprints.presentations import queries, scoring
from blueprints.presentations.scoring import Measure, Result
from blueprints.presentations.services import hold_stage
from blueprints.programmes.services import find_or_create_organisation
from core import history
from core.codes import digest, is_code, new_code
from core.errors import Refused
from core.locale import both
from models import Criterion, Event, Judge, Remark, Score, Slot, SlotKind, Stage, db, now

MOST_CRITERIA, MOST_JUDGES = 20, 50


class TooManyOfThem(Refused):
    message = _l("An event may have up to %(criteria)s criteria and %(judges)s judges.", criteria=MOST_CRITERIA, judges=MOST_JUDGES)


class BelowGiven(Refused):
    message = _l("A judge has given more points than that already.")
    field = "most"


class Closed(Refused):
    message = _l("Scoring is closed. Ask the organiser to open it again.")


class OwnTalk(Refused):
    message = _l("This is a talk of your own organisation, which you do not score.")


@dataclass(frozen=True)
class CriterionCommand:
    """A criterion as an organiser writes it."""

    name_th: str
    name_en: str = ""
    most: int = 10
    weight: int = 1


def criteria(event: Event) -> list[Criterion]:
    """The event's criteria in their order."""
    return list(db.session.scalars(select(Criterion).where(Criterion.event_id == event.id).order_by(Criterion.position, Criterion.id)))


def judges(event: Event) -> list[Judge]:
    """The event's judges by name."""
    return list(db.session.scalars(select(Judge).where(Judge.event_id == event.id).order_by(Judge.name, Judge.id)))


def talks(event: Event) -> list[Slot]:
    """What is scored: the talks that take place, in their order."""
    return [slot for slot in queries.slots(event) if slot.kind is SlotKind.TALK and not slot.withdrawn]


def save_criterion(event: Event, command: CriterionCommand, criterion: Criterion | None = None) -> Criterion:
    """Write a criterion; a new one comes last. Raises `TooManyOfThem`, `BelowGiven`."""
    if criterion is None:
        held = criteria(event)
        if len(held) >= MOST_CRITERIA:
            raise TooManyOfThem
        criterion = Criterion(event_id=event.id, position=held[-1].position + 1 if held else 0)
        db.session.add(criterion)
    elif command.most < (db.session.scalar(select(func.max(Score.points)).where(Score.criterion_id == criterion.id)) or 0):
        raise BelowGiven
    criterion.name_th, criterion.name_en, criterion.most, criterion.weight = command.name_th, command.name_en, command.most, command.weight
    db.session.flush()
    return criterion


def remove_criterion(criterion: Criterion) -> None:
    """Take the criterion away, and with it the points that were given for it."""
    db.session.delete(criterion)
    db.session.flush()


def add_judge(event: Event, name: str, organisation: str = "") -> tuple[Judge, str]:
    """A judge, and the secret of the private link, which is told this once. Raises `TooManyOfThem`."""
    if len(judges(event)) >= MOST_JUDGES:
        raise TooManyOfThem
    token = new_code()
    found = find_or_create_organisation(organisation, confirmed=True) if organisation else None
    db.session.flush()
    judge = Judge(event_id=event.id, name=name, organisation_id=found.id if found else None, organisation_name=organisation, digest=digest(token))
    db.session.add(judge)
    db.session.flush()
    history.record("presentations.judge_added", event=event)
    return judge, token


def renew_link(judge: Judge) -> str:
    """A new private link; the old one opens nothing any more."""
    token = new_code()
    judge.digest = digest(token)
    db.session.flush()
    return token


def remove_judge(judge: Judge) -> None:
    """Take the judge away, with every point and remark."""
    history.record("presentations.judge_removed", event=judge.event)
    db.session.delete(judge)
    db.session.flush()


def judge_of(token: str) -> Judge | None:
    """The judge whose private link this is."""
    return db.session.scalar(select(Judge).where(Judge.digest == digest(token.upper()))) if is_code(token.upper()) else None


def may_score(judge: Judge, slot: Slot) -> bool:
    """Nobody scores a talk of the own organisation."""
    return judge.organisation_id is None or judge.organisation_id != slot.organisation_id


def is_closed(event: Event) -> bool:
    """Whether judges change nothing any more."""
    stage = db.session.get(Stage, event.id)
    return stage is not None and stage.scores_closed_at is not None


def score(judge: Judge, slot: Slot, points: Mapping[int, int | None], words: str = "") -> None:
    """Keep what a judge gives to a talk: points by criterion (None: none yet), and a remark. Raises `Closed`, `OwnTalk`."""
    stage = hold_stage(judge.event)  # held: nothing is written while somebody closes
    if stage.scores_closed_at is not None:
        raise Closed
    if not may_score(judge, slot):
        raise OwnTalk
    measures = {one.id: one.most for one in criteria(judge.event)}
    db.session.execute(delete(Score).where(Score.judge_id == judge.id, Score.slot_id == slot.id))
    db.session.add_all(Score(judge_id=judge.id, slot_id=slot.id, criterion_id=one, points=min(max(given, 0), measures[one]))
                       for one, given in points.items() if given is not None and one in measures)
    db.session.execute(delete(Remark).where(Remark.judge_id == judge.id, Remark.slot_id == slot.id))
    if words:
        db.session.add(Remark(judge_id=judge.id, slot_id=slot.id, words=words))
    db.session.flush()


def given_by(judge: Judge) -> dict[int, dict[int, int]]:
    """Talk → criterion → points."""
    found: dict[int, dict[int, int]] = {}
    for one in db.session.scalars(select(Score).where(Score.judge_id == judge.id)):
        found.setdefault(one.slot_id, {})[one.criterion_id] = one.points
    return found


def remark_of(judge: Judge, slot: Slot) -> str:
    """What the judge wrote about the talk."""
    remark = db.session.get(Remark, (judge.id, slot.id))
    return remark.words if remark else ""


def close(event: Event, closed: bool) -> None:
    """Judges change nothing any more, or may again."""
    stage = hold_stage(event)
    if (stage.scores_closed_at is not None) != closed:
        stage.scores_closed_at = now() if closed else None
        history.record("presentations.scores_closed" if closed else "presentations.scores_opened", event=event)
    db.session.flush()


def results(event: Event) -> list[tuple[Slot, Result]]:
    """Every talk with what it reached, in the order of the presentations."""
    rows = talks(event)
    measures = [Measure(one.id, one.most, one.weight) for one in criteria(event)]
    points = db.session.execute(select(Score.judge_id, Score.slot_id, Score.criterion_id, Score.points).join(Judge, Judge.id == Score.judge_id)
                                .where(Judge.event_id == event.id)).all()
    found = scoring.results([slot.id for slot in rows], measures, points)  # type: ignore[arg-type]
    return list(zip(rows, found, strict=True))


def missing(event: Event) -> dict[int, list[str]]:
    """Talk → names of the judges who have not scored it in full."""
    rows, everyone, needed = talks(event), judges(event), {one.id for one in criteria(event)}
    given: dict[tuple[int, int], set[int]] = {}
    for judge_id, slot_id, criterion_id in db.session.execute(
            select(Score.judge_id, Score.slot_id, Score.criterion_id).join(Judge, Judge.id == Score.judge_id).where(Judge.event_id == event.id)):
        given.setdefault((judge_id, slot_id), set()).add(criterion_id)
    return {slot.id: [judge.name for judge in everyone if may_score(judge, slot) and given.get((judge.id, slot.id), set()) < needed]
            for slot in rows}


def remarks(event: Event) -> dict[int, list[tuple[str, str]]]:
    """Talk → (judge, words) each."""
    found: dict[int, list[tuple[str, str]]] = {}
    for slot_id, name, words in db.session.execute(
            select(Remark.slot_id, Judge.name, Remark.words).join(Judge, Judge.id == Remark.judge_id).where(Judge.event_id == event.id)
            .order_by(Judge.name, Judge.id)):
        found.setdefault(slot_id, []).append((name, words))
    return found


def name_of(slot: Slot) -> str:
    """How a talk is called: who presents, and what."""
    who = both(slot.organisation.name_th, slot.organisation.name_en) if slot.organisation else slot.organisation_name
    return " – ".join(part for part in (who, both(slot.title_th, slot.title_en)) if part)
