"""People with hard names on an occasion with a long title."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable

import pypdfium2
import pytest

from blueprints.checkin.rowcodes import row_code
from blueprints.papers.badges import FOLDER
from blueprints.papers.facts import COLOURS, Guest, Occasion, printable
from core.pdf import html_to_pdf

MM = 72 / 25.4
SECRET = "only for tests"
HARD_NAMES = (
    "ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง กัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ", "ว่าที่ร้อยตรีหญิง น้ำทิพย์ ก้ำแก้ว", "พระมหาสมปอง ตาลปุตฺโต",
    "ญาณี ฐิติกุล", "ปิ่น ฝั้น ฟื้น ปี๊บ", "สมชาย", "Wolfeschlegelsteinhausenbergerdorff Maximilian Alexander III", "W" * 60, "เเสงดาว ใจดี",
    "สม\u200bหญิง รักดี", "น\u0e4d\u0e49\u0e32ฝน ทองค\u0e4d\u0e32", "<b>x</b>", "{{7*7}}", "😀 ยิ้ม แย้ม", "ศิริวัฒนพงศ์เจริญกิจ" * 4)
ORGANISATIONS = (
    "สำนักงานสาขาน้ำตาลทราย", "บริษัท เครื่องมือแพทย์และอุปกรณ์การแพทย์ภาคเหนือ (ประเทศไทย) จำกัด (มหาชน) สำนักงานใหญ่", "W" * 60,
    "ศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1 กรมส่งเสริมอุตสาหกรรม กระทรวงอุตสาหกรรม ฝ่ายพัฒนาคลัสเตอร์เครื่องมือแพทย์และการแพทย์ครบวงจรภาคเหนือตอนบน")
POSITIONS = ("ผู้อำนวยการศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1 รักษาการแทนผู้อำนวยการกองพัฒนาขีดความสามารถธุรกิจอุตสาหกรรม", "เจ้าหน้าที่", "")


def guest(n: int, name: str = "", **given: object) -> Guest:
    return Guest(**({
        "name": printable(name or HARD_NAMES[n % len(HARD_NAMES)]), "name_en": "Asst. Prof. Dr. Kannat Siriwattanapongcharoenkit, D.D.S.",
        "organisation": ORGANISATIONS[n % 4], "group": ORGANISATIONS[n % 4], "position": POSITIONS[n % 3],
        "category": "ผู้แทนหน่วยงานที่เกี่ยวข้องกับกลุ่มเครื่องมือแพทย์", "colour": COLOURS[n % len(COLOURS)], "phone": "0 5324 5361 ต่อ 101",
        "vip": n % 2 == 0, "ticket": f"HTTPS://RUAM.EXAMPLE.AC.TH/T/ABCDEFGHIJKLMNOPQRSTUV{n:04d}",
        "row_code": row_code(12, 1_000_000 + n, SECRET)} | given))  # type: ignore[arg-type]


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def rendered(documents: Iterable[str], css: str) -> list[pypdfium2.PdfDocument]:
    return [pypdfium2.PdfDocument(io.BytesIO(html_to_pdf(html, css=css, roots=(FOLDER,)))) for html in documents]


def texts(files: list[pypdfium2.PdfDocument]) -> list[str]:
    """The text of each page, without spaces."""
    return [plain(page.get_textpage().get_text_bounded()) for file in files for page in file]


def letters(page: pypdfium2.PdfPage) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right, top of every visible letter, in mm from the page's left bottom corner."""
    text = page.get_textpage()
    return [tuple(edge / MM for edge in text.get_charbox(n)) for n in range(text.count_chars()) if text.get_text_range(n, 1).strip()]


@pytest.fixture(scope="session")
def people() -> list[Guest]:
    return [guest(n) for n in range(len(HARD_NAMES))]


@pytest.fixture(scope="session")
def occasion() -> Occasion:
    return Occasion("ประชุมสรุปผลการดำเนินงานการยกระดับการรวมกลุ่มและเชื่อมโยงอุตสาหกรรมการแพทย์ครบวงจร สู่คลัสเตอร์ 4.0",
                    "วันศุกร์ที่ 17 กรกฎาคม พ.ศ. 2563", "09.00 – 16.30 น.", "โรงแรมดิเอ็มเพรสพรีเมียร์ เชียงใหม่", "ศูนย์ ร่วมกับ วิทยาลัย", columns=2)
