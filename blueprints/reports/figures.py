"""What a programme has come to, counted in one pass over who was registered and who came. Pure: rows in, figures out."""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from typing import Any

from blueprints.reports.document import percent, ratio
from blueprints.surveys.analysis import Tally, pooled

#: Event, organisation in the directory (None: not found there), category's name, person, whether the person came.
Entry = tuple[int, int | None, str, str, bool]
MISSED = 2  # a member that came and then missed so many events in a row is at risk


@dataclass(frozen=True)
class EventLine:
    """An event as reports need it. `seconds` is what all who came spent there; `scores` are empty unless enough people answered."""

    id: int
    title_th: str
    title_en: str
    starts_at: datetime
    is_over: bool
    seconds: int = 0
    scores: Tally = Tally()
    certificates: int = 0

    @property
    def satisfaction(self) -> Decimal | None:
        """The mean of all scores in percent (× 20); None without enough answers."""
        return self.scores.percent


@dataclass(frozen=True)
class OrganisationLine:
    """An organisation of the directory as reports need it."""

    id: int
    name_th: str
    name_en: str
    kind: str
    sector: str
    province: str
    sort_key: str = ""


@dataclass
class Count:
    """Registrations and those that came, and the persons behind both, each counted once."""

    registered: int = 0
    came: int = 0
    expected: set[str] = field(default_factory=set)  # persons registered
    persons: set[str] = field(default_factory=set)  # persons who came

    def add(self, person: str, came: bool) -> None:
        """Count one registration."""
        self.registered += 1
        self.expected.add(person)
        if came:
            self.came += 1
            self.persons.add(person)

    def __iadd__(self, other: Count) -> Count:
        self.registered += other.registered
        self.came += other.came
        self.expected |= other.expected
        self.persons |= other.persons
        return self

    @property
    def missing(self) -> int:
        """Registrations that did not come."""
        return self.registered - self.came

    @property
    def attendance(self) -> Decimal | None:
        """Those that came, in percent of the registrations."""
        return percent(self.came, self.registered)


class Standing(enum.StrEnum):
    """How a member of the cluster takes part: it comes, it came and has missed the last `MISSED` events, it never came."""

    COMES = "comes"
    AT_RISK = "at_risk"
    NEVER = "never"


@dataclass(frozen=True)
class Member:
    """A member of the cluster: at how many of the events that are over it was, and when it was last there."""

    organisation: OrganisationLine
    events: int
    persons: int
    last: datetime | None
    standing: Standing


@dataclass(frozen=True)
class Reached:
    """What had been reached when an event was over: organisations and persons that came up to then, each once."""

    event: EventLine
    organisations: int
    persons: int


