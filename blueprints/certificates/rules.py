"""Who gets a certificate, by what they attended. Pure: plain data in, shortfalls out.

A rule asks for a seat, for an entry, for N of the M parts of one kind, or for a share of the time; besides for compulsory parts, for
categories, and for what other features ask (`CONDITIONS`). More attendance never loses a certificate.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from blueprints.certificates.timetable import Part, timed
from models import CertificateKind, CheckpointKind, Event


class Basis(enum.StrEnum):
    """Whoever holds a seat, scanned or not; let in at least once; so many parts; a share of the time."""

    SEAT = "seat"
    ENTRY = "entry"
    COUNT = "count"
    TIME = "time"


#: What can be counted. A meal is nothing to have attended.
COUNTED = (CheckpointKind.HALF_DAY, CheckpointKind.DAY, CheckpointKind.SESSION)
#: Of these kinds only those get one who are named, and the categories that are chosen.
BY_NAME = (CertificateKind.SPEAKER, CertificateKind.ORGANISER)


@dataclass(frozen=True)
class Condition:
    """What another feature can ask, such as an answered survey: its words, who fulfils it (ids of registrations), and at which events it
    can be asked."""

    label: Any
    done: Callable[[Event], set[int]]
    applies: Callable[[Event], bool] = lambda _event: True


#: By the key that a rule names; features beside and above fill it in.
CONDITIONS: dict[str, Condition] = {}


@dataclass(frozen=True)
class Rule:
    """What is asked. `needed` is how many `parts` (COUNT; 0: all of them) or how many percent (TIME); `compulsory` are ids of checkpoints;
    `categories` None means all; `people` is how many of an enterprise must fulfil the rest."""

    basis: Basis = Basis.ENTRY
    parts: CheckpointKind = CheckpointKind.HALF_DAY
    needed: int = 0
    compulsory: tuple[int, ...] = ()
    categories: tuple[int, ...] | None = None
    conditions: tuple[str, ...] = ()
    people: int = 1

    @classmethod
    def starting(cls, kind: CertificateKind) -> Self:
        """Speakers and organisers are named, or of a category; of the others whoever came."""
        return cls(Basis.SEAT, categories=()) if kind in BY_NAME else cls()

    def to_json(self) -> dict[str, Any]:
        """As a plan keeps it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], kind: CertificateKind) -> Self:
        """The rule that `to_json` described; an empty one is how its kind starts."""
        if not data:
            return cls.starting(kind)
        categories = tuple(data["categories"] or ()) or (() if kind in BY_NAME else None)
        return cls(Basis(data["basis"]), CheckpointKind(data["parts"]), data["needed"], tuple(data["compulsory"]), categories,
                   tuple(data["conditions"]), data["people"])


@dataclass(frozen=True)
class Person:
    """What is known of one registration: whether it holds a seat, the parts where it was let in, how long it stayed in those by which time
    is measured (seconds), and the conditions that it fulfils."""

    category_id: int
    seated: bool = True
    attended: Collection[int] = frozenset()
    seconds: int = 0
    done: Collection[str] = frozenset()


class Lack(enum.StrEnum):
    """What somebody lacks for a certificate."""

    CATEGORY = "category"
    NO_SEAT = "no_seat"
    ABSENT = "absent"
    TOO_FEW = "too_few"
    TOO_SHORT = "too_short"
    COMPULSORY = "compulsory"
    CONDITION = "condition"
    TOO_FEW_PEOPLE = "too_few_people"
    REVOKED = "revoked"
    DENIED = "denied"


@dataclass(frozen=True)
class Shortfall:
    """One lack with its figures: `have` of `of`, of which `needed` are asked; the checkpoints missed, the conditions not fulfilled, or
    what is written about it."""

    lack: Lack
    have: int = 0
    needed: int = 0
    of: int = 0
    missed: tuple[int, ...] = ()
    asked: tuple[str, ...] = ()


def shortfalls(rule: Rule, person: Person, parts: Sequence[Part]) -> tuple[Shortfall, ...]:
    """Everything that the person lacks; nothing means a certificate. `parts` are the event's checkpoints but meals; a compulsory one asks
    only those whom it lets in, and one that is no longer there asks nobody."""
    return tuple(_lacks(rule, person, parts))


def _lacks(rule: Rule, person: Person, parts: Sequence[Part]) -> Iterator[Shortfall]:
    if rule.categories is not None and person.category_id not in rule.categories:
        yield Shortfall(Lack.CATEGORY)
    came = any(part.checkpoint_id in person.attended for part in parts)
    if rule.basis is Basis.SEAT:
        if not (person.seated or came):
            yield Shortfall(Lack.NO_SEAT)
    elif not came:
        yield Shortfall(Lack.ABSENT)
    else:
        yield from _too_little(rule, person, parts)
        missed = tuple(part.checkpoint_id for part in parts if part.checkpoint_id in rule.compulsory and part.is_for(person.category_id)
                       and part.checkpoint_id not in person.attended)
        if missed:
            yield Shortfall(Lack.COMPULSORY, missed=missed)
    if asked := tuple(key for key in rule.conditions if key in CONDITIONS and key not in person.done):
        yield Shortfall(Lack.CONDITION, asked=asked)


def _too_little(rule: Rule, person: Person, parts: Sequence[Part]) -> Iterator[Shortfall]:
    if rule.basis is Basis.COUNT:
        counted = [part.checkpoint_id for part in parts if part.kind is rule.parts and (
            part.is_for(person.category_id) or part.checkpoint_id in person.attended)]
        have, needed = sum(one in person.attended for one in counted), needed_of(rule, len(counted))
        if have < needed:
            yield Shortfall(Lack.TOO_FEW, have, needed, len(counted))
    elif rule.basis is Basis.TIME and (have := percent(person.seconds, scheduled(parts))) < rule.needed:
        yield Shortfall(Lack.TOO_SHORT, have, rule.needed)


def needed_of(rule: Rule, there: int) -> int:
    """How many parts a rule asks for where `there` are: of none, nobody attends all."""
    return rule.needed or max(1, there)


def scheduled(parts: Sequence[Part]) -> int:
    """How long the event goes on by its parts, in seconds."""
    return sum(part.seconds for part in timed(parts))


def percent(seconds: int, whole: int) -> int:
    """The share of the time, rounded down: 79.9 % is not 80 %. Of no time at all nobody has a share."""
    return min(100, seconds * 100 // whole) if whole else 0
