"""Uploaded pictures."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.images import BadImage, ImageTooLarge, clean_image

LIMIT = 1_000_000


def picture(kind: str, mode: str = "RGB", color: object = (200, 30, 30), size: tuple[int, int] = (40, 20),
            **options: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, color).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("WEBP", "image/png"), ("JPEG", "image/jpeg")])
def test_known_by_content_and_made_anew(kind: str, media_type: str) -> None:
    data, found = clean_image(picture(kind), max_pixels=LIMIT, keep_alpha=True)
    assert found == media_type
    assert Image.open(io.BytesIO(data)).size == (40, 20)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture("GIF"), picture("BMP"),
                                  picture("PNG")[:60], picture("JPEG")[:300], b"\x89PNG\r\n\x1a\n" + b"\0" * 60])
def test_what_is_no_picture_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(BadImage):
        clean_image(data, max_pixels=LIMIT, keep_alpha=True)


@given(st.binary(max_size=200))
def test_noise_after_a_right_beginning_is_refused(noise: bytes) -> None:
    with pytest.raises(BadImage):
        clean_image(b"\x89PNG\r\n\x1a\n" + noise, max_pixels=LIMIT, keep_alpha=True)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def test_a_bomb_is_refused_by_its_header() -> None:
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    with pytest.raises(ImageTooLarge):
        clean_image(bomb, max_pixels=LIMIT, keep_alpha=True)


def test_the_limit_itself_is_allowed() -> None:
    clean_image(picture("PNG", size=(10, 10)), max_pixels=100, keep_alpha=True)
    with pytest.raises(ImageTooLarge):
        clean_image(picture("PNG", size=(10, 11)), max_pixels=100, keep_alpha=True)


def test_metadata_goes_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "18.7883, 98.9853"  # turned by 90°; a description with a place
    data, _ = clean_image(picture("JPEG", exif=exif), max_pixels=LIMIT, keep_alpha=True)
    image = Image.open(io.BytesIO(data))
    assert image.size == (20, 40)
    assert not image.getexif()
    assert b"18.7883" not in data


def test_transparency_stays_or_becomes_white() -> None:
    clear = picture("PNG", "RGBA", (0, 0, 0, 0))
    kept = Image.open(io.BytesIO(clean_image(clear, max_pixels=LIMIT, keep_alpha=True)[0]))
    assert kept.getpixel((0, 0)) == (0, 0, 0, 0)
    flat = Image.open(io.BytesIO(clean_image(clear, max_pixels=LIMIT, keep_alpha=False)[0]))
    assert flat.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_sixteen_bits_of_grey_are_scaled() -> None:
    data, _ = clean_image(picture("PNG", "I;16", 32896), max_pixels=LIMIT, keep_alpha=True)
    assert Image.open(io.BytesIO(data)).convert("RGB").getpixel((0, 0)) == (128, 128, 128)