class Figures:
    """All figures of a programme. `events` are in the order of their days; `members` are ids of the cluster's organisations."""

    def __init__(self, events: Sequence[EventLine], organisations: Mapping[int, OrganisationLine], entries: Iterable[Entry],
                 members: Iterable[int] = (), categories: Mapping[str, str] | None = None) -> None:
        self.categories = categories or {}  # English names
        self.events, self.organisations, self.member_ids = list(events), organisations, list(members)
        self.cells: dict[tuple[int | None, int], Count] = {}
        self.by_category: dict[str, Count] = defaultdict(Count)
        for event_id, organisation_id, category, person, came in entries:
            if (cell := self.cells.get((organisation_id, event_id))) is None:
                cell = self.cells[organisation_id, event_id] = Count()
            cell.add(person, came)
            self.by_category[category].add(person, came)
        self.by_organisation = self._summed(lambda cell: cell[0])
        self.by_event = self._summed(lambda cell: cell[1])

    def _summed(self, key: Callable[[tuple[int | None, int]], int | None]) -> dict[int | None, Count]:
        found: dict[int | None, Count] = defaultdict(Count)
        for cell, count in self.cells.items():
            found[key(cell)] += count
        return found

    def by(self, name: str) -> dict[str, Count]:
        """The organisations' `kind`, `sector` or `province` → its count; "" gathers those for which it is not known."""
        found: dict[str, Count] = defaultdict(Count)
        for organisation_id, count in self.by_organisation.items():
            organisation = self.organisations.get(organisation_id) if organisation_id else None
            found[getattr(organisation, name) if organisation else ""] += count
        return dict(sorted(found.items(), key=lambda one: (not one[0], -one[1].came, -one[1].registered, one[0])))

    @cached_property
    def whole(self) -> Count:
        """Everything."""
        return self._whole(self.events)

    @cached_property
    def over(self) -> Count:
        """The events that are over: only there has somebody not come."""
        return self._whole([event for event in self.events if event.is_over])

    def _whole(self, events: Sequence[EventLine]) -> Count:
        total = Count()
        for event in events:
            total += self.by_event.get(event.id, Count())
        return total

    @cached_property
    def came_organisations(self) -> int:
        """How many organisations of the directory came, each once."""
        return sum(1 for one, count in self.by_organisation.items() if one is not None and count.came)

    @cached_property
    def registered_organisations(self) -> int:
        """How many organisations of the directory were registered, each once."""
        return sum(1 for one in self.by_organisation if one is not None)

    @cached_property
    def organisations_at(self) -> Counter[int]:
        """How many organisations of the directory came to each event."""
        return Counter(event_id for (organisation_id, event_id), count in self.cells.items() if organisation_id is not None and count.came)

    @cached_property
    def satisfaction(self) -> Decimal | None:
        """All scores of all surveys together, as percent."""
        return pooled(event.scores for event in self.events).percent

    @cached_property
    def times(self) -> dict[int, int]:
        """At how many events somebody came → how many persons."""
        return dict(sorted(Counter(Counter(person for count in self.by_event.values() for person in count.persons).values()).items()))

    @property
    def returning(self) -> int:
        """Persons who came to two events or more."""
        return sum(persons for times, persons in self.times.items() if times > 1)

    @cached_property
    def hours(self) -> Decimal | None:
        """Hours a person: the parts that people came to, each in full, over the persons who came."""
        return ratio(Decimal(sum(event.seconds for event in self.events)) / 3600, len(self.whole.persons))

    @cached_property
    def over_time(self) -> list[Reached]:
        """What had been reached by each event."""
        first_person: dict[str, int] = {}
        first_organisation: dict[int, int] = {}
        place = {event.id: n for n, event in enumerate(self.events)}
        for (organisation_id, event_id), count in sorted(self.cells.items(), key=lambda cell: place[cell[0][1]]):
            for person in count.persons:
                first_person.setdefault(person, place[event_id])
            if count.came and organisation_id is not None:
                first_organisation.setdefault(organisation_id, place[event_id])
        return [Reached(*one) for one in zip(self.events, self._added_up(first_organisation), self._added_up(first_person), strict=True)]

    def _added_up(self, firsts: Mapping[Any, int]) -> Iterable[int]:
        """For each event, how many came there for the first time or earlier."""
        new = Counter(firsts.values())
        return accumulate(new[n] for n in range(len(self.events)))

    @cached_property
    def members(self) -> list[Member]:
        """The cluster's members: those at risk first, then those that never came, each in dictionary order."""
        over = [event for event in self.events if event.is_over]
        rank = {Standing.AT_RISK: 0, Standing.NEVER: 1, Standing.COMES: 2}
        return sorted((self._member(self.organisations[one], over) for one in self.member_ids if one in self.organisations),
                      key=lambda member: (rank[member.standing], member.organisation.sort_key, member.organisation.id))

    def _member(self, organisation: OrganisationLine, over: Sequence[EventLine]) -> Member:
        def came(event: EventLine) -> bool:
            return bool((cell := self.cells.get((organisation.id, event.id))) and cell.came)

        there = [event for event in self.events if came(event)]
        missed = len(over) >= MISSED and not any(came(event) for event in over[-MISSED:])
        ahead = any(not event.is_over for event in there)  # it is at an event that goes on now
        standing = Standing.NEVER if not there else Standing.AT_RISK if missed and not ahead else Standing.COMES
        persons = len(self.by_organisation[organisation.id].persons) if organisation.id in self.by_organisation else 0
        return Member(organisation, len(there), persons, there[-1].starts_at if there else None, standing)
