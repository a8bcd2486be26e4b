"""Text with separators: CSV as every program writes it."""

from __future__ import annotations

import codecs
import csv
import io
import re

from blueprints.imports.workbooks import Cell, Sheet, Unreadable, WebPage, add_row, squared

_SEPARATORS = ",;\t|"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read(data: bytes) -> list[Sheet]:
    """The one sheet. Raises kinds of `Unreadable`."""
    text = _decode(data)
    if re.match(r"\s*<(?:!doctype|html|table|\?xml|head|meta)", text, re.IGNORECASE):
        raise WebPage
    if stated := re.match(r"sep=(.)\r?\n", text):
        text = text[stated.end():]
    separator = stated[1] if stated else _separator(text)
    rows: list[list[Cell]] = [[]] if stated else []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            add_row(rows, cells)
    except csv.Error:
        raise Unreadable from None
    return [Sheet("CSV", squared(rows))]


def _decode(data: bytes) -> str:
    """UTF-8, UTF-16 or Windows-874 (and so TIS-620)."""
    try:
        for mark, encoding in _MARKS:
            if data.startswith(mark):
                return data.decode(encoding)
        if b"\0" in data[:1000]:
            text = data.decode("utf-16-le" if data[1:2] in (b"\0", b"\x0e") else "utf-16-be")
            if not "".join(text.split()).isprintable():
                raise Unreadable
            return text
        try:
            return data.decode()
        except UnicodeDecodeError as broken:
            # A UTF-8 file may be cut within its last letter; its other letters are no Windows-874.
            if broken.start >= len(data) - 3 > 0 and not data[:broken.start].isascii():
                return data[:broken.start].decode()
            return data.decode("cp874")
    except UnicodeDecodeError:
        raise Unreadable from None


def _separator(text: str) -> str:
    """The sign that divides the first rows into the most columns, and into the same number of them."""
    best, most = ",", 0.0
    head = text[:20_000]
    for sign in _SEPARATORS:
        try:
            widths = [len(row) for row in list(csv.reader(io.StringIO(head, newline=""), delimiter=sign))[:40] if any(row)]
        except csv.Error:
            continue
        score = sum(width - 1 for width in widths) / (len(set(widths)) or 1)
        if score > most:
            best, most = sign, score
    return best
