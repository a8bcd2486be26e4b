"""The code beside a row of a printed sign-in sheet: who signed, and for which checkpoint. Pure.

It admits nobody at a door: a phone or the organiser reads it off the signed paper afterwards. It says itself what it is about, so
no table of rows is kept, and a short proof makes it ours.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32encode

_ROW = re.compile(r"S(\d{1,10})\.(\d{1,10})\.([A-Z2-7]{10})", re.ASCII)


def row_code(checkpoint_id: int, registration_id: int, secret: str) -> str:
    """The text of the row's QR: at most 33 characters of the alphanumeric mode, proved with 50 bits of HMAC-SHA256."""
    said = f"S{checkpoint_id}.{registration_id}"
    proof = hmac.digest(secret.encode(), f"row:{said}".encode(), hashlib.sha256)
    return f"{said}.{b32encode(proof)[:10].decode()}"


def read_row_code(text: str, secret: str) -> tuple[int, int] | None:
    """The checkpoint's and the registration's id in a row code of ours, in any case and with spaces around; else None."""
    found = _ROW.fullmatch(text.strip().upper())
    if found is None:
        return None
    checkpoint_id, registration_id = int(found[1]), int(found[2])
    return (checkpoint_id, registration_id) if hmac.compare_digest(row_code(checkpoint_id, registration_id, secret), found[0]) else None
