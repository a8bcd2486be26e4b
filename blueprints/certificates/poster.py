"""The poster for the room: a code by which people get their own certificates. Plain values in, HTML out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from PIL import Image

from core.paper import MM, TEMPLATES, data_uri, drawable, environment, squeezed
from core.pdf import font_file, html_to_pdf
from core.qr import qr_data_uri
from thai.fitting import fit_paragraph, fit_size

FOLDER = TEMPLATES / "posters"
EMBLEMS, EMBLEM_PIXELS = 4, (420, 300)
HOST_LINES = 2
HEADING, HEADING_EN = "รับเกียรติบัตรของท่าน", "Get your certificate"
#: How it goes, in Thai and in English.
STEPS = (
    ("เปิดกล้องโทรศัพท์ส่องรหัสนี้ แล้วเปิดลิงก์ที่ปรากฏ", "Point your phone’s camera at the code and open the link"),
    ("หากใช้เครื่องอื่น ให้พิมพ์อีเมลหรือโทรศัพท์ที่ลงทะเบียนไว้", "On another phone, type the e-mail or number you registered with"),
    ("เปิดลิงก์จากอีเมล แล้วดาวน์โหลดเก็บไว้ได้เลย", "Open the link in your e-mail, download the file and keep it"),
)
NOTE = "ทุกฉบับตรวจสอบได้ด้วยรหัส QR บนเกียรติบัตร · Anyone can verify a certificate by the code on it"


@dataclass(frozen=True)
class Occasion:
    """The event as the poster names it; `emblems` are pictures, `address` is what the code opens."""

    title: str
    date: str
    hosts: tuple[str, ...]
    address: str
    emblems: tuple[bytes, ...] = ()


def poster(occasion: Occasion) -> bytes:
    """The PDF, one A4 page."""
    title, hosts = drawable(occasion.title)[0], _lines([drawable(host)[0] for host in occasion.hosts])
    semibold, regular = font_file("Sarabun", 600), font_file("Sarabun", 400)
    emblems = _emblems(occasion.emblems)
    room = (9 if emblems else 20) * MM / max(len(hosts), 1)
    html = environment(FOLDER).get_template("certificate.html").render(
        heading=HEADING, heading_en=HEADING_EN, title=title, title_size=fit_paragraph(title, semibold, 19, 170 * MM, 21 * MM, 1.35),
        hosts=hosts, hosts_size=min((fit_paragraph(line, regular, 13, 170 * MM, room, 1.4) for line in hosts), default=13), emblems=emblems,
        date=occasion.date, address=occasion.address, address_size=fit_size(occasion.address, regular, 12, 180 * MM, 5),
        qr=Markup(qr_data_uri(occasion.address, scale=2)), steps=STEPS, note=NOTE)
    return html_to_pdf(squeezed(html), css=(FOLDER / "certificate.css").read_text(encoding="utf-8"), roots=(FOLDER,))


def _lines(hosts: list[str]) -> list[str]:
    """A line for each host, or all of them in one paragraph when there are many."""
    words = [host if n == 0 else f"ร่วมกับ {host}" for n, host in enumerate(hosts)]
    return words if len(words) <= HOST_LINES else [" ".join(words)]


def _emblems(pictures: Sequence[bytes]) -> list[Markup]:
    """Logos as small as they are printed."""
    small = []
    for picture in pictures[:EMBLEMS]:
        image = Image.open(io.BytesIO(picture))
        image.thumbnail(EMBLEM_PIXELS)
        file = io.BytesIO()
        image.convert("RGBA").save(file, "PNG")
        small.append(data_uri(file.getvalue()))
    return small
