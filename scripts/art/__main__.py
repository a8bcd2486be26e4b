"""Draw the art of all designs, then the pictures by which people choose among them: `python -m scripts.art`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from PIL import Image
from pypdfium2 import PdfDocument

from blueprints.certificates import gallery
from blueprints.certificates.design import Design, Signatory
from blueprints.certificates.facts import Facts
from blueprints.certificates.pdf import render_one
from blueprints.certificates.specimen import demo_signature
from models import CertificateKind
from scripts.art import bilingual, formal, government, modern, plain, plaque, portrait, university

MODULES = (formal, government, university, modern, bilingual, plaque, portrait, plain)
PICTURES = Path(__file__).resolve().parents[2] / "static/img/designs"
WIDTH, COLOURS = 420, 48  # of a picture, in pixels
SIGNATORIES = (
    Signatory("นายกิตติพันธุ์ น้ำใจงาม", "ผู้อำนวยการศูนย์ฝึกอบรม", "", "3"), Signatory("รองศาสตราจารย์ ดร.ปิ่นมณี ญาณวุฒิ", "คณบดี", "", "6"))
FACTS = Facts(
    number="ศฝ. 0042/2569", holder_th="นางสาวพิมพ์ชนก ศรีสุวรรณ์", holder_en="Miss Pimchanok Srisuwan", organisation="วิสาหกิจชุมชนบ้านน้ำใส",
    event_title="อบรมเชิงปฏิบัติการออกแบบบรรจุภัณฑ์", event_title_en="Packaging design workshop", programme_title="ยกระดับผลิตภัณฑ์ชุมชน",
    programme_title_en="Better community products", dates_text="เมื่อวันที่ 9 มกราคม 2569", dates_text_en="9 January 2026", hours="รวม 6 ชั่วโมง",
    place="จังหวัดลำปาง", hosts=("ศูนย์ฝึกอบรมและพัฒนาอาชีพ",), issued_on=date(2026, 1, 9), verify_url="HTTPS://RUAM.EXAMPLE/V/0000000000000000")
ENTERPRISE = replace(FACTS, holder_th="บริษัท ล้านนาบรรจุภัณฑ์ จำกัด", holder_en="Lanna Packaging Co., Ltd.", organisation="", kind="enterprise")


def drawings() -> Iterator[tuple[Path, str]]:
    """Every drawing and the file it is kept in."""
    for module in MODULES:
        folder = gallery.FOLDER / module.__name__.rpartition(".")[2]
        yield folder / "background.svg", module.background()
        yield folder / "emblem.svg", module.emblem()


def picture(key: str) -> Image.Image:
    """A certificate of made-up people in this design."""
    enterprise = key == "plaque"
    design = replace(Design.starting(CertificateKind("enterprise" if enterprise else "attendance")), template=key, signatories=SIGNATORIES)
    page = PdfDocument(render_one(design, ENTERPRISE if enterprise else FACTS, lambda seed: demo_signature(int(seed))))[0]
    return page.render(scale=2 * WIDTH / page.get_width()).to_pil().convert("RGB").reduce(2)


def main() -> None:
    """Write all of them."""
    for path, art in drawings():
        path.write_text(art, encoding="utf-8")
    PICTURES.mkdir(exist_ok=True)
    for key in gallery.templates():
        picture(key).quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / f"{key}.png", optimize=True)


if __name__ == "__main__":
    main()
