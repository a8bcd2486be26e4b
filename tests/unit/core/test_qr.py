"""QR codes: small, equal for equal text, and legible."""

import base64
import io
import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from core.qr import QUIET_ZONE, qr_data_uri, qr_matrix, qr_png, qr_svg

URL = "HTTPS://RUAM.EXAMPLE.TH/T/ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def modules(version: int) -> int:
    return 17 + 4 * version


def test_an_upper_case_address_is_alphanumeric_and_a_version_smaller():
    assert 42 < len(URL) <= 61  # what version 3 holds at M: bytes, and alphanumeric characters
    assert len(qr_matrix(URL)) == modules(3)
    assert len(qr_matrix(URL.lower())) == modules(4)


@pytest.mark.parametrize("text", [URL, URL.lower(), "สวัสดี น้ำ", "0123456789", "x"])
def test_every_picture_can_be_read(text):
    png = Image.open(io.BytesIO(qr_png(text)))
    assert png.mode == "1"
    assert zxingcpp.read_barcode(png.convert("L")).text == text
    drawn = Image.new("L", (png.width * 2, png.width * 2), 255)
    side = int(re.search(r'viewBox="0 0 (\d+)', qr_svg(text))[1])
    scale = drawn.width / side
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", qr_svg(text)):
        box = [int(x) * scale, int(y) * scale, (int(x) + int(length)) * scale - 1, (int(y) + 1) * scale - 1]
        ImageDraw.Draw(drawn).rectangle(box, fill=0)
    assert zxingcpp.read_barcode(drawn).text == text


def test_size_quiet_zone_and_bytes():
    image = Image.open(io.BytesIO(qr_png(URL, scale=2)))
    side = len(qr_matrix(URL)) + 2 * QUIET_ZONE
    assert image.size == (2 * side, 2 * side)
    assert image.convert("L").crop((0, 0, image.width, 2 * QUIET_ZONE)).getextrema() == (255, 255)
    assert len(qr_png(URL)) < 600
    assert Image.open(io.BytesIO(qr_png(URL, scale=1, border=0))).size == (modules(3),) * 2


def test_equal_text_gives_equal_bytes():
    assert qr_matrix.__wrapped__(URL) == qr_matrix(URL)
    assert base64.b64decode(qr_data_uri(URL).partition(",")[2]) == qr_png(URL)


def test_the_svg_has_one_path_for_the_code_and_no_style():
    svg = qr_svg(URL)
    assert svg.count(" d=") == 2  # the white square and the code
    assert "style" not in svg


def test_an_empty_text_is_refused():
    with pytest.raises(ValueError):
        qr_png("")
