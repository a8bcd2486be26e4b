"""The ticket: its address for the QR code, its code for typing, and a picture to keep on a phone."""

from __future__ import annotations

import io
from pathlib import Path
from textwrap import wrap

from flask import current_app
from flask_babel import gettext as _
from PIL import Image, ImageDraw, ImageFont

from core.assets import vendor_path
from core.locale import both, date_range, time_range
from core.qr import qr_png
from models import Registration
from thai.fitting import fit_lines
from thai.names import display_name

WIDTH, MARGIN = 1080, 80  # pixels
NIGHT, INK, QUIET, PAPER = "#1b2552", "#1b2140", "#555b76", "#ffffff"
_NEEDED_MODULES = 45  # of a version 4 or 5 code with its quiet zone


def ticket_url(registration: Registration) -> str:
    """HTTPS://HOST/T/CODE, all upper case: QR alphanumeric mode, a smaller code, and safe for a keyboard scanner."""
    return f"{current_app.config['BASE_URL']}/T/{registration.code}".upper()


def private_url(registration: Registration) -> str:
    """The address of the participant's private page."""
    return f"{current_app.config['BASE_URL']}/r/{registration.manage_token}"


def grouped(code: str) -> str:
    """The code in groups of four, easier to read out and to type."""
    return " ".join(wrap(code, 4))


def name_of(registration: Registration) -> str:
    """The participant's name as it is shown."""
    if registration.anonymised_at:
        return _("(name erased)")
    return display_name(registration.title, registration.first_name, registration.last_name)


def picture(registration: Registration) -> bytes:
    """The ticket as a PNG for a phone's gallery: event, time, place, name, category, QR code and code."""
    event, category = registration.event, registration.category
    regular, bold = (vendor_path("sarabun", f"Sarabun_{weight}.ttf") for weight in ("400Regular", "700Bold"))
    when = f"{date_range(event.starts_at, event.ends_at)}  {time_range(event.starts_at, event.ends_at)}"
    sheet = Image.new("RGB", (WIDTH, 1720), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, WIDTH, 28), fill=NIGHT)
    y = _write(draw, 90, both(event.title_th, event.title_en), bold, 56, INK)
    y = _write(draw, y + 16, when, regular, 40, QUIET)
    y = _write(draw, y, both(event.place_th, event.place_en), regular, 40, QUIET)
    code = Image.open(io.BytesIO(qr_png(ticket_url(registration), scale=640 // _NEEDED_MODULES)))
    sheet.paste(code, ((WIDTH - code.width) // 2, y + 24))
    y = _write(draw, y + code.height + 40, name_of(registration), bold, 60, INK)
    y = _write(draw, y, both(category.name_th, category.name_en), regular, 40, QUIET)
    y = _write(draw, y + 16, grouped(registration.code), regular, 36, QUIET)
    file = io.BytesIO()
    sheet.crop((0, 0, WIDTH, y + MARGIN)).save(file, "PNG", optimize=True)
    return file.getvalue()


def _write(draw: ImageDraw.ImageDraw, y: int, text: str, font_file: Path, size: int, colour: str) -> int:
    """Write `text` centred, on two lines if need be; the height at which the next text begins."""
    if not text:
        return y
    fitted = fit_lines(text, font_file, size, WIDTH - 2 * MARGIN, size * 0.8)
    font = ImageFont.truetype(font_file, round(fitted.size), layout_engine=ImageFont.Layout.RAQM)
    for line in fitted.lines:
        draw.text((WIDTH // 2, y), line, font=font, fill=colour, anchor="ma", language="th")
        y += round(fitted.size * 1.6)
    return y
