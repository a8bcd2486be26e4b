"""A report as a text to edit (DOCX): real headings, a contents field, tables whose headings repeat, broad pages for broad tables."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm
from flask_babel import gettext as _
from markupsafe import escape

from blueprints.reports import docx_styles as styles
from blueprints.reports.document import Block, Chart, Document, Facts, Heading, Kind, Level, PageBreak, Text, Value, shown
from blueprints.reports.drawings import WIDE, png_of
from blueprints.reports.layout import Piece, sections
from models import now
from thai.text import normalise_lines

_TWIPS = 1440 / 25.4  # of a mm
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_SHADES = {Level.PART: "F4F5F8", Level.WHOLE: "ECEEF3"}


def docx_of_document(document: Document) -> bytes:
    """The report in the reader's language. Contents and page numbers are fields, which the word processor fills in."""
    writer = _Writer(document)
    writer.cover()
    writer.contents()
    for n, (broad, items) in enumerate(sections(document.blocks, sys.maxsize)):
        writer.section(broad, n == 0, items)
    file = io.BytesIO()
    writer.file.save(file)
    return file.getvalue()


class _Writer:
    """One text in the making."""

    def __init__(self, document: Document) -> None:
        self.document, self.file = document, docx.Document()
        styles.prepare(self.file)
        about = self.file.core_properties
        about.title, about.author, about.comments, about.created, about.modified = self.words(document.title)[:255], "", "", now(), now()
        self._shape(self.file.sections[0], False)
        self._head_and_foot(self.file.sections[0])

    def cover(self) -> None:
        """Emblems, title and what stands below it."""
        if self.document.emblems:
            paragraph = self._paragraph("", "Cover Line")
            for emblem in self.document.emblems:
                self._picture(paragraph.add_run(" "), emblem, "", height=Mm(28))
        self._paragraph(self.words(self.document.title), "Title")
        for line in self.document.lines:
            self._paragraph(self.words(line), "Cover Line")

    def contents(self) -> None:
        """A field that lists the headings with their pages; until it is filled in, the headings alone."""
        paragraph = self._paragraph(_("Contents"), "Contents Heading")
        paragraph.paragraph_format.page_break_before = True
        headings = [block for block in self.document.blocks if isinstance(block, Heading)]
        paragraph = self._paragraph("", "Contents 1")
        self._field(paragraph, r'TOC \o "1-2" \h \z \u', "\n".join(self.words(one.text) for one in headings), dirty=True)

    def section(self, broad: bool, first: bool, items: Iterable[Block | Piece]) -> None:
        """Pages of one shape."""
        if broad or not first:
            section = self.file.add_section(WD_SECTION.NEW_PAGE)
            section.different_first_page_header_footer = False
            self._shape(section, broad)
        for item in items:
            self._item(item)

    def _item(self, item: Block | Piece) -> None:
        if isinstance(item, Heading):
            self._paragraph(self.words(item.text), f"Heading {item.level}")
        elif isinstance(item, Text):
            self._paragraph(self.words(item.text), "Normal")
        elif isinstance(item, Facts):
            self._facts(item)
        elif isinstance(item, Piece):
            self._table(item)
        elif isinstance(item, Chart):
            self._paragraph(self.words(item.title), "Caption")
            self._picture(self._paragraph("", "Normal").add_run(), png_of(item.svg, self.document.thai_digits), item.title, width=Mm(WIDE))
        elif isinstance(item, PageBreak):
            self._paragraph("", "Normal").add_run().add_break(WD_BREAK.PAGE)

    def _table(self, piece: Piece) -> None:
        caption = self._paragraph("", "Caption")
        before, after = _("Table %(number)s", number="\0").split("\0")
        caption.add_run(before)
        number = self.words(str(piece.number))
        if self.document.thai_digits:  # not every word processor counts in them
            caption.add_run(number)
        else:
            self._field(caption, "SEQ Table" if piece.first else r"SEQ Table \c", number)
        caption.add_run(f"{after}  {self.words(piece.table.title)}{'' if piece.first else ' ' + _('(continued)')}")
        if not piece.rows:
            self._paragraph(_("Nothing to show yet."), "Normal")
            return
        columns = [piece.table.columns[column] for column in piece.columns]
        rows = [self._row([self.words(column.heading) or " " for column in columns], piece, None)]
        rows += [self._row([self.value(row.cells[column], piece.table.columns[column].kind) for column in piece.columns], piece, row.level)
                 for row in piece.rows]
        self._insert("ReportTable", piece.widths, rows)
        self._paragraph(self.words(piece.table.note) if piece.last and piece.table.note else "", "Note")

    def _row(self, texts: list[str], piece: Piece, level: Level | None) -> str:
        """A line of a table; without a level, that of the headings, which every page repeats."""
        cells = []
        for text, column, width in zip(texts, piece.columns, piece.widths, strict=True):
            figures = level is not None and piece.table.columns[column].kind in (Kind.COUNT, Kind.FIGURE, Kind.PERCENT)
            shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{_SHADES[level]}"/>' if level in _SHADES else ""
            cells.append(f'<w:tc><w:tcPr><w:tcW w:w="{width * _TWIPS:.0f}" w:type="dxa"/>{shade}</w:tcPr>'
                         + _paragraph_xml(text, "TableText" if level else "TableHeading", bold=level in _SHADES, right=figures) + "</w:tc>")
        head = "" if level else "<w:tblHeader/>"
        return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>"

    def _facts(self, facts: Facts) -> None:
        widths = (70.0, 35.0, 65.0)
        lines = []
        for fact in facts.facts:
            texts = (self.words(fact.label), self.value(fact.value, fact.kind), self.words(fact.hint) if fact.hint else "")
            lines.append("<w:tr><w:trPr><w:cantSplit/></w:trPr>" + "".join(
                f'<w:tc><w:tcPr><w:tcW w:w="{width * _TWIPS:.0f}" w:type="dxa"/></w:tcPr>'
                + _paragraph_xml(text, "TableText", bold=n == 1, right=n == 1) + "</w:tc>"
                for n, (text, width) in enumerate(zip(texts, widths, strict=True))) + "</w:tr>")
        self._insert("ReportFigures", widths, lines)
        self._paragraph("", "Note")

    def _insert(self, style: str, widths: Iterable[float], rows: list[str]) -> None:
        twips = [round(width * _TWIPS) for width in widths]
        grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in twips)
        look = '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        table = parse_xml(f'<w:tbl {_NAMESPACE}><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(twips)}" w:type="dxa"/>'
                          f'<w:tblLayout w:type="fixed"/>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>')
        self.file.element.body._insert_tbl(table)

    def _paragraph(self, text: str, style: str) -> Any:
        return self.file.add_paragraph(text, style)

    def _picture(self, run: Any, data: bytes, title: str, **size: Any) -> None:
        run.add_picture(io.BytesIO(data), **size)
        run._r.findall(f".//{qn('wp:docPr')}")[0].set("descr", self.words(title) if title else "")

    def _field(self, paragraph: Any, code: str, shown_text: str, dirty: bool = False) -> None:
        for kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            if kind == "begin" and dirty:
                mark.set(qn("w:dirty"), "true")
            paragraph.add_run()._r.append(mark)
            if kind == "begin":
                instruction = OxmlElement("w:instrText")
                instruction.set(qn("xml:space"), "preserve")
                instruction.text = f" {code} "
                paragraph.add_run()._r.append(instruction)
            elif kind == "separate":
                paragraph.add_run(shown_text)

    def _head_and_foot(self, section: Any) -> None:
        section.different_first_page_header_footer = True  # the cover has neither
        head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
        head.text, head.style = self.words(self.document.title), "Page Head"
        foot.style, foot.alignment = "Page Head", WD_ALIGN_PARAGRAPH.RIGHT
        total = "" if self.document.thai_digits else "\0"  # its field counts in Arabic digits
        texts = (_("Page %(page)s of %(pages)s", page="\0", pages=total) if total else _("Page %(page)s", page="\0")).split("\0")
        foot.add_run(texts[0])
        for code, text in zip(("PAGE", "NUMPAGES"), texts[1:], strict=False):
            self._field(foot, code, self.words("1"))
            foot.add_run(text)

    def _shape(self, section: Any, broad: bool) -> None:
        if self.document.thai_digits and section._sectPr.find(qn("w:pgNumType")) is None:
            numbers = OxmlElement("w:pgNumType")
            numbers.set(qn("w:fmt"), "thaiNumbers")
            section._sectPr.insert_element_before(numbers, "w:cols", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:bidi", "w:docGrid")
        section.orientation = WD_ORIENT.LANDSCAPE if broad else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Mm(297), Mm(210)) if broad else (Mm(210), Mm(297))
        section.left_margin = section.right_margin = section.bottom_margin = Mm(20)
        section.top_margin, section.header_distance, section.footer_distance = Mm(24), Mm(12), Mm(9)

    def words(self, text: str) -> str:
        """A text as a word processor can hold it, in the digits of the report."""
        return self.value(text) if text else ""

    def value(self, value: Value, kind: Kind = Kind.WORDS) -> str:
        """A value as it is read."""
        return normalise_lines(shown(value, kind, self.document.thai_digits)) or shown(None)


def _paragraph_xml(text: str, style: str, bold: bool, right: bool) -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/>{"<w:jc w:val=" + chr(34) + "right" + chr(34) + "/>" if right else ""}</w:pPr>'
    look = "<w:rPr><w:b/><w:bCs/></w:rPr>" if bold else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:p>{properties}<w:r>{look}{lines}</w:r></w:p>"
