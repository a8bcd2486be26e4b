"""Pictures that people upload: known by their content, made anew, and without anything that is not picture."""

from __future__ import annotations

import io

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageFile, ImageOps

from core.errors import Refused

FORMATS = ("PNG", "JPEG", "WEBP")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError)  # what Pillow raises for hostile files


class BadImage(Refused):
    """The file is not a picture that we take."""

    message = _l("This file is not a PNG, JPEG or WebP picture. Please choose another file.")


class ImageTooLarge(BadImage):
    """The picture has more pixels than we unpack."""

    message = _l("This picture has too many pixels. Please make it smaller and choose it again.")


def clean_image(data: bytes, *, max_pixels: int, keep_alpha: bool, longest: int | None = None) -> tuple[bytes, str]:
    """The picture encoded anew, upright and without metadata, and its media type: JPEG stays JPEG, all else becomes PNG.

    With `keep_alpha` transparency stays; without, it becomes white. With `longest` neither side has more pixels than that.
    The size is read from the header and checked before anything is unpacked. Raises BadImage; its kind ImageTooLarge above `max_pixels`.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint switches it on for the whole process
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > max_pixels:
                raise ImageTooLarge
            kind = "JPEG" if opened.format == "JPEG" else "PNG"
            image = _flat(ImageOps.exif_transpose(opened), keep_alpha)
            if longest:
                image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    except Image.DecompressionBombError:
        raise ImageTooLarge from None
    except _BROKEN:
        raise BadImage from None
    file = io.BytesIO()
    image.save(file, kind, optimize=True, **({"quality": 90} if kind == "JPEG" else {}))
    return file.getvalue(), f"image/{kind.lower()}"


def _flat(image: Image.Image, keep_alpha: bool) -> Image.Image:
    """RGB or RGBA pixels in a new picture, which knows nothing of the file's metadata."""
    if image.mode.startswith("I"):  # 16 bits of grey; Pillow would cut them off at 255 instead of scaling them
        image = image.convert("I").point(lambda value: value / 257).convert("L")
    if not image.has_transparency_data:
        clean = image.convert("RGB")
    else:
        clean = image.convert("RGBA")
        if not keep_alpha:
            clean = Image.alpha_composite(Image.new("RGBA", clean.size, "white"), clean).convert("RGB")
    clean.info = {}
    return clean


def flat_jpeg(data: bytes, *, max_pixels: int, longest: int) -> bytes:
    """The picture as an RGB JPEG, which a PDF takes in as it is: a PNG would be packed anew for every file. Raises as `clean_image`."""
    clean = clean_image(data, max_pixels=max_pixels, keep_alpha=False, longest=longest)[0]
    file = io.BytesIO()
    with Image.open(io.BytesIO(clean)) as image:
        image.convert("RGB").save(file, "JPEG", quality=88, optimize=True)
    return file.getvalue()
