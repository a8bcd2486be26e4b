"""A design with two signatories, hard facts, and a press that is warm for every test."""

import hashlib
from datetime import date
from functools import cache

import pytest

from blueprints.certificates.design import Design, Signatory
from blueprints.certificates.facts import Facts
from blueprints.certificates.pdf import Press
from blueprints.certificates.specimen import demo_signature

HARD_NAMES = (
    "ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง กัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ",
    "ว่าที่ร้อยตรีหญิง น้ำทิพย์ ก้ำแก้ว",
    "พระมหาสมปอง ตาลปุตฺโต",
    "ญาณี ฐิติกุล",
    "ปิ่น ฝั้น ฟื้น ปี๊บ",
    "สมชาย",
    "Wolfeschlegelsteinhausenbergerdorff Maximilian Alexander III",
    "W" * 60,
    "เเสงดาว ใจดี",
    "สม\u200bหญิง รักดี",
    "น\u0e4d\u0e49\u0e32ฝน ทองค\u0e4d\u0e32",
    "<b>x</b>",
    "{{7*7}}",
    "😀 ยิ้ม แย้ม",
)
FIRST_NAMES = "พิมพ์ชนก ปิ่นมณี ณัฐวุฒิ น้ำฝน ญาณิศา ฐิติมา สำราญ กตัญญู ธัญญ์ฐิตา ศุภกฤษฏิ์ ก้องเกียรติ ฟ้าใส".split()
LAST_NAMES = "ศรีสุวรรณ์ จิรธรรมโชติ น้ำทิพย์ เลิศปัญญา ชำนาญเวช".split()
SIXTY_NAMES = tuple(f"นางสาว{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES)


def make_facts(index: int, holder: str = "ญาณี ฐิติกุล", **changes) -> Facts:
    return Facts(
        **{
            "number": f"กสอ.ศภ.1 {index:04d}/2563",
            "holder_th": holder,
            "holder_en": "Asst. Prof. Dr. Kannat Siriwattanapongcharoenkit, D.D.S." if index % 2 else "",
            "organisation": "สำนักงานสาขาน้ำตาลทราย",
            "event_title": "ประชุมสรุปผลการดำเนินงานคลัสเตอร์เครื่องมือแพทย์ภาคเหนือ",
            "event_title_en": "Result-presentation meeting of the Northern Medical Device Cluster",
            "programme_title": "การยกระดับการรวมกลุ่มและเชื่อมโยงอุตสาหกรรมการแพทย์ครบวงจร สู่คลัสเตอร์ 4.0",
            "dates_text": "เมื่อวันที่ 17 กรกฎาคม 2563",
            "dates_text_en": "17 July 2020",
            "hours": "รวม 6 ชั่วโมง",
            "place": "จังหวัดเชียงใหม่",
            "hosts": ("ศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1", "วิทยาลัยนานาชาตินวัตกรรมดิจิทัล มหาวิทยาลัยเชียงใหม่"),
            "issued_on": date(2020, 7, 17),
            "verify_url": f"HTTPS://RUAM.EXAMPLE.AC.TH/V/ABCDEFGHIJK{index:05d}",
            **changes,
        }
    )


@cache
def signature_pictures() -> tuple[bytes, bytes]:
    return demo_signature(3), demo_signature(6)


FIRST, SECOND = (hashlib.sha256(png).hexdigest() for png in signature_pictures())
SIGNATORIES = (
    Signatory("นายกิตติพันธุ์ น้ำใจงาม", "ผู้อำนวยการศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1", "", FIRST),
    Signatory("รองศาสตราจารย์ ดร.ปิ่นมณี ญาณวุฒิ", "คณบดี", "ปฏิบัติการแทนอธิการบดีมหาวิทยาลัยเชียงใหม่", SECOND),
)


@pytest.fixture(scope="session")
def pictures() -> dict[str, bytes]:
    return dict(zip((FIRST, SECOND), signature_pictures(), strict=True))


@pytest.fixture(scope="session")
def design() -> Design:
    return Design(signatories=SIGNATORIES, specimen=True)


@pytest.fixture(scope="session")
def press(design, pictures) -> Press:
    return Press(design, pictures.__getitem__)


@pytest.fixture(scope="session")
def hard(press) -> list[tuple[Facts, bytes]]:
    """The certificates of the people with hard names."""
    people = [make_facts(index, name) for index, name in enumerate(HARD_NAMES)]
    return list(zip(people, press.individual(people), strict=True))
