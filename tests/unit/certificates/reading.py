"""What two engines read in a certificate, and where its letters stand."""

import subprocess
import unicodedata

import pypdfium2
from PIL import Image

MM = 72 / 25.4


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def poppler(pdf: bytes) -> str:
    return plain(subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode())


def pdfium(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return plain("".join(page.get_textpage().get_text_bounded() for page in document))


def image(pdf: bytes, page: int = 0, dpi: int = 150) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil().convert("RGB")


def text_boxes(pdf: bytes, page: int = 0) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right and top of each letter, in points from the bottom left corner."""
    text = pypdfium2.PdfDocument(pdf)[page].get_textpage()
    return [text.get_charbox(index) for index in range(text.count_chars()) if text.get_text_range(index, 1).strip()]


def letters(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each letter, in millimetres from the top left corner; without a specimen's large words."""
    height = pypdfium2.PdfDocument(pdf)[0].get_height()
    boxes = [(left / MM, (height - top) / MM, right / MM, (height - bottom) / MM) for left, bottom, right, top in text_boxes(pdf)]
    return [box for box in boxes if box[3] - box[1] < 17 and box[2] - box[0] < 17]
