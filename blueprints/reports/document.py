"""What a report is made of: plain values. The page, the workbook, the PDF and the text to edit are four writers of the same values."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup

from core.locale import short_date, when
from thai.digits import to_thai

Value = str | int | Decimal | date | datetime | None
NOTHING = "–"
_PLACES = Decimal("0.01")


class Kind(enum.StrEnum):
    """What a column holds, which says how it is written: words, a number of things, a figure with two decimals, percent, a day, and
    a code or address, whose digits are never changed."""

    WORDS = "words"
    COUNT = "count"
    FIGURE = "figure"
    PERCENT = "percent"
    DAY = "day"
    CODE = "code"


class Level(enum.StrEnum):
    """A line of a table: one of many, what a part of them adds up to, what all do."""

    ITEM = "item"
    PART = "part"
    WHOLE = "whole"


@dataclass(frozen=True)
class Column:
    """`weight` is the column's share of a paper's width; a figure needs 1."""

    heading: str
    kind: Kind = Kind.COUNT
    weight: int = 1


@dataclass(frozen=True)
class Row:
    """A line: one value for each column and, on the page, the address of what is behind each (None: it cannot be opened)."""

    cells: tuple[Value, ...]
    opens: tuple[str | None, ...] = ()
    level: Level = Level.ITEM

    def behind(self, column: int) -> str | None:
        """The address of what is behind a cell."""
        return self.opens[column] if column < len(self.opens) else None


@dataclass(frozen=True)
class Table:
    """`key` names it in addresses and is unique in a report; the first column holds what a line is about."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Heading:
    """Level 1 begins a part of the report, 2 a part of that."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Fact:
    """One figure with its name; `hint` says more, such as the target; `opens` is the address of what is behind it."""

    label: str
    value: Value
    kind: Kind = Kind.COUNT
    hint: str = ""
    opens: str | None = None


@dataclass(frozen=True)
class Facts:
    """Figures that stand side by side."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Chart:
    """A drawing (SVG, as `charts` makes it) with its title; what it shows is in a table too."""

    title: str
    svg: Markup


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page of paper."""


Block = Heading | Text | Facts | Table | Chart | PageBreak


@dataclass(frozen=True)
class Document:
    """A whole report, in the order in which it is read. `lines` stand below the title on its cover: hosts, period, day of the report.
    `emblems` are pictures (PNG) above it."""

    title: str
    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    thai_digits: bool = False
    emblems: tuple[bytes, ...] = ()

    def tables(self) -> Iterable[Table]:
        """Its tables in their order: the sheets of the workbook."""
        return (block for block in self.blocks if isinstance(block, Table))


def shown(value: Value, kind: Kind = Kind.WORDS, thai_digits: bool = False) -> str:
    """A value as it is read; nothing is a dash."""
    if value is None or value == "":
        text = NOTHING
    elif isinstance(value, datetime):
        text = when(value)
    elif isinstance(value, date):
        text = short_date(value)
    elif kind is Kind.PERCENT:
        text = f"{value} %"
    else:
        text = f"{value:,}" if isinstance(value, int | Decimal) else str(value)
    return to_thai(text) if thai_digits and kind is not Kind.CODE else text


def percent(part: int, whole: int) -> Decimal | None:
    """The part in percent of the whole, to two decimals, half up; None of nothing."""
    return ratio(part * 100, whole)


def ratio(amount: int | Decimal, number: int) -> Decimal | None:
    """The amount for each, to two decimals, half up; None of nothing."""
    return (Decimal(amount) / number).quantize(_PLACES, ROUND_HALF_UP) if number else None
