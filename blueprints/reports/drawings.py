"""Charts of reports as paper and word processors take them. Both print a tooltip as text, and not all of them draw SVG."""

from __future__ import annotations

import io
import re

import pypdfium2
from markupsafe import Markup

from core.pdf import FONTS, font_file, html_to_pdf
from thai.digits import to_thai
from thai.fitting import undrawable

DPI, WIDE = 200, 160  # of a picture, and its width in mm
_TITLES = re.compile(r"<title>.*?</title>", re.DOTALL)
_BETWEEN = re.compile(r">[^<]+<")
_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def printable_svg(svg: str, thai_digits: bool = False) -> Markup:
    """The drawing without tooltips and without what no font of ours can draw, in the digits of the report."""
    svg = _TITLES.sub("", svg)
    if thai_digits:
        svg = _BETWEEN.sub(lambda found: to_thai(found[0]), svg)
    missing = undrawable(svg, *(font_file(*key) for key in FONTS if key[0] == "Sarabun"))
    return Markup("".join(char for char in svg if char not in missing))


def png_of(svg: str, thai_digits: bool = False) -> bytes:
    """The drawing as a picture, `WIDE` mm at `DPI`."""
    box = _BOX.search(svg)
    width, height = (float(box[1]), float(box[2])) if box else (4.0, 3.0)
    css = (f"@page{{size:{WIDE}mm {WIDE * height / width:.3f}mm;margin:0}}body{{margin:0;font-family:Sarabun;color:#111}}"
           f"svg{{display:block;width:{WIDE}mm}}")
    pdf = html_to_pdf(f"<!doctype html><html><body>{printable_svg(svg, thai_digits)}</body></html>", css=css, roots=())
    file = io.BytesIO()
    with pypdfium2.PdfDocument(pdf) as drawn:
        drawn[0].render(scale=DPI / 72).to_pil().convert("P", palette=1, colors=64).save(file, "PNG", dpi=(DPI, DPI))
    return file.getvalue()
