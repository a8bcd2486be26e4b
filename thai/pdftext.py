"""The text layer of Thai PDFs: what is copied, searched and read aloud equals what was written.

WeasyPrint derives a glyph's Unicode value from the first cluster it meets the glyph in. HarfBuzz
shapes a tone mark followed by SARA AM as one cluster [nikhahit, tone mark, sara aa], so `น้ำ` is
drawn right and extracted as `นา`. `finisher` mends a document just before it is written:

1. every glyph's Unicode value is taken from the font's own cmap and GSUB tables;
2. clusters that no glyph-by-glyph map can express (SARA AM, and marks drawn with a text rise,
   which viewers split from their base) are wrapped in `/Span <</ActualText …>>`, ISO 32000-1, 14.9.4.

The drawing does not change. The attributes read here (`document.fonts`, `Font.to_unicode`,
`Font.missing`, `Font.hb_face`) are not documented by WeasyPrint: it is pinned, and tests extract with two engines.
"""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from fontTools.ttLib import TTFont

NIKHAHIT, SARA_AA, SARA_AM = "\u0e4d", "\u0e32", "\u0e33"
MARKS = frozenset("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e")
STRING_OR_NUMBER = re.compile(rb"<([0-9a-fA-F]*)>|(-?[\d.]+(?:e-?\d+)?)")

GlyphTexts = dict[int, str]


def finisher(document: Any, pdf: Any) -> None:
    """Mend the text layer of a rendered document; give it to WeasyPrint's `write_pdf(finisher=…)`."""
    fonts = {font.hash.encode(): _used_texts(font) for font in document.fonts.values() if not font.bitmap}
    _mend_to_unicode(pdf, fonts)
    for obj in pdf.objects:
        operators = getattr(obj, "stream", None)
        if isinstance(operators, list) and any(isinstance(op, bytes) and op.endswith(b" TJ") for op in operators):
            obj.stream[:] = _mend_text_objects(operators, fonts)


def _used_texts(font: Any) -> GlyphTexts:
    """The text of every glyph the document uses of this font."""
    from weasyprint.text.fonts import get_hb_object_data

    known = glyph_texts(get_hb_object_data(font.hb_face), font.index)
    missing = {glyph: chr(codepoint) for codepoint, glyph in font.missing.items()}
    return {glyph: missing.get(glyph) or known.get(glyph) or guess or "\ufffd" for glyph, guess in font.to_unicode.items()}


@lru_cache(maxsize=32)
def glyph_texts(font_file: bytes, index: int = 0) -> GlyphTexts:
    """Glyph number → the text it stands for, from a font file's cmap and its GSUB substitutions."""
    font = TTFont(io.BytesIO(font_file), fontNumber=index, lazy=True)
    texts: dict[str, str] = {}
    for codepoint, name in sorted(font.getBestCmap().items(), reverse=True):  # the lowest code point wins
        texts[name] = chr(codepoint)
    substitutions = list(_substitutions(font)) if "GSUB" in font else []
    for _ in range(4):  # a substitute may be substituted again; Thai fonts chain two or three
        for source, target in substitutions:
            if target not in texts and all(name in texts for name in source):
                texts[target] = _ligature_text("".join(texts[name] for name in source))
    numbers = font.getReverseGlyphMap()
    return {numbers[name]: text for name, text in texts.items()}


def _substitutions(font: TTFont) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each (source glyphs, target glyph) of the font's single, alternate and ligature substitutions."""
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            if table.LookupType == 7:
                table = table.ExtSubTable
            if table.LookupType == 1:
                yield from (((source,), target) for source, target in table.mapping.items())
            elif table.LookupType == 3:
                yield from (((source,), target) for source, all_ in table.alternates.items() for target in all_)
            elif table.LookupType == 4:
                for first, ligatures in table.ligatures.items():
                    yield from (((first, *ligature.Component), ligature.LigGlyph) for ligature in ligatures)


def _ligature_text(text: str) -> str:
    """Nikhahit goes after its tone mark, as in the decomposition of tone mark + SARA AM."""
    return text.replace(NIKHAHIT, "") + NIKHAHIT if NIKHAHIT in text and len(text) > 1 else text


def _mend_to_unicode(pdf: Any, fonts: dict[bytes, GlyphTexts]) -> None:
    for obj in pdf.objects:
        if isinstance(obj, dict) and obj.get("Type") == "/Font" and "ToUnicode" in obj:
            texts = fonts.get(_bytes(obj["BaseFont"]).lstrip(b"/").split(b"+")[0])
            if texts is not None:
                number = int(_bytes(obj["ToUnicode"]).split()[0])
                pdf.objects[number].stream[:] = _to_unicode_cmap(texts)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be").hex().encode()


