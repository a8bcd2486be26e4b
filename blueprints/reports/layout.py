"""How the tables of a report lie on paper: numbered, on upright or broad pages, in pieces that a page and a renderer can hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from blueprints.reports.document import Block, Heading, Kind, PageBreak, Row, Table, shown
from core.pdf import font_file
from thai.fitting import text_width

UPRIGHT, BROAD = 170.0, 257.0  # mm of A4 between margins of 20 mm
CHUNK = 300  # lines of one document for the renderer
_UNIT, _WIDEST_HEADING, _WIDEST_CODE, _LINES = 12.0, 34.0, 45.0, 4  # mm of a column of weight 1, of others; lines of a heading
_SIZES = {"th": (8.5, 600), "td": (9, 700)}  # points and weight of letters
_MM = 72 / 25.4


@dataclass(frozen=True)
class Piece:
    """A part of a table that is printed as one table. Only the first part of the first columns begins it, only the last lines end it."""

    number: int
    table: Table
    columns: tuple[int, ...]
    widths: tuple[float, ...]  # mm
    rows: tuple[Row, ...]
    broad: bool
    first: bool = True
    last: bool = True


def pieces(table: Table, number: int, lines: int = CHUNK) -> list[Piece]:
    """The table as it is printed: columns that no broad page holds follow on further ones behind the first column, and no part has
    more lines than that."""
    least = [_least(table, column) for column in range(len(table.columns))]
    broad = sum(least) > UPRIGHT
    groups = _groups(least, BROAD) if sum(least) > BROAD else [tuple(range(len(least)))]
    slices = [table.rows[at:at + lines] for at in range(0, len(table.rows), lines)] or [()]
    found = []
    for g, columns in enumerate(groups):
        stretch = (BROAD if broad else UPRIGHT) / sum(least[column] for column in columns)
        widths = tuple(round(least[column] * stretch, 2) for column in columns)
        found += [Piece(number, table, columns, widths, rows, broad, not (g or s), g == len(groups) - 1 and s == len(slices) - 1)
                  for s, rows in enumerate(slices)]
    return found


def _least(table: Table, column: int) -> float:
    """The width in mm that a column needs: figures stay on one line and its heading is short, for titles of events are long."""
    about = table.columns[column]
    heading = min(_WIDEST_HEADING, _width(about.heading, "th") * 1.25 / _LINES + 2)
    if about.kind is Kind.WORDS:
        return max(_UNIT * about.weight, heading)
    longest = max((shown(row.cells[column], about.kind) for row in table.rows), key=len, default="")
    return max(_UNIT, heading, min(_WIDEST_CODE, _width(longest, "td") + 3.2))


def _width(text: str, where: str) -> float:
    size, weight = _SIZES[where]
    return text_width(text, font_file("Sarabun", weight), size) / _MM


def _groups(least: Sequence[float], room: float) -> list[tuple[int, ...]]:
    """Columns page by page, each behind the first; pages take about the same number of them."""
    groups: list[list[int]] = [[0]]
    for column in range(1, len(least)):
        if len(groups[-1]) > 1 and sum(least[one] for one in groups[-1]) + least[column] > room:
            groups.append([0])
        groups[-1].append(column)
    share = -(-(len(least) - 1) // len(groups))
    even = [[0, *range(first, min(first + share, len(least)))] for first in range(1, len(least), share)]
    fits = all(sum(least[one] for one in group) <= room for group in even)
    return [tuple(group) for group in (even if fits else groups)]


def numbered(blocks: Iterable[Block], lines: int = CHUNK) -> Iterator[Block | Piece]:
    """The blocks with pieces in place of tables."""
    number = 0
    for block in blocks:
        if isinstance(block, Table):
            number += 1
            yield from pieces(block, number, lines)
        else:
            yield block


def sections(blocks: Iterable[Block], lines: int = CHUNK) -> Iterator[tuple[bool, list[Block | Piece]]]:
    """Runs of blocks on pages of one shape, and whether that is the broad one. Headings go with what stands below them."""
    items = _with_few_breaks([*numbered(blocks, lines)])
    shapes, below = [], False
    for item in reversed(items):
        if isinstance(item, Piece):
            below = item.broad
        elif not isinstance(item, Heading):
            below = False
        shapes.append(below)
    for broad, run in groupby(zip(reversed(shapes), items, strict=True), key=lambda one: one[0]):
        yield broad, [item for _shape, item in run]


def _with_few_breaks(items: list[Block | Piece]) -> list[Block | Piece]:
    """Without breaks where a page begins anyhow, or nothing follows."""
    following = [*items, None][1:]

    def idle(after: Block | Piece | None) -> bool:
        return after is None or isinstance(after, PageBreak) or (isinstance(after, Heading) and after.level == 1)

    return [item for item, after in zip(items, following, strict=True) if not (isinstance(item, PageBreak) and idle(after))]


def chunks(blocks: Iterable[Block]) -> Iterator[tuple[bool, list[Block | Piece]]]:
    """Sections cut into what the renderer holds at once: where a page ends anyhow, or else before a table and the headings above it."""
    for broad, items in sections(blocks):
        chunk: list[Block | Piece] = []
        lines = 0
        for item in items:
            more = len(item.rows) if isinstance(item, Piece) else 1
            room = CHUNK // 3 if isinstance(item, Heading) and item.level == 1 else CHUNK
            if lines + more > room and (kept := _headings_at_end(chunk)) < len(chunk):
                yield broad, chunk[:len(chunk) - kept]
                chunk = chunk[len(chunk) - kept:]
                lines = kept
            chunk.append(item)
            lines += more
        if chunk:
            yield broad, chunk


def _headings_at_end(chunk: Sequence[Block | Piece]) -> int:
    return sum(1 for _item in takewhile(lambda item: isinstance(item, Heading | PageBreak), reversed(chunk)))
