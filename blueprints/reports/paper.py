"""A report as a PDF: cover, contents with page numbers, the body a chunk at a time so that memory does not grow with the programme."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from flask_babel import gettext as _
from markupsafe import Markup
from pikepdf import ObjectStreamMode, OutlineItem, Page, Pdf, String

from blueprints.reports.document import Block, Chart, Document, Heading, Kind, Value, shown
from blueprints.reports.drawings import printable_svg
from blueprints.reports.layout import Piece, chunks
from core import storage
from core.locale import language
from core.paper import TEMPLATES, data_uri, drawable, environment, squeezed
from core.pdf import html_to_pdf

FOLDER = TEMPLATES / "reports"
STAMPS = 100  # pages whose heads and feet are drawn at once
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Mark:
    """What the contents name: a heading (level 1, 2) or a table (3); `page` counts from 0 in the body."""

    level: int
    text: str
    page: int


def pdf_of_document(document: Document) -> bytes:
    """The whole paper at once, for a reader who waits."""
    with tempfile.TemporaryDirectory(dir=storage.scratch()) as folder:
        return write_pdf(document, Path(folder)).read_bytes()


def write_pdf(document: Document, folder: Path, progress: Progress = lambda _done, _total: None) -> Path:
    """Write the paper into `folder` and return its path. `progress` is told of each chunk."""
    paper = _Paper(document, folder)
    cut = list(chunks(document.blocks))
    for done, (broad, items) in enumerate(cut, 1):
        paper.add(items, broad)
        progress(done, len(cut))
    return paper.finish()


@dataclass
class _Paper:
    """One paper in the making: its body's files, what the contents name, and how many pages there are."""

    document: Document
    folder: Path
    parts: list[Path] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    pages: int = 0

    def add(self, items: Sequence[Block | Piece], broad: bool) -> None:
        """Draw a chunk."""
        path = self.folder / f"body-{len(self.parts)}.pdf"
        path.write_bytes(self._drawn("body.html", items=items, broad=broad))
        named = [*_named(items)]
        with Pdf.open(path) as pdf:
            for (level, text), page in zip(named, _pages_of_marks(pdf), strict=True):
                self.marks.append(Mark(level, self.words(text), self.pages + page))
            self.pages += len(pdf.pages)
        self.parts.append(path)

    def finish(self) -> Path:
        """Put the cover and the contents in front, and a head and a foot on every page behind the cover."""
        front, before = self._front(2), 2
        with Pdf.open(front) as pdf:
            before, guessed = len(pdf.pages), before
        if before != guessed:
            front = self._front(before)
        out = self.folder / "report.pdf"
        with Pdf.open(front) as whole:
            for part in self.parts:
                with Pdf.open(part) as pdf:
                    whole.pages.extend(pdf.pages)
            self._stamp(whole)
            _bookmark(whole, [Mark(mark.level, mark.text, mark.page + before) for mark in self.marks])
            whole.docinfo.Title = String(self.words(self.document.title))
            whole.save(out, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
        return out

    def _front(self, before: int) -> Path:
        path = self.folder / "front.pdf"
        path.write_bytes(self._drawn("front.html", before=before, emblems=[data_uri(one) for one in self.document.emblems],
                                     headings=[mark for mark in self.marks if mark.level < 3],
                                     tables=[mark for mark in self.marks if mark.level == 3]))
        return path

    def _stamp(self, whole: Pdf) -> None:
        pages = [Page(page) for page in whole.pages]
        for first in range(1, len(pages), STAMPS):
            some = pages[first:first + STAMPS]
            stamps = [(_is_broad(page), _("Page %(page)s of %(pages)s", page=n, pages=len(pages))) for n, page in enumerate(some, first + 1)]
            path = self.folder / "stamps.pdf"
            path.write_bytes(self._drawn("stamps.html", stamps=stamps))
            with Pdf.open(path) as drawn:
                for page, stamp in zip(some, drawn.pages, strict=True):
                    page.add_overlay(stamp)

    def _drawn(self, template: str, **given: object) -> bytes:
        html = environment(FOLDER).get_template(template).render(
            document=self.document, lang=language(), words=self.words, shown=self.shown, drawing=self.drawing, gettext=_, **given)
        return html_to_pdf(squeezed(html), css=_css(), roots=(FOLDER,))

    def words(self, text: object) -> str:
        """A text, in the digits of the report."""
        return self.shown(str(text)) if text else ""

    def shown(self, value: Value, kind: Kind = Kind.WORDS) -> str:
        """A value as it can be printed, line by line; what no font of ours can draw is left out."""
        lines = (drawable(line)[0] for line in str(shown(value, kind, self.document.thai_digits)).splitlines())
        return "\n".join(line for line in lines if line) or shown(None)

    def drawing(self, chart: Chart) -> Markup:
        """A chart in the digits of the report."""
        return printable_svg(chart.svg, self.document.thai_digits)


def _named(items: Sequence[Block | Piece]) -> list[tuple[int, str]]:
    """What the contents name, in the order in which it stands."""
    headings = [(item.level, item.text) if isinstance(item, Heading) else (3, table_name(item))
                for item in items if isinstance(item, Heading) or (isinstance(item, Piece) and item.first)]
    return headings


def table_name(piece: Piece) -> str:
    """ตารางที่ 1 and its title."""
    return f"{_('Table %(number)s', number=piece.number)}  {piece.table.title}"


def _pages_of_marks(pdf: Pdf) -> list[int]:
    """On which page each bookmark of a chunk stands, in their order."""
    number = {page.objgen: n for n, page in enumerate(pdf.pages)}
    found: list[int] = []

    def walk(items: Sequence[OutlineItem]) -> None:
        for item in items:
            found.append(number[item.destination[0].objgen])  # type: ignore[index,union-attr]
            walk(item.children)

    with pdf.open_outline() as outline:
        walk(outline.root)
    return found


def _bookmark(whole: Pdf, marks: Sequence[Mark]) -> None:
    """Bookmarks of all headings, which readers show beside the pages."""
    with whole.open_outline() as outline:
        outline.root.clear()
        for mark in marks:
            item = OutlineItem(mark.text, mark.page)
            if mark.level == 1 or not outline.root:
                outline.root.append(item)
            elif mark.level == 2:
                outline.root[-1].children.append(item)


def _is_broad(page: Page) -> bool:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return right - left > top - bottom


@lru_cache(maxsize=1)
def _css() -> str:
    return (FOLDER / "report.css").read_text(encoding="utf-8")
