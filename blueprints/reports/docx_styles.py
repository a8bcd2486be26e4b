"""The styles of a text to edit. Thai is a complex script to word processors: fonts and sizes are set for it beside those for Latin letters."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

#: The font of Thai offices; its letters are small, so that 16 points are the usual size of a text.
FONT = "TH Sarabun New"
_INK = "26357A"
# name, based on, points, bold, colour, points before and after, keeps with the next
_PARAGRAPHS = (
    ("Normal", "", 16, False, "", 0, 4, False), ("Title", "Normal", 32, True, _INK, 130, 24, False),
    ("Cover Line", "Normal", 20, False, "", 0, 4, False), ("Heading 1", "Normal", 24, True, _INK, 0, 8, True),
    ("Heading 2", "Normal", 20, True, "", 14, 4, True), ("Contents Heading", "Normal", 24, True, _INK, 0, 8, True),
    ("Contents 1", "Normal", 16, False, "", 0, 0, False), ("Caption", "Normal", 16, True, "", 10, 3, True),
    ("Table Text", "Normal", 12, False, "", 0, 0, False), ("Table Heading", "Table Text", 12, True, "", 0, 0, False),
    ("Note", "Normal", 12, False, "444444", 2, 4, False), ("Page Head", "Normal", 12, False, "555555", 0, 0, False))
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{{0}}"/>' for side in _SIDES)
_TABLE = """<w:style {0} w:type="table" w:customStyle="1" w:styleId="{1}"><w:name w:val="{2}"/>
<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>
<w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr><w:tblPr><w:tblBorders>{3}</w:tblBorders><w:tblCellMar>
<w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>{4}</w:style>"""
_FIRST_ROW = ('<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="E3E6F0"/>'
              '<w:vAlign w:val="center"/></w:tcPr></w:tblStylePr>')


def prepare(file: Any) -> None:
    """Give a new file our styles."""
    defaults = file.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _set_fonts(defaults, 16)
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    for name, value in (("val", "en-US"), ("eastAsia", "en-US"), ("bidi", "th-TH")):
        language.set(qn(f"w:{name}"), value)
    for row in _PARAGRAPHS:
        _paragraph_style(file, *row)
    for name in ("Title", "Cover Line", "Table Heading"):
        file.styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    file.styles["Heading 1"].paragraph_format.page_break_before = True
    for key, name, colour, first in (("ReportTable", "Report Table", "777777", _FIRST_ROW), ("ReportFigures", "Report Figures", "C4C7D0", "")):
        file.styles.element.append(parse_xml(_TABLE.format(nsdecls("w"), key, name, _BORDERS.format(colour), first)))


def _paragraph_style(file: Any, name: str, base: str, points: int, bold: bool, colour: str, before: int, after: int, keep: bool) -> None:
    known = [style.name for style in file.styles]
    style = file.styles[name] if name in known else file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if base:
        style.base_style = file.styles[base]
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.keep_with_next, layout.line_spacing = Pt(before), Pt(after), keep, 1.0
    layout.left_indent = Mm(0)
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)
    properties = style.element.get_or_add_rPr()
    for old in list(properties):
        properties.remove(old)
    _set_fonts(properties, points, bold, colour)


def _set_fonts(properties: Any, points: int, bold: bool = False, colour: str = "") -> None:
    """Fonts and sizes for Latin and for complex scripts, in the order that the schema wants."""
    for name in ("rFonts", "b", "bCs", "color", "sz", "szCs"):
        for old in properties.findall(qn(f"w:{name}")):
            properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)
    parts = [fonts, *(OxmlElement(f"w:{name}") for name in ("b", "bCs") if bold)]
    for name, value in (("color", colour), ("sz", str(points * 2)), ("szCs", str(points * 2))):
        if value:
            part = OxmlElement(f"w:{name}")
            part.set(qn("w:val"), value)
            parts.append(part)
    for place, part in enumerate(parts):
        properties.insert(place, part)