def _to_unicode_cmap(texts: GlyphTexts) -> list[bytes]:
    """The lines of a ToUnicode CMap (ISO 32000-1, 9.10.3), in blocks of at most 100 entries."""
    lines = [
        b"/CIDInit /ProcSet findresource begin", b"12 dict begin", b"begincmap",
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        b"/CMapName /Adobe-Identity-UCS def", b"/CMapType 2 def",
        b"1 begincodespacerange", b"<0000> <ffff>", b"endcodespacerange",
    ]  # fmt: skip
    entries = sorted(texts.items())
    for start in range(0, len(entries), 100):
        block = entries[start : start + 100]
        lines.append(b"%d beginbfchar" % len(block))
        lines += [b"<%04x> <%s>" % (glyph, _utf16(text)) for glyph, text in block]
        lines.append(b"endbfchar")
    return [*lines, b"endcmap", b"CMapName currentdict /CMap defineresource pop", b"end", b"end"]


class _Event(NamedTuple):
    """One step of a text object: a glyph with its text, a kerning number, or another operator."""

    kind: str
    bytes: bytes
    text: str = ""


def _mend_text_objects(operators: list, fonts: dict[bytes, GlyphTexts]) -> list:
    """The operators of a content stream with every text object (BT … ET) mended."""
    mended, position = [], 0
    while position < len(operators):
        if operators[position] != b"BT":
            mended.append(operators[position])
            position += 1
            continue
        end = operators.index(b"ET", position) + 1
        block = operators[position:end]
        events = list(_events(block, fonts))
        spans = _spans(events)
        mended += _operators(events, spans) if spans else block
        position = end
    return mended


def _events(block: list[bytes], fonts: dict[bytes, GlyphTexts]) -> Iterator[_Event]:
    texts: GlyphTexts | None = None
    for operator in block:
        if operator.endswith(b" Tf"):
            texts = fonts.get(operator.split()[0][1:])
        if texts is None or not operator.endswith(b" TJ"):
            yield _Event("operator", operator)
            continue
        for match in STRING_OR_NUMBER.finditer(operator[1:-4]):
            if match[2] is not None:
                yield _Event("kern", match[2])
                continue
            for start in range(0, len(match[1]), 4):
                code = match[1][start : start + 4]
                yield _Event("glyph", b"<%s>" % code, texts.get(int(code, 16), ""))


def _spans(events: list[_Event]) -> dict[int, tuple[int, str]]:
    """What needs ActualText: index of the first glyph → (index of the last, the text).

    A mark with a text rise is an object of its own to pdfium, which sorts the objects of a line by where they start. Where the next
    letter starts a hair's breadth before the mark, the cluster would be read twice: that letter's cluster joins the span.
    """
    spans: list[tuple[int, int, str]] = []
    joins = False
    for first, last, text, needs, raised in _clusters(events):
        if joins and text:
            spans[-1] = (spans[-1][0], last, spans[-1][2] + text)
        elif needs:
            spans.append((first, last, text))
        joins = raised
    return {first: (last, text) for first, last, text in spans}


def _clusters(events: list[_Event]) -> Iterator[tuple[int, int, str, bool, bool]]:
    """Each base with its marks: indices of its first and last glyph, its text, whether that needs ActualText, whether a mark is raised."""
    glyphs = [index for index, event in enumerate(events) if event.kind == "glyph"]
    texts = [events[index].text for index in glyphs]
    first = 0
    while first < len(glyphs):
        end = first + 1
        while end < len(glyphs) and texts[end] and MARKS.issuperset(texts[end]):
            end += 1
        text = "".join(texts[first:end])
        sara_am = NIKHAHIT in text and end < len(glyphs) and texts[end] == SARA_AA
        if sara_am:
            end += 1
            text = text.replace(NIKHAHIT, "") + SARA_AM
        last = glyphs[end - 1]
        raised = end > first + 1 and bool(text) and _raised(events[glyphs[first] : last])
        yield glyphs[first], last, text, raised or (sara_am and end > first + 1), raised and not sara_am and _overtaken(events, glyphs[first:end + 1])
        first = end


def _overtaken(events: list[_Event], glyphs: list[int]) -> bool:
    """Whether the last of the glyphs starts before one of the marks between it and the first; marks have no width."""
    position, farthest = 0.0, 0.0
    for index in range(glyphs[0] + 1, glyphs[-1]):
        if events[index].kind == "kern":
            position -= float(events[index].bytes)
        elif events[index].kind == "glyph":
            farthest = max(farthest, position)
    return position < farthest


def _raised(events: list[_Event]) -> bool:
    return any(event.bytes.endswith(b" Ts") and event.bytes != b"0 Ts" for event in events)


def _operators(events: list[_Event], spans: dict[int, tuple[int, str]]) -> list[bytes]:
    """Events back to operators, with the spans as marked content."""
    operators: list[bytes] = []
    shown = b""
    closing = -1

    def flush() -> None:
        nonlocal shown
        if shown:
            operators.append(b"[" + shown.replace(b"><", b"") + b"] TJ")
            shown = b""

    for index, event in enumerate(events):
        if index in spans:
            flush()
            closing, text = spans[index]
            operators.append(b"/Span <</ActualText <feff%s>>> BDC" % _utf16(text))
        if event.kind == "operator":
            flush()
            operators.append(event.bytes)
        else:
            shown += (b" " if event.kind == "kern" and shown and not shown.endswith(b">") else b"") + event.bytes
        if index == closing:
            flush()
            operators.append(b"EMC")
    flush()
    return operators
