"""What the papers say: about one person, about the event, and how it was ordered. Plain values, for layouts that are pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from core.paper import drawable
from thai.digits import to_thai


@dataclass(frozen=True)
class Size:
    """A badge in millimetres, and how many stand on one page; the page is the badge itself where there is one."""

    width: float
    height: float
    columns: int = 1
    rows: int = 1
    page: tuple[float, float] | None = None

    @property
    def sheet(self) -> tuple[float, float]:
        """Width and height of the page."""
        return self.page or (self.width, self.height)

    @property
    def per_page(self) -> int:
        """How many people have room on one page."""
        return self.columns * self.rows

    @property
    def large(self) -> bool:
        """Whether the badge hangs on a ribbon and is read from afar (A6); the others are as large as a bank card."""
        return self.height > 100


A4 = (210.0, 297.0)
SIZES = {
    "card": Size(90, 55, 2, 4, A4),
    "a6": Size(105, 148, 2, 2, A4),
    "a6_pair": Size(105, 148, 2, 1, (210.0, 148.0)),
    "label": Size(86, 54),
}
#: The bands of categories, in their order: each is dark enough for white letters (contrast 4.5 and more), and differs in lightness
#: from its neighbours, for printers without colours.
COLOURS = ("#14506b", "#a3341f", "#2f6b2f", "#5b3a8c", "#8a5a00", "#0b6e66", "#9c2765", "#434a54")


@dataclass(frozen=True)
class Order:
    """What somebody asked to have printed. `category_ids` None is everyone; `day` and what follows are of the sign-in sheet."""

    paper: str  # badges, tents, sheet, names
    category_ids: tuple[int, ...] | None = None
    confirmed_only: bool = True
    sort: str = "name"  # name, organisation, registered
    size: str = "card"
    thai_digits: bool = False
    day: date | None = None
    checkpoint_id: int | None = None  # None: the one that fits the day
    columns: int = 0  # for signatures; 0: by the length of the day
    blank: int = 0  # rows for people who are not on the list
    registration_id: int | None = None  # one person alone

    def to_json(self) -> dict[str, Any]:
        """As a queue can keep it."""
        return asdict(self) | {"day": self.day.isoformat() if self.day else None}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The order that `to_json` described."""
        categories = data["category_ids"]
        return cls(**data | {"day": date.fromisoformat(data["day"]) if data["day"] else None,
                             "category_ids": None if categories is None else tuple(categories)})


@dataclass(frozen=True)
class Guest:
    """One person on paper. Texts are as they can be drawn; `signatures` are SVG path data in a box of 600 × 200, morning and afternoon."""

    name: str
    name_en: str = ""
    organisation: str = ""
    group: str = ""  # the enterprise under whose heading a name list shows the person
    position: str = ""
    category: str = ""
    colour: str = COLOURS[0]
    phone: str = ""
    vip: bool = False
    ticket: str = ""
    row_code: str = ""
    signatures: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Occasion:
    """The event as the heading of a paper names it; `emblems` are pictures as data: addresses."""

    title: str
    date: str = ""
    time: str = ""
    place: str = ""
    hosts: str = ""
    part: str = ""  # the session, half-day or meal that a sheet is of
    emblems: tuple[str, ...] = ()
    columns: int = 1
    thai_digits: bool = False

    def digits(self, text: object) -> str:
        """The text in the digits of this paper."""
        return to_thai(str(text)) if self.thai_digits else str(text)


def printable(text: str) -> str:
    """The text without what no font of ours can draw."""
    return drawable(text)[0]


def chunks(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """The items in runs of at most `size`."""
    return [items[start:start + size] for start in range(0, len(items), size)]
