"""Who gets a certificate, by what they attended. Pure: plain data in, shortfalls out.

A rule asks for an entry, for N of the M parts of one kind, or for a share of the time; besides for compulsory parts, for categories, and
for what other features ask (`CONDITIONS`). More attendance never loses a certificate.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from models import CertificateKind, CheckpointKind, Event


class Basis(enum.StrEnum):
    """Let in at least once; so many parts; a share of the time; or nobody but those who are named."""

    ENTRY = "entry"
    COUNT = "count"
    TIME = "time"
    NAMED = "named"


#: What can be counted. A meal is nothing to have attended.
COUNTED = (CheckpointKind.HALF_DAY, CheckpointKind.DAY, CheckpointKind.SESSION)


@dataclass(frozen=True)
class Condition:
    """What another feature asks, such as the survey: its words, and who has done it (ids of registrations)."""

    label: Any
    done: Callable[[Event], set[int]]
    applies: Callable[[Event], bool]


#: By the key that a rule names; features above fill it in.
CONDITIONS: dict[str, Condition] = {}


@dataclass(frozen=True)
class Rule:
    """`needed` is how many `parts` (COUNT) or how many percent (TIME); `compulsory` are ids of checkpoints; no `categories` means all;
    `people` is how many of an enterprise must fulfil the rest."""

    basis: Basis = Basis.ENTRY
    parts: CheckpointKind = CheckpointKind.HALF_DAY
    needed: int = 1
    compulsory: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    conditions: tuple[str, ...] = ()
    people: int = 1

    @classmethod
    def starting(cls, kind: CertificateKind) -> Self:
        """Speakers and organisers are named; the others came."""
        return cls(Basis.NAMED if kind in (CertificateKind.SPEAKER, CertificateKind.ORGANISER) else Basis.ENTRY)

    def to_json(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], kind: CertificateKind = CertificateKind.ATTENDANCE) -> Self:
        """The rule of a plan; an empty one is how its kind starts."""
        if not data:
            return cls.starting(kind)
        lists = {name: tuple(data.get(name, ())) for name in ("compulsory", "categories", "conditions")}
        return cls(Basis(data["basis"]), CheckpointKind(data["parts"]), data["needed"], people=data.get("people", 1), **lists)


@dataclass(frozen=True)
class Part:
    """A checkpoint as a part of the event: when it goes on."""

    checkpoint_id: int
    kind: CheckpointKind
    starts_at: datetime
    ends_at: datetime

    @property
    def seconds(self) -> int:
        return max(0, int((self.ends_at - self.starts_at).total_seconds()))


@dataclass(frozen=True)
class Person:
    """What is known of one registration: where it was let in, how long it stayed (seconds, of `scheduled`), what else it did."""

    category_id: int
    attended: Collection[int] = frozenset()
    seconds: int = 0
    done: Collection[str] = frozenset()


class Lack(enum.StrEnum):
    """What somebody lacks for a certificate."""

    CATEGORY = "category"
    NOT_NAMED = "not_named"
    ABSENT = "absent"
    TOO_FEW = "too_few"
    TOO_SHORT = "too_short"
    COMPULSORY = "compulsory"
    CONDITION = "condition"
    REVOKED = "revoked"
    DENIED = "denied"
    TOO_FEW_PEOPLE = "too_few_people"


@dataclass(frozen=True)
class Shortfall:
    """One lack with its figures: `have` of `needed` (of `of`), the checkpoints missed, the conditions not met, or a reason in words."""

    lack: Lack
    have: int = 0
    needed: int = 0
    of: int = 0
    missed: tuple[int, ...] = ()
    asked: tuple[str, ...] = ()
    reason: str = ""


def shortfalls(rule: Rule, person: Person, parts: Sequence[Part]) -> tuple[Shortfall, ...]:
    """Everything the person lacks; nothing means a certificate."""
    return tuple(_lacks(rule, person, parts))


def _lacks(rule: Rule, person: Person, parts: Sequence[Part]) -> Iterable[Shortfall]:
    if rule.categories and person.category_id not in rule.categories:
        yield Shortfall(Lack.CATEGORY)
    if rule.basis is Basis.NAMED:
        yield Shortfall(Lack.NOT_NAMED)
        return
    if not person.attended:
        yield Shortfall(Lack.ABSENT)
    elif rule.basis is Basis.COUNT:
        counted = {part.checkpoint_id for part in parts if part.kind is rule.parts}
        have = len(counted & set(person.attended))
        if have < rule.needed:
            yield Shortfall(Lack.TOO_FEW, have, rule.needed, len(counted))
    elif rule.basis is Basis.TIME and (have := percent(person.seconds, scheduled(parts))) < rule.needed:
        yield Shortfall(Lack.TOO_SHORT, have, rule.needed)
    if person.attended and (missed := tuple(one for one in rule.compulsory if one not in person.attended)):
        yield Shortfall(Lack.COMPULSORY, missed=missed)
    if asked := tuple(key for key in rule.conditions if key in CONDITIONS and key not in person.done):
        yield Shortfall(Lack.CONDITION, asked=asked)


def timed(parts: Sequence[Part]) -> list[Part]:
    """The parts over which time is measured: half-days, or else days, or else the whole event; never two of them."""
    for kind in (CheckpointKind.HALF_DAY, CheckpointKind.DAY, CheckpointKind.EVENT):
        if found := [part for part in parts if part.kind is kind]:
            return found
    return []


def scheduled(parts: Sequence[Part]) -> int:
    """How long the event goes on by its parts, in seconds."""
    return sum(part.seconds for part in timed(parts))


def percent(seconds: int, whole: int) -> int:
    """The share of the time, rounded down: 79.9 % is not 80 %."""
    return min(100, seconds * 100 // whole) if whole else 0
