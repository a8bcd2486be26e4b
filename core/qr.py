"""QR codes (ISO/IEC 18004) as small 1-bit PNG for paper and e-mail, and as SVG for pages.

Error correction M. The mask is fixed, so equal text gives equal bytes and the encoder does not try all
eight; an upper-case address is encoded in alphanumeric mode, which makes a smaller code. The quiet zone
of four modules is part of the standard, and of every picture here.
"""

import base64
import io
from functools import lru_cache

import qrcode
from markupsafe import Markup
from PIL import Image, ImageOps
from qrcode.util import QRData

MASK = 2
QUIET_ZONE = 4


@lru_cache(maxsize=1024)
def qr_matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """The dark modules, row by row, without quiet zone. Raises ValueError when the text is empty or too long."""
    if not text:
        raise ValueError("A QR code needs a text")
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, mask_pattern=MASK, border=0)
    code.add_data(QRData(text.encode()))  # one segment: the mode is alphanumeric when the characters allow it
    code.make(fit=True)
    return tuple(tuple(map(bool, row)) for row in code.modules)


def qr_png(text: str, *, scale: int = 2, border: int = QUIET_ZONE) -> bytes:
    """The code as a 1-bit PNG, `scale` pixels a module and `border` modules of white around it."""
    matrix = qr_matrix(text)
    pixels = bytes(0 if dark else 255 for row in matrix for dark in row)
    modules = Image.frombytes("L", (len(matrix),) * 2, pixels).convert("1", dither=Image.Dither.NONE)
    image = ImageOps.expand(modules, border, fill=255)
    file = io.BytesIO()
    image.resize((image.width * scale,) * 2, Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


def qr_data_uri(text: str, *, scale: int = 2, border: int = QUIET_ZONE) -> str:
    """`qr_png` as a data: address."""
    return "data:image/png;base64," + base64.b64encode(qr_png(text, scale=scale, border=border)).decode()


def qr_svg(text: str) -> Markup:
    """The code as inline SVG: a white square and one path in black, legible in a dark theme too; no inline style."""
    matrix = qr_matrix(text)
    side = len(matrix) + 2 * QUIET_ZONE
    path = "".join(
        f"M{start + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for start, length in _runs(row)
    )
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" aria-hidden="true">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    )


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """(start, length) of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs
